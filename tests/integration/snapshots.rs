//! Every page of help, word for word, as a user sees it. The verbs are found by walking through the help
//! itself, so that a new verb without a snapshot fails here.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots/help")
}

fn help(verb: &[String]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_instaseed"))
        .args(verb)
        .arg("--help")
        .env_remove("COLUMNS")
        .env_remove("INSTASEED_MIGRATIONS")
        .stdin(Stdio::null())
        .output()
        .expect("the binary starts");
    assert!(output.status.success(), "{verb:?} --help");
    String::from_utf8(output.stdout).expect("help is UTF-8")
}

/// The verbs under a page's "Commands:".
fn verbs(page: &str) -> Vec<String> {
    let lines =
        page.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let names =
        lines.filter(|line| !line.starts_with("   ")).filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}

/// All pages: their name (`migrate-up`) and their text.
fn pages() -> Vec<(String, String)> {
    let mut open = vec![Vec::new()];
    let mut pages = Vec::new();
    while let Some(verb) = open.pop() {
        let page = help(&verb);
        for name in verbs(&page) {
            open.push([verb.as_slice(), &[name]].concat());
        }
        let name = if verb.is_empty() { "instaseed".to_owned() } else { verb.join("-") };
        pages.push((name, page));
    }
    pages.sort();
    pages
}

#[test]
fn every_page_of_help_is_as_written_down() {
    let pages = pages();
    if std::env::var_os("INSTASEED_UPDATE_SNAPSHOTS").is_some() {
        let _ = fs::remove_dir_all(folder());
        fs::create_dir_all(folder()).expect("the folder can be made");
        for (name, page) in &pages {
            fs::write(folder().join(format!("{name}.txt")), page).expect("a snapshot can be written");
        }
    }
    let mut differences = String::new();
    for (name, page) in &pages {
        match fs::read_to_string(folder().join(format!("{name}.txt"))) {
            Ok(kept) if kept == *page => {}
            Ok(_) => differences += &format!("  {name}: the page is another now\n"),
            Err(_) => differences += &format!("  {name}: no snapshot\n"),
        }
    }
    let names: BTreeSet<String> = pages.iter().map(|(name, _)| format!("{name}.txt")).collect();
    for entry in fs::read_dir(folder()).expect("there are snapshots") {
        let file = entry.expect("an entry").file_name().to_string_lossy().into_owned();
        if !names.contains(&file) {
            differences += &format!("  {file}: there is no such verb\n");
        }
    }
    assert!(
        differences.is_empty(),
        "{differences}If it is meant: INSTASEED_UPDATE_SNAPSHOTS=1 cargo test --test integration snapshots"
    );
}

#[test]
fn every_page_has_examples_and_fits_a_hundred_columns() {
    for (name, page) in pages() {
        let example =
            page.lines().skip_while(|line| !line.starts_with("Example") && !line.starts_with("Start here"));
        let lines: Vec<&str> = example.collect();
        // the planner's verbs are named like the verbs that they plan, whose pages have the examples
        if !name.starts_with("migrate-plan-") {
            assert!(lines.len() > 1, "{name} has no examples");
        }
        for line in page.lines() {
            assert!(line.chars().count() <= 100, "{name}: too wide: {line}");
        }
    }
}

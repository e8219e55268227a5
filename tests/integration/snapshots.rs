//! Every page of help, word for word, as a user sees it. The verbs are found by walking through the help
//! itself, so that a new verb without a snapshot fails here.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};

use crate::snapshot;

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
fn pages() -> BTreeMap<String, String> {
    let mut open = vec![Vec::new()];
    let mut pages = BTreeMap::new();
    while let Some(verb) = open.pop() {
        let page = help(&verb);
        for name in verbs(&page) {
            open.push([verb.as_slice(), &[name]].concat());
        }
        let name = if verb.is_empty() { "instaseed".to_owned() } else { verb.join("-") };
        pages.insert(name, page);
    }
    pages
}

#[test]
fn every_page_of_help_is_as_written_down() {
    snapshot::hold("help", "txt", &pages());
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

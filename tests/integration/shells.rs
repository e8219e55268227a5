//! What packages carry besides the program: completions, tried in the shells that are installed, and manual pages.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::{instaseed, scratch};

/// Lines that end where the tab key is pressed, and a value that the shell then offers.
const OFFERED: &[(&str, &str)] = &[
    ("instaseed setup --edition ", "platform"),
    ("instaseed setup --profile ", "classic"),
    ("instaseed show ", "photo_tags"),
    ("instaseed migrate to ", "platform"),
    ("instaseed course check ", "likes-and-comments"),
    ("instaseed course hint ", "oldest-users"),
    ("instaseed course schema --exercise ", "oldest-users"),
];

/// Whether a program is installed; a missing one is said on the real standard error, and fails where `CI` is set.
fn is_there(program: &str) -> bool {
    let run = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if run.is_ok_and(|status| status.success()) {
        return true;
    }
    assert!(std::env::var_os("CI").is_none(), "{program} is not installed, and CI is set");
    let _ = writeln!(std::io::stderr(), "NOT TESTED: {program} is not installed");
    false
}

/// What a command prints; it must end well.
fn output(command: &mut Command) -> String {
    let done = command.output().expect("it starts");
    let error = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{command:?}: {error}");
    String::from_utf8_lossy(&done.stdout).into_owned()
}

/// The completion script of a shell, under the name that the shell wants, in a folder of its own.
fn script(shell: &str, name: &str) -> std::path::PathBuf {
    let file = scratch().join(name);
    fs::write(&file, instaseed(&["completions", shell]).run().expect(0).stdout).expect("the folder is new");
    file
}

fn helper(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/shells").join(name)
}

#[test]
fn bash_offers_values() {
    if !is_there("bash") {
        return;
    }
    let file = script("bash", "instaseed.bash");
    for (line, value) in OFFERED {
        let words = line.split(' ');
        let offered = output(Command::new("bash").arg(helper("tab.bash")).arg(&file).args(words));
        assert!(offered.lines().any(|word| word == *value), "{line}: {offered}");
    }
}

#[test]
fn zsh_offers_values_and_files_where_both_will_do() {
    if !is_there("zsh") {
        return;
    }
    let file = script("zsh", "_instaseed");
    let folder = scratch();
    fs::write(folder.join("mine.sql"), "").expect("the folder is new");
    let tab = |line: &str| {
        let mut zsh = Command::new("zsh");
        zsh.arg("-f").arg(helper("tab.zsh")).arg(&file).arg(line).current_dir(&folder);
        output(zsh.env("TERM", "xterm").stdin(Stdio::null()))
    };
    for (line, value) in OFFERED {
        let offered = tab(line);
        assert!(offered.contains(value), "{line}: {offered}");
    }
    assert!(tab("instaseed course check ").contains("mine.sql"));
    assert!(!tab("instaseed course hint ").contains("mine.sql"));
}

#[test]
fn fish_offers_values_and_files_where_both_will_do() {
    if !is_there("fish") {
        return;
    }
    let file = script("fish", "instaseed.fish");
    let folder = scratch();
    fs::write(folder.join("mine.sql"), "").expect("the folder is new");
    let tab = |line: &str| {
        let code = format!("source {}; complete -C '{line}'", file.display());
        output(Command::new("fish").args(["--no-config", "-c", &code]).current_dir(&folder))
    };
    for (line, value) in OFFERED {
        let offered = tab(line);
        let is_offered = offered.lines().any(|word| word.split('\t').next() == Some(*value));
        assert!(is_offered, "{line}: {offered}");
    }
    assert!(tab("instaseed course check ").contains("mine.sql"));
    assert!(!tab("instaseed course hint ").contains("mine.sql"));
}

#[test]
fn the_manual_has_a_page_for_each_verb() {
    let folder = scratch();
    let done = instaseed(&["man", "man1"]).dir(&folder).run().expect(0);
    let pages = fs::read_dir(folder.join("man1")).expect("it was written").count();
    assert_eq!(done.stdout, format!("{pages} pages in man1.\n"));
    let page = |name: &str| fs::read_to_string(folder.join("man1").join(name)).unwrap_or_default();
    for (name, text) in [
        ("instaseed.1", "instaseed\\-migrate(1)"),
        ("instaseed.1", ".SH \"EXIT CODES\""),
        ("instaseed-show.1", ".SH EXAMPLES\n.nf\ninstaseed show "),
        ("instaseed-migrate-plan.1", "instaseed\\-migrate\\-plan"),
    ] {
        assert!(page(name).contains(text), "{name}: {text} is not in\n{}", page(name));
    }
    for hidden in ["instaseed-help.1", "instaseed-man.1", "instaseed-migrate-help.1"] {
        assert_eq!(page(hidden), "", "{hidden}");
    }
    assert!(!instaseed(&["--help"]).run().expect(0).stdout.contains("\n  man "), "no page of help lists it");
}

#[test]
fn the_manual_needs_a_folder_that_can_be_made() {
    let folder = scratch();
    fs::write(folder.join("taken"), "").expect("the folder is new");
    let done = instaseed(&["man", "taken"]).dir(&folder).run().expect(2);
    assert!(done.stderr.contains("error: cannot write taken"), "{}", done.stderr);
}

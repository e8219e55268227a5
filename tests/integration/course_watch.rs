//! `course watch` on a terminal: a save is checked, keys do what they say, and the terminal is as before on every way out.

use std::fs;
use std::path::Path;

use crate::course_verbs::{answer, begun, fixtures, mistake, model, run};
use crate::support::{Terminal, on_terminal};

fn watch(folder: &Path, words: &[&str]) -> Terminal {
    let fixtures = fixtures().display().to_string();
    let words: Vec<&str> = ["course", "watch"].iter().chain(words).copied().collect();
    on_terminal(&words, folder, &[("INSTASEED_FIXTURES", &fixtures)])
}

/// Saves a file as editors do: under another name first.
fn save(path: &Path, text: &str) {
    let new = path.with_extension("new");
    fs::write(&new, text).expect("it can be written");
    fs::rename(&new, path).expect("it can be renamed");
}

#[test]
fn a_saved_answer_is_checked_and_keys_work() {
    let folder = begun();
    let path = answer(&folder, "oldest-users");
    let mut terminal = watch(&folder, &[]);
    assert!(terminal.wait_for("n next"));
    assert!(!terminal.is_usual(), "single keys are read");
    let (wrong, _) = mistake("oldest-users", "order-by-id");
    terminal.forget();
    save(&path, &wrong);
    assert!(terminal.wait_for("Expected") && terminal.wait_for("n next"));
    terminal.forget();
    terminal.press("h");
    assert!(terminal.wait_for("Hint 1 of 3") && terminal.wait_for("n next"));
    terminal.forget();
    fs::write(&path, model("oldest-users")).expect("an editor may write in place");
    assert!(terminal.wait_for("Press n") && terminal.wait_for("n next"));
    terminal.forget();
    terminal.press("r");
    assert!(terminal.wait_for("created_at") && terminal.wait_for("n next"));
    terminal.forget();
    terminal.press("n");
    assert!(terminal.wait_for("percent sign") && terminal.wait_for("n next"));
    terminal.forget();
    terminal.press("l");
    assert!(terminal.wait_for("Counting and grouping") && terminal.wait_for("n next"));
    terminal.forget();
    terminal.press("?");
    assert!(terminal.wait_for("previous exercise"));
    // Saving another exercise's file goes on with that one.
    terminal.forget();
    save(&answer(&folder, "ghosts"), &model("ghosts"));
    assert!(terminal.wait_for("6. Ghosts") && terminal.wait_for("Press n"));
    terminal.press("q");
    assert_eq!(terminal.ends_as_it_began(), (0, true));
    let progress = run(&folder, "progress").expect(0);
    assert!(progress.stdout.contains("2 of "), "{}", progress.stdout);
}

/// The lines that were written, without the codes for the terminal.
fn plain_lines(raw: &str) -> Vec<String> {
    let mut plain = String::new();
    let mut pieces = raw.split('\u{1b}');
    plain.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let code = piece.find(|c: char| c.is_ascii_alphabetic()).map_or(piece.len(), |at| at + 1);
        plain.push_str(&piece[code..]);
    }
    plain.lines().map(|line| line.trim_end().to_owned()).collect()
}

#[test]
fn a_narrow_screen_is_drawn_anew_and_in_pages() {
    let folder = begun();
    let mut terminal = watch(&folder, &["likes-and-comments"]);
    assert!(terminal.wait_for("n next"));
    terminal.forget();
    terminal.resize(60, 24);
    assert!(terminal.wait_for("21. Likes") && terminal.wait_for("n next"));
    terminal.press("l");
    assert!(terminal.wait_for("-- 1 to 21 of "));
    terminal.press(" ");
    assert!(terminal.wait_for("-- 22 to 42 of "));
    terminal.press("\u{1b}[A");
    assert!(terminal.wait_for("-- 21 to 41 of "));
    terminal.press("b");
    assert!(terminal.wait_for("-- 1 to 21 of ") && terminal.wait_for("n next"));
    let (wrong, _) = mistake("likes-and-comments", "fan-out");
    save(&answer(&folder, "likes-and-comments"), &wrong);
    // What matters most is on the first page.
    assert!(terminal.wait_for("Missing rows") && terminal.wait_for(" lines: space, b --"));
    terminal.press("q");
    let (code, raw, _) = terminal.finish();
    assert_eq!(code, 0);
    let wide: Vec<_> = plain_lines(&raw).into_iter().filter(|line| line.chars().count() > 60).collect();
    assert!(wide.is_empty(), "{wide:#?}");
}

#[test]
fn a_file_that_comes_back_is_checked_and_a_folder_in_its_place_is_shown() {
    let folder = begun();
    let path = answer(&folder, "ghosts");
    fs::remove_file(&path).expect("it is there");
    let mut terminal = watch(&folder, &["ghosts"]);
    assert!(terminal.wait_for("n next"));
    terminal.forget();
    terminal.press("c");
    assert!(terminal.wait_for("course reset ghosts") && terminal.wait_for("? help"));
    terminal.forget();
    fs::create_dir(&path).expect("a folder");
    assert!(terminal.wait_for("course reset ghosts") && terminal.wait_for("? help"));
    fs::remove_dir(&path).expect("it is empty");
    save(&path, &model("ghosts"));
    assert!(terminal.wait_for("Press n"));
    terminal.press("q");
    assert_eq!(terminal.ends_as_it_began(), (0, true));
}

#[test]
fn a_signal_leaves_the_terminal_as_it_was() {
    let folder = begun();
    let mut terminal = watch(&folder, &["--plain"]);
    assert!(terminal.wait_for("n next"));
    assert!(!terminal.is_usual());
    terminal.interrupt();
    assert_eq!(terminal.ends_as_it_began(), (130, true));
}

#[test]
fn a_plain_watch_writes_no_escape_sequence() {
    let folder = begun();
    let fixtures = fixtures().display().to_string();
    let environment = [("INSTASEED_FIXTURES", fixtures.as_str()), ("NO_COLOR", "1")];
    let mut terminal = on_terminal(&["course", "watch", "--plain"], &folder, &environment);
    assert!(terminal.wait_for("n next"));
    save(&answer(&folder, "oldest-users"), &model("oldest-users"));
    assert!(terminal.wait_for("Press n"));
    terminal.press("q");
    let (code, raw, _) = terminal.finish();
    assert_eq!(code, 0);
    assert!(!raw.contains('\u{1b}'), "{raw}");
}

#[test]
fn without_a_terminal_it_refuses_with_a_way_out() {
    let folder = begun();
    let refused = run(&folder, "watch").expect(2);
    assert!(
        refused.stderr.contains("terminal") && refused.stderr.contains("course check"),
        "{}",
        refused.stderr
    );
}

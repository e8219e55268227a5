//! Progress, as it is seen: on a terminal, line by line where there is none, and by programs.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::support::{Terminal, instaseed, on_terminal, scratch};

/// What only progress draws.
const DRAWN: [&str; 5] = ["█", "░", " left", "loading ", "(statement"];

/// A folder with an SQLite file in it that has no tables yet.
fn empty_database() -> PathBuf {
    let folder = scratch();
    fs::write(folder.join("instaseed.db"), "").expect("a file can be written");
    folder
}

#[track_caller]
fn clean(screen: &[String]) {
    for line in screen {
        assert!(DRAWN.iter().all(|mark| !line.contains(mark)), "stays on the screen: {line}\n{screen:#?}");
        assert!(!["finishing", "loading", "checking the rows"].contains(&line.trim()), "{screen:#?}");
    }
}

/// The percentages that the bar of the whole showed, one after another.
fn shares(raw: &str) -> Vec<u32> {
    let before = raw.split(" %").filter_map(|piece| piece.rsplit([' ', 'm']).next()?.parse().ok());
    before.collect()
}

#[test]
fn a_load_is_never_at_a_hundred_percent_while_work_is_left_and_leaves_a_clean_screen() {
    let folder = scratch();
    let setup = ["setup", "--users", "8000"];
    let (code, raw, screen) = on_terminal(&setup, &folder, &[]).finish();
    assert_eq!(code, 0, "{screen:#?}");
    let shares = shares(&raw);
    assert!(shares.len() > 3, "the bar of the whole was seen: {shares:?}");
    assert!(shares.iter().all(|share| *share < 100), "{shares:?}");
    assert!(shares.is_sorted(), "the bar never goes back: {shares:?}");
    assert!(!raw.contains(" 0 s left"), "{raw}");
    let restoring = raw.find("rebuilding indexes and keys").expect("the phase after the rows is shown");
    let rows_end = self::shares(&raw[..restoring]).last().copied().unwrap_or(0);
    assert!(rows_end < 70, "the indexes are part of the whole: {rows_end} % when they begin");
    clean(&screen);
    assert!(screen.iter().any(|line| line.starts_with("Loaded ")), "{screen:#?}");
    assert!(screen.iter().all(|line| line.chars().count() < 80), "no line is broken: {screen:#?}");
}

#[test]
fn ctrl_c_ends_with_130_and_leaves_a_clean_screen() {
    let folder = scratch();
    instaseed(&["setup", "--no-seed"]).dir(&folder).run().expect(0);
    let mut seed: Terminal = on_terminal(&["seed", "--users", "60000"], &folder, &[]);
    assert!(seed.wait_for("loading "), "it ends before it is seen");
    seed.interrupt();
    let (code, _, screen) = seed.finish();
    assert_eq!(code, 130, "{screen:#?}");
    clean(&screen);
    assert!(screen.iter().any(|line| line.contains("error: stopped before the end")), "{screen:#?}");
}

#[test]
fn a_resumed_load_whose_rows_are_all_in_shows_full_bars() {
    let folder = scratch();
    instaseed(&["setup", "--no-seed"]).dir(&folder).run().expect(0);
    let mut seed: Terminal = on_terminal(&["seed", "--users", "30000"], &folder, &[]);
    assert!(seed.wait_for("rebuilding indexes and keys: "), "it ends before it is seen");
    seed.kill();
    seed.finish();
    let (code, raw, screen) = on_terminal(&["seed", "--resume"], &folder, &[]).finish();
    assert_eq!(code, 0, "{screen:#?}");
    let frame = raw
        .split(['\r', '\n'])
        .rfind(|frame| frame.contains("rebuilding indexes and keys") && frame.contains("users "));
    let frame = frame.expect("the phase is shown");
    for table in ["users", "photos", "comments", "likes", "follows", "tags", "photo_tags"] {
        let (_, line) = frame.split_once(&format!("{table:10} ")).expect("each table has its line");
        let bar: String = line.chars().take_while(|c| ['█', '░'].contains(c)).collect();
        assert!(!bar.is_empty() && !bar.contains('░'), "{table}: {frame}");
    }
    clean(&screen);
}

#[test]
fn a_signal_to_end_gives_143() {
    use rustix::process::{Pid, Signal, kill_process};
    use std::io::Read;
    let folder = scratch();
    // The pipe is full before the end, so the program is certainly at work when the signal comes.
    let line = ["generate", "--users", "200000", "--table", "follows", "--out", "-"];
    let mut child = instaseed(&line).dir(&folder).spawn();
    let mut stdout = child.stdout.take().expect("it is piped");
    stdout.read_exact(&mut [0; 64]).expect("rows come");
    kill_process(Pid::from_child(&child), Signal::TERM).expect("it runs");
    let mut rest = Vec::new();
    stdout.read_to_end(&mut rest).expect("it ends");
    assert_eq!(child.wait().expect("it ends").code(), Some(143));
}

#[test]
fn programs_see_each_phase_and_each_step_as_an_event() {
    let folder = scratch();
    instaseed(&["setup", "--no-seed"]).dir(&folder).run().expect(0);
    let done = instaseed(&["seed", "--users", "2000", "--json"]).dir(&folder).run().expect(0);
    let events: Vec<Value> =
        done.stderr.lines().map(|line| serde_json::from_str(line).expect("each line is an object")).collect();
    let phases: Vec<&str> = events.iter().filter_map(|event| event["phase"].as_str()).collect();
    assert_eq!(phases, ["parking", "loading", "restoring", "verifying", "finishing"]);
    let steps: Vec<&str> = events.iter().filter_map(|event| event["step"].as_str()).collect();
    assert!(steps.iter().any(|step| step.starts_with("index ") && step.ends_with(" of likes")), "{steps:?}");
    for event in events.iter().filter(|event| event["event"] == "progress") {
        assert!(event["rows"].as_u64() <= event["of"].as_u64(), "{event}");
    }
}

#[test]
fn the_migration_that_runs_is_shown_on_a_terminal_and_gives_way_to_what_is_done() {
    let folder = empty_database();
    let slowly = [("INSTASEED_FAULT", "migrate:pause:2500@20260101000200")];
    let (code, raw, screen) = on_terminal(&["migrate", "to", "course"], &folder, &slowly).finish();
    assert_eq!(code, 0, "{screen:#?}");
    assert!(raw.contains("up 20260101000200 create_photos  (statement 1 of "), "{raw}");
    clean(&screen);
    let done = screen.iter().filter(|line| line.starts_with("up    20260101")).count();
    assert_eq!(done, 8, "{screen:#?}");
}

#[test]
fn without_a_terminal_a_step_that_lasts_is_told_in_a_line() {
    let folder = empty_database();
    let call = |pause: &str| {
        instaseed(&["migrate", "up", "1"]).dir(&folder).env("INSTASEED_FAULT", pause).run().expect(0)
    };
    let done = call("migrate:pause:7000");
    assert!(done.stderr.contains("up 20260101000100 create_users  (statement "), "{}", done.stderr);
    assert_eq!(call("migrate:pause:1").stderr, "");
}

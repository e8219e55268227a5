//! Ctrl-C and a signal to end, in every verb: the exit code, the one object of `--json`, and what is said of the
//! database holds.

use std::io::{BufRead, BufReader, PipeReader, Read, Write, pipe};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use instaseed::database::Engine;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::lock::migrate;
use crate::migrate::folder;
use crate::support::{
    Finished, TestDb, at_course, each_engine, instaseed, object, on, on_engine, on_terminal, scratch,
};

const SIGNALS: [(Signal, i32); 2] = [(Signal::INT, 130), (Signal::TERM, 143)];

fn send(child: &Child, signal: Signal) {
    kill_process(Pid::from_child(child), signal).expect("it runs");
}

/// Waits for the event of a step, sends the signals, several of them once its first statement has begun, and waits for
/// the end.
fn stop_in(mut child: Child, step: &str, signals: &[Signal]) -> Finished {
    let mut events = BufReader::new(child.stderr.take().expect("it is piped"));
    let mut stderr = String::new();
    while !stderr.contains(step) {
        assert!(events.read_line(&mut stderr).expect("lines") > 0, "it ended before {step}: {stderr}");
    }
    for signal in signals {
        if signals.len() > 1 {
            std::thread::sleep(Duration::from_millis(300));
        }
        send(&child, *signal);
    }
    events.read_to_string(&mut stderr).expect("text");
    let output = child.wait_with_output().expect("it ends");
    let stdout = String::from_utf8(output.stdout).expect("UTF-8");
    Finished { stdout, stderr, code: output.status.code().unwrap_or(-1) }
}

/// The error of the one object, once it is clear that standard error says the same.
#[track_caller]
fn told(done: &Finished) -> (String, String) {
    let answer = object(done);
    assert_eq!(answer["ok"], false);
    let text = |key: &str| answer["error"][key].as_str().unwrap_or_default().to_owned();
    let (message, hint) = (text("message"), text("hint"));
    assert!(done.stderr.contains(&format!("error: {message}\nhelp: {hint}\n")), "{}", done.stderr);
    (message, hint)
}

/// Two migrations of one's own; the second has three statements.
fn two() -> String {
    let up = "CREATE TABLE b (id INT);\nCREATE TABLE c (id INT);\nCREATE TABLE d (id INT);";
    let down = "DROP TABLE d;\nDROP TABLE c;\nDROP TABLE b;";
    let root =
        folder(&[("0001_first", "CREATE TABLE a (id INT);", "DROP TABLE a;"), ("0002_second", up, down)]);
    root.to_str().expect("UTF-8").to_owned()
}

const SLOWLY: &str = "migrate:pause:700@0002";

#[test]
fn a_stopped_run_of_migrations_says_what_is_left_and_the_same_words_go_on() {
    let root = two();
    each_engine(|db| {
        at_course(db);
        for (signal, code) in SIGNALS {
            let up = || migrate(db, &["up", "--json", "--migrations", &root]);
            let child = up().env("INSTASEED_FAULT", SLOWLY).spawn();
            let done = stop_in(child, "up 0002 second", &[signal]);
            assert_eq!(done.code, code, "{done:?}");
            let (message, hint) = told(&done);
            let left = match db.engine() {
                Engine::Sqlite => "stopped before the end, and the migrations that had run were undone",
                Engine::Postgres => "stopped after 1 migration",
                Engine::Mysql => {
                    "stopped after 1 migration, in the middle of the next: second is half-applied (up: 1 of 3 statements have run)"
                }
            };
            assert_eq!(message, left);
            assert!(hint.contains("the same command again "), "{hint}");
            let status = object(&on(db, &format!("migrate status --json --migrations {root}")).expect(0));
            let state = |version: &str| {
                let all = status["migrations"].as_array().expect("a list");
                all.iter().find(|one| one["version"] == version).map(|one| one["state"].clone())
            };
            let (first, second) = match db.engine() {
                Engine::Sqlite => ("pending", "pending"),
                Engine::Postgres => ("applied", "pending"),
                Engine::Mysql => ("applied", "half-applied"),
            };
            assert_eq!(state("0001"), Some(first.into()));
            assert_eq!(state("0002"), Some(second.into()));
            up().run().expect(0);
            let tables = db.connect().tables().expect("listed");
            assert!(["a", "b", "c", "d"].iter().all(|name| tables.contains(&(*name).to_owned())));
            migrate(db, &["down", "2", "--yes", "--quiet", "--migrations", &root]).run().expect(0);
        }
    });
}

#[test]
fn a_way_back_that_was_stopped_is_finished_by_repair() {
    let root = two();
    each_engine(|db| {
        at_course(db);
        migrate(db, &["up", "--quiet", "--migrations", &root]).run().expect(0);
        let down = ["down", "2", "--yes", "--json", "--migrations", &root];
        let child = migrate(db, &down).env("INSTASEED_FAULT", SLOWLY).spawn();
        let done = stop_in(child, "down 0002 second", &[Signal::INT]);
        assert_eq!(done.code, 130, "{done:?}");
        let (message, hint) = told(&done);
        match db.engine() {
            Engine::Mysql => {
                assert!(message.contains("second is half-applied (down: 1 of 3"), "{message}");
                assert!(hint.contains("repair") && !hint.contains("same command"), "{hint}");
                migrate(db, &["repair", "--migrations", &root]).run().expect(0);
                migrate(db, &["down", "--yes", "--migrations", &root]).run().expect(0);
            }
            _ => {
                assert_eq!(message, "stopped before any migration was run");
                migrate(db, &down).run().expect(0);
            }
        }
        assert!(!db.connect().tables().expect("listed").contains(&"a".to_owned()));
    });
}

#[test]
fn a_second_signal_ends_a_long_statement_at_once() {
    let root = two();
    each_engine(|db| {
        at_course(db);
        let up = || migrate(db, &["up", "--json", "--migrations", &root]);
        let child = up().env("INSTASEED_FAULT", "migrate:pause:100000@0002").spawn();
        let done = stop_in(child, "up 0002 second", &[Signal::INT, Signal::TERM]);
        assert_eq!(done.code, 143, "{done:?}");
        let (message, hint) = told(&done);
        assert_eq!(message, "stopped in the middle of a migration");
        assert!(hint.contains("migrate status") && hint.contains("same command"), "{hint}");
        up().run().expect(0);
    });
}

#[test]
fn setup_that_is_stopped_at_its_migrations_does_not_go_on_to_the_rows() {
    each_engine(|db| {
        let url = db.url();
        let setup = ["setup", "--users", "5", "--json", "--database-url", &url];
        let child = instaseed(&setup).env("INSTASEED_FAULT", "migrate:pause:400@20260101000700").spawn();
        let done = stop_in(child, "up 20260101000700", &[Signal::INT]);
        assert_eq!(done.code, 130, "{done:?}");
        told(&done);
        let mut connection = db.connect();
        let there = connection.tables().expect("listed");
        if there.iter().any(|table| table == "users") {
            assert_eq!(connection.count("users").expect("counted"), 0);
        }
        assert!(!there.iter().any(|table| table == "__instaseed_load"), "{there:?}");
        drop(connection);
        instaseed(&setup).run().expect(0);
        assert_eq!(db.connect().count("users").expect("counted"), 5);
    });
}

#[test]
fn a_stopped_migration_leaves_a_clean_screen() {
    let folder = scratch();
    let slowly = [("INSTASEED_FAULT", "migrate:pause:3000@20260101000200")];
    let mut up = on_terminal(&["setup", "--no-seed"], &folder, &slowly);
    assert!(up.wait_for("(statement 1 of "), "it ends before it is seen");
    up.interrupt();
    let (code, _, screen) = up.finish();
    assert_eq!(code, 130, "{screen:#?}");
    assert!(
        !screen.iter().any(|line| line.contains("(statement") || line.contains("stopping after")),
        "{screen:#?}"
    );
    assert!(screen.iter().any(|line| line.starts_with("error: stopped ")), "{screen:#?}");
}

#[test]
fn a_check_that_is_stopped_leaves_a_clean_screen() {
    let folder = scratch();
    instaseed(&["setup", "--users", "8000"]).dir(&folder).run().expect(0);
    let mut check = on_terminal(&["check"], &folder, &[]);
    assert!(check.wait_for("/s"), "it ends before it is seen");
    check.interrupt();
    let (code, _, screen) = check.finish();
    assert_eq!(code, 130, "{screen:#?}");
    let said: Vec<_> = screen.iter().filter(|line| !line.is_empty()).collect();
    assert_eq!(
        said,
        ["error: stopped before the end", "help: run the same command again; nothing was changed"]
    );
}

#[test]
fn a_question_is_declined_by_ctrl_c() {
    let folder = scratch();
    instaseed(&["setup", "--users", "5"]).dir(&folder).run().expect(0);
    let mut reset = on_terminal(&["reset"], &folder, &[]);
    assert!(reset.wait_for("[y/N]"), "it does not ask");
    reset.interrupt();
    let (code, _, screen) = reset.finish();
    assert_eq!(code, 130, "{screen:#?}");
    assert!(screen.iter().any(|line| line == "error: stopped before the end"), "{screen:#?}");
    let left = instaseed(&["show", "users", "--rows", "0"]).dir(&folder).run().expect(0);
    assert!(left.stdout.contains("users: 5 rows"), "{}", left.stdout);
}

/// Whether the program hears signals by now.
fn hears(child: &Child) -> bool {
    let Ok(status) = std::fs::read_to_string(format!("/proc/{}/status", child.id())) else {
        // Other systems do not tell: a second is enough.
        std::thread::sleep(Duration::from_secs(1));
        return true;
    };
    let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
    let caught = caught.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or_default();
    // Both: SIGINT is 2, SIGTERM 15.
    caught & 0x4002 == 0x4002
}

#[test]
fn every_verb_that_only_waits_ends_at_once_with_its_object() {
    // Nobody listens there, so that each of them waits.
    const NOWHERE: &str = "mysql://u@127.0.0.1:1/d";
    for verb in [
        "check",
        "show",
        "sql x",
        "sql --write x",
        "doctor",
        "setup",
        "reset --yes",
        "seed",
        "migrate status",
        "migrate plan",
        "migrate up",
        "migrate down --yes",
        "migrate redo --yes",
        "migrate to none --yes",
        "migrate repair",
    ] {
        for (signal, code) in SIGNALS {
            let words = verb.split(' ').chain(["--json", "--wait", "600", "--database-url", NOWHERE]);
            let child = instaseed(&words.collect::<Vec<_>>()).spawn();
            while !hears(&child) {
                std::thread::sleep(Duration::from_millis(5));
            }
            send(&child, signal);
            let output = child.wait_with_output().expect("it ends");
            assert_eq!(output.status.code(), Some(code), "{verb}");
            let answer: Value = serde_json::from_slice(&output.stdout).expect("one object");
            assert_eq!(answer["error"]["message"], "stopped before the end", "{verb}");
            assert_eq!(answer["error"]["hint"], "run the same command again; nothing was changed", "{verb}");
        }
    }
}

#[test]
fn a_run_that_waits_for_another_one_stops() {
    on_engine(Engine::Mysql, |db: &TestDb| {
        at_course(db);
        let root = two();
        let up = || migrate(db, &["up", "--json", "--migrations", &root]);
        let mut first = up().env("INSTASEED_FAULT", "migrate:pause:100000@0002").spawn();
        let mut events = BufReader::new(first.stderr.take().expect("it is piped"));
        let mut line = String::new();
        while !line.contains("up 0002") {
            assert!(events.read_line(&mut line).expect("lines") > 0, "{line}");
        }
        let done = stop_in(up().spawn(), "waiting for another run", &[Signal::INT]);
        assert_eq!(done.code, 130, "{done:?}");
        told(&done);
        first.kill().expect("it runs");
        first.wait().expect("it ends");
    });
}

/// What a pipe takes.
const PIPE: usize = 1 << 16;

/// The program with a standard output that nobody reads and that takes this many bytes more; it lasts as long as the reader.
fn stalled(db: &TestDb, words: &str, room: usize) -> (Child, PipeReader) {
    let (reader, mut writer) = pipe().expect("a pipe");
    let end = writer.try_clone().expect("another end");
    std::thread::spawn(move || writer.write_all(&vec![b'\n'; PIPE - room]));
    std::thread::sleep(Duration::from_millis(300));
    let mut command = Command::new(env!("CARGO_BIN_EXE_instaseed"));
    command.args(words.split(' ')).args(["--database-url", &db.url()]).stdin(Stdio::null());
    let child = command.stdout(end).stderr(Stdio::piped()).spawn().expect("cargo has built the binary");
    (child, reader)
}

#[test]
fn a_signal_after_the_work_does_not_advise_to_do_it_again() {
    on_engine(Engine::Sqlite, |db| {
        on(db, "setup --profile tiny --quiet").expect(0);
        type IsDone = fn(&TestDb) -> bool;
        // A load prints a line before its work.
        let is_done: [(&str, usize, IsDone); 3] = [
            ("migrate protect", 0, |db| {
                instaseed::migration::is_protected(&mut db.connect()).unwrap_or(false)
            }),
            ("migrate unprotect --yes", 0, |db| {
                !instaseed::migration::is_protected(&mut db.connect()).unwrap_or(true)
            }),
            ("seed --profile tiny --append", 100, |db| {
                db.connect().count("users").is_ok_and(|rows| rows == 20)
            }),
        ];
        for (words, room, is_done) in is_done {
            let (mut child, reader) = stalled(db, words, room);
            while !is_done(db) {
                std::thread::sleep(Duration::from_millis(50));
            }
            std::thread::sleep(Duration::from_secs(1));
            send(&child, Signal::INT);
            let mut said = String::new();
            child.stderr.take().expect("it is piped").read_to_string(&mut said).expect("text");
            assert_eq!(child.wait().expect("it ends").code(), Some(130), "{words}: {said}");
            assert!(said.contains("error: stopped after the work was done"), "{words}: {said}");
            assert!(said.contains("nothing is left to do"), "{words}: {said}");
            drop(reader);
        }
    });
}

#[test]
fn one_signal_ends_a_run_of_migrations_that_waits_for_a_lock() {
    for engine in [Engine::Postgres, Engine::Mysql] {
        on_engine(engine, |db| {
            let root = folder(&[
                ("0001_t", "CREATE TABLE t (a INT);", "DROP TABLE t;"),
                ("0002_more", "ALTER TABLE t ADD COLUMN b INT;", "ALTER TABLE t DROP COLUMN b;"),
            ]);
            let root = root.to_str().expect("UTF-8");
            at_course(db);
            migrate(db, &["up", "1", "--migrations", root]).run().expect(0);
            let mut reader = db.connect();
            reader.batch("BEGIN").expect("begun");
            reader.count("t").expect("counted");
            let up = ["up", "--json", "--lock-timeout", "600", "--migrations", root];
            let begun = Instant::now();
            let done = stop_in(migrate(db, &up).spawn(), "waiting for a lock that", &[Signal::INT]);
            assert_eq!(done.code, 130, "{done:?}");
            assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
            assert_eq!(told(&done).0, "stopped in the middle of a migration");
            reader.batch("ROLLBACK").expect("ended");
            migrate(db, &["up", "--migrations", root]).run().expect(0);
        });
    }
}

#[test]
fn a_second_signal_while_a_load_waits_for_its_tables_does_not_speak_of_a_load() {
    on_engine(Engine::Mysql, |db| {
        on(db, "setup --no-seed --quiet").expect(0);
        let mut reader = db.connect();
        reader.batch("BEGIN").expect("begun");
        reader.count("users").expect("counted");
        let url = db.url();
        let seed = instaseed(&["seed", "--lock-timeout", "600", "--database-url", &url]);
        let done = stop_in(seed.spawn(), "waiting for", &[Signal::INT, Signal::INT]);
        assert_eq!(done.code, 130, "{done:?}");
        assert!(done.stderr.contains("error: stopped before any row was loaded"), "{done:?}");
        assert!(!done.stderr.contains("--resume"), "{done:?}");
        reader.batch("ROLLBACK").expect("ended");
    });
}

#[test]
fn stopped_files_leave_nothing_under_a_final_name_and_say_so() {
    let parent = scratch();
    let out = parent.join("data");
    let words = ["generate", "--users", "200000", "--json", "--out", out.to_str().expect("UTF-8")];
    let done = stop_in(instaseed(&words).spawn(), "progress", &[Signal::INT]);
    assert_eq!(done.code, 130, "{done:?}");
    assert!(told(&done).1.contains("none was left under its final name"), "{done:?}");
    assert!(!out.exists());
}

#[test]
fn the_error_has_a_line_of_its_own_after_ctrl_c() {
    let words = ["check", "--wait", "600", "--database-url", "mysql://u@127.0.0.1:1/d"];
    let check = on_terminal(&words, &scratch(), &[]);
    std::thread::sleep(Duration::from_secs(1));
    check.interrupt();
    let (code, raw, _) = check.finish();
    assert_eq!(code, 130, "{raw}");
    let error = raw.find("error:").or_else(|| raw.find("\u{1b}[1;31merror")).expect("it is told");
    assert!(raw[..error].contains("\r\n"), "{raw:?}");
}

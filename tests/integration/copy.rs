//! A database is copied as it is: rows that no generator would make, the history of migrations, what was loaded; from
//! every engine to every other, while others write, and again after a kill.
//!
//! `INSTASEED_COPY_KILLS` sets how many times a copy of each pair is killed, `INSTASEED_COPY_USERS` how large it is.

mod faults;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use instaseed::database::{self, Engine};
use serde_json::Value;

use crate::support::{Finished, TestDb, each_engine, from_environment, instaseed, object, on, sql};

fn copied(from: &TestDb, to: &TestDb) -> Finished {
    let (from, to) = (from.url(), to.url());
    instaseed(&["copy", "--from", &from, "--to", &to, "--json", "--quiet"]).run()
}

/// The digests of a database, as a check reads them.
pub fn digests(db: &TestDb) -> Value {
    object(&on(db, "check --json"))["fingerprint"]["tables"].clone()
}

/// What a copy must not change: quotes, control characters, letters of four bytes, NULLs, the longest texts and both
/// ends of what a TIMESTAMP of every engine can be.
pub fn hostile_rows(db: &TestDb) {
    let slash = if db.engine() == Engine::Mysql { "\\\\" } else { "\\" };
    let long = "\u{1F363}".repeat(255);
    let texts = [
        "it''s \"quoted\" `twice`, 100 %_".to_owned(),
        format!("back{slash}slash {slash}N {slash}t"),
        "tab\tline\nreturn\r\u{1}\u{7f}\u{85}\u{202e}".to_owned(),
        "\u{1F468}\u{200d}\u{1F469}\u{200d}\u{1F467} e\u{301} \u{10FFFF}".to_owned(),
        String::new(),
        " spaces at both ends ".to_owned(),
        long.clone(),
    ];
    let mut script = String::new();
    let ends = ["1970-01-01 00:00:01", "2038-01-19 03:14:07"];
    for (at, text) in texts.iter().enumerate() {
        let (id, time) = (at + 100_001, ends[at % 2]);
        script += &format!(
            "INSERT INTO users (id, username, created_at) VALUES ({id}, 'u{id}{}', '{time}');\
             INSERT INTO photos (id, image_url, user_id, created_at) VALUES ({id}, 'https://e.org/{id}', {id}, NULL);\
             INSERT INTO comments (id, comment_text, user_id, photo_id, created_at) VALUES ({id}, '{text}', {id}, {id}, '{time}');",
            if text == &long { "" } else { text }
        );
    }
    sql(db, &script);
}

#[test]
fn whatever_the_rows_are_they_arrive_on_every_engine() {
    each_engine(|from| {
        on(from, "setup --profile tiny -q").expect(0);
        hostile_rows(from);
        let (before, status) = (digests(from), object(&on(from, "migrate status --json").expect(0)));
        for engine in Engine::ALL {
            let Some(to) = TestDb::absent(engine) else { continue };
            let done = object(&copied(from, &to).expect(0));
            assert_eq!(done["created"], true);
            assert_eq!(digests(&to), before, "{} to {engine}", from.engine());
            for table in done["tables"].as_array().expect("a list") {
                let name = table["table"].as_str().expect("a name");
                assert_eq!(table["digest"], before[name], "{name}");
            }
            let there = object(&on(&to, "migrate status --json").expect(0));
            assert_eq!((&there["migrations"], &there["goal"]), (&status["migrations"], &status["goal"]));
            assert_eq!(
                to.connect().catalogue().expect("read").to_string().lines().count(),
                created(engine).connect().catalogue().expect("read").to_string().lines().count()
            );
            let again = object(&copied(from, &to).expect(0));
            assert_eq!((&again["already"], &again["tables"]), (&Value::Bool(true), &done["tables"]));
            // The next row gets an id that is free.
            sql(&to, "INSERT INTO users (username) VALUES ('next')");
            // What has other rows is not copied into.
            let again = copied(from, &to).expect(2);
            assert!(again.stderr.contains("is not empty"), "{}", again.stderr);
        }
    });
}

/// A database with the same schema, made without a copy.
fn created(engine: Engine) -> TestDb {
    let db = TestDb::absent(engine).expect("the server is there");
    on(&db, "setup --no-seed -q").expect(0);
    db
}

#[test]
fn what_a_load_recorded_still_holds_after_a_copy() {
    each_engine(|from| {
        on(from, "setup --edition platform --profile tiny -q").expect(0);
        for engine in Engine::ALL {
            let Some(to) = TestDb::absent(engine) else { continue };
            copied(from, &to).expect(0);
            on(&to, "check").expect(0);
            let facts = |db: &TestDb| object(&on(db, "doctor --json").expect(0))["data_sets"].clone();
            assert_eq!(facts(&to), facts(from));
            on(&to, "migrate to course --yes -q").expect(0);
            on(&to, "migrate to platform -q").expect(0);
        }
    });
}

#[test]
fn a_source_that_is_not_whole_is_refused() {
    let (from, to) = (absent(Engine::Sqlite), absent(Engine::Sqlite));
    crate::retried::cut_off(&from);
    let refused = copied(&from, &to).expect(2);
    assert!(refused.stderr.contains("was interrupted"), "{}", refused.stderr);
    assert!(!database::exists(to.target()).expect("a file is there or not"), "nothing was created");
    let refused = copied(&from, &from).expect(2);
    assert!(refused.stderr.contains("into itself"), "{}", refused.stderr);
}

fn absent(engine: Engine) -> TestDb {
    TestDb::absent(engine).expect("the server is there")
}

#[test]
fn a_value_that_others_cannot_hold_is_named() {
    let (from, to) = (absent(Engine::Sqlite), absent(Engine::Sqlite));
    on(&from, "setup --profile tiny -q").expect(0);
    sql(&from, "UPDATE photos SET created_at = 'yesterday' WHERE id = 1");
    let refused = copied(&from, &to).expect(2);
    assert!(refused.stderr.contains("photos.created_at"), "{}", refused.stderr);
    assert!(refused.stderr.contains("yesterday"), "{}", refused.stderr);
    let seed = on(&to, "seed").expect(2);
    assert!(seed.stderr.contains("a copy of"), "{}", seed.stderr);
    for verb in ["migrate status", "check", "doctor"] {
        let said = on(&to, verb).stdout;
        assert!(
            said.contains("copy or the restore of") && !said.contains("instaseed seed"),
            "{verb}: {said}"
        );
    }
    sql(&from, "UPDATE photos SET created_at = '2020-01-01 00:00:00' WHERE id = 1");
    assert_eq!(object(&copied(&from, &to).expect(0))["resumed"], true);
    assert_eq!(digests(&to), digests(&from));
}

#[test]
fn a_killed_copy_goes_on_to_equal_digests() {
    let kills = from_environment("INSTASEED_COPY_KILLS", 1_u64);
    each_engine(|from| {
        let users = from_environment("INSTASEED_COPY_USERS", 150_u64);
        on(from, &format!("setup --edition platform --users {users} -q")).expect(0);
        for engine in Engine::ALL {
            let Some(first) = TestDb::absent(engine) else { continue };
            let begun = Instant::now();
            copied(from, &first).expect(0);
            let took = begun.elapsed();
            let mut resumed = 0;
            for kill in 0..kills {
                let Some(to) = TestDb::absent(engine) else { continue };
                let urls = (from.url(), to.url());
                let mut child = instaseed(&["copy", "--from", &urls.0, "--to", &urls.1, "--quiet"]).spawn();
                std::thread::sleep(took.mul_f64((kill as f64 + 0.5) / kills as f64));
                child.kill().expect("it can be killed");
                child.wait().expect("it has ended");
                let is_whole = digests(&to) == digests(from);
                // Rows come and go at the source before the copy goes on.
                sql(from, &format!("UPDATE users SET full_name = 'after kill {kill}' WHERE user_id = 3"));
                let done = until_free(from, &to);
                if done.stderr.contains("is not empty") {
                    // The copy had ended before it was killed, and the source has changed since.
                    assert!(is_whole, "{}", done.stderr);
                    continue;
                }
                resumed += u32::from(object(&done.expect(0))["resumed"] == true);
                assert_eq!(digests(&to), digests(from), "{} to {engine}, kill {kill}", from.engine());
                on(&to, "migrate status").expect(0);
            }
            eprintln!("{} to {engine}: {resumed} of {kills} killed copies were continued", from.engine());
        }
    });
}

/// A server may still be at the statement of the killed copy: its lock is waited for.
fn until_free(from: &TestDb, to: &TestDb) -> Finished {
    let begun = Instant::now();
    loop {
        let done = copied(from, to);
        let is_locked = done.stderr.contains("lock") && begun.elapsed() < Duration::from_secs(120);
        if done.code != 2 || !is_locked {
            return done;
        }
    }
}

#[test]
fn a_copy_has_the_rows_of_one_moment() {
    each_engine(|from| {
        on(from, "setup --profile tiny -q").expect(0);
        if from.engine().is_file() {
            sql(from, "PRAGMA journal_mode = WAL");
        }
        let over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            // A user and a photo always come together.
            scope.spawn(|| {
                let mut db = from.connect();
                let ids = (1000..).take_while(|_| !over.load(Ordering::Relaxed));
                for id in ids {
                    let pair = format!(
                        "BEGIN; INSERT INTO users (id, username) VALUES ({id}, 'u{id}'); \
                         INSERT INTO photos (id, image_url, user_id) VALUES ({id}, 'https://e.org/{id}', {id}); COMMIT"
                    );
                    db.batch(&pair).expect("others write meanwhile");
                }
            });
            let mut differences = Vec::new();
            for engine in Engine::ALL {
                let Some(to) = TestDb::absent(engine) else { continue };
                let done = copied(from, &to);
                let rows = |name: &str| {
                    to.connect().count(name).map_err(|error| format!("{error}: {}", done.stderr))
                };
                let pairs = rows("users").and_then(|users| Ok((users - 10, rows("photos")? - 12)));
                if !matches!(pairs, Ok((users, photos)) if users == photos) {
                    differences.push(format!("{} to {engine}: {pairs:?}", from.engine()));
                }
            }
            over.store(true, Ordering::Relaxed);
            assert!(differences.is_empty(), "{differences:?}");
        });
    });
}

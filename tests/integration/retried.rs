//! A load that was cut off, met again: by the same command, by another one, by `reset`, `check` and `doctor`. Each either
//! goes on with it or says what it is.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use diesel::RunQueryDsl;
use instaseed::database::{Db, Engine};
use instaseed::edition::{Edition, WorldRows};
use instaseed::fingerprint::GENERATOR_VERSION;
use instaseed::load::{self, DataSet, Mode, Options, Phase};
use instaseed::profile::{Profile, ProfileOverrides};
use instaseed::world::World;
use serde_json::Value;

use crate::load::options;
use crate::support::{StopAfter, TestDb, each_engine, instaseed, object, on, on_engine};

/// The state that a killed `setup --users 1200 --seed 9` leaves: a recorded load with some of its rows in.
pub fn cut_off(db: &TestDb) {
    on(db, "setup --no-seed -q").expect(0);
    let over = ProfileOverrides { users: Some(1200), seed: Some(9), ..ProfileOverrides::default() };
    let profile = Profile::load("social", &over).unwrap();
    let world = World::new(&profile).unwrap();
    let rows = WorldRows::new(&world, Edition::Course).unwrap();
    let data = DataSet {
        edition: Edition::Course,
        generator_version: GENERATOR_VERSION,
        profile: profile.to_record(),
        origin: None,
    };
    let stop = Arc::default();
    let observer = Arc::new(StopAfter { chunks: AtomicU64::new(4), stop: Arc::clone(&stop) });
    let options = Options { stop, observer, threads: 1, ..options(Mode::Fresh) };
    let error = load::load(db.target(), &data, &rows, options).unwrap_err();
    assert_eq!(error.to_string(), "stopped before the end");
    let found = load::interrupted(&mut db.connect()).unwrap().expect("it is recorded");
    assert_eq!(found.phase, Phase::Loading);
}

fn fingerprint(db: &TestDb) -> Value {
    object(&on(db, "check --json").expect(0))["fingerprint"].clone()
}

#[test]
fn a_setup_that_is_typed_again_goes_on() {
    each_engine(|db| {
        on(db, "setup --users 1200 --seed 9 -q").expect(0);
        let (whole, catalogue) = (fingerprint(db), db.connect().catalogue().unwrap().to_string());
        on(db, "reset --yes --no-seed -q").expect(0);
        cut_off(db);
        let before = load::interrupted(&mut db.connect()).unwrap().unwrap().rows_in();
        let done = object(&on(db, "setup --users 1200 --seed 9 --json").expect(0));
        assert_eq!(done["seeded"]["rows_before"], before);
        let (rows, now) = (&done["seeded"]["rows"], &done["seeded"]["rows_now"]);
        assert_eq!(rows.as_u64().unwrap(), now.as_u64().unwrap() + before);
        assert_eq!(fingerprint(db), whole);
        assert_eq!(db.connect().catalogue().unwrap().to_string(), catalogue);
        let again = object(&on(db, "setup --users 1200 --seed 9 --json").expect(0));
        assert_eq!(again["changed"], false);
    });
}

#[test]
fn other_words_meet_the_truth_about_the_interrupted_load() {
    each_engine(|db| {
        cut_off(db);
        for words in [
            "setup",
            "setup --profile tiny",
            "setup --users 1300",
            "seed --users 5",
            "seed --append",
            "seed --dry-run",
        ] {
            let done = on(db, words).expect(2);
            let told =
                "an earlier load of profile social, seed 9, 1200 users, edition course was interrupted";
            assert!(done.stderr.contains(told), "{words}: {}", done.stderr);
            assert!(done.stderr.contains("--resume") && done.stderr.contains("--discard"), "{}", done.stderr);
            assert!(!done.stderr.contains("did not write"), "{}", done.stderr);
        }
        let done = on(db, "setup --edition platform").expect(2);
        assert!(done.stderr.contains("`setup` does not change the edition"), "{}", done.stderr);
        for words in
            ["seed --resume --users 5000", "seed --resume --seed 8", "seed --resume --likes-per-photo 3"]
        {
            let done = on(db, words).expect(2);
            let said = words.trim_start_matches("seed --resume ");
            assert!(done.stderr.contains(&format!("but {said} was given")), "{words}: {}", done.stderr);
            assert!(done.stderr.contains("seed 9, 1200 users"), "{words}: {}", done.stderr);
        }
        let done = on(db, "seed --resume --edition platform").expect(2);
        assert!(done.stderr.contains("edition course, but --edition platform was given"), "{}", done.stderr);
        let done = on(db, "seed --resume --seed 9 --users 1200").expect(0);
        assert!(
            done.stdout.contains("rows now, ") && done.stdout.contains("were already loaded."),
            "{}",
            done.stdout
        );
    });
}

#[test]
fn check_and_doctor_are_red_until_it_is_settled() {
    each_engine(|db| {
        cut_off(db);
        let done = on(db, "check").expect(1);
        assert!(done.stdout.contains("A load was interrupted ("), "{}", done.stdout);
        assert_eq!(object(&on(db, "check --json").expect(1))["load"]["phase"], "loading");
        on(db, "doctor").expect(1);
        let shown = on(db, "seed --discard --dry-run --json").expect(0);
        assert!(object(&shown)["rows"].as_u64().unwrap() > 0);
        assert!(load::interrupted(&mut db.connect()).unwrap().is_some(), "a dry run takes nothing back");
        let refused = on(db, "seed --discard").expect(2);
        let rows = load::interrupted(&mut db.connect()).unwrap().unwrap().rows_in();
        let told = refused.stderr.replace(',', "");
        assert!(told.contains(&format!("removes the {rows} rows of the interrupted load")), "{told}");
        on(db, "seed --discard --yes").expect(0);
        on(db, "check").expect(0);
        on(db, "doctor").expect(0);
        let done = on(db, "seed --discard --yes").expect(0);
        assert!(done.stdout.contains("nothing to undo"), "{}", done.stdout);
        let done = on(db, "seed --resume").expect(1);
        assert!(done.stdout.contains("no interrupted load to resume"), "{}", done.stdout);
    });
}

#[test]
fn a_reset_ends_an_interrupted_load_whatever_its_record_says() {
    each_engine(|db| {
        on(db, "setup --no-seed -q").expect(0);
        let catalogue = db.connect().catalogue().unwrap().to_string();
        for broken in [None, Some("DELETE FROM __instaseed_load WHERE name = 'ours'")] {
            cut_off(db);
            if let Some(change) = broken {
                db.connect().batch(change).unwrap();
                for words in ["seed --resume", "seed --discard --yes", "setup"] {
                    let done = on(db, words).expect(2);
                    assert!(done.stderr.contains("instaseed reset"), "{words}: {}", done.stderr);
                }
            }
            on(db, "reset --yes --no-seed").expect(0);
            assert!(!load::is_recorded(&mut db.connect()).unwrap());
            assert_eq!(db.connect().catalogue().unwrap().to_string(), catalogue);
            assert_eq!(db.connect().count("users").unwrap(), 0);
        }
        cut_off(db);
        on(db, "reset --yes --profile tiny").expect(0);
        on(db, "check").expect(0);
    });
}

/// Everything that a record holds, as it stands.
fn entry(db: &TestDb, name: &str) -> String {
    crate::support::one(&mut db.connect(), "content", &format!("FROM __instaseed_load WHERE name = '{name}'"))
        .expect("an entry")
}

fn plant(db: &TestDb, name: &str, content: &str) {
    let sql = format!("UPDATE __instaseed_load SET content = '{content}' WHERE name = '{name}'");
    match &mut db.connect() {
        Db::Sqlite(c) => diesel::sql_query(sql).execute(c).unwrap(),
        Db::Mysql(c) => diesel::sql_query(sql).execute(c).unwrap(),
        Db::Postgres(c) => diesel::sql_query(sql).execute(c).unwrap(),
    };
}

#[test]
fn a_record_that_was_changed_is_an_error_and_no_world_without_end() {
    each_engine(|db| {
        cut_off(db);
        let profile = entry(db, "profile");
        let changed = |key: &str, value: Value| {
            let mut object: Value = serde_json::from_str(&profile).unwrap();
            object[key] = value;
            object.to_string()
        };
        for (key, value) in [
            ("users", 0.into()),
            ("as_of", 0.into()),
            ("languages", Value::Array(Vec::new())),
            ("photos_per_user", 1e9.into()),
            ("comments_per_photo", 1e300.into()),
        ] {
            plant(db, "profile", &changed(key, value));
            let done = on(db, "seed --resume").expect(2);
            assert!(done.stderr.contains("cannot be read by this version"), "{key}: {}", done.stderr);
        }
        // A world that could be, but is not the one whose portions are in.
        plant(db, "profile", &changed("users", 1100.into()));
        on(db, "seed --resume").expect(2);
        plant(db, "profile", &profile);
        for (name, content) in [
            ("offsets", r#"{"keys":{},"tags":[]}"#),
            ("ours", r#"{"users":[1,9000000]}"#),
            ("portions", "3"),
            ("whole_chunks", "18446744073709551615"),
        ] {
            let before = match name {
                "offsets" => None,
                _ => Some(entry(db, name)),
            };
            match before {
                Some(_) => plant(db, name, content),
                None => db
                    .connect()
                    .batch(&format!("INSERT INTO __instaseed_load VALUES ('offsets', '{content}')"))
                    .unwrap(),
            }
            let done = on(db, "seed --resume");
            let accepted = name == "whole_chunks" && done.code == 0;
            assert!(
                accepted || done.code == 2 && done.stderr.contains("cannot be read"),
                "{name}: {}",
                done.stderr
            );
            match before {
                Some(before) if !accepted => plant(db, name, &before),
                None => db.connect().batch("DELETE FROM __instaseed_load WHERE name = 'offsets'").unwrap(),
                _ => {}
            }
        }
    });
}

#[test]
fn a_discard_whose_record_names_other_ids_removes_nothing() {
    each_engine(|db| {
        cut_off(db);
        let tables = || {
            let tables = Edition::Course.tables().iter();
            tables.map(|table| db.connect().count(table.name).unwrap()).collect::<Vec<_>>()
        };
        let (ours, before) = (entry(db, "ours"), tables());
        let ids: Value = serde_json::from_str(&ours).unwrap();
        let with = |table: &str, range: [u64; 2]| {
            let mut ids = ids.clone();
            ids[table] = range.as_slice().into();
            ids.to_string()
        };
        for content in ["{}", &with("users", [1, 0]), &with("users", [1201, 2400])] {
            plant(db, "ours", content);
            let done = on(db, "seed --discard --yes").expect(2);
            assert!(done.stderr.contains("the ids are not those of its world"), "{content}: {}", done.stderr);
            assert_eq!(tables(), before, "{content}");
            let found = load::interrupted(&mut db.connect()).unwrap().expect("the record is kept");
            assert_eq!(found.phase, Phase::Loading);
        }
        plant(db, "ours", &ours);
        let done = object(&on(db, "seed --discard --yes --json").expect(0));
        assert_eq!(done["rows"], before.iter().sum::<u64>());
        assert_eq!(tables(), [0; 7]);
    });
}

#[test]
fn a_portion_whose_record_cannot_be_read_is_not_sent_again() {
    each_engine(|db| {
        cut_off(db);
        db.connect().batch("UPDATE __instaseed_load_portions SET digest = 'x'").unwrap();
        let done = on(db, "seed --resume").expect(2);
        assert!(done.stderr.contains("a row of __instaseed_load_portions"), "{}", done.stderr);
        db.connect().batch("UPDATE __instaseed_load_portions SET row_count = 9223372036854775807").unwrap();
        let done = on(db, "seed --discard --dry-run");
        assert!([0, 2].contains(&done.code), "{}", done.stderr);
    });
}

#[test]
fn a_file_with_a_write_ahead_log_that_somebody_has_open_is_refused_before_anything_goes() {
    on_engine(Engine::Sqlite, |db| {
        on(db, "setup --profile tiny -q").expect(0);
        let mut idle = db.connect();
        idle.batch("PRAGMA journal_mode = WAL").unwrap();
        assert_eq!(idle.count("users").unwrap(), 10);
        for words in ["seed --replace --yes --profile tiny", "reset --yes --profile tiny"] {
            let done = on(db, &format!("{words} --lock-timeout 1")).expect(2);
            assert!(done.stderr.contains("needs the file alone"), "{words}: {}", done.stderr);
            assert!(!done.stderr.contains("--resume"), "{words}: {}", done.stderr);
            assert_eq!(idle.count("users").unwrap(), 10, "{words}");
        }
        drop(idle);
        on(db, "reset --yes --profile tiny -q").expect(0);
        on(db, "check").expect(0);
    });
}

#[test]
fn tables_that_are_empty_are_named_by_setup() {
    each_engine(|db| {
        on(db, "setup --profile tiny -q").expect(0);
        db.connect().batch("DELETE FROM photo_tags; DELETE FROM likes").unwrap();
        let done = on(db, "setup").expect(0);
        assert!(
            done.stdout.contains("2 tables are empty, and the others have rows: likes, photo_tags."),
            "{}",
            done.stdout
        );
        assert!(done.stdout.contains("instaseed seed --replace"), "{}", done.stdout);
        let done = on(db, "setup --users 500").expect(2);
        let told = "instaseed seed --users 500 --replace";
        assert!(done.stderr.contains(told), "{}", done.stderr);
        let done = on(db, "seed --users 500").expect(2);
        assert!(done.stderr.contains(told), "{}", done.stderr);
        assert!(done.stderr.contains("instaseed seed --users 500 --append"), "{}", done.stderr);
    });
}

/// Who holds the tables for long is named by a load, with what ends it; who holds them for a moment only makes it wait.
#[test]
fn a_session_that_is_at_the_tables_is_waited_for_and_named() {
    for engine in [Engine::Postgres, Engine::Mysql] {
        on_engine(engine, |db| {
            on(db, "setup --profile tiny -q").expect(0);
            let mut other = db.connect();
            other.batch("BEGIN").unwrap();
            other.count("users").unwrap();
            let id = connection(&mut other);
            let end = match engine {
                Engine::Mysql => format!("`KILL {id}`"),
                _ => format!("`SELECT pg_terminate_backend({id})`"),
            };
            for words in ["seed --replace --yes --profile tiny", "seed --append --users 20"] {
                // A reader is not in the way of rows that go beside its own, where readers and writers do not meet.
                if words.contains("--append") && engine == Engine::Postgres {
                    other.batch("INSERT INTO tags (tag_name) VALUES ('mine')").unwrap();
                }
                let done = on(db, &format!("{words} --lock-timeout 2")).expect(2);
                let said = &done.stderr;
                assert!(said.contains(&format!("leave the tables: connection {id} (")), "{words}: {said}");
                assert!(said.contains("another session holds a lock: connection "), "{words}: {said}");
                assert!(said.contains(&format!("{end} ends it")), "{words}: {said}");
                assert!(
                    said.contains(&format!("end the transactions of these connections ({end})")),
                    "{said}"
                );
                assert!(
                    said.contains("nothing was changed") && !said.contains("--resume"),
                    "{words}: {said}"
                );
                assert!(load::interrupted(&mut db.connect()).unwrap().is_none());
                assert_eq!(db.connect().count("users").unwrap(), 10);
            }
            let url = db.url();
            let line = ["seed", "--append", "--users", "20", "-q", "--database-url", &url];
            let mut child = instaseed(&line).spawn();
            std::thread::sleep(Duration::from_millis(300));
            assert!(child.try_wait().unwrap().is_none(), "it waits");
            other.batch("COMMIT").unwrap();
            assert!(child.wait().unwrap().success());
            assert_eq!(db.connect().count("users").unwrap(), 30);
        });
    }
}

fn connection(db: &mut Db) -> String {
    let of = if matches!(db, Db::Mysql(_)) { "CONNECTION_ID()" } else { "pg_backend_pid()" };
    crate::support::one(db, of, "").expect("a number")
}

/// Where every statement of a schema is kept by itself, a reset looks first whether it can have all tables.
#[test]
fn a_reset_that_cannot_have_a_table_takes_nothing_back() {
    for engine in [Engine::Postgres, Engine::Mysql] {
        on_engine(engine, |db| {
            on(db, "setup --profile tiny -q").expect(0);
            let before = fingerprint(db);
            let mut reader = db.connect();
            reader.batch("BEGIN").unwrap();
            reader.count("users").unwrap();
            let id = connection(&mut reader);
            let done = on(db, "reset --yes --profile tiny --lock-timeout 2").expect(2);
            assert!(done.stderr.contains(&format!("connection {id} (")), "{}", done.stderr);
            let end = if engine == Engine::Mysql { "KILL" } else { "SELECT pg_terminate_backend" };
            assert!(done.stderr.contains(end), "{}", done.stderr);
            assert_eq!(fingerprint(db), before);
            reader.batch("COMMIT").unwrap();
            on(db, "reset --yes --profile tiny -q").expect(0);
            assert_eq!(fingerprint(db), before);
        });
    }
}

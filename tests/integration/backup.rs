//! Backups: whatever is in a database comes back on every engine; what is damaged, newer, taken or no backup is refused
//! before anything is written.

mod carried;
mod manifests;
mod places;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use instaseed::database::{self, Engine};
use serde_json::Value;

use crate::copy::{digests, hostile_rows};
use crate::support::{Finished, PASSWORD, TestDb, each_engine, instaseed, object, on, scratch, select, sql};

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

fn back_up(db: &TestDb, folder: &Path) -> Finished {
    on(db, &format!("backup --out {} --json --quiet", text(folder)))
}

fn restore(folder: &Path, to: &TestDb) -> Finished {
    on(to, &format!("restore {} --json --quiet", text(folder)))
}

/// A backup of the tiny world with odd rows, and the database that it was made of.
fn backed_up() -> (TestDb, PathBuf) {
    let db = absent();
    on(&db, "setup --profile tiny -q").expect(0);
    hostile_rows(&db);
    let folder = scratch().join("monday");
    back_up(&db, &folder).expect(0);
    (db, folder)
}

fn absent() -> TestDb {
    TestDb::absent(Engine::Sqlite).expect("SQLite needs no server")
}

fn is_there(db: &TestDb) -> bool {
    database::exists(db.target()).expect("a file is there or not")
}

#[test]
fn a_backup_of_every_engine_is_restored_on_every_engine() {
    each_engine(|from| {
        on(from, "setup --profile tiny -q").expect(0);
        hostile_rows(from);
        let (before, status) = (digests(from), object(&on(from, "migrate status --json").expect(0)));
        let folder = scratch().join("monday");
        let made = object(&back_up(from, &folder).expect(0));
        let mode = fs::metadata(&folder).expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o700, "only its owner reads it");
        let manifest = fs::read_to_string(folder.join("manifest.json")).expect("read");
        assert!(!manifest.contains(PASSWORD) && !manifest.contains("p%40ss"), "no password is in it");
        // What comes after the backup is not in it.
        sql(from, "DELETE FROM photo_tags");
        for engine in Engine::ALL {
            let Some(to) = TestDb::absent(engine) else { continue };
            let done = object(&restore(&folder, &to).expect(0));
            assert_eq!(digests(&to), before, "{} to {engine}", from.engine());
            assert_eq!(done["tables"], made["tables"]);
            let there = object(&on(&to, "migrate status --json").expect(0));
            assert_eq!(there["migrations"], status["migrations"]);
            let again = object(&restore(&folder, &to).expect(0));
            assert_eq!((&again["already"], &again["tables"]), (&Value::Bool(true), &done["tables"]));
            sql(&to, "DELETE FROM photo_tags");
            let again = restore(&folder, &to).expect(2);
            assert!(again.stderr.contains("is not empty"), "{}", again.stderr);
        }
    });
}

#[test]
fn an_older_schema_is_restored_and_then_migrated() {
    let (_, folder) = backed_up();
    each_engine(|to| {
        restore(&folder, to).expect(0);
        assert_eq!(object(&on(to, "migrate status --json").expect(0))["edition"], "course");
        on(to, "migrate to platform -q").expect(0);
    });
    let to = absent();
    let done = object(&on(&to, &format!("restore {} --migrate --json", text(&folder))).expect(0));
    assert_eq!(done["migrations_applied"], 0);
}

#[test]
fn a_damaged_file_is_found_before_a_row_is_written() {
    let (_, folder) = backed_up();
    let users = folder.join("users.jsonl.zst");
    let whole = fs::read(&users).expect("read");
    let mut altered = whole.clone();
    altered[whole.len() / 2] ^= 1;
    let cases: [(&str, &dyn Fn()); 3] = [
        ("bytes, and the manifest says", &|| fs::write(&users, &whole[..whole.len() - 1]).expect("written")),
        ("its bytes are not those", &|| fs::write(&users, &altered).expect("written")),
        ("it is missing", &|| fs::remove_file(&users).expect("removed")),
    ];
    for (said, damage) in cases {
        damage();
        let to = absent();
        let refused = restore(&folder, &to).expect(2);
        assert!(refused.stderr.contains(said), "{}", refused.stderr);
        assert!(!is_there(&to));
    }
    fs::write(&users, &whole).expect("written");
    instaseed(&["restore", text(&folder), "--verify-only"]).run().expect(0);
}

/// Tables of an application, with values that types get wrong.
const APPLICATION: &str = "CREATE TABLE folders (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL DEFAULT 'new', \
    price DECIMAL(10,2), ratio DOUBLE PRECISION, flag BOOLEAN, day DATE, made TIMESTAMP NULL, UNIQUE (name)); \
    CREATE TABLE pins (user_id INTEGER NOT NULL, folder_id INTEGER NOT NULL, note VARCHAR(500), \
    PRIMARY KEY (user_id, folder_id), FOREIGN KEY (user_id) REFERENCES users (id), \
    FOREIGN KEY (folder_id) REFERENCES folders (id)); \
    CREATE INDEX pins_by_folder ON pins (folder_id); \
    INSERT INTO folders VALUES (7, 'it''s \"a\" \u{1F363}', 1.50, 0.1, TRUE, '2020-02-29', '2020-02-29 12:30:00'); \
    INSERT INTO folders VALUES (8, '', NULL, 1e300, FALSE, NULL, NULL); \
    INSERT INTO pins VALUES (1, 7, 'a'), (2, 7, NULL), (2, 8, '')";

#[test]
fn tables_of_an_application_go_along() {
    each_engine(|from| {
        on(from, "setup --profile tiny -q").expect(0);
        sql(from, APPLICATION);
        let folder = scratch().join("monday");
        let made = object(&back_up(from, &folder).expect(0));
        let own = |done: &Value| {
            let tables = done["tables"].as_array().expect("a list").clone().into_iter();
            let is_own = |table: &Value| table["table"] == "folders" || table["table"] == "pins";
            tables.filter(is_own).collect::<Vec<_>>()
        };
        assert_eq!(own(&made).len(), 2);
        for engine in Engine::ALL {
            let (Some(to), Some(other)) = (TestDb::absent(engine), TestDb::absent(engine)) else { continue };
            let restored = object(&restore(&folder, &to).expect(0));
            assert_eq!(own(&restored), own(&made), "{} to {engine}", from.engine());
            let (source, target) = (from.url(), other.url());
            let line = ["copy", "--from", &source, "--to", &target, "--json"];
            assert_eq!(own(&object(&instaseed(&line).run().expect(0))), own(&made));
            // Keys hold there, too.
            for wrong in [
                "INSERT INTO pins VALUES (1, 7, 'twice')",
                "INSERT INTO folders (id, name) VALUES (9, '')",
                "INSERT INTO pins VALUES (1, 77, 'to nothing')",
            ] {
                assert!(other.connect().batch(wrong).is_err(), "{engine}: {wrong}");
            }
            assert_eq!(other.connect().catalogue().expect("read").tables["pins"].foreign_keys.len(), 2);
        }
    });
}

#[test]
fn what_cannot_be_carried_is_named_before_anything_is_written() {
    each_engine(|from| {
        on(from, "setup --profile tiny -q").expect(0);
        sql(from, "CREATE VIEW famous AS SELECT 1 AS one");
        sql(from, "CREATE TABLE odd (id INTEGER PRIMARY KEY, CONSTRAINT small CHECK (id < 9))");
        let others = Engine::ALL.into_iter().filter(|other| *other != from.engine());
        let Some(to) = others.filter_map(TestDb::absent).next() else { return };
        let folder = scratch().join("monday");
        let (source, target) = (from.url(), to.url());
        let line = ["copy", "--from", &source, "--to", &target];
        back_up(from, &folder).expect(0);
        for refused in [instaseed(&line).run().expect(2), restore(&folder, &to).expect(2)] {
            for what in ["famous", "small", "--yes"] {
                assert!(refused.stderr.contains(what), "{}: {}", from.engine(), refused.stderr);
            }
        }
        assert!(!is_there(&to));
        let done = instaseed(&[&line[..], &["--yes", "--json"]].concat()).run().expect(0);
        assert_eq!(object(&done)["left"].as_array().map(Vec::len), Some(2));
        assert_eq!(digests(&to), digests(from));
    });
}

#[test]
fn columns_of_an_application_go_along() {
    each_engine(|from| {
        on(from, "setup --profile tiny -q").expect(0);
        for statement in [
            "ALTER TABLE users ADD COLUMN nick VARCHAR(40)",
            "ALTER TABLE users ADD COLUMN score INTEGER NOT NULL DEFAULT 5",
            "CREATE INDEX users_by_nick ON users (nick)",
            "UPDATE users SET nick = 'it''s \u{1F363}', score = 7 WHERE id IN (1, 3)",
        ] {
            sql(from, statement);
        }
        let values = |db: &TestDb| select(&mut db.connect(), &["id", "nick", "score"], "FROM users");
        let folder = scratch().join("monday");
        back_up(from, &folder).expect(0);
        for engine in Engine::ALL {
            let (Some(to), Some(other)) = (TestDb::absent(engine), TestDb::absent(engine)) else { continue };
            restore(&folder, &to).expect(0);
            assert_eq!(values(&to), values(from), "{} to {engine}", from.engine());
            let (source, target) = (from.url(), other.url());
            instaseed(&["copy", "--from", &source, "--to", &target, "--quiet"]).run().expect(0);
            assert_eq!(values(&other), values(from), "{} to {engine}", from.engine());
            let table =
                other.connect().catalogue().expect("read").tables.remove("users").expect("it is there");
            assert!(table.indexes.keys().any(|name| name.contains("nick")), "{:?}", table.indexes);
            sql(&other, "INSERT INTO users (username) VALUES ('next')");
            assert_eq!(digests(&to), digests(from));
        }
    });
}

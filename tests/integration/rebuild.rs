//! SQLite rebuilds tables, and a rebuild can wipe the children: it never does here, and what is lost is told.

use instaseed::database::{Db, Engine};
use instaseed::migration::{Goal, MigrationError, MigrationState, Source};

use crate::migrate::{folder, migration_error, number, run, status};
use crate::support::{TestDb, on_engine};

const FAMILY: (&str, &str, &str) = (
    "01_family",
    "CREATE TABLE parents (id INTEGER PRIMARY KEY, name TEXT);
     CREATE TABLE children (id INTEGER PRIMARY KEY, parent_id INTEGER NOT NULL REFERENCES parents (id) ON DELETE CASCADE);
     INSERT INTO parents VALUES (1, 'a'), (2, 'b');
     INSERT INTO children VALUES (1, 1), (2, 2), (3, 2);",
    "DROP TABLE children; DROP TABLE parents;",
);

/// The rebuild of `parents` that the SQLite documentation teaches, keeping the rows that a condition chooses.
fn rebuild(kept: &str) -> String {
    format!(
        "CREATE TABLE parents_new (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
         INSERT INTO parents_new SELECT id, name FROM parents WHERE {kept};
         DROP TABLE parents;
         ALTER TABLE parents_new RENAME TO parents;"
    )
}

fn after_family(test: &TestDb, up: &str) -> (Source, Db) {
    let root = folder(&[FAMILY, ("02_rebuild", up, "SELECT 1;")]);
    let source = Source::only_folder(test.engine(), &root).expect("good");
    let mut db = test.connect();
    run(&mut db, &source, Goal::Up(Some(1))).expect("up");
    (source, db)
}

#[test]
fn a_rebuild_keeps_the_children_whatever_the_session_says_of_foreign_keys() {
    on_engine(Engine::Sqlite, |test| {
        for setting in ["ON", "OFF"] {
            let (source, mut db) = after_family(test, &rebuild("true"));
            db.batch(&format!("PRAGMA foreign_keys = {setting}")).expect("set");
            run(&mut db, &source, Goal::Up(None)).expect("rebuilt");
            assert_eq!(number(&mut db, "SELECT count(*) AS number FROM children"), 3);
            let now = number(&mut db, "SELECT foreign_keys AS number FROM pragma_foreign_keys");
            assert_eq!(now, i64::from(setting == "ON"), "the session's setting is as it was");
            run(&mut db, &source, Goal::To("none".into())).expect("down");
        }
    });
}

#[test]
fn a_rebuild_that_loses_rows_is_refused_with_their_number() {
    on_engine(Engine::Sqlite, |test| {
        let (source, mut db) =
            after_family(test, &format!("DELETE FROM children WHERE parent_id = 2; {}", rebuild("true")));
        let error = migration_error(run(&mut db, &source, Goal::Up(None)).unwrap_err());
        let MigrationError::RowsLost { ref table, before: 3, after: 1, .. } = error else {
            panic!("{error}")
        };
        assert_eq!(table, "children");
        assert_eq!(number(&mut db, "SELECT count(*) AS number FROM children"), 3, "nothing was kept");
        assert_eq!(status(&mut db, &source).migrations[1].state, MigrationState::Pending);
    });
}

#[test]
fn a_rebuild_that_leaves_children_without_parents_is_refused_with_their_names() {
    on_engine(Engine::Sqlite, |test| {
        let rows = "UPDATE children SET parent_id = 7 WHERE id = 3;";
        let (source, mut db) = after_family(test, &format!("{rows}{}", rebuild("true")));
        let error = migration_error(run(&mut db, &source, Goal::Up(None)).unwrap_err());
        let text = error.to_string();
        assert!(
            text.contains("1 rows of children reference rows of parents that do not exist (first: rowid 3)"),
            "{text}"
        );
        assert_eq!(status(&mut db, &source).migrations[1].state, MigrationState::Pending);
    });
}

#[test]
fn a_declared_loss_is_no_fault() {
    on_engine(Engine::Sqlite, |test| {
        let root = folder(&[FAMILY, ("02_forget", "DELETE FROM children WHERE id = 3;", "SELECT 1;")]);
        let declared = "run_in_transaction = true\n[[up.loses]]\ntable = 'children'\nrows = 'id = 3'\nbecause = 'nobody asks'\n";
        std::fs::write(root.join("02_forget/metadata.toml"), declared).expect("written");
        let source = Source::only_folder(test.engine(), &root).expect("good");
        let mut db = test.connect();
        run(&mut db, &source, Goal::Up(None)).expect("declared");
        assert_eq!(number(&mut db, "SELECT count(*) AS number FROM children"), 2);
    });
}

#[test]
fn a_run_on_sqlite_is_whole_or_nothing() {
    on_engine(Engine::Sqlite, |test| {
        let root = folder(&[FAMILY, ("02_bad", "SELECT * FROM nowhere;", "SELECT 1;")]);
        let source = Source::only_folder(test.engine(), &root).expect("good");
        let mut db = test.connect();
        run(&mut db, &source, Goal::Up(None)).unwrap_err();
        let seen = status(&mut db, &source);
        assert!(
            seen.migrations.iter().all(|migration| migration.state == MigrationState::Pending),
            "{seen:?}"
        );
        assert_eq!(number(&mut db, "SELECT count(*) AS number FROM sqlite_master"), 0);
    });
}

#[test]
fn a_database_in_wal_mode_is_migrated_like_another() {
    on_engine(Engine::Sqlite, |test| {
        test.connect().batch("PRAGMA journal_mode = WAL").expect("set");
        let root = folder(&[
            FAMILY,
            ("02_outside", "CREATE TABLE more (id INTEGER);\nVACUUM;", "DROP TABLE more;\nVACUUM;"),
        ]);
        std::fs::write(root.join("02_outside/metadata.toml"), "run_in_transaction = false\n")
            .expect("written");
        let source = Source::only_folder(test.engine(), &root).expect("good");
        let mut db = test.connect();
        run(&mut db, &source, Goal::Up(None)).expect("up");
        test.connect().batch("INSERT INTO more VALUES (1)").expect("the lock is given back");
        run(&mut db, &source, Goal::Redo(2)).expect("redone");
        assert!(status(&mut db, &source).ok);
    });
}

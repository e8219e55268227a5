//! Runs that are cut off between two statements: what is recorded, and that repair comes to the same end.
//!
//! The fault switch of the runner (`INSTASEED_FAULT`) aborts the process after a statement, before or after its
//! record: the two moments at which a power cut can fall.

use std::path::Path;

use instaseed::database::{Catalogue, Db, Engine};
use instaseed::migration::{
    Direction, Goal, Hint, Migration, MigrationError, MigrationState, Options, Remains, Runner, Source,
};

use crate::lock::{migrate, rounds};
use crate::migrate::{folder, migration_error, number, run, status, tables, write};
use crate::support::{TestDb, each_engine, on_engine};

/// A course database with the rows that are hard to bring over.
const PEOPLE: &str = "\
INSERT INTO users (id, username, created_at) VALUES (1, 'ann', '2020-01-01 00:00:00'), (2, 'a.b c', '2020-01-02 00:00:00'), \
(3, 'ab', NULL), (7, 'nobody', '2020-01-03 00:00:00');
INSERT INTO photos (id, image_url, user_id, created_at) VALUES (1, 'http://example.com/1', 1, '2020-02-01 00:00:00'), \
(9, 'http://example.com/9', 3, NULL);
INSERT INTO comments (id, comment_text, photo_id, user_id, created_at) VALUES (1, '', 1, 2, '2020-03-01 00:00:00'), (5, 'hi', 9, 1, NULL);
INSERT INTO likes (user_id, photo_id, created_at) VALUES (1, 1, '2020-04-01 00:00:00'), (2, 9, NULL);
INSERT INTO follows (follower_id, followee_id, created_at) VALUES (1, 2, '2020-05-01 00:00:00');
INSERT INTO tags (id, tag_name, created_at) VALUES (1, 'sun', '2020-06-01 00:00:00'), (4, 'x', NULL);
INSERT INTO photo_tags (photo_id, tag_id) VALUES (1, 1), (1, 4)";

type Picture = (Catalogue, Vec<(String, Option<i64>)>);

/// The catalogue, and a checksum of the rows of each table.
fn picture(db: &mut Db) -> Picture {
    use diesel::prelude::*;
    #[derive(diesel::QueryableByName)]
    struct Sum {
        #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::BigInt>, column_name = "Checksum")]
        checksum: Option<i64>,
    }
    let catalogue = db.catalogue().expect("readable");
    let names: Vec<String> = tables(db).into_iter().filter(|name| !name.starts_with("__")).collect();
    let Db::Mysql(connection) = db else { panic!("only for MySQL") };
    let sums = names.into_iter().map(|name| {
        let sum: Sum = diesel::sql_query(format!("CHECKSUM TABLE `{name}` EXTENDED"))
            .get_result(connection)
            .expect("summed");
        (name, sum.checksum)
    });
    (catalogue, sums.collect())
}

#[test]
fn each_mysql_migration_cut_off_after_each_statement_is_repaired_to_the_same_end() {
    on_engine(Engine::Mysql, |test| {
        let source = Source::embedded(Engine::Mysql).expect("ours are good");
        let mut db = test.connect();
        for migration in source.migrations() {
            let before = picture(&mut db);
            let up = || Goal::To(migration.version.clone());
            run(&mut db, &source, up()).expect("up");
            let after = picture(&mut db);
            run(&mut db, &source, Goal::Down(1)).expect("down");
            assert_eq!(picture(&mut db).1, before.1, "{}", migration.name);
            // Up and down in turn, so that each repaired state is the start of the next cut.
            let (ups, downs) = (points(migration, Direction::Up), points(migration, Direction::Down));
            for at in 0..ups.len().max(downs.len()) {
                cut(test, &mut db, &source, ups[at.min(ups.len() - 1)], &["to", &migration.version], &after);
                cut(test, &mut db, &source, downs[at.min(downs.len() - 1)], &["down", "1", "--yes"], &before);
            }
            run(&mut db, &source, up()).expect("up at last");
            if status(&mut db, &source).edition == "course" {
                db.batch(PEOPLE).expect("rows");
            }
        }
        assert_eq!(status(&mut db, &source).edition, "platform");
    });
}

type Point = (&'static str, usize);

/// Where a script can be cut: after each statement, and between its last record and the version. With
/// `INSTASEED_ROUNDS` above 2, also after each record.
fn points(migration: &Migration, direction: Direction) -> Vec<Point> {
    let total = migration.script(direction).expect("ours go both ways").statements.len();
    let records = if rounds() > 2 { 1..=total + 1 } else { total..=total + 1 };
    (1..=total).map(|at| ("after-statement", at)).chain(records.map(|at| ("after-record", at))).collect()
}

/// Cuts a run off, repairs it, and holds the database against how it must be.
fn cut(test: &TestDb, db: &mut Db, source: &Source, (kind, at): Point, verb: &[&str], wanted: &Picture) {
    let place = format!("{verb:?} {kind}:{at}");
    let finished = migrate(test, verb).env("INSTASEED_FAULT", format!("migrate:{kind}:{at}")).run();
    assert_eq!(finished.code, -1, "{place}: it was not cut off\n{}{}", finished.stdout, finished.stderr);
    Runner::new(db, source, Options::default()).repair().expect(&place);
    let found = picture(db);
    assert_eq!(found.0.difference(&wanted.0), (Vec::new(), Vec::new()), "{place}");
    assert_eq!(found.1, wanted.1, "{place}");
    let seen = status(db, source);
    assert!(
        seen.migrations.iter().all(|migration| migration.state != MigrationState::HalfApplied),
        "{place}"
    );
}

/// What an engine needs to leave the transaction for: (up, down).
fn outside(engine: Engine) -> (&'static str, &'static str) {
    match engine {
        Engine::Sqlite => {
            ("CREATE TABLE a (id INTEGER);\nVACUUM;\nINSERT INTO a VALUES (1);", "DROP TABLE a;\nVACUUM;")
        }
        Engine::Mysql => (
            "CREATE TABLE a (id INTEGER);\nCREATE INDEX a_id ON a (id);\nINSERT INTO a VALUES (1);",
            "DROP INDEX a_id ON a;\nDROP TABLE a;",
        ),
        Engine::Postgres => (
            "CREATE TABLE a (id INTEGER);\nCREATE INDEX CONCURRENTLY a_id ON a (id);\nINSERT INTO a VALUES (1);",
            "DROP INDEX CONCURRENTLY a_id;\nDROP TABLE a;",
        ),
    }
}

fn stepwise(root: &Path, version: &str, up: &str, down: &str) {
    write(root, version, up, down);
    std::fs::write(root.join(version).join("metadata.toml"), "run_in_transaction = false\n")
        .expect("written");
}

#[test]
fn a_statement_that_refuses_a_transaction_says_where_it_belongs() {
    for (engine, statement) in [(Engine::Sqlite, "VACUUM;"), (Engine::Postgres, "VACUUM;")] {
        on_engine(engine, |test| {
            let source =
                Source::only_folder(engine, &folder(&[("01_a", statement, "SELECT 1;")])).expect("good");
            let error = migration_error(run(&mut test.connect(), &source, Goal::Up(None)).unwrap_err());
            assert_eq!(error.hint(), Some(Hint::RunWithoutTransaction), "{error}");
        });
    }
}

#[test]
fn statements_that_refuse_a_transaction_run_one_by_one_and_are_repaired() {
    each_engine(|test| {
        let (up, down) = outside(test.engine());
        let root = folder(&[("0001_first", "CREATE TABLE first (id INTEGER);", "DROP TABLE first;")]);
        stepwise(&root, "0002_outside", up, down);
        let migrations = root.to_str().expect("UTF-8");
        let source = Source::embedded(test.engine()).and_then(|ours| ours.with_folder(&root)).expect("good");
        let mut db = test.connect();
        run(&mut db, &source, Goal::To("course".into())).expect("ours");
        for (kind, at) in [
            ("after-statement", 1),
            ("after-record", 2),
            ("after-statement", 3),
            ("after-record", 3),
            ("after-record", 4),
        ] {
            let fault = format!("migrate:{kind}:{at}@0002");
            let cut =
                migrate(test, &["up", "2", "--migrations", migrations]).env("INSTASEED_FAULT", &fault).run();
            assert_eq!(cut.code, -1, "{fault}: {}{}", cut.stdout, cut.stderr);
            Runner::new(&mut db, &source, Options::default()).repair().expect("repaired");
            let seen = status(&mut db, &source);
            assert!(
                seen.migrations[..2].iter().all(|m| m.state == MigrationState::Applied),
                "{fault}: {seen:?}"
            );
            assert_eq!(rows(&mut db, "a"), 1, "{fault}");
            run(&mut db, &source, Goal::Down(2)).expect("down");
        }
    });
}

fn rows(db: &mut Db, table: &str) -> i64 {
    number(db, &format!("SELECT count(*) AS number FROM {table}"))
}

/// A migration of two tables whose second statement fails as long as `b` is in the way.
fn blocked(test: &TestDb) -> (Source, Db) {
    let up = "CREATE TABLE a (id INTEGER PRIMARY KEY);\nCREATE TABLE b (id INTEGER PRIMARY KEY);\nINSERT INTO a VALUES (1);";
    let root = folder(&[("01_ab", up, "DROP TABLE b;\nDROP TABLE a;")]);
    stepwise(&root, "01_ab", up, "DROP TABLE b;\nDROP TABLE a;");
    let source = Source::only_folder(test.engine(), &root).expect("good");
    let mut db = test.connect();
    run(&mut db, &source, Goal::Up(None)).expect("up");
    run(&mut db, &source, Goal::Down(1)).expect("down");
    db.batch("CREATE TABLE b (id INTEGER PRIMARY KEY)").expect("in the way");
    (source, db)
}

#[test]
fn a_statement_that_fails_half_way_is_told_and_repaired_once_its_cause_is_gone() {
    each_engine(|test| {
        let (source, mut db) = blocked(test);
        let error = migration_error(run(&mut db, &source, Goal::Up(None)).unwrap_err());
        let MigrationError::Statement { remains: Remains::Recorded, line: 2, number: 2, total: 3, .. } =
            error
        else {
            panic!("{error:?}")
        };
        let seen = status(&mut db, &source);
        assert_eq!(seen.migrations[0].state, MigrationState::HalfApplied);
        assert_eq!(
            (seen.migrations[0].statements_done, seen.migrations[0].statements_total),
            (Some(1), Some(3))
        );
        assert!(!seen.ok);
        let plan = Runner::new(&mut db, &source, Options::default()).plan(&Goal::Repair).expect("planned");
        assert_eq!(plan.steps[0].statements.len(), 2, "only what is left to do");
        db.batch("DROP TABLE b").expect("out of the way");
        let outcome = Runner::new(&mut db, &source, Options::default()).repair().expect("repaired");
        assert!(outcome.steps[0].resumed);
        assert!(status(&mut db, &source).ok);
        assert_eq!(rows(&mut db, "a"), 1);
    });
}

#[test]
fn what_failed_at_its_first_statement_is_not_half_applied() {
    each_engine(|test| {
        let root = folder(&[]);
        stepwise(&root, "01_bad", "CREATE TABLE a (;\n", "DROP TABLE a;");
        let source = Source::only_folder(test.engine(), &root).expect("good");
        let mut db = test.connect();
        assert!(run(&mut db, &source, Goal::Up(None)).is_err());
        assert_eq!(status(&mut db, &source).migrations[0].state, MigrationState::Pending);
    });
}

#[test]
fn undo_takes_a_cut_off_migration_back() {
    each_engine(|test| {
        let (source, mut db) = blocked(test);
        run(&mut db, &source, Goal::Up(None)).unwrap_err();
        db.batch("DROP TABLE b").expect("out of the way");
        Runner::new(&mut db, &source, Options::default()).undo().expect("undone");
        assert_eq!(status(&mut db, &source).migrations[0].state, MigrationState::Pending);
        assert!(tables(&mut db).iter().all(|name| name.starts_with("__")));
    });
}

#[test]
fn what_had_run_may_not_change_before_repair_but_what_failed_may() {
    each_engine(|test| {
        let root = folder(&[]);
        let good = "CREATE TABLE a (id INTEGER);\nINSERT INTO a VALUES (1);";
        stepwise(
            &root,
            "01_a",
            "CREATE TABLE a (id INTEGER);\nINSERT INTO a VALUES ('x', 1);",
            "DROP TABLE a;",
        );
        let load = || Source::only_folder(test.engine(), &root).expect("good");
        let mut db = test.connect();
        run(&mut db, &load(), Goal::Up(None)).unwrap_err();
        stepwise(&root, "01_a", &good.replace("id INTEGER", "id BIGINT"), "DROP TABLE a;");
        let error = migration_error(run(&mut db, &load(), Goal::Up(None)).unwrap_err());
        assert!(matches!(error, MigrationError::CannotResume { done: 1, .. }), "{error}");
        stepwise(&root, "01_a", good, "DROP TABLE a;");
        run(&mut db, &load(), Goal::Up(None)).expect("goes on");
        assert!(status(&mut db, &load()).ok);
        assert_eq!(rows(&mut db, "a"), 1);
    });
}

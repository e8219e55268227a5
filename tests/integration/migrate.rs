//! The runner on every engine: up, down, redo, to, status, plan; own folders; databases of other tools.

use std::fs;
use std::path::Path;

use instaseed::database::{Db, Engine, Target};
use instaseed::migration::{
    Direction, Goal, Hint, MigrationError, MigrationState, Options, Outcome, Remains, Runner, Source, Status,
};

use crate::support::{Kind, Server, TestDb, each_engine, scratch};

pub fn run(db: &mut Db, source: &Source, goal: Goal) -> instaseed::Result<Outcome> {
    Ok(Runner::new(db, source, Options::default()).run(&goal)?)
}

pub fn status(db: &mut Db, source: &Source) -> Status {
    Runner::new(db, source, Options::default()).status().expect("the status can be read")
}

pub fn states(status: &Status) -> Vec<(String, MigrationState)> {
    status.migrations.iter().map(|migration| (migration.version.clone(), migration.state)).collect()
}

/// Writes a folder of migrations: (folder, up, down).
pub fn folder(migrations: &[(&str, &str, &str)]) -> std::path::PathBuf {
    let root = scratch();
    for (name, up, down) in migrations {
        write(&root, name, up, down);
    }
    root
}

pub fn write(root: &Path, name: &str, up: &str, down: &str) {
    let folder = root.join(name);
    fs::create_dir_all(&folder).expect("a folder can be made");
    fs::write(folder.join("up.sql"), up).expect("a file can be written");
    fs::write(folder.join("down.sql"), down).expect("a file can be written");
}

pub const THREE: &[(&str, &str, &str)] = &[
    ("01_a", "CREATE TABLE a (id INTEGER PRIMARY KEY);\nINSERT INTO a VALUES (1);", "DROP TABLE a;"),
    ("02_b", "CREATE TABLE b (id INTEGER PRIMARY KEY);", "DROP TABLE b;"),
    ("03_c", "CREATE TABLE c (id INTEGER PRIMARY KEY);", "DROP TABLE c;"),
];

fn three(engine: Engine) -> Source {
    Source::only_folder(engine, &folder(THREE)).expect("a good folder")
}

pub fn migration_error(error: impl Into<instaseed::Error>) -> MigrationError {
    match error.into() {
        instaseed::Error::Migration(error) => error,
        other => panic!("not an error of the runner: {other}"),
    }
}

fn steps(outcome: &Outcome) -> Vec<(Direction, &str)> {
    outcome.steps.iter().map(|step| (step.direction, step.version.as_str())).collect()
}

#[test]
fn the_embedded_history_goes_up_to_the_course_and_down_to_nothing_and_up_again() {
    each_engine(|test| {
        let source = Source::embedded(test.engine()).expect("ours are good");
        let mut db = test.connect();
        for _ in 0..2 {
            run(&mut db, &source, Goal::To("course".into())).expect("up");
            let status = status(&mut db, &source);
            assert_eq!(status.edition, "course");
            assert!(status.ok, "{status:?}");
            assert!(
                run(&mut db, &source, Goal::To("course".into())).expect("nothing to do").steps.is_empty()
            );
            run(&mut db, &source, Goal::To("none".into())).expect("down");
            assert_eq!(super::migrate::status(&mut db, &source).edition, "none");
        }
    });
}

#[test]
fn every_goal_leads_where_it_says() {
    use Direction::{Down, Up};
    each_engine(|test| {
        let source = three(test.engine());
        let mut db = test.connect();
        let mut go = |goal| {
            steps(&run(&mut db, &source, goal).expect("runs"))
                .into_iter()
                .map(|(d, v)| (d, v.to_owned()))
                .collect::<Vec<_>>()
        };
        let plain =
            |list: &[(Direction, &str)]| list.iter().map(|(d, v)| (*d, (*v).to_owned())).collect::<Vec<_>>();
        assert_eq!(go(Goal::Up(Some(2))), plain(&[(Up, "01"), (Up, "02")]));
        assert_eq!(go(Goal::Up(None)), plain(&[(Up, "03")]));
        assert_eq!(go(Goal::Redo(2)), plain(&[(Down, "03"), (Down, "02"), (Up, "02"), (Up, "03")]));
        assert_eq!(go(Goal::To("01".into())), plain(&[(Down, "03"), (Down, "02")]));
        assert_eq!(go(Goal::To("c".into())), plain(&[(Up, "02"), (Up, "03")]));
        assert_eq!(go(Goal::Down(1)), plain(&[(Down, "03")]));
        assert_eq!(go(Goal::To("none".into())), plain(&[(Down, "02"), (Down, "01")]));
    });
}

#[test]
fn an_unknown_version_is_named_with_its_nearest_and_changes_nothing() {
    each_engine(|test| {
        let mut db = test.connect();
        let source = three(test.engine());
        let error = migration_error(run(&mut db, &source, Goal::To("04".into())).unwrap_err());
        assert_eq!(error.to_string(), "there is no migration 04");
        assert!(matches!(error.hint(), Some(Hint::DidYouMean { .. })), "{error}");
        assert!(tables(&mut db).is_empty(), "{:?}", tables(&mut db));
    });
}

#[test]
fn status_and_plan_create_nothing() {
    each_engine(|test| {
        let mut db = test.connect();
        let source = three(test.engine());
        assert_eq!(status(&mut db, &source).edition, "none");
        let plan = Runner::new(&mut db, &source, Options::default()).plan(&Goal::Up(None)).expect("plans");
        assert_eq!(plan.steps.len(), 3);
        assert_eq!(plan.steps[0].statements[1].sql, "INSERT INTO a VALUES (1)");
        assert_eq!(plan.steps[0].statements[1].line, 2);
        assert!(tables(&mut db).is_empty());
    });
}

#[test]
fn a_database_of_another_program_is_refused_before_anything_is_changed() {
    each_engine(|test| {
        let mut db = test.connect();
        db.batch("CREATE TABLE users (id INTEGER PRIMARY KEY)").expect("a table");
        let source = Source::embedded(test.engine()).expect("ours are good");
        let error = migration_error(run(&mut db, &source, Goal::Up(None)).unwrap_err());
        assert!(
            matches!(error, MigrationError::ForeignDatabase { ref table } if table == "users"),
            "{error}"
        );
        assert_eq!(tables(&mut db), ["users"]);
    });
}

#[test]
fn older_pending_ones_are_found_and_refused_unless_allowed() {
    each_engine(|test| {
        let root = folder(&[THREE[0], THREE[2]]);
        let mut db = test.connect();
        run(&mut db, &Source::only_folder(test.engine(), &root).expect("good"), Goal::Up(None)).expect("up");
        write(&root, THREE[1].0, THREE[1].1, THREE[1].2);
        let source = Source::only_folder(test.engine(), &root).expect("good");
        let seen = status(&mut db, &source);
        assert_eq!(states(&seen)[1].1, MigrationState::OutOfOrder);
        assert!(!seen.ok);
        let error = migration_error(run(&mut db, &source, Goal::Up(None)).unwrap_err());
        assert!(matches!(error, MigrationError::OutOfOrder { .. }));
        let options = Options { allow_out_of_order: true, ..Options::default() };
        Runner::new(&mut db, &source, options).run(&Goal::Up(None)).expect("allowed");
        assert!(status(&mut db, &source).ok);
    });
}

#[test]
fn a_changed_file_is_refused_until_it_is_accepted_by_name() {
    each_engine(|test| {
        let root = folder(THREE);
        let mut db = test.connect();
        run(&mut db, &Source::only_folder(test.engine(), &root).expect("good"), Goal::Up(Some(2)))
            .expect("up");
        let crlf = format!("\u{feff}{}  \r\n\r\n", THREE[0].1.replace('\n', "\r\n"));
        write(&root, THREE[0].0, &crlf, THREE[0].2);
        write(&root, THREE[1].0, "CREATE TABLE b (id INTEGER PRIMARY KEY, more INTEGER);", THREE[1].2);
        let source = Source::only_folder(test.engine(), &root).expect("good");
        let seen = status(&mut db, &source);
        assert_eq!(states(&seen)[0].1, MigrationState::Applied, "line endings do not count");
        assert_eq!(states(&seen)[1].1, MigrationState::Changed);
        for goal in [Goal::Up(None), Goal::Down(1)] {
            let error = migration_error(run(&mut db, &source, goal).unwrap_err());
            assert!(
                matches!(error, MigrationError::Changed { ref version, .. } if version == "02"),
                "{error}"
            );
        }
        let mut runner = Runner::new(&mut db, &source, Options::default());
        assert!(runner.accept_changed(&["01".into()]).is_err(), "only what is changed can be accepted");
        runner.accept_changed(&["02".into()]).expect("accepted");
        run(&mut db, &source, Goal::Up(None)).expect("goes on");
        assert!(status(&mut db, &source).ok);
    });
}

#[test]
fn a_missing_file_is_shown_and_stops_the_way_down() {
    each_engine(|test| {
        let mut db = test.connect();
        run(&mut db, &three(test.engine()), Goal::Up(None)).expect("up");
        let source = Source::only_folder(test.engine(), &folder(&THREE[..2])).expect("good");
        let seen = status(&mut db, &source);
        assert_eq!(seen.migrations[2].state, MigrationState::Missing);
        assert_eq!(seen.migrations[2].name, "c");
        let error = migration_error(run(&mut db, &source, Goal::Down(1)).unwrap_err());
        assert!(matches!(error, MigrationError::MissingFile { .. }));
    });
}

#[test]
fn an_error_names_file_line_statement_and_the_engines_own_words() {
    each_engine(|test| {
        let mut text = "-- line\n".repeat(37);
        text.push_str("CREATE TABLE d (\n  id INTEGER,\n  PRIMARY KEE (id)\n);\n");
        let root = folder(&[THREE[0], ("02_bad", &text, "SELECT 1;")]);
        let source = Source::only_folder(test.engine(), &root).expect("good");
        let mut db = test.connect();
        let error = migration_error(run(&mut db, &source, Goal::Up(None)).unwrap_err());
        let text = error.to_string();
        assert!(text.contains("02_bad/up.sql:40: "), "{text}");
        assert!(text.contains("CREATE TABLE d ( id INTEGER, PRIMARY KEE (id) )"), "{text}");
        let MigrationError::Statement { remains, .. } = error else { panic!("{error}") };
        assert_eq!(remains, Remains::Nothing);
        let kept =
            if test.engine() == Engine::Sqlite { MigrationState::Pending } else { MigrationState::Applied };
        let seen = states(&status(&mut db, &source));
        assert_eq!(seen, [("01".into(), kept), ("02".into(), MigrationState::Pending)]);
    });
}

#[test]
fn a_migration_that_fails_leaves_nothing_where_the_engine_can_roll_back() {
    each_engine(|test| {
        let bad = ("02_bad", "CREATE TABLE d (id INTEGER);\nINSERT INTO a VALUES (1);", "DROP TABLE d;");
        let source = Source::only_folder(test.engine(), &folder(&[THREE[0], bad])).expect("good");
        let mut db = test.connect();
        let error = migration_error(run(&mut db, &source, Goal::Up(None)).unwrap_err());
        let MigrationError::Statement { remains, line, .. } = error else { panic!("{error}") };
        assert_eq!(line, 2);
        let half_applied = remains == Remains::Recorded;
        assert_eq!(half_applied, test.engine() == Engine::Mysql);
        assert_eq!(tables(&mut db).contains(&"d".to_owned()), half_applied);
        let seen = status(&mut db, &source);
        let state = if half_applied { MigrationState::HalfApplied } else { MigrationState::Pending };
        assert_eq!(seen.migrations[1].state, state);
    });
}

#[test]
fn a_database_made_by_the_diesel_command_is_understood_and_the_reverse() {
    use diesel_migrations::{FileBasedMigrations, MigrationHarness};
    each_engine(|test| {
        let root = folder(THREE);
        let source = Source::only_folder(test.engine(), &root).expect("good");
        let theirs = || FileBasedMigrations::from_path(&root).expect("Diesel reads the same folder");
        let mut db = test.connect();
        match &mut db {
            Db::Sqlite(c) => drop(c.run_next_migration(theirs()).expect("Diesel runs it")),
            Db::Mysql(c) => drop(c.run_next_migration(theirs()).expect("Diesel runs it")),
            Db::Postgres(c) => drop(c.run_next_migration(theirs()).expect("Diesel runs it")),
        }
        let seen = status(&mut db, &source);
        assert_eq!(seen.migrations[0].state, MigrationState::Applied);
        assert_eq!(seen.migrations[0].recorded, Some(false));
        run(&mut db, &source, Goal::Up(None)).expect("goes on");
        assert!(status(&mut db, &source).migrations.iter().all(|migration| migration.recorded == Some(true)));
        match &mut db {
            Db::Sqlite(c) => drop(c.revert_all_migrations(theirs()).expect("Diesel reverts ours")),
            Db::Mysql(c) => drop(c.revert_all_migrations(theirs()).expect("Diesel reverts ours")),
            Db::Postgres(c) => drop(c.revert_all_migrations(theirs()).expect("Diesel reverts ours")),
        }
        let seen = status(&mut db, &source);
        assert!(
            seen.migrations.iter().all(|migration| migration.state == MigrationState::Pending),
            "{seen:?}"
        );
        run(&mut db, &source, Goal::Up(None)).expect("and up again");
        assert!(status(&mut db, &source).ok);
    });
}

#[test]
fn an_own_folder_follows_on_ours() {
    each_engine(|test| {
        let root = folder(&[(
            "9999_bio",
            "ALTER TABLE users ADD bio VARCHAR(10);",
            "ALTER TABLE users DROP COLUMN bio;",
        )]);
        let source = Source::embedded(test.engine()).expect("ours").with_folder(&root).expect("theirs");
        let mut db = test.connect();
        run(&mut db, &source, Goal::Up(None)).expect("all of them");
        db.batch("SELECT bio FROM users").expect("the column is there");
        assert!(status(&mut db, &source).ok);
        assert_eq!(status(&mut db, &source).edition, "course");
        run(&mut db, &source, Goal::Down(1)).expect("back");
        db.batch("SELECT bio FROM users").unwrap_err();
        assert_eq!(status(&mut db, &source).edition, "course");
    });
}

#[test]
fn a_database_can_be_marked_as_protected() {
    each_engine(|test| {
        let mut db = test.connect();
        let protected = |db: &mut Db| instaseed::migration::is_protected(db).expect("readable");
        assert!(!protected(&mut db));
        instaseed::migration::protect(&mut db).expect("marked");
        assert!(protected(&mut db));
        instaseed::migration::unprotect(&mut db).expect("unmarked");
        assert!(!protected(&mut db));
    });
}

#[test]
fn redo_takes_a_new_up_but_only_the_down_that_belongs_to_the_old_one() {
    each_engine(|test| {
        let root = folder(&[("01_a", "CREATE TABLE a (id INTEGER);", "DROP TABLE a;")]);
        let load = || Source::only_folder(test.engine(), &root).expect("good");
        let mut db = test.connect();
        run(&mut db, &load(), Goal::Up(None)).expect("up");
        write(&root, "01_a", "CREATE TABLE a (id INTEGER, more INTEGER);", "DROP TABLE a;");
        run(&mut db, &load(), Goal::Redo(1)).expect("tried again");
        db.batch("SELECT more FROM a").expect("the new one");
        write(&root, "01_a", "CREATE TABLE a (id INTEGER, more INTEGER);", "DROP TABLE a; SELECT 1;");
        let error = migration_error(run(&mut db, &load(), Goal::Redo(1)).unwrap_err());
        assert!(
            matches!(error, MigrationError::Changed { ref file, .. } if file.ends_with("down.sql")),
            "{error}"
        );
    });
}

#[test]
fn who_may_only_read_can_ask_for_the_status_and_has_nothing_to_do() {
    each_engine(|test| {
        let source = Source::embedded(test.engine()).expect("ours are good");
        run(&mut test.connect(), &source, Goal::To("course".into())).expect("up");
        let mut reader = reader(test);
        assert_eq!(status(&mut reader, &source).edition, "course");
        assert!(
            run(&mut reader, &source, Goal::To("course".into())).expect("nothing to do").steps.is_empty()
        );
        let error = migration_error(run(&mut reader, &source, Goal::To("platform".into())).unwrap_err());
        assert!(!error.to_string().is_empty());
        assert_eq!(status(&mut test.connect(), &source).edition, "course");
    });
}

/// A connection that may look and not touch.
fn reader(test: &TestDb) -> Db {
    let (kind, grants) = match test.engine() {
        Engine::Sqlite => {
            let mut db = test.connect();
            db.batch("PRAGMA query_only = ON").expect("set");
            return db;
        }
        Engine::Mysql => (
            Kind::Mysql,
            "CREATE USER IF NOT EXISTS reader IDENTIFIED BY 'r'; GRANT SELECT ON {}.* TO reader",
        ),
        Engine::Postgres => (
            Kind::Postgres,
            "CREATE ROLE reader LOGIN PASSWORD 'r'; REVOKE CREATE ON SCHEMA public FROM PUBLIC; \
             GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader",
        ),
    };
    test.connect().batch(&grants.replace("{}", test.target().database())).expect("granted");
    let server = Server::shared(kind).expect("it holds the test's database");
    let url = server.url_of("reader", Some("r"), test.target().database());
    Db::connect(&Target::parse(&url).expect("a proper URL")).expect("readers may log in")
}

/// The one number that a query calls `number`.
pub fn number(db: &mut Db, sql: &str) -> i64 {
    use diesel::prelude::*;
    #[derive(diesel::QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        number: i64,
    }
    let query = diesel::sql_query(sql);
    let found: QueryResult<Row> = match db {
        Db::Sqlite(c) => query.get_result(c),
        Db::Mysql(c) => query.get_result(c),
        Db::Postgres(c) => query.get_result(c),
    };
    found.expect("it has an answer").number
}

pub fn tables(db: &mut Db) -> Vec<String> {
    use diesel::prelude::*;
    #[derive(diesel::QueryableByName)]
    struct Name {
        #[diesel(sql_type = diesel::sql_types::Text)]
        name: String,
    }
    let load = |db: &mut Db| -> QueryResult<Vec<Name>> {
        match db {
            Db::Sqlite(c) => diesel::sql_query("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1").load(c),
            Db::Mysql(c) => diesel::sql_query("SELECT CAST(table_name AS CHAR) AS name FROM information_schema.tables WHERE table_schema = database() ORDER BY 1").load(c),
            Db::Postgres(c) => diesel::sql_query("SELECT tablename::text AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").load(c),
        }
    };
    load(db).expect("the catalogue is readable").into_iter().map(|row| row.name).collect()
}

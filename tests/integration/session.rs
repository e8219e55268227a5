//! A run of several migrations equals their runs one by one: nothing of a session leaks from one into the next, and
//! nothing that a session forgets is guessed after a cut.

use std::path::{Path, PathBuf};

use instaseed::database::Engine;

use crate::lock::migrate;
use crate::migrate::{folder, write};
use crate::support::{Finished, TestDb, at_course, each_engine, on_engine, one, select};

/// Adds a migration without a way back; `stepwise` takes it out of the transaction.
fn add(root: &Path, name: &str, up: &str, stepwise: bool) {
    write(root, name, up, "SELECT 1;");
    std::fs::write(root.join(name).join("metadata.toml"), format!("run_in_transaction = {}\n", !stepwise))
        .expect("written");
}

fn up(test: &TestDb, root: &Path, count: &str) -> Finished {
    at_course(test);
    migrate(test, &["up", count, "--migrations", root.to_str().expect("UTF-8")]).run()
}

fn repair(test: &TestDb, root: &Path, flags: &[&str]) -> Finished {
    let mut verb = vec!["repair", "--migrations", root.to_str().expect("UTF-8")];
    verb.extend(flags);
    migrate(test, &verb).run()
}

/// Runs a first and a second migration in one run; what a query says afterwards.
fn after(test: &TestDb, first: (&str, bool), second: (&str, bool), ask: (&str, &str)) -> Option<String> {
    let root = folder(&[]);
    add(&root, "0001_first", first.0, first.1);
    add(&root, "0002_second", second.0, second.1);
    up(test, &root, "2").expect(0);
    one(&mut test.connect(), ask.0, ask.1)
}

struct Leak {
    engine: Engine,
    first: &'static str,
    stepwise: bool,
    second: &'static str,
    ask: (&'static str, &'static str),
    answer: &'static str,
}

fn postgres(
    first: &'static str,
    second: &'static str,
    ask: (&'static str, &'static str),
    answer: &'static str,
) -> Leak {
    Leak { engine: Engine::Postgres, first, stepwise: false, second, ask, answer }
}

fn mysql(
    first: &'static str,
    second: &'static str,
    ask: (&'static str, &'static str),
    answer: &'static str,
) -> Leak {
    Leak { engine: Engine::Mysql, first, stepwise: false, second, ask, answer }
}

#[test]
fn no_setting_of_one_migration_reaches_the_next() {
    let text = "CREATE TABLE t (a VARCHAR(20)); INSERT INTO t VALUES ('é€');";
    let length = ("char_length(a)", "FROM t");
    let leaks = [
        postgres("SET client_encoding = 'LATIN1';", text, length, "2"),
        postgres(
            "SET session_replication_role = replica;",
            "CREATE TABLE t (a INT); INSERT INTO t SELECT count(*) FROM pg_settings WHERE name = 'session_replication_role' AND setting = 'origin';",
            ("a", "FROM t"),
            "1",
        ),
        postgres(
            "SET ROLE pg_monitor;",
            "CREATE TABLE t (a TEXT); INSERT INTO t VALUES (current_user);",
            ("(a = session_user)", "FROM t"),
            "true",
        ),
        postgres(
            "SET standard_conforming_strings = off;",
            "CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('a\\\\b');",
            ("char_length(a)", "FROM t"),
            "4",
        ),
        postgres(
            "SET statement_timeout = '1ms';",
            "CREATE TABLE t (a INT); SELECT pg_sleep(0.05);",
            ("count(*)", "FROM t"),
            "0",
        ),
        postgres(
            "SET default_transaction_read_only = on;",
            "CREATE TABLE t (a INT);",
            ("count(*)", "FROM t"),
            "0",
        ),
        postgres(
            "SELECT set_config('search_path', 'pg_catalog', false);",
            "CREATE TABLE t (a INT);",
            ("count(*)", "FROM t"),
            "0",
        ),
        postgres(
            "SET datestyle = 'SQL, DMY';",
            "CREATE TABLE t (a TEXT); INSERT INTO t VALUES (DATE '2024-01-02');",
            ("a", "FROM t"),
            "2024-01-02",
        ),
        mysql("SET NAMES latin1;", text, length, "2"),
        mysql(
            "SET time_zone = '+09:00';",
            "CREATE TABLE t (a TIMESTAMP NULL); INSERT INTO t VALUES ('2024-01-01 00:00:00');",
            ("a", "FROM t"),
            "2024-01-01 00:00:00",
        ),
        mysql(
            "SET sql_mode = '';",
            "CREATE TABLE t (a VARCHAR(90)); INSERT INTO t VALUES (@@sql_mode LIKE '%STRICT%');",
            ("a", "FROM t"),
            "1",
        ),
        mysql(
            "SET foreign_key_checks = 0; SET unique_checks = 0;",
            "CREATE TABLE t (a INT); INSERT INTO t VALUES (@@foreign_key_checks + @@unique_checks);",
            ("a", "FROM t"),
            "2",
        ),
        mysql(
            "SET @v = 7;",
            "CREATE TABLE t (a INT); INSERT INTO t VALUES (@v);",
            ("COALESCE(a, -1)", "FROM t"),
            "-1",
        ),
        mysql(
            "SET timestamp = 1;",
            "CREATE TABLE t (a INT); INSERT INTO t VALUES (UNIX_TIMESTAMP() > 1000);",
            ("a", "FROM t"),
            "1",
        ),
        mysql(
            "/*!40101 SET sql_select_limit = 1 */;",
            "CREATE TABLE t (a INT); INSERT INTO t VALUES (@@sql_select_limit > 1000);",
            ("a", "FROM t"),
            "1",
        ),
        mysql(
            "PREPARE s FROM 'SELECT 1';",
            "PREPARE s FROM 'CREATE TABLE t (a INT)'; EXECUTE s; DEALLOCATE PREPARE s;",
            ("count(*)", "FROM t"),
            "0",
        ),
    ];
    for leak in leaks {
        on_engine(leak.engine, |test| {
            eprintln!("{}", leak.first);
            let found = after(test, (leak.first, leak.stepwise), (leak.second, false), leak.ask);
            assert_eq!(found.as_deref(), Some(leak.answer), "{}", leak.first);
        });
    }
}

#[test]
fn a_role_an_encoding_and_a_search_path_end_with_a_migration_without_transaction_too() {
    on_engine(Engine::Postgres, |test| {
        let first = "CREATE SCHEMA s; SET search_path = s; CREATE TABLE inner_one (a INT); SET client_encoding = 'LATIN1'; \
                     CREATE INDEX CONCURRENTLY i ON inner_one (a);";
        let found = after(
            test,
            (first, true),
            ("CREATE TABLE t (a VARCHAR(9)); INSERT INTO t VALUES ('é€');", false),
            ("char_length(a)", "FROM public.t"),
        );
        assert_eq!(found.as_deref(), Some("2"));
        let mut db = test.connect();
        assert_eq!(one(&mut db, "count(*)", "FROM s.inner_one").as_deref(), Some("0"));
    });
}

#[test]
fn another_database_in_a_migration_of_mysql_is_left_again() {
    on_engine(Engine::Mysql, |test| {
        let other = format!("{}_other", test.target().database());
        let first = format!(
            "CREATE DATABASE {other}; USE {other}; CREATE TABLE inner_one (a INT); INSERT INTO inner_one VALUES (1);"
        );
        let found = after(test, (&first, false), ("CREATE TABLE t (a INT);", false), ("count(*)", "FROM t"));
        assert_eq!(found.as_deref(), Some("0"));
        let mut db = test.connect();
        assert_eq!(one(&mut db, "count(*)", &format!("FROM {other}.inner_one")).as_deref(), Some("1"));
        db.batch(&format!("DROP DATABASE {other}")).expect("dropped");
    });
}

#[test]
fn a_record_is_kept_although_the_script_switched_autocommit_off() {
    on_engine(Engine::Mysql, |test| {
        let root = folder(&[]);
        add(&root, "0001_x", "SET AUTOCOMMIT = 0; CREATE TABLE a (b INT); INSERT INTO a VALUES (1);", false);
        up(test, &root, "1").expect(0);
        let status =
            migrate(test, &["status", "--migrations", root.to_str().expect("UTF-8")]).run().expect(0);
        assert!(
            status.stdout.contains("applied       0001  x") || status.stdout.contains("applied  "),
            "{}",
            status.stdout
        );
        assert!(!status.stdout.contains("half-applied"), "{}", status.stdout);
        assert_eq!(one(&mut test.connect(), "count(*)", "FROM a").as_deref(), Some("1"));
    });
}

#[test]
fn foreign_keys_of_sqlite_stay_off_behind_a_migration_that_left_the_transaction() {
    on_engine(Engine::Sqlite, |test| {
        let root = folder(&[]);
        add(
            &root,
            "0001_family",
            "CREATE TABLE parent (id INTEGER PRIMARY KEY); \
             CREATE TABLE child (id INTEGER PRIMARY KEY, pid INTEGER REFERENCES parent (id) ON DELETE SET NULL); \
             INSERT INTO parent VALUES (1), (2); INSERT INTO child VALUES (1, 1), (2, 2);",
            false,
        );
        add(
            &root,
            "0002_outside",
            "PRAGMA foreign_keys = OFF; CREATE TABLE x (y); VACUUM; PRAGMA recursive_triggers = ON; PRAGMA case_sensitive_like = ON; \
             PRAGMA ignore_check_constraints = ON; CREATE TABLE z (y); PRAGMA foreign_keys = ON;",
            true,
        );
        add(
            &root,
            "0003_rebuild",
            "CREATE TABLE parent_new (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO parent_new (id) SELECT id FROM parent; \
             DROP TABLE parent; ALTER TABLE parent_new RENAME TO parent; CREATE TABLE seen (a INT, b INT, c INT); \
             INSERT INTO seen SELECT (SELECT recursive_triggers FROM pragma_recursive_triggers), 'a' LIKE 'A', \
             (SELECT ignore_check_constraints FROM pragma_ignore_check_constraints);",
            false,
        );
        up(test, &root, "3").expect(0);
        let mut db = test.connect();
        assert_eq!(one(&mut db, "group_concat(pid)", "FROM child").as_deref(), Some("1,2"));
        assert_eq!(one(&mut db, "a || b || c", "FROM seen").as_deref(), Some("010"));
    });
}

#[test]
fn what_sqlite_attached_is_detached_before_the_next_migration() {
    on_engine(Engine::Sqlite, |test| {
        let file = test.folder().join("other.db").display().to_string();
        let first = format!("ATTACH '{file}' AS other; CREATE TABLE other.a (b INT);");
        let second = "CREATE TABLE t (a INT); INSERT INTO t SELECT count(*) FROM pragma_database_list WHERE name = 'other';";
        let found = after(test, (&first, true), (second, false), ("a", "FROM t"));
        assert_eq!(found.as_deref(), Some("0"));
    });
}

#[test]
fn what_only_works_outside_of_a_transaction_is_refused_inside_before_anything_runs() {
    on_engine(Engine::Sqlite, |test| {
        for up_sql in ["PRAGMA journal_mode = WAL;", "ATTACH 'x.db' AS x;"] {
            let root = folder(&[]);
            add(&root, "0001_x", up_sql, false);
            let refused = up(test, &root, "1").expect(2);
            assert!(refused.stderr.contains("0001_x/up.sql:1: "), "{}", refused.stderr);
            assert!(refused.stderr.contains("run_in_transaction = false"), "{}", refused.stderr);
        }
        let root = folder(&[]);
        add(&root, "0001_x", "PRAGMA journal_mode = WAL;", true);
        up(test, &root, "1").expect(0);
        assert_eq!(
            one(&mut test.connect(), "journal_mode", "FROM pragma_journal_mode").as_deref(),
            Some("wal")
        );
    });
}

/// Cuts a migration off after the record of a statement, then tries to go on; what it says.
pub(crate) fn cut_and_go_on(test: &TestDb, up_sql: &str, at: &str) -> (PathBuf, Finished) {
    let root = folder(&[]);
    add(&root, "0001_x", up_sql, true);
    let path = root.to_str().expect("UTF-8");
    at_course(test);
    let cut = migrate(test, &["up", "1", "--migrations", path])
        .env("INSTASEED_FAULT", format!("migrate:{at}"))
        .run();
    assert_eq!(cut.code, -1, "{}{}", cut.stdout, cut.stderr);
    let next = up(test, &root, "1");
    (root, next)
}

#[test]
fn a_variable_that_is_lost_with_the_session_is_not_taken_for_null() {
    on_engine(Engine::Mysql, |test| {
        let up_sql = "CREATE TABLE p (id INT, v INT);\nINSERT INTO p VALUES (1, 42);\nSELECT v INTO @v FROM p;\n\
                      CREATE TABLE ch (v INT);\nINSERT INTO ch VALUES (@v);";
        let (root, refused) = cut_and_go_on(test, up_sql, "after-record:4");
        let said = refused.expect(2).stderr;
        assert!(
            said.contains("0001_x/up.sql:5: ") && said.contains("@v") && said.contains("--done"),
            "{said}"
        );
        let mut db = test.connect();
        assert_eq!(one(&mut db, "count(*)", "FROM ch").as_deref(), Some("0"));
        db.batch("INSERT INTO ch VALUES (42)").expect("by hand");
        assert!(repair(test, &root, &["--done"]).expect(2).stderr.contains("--yes"));
        repair(test, &root, &["--done", "--yes"]).expect(0);
        let status =
            migrate(test, &["status", "--migrations", root.to_str().expect("UTF-8")]).run().expect(0);
        assert!(!status.stdout.contains("half-applied"), "{}", status.stdout);
        assert_eq!(one(&mut db, "v", "FROM ch").as_deref(), Some("42"));
        up(test, &root, "1").expect(0);
    });
}

#[test]
fn what_the_rest_needs_of_the_session_is_refused_after_a_cut() {
    for (up_sql, at, lost) in [
        (
            "CREATE TABLE p (id INT AUTO_INCREMENT PRIMARY KEY); INSERT INTO p VALUES (); CREATE TABLE c (v INT); INSERT INTO c VALUES (LAST_INSERT_ID());",
            "after-record:3",
            "LAST_INSERT_ID()",
        ),
        (
            "CREATE TABLE p (id INT); SET @n = (SELECT COUNT(*) FROM p); CREATE TABLE c (v INT); INSERT INTO c VALUES (@n);",
            "after-record:3",
            "@n",
        ),
        (
            "SET @s = (SELECT 'CREATE TABLE c (v INT)'); PREPARE s FROM @s; CREATE TABLE p (id INT); EXECUTE s;",
            "after-record:3",
            "prepared statement s",
        ),
    ] {
        on_engine(Engine::Mysql, |test| {
            let (_, refused) = cut_and_go_on(test, up_sql, at);
            let said = refused.expect(2).stderr;
            assert!(said.contains(lost), "{up_sql}: {said}");
        });
    }
    on_engine(Engine::Postgres, |test| {
        let up_sql = "CREATE TABLE p (v TEXT); SELECT set_config('a.b', v, false) FROM p; CREATE TABLE c (v TEXT); \
                      INSERT INTO c VALUES (current_setting('a.b', true));";
        let (_, refused) = cut_and_go_on(test, up_sql, "after-record:3");
        assert!(refused.expect(2).stderr.contains("set_config()"));
    });
}

#[test]
fn settings_whose_value_stands_in_the_script_are_made_again_after_a_cut() {
    on_engine(Engine::Mysql, |test| {
        let up_sql = "/*!40101 SET @old = @@sql_mode */; SET @v = 5; CREATE TABLE c (v INT); \
                      PREPARE s FROM 'INSERT INTO c VALUES (@v)'; SELECT 1; EXECUTE s;";
        let (_, done) = cut_and_go_on(test, up_sql, "after-record:5");
        done.expect(0);
        assert_eq!(one(&mut test.connect(), "v", "FROM c").as_deref(), Some("5"));
    });
    on_engine(Engine::Postgres, |test| {
        let up_sql = "SELECT set_config('a.b', '5', false); CREATE TABLE c (v TEXT); \
                      INSERT INTO c VALUES (current_setting('a.b'));";
        let (_, done) = cut_and_go_on(test, up_sql, "after-record:2");
        done.expect(0);
        assert_eq!(one(&mut test.connect(), "v", "FROM c").as_deref(), Some("5"));
    });
}

#[test]
fn a_statement_of_which_nobody_can_tell_whether_it_happened_is_asked_about() {
    for (engine, up_sql, number, ask) in [
        (Engine::Mysql, "CREATE TABLE t (a INT) ENGINE = MyISAM; INSERT INTO t VALUES (1);", 2, "FROM t"),
        (
            Engine::Mysql,
            "CREATE TABLE t (a INT); CREATE PROCEDURE p() BEGIN INSERT INTO t VALUES (1); COMMIT; END; CALL p();",
            3,
            "FROM t",
        ),
        (
            Engine::Postgres,
            "CREATE TABLE t (a INT); CREATE PROCEDURE p() LANGUAGE plpgsql AS $$BEGIN INSERT INTO t VALUES (1); COMMIT; END$$; CALL p();",
            3,
            "FROM t",
        ),
    ] {
        on_engine(engine, |test| {
            let (root, refused) = cut_and_go_on(test, up_sql, &format!("after-statement:{number}"));
            let said = refused.expect(2).stderr;
            let way =
                format!("if the statement took effect, run `instaseed migrate repair --from {}", number + 1);
            assert!(said.contains("it is unknown whether it took effect") && said.contains(&way), "{said}");
            assert_eq!(one(&mut test.connect(), "count(*)", ask).as_deref(), Some("1"));
            repair(test, &root, &["--from", &(number + 1).to_string(), "--yes"]).expect(0);
            assert_eq!(one(&mut test.connect(), "count(*)", ask).as_deref(), Some("1"));
            up(test, &root, "1").expect(0);
            assert_eq!(one(&mut test.connect(), "count(*)", ask).as_deref(), Some("1"));
        });
    }
}

#[test]
fn two_tables_that_trade_places_are_not_traded_back() {
    on_engine(Engine::Mysql, |test| {
        let up_sql = "CREATE TABLE a (v INT); CREATE TABLE b (v INT); INSERT INTO a VALUES (1); RENAME TABLE a TO c, b TO a, c TO b;";
        let (root, refused) = cut_and_go_on(test, up_sql, "after-statement:4");
        refused.expect(2);
        repair(test, &root, &["--from", "5", "--yes"]).expect(0);
        assert_eq!(select(&mut test.connect(), &["v"], "FROM b").len(), 1);
    });
}

#[test]
fn the_catalogue_shows_whether_ddl_happened_in_other_schemas_partitions_and_events() {
    for (engine, up_sql, at) in [
        (
            Engine::Mysql,
            "CREATE TABLE t (a INT) PARTITION BY RANGE (a) (PARTITION p0 VALUES LESS THAN (1), PARTITION p1 VALUES LESS THAN (2)); ALTER TABLE t DROP PARTITION p0;",
            2,
        ),
        (
            Engine::Mysql,
            "CREATE TABLE t (a INT); CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM t;",
            2,
        ),
        (
            Engine::Postgres,
            "CREATE SCHEMA s; CREATE TABLE s.t (a INT); CREATE INDEX CONCURRENTLY i ON s.t (a);",
            3,
        ),
        (Engine::Postgres, "CREATE TYPE k AS (a INT); ALTER TYPE k ADD ATTRIBUTE b INT;", 2),
    ] {
        on_engine(engine, |test| {
            let (_, done) = cut_and_go_on(test, up_sql, &format!("after-statement:{at}"));
            done.expect(0);
        });
    }
}

#[test]
fn the_number_of_changed_rows_is_that_of_the_statement_before() {
    on_engine(Engine::Mysql, |test| {
        let root = folder(&[]);
        add(
            &root,
            "0001_x",
            "CREATE TABLE t (a INT); CREATE TABLE n (a INT); INSERT INTO t VALUES (1), (2), (3); UPDATE t SET a = a + 1; INSERT INTO n VALUES (ROW_COUNT());",
            false,
        );
        up(test, &root, "1").expect(0);
        assert_eq!(one(&mut test.connect(), "a", "FROM n").as_deref(), Some("3"));
    });
}

#[test]
fn a_failed_migration_leaves_nothing_in_the_session_either() {
    each_engine(|test| {
        use instaseed::migration::{Goal, Options, Runner, Source};
        let setting = match test.engine() {
            Engine::Sqlite => "PRAGMA recursive_triggers = ON;",
            Engine::Mysql => "SET time_zone = '+09:00';",
            Engine::Postgres => "SET TIME ZONE 'Asia/Tokyo';",
        };
        let root = folder(&[]);
        add(&root, "0001_x", &format!("{setting} SELECT * FROM nowhere;"), true);
        let source = Source::only_folder(test.engine(), &root).expect("good");
        let mut db = test.connect();
        let ask = match test.engine() {
            Engine::Sqlite => ("recursive_triggers", "FROM pragma_recursive_triggers"),
            Engine::Mysql => ("@@time_zone", ""),
            Engine::Postgres => ("current_setting('timezone')", ""),
        };
        let before = one(&mut db, ask.0, ask.1);
        Runner::new(&mut db, &source, Options::default()).run(&Goal::Up(None)).unwrap_err();
        assert_eq!(one(&mut db, ask.0, ask.1), before);
    });
}

#[test]
fn a_full_disk_is_named_and_nothing_is_kept() {
    on_engine(Engine::Sqlite, |test| {
        let root = folder(&[]);
        add(&root, "0001_t", "CREATE TABLE t (a TEXT);", false);
        // The engine rolls the whole transaction back by itself, as on a disk that is full.
        let big = "PRAGMA max_page_count = 12;\nINSERT INTO t WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 500) \
                   SELECT hex(randomblob(4000)) FROM n;";
        add(&root, "0002_big", big, false);
        up(test, &root, "1").expect(0);
        let said = up(test, &root, "1").expect(2).stderr;
        assert!(
            said.contains("0002_big/up.sql:2: database or disk is full") && said.contains("free some space"),
            "{said}"
        );
        assert_eq!(one(&mut test.connect(), "count(*)", "FROM t").as_deref(), Some("0"));
    });
}

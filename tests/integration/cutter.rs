//! Whatever an engine accepts is run: each script here goes through the real binary, and what it made is looked at.

use std::path::Path;
use std::process::{Command, Stdio};

use instaseed::database::{Db, Engine};

use crate::lock::migrate;
use crate::migrate::folder;
use crate::support::{PASSWORD, TestDb, USER, on_engine, one};

struct Case {
    up: &'static str,
    /// What is asked afterwards, and the answer.
    ask: (&'static str, &'static str),
    answer: &'static str,
    stepwise: bool,
}

fn case(up: &'static str, column: &'static str, from: &'static str, answer: &'static str) -> Case {
    Case { up, ask: (column, from), answer, stepwise: false }
}

fn alone(up: &'static str, column: &'static str, from: &'static str, answer: &'static str) -> Case {
    Case { stepwise: true, ..case(up, column, from, answer) }
}

fn mysql() -> Vec<Case> {
    vec![
        case(
            "CREATE TABLE t (b INT, c INT);\nCREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW IF NEW.b > 1 THEN SET NEW.c = 1; END IF;\nINSERT INTO t (b) VALUES (2);",
            "c",
            "FROM t",
            "1",
        ),
        case(
            "CREATE TABLE t (b INT); CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW CASE NEW.b WHEN 1 THEN SET NEW.b = 5; ELSE SET NEW.b = 6; END CASE; INSERT INTO t VALUES (1);",
            "b",
            "FROM t",
            "5",
        ),
        case(
            "CREATE TABLE t (b INT); CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW WHILE NEW.b < 9 DO SET NEW.b = NEW.b + 1; END WHILE; INSERT INTO t VALUES (1);",
            "b",
            "FROM t",
            "9",
        ),
        case(
            "CREATE TABLE t (b INT); CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW REPEAT SET NEW.b = NEW.b + 1; UNTIL NEW.b > 6 END REPEAT; INSERT INTO t VALUES (1);",
            "b",
            "FROM t",
            "7",
        ),
        case(
            "CREATE TABLE t (b INT); CREATE PROCEDURE p() top: LOOP INSERT INTO t VALUES (1); LEAVE top; END LOOP top; CALL p();",
            "b",
            "FROM t",
            "1",
        ),
        case(
            "CREATE TABLE t (`begin` INT, `end` INT); INSERT INTO t VALUES (1, 2); \
             CREATE PROCEDURE p() BEGIN UPDATE t SET end = CASE WHEN end > 1 THEN end + begin ELSE 0 END; SELECT begin FROM t FOR UPDATE; END; CALL p();",
            "`end`",
            "FROM t",
            "3",
        ),
        case(
            "CREATE TABLE t (b INT); CREATE PROCEDURE p() BEGIN SELECT CASE WHEN b THEN 1 END FROM t FOR UPDATE; INSERT INTO t VALUES (4); END; CALL p();",
            "b",
            "FROM t",
            "4",
        ),
        case(
            "CREATE TABLE t (b INT); CREATE PROCEDURE p() BEGIN DECLARE d INT DEFAULT 0; DECLARE c CURSOR FOR SELECT 1; \
             DECLARE CONTINUE HANDLER FOR NOT FOUND SET d = IF(d > 5, d, 1); DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END; \
             OPEN c; l: LOOP FETCH c INTO d; IF d THEN LEAVE l; END IF; END LOOP; CLOSE c; INSERT INTO t VALUES (IF(d, 8, 9)); END; CALL p();",
            "b",
            "FROM t",
            "8",
        ),
        case(
            "CREATE TABLE t (b INT); IF (SELECT COUNT(*) FROM t) = 0 THEN INSERT INTO t VALUES (1); INSERT INTO t VALUES (2); END IF; INSERT INTO t VALUES (3);",
            "SUM(b)",
            "FROM t",
            "6",
        ),
        case(
            "CREATE TABLE t (b INT); BEGIN NOT ATOMIC DECLARE i INT DEFAULT 3; WHILE i > 0 DO INSERT INTO t VALUES (i); SET i = i - 1; END WHILE; END;",
            "SUM(b)",
            "FROM t",
            "6",
        ),
        case(
            "CREATE TABLE t (b INT); FOR i IN 1..3 DO INSERT INTO t VALUES (i); END FOR; INSERT INTO t VALUES (10);",
            "SUM(b)",
            "FROM t",
            "16",
        ),
        case(
            "CREATE TABLE t (b INT);\nSET sql_mode = ORACLE;\nCREATE PACKAGE k AS FUNCTION one RETURN INT; END;\n\
             CREATE PACKAGE BODY k AS FUNCTION one RETURN INT AS BEGIN RETURN 1; END; END;\nINSERT INTO t VALUES (k.one());",
            "b",
            "FROM t",
            "1",
        ),
        case(
            "CREATE TABLE t (b VARCHAR(9));\nSET sql_mode = 'NO_BACKSLASH_ESCAPES';\nINSERT INTO t VALUES ('a\\'); INSERT INTO t VALUES ('b');",
            "COUNT(*)",
            "FROM t",
            "2",
        ),
        case(
            "/*!999999\\- enable the sandbox mode */\n/*!40101 SET NAMES utf8mb4 */;\nCREATE TABLE t (b INT);\n/*!50003 CREATE*/ /*!50017 DEFINER=CURRENT_USER*/ /*!50003 TRIGGER g BEFORE INSERT ON t FOR EACH ROW BEGIN SET NEW.b = 2; SET NEW.b = NEW.b + 1; END */;\nINSERT INTO t VALUES (1);",
            "b",
            "FROM t",
            "3",
        ),
        case(
            "CREATE TABLE t (b INT); CREATE TABLE u (b INT); CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW INSERT INTO u VALUES (1); CREATE TRIGGER h BEFORE INSERT ON t FOR EACH ROW FOLLOWS g BEGIN INSERT INTO u VALUES (2); END; INSERT INTO t VALUES (1);",
            "SUM(b)",
            "FROM u",
            "3",
        ),
    ]
}

fn postgres() -> Vec<Case> {
    vec![
        case(
            "-- first table\rCREATE TABLE a(b int);\nCREATE TABLE c(d int);\n",
            "count(*)",
            "FROM a, c",
            "0",
        ),
        case(
            "CREATE TABLE t (b int); CREATE TABLE u (b int); CREATE RULE r AS ON INSERT TO t DO ALSO (INSERT INTO u VALUES (1); INSERT INTO u VALUES (2)); INSERT INTO t VALUES (1);",
            "sum(b)",
            "FROM u",
            "3",
        ),
        case(
            "CREATE TABLE t (b text); INSERT INTO t VALUES (E'it''s \\';x'); INSERT INTO t VALUES (E'a'\n'b\\';c');",
            "string_agg(b, '|' ORDER BY b)",
            "FROM t",
            "ab';c|it's ';x",
        ),
        case(
            "CREATE FUNCTION f() RETURNS int BEGIN /* c; */ ATOMIC SELECT 1; SELECT CASE WHEN true THEN 2 END; END; CREATE TABLE t (b int); INSERT INTO t VALUES (f());",
            "b",
            "FROM t",
            "2",
        ),
        case(
            "CREATE TABLE t (begin int, b int); INSERT INTO t VALUES (1, 2); CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT begin FROM t; END; UPDATE t SET b = f();",
            "b",
            "FROM t",
            "1",
        ),
        case(
            "SET standard_conforming_strings = off; CREATE TABLE t (b text); INSERT INTO t VALUES ('a\\';b');",
            "b",
            "FROM t",
            "a';b",
        ),
        alone("CREATE SCHEMA s; SET search_path = s; CREATE TABLE t (b int);", "count(*)", "FROM s.t", "0"),
        alone(
            "CREATE TABLE t (b int); INSERT INTO t VALUES (1); DISCARD TEMP; DISCARD PLANS;",
            "b",
            "FROM t",
            "1",
        ),
        alone(
            "CREATE TABLE t (b int); DO $$ BEGIN INSERT INTO t VALUES (1); COMMIT; END $$;",
            "b",
            "FROM t",
            "1",
        ),
    ]
}

fn sqlite() -> Vec<Case> {
    vec![
        case(
            "CREATE TABLE t (b, end, begin); CREATE TRIGGER g AFTER INSERT ON t WHEN NEW.end > 1 BEGIN UPDATE t SET begin = CASE WHEN end > 1 THEN end END; SELECT 1; END; INSERT INTO t (end) VALUES (5);",
            "begin",
            "FROM t",
            "5",
        ),
        case(
            "CREATE TABLE t (b); INSERT INTO t VALUES ('x'';y'), (\"a;\"\";b\"), ([c;d]) ;",
            "count(*)",
            "FROM t",
            "3",
        ),
    ]
}

#[test]
fn lawful_scripts_run() {
    for (engine, cases) in
        [(Engine::Mysql, mysql()), (Engine::Postgres, postgres()), (Engine::Sqlite, sqlite())]
    {
        for case in cases {
            // A string in double quotes is a mistake that SQLite forgives; a quoted name is not.
            if engine == Engine::Sqlite && case.up.contains("[c;d]") {
                continue;
            }
            on_engine(engine, |test| {
                eprintln!("{}", case.up);
                let root = folder(&[("0001_x", case.up, "SELECT 1;")]);
                metadata(&root, case.stepwise);
                migrate(test, &["up", "--migrations", path(&root)]).run().expect(0);
                let found = one(&mut test.connect(), case.ask.0, case.ask.1);
                assert_eq!(found.as_deref(), Some(case.answer), "{}", case.up);
            });
        }
    }
}

fn metadata(root: &Path, stepwise: bool) {
    std::fs::write(root.join("0001_x/metadata.toml"), format!("run_in_transaction = {}\n", !stepwise))
        .expect("written");
}

fn path(root: &Path) -> &str {
    root.to_str().expect("UTF-8")
}

#[test]
fn what_would_break_the_run_is_refused_with_its_line_before_anything_runs() {
    for (engine, up_sql, says, stepwise) in [
        (
            Engine::Postgres,
            "CREATE TABLE t (a int);\nCOPY t FROM stdin;\n1\n\\.\n",
            "up.sql:2: COPY to or from the client",
            false,
        ),
        (
            Engine::Postgres,
            "SELECT 1;\nCOPY (SELECT 1) TO STDOUT;",
            "up.sql:2: COPY to or from the client",
            false,
        ),
        (Engine::Postgres, "SELECT 1;\nDISCARD ALL;", "up.sql:2: `DISCARD ALL`", true),
        (
            Engine::Postgres,
            "SELECT pg_advisory_unlock_all();",
            "up.sql:1: `SELECT PG_ADVISORY_UNLOCK_ALL`",
            true,
        ),
        (
            Engine::Postgres,
            "CREATE TABLE t (a int);\nLOCK TABLE t;",
            "up.sql:2: a lock on a table ends",
            true,
        ),
        (Engine::Mysql, "CREATE TABLE t (a int);\nLOCK TABLE t WRITE;", "up.sql:2: `LOCK TABLE`", false),
        (
            Engine::Mysql,
            "FLUSH TABLES WITH READ LOCK;",
            "up.sql:1: `FLUSH TABLES WITH READ LOCK` would stop all writes, so",
            false,
        ),
        (Engine::Mysql, "FLUSH TABLES WITH READ LOCK;", "help: remove it, and do what needs it", false),
        (Engine::Mysql, "FLUSH TABLES t FOR EXPORT;", "up.sql:1: `FLUSH TABLES`", false),
        (
            Engine::Mysql,
            "CREATE TABLE t (a int);\nXA START 'x';\nINSERT INTO t VALUES (1);\nXA END 'x';",
            "up.sql:2: `XA START` would open or end an XA transaction",
            false,
        ),
        (Engine::Mysql, "SELECT 1;\n/*!50000 xa begin 'x' */;", "up.sql:2: `XA BEGIN`", false),
        (Engine::Mysql, "XA COMMIT 'x';", "help: remove the XA statements", false),
        (Engine::Postgres, "DISCARD ALL;", "help: remove it: each migration begins in a fresh session", true),
        (Engine::Mysql, "SELECT 1;\nDO RELEASE_ALL_LOCKS();", "up.sql:2: `DO RELEASE_ALL_LOCKS`", false),
    ] {
        on_engine(engine, |test| {
            let root = folder(&[("0001_x", up_sql, "SELECT 1;")]);
            metadata(&root, stepwise);
            let refused = migrate(test, &["up", "--migrations", path(&root)]).run().expect(2);
            assert!(refused.stderr.contains(says), "{up_sql}: {}", refused.stderr);
            assert!(test.connect().tables().expect("listed").is_empty());
        });
    }
}

#[test]
fn what_the_cutter_cannot_cut_is_one_unit_and_a_cut_in_it_is_asked_about() {
    on_engine(Engine::Mysql, |test| {
        let up_sql = "CREATE TABLE t (b INT);\nSET sql_mode = ORACLE;\nCREATE PROCEDURE p AS BEGIN INSERT INTO t VALUES (1); END;\nCALL p();";
        let root = folder(&[("0001_x", up_sql, "SELECT 1;")]);
        metadata(&root, false);
        let verb = ["up", "--migrations", path(&root)];
        migrate(test, &verb).env("INSTASEED_FAULT", "migrate:after-statement:2@0001").run().expect(-1);
        assert!(migrate(test, &verb).run().expect(2).stderr.contains("--from 3"));
        migrate(test, &["repair", "--from", "3", "--yes", "--migrations", path(&root)]).run().expect(0);
        assert_eq!(one(&mut test.connect(), "b", "FROM t").as_deref(), Some("1"));
    });
}

/// Feeds a script to the plain client of an engine.
fn client(test: &TestDb, sql: &str) {
    use std::io::Write;
    let target = test.target();
    let mut command = match test.engine() {
        Engine::Sqlite => {
            // The library reads a whole script, as the shell does.
            test.connect().batch(sql).unwrap_or_else(|error| panic!("{error}\n{sql}"));
            return;
        }
        Engine::Mysql => Command::new("mysql"),
        Engine::Postgres => Command::new("psql"),
    };
    let url = test.url();
    let port = url.rsplit(':').next().and_then(|rest| rest.split('/').next()).expect("a port").to_owned();
    match test.engine() {
        Engine::Mysql => command
            .args(["--no-defaults", "-h127.0.0.1", "-P", &port, "-u", USER, "--comments"])
            .env("MYSQL_PWD", PASSWORD)
            .arg(target.database()),
        _ => command
            .args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", &port, "-U", USER])
            .env("PGPASSWORD", PASSWORD)
            .env("PGOPTIONS", "-c client_min_messages=warning")
            .arg(target.database()),
    };
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the client is installed");
    child.stdin.take().expect("piped").write_all(sql.as_bytes()).expect("written");
    let done = child.wait_with_output().expect("it ends");
    assert!(
        done.status.success() && done.stderr.is_empty(),
        "{}\n{sql}",
        String::from_utf8_lossy(&done.stderr)
    );
}

const TRAILING: &str = "CREATE TABLE a (b INT) -- the table;\n;\nCREATE TABLE c (d INT) /* no; */;\n";

#[test]
fn the_output_of_plan_makes_in_the_plain_client_what_a_run_makes() {
    for (engine, extra) in [
        (Engine::Sqlite, "CREATE TRIGGER g AFTER INSERT ON a BEGIN UPDATE a SET b = 1; SELECT 1; END;"),
        (
            Engine::Mysql,
            "CREATE TABLE e (f INT) # the end\n;\nCREATE TRIGGER g BEFORE INSERT ON a FOR EACH ROW BEGIN SET NEW.b = 1; SET NEW.b = 2; END -- so\n;\nCREATE TRIGGER h BEFORE INSERT ON c FOR EACH ROW IF NEW.d THEN SET NEW.d = 1; END IF;",
        ),
        (
            Engine::Postgres,
            "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END;\nCREATE RULE r AS ON INSERT TO a DO ALSO (UPDATE c SET d = 1; UPDATE c SET d = 2);",
        ),
    ] {
        on_engine(engine, |test| {
            let root = folder(&[("0001_x", &format!("{TRAILING}{extra}"), "SELECT 1;")]);
            let url = test.url();
            for verb in [&["up"][..], &["to", "platform"]] {
                let words = [verb, &["--migrations", path(&root)]].concat();
                let empty = || {
                    let empty = TestDb::absent(engine).expect("it is there");
                    instaseed::database::create(empty.target()).expect("created");
                    empty
                };
                let (planned, run) = (empty(), empty());
                let plan = migrate(&planned, &[&["plan"], &words[..]].concat()).run().expect(0);
                client(&planned, &plan.stdout);
                migrate(&run, &words).run().expect(0);
                let made = shape(&mut planned.connect());
                assert_eq!(made, shape(&mut run.connect()), "{url}\n{}", plan.stdout);
            }
        });
    }
}

/// The catalogue without what belongs to the runner.
fn shape(db: &mut Db) -> String {
    let mut catalogue = db.catalogue().expect("readable");
    catalogue.tables.retain(|name, _| !name.starts_with("__"));
    format!("{catalogue:#?}")
}

//! Hostile, broken and usual SQL on servers: a clear verdict within the limits, nothing read outside, nothing changed, also
//! where the account is a superuser.

mod walls;

use std::time::Instant;

use instaseed::database::{Db, Engine, Target};
use instaseed::fixture::{Fixture, FixtureDb};
use instaseed::sandbox::{self, Answer, Cell, Limits, Refusal, Sandbox, Trouble};

use crate::support::{Kind, Server};

/// What would run for ever is stopped soon, so that the tests are quick.
const LIMITS: Limits = Limits { work: 50_000_000, seconds: 1.0, rows: 10_000, bytes: 1 << 20 };
/// For statements of the test itself.
const PATIENT: Limits = Limits { work: u64::MAX, seconds: 60.0, rows: 1_000_000, bytes: 1 << 28 };

/// A clone of the course's data on a server, and a sandbox in it.
fn course(kind: Kind) -> Option<(FixtureDb<Db>, Box<dyn Sandbox>)> {
    let server = Server::shared(kind)?;
    let fixture = Fixture::profile("course").at(&server.url(server.maintenance())).expect("a clone");
    let sandbox = opened(fixture.url());
    Some((fixture, sandbox))
}

fn opened(url: &str) -> Box<dyn Sandbox> {
    sandbox::open(&Target::parse(url).expect("a URL")).expect("opens")
}

/// What a learner reads, or how many rows.
fn verdict<T>(outcome: Result<T, Trouble>, show: impl Fn(T) -> String) -> String {
    match outcome {
        Ok(value) => show(value),
        Err(Trouble::Refused(refusal)) => refusal.to_string(),
        Err(Trouble::Failed(error)) => format!("FAILED: {error}: {:?}", std::error::Error::source(&error)),
    }
}

fn of_query(sandbox: &mut dyn Sandbox, text: &str) -> String {
    verdict(sandbox.query(text, &LIMITS), |answer: Answer| format!("{:?}", answer.rows))
}

fn rows(sandbox: &mut dyn Sandbox, text: &str) -> Vec<Vec<Cell>> {
    match sandbox.trusted(text, &PATIENT) {
        Ok(answer) => answer.rows,
        Err(trouble) => panic!("{text}: {trouble:?}"),
    }
}

/// Every row of every table of the course.
fn digest(sandbox: &mut dyn Sandbox) -> Vec<Vec<Vec<Cell>>> {
    ["users", "photos", "comments", "likes", "follows", "tags", "photo_tags"]
        .map(|table| {
            let mut found = rows(sandbox, &format!("SELECT * FROM {table}"));
            found.sort_by_key(|row| format!("{row:?}"));
            found
        })
        .into()
}

/// Queries that no engine lets through, each with what its verdict contains.
fn everywhere() -> Vec<(String, &'static str)> {
    let mut all: Vec<(String, &'static str)> = [
        ("", "there is no statement"),
        ("-- nothing\n;;", "there is no statement"),
        ("DELETE FROM users", "DELETE is not a query"),
        ("INSERT INTO users VALUES (9, 'x', NULL)", "INSERT is not a query"),
        ("UPDATE users SET username = id", "UPDATE is not a query"),
        ("DROP TABLE users", "DROP is not a query"),
        ("TRUNCATE users", "TRUNCATE is not a query"),
        ("CREATE TABLE t (a INT)", "CREATE is not a query"),
        ("CREATE TEMPORARY TABLE t (a INT)", "CREATE is not a query"),
        ("GRANT ALL ON users TO tester", "GRANT is not a query"),
        ("SET ROLE tester", "SET is not a query"),
        ("CALL p()", "CALL is not a query"),
        ("BEGIN", "BEGIN is not a query"),
        ("COMMIT", "COMMIT is not a query"),
        ("SHUTDOWN", "SHUTDOWN is not a query"),
        ("EXPLAIN ANALYZE DELETE FROM users", "EXPLAIN, which does not return the rows"),
        ("SELECT 1; DROP TABLE users", "more than one statement"),
        ("SELECT 1 /* ; */ ; -- x\n DELETE FROM users", "more than one statement"),
        ("WITH a AS (SELECT 1) DELETE FROM users", "DELETE is not a query"),
        ("SELECT * FROM users FOR UPDATE", "FOR UPDATE is not allowed here"),
        ("SELECT * INTO t FROM users", "INTO is not allowed here"),
        ("SELECT 'abc", "A string begins here and never ends."),
        ("SELECT '\0'", "a character with the number zero is not allowed here"),
        ("SELCET 1", "Did you mean SELECT?"),
        ("SELECT * FROM user_s", "There is no table \"user_s\". Did you mean users?"),
        ("SELECT usernam FROM users", "There is no column \"usernam\". Did you mean username?"),
        (
            "SELECT username\nFORM users WHERE 1 = 1",
            "The query is not understood at \"users\". Did you mean FROM instead of FORM?",
        ),
        ("SELECT username FROM users WHERE", "The query ends too early: something is missing at its end."),
        (
            "SELECT id FROM users u JOIN photos p ON p.user_id = u.id",
            "More than one table of the query has a column \"id\".",
        ),
        ("SELECT id FROM users WHERE count(*) > 1", "An aggregate such as COUNT cannot be used"),
        (
            "SELECT id, count(*) FROM photos GROUP BY user_id",
            "\"id\" is neither in GROUP BY nor in an aggregate.|\"photos.id\" has more than one value",
        ),
        (
            "SELECT 1 UNION SELECT 1, 2",
            "The two sides of UNION, INTERSECT or EXCEPT return different numbers of columns.",
        ),
        ("SELECT (SELECT id FROM users)", "A subquery returns several rows where one value is wanted."),
        ("SELECT a.id FROM users a, users b, users c", "returns more than 10000 rows"),
        ("SELECT count(*) FROM likes a, likes b, likes c, likes d", "the query does too much work"),
        (
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
            "too much work|4999|[[Integer(1001)]]",
        ),
        ("SELECT repeat(username, 2000) FROM users", "returns more than 1048576 bytes"),
        ("SELECT 1 /* and the rest", "A comment begins here and never ends."),
        ("SELECT 1 -- ; \n; -- \nDROP TABLE users", "more than one statement"),
    ]
    .map(|(text, expected)| (text.to_owned(), expected))
    .into();
    all.push((format!("SELECT '{}'", "a".repeat(10_000_000)), "the text has 10000009 bytes"));
    let nested = |inner: String, _| format!("SELECT x + x AS x FROM ({inner}) AS t");
    all.push(((0..40).fold("SELECT id AS x FROM users".to_owned(), nested), "use each other too often"));
    all
}

/// Runs hostile queries: each has its verdict, none takes long, and the data is what it was.
fn attack(sandbox: &mut dyn Sandbox, url: &str, attacks: &[(String, &str)]) {
    let untouched = digest(&mut *opened(url));
    let mut wrong = String::new();
    for (text, expected) in attacks {
        let shown = &text[..text.len().min(120)];
        let begun = Instant::now();
        let found = of_query(sandbox, text);
        if !expected.split('|').any(|part| found.contains(part)) {
            wrong.push_str(&format!("{shown}\n  {found:.300}\n  {expected}\n"));
        }
        eprintln!("{:>6} ms  {shown:?}  {:.100}", begun.elapsed().as_millis(), found);
    }
    assert!(wrong.is_empty(), "{wrong}");
    let one = of_query(sandbox, "SELECT count(*) FROM users WHERE id = 1");
    assert_eq!(one, "[[Integer(1)]]", "the sandbox can still be used");
    assert!(digest(&mut *opened(url)) == untouched, "a row changed");
}

fn owned(list: &[(&str, &'static str)]) -> Vec<(String, &'static str)> {
    list.iter().map(|(text, expected)| ((*text).to_owned(), *expected)).collect()
}

#[test]
fn hostile_queries_on_postgres_end_with_a_verdict() {
    let Some((clone, mut sandbox)) = course(Kind::Postgres) else { return };
    let deep = format!("SELECT {}1{}", "(".repeat(100_000), ")".repeat(100_000));
    let mut attacks = everywhere();
    attacks.extend(owned(&[
        ("COPY users TO PROGRAM 'touch /tmp/instaseed-was-here'", "COPY is not a query"),
        ("DO $$ BEGIN DELETE FROM users; END $$", "DO is not a query"),
        ("SELECT pg_read_file('/etc/passwd')", "the function pg_read_file is not allowed here"),
        ("SELECT \"pg_read_file\"('/etc/passwd')", "the function pg_read_file is not allowed here"),
        ("SELECT pg_catalog.pg_read_binary_file('/etc/passwd')", "the function pg_read_binary_file is not allowed here"),
        ("SELECT U&\"pg\\005fread_file\"('/etc/passwd')", "is not allowed here"),
        ("SELECT * FROM pg_ls_dir('/')", "the function pg_ls_dir is not allowed here"),
        ("SELECT lo_import('/etc/passwd')", "the function lo_import is not allowed here"),
        ("SELECT pg_sleep(100)", "the function pg_sleep is not allowed here"),
        ("SELECT set_config('role', 'none', false)", "the function set_config is not allowed here"),
        ("SELECT pg_terminate_backend(pg_backend_pid())", "the function pg_terminate_backend is not allowed here"),
        ("SELECT pg_advisory_lock(1)", "the function pg_advisory_lock is not allowed here"),
        ("SELECT query_to_xml('DELETE FROM users', true, true, '')", "the function query_to_xml is not allowed here"),
        ("SELECT * FROM ts_stat('SELECT 1')", "the function ts_stat is not allowed here"),
        ("SELECT nextval('users_id_seq')", "the function nextval is not allowed here"),
        ("SELECT dblink_exec('', 'DROP TABLE users')", "the function dblink_exec is not allowed here"),
        ("WITH gone AS (DELETE FROM users RETURNING id) SELECT * FROM gone", "DELETE is not a query"),
        ("SELECT rolname, rolpassword FROM pg_authid", "table pg_authid is not allowed here"),
        ("SELECT * FROM pg_stat_file('/etc/passwd')", "the function pg_stat_file is not allowed here"),
        ("SELECT $1", "a parameter such as $1|could not determine"),
        ("SELECT repeat('x', 1000000000)", "returns more than 1048576 bytes|too much work"),
        ("SELECT repeat('x', 2000000000)", "A value gets too long."),
        ("SELECT count(*) FROM generate_series(1, 100000000000) g", "too much work"),
        ("SELECT 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' ~ '((a*)*)*((a*)*)*\\1\\2b$'", "[[|too much work|regular expression"),
        ("SELECT 1 / 0 FROM users", "A number is divided by zero."),
        ("SELECT * FROM users WHERE username = \"alice\"", "A text is written in single quotes: 'alice'."),
        ("SELECT nosuch(1)", "PostgreSQL has no function nosuch(integer)"),
        ("SELECT * FROM users WHERE id = 'x' || 1", "|cannot be compared"),
        ("TABLE users", "[["),
        ("SELECT current_user", "instaseed_course_reader"),
        ("SELECT session_user", "instaseed_stranger_"),
        ("SELECT U&\"set!005fconfig\" UESCAPE '!' ('role', 'none', false)", "a name with escapes"),
        ("SELECT ('SELECT 1'::text).ts_stat", "the function ts_stat is not allowed here"),
        ("SELECT ('/etc/passwd'::text) . \"pg_read_file\"", "the function pg_read_file is not allowed here"),
        ("SELECT (100::float8).pg_sleep", "the function pg_sleep is not allowed here"),
        ("SET statement_timeout = 0", "SET is not a query"),
        ("LISTEN x", "LISTEN is not a query"),
        ("LOAD 'x'", "LOAD is not a query"),
        ("SELECT pg_notify('x', 'y')", "the function pg_notify is not allowed here"),
    ]));
    attacks.push((deep, "nested too deeply"));
    attack(&mut *sandbox, clone.url(), &attacks);
    assert!(!std::path::Path::new("/tmp/instaseed-was-here").exists());
}

#[test]
fn what_the_gate_does_not_know_a_superuser_still_may_not() {
    let Some((clone, mut sandbox)) = course(Kind::Postgres) else { return };
    // As if the gate had a hole: functions under names that it cannot know.
    let mut owner = opened(clone.url());
    let made = owner.execute(
        "CREATE FUNCTION innocent_read() RETURNS text LANGUAGE sql AS $$ SELECT pg_read_file('/etc/passwd') $$; \
         CREATE FUNCTION innocent_write() RETURNS bigint LANGUAGE sql AS $$ WITH d AS (DELETE FROM likes RETURNING 1) SELECT count(*) FROM d $$; \
         CREATE FUNCTION innocent_lock() RETURNS void LANGUAGE sql AS $$ LOCK TABLE users $$",
        &PATIENT,
    );
    assert!(made.is_ok(), "{made:?}");
    for (text, expected) in [
        ("SELECT innocent_read()", "function pg_read_file is not allowed here"),
        ("SELECT innocent_write()", "is not allowed here"),
        ("SELECT innocent_lock()", "is not allowed here"),
    ] {
        let found = of_query(&mut *sandbox, text);
        assert!(found.contains(expected), "{text}: {found}");
    }
}

#[test]
fn hostile_queries_on_mariadb_end_with_a_verdict() {
    let Some((clone, mut sandbox)) = course(Kind::Mysql) else { return };
    let mut attacks = everywhere();
    attacks.extend(owned(&[
        ("SELECT LOAD_FILE('/etc/passwd')", "the function load_file is not allowed here"),
        ("SELECT `load_file`('/etc/passwd')", "the function load_file is not allowed here"),
        ("SELECT load_file /* x */ ('/etc/passwd')", "the function load_file is not allowed here"),
        ("SELECT 'x' INTO OUTFILE '/tmp/instaseed-was-here'", "INTO is not allowed here"),
        ("SELECT 'x' INTO DUMPFILE '/tmp/instaseed-was-here'", "INTO is not allowed here"),
        ("SELECT id INTO @a FROM users LIMIT 1", "INTO is not allowed here"),
        ("SELECT SLEEP(100)", "the function sleep is not allowed here"),
        ("SELECT BENCHMARK(100000000, SHA2('x', 512))", "the function benchmark is not allowed here"),
        ("SELECT GET_LOCK('x', 100)", "the function get_lock is not allowed here"),
        ("SELECT * FROM users LOCK IN SHARE MODE", "LOCK IN is not allowed here"),
        ("SELECT 1 /*! UNION SELECT 2 */", "a comment that the server runs"),
        ("SELECT 1 /*!50000 INTO OUTFILE '/tmp/x' */", "a comment that the server runs"),
        ("SELECT 1 /*M! + 1 */", "a comment that the server runs"),
        ("SELECT authentication_string FROM mysql.user", "the database mysql is not allowed here"),
        ("SELECT * FROM `mysql` . `global_priv`", "the database mysql is not allowed here"),
        ("SELECT * FROM information_schema.processlist", "the database information_schema is not allowed here"),
        ("SET GLOBAL max_connections = 1", "SET is not a query"),
        ("LOAD DATA INFILE '/etc/passwd' INTO TABLE tags", "LOAD is not a query"),
        ("HANDLER users OPEN", "HANDLER is not a query"),
        ("KILL 1", "KILL is not a query"),
        ("SHOW DATABASES", "SHOW is not a query"),
        ("# only a comment", "there is no statement"),
        ("SELECT 1 -- x\n; SELECT 2", "more than one statement"),
        ("SELECT ?", "nothing gives it a value"),
        ("SELECT length(repeat('x', 1000000000))", "[[|too large"),
        ("SELECT repeat('x', 1000000000)", "[[Null]]|bytes"),
        ("SELECT 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!' RLIKE '(((a+)+)+)+$'", "[[|too much work|egex"),
        ("SELECT count(*) FROM likes a, likes b, likes c WHERE concat(a.created_at, b.created_at, c.created_at) RLIKE '(1|2)*x'", "too much work"),
        ("SELECT nosuch(1)", "There is no function \"nosuch\"."),
        ("SELECT * FROM users WHERE id = (SELECT 1, 2)", "A subquery returns several columns where one is wanted."),
        ("SELECT @a := @a + 1 AS n FROM users LIMIT 2", "[[Null], [Null]]"),
        ("SELECT @b := 7", "[[Integer(7)]]"),
        ("SELECT @b", "[[Null]]"),
        ("SET STATEMENT max_statement_time = 0 FOR SELECT 1", "SET is not a query"),
        ("DO SLEEP(100)", "DO is not a query"),
        ("PREPARE s FROM 'DROP TABLE users'", "PREPARE is not a query"),
        ("EXECUTE IMMEDIATE 'DROP TABLE users'", "EXECUTE is not a query"),
        ("LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE tags", "LOAD is not a query"),
        ("SELECT @@datadir", "a variable of the server is not allowed here"),
        ("SELECT repeat('x', 16000000), repeat('y', 16000000), repeat('z', 16000000)", "returns more than 1048576 bytes"),
        ("SELECT NEXTVAL(s)", "the function nextval is not allowed here"),
        ("SELECT /*+ SET_VAR(max_execution_time = 0) */ count(*) FROM likes a, likes b, likes c, likes d", "too much work"),
    ]));
    let deep = format!("SELECT {}1{}", "(".repeat(100_000), ")".repeat(100_000));
    attacks.push((deep, "nested too deeply|understood"));
    attack(&mut *sandbox, clone.url(), &attacks);
    assert!(!std::path::Path::new("/tmp/instaseed-was-here").exists());
}

#[test]
fn values_have_the_same_form_on_all_engines() {
    let query = "SELECT id, username, created_at, id / 2.0 AS half, NULL AS no_value FROM users WHERE id = 1";
    for kind in [Kind::Postgres, Kind::Mysql] {
        let Some((_clone, mut sandbox)) = course(kind) else { continue };
        let answer = sandbox.query(query, &LIMITS).expect("runs");
        assert_eq!(answer.columns, ["id", "username", "created_at", "half", "no_value"]);
        let [Cell::Integer(1), Cell::Text(_), Cell::Moment(time), Cell::Number(half), Cell::Null] =
            &answer.rows[0][..]
        else {
            panic!("{kind:?}: {:?}", answer.rows)
        };
        assert!(time.len() >= 19 && time.as_bytes()[10] == b' ' && *half == 0.5, "{kind:?}: {time} {half}");
        let count = rows(&mut *sandbox, "SELECT count(*), sum(id), max(created_at) FROM users");
        assert!(matches!(&count[0][..], [Cell::Integer(_), _, Cell::Moment(_)]), "{kind:?}: {count:?}");
    }
}

#[test]
fn scripts_change_the_scratch_database_and_nothing_else() {
    for kind in [Kind::Postgres, Kind::Mysql] {
        let Some((clone, mut sandbox)) = course(kind) else { continue };
        let name = Target::parse(clone.url()).expect("a URL").database().to_owned();
        let untouched = digest(&mut *sandbox);
        let hostile: &[&str] = match sandbox.engine() {
            Engine::Postgres => &[
                "COPY users TO PROGRAM 'touch /tmp/instaseed-was-here'",
                "COPY tags (tag_name) FROM '/etc/passwd'",
                "SET ROLE tester; DELETE FROM users",
                "RESET ROLE; DELETE FROM users",
                "SET SESSION AUTHORIZATION DEFAULT",
                "ALTER ROLE instaseed_course_author SUPERUSER",
                "CREATE ROLE evil SUPERUSER",
                "CREATE DATABASE evil",
                "CREATE EXTENSION file_fdw",
                "DROP DATABASE postgres",
                "DO $$ BEGIN EXECUTE 'RESET ROLE'; END $$",
                "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'RESET' || ' ROLE'; RETURN 1; END $$",
                "CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$ SELECT pg_read_file('/etc/passwd') $$",
                "CREATE FUNCTION f() RETURNS int LANGUAGE sql SET role = tester AS $$ SELECT 1 $$",
                "CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'libc.so.6', 'system'",
                "DELETE FROM users; COMMIT; DROP TABLE users",
                "LOCK TABLE users",
                "SELECT pg_sleep(100)",
                "ALTER SYSTEM SET port = 1",
                "VACUUM",
                "LISTEN x",
                "NOTIFY x",
                "LOAD 'x'",
                "SET statement_timeout = 0",
                "PREPARE p AS DELETE FROM users",
                "SELECT lo_import('/etc/passwd')",
                "SELECT ('/etc/passwd'::text).pg_read_file",
                "CREATE VIEW v AS SELECT U&\"set!005fconfig\" UESCAPE '!' ('role', 'none', false)",
                "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS E'BEGIN \\105XECUTE ''RESET ROLE''; RETURN 1; END'",
                "CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER AS $$ SELECT 1 $$",
                "CREATE EVENT TRIGGER e ON ddl_command_start EXECUTE FUNCTION f()",
                "CREATE SERVER s FOREIGN DATA WRAPPER file_fdw",
                "CREATE LANGUAGE plperlu",
                "CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p",
                "IMPORT FOREIGN SCHEMA x FROM SERVER y INTO public",
                "CREATE SCHEMA evil",
                "DELETE FROM users WHERE id IN (SELECT a.id FROM users a, users b, likes c, likes d)",
                "UPDATE users SET username = 1 / 0",
            ],
            _ => &[
                "SET GLOBAL max_connections = 1",
                "DROP DATABASE mysql",
                "CREATE USER evil",
                "GRANT ALL ON *.* TO evil",
                "UPDATE mysql.global_priv SET priv = ''",
                "DELETE FROM `mysql`.`user`",
                "USE mysql",
                "LOAD DATA INFILE '/etc/passwd' INTO TABLE tags",
                "SELECT 'x' INTO OUTFILE '/tmp/instaseed-was-here'",
                "INSERT INTO tags (tag_name) VALUES (LOAD_FILE('/etc/passwd'))",
                "PREPARE s FROM 'DROP TABLE users'",
                "CREATE TABLE t (a INT) DATA DIRECTORY = '/tmp'",
                "CREATE PROCEDURE p() SHUTDOWN",
                "CREATE DEFINER = root@localhost TRIGGER t BEFORE DELETE ON users FOR EACH ROW SET @a = 1",
                "CREATE EVENT e ON SCHEDULE EVERY 1 SECOND DO DELETE FROM users",
                "INSTALL SONAME 'x'",
                "SHUTDOWN",
                "KILL 1",
                "FLUSH PRIVILEGES",
                "LOCK TABLES users WRITE",
                "BEGIN; DELETE FROM users; COMMIT",
                "/*!50000 DROP TABLE likes */",
                "SET @a = 1, sql_mode = 'ANSI_QUOTES'",
                "SET @@session.sql_mode = ''",
                "SET @a = 1, @@max_statement_time = 0",
                "SET PERSIST_ONLY max_connections = 1",
                "SET @@persist_only.max_connections = 1",
                "CREATE TABLE t (a INT) ENGINE = CONNECT TABLE_TYPE = CSV FILE_NAME = '/etc/passwd'",
                "CREATE TABLE t (a INT) ENGINE='SPIDER'",
                "ALTER TABLE tags ENGINE `S3`",
                "CREATE SERVER s FOREIGN DATA WRAPPER mysql OPTIONS (HOST 'x')",
                "HANDLER users OPEN",
                "CALL p()",
                "DO SLEEP(1)",
                "SELECT SLEEP(100)",
            ],
        };
        for text in hostile {
            let found = verdict(sandbox.script(text, &LIMITS), |()| "done".to_owned());
            assert!(!found.contains("done") && !found.contains("FAILED"), "{kind:?} {text}: {found}");
            eprintln!("{kind:?} {text}: {found}");
        }
        assert!(digest(&mut *sandbox) == untouched, "{kind:?}: a row changed");
        assert!(!std::path::Path::new("/tmp/instaseed-was-here").exists());
        let trigger = match sandbox.engine() {
            Engine::Postgres => {
                "CREATE TABLE log (n INT);\nCREATE FUNCTION logs() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
                 INSERT INTO log VALUES (OLD.id); RETURN OLD; END $$;\n\
                 CREATE TRIGGER t AFTER DELETE ON tags FOR EACH ROW EXECUTE FUNCTION logs(); ALTER TABLE users ADD COLUMN bio TEXT"
            }
            _ => {
                "CREATE TABLE log (n INT);\nCREATE TRIGGER t AFTER DELETE ON tags FOR EACH ROW BEGIN \
                 INSERT INTO log VALUES (OLD.id); END; ALTER TABLE users ADD COLUMN bio TEXT"
            }
        };
        let done = sandbox.script(trigger, &LIMITS);
        assert!(done.is_ok(), "{kind:?}: {done:?}");
        sandbox.begin().expect("begins");
        let gone =
            "DELETE FROM photo_tags WHERE tag_id = (SELECT min(id) FROM tags); DELETE FROM tags WHERE id = 1";
        sandbox.execute(gone, &LIMITS).expect("deletes");
        assert_eq!(rows(&mut *sandbox, "SELECT n FROM log"), [[Cell::Integer(1)]], "{kind:?} {name}");
        sandbox.savepoint().expect("is set");
        let refused =
            sandbox.execute("INSERT INTO follows (follower_id, followee_id) VALUES (1, 99999999)", &LIMITS);
        let Err(Trouble::Refused(Refusal::Invalid { message, .. })) = refused else {
            panic!("{kind:?}: {refused:?}")
        };
        assert!(message.starts_with("A foreign key does not hold"), "{kind:?}: {message}");
        sandbox.roll_back_to_savepoint().expect("goes back");
        assert_eq!(rows(&mut *sandbox, "SELECT n FROM log").len(), 1, "{kind:?}");
        sandbox.roll_back().expect("goes back");
        assert_eq!(rows(&mut *sandbox, "SELECT n FROM log").len(), 0, "{kind:?}");
        assert_eq!(of_query(&mut *sandbox, "SELECT count(*) FROM log"), "[[Integer(0)]]", "{kind:?}");
        sandbox
            .execute("ALTER TABLE users DROP COLUMN bio; DROP TABLE log CASCADE", &LIMITS)
            .expect("ours is done, too");
        assert!(digest(&mut *sandbox) == untouched, "{kind:?}: only what the script changed");
    }
}

#[test]
fn an_account_that_may_make_no_roles_has_its_own_rights() {
    let Some((clone, _sandbox)) = course(Kind::Postgres) else { return };
    let server = Server::shared(Kind::Postgres).expect("it is there");
    let target = Target::parse(clone.url()).expect("a URL");
    let mut administrator = Db::connect(&target).expect("connects");
    let plain = "CREATE ROLE course_plain LOGIN PASSWORD 'x'; GRANT SELECT ON ALL TABLES IN SCHEMA public TO course_plain";
    administrator.batch(plain).expect("runs");
    let mut sandbox = opened(&server.url_of("course_plain", Some("x"), target.database()));
    assert_eq!(of_query(&mut *sandbox, "SELECT current_user"), "[[Text(\"course_plain\")]]");
    assert_eq!(of_query(&mut *sandbox, "SELECT session_user"), "[[Text(\"course_plain\")]]");
    assert_eq!(of_query(&mut *sandbox, "SELECT count(*) FROM users WHERE id = 1"), "[[Integer(1)]]");
    drop(sandbox);
    administrator.batch("DROP OWNED BY course_plain; DROP ROLE course_plain").expect("runs");
}

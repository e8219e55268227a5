//! What is left when one wall falls: rights on the server, sessions that do not answer, and what a stranger leaves in one.

use super::*;
use crate::support::one;

/// A session of the administrator in the database of a clone.
fn administrator(clone: &FixtureDb<Db>) -> Db {
    Db::connect(&Target::parse(clone.url()).expect("a URL")).expect("connects")
}

#[test]
fn no_function_is_more_than_its_account() {
    let Some((clone, mut sandbox)) = course(Kind::Postgres) else { return };
    // As if the gate had let them through: the account that they are called with is a superuser's.
    administrator(&clone)
        .batch(
            "CREATE FUNCTION resets() RETURNS text LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'RESET ROLE'; \
                 RETURN pg_read_file('/etc/passwd'); END $$; \
             CREATE FUNCTION becomes() RETURNS text LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'SET SESSION AUTHORIZATION tester'; \
                 RETURN pg_read_file('/etc/passwd'); END $$; \
             CREATE FUNCTION sets() RETURNS text LANGUAGE plpgsql AS $$ BEGIN PERFORM set_config('role', 'tester', false); \
                 RETURN current_user; END $$; \
             CREATE FUNCTION copies() RETURNS text LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'RESET ROLE'; \
                 EXECUTE 'COPY users TO PROGRAM ''touch /tmp/instaseed-was-here'''; RETURN 1; END $$; \
             CREATE FUNCTION ends() RETURNS text LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'RESET ROLE'; \
                 PERFORM pg_terminate_backend(pg_backend_pid()); RETURN 1; END $$",
        )
        .expect("runs");
    let untouched = digest(&mut *sandbox);
    for (text, expected) in [
        ("SELECT resets()", "function pg_read_file is not allowed here"),
        ("SELECT becomes()", "session authorization|pg_read_file"),
        ("SELECT sets()", "permission denied to set role|is not allowed here"),
        ("SELECT copies()", "is not allowed here|superuser"),
        ("SELECT ends()", "ending a session is not allowed here"),
        ("SELECT count(*) FROM users WHERE id = 1", "[[Integer(1)]]"),
    ] {
        let found = of_query(&mut *sandbox, text);
        assert!(expected.split('|').any(|part| found.contains(part)), "{text}: {found}");
        let script = verdict(sandbox.script(text, &LIMITS), |()| "[[Integer(1)]]".to_owned());
        assert!(expected.split('|').any(|part| script.contains(part)), "{text}: {script}");
    }
    assert!(digest(&mut *sandbox) == untouched, "a row changed");
    assert!(!std::path::Path::new("/tmp/instaseed-was-here").exists());
}

#[test]
fn an_account_for_strangers_goes_with_its_sandbox_and_what_a_killed_run_left_goes_with_the_next() {
    let Some((clone, sandbox)) = course(Kind::Postgres) else { return };
    drop(sandbox);
    let mut administrator = administrator(&clone);
    let left = "CREATE ROLE instaseed_stranger_left LOGIN VALID UNTIL '2001-01-01'; \
         CREATE ROLE instaseed_stranger_new LOGIN VALID UNTIL '2101-01-01'";
    administrator.batch(left).expect("runs");
    let mut count = |name: &str| {
        let rest = format!("FROM pg_roles WHERE rolname = '{name}'");
        one(&mut administrator, "count(*)", &rest).expect("a number")
    };
    let mut sandbox = opened(clone.url());
    let name = match &sandbox.query("SELECT session_user", &LIMITS).expect("runs").rows[0][0] {
        Cell::Text(name) => name.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(count("instaseed_stranger_left"), "0");
    assert_eq!(count("instaseed_stranger_new"), "1", "a password that is still valid may be in use");
    assert_eq!(count(&name), "1");
    sandbox.script("CREATE TABLE notes (a INT)", &LIMITS).expect("runs");
    drop(sandbox);
    assert_eq!(count(&name), "0");
    administrator.batch("DROP ROLE instaseed_stranger_new; DROP TABLE notes").expect("runs");
}

#[test]
fn a_verdict_does_not_wait_for_a_function_that_looks_at_no_clock() {
    let Some(server) = Server::own(Kind::Postgres) else { return };
    let fixture = Fixture::profile("course").at(&server.url(server.maintenance())).expect("a clone");
    let mut sandbox = opened(fixture.url());
    sandbox.begin().expect("begins, and owns the tables from here on");
    sandbox.roll_back().expect("goes back");
    // It takes ten seconds or so, in which nothing ends it.
    let endless =
        "SELECT length(rtrim(repeat('a', 45000), repeat('b', 45000) || 'a')) AS n FROM users WHERE id = 1";
    assert_eq!(of_query(&mut *sandbox, endless), "the query does too much work");
    sandbox.begin().expect("begins");
    sandbox.savepoint().expect("is set");
    assert_eq!(of_query(&mut *sandbox, endless), "the query does too much work");
    sandbox.roll_back_to_savepoint().expect("there is nothing to undo");
    assert_eq!(
        of_query(&mut *sandbox, "SELECT 1"),
        "the query does too much work",
        "the transaction is gone"
    );
    sandbox.roll_back().expect("there is nothing to undo");
    assert_eq!(of_query(&mut *sandbox, "SELECT count(*) FROM users WHERE id = 1"), "[[Integer(1)]]");
    let script = sandbox.script(&format!("CREATE TABLE t AS {endless}"), &LIMITS);
    assert_eq!(verdict(script, |()| String::new()), "the query does too much work");
    assert_eq!(of_query(&mut *sandbox, "SELECT count(*) FROM users WHERE id = 1"), "[[Integer(1)]]");
    // The database cannot be dropped while the function runs.
    server.kill();
    std::mem::forget(fixture);
}

#[test]
fn a_transaction_that_ended_with_its_session_has_no_answers() {
    for kind in [Kind::Postgres, Kind::Mysql] {
        let Some((_clone, mut sandbox)) = course(kind) else { continue };
        let untouched = digest(&mut *sandbox);
        sandbox.begin().expect("begins");
        sandbox.execute("DELETE FROM photo_tags", &LIMITS).expect("deletes");
        sandbox.savepoint().expect("is set");
        let many = of_query(&mut *sandbox, "SELECT a.id FROM users a, users b, users c");
        assert!(many.contains("more than 10000 rows"), "{kind:?}: {many}");
        sandbox.roll_back_to_savepoint().expect("is over, or goes back");
        // Either the transaction goes on, or nothing in it has an answer: never the rows from before it.
        let rows = of_query(&mut *sandbox, "SELECT count(*) FROM photo_tags");
        assert!(
            ["[[Integer(0)]]", "the query does too much work"].contains(&rows.as_str()),
            "{kind:?}: {rows}"
        );
        sandbox.roll_back().expect("is over, or goes back");
        assert!(digest(&mut *sandbox) == untouched, "{kind:?}: a row changed");
        sandbox.begin().expect("begins again");
        sandbox.execute("DELETE FROM photo_tags", &LIMITS).expect("deletes");
        assert_eq!(of_query(&mut *sandbox, "SELECT count(*) FROM photo_tags"), "[[Integer(0)]]", "{kind:?}");
        sandbox.roll_back().expect("goes back");
    }
}

#[test]
fn a_query_changes_nothing_within_a_transaction_of_ours() {
    for kind in [Kind::Postgres, Kind::Mysql] {
        let Some((clone, mut sandbox)) = course(kind) else { continue };
        let function = match kind {
            Kind::Postgres => {
                "CREATE FUNCTION writes() RETURNS int LANGUAGE sql AS $$ DELETE FROM photo_tags; SELECT 1 $$"
            }
            Kind::Mysql => {
                "CREATE FUNCTION writes() RETURNS INT DETERMINISTIC MODIFIES SQL DATA BEGIN DELETE FROM photo_tags; RETURN 1; END"
            }
        };
        administrator(&clone).batch(function).expect("runs");
        let count = rows(&mut *sandbox, "SELECT count(*) FROM photo_tags");
        let found = of_query(&mut *sandbox, "SELECT writes()");
        assert!(found.contains("is not allowed here"), "{kind:?}: {found}");
        sandbox.begin().expect("begins");
        of_query(&mut *sandbox, "SELECT writes()");
        assert_eq!(rows(&mut *sandbox, "SELECT count(*) FROM photo_tags"), count, "{kind:?}");
        sandbox.roll_back().expect("goes back");
    }
}

#[test]
fn nothing_of_a_script_is_left_in_the_session() {
    for kind in [Kind::Postgres, Kind::Mysql] {
        let Some((_clone, mut sandbox)) = course(kind) else { continue };
        let untouched = digest(&mut *sandbox);
        let script = match kind {
            Kind::Postgres => {
                "CREATE TEMP TABLE users (id INT); CREATE FUNCTION leaves() RETURNS int LANGUAGE plpgsql AS \
                 $$ BEGIN SET search_path = pg_temp; SET timezone = 'Asia/Tokyo'; SET statement_timeout = 0; RETURN 1; END $$; \
                 SELECT leaves()"
            }
            Kind::Mysql => "CREATE TEMPORARY TABLE users (id INT); SET @a = 7; SET foreign_key_checks = 0",
        };
        let done = sandbox.script(script, &LIMITS);
        assert!(done.is_ok(), "{kind:?}: {done:?}");
        assert!(digest(&mut *sandbox) == untouched, "{kind:?}: the tables are hidden");
        match kind {
            Kind::Postgres => {
                let zone = rows(&mut *sandbox, "SELECT current_setting('timezone')");
                assert_eq!(zone, [[Cell::Text("UTC".to_owned())]]);
            }
            Kind::Mysql => {
                let left = rows(&mut *sandbox, "SELECT @a, @@foreign_key_checks");
                assert_eq!(left, [[Cell::Null, Cell::Integer(1)]]);
            }
        }
    }
}

#[test]
fn where_no_other_account_may_log_in_a_role_and_the_gate_protect_the_server() {
    let Some(server) = Server::own(Kind::Postgres) else { return };
    let rules = server.socket.join("data/pg_hba.conf");
    let before = std::fs::read_to_string(&rules).expect("the server has rules");
    let refusing = format!("host all +instaseed_course_reader all reject\n{before}");
    std::fs::write(&rules, refusing).expect("rules can be written");
    let target = Target::parse(&server.url(server.maintenance())).expect("a URL");
    let mut administrator = Db::connect(&target).expect("connects");
    administrator.batch("SELECT pg_reload_conf()").expect("runs");
    let fixture = Fixture::profile("course").at(&target.exposed_url()).expect("a clone");
    let mut sandbox = opened(fixture.url());
    let left = one(&mut administrator, "count(*)", "FROM pg_roles WHERE rolname LIKE 'instaseed_stranger%'");
    assert_eq!(left.as_deref(), Some("0"), "an account that cannot log in is not kept");
    let untouched = digest(&mut *sandbox);
    for (text, expected) in [
        ("SELECT session_user", "tester"),
        ("SELECT current_user", "instaseed_course_reader"),
        ("SELECT U&\"set!005fconfig\" UESCAPE '!' ('role', 'none', false)", "a name with escapes"),
        (
            "SELECT ('SELECT to_tsvector(set_config(''role'', ''none'', false))'::text).ts_stat",
            "the function ts_stat is not allowed here",
        ),
        ("SELECT rolpassword FROM pg_authid", "table pg_authid is not allowed here"),
        ("SELECT count(*) FROM likes a, likes b, likes c, likes d", "the query does too much work"),
    ] {
        let found = of_query(&mut *sandbox, text);
        assert!(found.contains(expected), "{text}: {found}");
    }
    let escapes =
        "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS E'BEGIN \\122ESET \\122OLE; RETURN 1; END'";
    let refused = verdict(sandbox.script(escapes, &LIMITS), |()| "done".to_owned());
    assert!(refused.contains("with escapes in a function"), "{refused}");
    sandbox.script("CREATE TEMP TABLE users (a INT); CREATE TABLE notes (a INT)", &LIMITS).expect("runs");
    let author = rows(&mut *sandbox, "SELECT current_user");
    assert_eq!(author, [[Cell::Text("instaseed_course_author".to_owned())]]);
    assert!(digest(&mut *sandbox) == untouched, "a row changed, or the tables are hidden");
}

//! What a routine, a sequence or a block has left in a session is gone with it: after a cut it is refused, not read as
//! NULL. Beside the plain cases in `session`.

use instaseed::database::Engine;

use crate::session::cut_and_go_on;
use crate::support::{on_engine, one};

/// A script of MySQL, the fault that cuts it, and what is lost.
const LOST: [(&str, &str, &str); 4] = [
    (
        "CREATE TABLE a (id INT AUTO_INCREMENT PRIMARY KEY); INSERT INTO a VALUES (); CREATE TABLE b (v INT); \
         INSERT INTO b SELECT @@last_insert_id;",
        "after-record:3",
        "@@last_insert_id",
    ),
    (
        "CREATE TABLE a (id INT AUTO_INCREMENT PRIMARY KEY); INSERT INTO a VALUES (); CREATE TABLE b (v INT); \
         INSERT INTO b SELECT @@identity;",
        "after-record:3",
        "@@identity",
    ),
    (
        "CREATE PROCEDURE pr() SELECT 5 INTO @q; CALL pr(); CREATE TABLE b (v INT); INSERT INTO b VALUES (@q);",
        "after-record:3",
        "@q",
    ),
    (
        "PREPARE s FROM 'SELECT 5 INTO @q'; EXECUTE s; CREATE TABLE b (v INT); INSERT INTO b VALUES (@q);",
        "after-record:3",
        "@q",
    ),
];

const SEQUENCES: [(&str, &str); 2] =
    [("LASTVAL(s)", "LASTVAL()"), ("PREVIOUS VALUE FOR s", "previous value for")];

#[test]
fn what_mysql_forgets_with_the_session_is_refused() {
    for (up_sql, at, lost) in LOST {
        on_engine(Engine::Mysql, |test| {
            let (_, refused) = cut_and_go_on(test, up_sql, at);
            let said = refused.expect(2).stderr;
            assert!(said.contains(lost), "{up_sql}: {said}");
            assert_eq!(one(&mut test.connect(), "count(*)", "FROM b").as_deref(), Some("0"));
        });
    }
    for (asked, lost) in SEQUENCES {
        on_engine(Engine::Mysql, |test| {
            // MySQL has no sequences.
            if test.connect().batch("CREATE SEQUENCE s").is_err() {
                return;
            }
            let up_sql = format!("SELECT NEXTVAL(s); CREATE TABLE b (v INT); INSERT INTO b SELECT {asked};");
            let (_, refused) = cut_and_go_on(test, &up_sql, "after-record:2");
            let said = refused.expect(2).stderr;
            assert!(said.contains(lost), "{up_sql}: {said}");
        });
    }
}

#[test]
fn a_variable_that_the_script_sets_itself_outlives_a_routine() {
    on_engine(Engine::Mysql, |test| {
        let up_sql = "SET @v = 7; CREATE PROCEDURE pr() SELECT 5; CALL pr(); CREATE TABLE b (v INT); \
                      INSERT INTO b VALUES (@v); SELECT 3 INTO @w; INSERT INTO b VALUES (@w);";
        let (_, done) = cut_and_go_on(test, up_sql, "after-record:4");
        done.expect(0);
        assert_eq!(one(&mut test.connect(), "sum(v)", "FROM b").as_deref(), Some("10"));
    });
}

#[test]
fn what_a_block_of_postgresql_sets_is_refused() {
    on_engine(Engine::Postgres, |test| {
        let up_sql = "DO $$ BEGIN PERFORM set_config('a.b', '5', false); END $$; CREATE TABLE b (v TEXT); \
                      INSERT INTO b VALUES (current_setting('a.b', true));";
        let (_, refused) = cut_and_go_on(test, up_sql, "after-record:2");
        assert!(refused.expect(2).stderr.contains("set_config()"));
        assert_eq!(one(&mut test.connect(), "count(*)", "FROM b").as_deref(), Some("0"));
    });
}

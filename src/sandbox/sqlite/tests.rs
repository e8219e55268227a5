//! Hostile, broken and usual SQL on SQLite: a clear verdict within the limits, and a database as it was.

mod walls;

use std::sync::Arc;

use super::*;
use crate::exercise::Catalogue;
use crate::fixture::Fixture;

/// A small database: users, and follows with foreign keys.
fn pages() -> Arc<[u8]> {
    let mut empty = SqliteSandbox::scratch(Vec::new()).expect("opens");
    let text = "CREATE TABLE users (id INTEGER PRIMARY KEY, username VARCHAR(50) NOT NULL UNIQUE, created_at TIMESTAMP); \
         CREATE TABLE follows (follower_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE, \
             followee_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE, PRIMARY KEY (follower_id, followee_id)); \
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) \
             INSERT INTO users SELECT i, 'user' || i, '2023-01-02 03:04:05' FROM n; \
         INSERT INTO follows SELECT id, id + 1 FROM users WHERE id < 500";
    empty.execute(text, &OURS).expect("runs");
    empty.pages().expect("has pages")
}

/// Refused in words that a test can compare: the kind of refusal and what it says.
fn refused(result: Result<Answer, Trouble>) -> String {
    match result {
        Err(Trouble::Refused(refusal)) => format!("{refusal}"),
        Err(Trouble::Failed(error)) => panic!("the sandbox failed: {error}"),
        Ok(answer) => panic!("{} rows", answer.rows.len()),
    }
}

fn rows(sandbox: &mut SqliteSandbox, text: &str) -> Vec<Vec<Cell>> {
    sandbox.query(text, &Limits::default()).unwrap_or_else(|trouble| panic!("{text}: {trouble:?}")).rows
}

/// Everything in a database.
fn digest(sandbox: &mut SqliteSandbox) -> Vec<Vec<Vec<Cell>>> {
    ["SELECT * FROM users", "SELECT * FROM follows", "SELECT * FROM sqlite_schema"]
        .map(|text| sandbox.trusted(text, &Limits::default()).expect("reads").rows)
        .into()
}

#[test]
fn a_query_returns_its_rows_with_times_in_one_form_and_its_work() {
    let mut sandbox = SqliteSandbox::new(pages()).expect("opens");
    let text = "-- the first\nSELECT id, username, created_at, NULL AS no_value, id / 2.0 AS half, x'00ff' AS raw FROM users LIMIT 1; -- end";
    let answer = sandbox.query(text, &Limits::default()).expect("runs");
    assert_eq!(answer.columns, ["id", "username", "created_at", "no_value", "half", "raw"]);
    let row = [
        Cell::Integer(1),
        Cell::Text("user1".to_owned()),
        Cell::Moment("2023-01-02 03:04:05".to_owned()),
        Cell::Null,
        Cell::Number(0.5),
        Cell::Bytes(vec![0, 255]),
    ];
    assert_eq!(answer.rows, [row]);
    let again = sandbox.again().expect("opens").query(text, &Limits::default()).expect("runs");
    assert!(answer.work > 5 && again.work == answer.work, "{} and {}", answer.work, again.work);
}

#[test]
fn what_is_no_query_is_refused_in_plain_words() {
    let before = pages();
    let mut sandbox = SqliteSandbox::scratch(Arc::clone(&before)).expect("opens");
    let untouched = digest(&mut sandbox);
    let long_text = format!("SELECT '{}'", "a".repeat(10_000_000));
    for (text, expected) in [
        ("", "there is no statement"),
        (" ;; ; ", "there is no statement"),
        ("-- nothing\n/* at all */", "there is no statement"),
        (&long_text, "the text has 10000009 bytes, and 1000000 are the most"),
        ("DELETE FROM users", "DELETE is not a query"),
        ("INSERT INTO users VALUES (900, 'x', NULL)", "INSERT is not a query"),
        ("REPLACE INTO users VALUES (1, 'x', NULL)", "REPLACE is not a query"),
        ("UPDATE users SET username = 'x' || id", "UPDATE is not a query"),
        ("DROP TABLE users", "DROP is not a query"),
        ("CREATE TABLE t (a)", "CREATE is not a query"),
        ("CREATE TEMP TABLE t AS SELECT * FROM users", "CREATE is not a query"),
        ("ALTER TABLE users ADD COLUMN a", "ALTER is not a query"),
        ("ATTACH 'file.db' AS other", "ATTACH is not a query"),
        ("PRAGMA writable_schema = 1", "PRAGMA is not a query"),
        ("VACUUM INTO 'copy.db'", "VACUUM is not a query"),
        ("BEGIN", "BEGIN is not a query"),
        ("EXPLAIN SELECT 1", "EXPLAIN, which does not return the rows of a query, is not allowed here"),
        ("SELECT 1; DROP TABLE users", "there is more than one statement"),
        ("SELECT 1;\n-- more\n;SELECT 2", "there is more than one statement"),
        ("SELECT 1 /* ; */ ; /* DROP */ DELETE FROM users", "there is more than one statement"),
        ("WITH a AS (SELECT 1) DELETE FROM users", "DELETE is not a query"),
        ("WITH a(x) AS (SELECT 1), b AS (SELECT 2) UPDATE users SET username = 1", "UPDATE is not a query"),
        ("WITH a AS (DELETE FROM users RETURNING id) SELECT * FROM a", "DELETE is not a query"),
        ("SELECT load_extension('evil.so')", "the function load_extension is not allowed here"),
        ("SELECT \"load_extension\"('evil.so')", "the function load_extension is not allowed here"),
        ("SELECT writefile('x', 'y')", "the function writefile is not allowed here"),
        ("SELECT fts3_tokenizer('simple', x'00')", "the function fts3_tokenizer is not allowed here"),
        ("SELECT * FROM pragma_database_list", "PRAGMA is not allowed here"),
        ("SELECT 'a\0', 1", "a character with the number zero is not allowed here"),
        ("SELECT 'abc", "A string begins here and never ends."),
        ("SELECT /* 1", "A comment begins here and never ends."),
        ("SELCET * FROM users", "The query is not understood at \"SELCET\". Did you mean SELECT?"),
        ("hello", "HELLO is not a query"),
        ("'; DROP TABLE users; --", "A string begins here and never ends."),
        ("1", "1 is not a query"),
        ("%", "A query begins with SELECT or WITH."),
    ] {
        assert_eq!(
            refused(sandbox.query(text, &Limits::default())),
            expected,
            "{}",
            &text[..text.len().min(80)]
        );
    }
    assert_eq!(digest(&mut sandbox), untouched);
    assert_eq!(sandbox.pages().expect("has pages"), before, "not a byte is another one");
}

#[test]
fn a_text_is_not_too_long() {
    let mut sandbox = SqliteSandbox::new(pages()).expect("opens");
    let found = sandbox.query(&" ".repeat(2_000_000), &Limits::default());
    assert!(matches!(found, Err(Trouble::Refused(Refusal::TooLong { .. }))));
}

#[test]
fn what_would_run_for_ever_or_fill_the_memory_is_stopped() {
    let mut sandbox = SqliteSandbox::new(pages()).expect("opens");
    let untouched = digest(&mut sandbox);
    let slow = "the query does too much work";
    let too_long = "A value gets too long: 200,000 bytes are the most here.";
    let deep = format!("SELECT {}1{}", "(".repeat(5000), ")".repeat(5000));
    let sums = format!("SELECT 1{}", " + 1".repeat(5000));
    let unions = format!("SELECT 1{}", " UNION SELECT 2".repeat(5000));
    let calls = format!("SELECT {}", vec!["max(length(hex(zeroblob(90000))), 1)"; 190].join(", "));
    let wide = format!("SELECT {}", vec!["1"; 3000].join(", "));
    for (text, expected) in [
        ("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n", slow),
        ("WITH RECURSIVE n(i) AS (SELECT 1 UNION SELECT i + 1 FROM n) SELECT max(i) FROM n", slow),
        (
            "WITH RECURSIVE n(i, s) AS (SELECT 1, hex(zeroblob(90000)) UNION ALL SELECT i + 1, s FROM n) SELECT * FROM n ORDER BY s, i",
            slow,
        ),
        ("SELECT count(*) FROM users a, users b, users c, users d", slow),
        ("SELECT sum(length(hex(randomblob(90000)))) FROM users a, users b, users c", slow),
        ("SELECT * FROM users a, users b", "the query returns more than 100000 rows"),
        ("SELECT hex(zeroblob(99000)) FROM users", "the query returns more than 16777216 bytes"),
        ("SELECT zeroblob(1000000000)", too_long),
        ("SELECT randomblob(1000000000)", too_long),
        ("SELECT printf('%.1000000000c', 'x')", too_long),
        ("SELECT replace(hex(zeroblob(90000)), '0', '0123456789')", too_long),
        ("SELECT group_concat(a.username) FROM users a, users b", too_long),
        (
            "SELECT count(*) FROM users WHERE hex(zeroblob(90000)) LIKE hex(zeroblob(20000)) || 'x'",
            "The pattern is too long: 200 characters are the most here.",
        ),
        (&deep, "The query is nested too deeply."),
        (&sums, "An expression is nested too deeply."),
        (&unions, "The query has too many parts of UNION."),
        (&wide, "The query has too many columns."),
        (&calls, "a statement that calls functions in so many places is not allowed here"),
    ] {
        let shown = &text[..text.len().min(100)];
        assert_eq!(refused(sandbox.query(text, &Limits::default())), expected, "{shown}");
    }
    // As many as a program may have; a list of constants is no loop.
    let list: Vec<_> = (0..100_000).map(|number| number.to_string()).collect();
    let list = format!("SELECT count(*) FROM users WHERE id IN ({})", list.join(","));
    assert!(matches!(sandbox.query(&list, &Limits::default()), Err(Trouble::Refused(_))));
    let few = Limits { work: 1000, ..Limits::default() };
    assert_eq!(refused(sandbox.query("SELECT count(*) FROM users a, users b", &few)), slow);
    let short = Limits { work: u64::MAX, seconds: 0.0, ..Limits::default() };
    assert_eq!(refused(sandbox.query("SELECT count(*) FROM users a, users b, users c", &short)), slow);
    assert_eq!(digest(&mut sandbox), untouched, "and it can still be used");
}

#[test]
fn a_hostile_pattern_ends_soon() {
    let mut sandbox = SqliteSandbox::new(pages()).expect("opens");
    let pattern = "%a".repeat(90);
    let text = format!(
        "SELECT hex(zeroblob(90000)) || 'b' LIKE '{pattern}%c' AS found, username GLOB '*[[[*' AS odd FROM users LIMIT 50"
    );
    assert_eq!(rows(&mut sandbox, &text).len(), 50);
}

#[test]
fn messages_are_plain_sentences_with_a_place() {
    let mut sandbox = SqliteSandbox::new(pages()).expect("opens");
    for (text, expected, place) in [
        ("SELECT * FROM user", "There is no table \"user\". Did you mean users?", Some((1, 15))),
        (
            "SELECT usernam\nFROM users",
            "There is no column \"usernam\". Did you mean username?",
            Some((1, 8)),
        ),
        ("SELECT 1,\n  u.nam FROM users u", "There is no column \"u.nam\".", Some((2, 3))),
        ("SELECT * FORM users", "The query is not understood at \"FORM\". Did you mean FROM?", Some((1, 10))),
        (
            "SELECT username FROM users WHERE",
            "The query ends too early: something is missing at its end.",
            None,
        ),
        (
            "SELECT follower_id FROM follows a JOIN follows b ON a.follower_id = b.followee_id",
            "More than one table of the query has a column \"follower_id\". Write the table's name or its alias, and a dot, before it.",
            Some((1, 8)),
        ),
        (
            "SELECT id FROM users WHERE count(*) > 1",
            "count() cannot be used here: WHERE and GROUP BY see single rows, before there are groups. HAVING filters groups.",
            Some((1, 28)),
        ),
        (
            "SELECT id FROM users WHERE row_number() OVER (ORDER BY id) = 1",
            "row_number() cannot be used here: windows are computed after WHERE, GROUP BY and HAVING. Compute it in a subquery, and filter outside.",
            Some((1, 28)),
        ),
        (
            "SELECT id, row_number() OVER (ORDER BY id) AS place FROM users WHERE place = 1",
            "\"place\" is the name of a window function, which cannot be used here: windows are computed after WHERE, GROUP BY and HAVING. Compute it in a subquery, and filter outside.",
            None,
        ),
        (
            "SELECT id FROM users ORDER BY id WHERE id > 1",
            "The query is not understood at \"WHERE\". Look at what is before it. Clauses come in this order: FROM, JOIN, WHERE, GROUP BY, HAVING, ORDER BY, LIMIT.",
            Some((1, 34)),
        ),
        (
            "SELECT id FROM users ORDER BY id FETCH FIRST 5 ROWS ONLY",
            "SQLite has no FETCH FIRST. Write LIMIT and the number at the end.",
            Some((1, 34)),
        ),
        (
            "SELECT 1 UNION SELECT 1, 2",
            "The two sides of UNION, INTERSECT or EXCEPT return different numbers of columns.",
            None,
        ),
        (
            "SELECT length(1, 2)",
            "length() is called with the wrong number of values in its parentheses.",
            Some((1, 8)),
        ),
        ("SELECT nosuch(1)", "SQLite has no function \"nosuch\".", Some((1, 8))),
        (
            "SELECT id FROM users WHERE username = \"alice\"",
            "There is no column \"alice\". A text is written in single quotes: 'alice'.",
            Some((1, 39)),
        ),
        (
            "SELECT id FROM users ORDER BY 3",
            "The 1st ORDER BY term is the number of a column that the result does not have.",
            None,
        ),
        (
            "SELECT id FROM users WHERE id = (SELECT 1, 2)",
            "There are several values where one is wanted: a subquery with several columns, or a list in parentheses.",
            None,
        ),
        ("SELECT *", "SELECT * needs a FROM with a table.", None),
    ] {
        let found = sandbox.query(text, &Limits::default());
        let Err(Trouble::Refused(Refusal::Invalid { message, at, raw })) = found else {
            panic!("{text}: {found:?}")
        };
        assert_eq!(message, expected, "{text} ({raw})");
        if let Some(place) = place {
            assert_eq!(at.map(|at| (at.line, at.column)), Some(place), "{text} ({raw})");
        }
    }
}

#[test]
fn a_script_is_done_as_a_whole_or_not_at_all() {
    let mut sandbox = SqliteSandbox::scratch(pages()).expect("opens");
    let untouched = digest(&mut sandbox);
    let failing = "CREATE TABLE t (a); INSERT INTO t VALUES (1);\n  INSERT INTO nothere VALUES (1)";
    let Err(Trouble::Refused(Refusal::Invalid { message, at, .. })) =
        sandbox.script(failing, &Limits::default())
    else {
        panic!("it runs")
    };
    assert_eq!((message.as_str(), at.map(|at| at.line)), ("There is no table \"nothere\".", Some(2)));
    assert_eq!(digest(&mut sandbox), untouched);
    sandbox.script("", &Limits::default()).expect("no statement is a script, too");
    let script = "CREATE TABLE log (n INTEGER); -- for the trigger\n\
         CREATE TRIGGER u AFTER DELETE ON users BEGIN INSERT INTO log SELECT CASE WHEN OLD.id > 1 THEN 2 END; END;\n\
         SELECT * FROM users; ALTER TABLE users ADD COLUMN bio TEXT;";
    sandbox.script(script, &Limits::default()).expect("runs");
    sandbox.begin().expect("begins");
    sandbox.savepoint().expect("is set");
    sandbox.execute("DELETE FROM users WHERE id = 7", &OURS).expect("deletes");
    assert_eq!(rows(&mut sandbox, "SELECT n FROM log"), [[Cell::Integer(2)]]);
    sandbox.roll_back_to_savepoint().expect("goes back");
    assert_eq!(rows(&mut sandbox, "SELECT n FROM log").len(), 0);
    sandbox.execute("DELETE FROM users WHERE id = 8", &OURS).expect("deletes");
    sandbox.script("CREATE INDEX i ON users (bio)", &Limits::default()).expect("runs within a transaction");
    sandbox.roll_back().expect("goes back");
    assert_eq!(rows(&mut sandbox, "SELECT count(*) FROM users"), [[Cell::Integer(500)]]);
    assert_eq!(
        rows(&mut sandbox, "SELECT count(*) FROM sqlite_schema WHERE name = 'i'"),
        [[Cell::Integer(0)]]
    );
}

#[test]
fn a_table_is_built_anew_with_its_foreign_keys_off() {
    let mut sandbox = SqliteSandbox::scratch(pages()).expect("opens");
    let script = "PRAGMA foreign_keys = OFF;\nCREATE TABLE users_new (id INTEGER PRIMARY KEY, username TEXT NOT NULL);\n\
         INSERT INTO users_new SELECT id, username FROM users;\nDROP TABLE users;\n\
         ALTER TABLE users_new RENAME TO users;\nPRAGMA foreign_key_check;\nPRAGMA foreign_keys = ON;";
    sandbox.script(script, &Limits::default()).expect("runs");
    assert_eq!(rows(&mut sandbox, "SELECT count(*) FROM follows"), [[Cell::Integer(499)]]);
    let orphan = sandbox.execute("INSERT INTO follows VALUES (1, 9999)", &OURS);
    let Err(Trouble::Refused(refusal)) = orphan else { panic!("keys are off: {orphan:?}") };
    assert!(refusal.to_string().starts_with("A foreign key does not hold"), "{refusal}");
}

#[test]
fn a_column_with_a_check_is_added() {
    let mut sandbox = SqliteSandbox::scratch(pages()).expect("opens");
    let script = "ALTER TABLE users ADD COLUMN bio VARCHAR(3) NOT NULL DEFAULT '' CHECK (LENGTH(bio) <= 3)";
    sandbox.script(script, &Limits::default()).expect("runs");
    assert!(sandbox.execute("UPDATE users SET bio = 'four'", &OURS).is_err());
    sandbox.execute("UPDATE users SET bio = 'two'", &OURS).expect("runs");
    sandbox.script("ALTER TABLE users DROP COLUMN bio", &Limits::default()).expect("runs");
}

#[test]
fn hostile_scripts_change_nothing() {
    let mut sandbox = SqliteSandbox::scratch(pages()).expect("opens");
    let untouched = digest(&mut sandbox);
    let limits = Limits { work: 5_000_000, ..Limits::default() };
    let endless = "INSERT INTO users WITH RECURSIVE n(i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n) SELECT i, 'x' || i, NULL FROM n";
    for (text, expected) in [
        ("CREATE TABLE t (a); ATTACH 'x.db' AS x", "ATTACH is not allowed here"),
        ("DETACH main", "DETACH is not allowed here"),
        ("VACUUM INTO 'x.db'", "VACUUM is not allowed here"),
        (
            "DELETE FROM users; COMMIT",
            "COMMIT, because the script is run in a transaction already, is not allowed here",
        ),
        (
            "BEGIN; DELETE FROM users",
            "BEGIN, because the script is run in a transaction already, is not allowed here",
        ),
        (
            "SAVEPOINT a",
            "SAVEPOINT A, because the script is run in a transaction already, is not allowed here",
        ),
        ("DELETE FROM users; PRAGMA writable_schema = ON", "PRAGMA writable_schema is not allowed here"),
        ("PRAGMA journal_mode = OFF", "PRAGMA journal_mode is not allowed here"),
        ("PRAGMA temp_store_directory = '/'", "PRAGMA temp_store_directory is not allowed here"),
        ("CREATE VIRTUAL TABLE v USING fts5(a)", "a virtual table is not allowed here"),
        (
            "CREATE TEMP TRIGGER t AFTER DELETE ON users BEGIN SELECT 1; END",
            "a temporary trigger is not allowed here",
        ),
        ("DELETE FROM users; UPDATE sqlite_schema SET sql = ''", "Table sqlite_master may not be modified."),
        ("DROP TABLE users; SELECT load_extension('x')", "the function load_extension is not allowed here"),
        (
            "CREATE TRIGGER r BEFORE DELETE ON users BEGIN SELECT RAISE(ROLLBACK, 'no'); END; DELETE FROM users",
            "No.",
        ),
        (
            "INSERT OR ROLLBACK INTO users SELECT * FROM users",
            "There is already a row with the same users.id.",
        ),
        (endless, "the query does too much work"),
    ] {
        let found = sandbox.script(text, &limits).map(|()| Answer::default());
        assert_eq!(refused(found), expected, "{text}");
        assert!(!sandbox.handle.in_transaction(), "{text}");
        assert_eq!(digest(&mut sandbox), untouched, "{text}");
    }
}

#[test]
fn a_transaction_that_a_trigger_ended_can_still_be_ended() {
    let mut sandbox = SqliteSandbox::scratch(pages()).expect("opens");
    let trigger = "CREATE TRIGGER r BEFORE DELETE ON users BEGIN SELECT RAISE(ROLLBACK, 'no'); END";
    sandbox.script(trigger, &Limits::default()).expect("runs");
    sandbox.begin().expect("begins");
    sandbox.savepoint().expect("is set");
    assert!(matches!(sandbox.execute("DELETE FROM users", &OURS), Err(Trouble::Refused(_))));
    sandbox.roll_back_to_savepoint().expect("does nothing");
    sandbox.roll_back().expect("does nothing");
    sandbox.begin().expect("begins again");
}

#[test]
fn bytes_of_something_else_are_an_error() {
    assert!(SqliteSandbox::new(vec![7; 4096]).is_err());
    let mut pages = pages().to_vec();
    pages[18..20].copy_from_slice(&[2, 2]);
    assert_eq!(rows(&mut SqliteSandbox::new(pages).expect("opens"), "SELECT 1"), [[Cell::Integer(1)]]);
}

#[test]
fn the_model_solutions_of_the_course_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let catalogue = Catalogue::embedded().expect("reads");
    let mut opened: Vec<(String, Arc<[u8]>)> = Vec::new();
    for exercise in catalogue.exercises().iter().filter(|exercise| exercise.is_for(Engine::Sqlite)) {
        let name = format!("{} {:?}", exercise.profile, exercise.edition);
        if !opened.iter().any(|(known, _)| *known == name) {
            let fixture = Fixture::profile(&exercise.profile).edition(exercise.edition).folder(folder.path());
            let clone = fixture.sqlite().expect("builds");
            let path = clone.url().trim_start_matches("sqlite://").to_owned();
            opened.push((name.clone(), std::fs::read(path).expect("reads").into()));
        }
        let (_, pages) = opened.iter().find(|(known, _)| *known == name).expect("was opened");
        let mut sandbox = SqliteSandbox::scratch(Arc::clone(pages)).expect("opens");
        if let Some(given) = exercise.given(Engine::Sqlite) {
            sandbox.execute(given, &OURS).unwrap_or_else(|trouble| panic!("{}: {trouble:?}", exercise.id));
        }
        let text = exercise.solution(Engine::Sqlite);
        let wrong = exercise.mistakes(Engine::Sqlite).into_iter().map(|mistake| mistake.sql);
        if exercise.is_query() {
            for text in wrong.chain([text]) {
                let answer = sandbox.query(text, &Limits::default());
                let answer = answer.unwrap_or_else(|trouble| panic!("{}: {trouble:?}", exercise.id));
                assert!(answer.work < Limits::default().work / 4, "{}: {}", exercise.id, answer.work);
            }
        } else {
            let up = text.split("\n-- down\n").next().unwrap_or_default();
            let run = sandbox.script(up, &Limits::default());
            run.unwrap_or_else(|trouble| panic!("{}: {trouble:?}", exercise.id));
        }
    }
    assert!(opened.len() > 1);
}

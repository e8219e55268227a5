//! SQL that would take minutes or fill the memory where SQLite does not call the guard: while it plans, and inside a function.

use super::*;

/// Common tables or views, each of which uses the one before it twice.
fn doubled(levels: usize, as_view: bool) -> String {
    let part = |at: usize| {
        let body = format!("SELECT a.x FROM \"c{}\" a, 'C{}' b", at - 1, at - 1);
        match as_view {
            true => format!("CREATE VIEW IF NOT EXISTS c{at} AS {body};\n"),
            false => format!(", c{at}(x) AS NOT MATERIALIZED ({body})"),
        }
    };
    let parts: String = (1..levels).map(part).collect();
    match as_view {
        true => format!("CREATE VIEW c0 AS SELECT 1 AS x;\n{parts}"),
        false => format!("WITH c0 AS (SELECT 1 AS x){parts} SELECT count(*) FROM c{}", levels - 1),
    }
}

fn nested(levels: usize) -> String {
    let deeper = |inner: String, _| format!("SELECT x + x AS x FROM ({inner})");
    (0..levels).fold("SELECT id AS x FROM users".to_owned(), deeper)
}

#[test]
fn what_doubles_at_each_level_is_refused_before_it_is_planned() {
    const MESSAGE: &str = "The parts of the text use each other too often.";
    let mut sandbox = SqliteSandbox::scratch(pages()).expect("opens");
    let chain: String = (1..3000).map(|at| format!(", c{at} AS (SELECT * FROM c{})", at - 1)).collect();
    let chain = format!("WITH c0 AS (SELECT 1){chain} SELECT * FROM c2999");
    // As if each used the next one too.
    let circle = doubled(30, false)
        .replace("SELECT 1 AS x)", "SELECT 1 AS x FROM follows LEFT JOIN users c29 ON ifnull(1, c29))");
    let in_parentheses = doubled(30, false).replace("a, '", "a JOIN ('").replace("' b)", "' b))");
    let in_lists = doubled(30, false)
        .replace("FROM \"", "WHERE x IN \"")
        .replace("\" a,", "\" AND x IN ")
        .replace("' b)", "')");
    for text in [doubled(30, false), nested(30), chain, circle, in_parentheses, in_lists] {
        assert_eq!(refused(sandbox.query(&text, &Limits::default())), MESSAGE, "{text:.80}");
    }
    for text in [doubled(30, true), doubled(30, true).replace("'C", "main.'C")] {
        let script = sandbox.script(&text, &Limits::default());
        assert_eq!(refused(script.map(|()| Answer::default())), MESSAGE, "{text:.80}");
    }
    assert_eq!(rows(&mut sandbox, &doubled(5, false)), [[Cell::Integer(1)]]);
    assert_eq!(rows(&mut sandbox, &nested(6)).len(), 500);
    sandbox.script(&doubled(4, true), &Limits::default()).expect("a few views are usual");
    let usual = "WITH likes AS (SELECT follower_id, count(*) AS likes FROM follows GROUP BY follower_id), \
         n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) \
         SELECT likes FROM likes, n, n AS m WHERE likes = n.i AND likes.likes IN (SELECT max(likes) FROM likes)";
    rows(&mut sandbox, usual);
}

#[test]
fn a_function_that_compares_each_character_with_each_ends_soon() {
    let mut sandbox = SqliteSandbox::new(pages()).expect("opens");
    let [trimmed, set] =
        ["'0', 'a'", "'0', 'b'"].map(|with| format!("replace(hex(zeroblob(95000)), {with})"));
    for (function, left) in [("trim", 0), ("ltrim", 0), ("rtrim", 0)] {
        let text = format!("SELECT length({function}({trimmed}, {set} || 'a'))");
        assert_eq!(rows(&mut sandbox, &text), [[Cell::Integer(left)]], "{function}");
    }
    let text = "SELECT trim('xxéayx', 'xy'), ltrim('ééa', 'é'), rtrim('aéb', 'bé'), trim('a', ''), rtrim(120, 0), \
         trim(NULL, 'a') IS NULL, trim('a', NULL) IS NULL, trim('  b ')";
    let found: Vec<String> = rows(&mut sandbox, text)[0].iter().map(Cell::shown).collect();
    assert_eq!(found, ["éa", "a", "a", "a", "12", "1", "1", "b"]);
    assert_eq!(
        refused(sandbox.query("SELECT json_patch('{}', '{}')", &Limits::default())),
        "the function json_patch is not allowed here"
    );
    let many = format!("SELECT {}", vec!["username GLOB '*a'"; 33].join(", ")) + " FROM users";
    let expected = "a statement that calls functions in so many places is not allowed here";
    assert_eq!(refused(sandbox.query(&many, &Limits::default())), expected);
}

#[test]
fn what_is_temporary_hides_no_table_afterwards() {
    let mut sandbox = SqliteSandbox::scratch(pages()).expect("opens");
    let script = "CREATE TEMP TABLE users (id INTEGER PRIMARY KEY, \"a b\" TEXT); CREATE TEMP VIEW follows AS SELECT 1 AS x; \
         CREATE TEMP TABLE \"odd\"\"name\" (a REFERENCES users (id))";
    sandbox.script(script, &Limits::default()).expect("runs");
    assert_eq!(rows(&mut sandbox, "SELECT count(*) FROM users"), [[Cell::Integer(500)]]);
    assert_eq!(rows(&mut sandbox, "SELECT count(*) FROM follows"), [[Cell::Integer(499)]]);
    assert_eq!(rows(&mut sandbox, "SELECT count(*) FROM temp.sqlite_schema"), [[Cell::Integer(0)]]);
    let orphan = sandbox.execute("INSERT INTO follows VALUES (1, 9999)", &OURS);
    assert!(matches!(orphan, Err(Trouble::Refused(_))), "foreign keys are checked: {orphan:?}");
}

#[test]
fn more_tricks_end_with_a_verdict_and_change_nothing() {
    let before = pages();
    let mut sandbox = SqliteSandbox::scratch(Arc::clone(&before)).expect("opens");
    let deep = format!("SELECT {}1", "- ".repeat(100_000));
    let json = format!("SELECT json('{}')", "[".repeat(190_000));
    for text in [
        "SELECT * FROM sqlite_dbpage",
        "SELECT * FROM pragma_table_info('users')",
        "SELECT * FROM pragma_function_list",
        "SELECT * FROM temp.pragma_module_list",
        "SELECT 1;;DELETE FROM users;--",
        "SELECT 1 /* unterminated",
        "SELECT 1 -- a\n;/**/DELETE FROM users",
        "SELECT 1 UNION SELECT * FROM (DELETE FROM users RETURNING id)",
        "SELECT group_concat(hex(zeroblob(90000))) FROM users a, users b",
        "SELECT json_group_array(hex(zeroblob(90000))) FROM users",
        "SELECT printf('%*c', 1000000000, 'x')",
        "SELECT printf('%.*f', 1000000000, 1.5)",
        "SELECT max(i) FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n)",
        "SELECT * FROM users NATURAL JOIN json_tree((SELECT json_group_array(i) FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n)))",
        ".shell ls",
        ".read /etc/passwd",
        &deep,
        &json,
    ] {
        let found = sandbox.query(text, &Limits::default());
        assert!(matches!(found, Err(Trouble::Refused(_))), "{text:.80}: {found:?}");
    }
    for text in [
        "INSERT INTO sqlite_schema VALUES ('table', 'x', 'x', 0, 'CREATE TABLE x (a)')",
        "INSERT INTO sqlite_dbpage VALUES (1, zeroblob(4096))",
        "CREATE TABLE t AS SELECT load_extension('x')",
        "CREATE VIEW v AS SELECT readfile('/etc/passwd')",
        "CREATE TRIGGER t AFTER DELETE ON users BEGIN SELECT writefile('x', 'y'); END",
        "CREATE TRIGGER t AFTER INSERT ON users BEGIN INSERT INTO users SELECT max(id) + 1, hex(randomblob(9)), NULL FROM users; END; \
         PRAGMA recursive_triggers = ON; INSERT INTO users VALUES (900, 'x', NULL)",
        "PRAGMA main.writable_schema = 1",
        "PRAGMA data_store_directory = '/'",
        "PRAGMA mmap_size = 1000000000",
        "PRAGMA max_page_count = 1",
        "PRAGMA page_size = 512",
        "CREATE TABLE t (a); INSERT INTO t SELECT zeroblob(199000) FROM users a, users b, users c",
        "REINDEX; ROLLBACK",
        "END",
        "RELEASE x",
    ] {
        let found = sandbox.script(text, &Limits::default());
        assert!(matches!(found, Err(Trouble::Refused(_))), "{text:.80}: {found:?}");
    }
    let now = sandbox.pages().expect("has pages");
    let mut fresh = SqliteSandbox::new(now).expect("opens");
    let mut original = SqliteSandbox::new(before).expect("opens");
    assert_eq!(digest(&mut fresh), digest(&mut original), "nothing changed");
}

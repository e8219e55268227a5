//! `instaseed sql`: what it prints, what it refuses, and how it ends.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Child;
use std::time::Duration;

use instaseed::database::Engine;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use crate::support::{
    Call, Finished, PASSWORD, TestDb, each_engine, instaseed, object, on, on_engine, on_terminal, scratch,
    sql as batch,
};

/// A call of the verb on a test's database.
fn call(db: &TestDb, words: &[&str]) -> Call {
    let url = db.url();
    instaseed(&[&["sql"], words, &["--database-url", &url]].concat())
}

fn run(db: &TestDb, words: &[&str], code: i32) -> Finished {
    call(db, words).run().expect(code)
}

/// The first cell of a query.
fn cell(db: &TestDb, query: &str) -> String {
    let done = run(db, &[query, "--csv", "--quiet"], 0);
    done.stdout.lines().nth(1).unwrap_or_default().to_owned()
}

fn setup(db: &TestDb) {
    on(db, "setup --profile tiny --quiet").expect(0);
}

/// More rows than anybody waits for: so many that a count never ends, and a list never stops.
fn endless(what: &str) -> String {
    let tables: Vec<String> = (1..=10).map(|number| format!("comments a{number}")).collect();
    format!("SELECT {what} FROM {}", tables.join(", "))
}

/// A table with what is easily printed wrong.
fn odd(db: &TestDb) {
    let (binary, bytes) = match db.engine() {
        Engine::Postgres => ("BYTEA", "'\\x00ff'::bytea"),
        _ => ("BLOB", "x'00ff'"),
    };
    batch(
        db,
        &format!("CREATE TABLE odd (id INTEGER, note VARCHAR(200), price DECIMAL(10,2), raw {binary})"),
    );
    batch(db, "INSERT INTO odd VALUES (1, NULL, NULL, NULL)");
    batch(db, "INSERT INTO odd VALUES (2, '', 12.50, NULL)");
    batch(db, &format!("INSERT INTO odd VALUES (3, 'a,\"b\"\n\u{1b}[31m\u{202e} 🥗', -1.25, {bytes})"));
}

#[test]
fn rows_come_as_a_table_as_csv_and_as_json() {
    each_engine(|db| {
        odd(db);
        let query = "SELECT id, note, price, raw, id FROM odd ORDER BY id";
        let done = run(db, &[query], 0);
        let lines: Vec<&str> = done.stdout.lines().collect();
        assert_eq!(lines.len(), 4, "{}", done.stdout);
        assert!(lines[1].contains("NULL") && lines[1].starts_with(" 1"), "{}", done.stdout);
        assert!(lines[3].contains("a,\"b\"\\u{a}\\u{1b}[31m\\u{202e} 🥗"), "{}", done.stdout);
        assert!(lines[3].contains("\\x00ff"), "{}", done.stdout);
        assert!(done.stderr.starts_with("note: 3 rows in "), "{}", done.stderr);

        let done = run(db, &[query, "--csv", "--quiet"], 0);
        let price = if db.engine() == Engine::Sqlite { "12.5" } else { "12.50" };
        assert_eq!(
            done.stdout,
            format!(
                "id,note,price,raw,id\n1,,,,1\n2,\"\",{price},,2\n3,\"a,\"\"b\"\"\n\u{1b}[31m\u{202e} 🥗\",-1.25,\\x00ff,3\n"
            )
        );
        assert_eq!(done.stderr, "");

        let done = run(db, &[query, "--json"], 0);
        assert!(!done.stdout.contains(['\u{1b}', '\u{202e}']), "{}", done.stdout);
        let answer = object(&done);
        let third = json!({ "id": 3, "note": "a,\"b\"\n\u{1b}[31m\u{202e} 🥗", "price": -1.25, "raw": "\\x00ff", "id_2": 3 });
        let first = json!({ "id": 1, "note": null, "price": null, "raw": null, "id_2": 1 });
        assert_eq!((&answer["rows"][0], &answer["rows"][2]), (&first, &third));
        assert_eq!(answer["columns"], json!(["id", "note", "price", "raw", "id_2"]));
        assert_eq!(
            (&answer["ok"], &answer["more"], &answer["changed"]),
            (&json!(true), &json!(false), &Value::Null)
        );

        let done = run(db, &["SELECT id, note FROM odd WHERE id = 3", "-x"], 0);
        assert_eq!(done.stdout, "row 1\n  id    3\n  note  a,\"b\"\\u{a}\\u{1b}[31m\\u{202e} 🥗\n");
        let done = run(db, &["SELECT id, note FROM odd WHERE id = 7"], 0);
        assert_eq!(done.stdout, "id  note\n(no rows)\n");
        let done = run(db, &["SELECT id, note FROM odd WHERE id = 7", "--csv"], 0);
        assert_eq!(done.stdout, "id,note\n");
    });
}

#[test]
fn a_query_is_read_from_standard_input() {
    each_engine(|db| {
        for words in [&["--csv", "-q"][..], &["-", "--csv", "-q"]] {
            let done = call(db, words).stdin("-- a remark\nSELECT 1 AS one;\n").run().expect(0);
            assert_eq!(done.stdout, "one\n1\n");
        }
        let done = call(db, &["-q"]).stdin("").run().expect(2);
        assert!(done.stderr.contains("error: there is no statement"), "{}", done.stderr);
    });
}

#[test]
fn what_would_write_is_refused_and_nothing_is_changed() {
    each_engine(|db| {
        setup(db);
        let before = cell(db, "SELECT count(*) FROM likes");
        for statement in [
            "DELETE FROM likes",
            "INSERT INTO tags (tag_name) VALUES ('x')",
            "UPDATE users SET username = 'x'",
            "CREATE TABLE x (id INTEGER)",
            "DROP TABLE likes",
            "ALTER TABLE likes RENAME TO x",
        ] {
            let done = run(db, &[statement], 2);
            let word = statement.split(' ').next().unwrap_or_default();
            let said = format!("error: {word} would change the database, which is read only here\n");
            assert!(done.stderr.starts_with(&said) && done.stderr.contains("add --write"), "{}", done.stderr);
            let answer = object(&run(db, &[statement, "--json"], 2));
            assert_eq!(answer["ok"], false);
        }
        assert_eq!(cell(db, "SELECT count(*) FROM likes"), before);
        assert!(!db.connect().tables().expect("listed").contains(&"x".to_owned()));
        let done = run(db, &["--write", "DELETE FROM likes"], 0);
        let rows = if before == "1" { "row" } else { "rows" };
        assert_eq!(done.stdout, format!("{before} {rows} changed\n"));
        assert_eq!(cell(db, "SELECT count(*) FROM likes"), "0");
    });
}

#[test]
fn several_statements_need_the_right_to_write_and_are_one_transaction() {
    each_engine(|db| {
        setup(db);
        let count = || cell(db, "SELECT count(*) FROM comments");
        let before = count();
        let done = run(db, &["SELECT 1; DELETE FROM comments"], 2);
        assert!(done.stderr.contains("2 statements were given, and only one is run"), "{}", done.stderr);

        let done = run(db, &["--write", "DELETE FROM comments;\nSELECT 1;\nDELETE FROM nowhere"], 2);
        assert!(done.stderr.starts_with("error: statement 3 of 3, line 3: "), "{}", done.stderr);
        assert!(done.stderr.contains("nothing was changed"), "{}", done.stderr);
        assert_eq!(count(), before);

        let kept = "BEGIN; DELETE FROM comments; COMMIT; DELETE FROM nowhere";
        let done = run(db, &["--write", kept], 2);
        assert!(done.stderr.contains("the statements before this one are kept"), "{}", done.stderr);
        assert_eq!(count(), "0");

        let script =
            "CREATE TABLE t (id INTEGER); INSERT INTO t VALUES (1), (2); SELECT id FROM t ORDER BY id";
        let answer = object(&run(db, &["--write", "--json", script], 0));
        let results = answer["results"].as_array().expect("a list");
        assert_eq!(results.len(), 3);
        assert_eq!((&results[0]["changed"], &results[1]["changed"]), (&Value::Null, &json!(2)));
        assert_eq!(results[2]["rows"], json!([{ "id": 1 }, { "id": 2 }]));

        let failing =
            "INSERT INTO t VALUES (3); CREATE TABLE t2 (id INTEGER); INSERT INTO nowhere VALUES (1)";
        let done = run(db, &["--write", failing], 2);
        let commits_itself = db.engine() == Engine::Mysql;
        assert_eq!(done.stderr.contains("are kept"), commits_itself, "{}", done.stderr);
        assert_eq!(cell(db, "SELECT count(*) FROM t"), if commits_itself { "3" } else { "2" });
    });
}

#[test]
fn an_error_names_the_line_and_what_was_probably_meant() {
    each_engine(|db| {
        setup(db);
        for (query, said) in [
            ("SELECT * FROM usres", "help: did you mean users?"),
            ("SELECT usernam FROM users", "help: did you mean username?"),
            ("SELECT u.usernam FROM users u", "help: did you mean username?"),
            ("SELECT *\nFORM users\nWHERE id = 1", "error: line 2: "),
            ("SELECT 'a", "error: line 1: a string is opened here and never closed"),
            ("/* nothing */ ;", "error: there is no statement"),
        ] {
            let done = run(db, &[query], 2);
            assert!(done.stderr.contains(said), "{query}: {}", done.stderr);
        }
        let parameter = if db.engine() == Engine::Postgres { "SELECT $1" } else { "SELECT ?" };
        let done = run(db, &[parameter], 2);
        assert!(done.stderr.contains("has no value"), "{}", done.stderr);
    });
    on_engine(Engine::Postgres, |db| {
        let done = run(db, &["COPY (SELECT 1) TO STDOUT"], 2);
        assert!(done.stderr.contains("needs the server's own client"), "{}", done.stderr);
    });
}

#[test]
fn a_protected_database_and_one_of_another_machine_are_not_written_to() {
    each_engine(|db| {
        setup(db);
        on(db, "migrate protect").expect(0);
        let done = run(db, &["--write", "DELETE FROM likes"], 2);
        assert!(done.stderr.contains("is protected, and `sql --write`"), "{}", done.stderr);
        assert!(done.stderr.contains("`instaseed migrate unprotect"), "{}", done.stderr);
        run(db, &["SELECT count(*) FROM likes"], 0);
    });
    let far = ["sql", "--write", "SELECT 1", "--database-url", "mysql://u@db.invalid/d"];
    let done = instaseed(&far).run().expect(2);
    assert!(
        done.stderr.contains("is not on this machine") && done.stderr.contains("--allow-remote"),
        "{done:?}"
    );
}

#[test]
fn a_limit_ends_a_query_that_has_no_end() {
    each_engine(|db| {
        setup(db);
        let done = run(db, &[&endless("a1.id"), "-n", "3", "--csv"], 0);
        assert_eq!(done.stdout.lines().count(), 4, "{}", done.stdout);
        assert!(done.stderr.contains("only the first 3 rows"), "{}", done.stderr);
        let answer = object(&run(db, &[&endless("a1.id"), "-n", "2", "--json"], 0));
        assert_eq!((&answer["row_count"], &answer["more"]), (&json!(2), &json!(true)));
        let done = run(db, &["SELECT id FROM users ORDER BY id LIMIT 2", "-n", "2"], 0);
        assert_eq!((done.stdout.as_str(), done.stderr.contains("2 rows in ")), ("id\n 1\n 2\n", true));
    });
}

#[test]
fn a_reader_that_goes_ends_the_query() {
    each_engine(|db| {
        setup(db);
        for form in ["--csv", "--json", "-x"] {
            let mut child = call(db, &[&endless("a1.id"), form, "-n", "100000000000", "-q"]).spawn();
            let mut line = String::new();
            let mut stdout = BufReader::new(child.stdout.take().expect("it is piped"));
            assert!(stdout.read_line(&mut line).expect("a line") > 0);
            drop(stdout);
            let output = child.wait_with_output().expect("it ends");
            assert_eq!(output.status.code(), Some(0), "{form}: {}", String::from_utf8_lossy(&output.stderr));
        }
    });
}

/// How many sessions of the server run a statement that begins with this text.
fn running(db: &TestDb, begins: &str) -> String {
    let list = match db.engine() {
        Engine::Postgres => "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query",
        _ => "SELECT count(*) FROM information_schema.processlist WHERE info",
    };
    cell(db, &format!("{list} LIKE '{begins}%'"))
}

fn interrupt(child: Child) -> Finished {
    kill_process(Pid::from_child(&child), Signal::INT).expect("it runs");
    let output = child.wait_with_output().expect("it ends");
    Finished {
        stdout: String::from_utf8(output.stdout).expect("UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("UTF-8"),
        code: output.status.code().unwrap_or(-1),
    }
    .expect(130)
}

#[test]
fn ctrl_c_ends_an_endless_query_on_the_server() {
    for engine in [Engine::Mysql, Engine::Postgres] {
        on_engine(engine, |db| {
            setup(db);
            // A name of its own: other tests use the server, too.
            let query = endless("count(*) AS endless_query");
            for statement in [query.clone(), format!("DELETE FROM likes; {query}")] {
                let words = if statement == query { &["--json"][..] } else { &["--json", "--write"] };
                let child = call(db, &[words, &[&statement]].concat()).spawn();
                while running(db, "SELECT count(*) AS endless_query") == "0" {
                    std::thread::sleep(Duration::from_millis(20));
                }
                let answer = object(&interrupt(child));
                assert_eq!(answer["error"]["message"], "the query was stopped before its end");
                assert_eq!(answer["error"]["hint"], "run the same command again; nothing was changed");
                assert_eq!(running(db, "SELECT count(*) AS endless_query"), "0");
                assert_ne!(cell(db, "SELECT count(*) FROM likes"), "0", "its transaction is rolled back");
            }
        });
    }
}

#[test]
fn ctrl_c_completes_the_object_that_has_begun() {
    on_engine(Engine::Sqlite, |db| {
        // Some rows, and then none for ever.
        let query =
            "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r WHERE n < 9999";
        let mut child = call(db, &[query, "--json"]).spawn();
        let mut stdout = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut text = String::new();
        while !text.contains("\"n\": 7}") {
            assert!(stdout.read_line(&mut text).expect("lines") > 0, "it ended: {text}");
        }
        kill_process(Pid::from_child(&child), Signal::INT).expect("it runs");
        std::io::Read::read_to_string(&mut stdout, &mut text).expect("text");
        assert_eq!(child.wait().expect("it ends").code(), Some(130));
        let answer: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
        assert_eq!(answer["ok"], false);
        assert_eq!(answer["error"]["message"], "the query was stopped before its end");
        assert!(answer["rows"].as_array().is_some_and(|rows| rows.len() >= 7), "{answer}");
    });
}

/// A folder with a program of each of these names, which writes down how it was started.
fn shells(names: &[&str]) -> std::path::PathBuf {
    let folder = scratch();
    for name in names {
        let file = folder.join(name);
        let script = "#!/bin/sh\nprintf '%s\\n' \"$0\" \"$@\" > started\n\
                      printf '%s\\n' \"password=$PGPASSWORD$MYSQL_PWD\" \"options=$PGOPTIONS\" \"database=$PGDATABASE\" >> started\n";
        fs::write(&file, script).expect("a file");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).expect("it can be run");
    }
    folder
}

fn started(folder: &Path) -> String {
    fs::read_to_string(folder.join("started")).expect("the shell was started")
}

#[test]
fn without_a_query_a_terminal_gets_the_shell_of_the_engine() {
    let folder = shells(&["sqlite3", "psql", "mariadb", "mysql"]);
    let path = folder.to_str().expect("UTF-8").to_owned();
    each_engine(|db| {
        for write in [false, true] {
            let url = db.url();
            let words =
                [&["sql", "--database-url", &url][..], if write { &["--write"] } else { &[] }].concat();
            let (code, _, screen) = on_terminal(&words, &folder, &[("PATH", &path)]).finish();
            assert_eq!(code, 0, "{screen:#?}");
            let started = started(&folder);
            let (words, environment) = started.split_once("password=").expect("what it was started with");
            let (name, reads) = match db.engine() {
                Engine::Sqlite => ("sqlite3", words.contains("\n-readonly\n")),
                Engine::Mysql => ("mariadb", words.contains("READ ONLY")),
                Engine::Postgres => ("psql", environment.contains("default_transaction_read_only=on")),
            };
            assert!(words.starts_with(&format!("{path}/{name}\n")), "{words}");
            assert_eq!(reads, !write, "{started}");
            assert!(!words.contains(PASSWORD), "{words}");
            match db.engine() {
                Engine::Sqlite => assert!(words.trim_end().ends_with("/test.db"), "{words}"),
                _ => assert!(environment.starts_with(&format!("{PASSWORD}\n")), "{environment}"),
            }
            assert!(!screen.concat().contains(PASSWORD), "{screen:#?}");
        }
    });
}

#[test]
fn where_there_is_no_shell_there_is_a_prompt() {
    let empty = scratch();
    let path = empty.to_str().expect("UTF-8").to_owned();
    each_engine(|db| {
        setup(db);
        let url = db.url();
        let mut terminal = on_terminal(&["sql", "--database-url", &url], &empty, &[("PATH", &path)]);
        for (typed, shown) in [
            (".tables\n", "photo_tags"),
            ("SELECT username\n", "...> "),
            ("FROM users WHERE id = 4;\n", "alice"),
            ("DELETE FROM likes;\n", "would change the database"),
            ("SELECT * FROM usres;\n", "did you mean users?"),
            (".help\n", "here are only .tables and .quit"),
        ] {
            assert!(terminal.wait_for("sql> "), "a prompt before {typed}");
            terminal.press(typed);
            assert!(terminal.wait_for(shown), "{typed} shows {shown}");
            if shown != "...> " {
                assert!(terminal.wait_for("sql> "), "a prompt after {typed}");
            }
        }
        terminal.press("\u{4}");
        assert_eq!(terminal.finish().0, 0);
    });
}

#[test]
fn a_narrow_terminal_gets_keys_and_names_and_the_names_of_the_rest() {
    let folder = scratch();
    instaseed(&["setup", "--edition", "platform", "--quiet"]).dir(&folder).run().expect(0);
    for words in [&["show", "users"][..], &["sql", "SELECT * FROM users"]] {
        let (_, _, screen) = on_terminal(words, &folder, &[]).finish();
        let shown = screen.join("\n");
        let heading = screen.iter().find(|line| line.starts_with("user_id")).expect("a heading");
        assert!(heading.contains("username") && heading.contains("full_name"), "{shown}");
        assert!(!heading.contains("password_hash") && shown.contains("not shown: "), "{shown}");
        let wide = [words, &["--wide"]].concat();
        let (_, raw, _) = on_terminal(&wide, &folder, &[]).finish();
        assert!(raw.contains("password_hash") && raw.contains("$argon2id$v=19$m="), "{raw}");
        assert!(!raw.contains('…') && !raw.contains("not shown: "), "{raw}");
        let down = [words, &["--vertical"]].concat();
        let (_, raw, _) = on_terminal(&down, &folder, &[]).finish();
        assert!(raw.contains("  updated_at"), "{raw}");
    }
}

#[test]
fn forms_that_contradict_each_other_are_refused() {
    let done = instaseed(&["sql", "SELECT 1", "--csv", "--json"]).run().expect(2);
    assert!(done.stderr.contains("--csv and --json contradict each other"), "{}", done.stderr);
    instaseed(&["sql", "SELECT 1", "--csv", "-x"]).run().expect(2);
    instaseed(&["sql", "SELECT 1", "--allow-remote"]).run().expect(2);
}

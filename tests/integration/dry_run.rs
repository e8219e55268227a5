//! `seed --dry-run`: refuses what the run would refuse, in the same words, says rows, sizes and what would be removed,
//! and changes nothing.

use crate::support::{each_engine, object, on, rows};
use instaseed::database::Engine;

#[test]
fn rows_and_bytes_are_close_to_what_comes() {
    each_engine(|db| {
        on(db, "setup --no-seed -q").expect(0);
        let before = rows(&mut db.connect());
        let shown = object(&on(db, "seed --users 3000 --dry-run --json").expect(0));
        assert_eq!(rows(&mut db.connect()), before, "a dry run changes nothing");
        let loaded = object(&on(db, "seed --users 3000 --json").expect(0));
        let tables = shown["tables"].as_array().expect("a list").iter();
        for (shown, loaded) in tables.zip(loaded["tables"].as_array().expect("a list")) {
            assert_eq!(shown["table"], loaded["table"]);
            let (about, found) = (shown["rows"].as_f64().unwrap(), loaded["rows"].as_f64().unwrap());
            match shown["exact"].as_bool().unwrap() {
                true => assert_eq!(about, found, "{shown}"),
                false => assert!((about / found - 1.0).abs() < 0.1, "{shown}: {found}"),
            }
        }
        let bytes: f64 =
            shown["tables"].as_array().unwrap().iter().map(|t| t["bytes"].as_f64().unwrap()).sum();
        let found = loaded["megabytes"].as_f64().unwrap() * 1e6;
        println!("{}: {bytes} bytes said, {found} found", db.engine());
        assert!((0.5..2.0).contains(&(bytes / found)), "{bytes} said, {found} found");
    });
}

#[test]
fn what_the_run_would_refuse_is_refused() {
    each_engine(|db| {
        on(db, "setup --profile tiny -q").expect(0);
        let done = on(db, "seed --dry-run").expect(2);
        assert!(done.stderr.contains("users is not empty; nothing was changed"), "{}", done.stderr);
        on(db, "seed --append --users 300 --dry-run").expect(0);
        let id = if db.engine() == Engine::Sqlite { "INTEGER" } else { "INT" };
        db.connect()
            .batch(&format!("CREATE TABLE notes (id {id} PRIMARY KEY, user_id {id}, FOREIGN KEY (user_id) REFERENCES users (id)); INSERT INTO notes VALUES (1, 1)"))
            .unwrap();
        let done = on(db, "seed --replace --dry-run").expect(2);
        assert!(done.stderr.contains("reference the rows that would be replaced"), "{}", done.stderr);
        db.connect().batch("DELETE FROM notes").unwrap();
        let done = on(db, "seed --replace --dry-run").expect(0);
        assert!(done.stdout.contains("Removed first: "), "{}", done.stdout);
        let shown = object(&on(db, "seed --replace --dry-run --json").expect(0));
        assert_eq!(
            (&shown["tables"][0]["table"], &shown["tables"][0]["removed"]),
            (&"users".into(), &10.into())
        );
        db.connect().batch("INSERT INTO users (id, username) VALUES (2147483000, 'last')").unwrap();
        for words in ["seed --append --users 1000 --dry-run", "seed --append --users 1000"] {
            let done = on(db, words).expect(2);
            assert!(done.stderr.contains("an INT id cannot exceed 2,147,483,647"), "{}", done.stderr);
            assert!(!done.stderr.contains("--table"), "{}", done.stderr);
        }
        assert_eq!(db.connect().count("users").unwrap(), 11);
    });
}

//! Folders that cannot be run: each has its own clear error, exit code 2, and changes nothing.

use std::fs;
use std::path::PathBuf;

use crate::lock::migrate;
use crate::migrate::{folder, tables, write};
use crate::support::each_engine;

const GOOD: &str = "CREATE TABLE z (id INTEGER);";

/// What spoils a folder, and what the error then says.
fn spoiled() -> Vec<(PathBuf, &'static str)> {
    let good = || folder(&[("9901_good", GOOD, "DROP TABLE z;")]);
    let mut found = Vec::new();
    let mut case = |says: &'static str, spoil: &dyn Fn(&PathBuf)| {
        let root = good();
        spoil(&root);
        found.push((root, says));
    };
    case("9902_empty is not a migration: it has no up.sql", &|root| {
        fs::create_dir(root.join("9902_empty")).expect("made")
    });
    case("two migrations have version 9901", &|root| write(root, "9901_again", GOOD, "DROP TABLE z;"));
    case("9901_good has no down.sql", &|root| {
        fs::remove_file(root.join("9901_good/down.sql")).expect("removed")
    });
    case("9901_good/up.sql:2: invalid UTF-8 at byte 9", &|root| {
        fs::write(root.join("9901_good/up.sql"), b"SELECT 1\n\xff;").expect("written");
    });
    case("9901_good/metadata.toml:1: missing field `run_in_transaction`", &|root| {
        fs::write(root.join("9901_good/metadata.toml"), "").expect("written");
    });
    case("9901_good/metadata.toml:2: unknown field `runs`", &|root| {
        fs::write(root.join("9901_good/metadata.toml"), "run_in_transaction = true\nruns = 1\n")
            .expect("written");
    });
    case("9901_good/up.sql contains no statement", &|root| {
        write(root, "9901_good", "-- soon\n", "SELECT 1;")
    });
    case("9901_good/up.sql:3: a string is opened here", &|root| {
        write(root, "9901_good", "\n\nSELECT 'a", "SELECT 1;")
    });
    case("9901_good/up.sql:1: `DELIMITER` is a command of the mysql client", &|root| {
        write(root, "9901_good", "DELIMITER //", "SELECT 1;");
    });
    case("9901_good/up.sql:1: `COMMIT` would end the transaction of the run", &|root| {
        write(root, "9901_good", "COMMIT;", "SELECT 1;");
    });
    case("9901_good/metadata.toml: there is no edition `coarse`", &|root| {
        fs::write(
            root.join("9901_good/metadata.toml"),
            "run_in_transaction = true\neditions = [\"coarse\"]\n",
        )
        .expect("written");
    });
    case("cannot read", &|root| fs::remove_dir_all(root).expect("removed"));
    found
}

#[test]
fn each_spoiled_folder_has_its_own_error_and_changes_nothing() {
    each_engine(|test| {
        for (root, says) in spoiled() {
            let path = root.to_str().expect("UTF-8");
            let finished = migrate(test, &["up", "--migrations", path]).run().expect(2);
            assert!(
                finished.stderr.starts_with("error: ") && finished.stderr.contains(says),
                "{says}: {}",
                finished.stderr
            );
            assert_eq!(finished.stdout, "");
            assert!(tables(&mut test.connect()).is_empty(), "{says}");
        }
    });
}

#[test]
fn an_unknown_version_is_named_with_its_nearest() {
    each_engine(|test| {
        let finished = migrate(test, &["to", "platfrom"]).run().expect(2);
        assert!(finished.stderr.contains("there is no migration platfrom"), "{}", finished.stderr);
        assert!(finished.stderr.contains("did you mean platform?"), "{}", finished.stderr);
        assert!(tables(&mut test.connect()).is_empty());
    });
}

#[test]
fn windows_line_endings_and_a_byte_order_mark_are_no_fault() {
    each_engine(|test| {
        let root = folder(&[(
            "0001_good",
            "\u{feff}CREATE TABLE z (\r\n  id INTEGER\r\n);\r\n",
            "DROP TABLE z;\r\n",
        )]);
        migrate(test, &["up", "--migrations", root.to_str().expect("UTF-8")]).run().expect(0);
        assert!(tables(&mut test.connect()).contains(&"z".to_owned()));
    });
}

//! What is read from scripts, in the forms of each engine.

use super::super::super::lexer::Lexis;
use super::super::super::{mysql, postgres, sqlite};
use super::*;

/// The losses of scripts that run one after the other; in brackets the lines whose losses cannot be known.
fn read(texts: &[&str], lexis: &Lexis) -> Vec<String> {
    let mut reader = Reader::default();
    let mut all = Vec::new();
    for text in texts {
        let script = Script::parse("up.sql".into(), text, lexis).expect("cuts");
        let found = reader.read(&script);
        all.extend(found.losses.iter().map(|loss| {
            let schema = loss.schema.as_ref().map(|schema| format!("{schema}.")).unwrap_or_default();
            let columns: Vec<&str> = loss.columns.iter().map(|column| column.name.as_str()).collect();
            match (columns.as_slice(), loss.because.as_str()) {
                ([], "the table goes") => format!("{schema}{}", loss.table),
                ([], _) => format!("{schema}{} emptied", loss.table),
                _ => format!("{schema}{}({})", loss.table, columns.join(",")),
            }
        }));
        all.extend(found.unclear.iter().map(|at| format!("[{}]", at + 1)));
    }
    all
}

#[test]
fn tables_are_read_from_scripts_that_do_more_than_drop() {
    for lexis in [&sqlite::LEXIS, &mysql::LEXIS, &postgres::LEXIS] {
        let one = |text: &str| read(&[text], lexis);
        assert_eq!(one("INSERT INTO a VALUES (1); DROP TABLE notes; SELECT 1"), ["notes"]);
        assert_eq!(one("drop table if exists /* x; */ notes"), ["notes"]);
        assert!(one("SELECT 'DROP TABLE notes'; DROP INDEX notes; DROP VIEW v -- DROP TABLE x").is_empty());
        assert_eq!(one("DELETE FROM notes; DELETE FROM users WHERE id = 1"), ["notes emptied"]);
        assert!(one("CREATE TABLE n (id INT); DROP TABLE n").is_empty());
        assert!(one("CREATE TEMPORARY TABLE n (id INT); DROP TABLE n").is_empty());
        assert_eq!(one("CREATE TABLE IF NOT EXISTS n (id INT); DROP TABLE n"), ["n"]);
    }
}

#[test]
fn names_are_those_of_the_engine() {
    assert_eq!(
        read(&["DROP TABLE Notes, \"No\"\"tes\", s.\"T\""], &postgres::LEXIS),
        ["notes", "No\"tes", "s.T"]
    );
    assert_eq!(
        read(&["DROP TABLE `a``b`, d . Notes CASCADE; DROP TEMPORARY TABLE t"], &mysql::LEXIS),
        ["a`b", "d.Notes"]
    );
    assert_eq!(read(&["DROP TABLE main.[my notes]; DROP TABLE 'x'"], &sqlite::LEXIS), ["my notes", "x"]);
    assert_eq!(read(&["/*!50000 DROP TABLE notes */"], &mysql::LEXIS), ["notes"]);
    // Engines fold the case of ASCII letters only; MariaDB's columns ignore case altogether.
    let other = "DROP TABLE GRÖßE; ALTER TABLE t DROP COLUMN GRÖßE";
    assert_eq!(read(&[other], &sqlite::LEXIS), ["grÖße", "t(grÖße)"]);
    assert_eq!(read(&[other], &postgres::LEXIS), ["grÖße", "t(grÖße)"]);
    assert_eq!(read(&[other], &mysql::LEXIS), ["GRÖßE", "t(größe)"]);
    assert_eq!(read(&["DROP TABLE U&\"n\\006Ftes\""], &postgres::LEXIS), ["notes"]);
}

#[test]
fn columns_are_read_with_and_without_the_word() {
    let alter = "ALTER TABLE users DROP COLUMN bio";
    for lexis in [&sqlite::LEXIS, &mysql::LEXIS, &postgres::LEXIS] {
        assert_eq!(read(&[alter], lexis), ["users(bio)"]);
        let added = "ALTER TABLE users ADD COLUMN bio TEXT; ALTER TABLE users DROP bio";
        assert!(read(&[added], lexis).is_empty());
    }
    assert_eq!(
        read(
            &[
                "ALTER TABLE IF EXISTS ONLY users DROP a, ADD b numeric(3, 2), DROP COLUMN IF EXISTS \"C d\" CASCADE, \
               ALTER COLUMN e DROP NOT NULL, DROP CONSTRAINT f, DROP index"
            ],
            &postgres::LEXIS
        ),
        ["users(a,C d,index)"]
    );
    assert_eq!(
        read(
            &[
                "ALTER IGNORE TABLE users DROP a, DROP INDEX i, DROP PRIMARY KEY, DROP FOREIGN KEY k, DROP `index`"
            ],
            &mysql::LEXIS
        ),
        ["users(a,index)"]
    );
    assert_eq!(read(&["ALTER TABLE t DROP PARTITION p"], &mysql::LEXIS), ["[1]"]);
    assert_eq!(read(&["ALTER TABLE users DROP a; DROP TABLE users"], &mysql::LEXIS), ["users"]);
}

#[test]
fn what_was_renamed_is_named_as_it_is_now() {
    for lexis in [&sqlite::LEXIS, &mysql::LEXIS, &postgres::LEXIS] {
        assert_eq!(
            read(&["ALTER TABLE a RENAME TO b", "DROP TABLE b", "DROP TABLE IF EXISTS b"], lexis),
            ["a"]
        );
        assert_eq!(
            read(&["ALTER TABLE a RENAME COLUMN x TO y; ALTER TABLE a DROP COLUMN y"], lexis),
            ["a(x)"]
        );
    }
    assert_eq!(read(&["RENAME TABLE a TO b, c TO d; DROP TABLE b, d"], &mysql::LEXIS), ["a", "c"]);
    assert_eq!(read(&["ALTER TABLE a CHANGE x y INT, DROP y"], &mysql::LEXIS), ["a(x)"]);
}

#[test]
fn a_table_that_is_built_anew_with_its_rows_is_not_lost() {
    let renamed_last = "CREATE TABLE new (id INT); INSERT INTO new SELECT id FROM a; DROP TABLE a; ALTER TABLE new RENAME TO a";
    let renamed_first = "ALTER TABLE a RENAME TO old; CREATE TABLE a (id INT); INSERT INTO a SELECT id FROM old; DROP TABLE old";
    for lexis in [&sqlite::LEXIS, &mysql::LEXIS, &postgres::LEXIS] {
        assert!(read(&[renamed_last], lexis).is_empty());
        assert!(read(&[renamed_first], lexis).is_empty());
        assert_eq!(read(&[renamed_last, "DROP TABLE a"], lexis), ["a"]);
        assert_eq!(read(&[renamed_first, "DROP TABLE a"], lexis), ["a"]);
        let empty = "CREATE TABLE new (id INT); DROP TABLE a; ALTER TABLE new RENAME TO a";
        assert_eq!(read(&[empty], lexis), ["a"]);
    }
    assert_eq!(read(&["CREATE OR REPLACE TABLE a (id INT)"], &mysql::LEXIS), ["a"]);
}

#[test]
fn what_is_emptied_is_read_and_what_cannot_be_told_is_said() {
    assert_eq!(
        read(&["TRUNCATE TABLE ONLY a, s.b RESTART IDENTITY"], &postgres::LEXIS),
        ["a emptied", "s.b emptied"]
    );
    assert_eq!(read(&["TRUNCATE a CASCADE"], &postgres::LEXIS), ["a emptied", "[1]"]);
    assert_eq!(read(&["TRUNCATE a"], &mysql::LEXIS), ["a emptied"]);
    assert_eq!(
        read(
            &["DO $$ BEGIN EXECUTE 'drop table a'; END $$; DO $$ BEGIN PERFORM 1; END $$"],
            &postgres::LEXIS
        ),
        ["[1]"]
    );
    assert_eq!(
        read(&["DROP SCHEMA s CASCADE; DROP TYPE t; DROP TYPE u CASCADE"], &postgres::LEXIS),
        ["[1]", "[3]"]
    );
    assert_eq!(
        read(&["SET @s = CONCAT('DROP TABLE ', 'a'); PREPARE p FROM @s; EXECUTE p"], &mysql::LEXIS),
        ["[1]"]
    );
    assert_eq!(read(&["BEGIN NOT ATOMIC DROP TABLE a; END"], &mysql::LEXIS), ["[1]"]);
    assert_eq!(
        read(&["SET search_path = s; DROP TABLE a; DROP TABLE t.a"], &postgres::LEXIS),
        ["t.a", "[2]"]
    );
    assert_eq!(read(&["USE other; DROP TABLE a"], &mysql::LEXIS), ["[2]"]);
    assert!(
        read(&["CREATE FUNCTION f() RETURNS void AS $$ DROP TABLE a $$ LANGUAGE sql"], &postgres::LEXIS)
            .is_empty()
    );
}

#[test]
fn a_delete_without_a_condition_is_read_in_every_form() {
    let all = [&sqlite::LEXIS, &mysql::LEXIS, &postgres::LEXIS];
    for lexis in all {
        let one = |text: &str| read(&[text], lexis);
        assert_eq!(one("DELETE FROM notes RETURNING id"), ["notes emptied"]);
        assert_eq!(one("DELETE FROM notes LIMIT 10; DELETE FROM notes ORDER BY id LIMIT 1"), ["[1]", "[2]"]);
        assert_eq!(one("WITH a AS (SELECT 1 WHERE 1 = 1) DELETE FROM notes"), ["[1]"]);
        assert!(one("CREATE TABLE n (id INT); DELETE FROM n LIMIT 1").is_empty());
        assert!(one("WITH a AS (SELECT 1) DELETE FROM notes WHERE id IN (SELECT * FROM a)").is_empty());
        assert!(one("INSERT INTO a SELECT 'delete from a'; CREATE TABLE t (a INT REFERENCES u (id) ON DELETE CASCADE)").is_empty());
    }
    let one = |text: &str| read(&[text], &postgres::LEXIS);
    assert_eq!(one("DELETE FROM ONLY notes *"), ["notes emptied"]);
    assert_eq!(one("DELETE FROM notes USING (SELECT 1 WHERE true) b"), ["[1]"]);
    for whole in [
        "WITH d AS (DELETE FROM notes RETURNING id) SELECT * FROM d WHERE id > 1",
        "COPY (DELETE FROM notes RETURNING id) TO '/dev/null'",
        "EXPLAIN (ANALYZE) DELETE FROM notes",
        "DO $$ BEGIN DELETE FROM notes; END $$",
        "DO $$ BEGIN FOR r IN DELETE FROM notes RETURNING id LOOP UPDATE a SET b = 1 WHERE c = 2; END LOOP; END $$",
        "DO $$ BEGIN EXECUTE 'DELETE FROM notes'; UPDATE a SET b = 1 WHERE c = 2; END $$",
        "DROP COLLATION c CASCADE",
        "DROP ACCESS METHOD m CASCADE",
    ] {
        assert_eq!(one(whole), ["[1]"], "{whole}");
    }
    for part in [
        "DO $$ BEGIN DELETE FROM notes WHERE id = 1; END $$",
        "DO $$ BEGIN GRANT SELECT, DELETE ON notes TO a; END $$",
        "WITH d AS (DELETE FROM notes WHERE id = 1 RETURNING id) SELECT * FROM d",
        "EXPLAIN DELETE FROM notes",
        "DROP COLLATION c",
    ] {
        assert!(one(part).is_empty(), "{part}");
    }
    let one = |text: &str| read(&[text], &mysql::LEXIS);
    assert_eq!(one("DELETE LOW_PRIORITY QUICK FROM notes"), ["notes emptied"]);
    assert_eq!(one("DELETE n FROM notes n"), ["[1]"]);
    assert_eq!(one("SET @s = 'DELETE FROM notes'; PREPARE p FROM @s; EXECUTE p"), ["[1]"]);
    assert!(one("DELETE n FROM notes n WHERE n.id = 1").is_empty());
}

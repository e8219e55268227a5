//! The statements of each engine, to the byte.

use super::*;
use crate::edition::Edition;
use crate::format::{Facts, FileFormat};

fn tags() -> &'static Table {
    Edition::Course.table("tags").unwrap()
}

/// A file of a chunk with these names of tags.
fn file<D: Dialect>(names: &[&str]) -> String {
    let mut sql = Sql::<D>::default();
    let mut bytes = Vec::new();
    let mut open = <Sql<D> as FileFormat>::open(tags(), &Facts::default(), &mut bytes).unwrap();
    sql.begin(tags(), Buffer::default());
    for (name, id) in names.iter().zip(1..) {
        sql.integer(id);
        sql.text(name);
        sql.time(Time(1_700_000_000));
        sql.end_row();
    }
    <Sql<D> as FileFormat>::append(&mut open, &mut sql.finish(), &mut bytes).unwrap();
    <Sql<D> as FileFormat>::close(open, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// The literal of a text.
fn literal<D: Dialect>(text: &str) -> String {
    let file = file::<D>(&[text]);
    let row = file.lines().find(|line| line.starts_with("(1,")).unwrap();
    row.strip_prefix("(1,").unwrap().rsplit_once(",'2023").unwrap().0.to_owned()
}

#[test]
fn a_file_is_one_transaction() {
    assert_eq!(
        file::<Sqlite>(&["love", "it's"]),
        "-- instaseed: rows of tags, in SQL for SQLite\n\
         BEGIN;\n\
         INSERT INTO tags (id, tag_name, created_at) VALUES\n\
         (1,'love','2023-11-14 22:13:20'),\n\
         (2,'it''s','2023-11-14 22:13:20');\n\
         COMMIT;\n"
    );
    assert_eq!(
        file::<Sqlite>(&[]),
        "-- instaseed: rows of tags, in SQL for SQLite\nBEGIN;\nCOMMIT;\n",
        "no statement without a row"
    );
    assert!(
        file::<Postgres>(&["love"])
            .contains("(1,'love','2023-11-14 22:13:20+00');\nDO $$ BEGIN PERFORM setval(")
    );
}

#[test]
fn a_statement_ends_before_it_is_too_long() {
    let name = "x".repeat(1000);
    let file = file::<Sqlite>(&vec![name.as_str(); 1000]);
    let statements: Vec<_> = file.split("INSERT").skip(1).collect();
    assert_eq!(statements.len(), 4);
    assert!(statements.iter().all(|statement| statement.len() < STATEMENT_BYTES + 2000));
}

#[test]
fn each_engine_escapes_what_its_clients_would_change() {
    let text = "a'b\\c\nd\u{0}\u{7f}é🍣";
    assert_eq!(literal::<Sqlite>(text), "'a''b\\c'||char(10)||'d'||char(0,127)||'é🍣'");
    assert_eq!(literal::<Mysql>(text), "_utf8mb4 x'6127625c630a64007fc3a9f09f8da3'");
    assert_eq!(literal::<Postgres>(text), "E'a''b\\\\c\\x0ad\\x00\\x7fé🍣'");
    let many = literal::<Sqlite>(&"\t".repeat(250));
    assert_eq!(many.matches("char(").count(), 3, "{many}");
    for plain in ["", "\u{85}", "\u{2028}", "--", "/* ; */", "$$", ":name", "%"] {
        let expected = format!("'{plain}'");
        let all = [literal::<Sqlite>(plain), literal::<Mysql>(plain), literal::<Postgres>(plain)];
        assert!(all.iter().all(|literal| *literal == expected), "{all:?}");
    }
}

/// What reading a file says.
fn refused(text: &str) -> String {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("06_tags.sql");
    std::fs::write(&path, text).unwrap();
    let read = <Sql<Sqlite> as FileFormat>::read(&path, tags(), &mut |_| Ok::<_, FormatError>(()));
    let error = read.unwrap_err().to_string();
    error.split_once("06_tags.sql, ").unwrap().1.to_owned()
}

#[test]
fn a_file_that_was_cut_or_changed_is_refused() {
    for whole in [file::<Sqlite>(&["a", "b"]), file::<Mysql>(&["a", "b"]), file::<Postgres>(&["a", "b"])] {
        for line in 0..whole.lines().count() {
            let without: Vec<_> =
                whole.lines().enumerate().filter(|(at, _)| *at != line).map(|(_, line)| line).collect();
            // Of the rows, the first is not missed by the language.
            if !whole.lines().nth(line).is_some_and(|line| line.starts_with("(1,")) {
                refused(&(without.join("\n") + "\n"));
            }
        }
        for end in (0..whole.len()).filter(|end| whole.is_char_boundary(*end)) {
            refused(&whole[..end]);
        }
        refused(&(whole.clone() + "DROP TABLE users;\n"));
    }
    let text = file::<Sqlite>(&["a"]);
    assert_eq!(
        refused(&text.replace("'a'", "a")),
        "line 4: tag_name is not a valid text: \"a,'2023-11-14 22:13:20');\""
    );
    assert_eq!(
        refused(&text.replace("COMMIT", "ROLLBACK")),
        "line 5: not what instaseed writes: COMMIT; should be here"
    );
    assert_eq!(
        refused(&text.replace("SQLite", "Oracle")),
        "line 1: not what instaseed writes: -- instaseed: rows of tags, in SQL for SQLite should be here"
    );
}

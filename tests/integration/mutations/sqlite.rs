//! SQLite: how a file is made, and what stands in it beside our tables.

use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use instaseed::database::Engine;

use super::{Mutation, Usual, When, either, on, refused, report, right, state, trial};
use crate::support::TestDb;

const MUTATIONS: &[Mutation] = &[
    right("PRAGMA journal_mode = WAL; CREATE TABLE other (a)"),
    right("PRAGMA journal_mode = TRUNCATE; CREATE TABLE other (a)"),
    right("PRAGMA journal_mode = PERSIST; CREATE TABLE other (a)"),
    right("PRAGMA page_size = 512; CREATE TABLE other (a)"),
    right("PRAGMA page_size = 65536; CREATE TABLE other (a)"),
    right("PRAGMA encoding = 'UTF-16le'; CREATE TABLE other (a)"),
    right("PRAGMA encoding = 'UTF-16be'; CREATE TABLE other (a)"),
    right("PRAGMA auto_vacuum = FULL; CREATE TABLE other (a)"),
    right("PRAGMA auto_vacuum = INCREMENTAL; CREATE TABLE other (a)"),
    right("PRAGMA user_version = 7; PRAGMA application_id = 7"),
    right("PRAGMA schema_version = 1000000"),
    right("CREATE TABLE sequenced (a INTEGER PRIMARY KEY AUTOINCREMENT); INSERT INTO sequenced VALUES (1 << 60)"),
    right("CREATE TABLE \"a \"\" b\" (id INTEGER PRIMARY KEY, \"x ' y\" INT); INSERT INTO \"a \"\" b\" VALUES (1, 2)"),
    refused("CREATE VIEW users AS SELECT 1 AS id"),
    refused("CREATE TABLE USERS (id INT)"),
    refused("CREATE TABLE other (a); CREATE INDEX users ON other (a)"),
    refused("CREATE VIEW likes AS SELECT 1 AS id"),
    right("PRAGMA journal_mode = WAL").when_filled(),
    right("CREATE INDEX \"we \"\"ird\" ON likes (photo_id, user_id) WHERE user_id > 1 -- why").when_filled(),
    right("CREATE INDEX [a;b] ON comments (comment_text || 'x;y')").when_filled(),
    either("CREATE VIEW popular AS SELECT photo_id, count(*) AS n FROM likes GROUP BY 1").when_filled(),
    right("CREATE TABLE log (a); CREATE TRIGGER noted AFTER INSERT ON likes BEGIN INSERT INTO log VALUES (new.user_id); END")
        .when_filled(),
    refused("DROP TABLE likes; CREATE VIEW likes AS SELECT 1 AS user_id, 1 AS photo_id, NULL AS created_at").when_filled(),
    refused("DROP TABLE photo_tags").when_filled(),
];

#[test]
fn sqlite_is_right_or_refuses() {
    let usual = TestDb::absent(Engine::Sqlite).expect("SQLite is always there");
    let usual = Usual::of(&usual.url());
    let results = MUTATIONS.iter().map(|mutation| {
        let db = TestDb::absent(Engine::Sqlite).expect("SQLite is always there");
        if mutation.when == When::Filled {
            on(&db.url(), super::SETUP).expect(0);
        }
        let path = db.target().path().expect("SQLite's place is a file").display().to_string();
        let mut raw = SqliteConnection::establish(&path).expect("a file can be made");
        raw.batch_execute(mutation.sql).unwrap_or_else(|error| panic!("{}: {error}", mutation.sql));
        drop(raw);
        trial(*mutation, &usual, &db.url(), || state(&mut db.connect()))
    });
    report("SQLite", results.collect());
}

//! Schema and rows on a Diesel connection of the caller: the same rows as everywhere, and gone with the transaction.

use diesel::Connection;
use instaseed::borrowed::{BorrowedError, migrate_to, seed};
use instaseed::database::{Db, Engine};
use instaseed::edition::Edition;
use instaseed::profile::Profile;
use instaseed::world::World;

use crate::support::{each_engine, instaseed, object, on, scratch};

fn tiny() -> World {
    World::new(&Profile::of("tiny").unwrap()).unwrap()
}

/// Migrates and seeds whichever connection is open.
fn fill(db: &mut Db, edition: Edition) -> Result<(), BorrowedError> {
    macro_rules! fill {
        ($connection:ident) => {{
            migrate_to($connection, edition)?;
            migrate_to($connection, edition)?;
            seed($connection, edition, &tiny())
        }};
    }
    match db {
        Db::Sqlite(connection) => fill!(connection),
        Db::Mysql(connection) => fill!(connection),
        Db::Postgres(connection) => fill!(connection),
    }
}

#[test]
fn the_rows_are_those_of_a_load_on_every_engine() {
    for edition in Edition::ALL {
        each_engine(|test| {
            let mut db = test.connect();
            if test.engine() == Engine::Mysql {
                db.batch("SET time_zone = '+05:00'").unwrap();
            }
            fill(&mut db, edition).unwrap();
            drop(db);
            let checked = object(&on(test, "check --json").expect(0));
            let folder = scratch();
            let folder = folder.to_str().unwrap();
            let words =
                ["generate", "--profile", "tiny", "--edition", edition.name(), "--json", "--out", folder];
            let written = object(&instaseed(&words).run().expect(0));
            assert_eq!(checked["fingerprint"], written["fingerprint"]);
            // What Diesel ran, instaseed takes on.
            let status = object(&on(test, "migrate status --json").expect(0));
            assert_eq!(status["edition"], edition.name());
            // The next row of an application comes after the rows.
            let mut db = test.connect();
            db.batch("INSERT INTO tags (tag_name, created_at) VALUES ('mine', '2021-01-01 00:00:00')")
                .unwrap();
        });
    }
}

#[test]
fn a_transaction_of_the_caller_takes_everything_back() {
    each_engine(|test| {
        let mut db = test.connect();
        if test.engine() == Engine::Mysql {
            // It commits by itself when a table is created.
            let Db::Mysql(connection) = &mut db else { unreachable!("the engine of the test") };
            migrate_to(connection, Edition::Platform).unwrap();
        }
        let rolled_back: Result<(), diesel::result::Error> = match &mut db {
            Db::Sqlite(connection) => connection.transaction(|connection| {
                migrate_to(connection, Edition::Platform).unwrap();
                seed(connection, Edition::Platform, &tiny()).unwrap();
                Err(diesel::result::Error::RollbackTransaction)
            }),
            Db::Mysql(connection) => connection.transaction(|connection| {
                seed(connection, Edition::Platform, &tiny()).unwrap();
                Err(diesel::result::Error::RollbackTransaction)
            }),
            Db::Postgres(connection) => connection.transaction(|connection| {
                migrate_to(connection, Edition::Platform).unwrap();
                seed(connection, Edition::Platform, &tiny()).unwrap();
                Err(diesel::result::Error::RollbackTransaction)
            }),
        };
        rolled_back.expect_err("it was rolled back");
        match test.engine() {
            Engine::Mysql => assert_eq!(db.count("users").unwrap(), 0),
            _ => assert!(!db.tables().unwrap().iter().any(|table| table == "users")),
        }
    });
}

#[test]
fn rows_twice_and_another_edition_are_refused() {
    each_engine(|test| {
        let mut db = test.connect();
        fill(&mut db, Edition::Course).unwrap();
        let again = fill(&mut db, Edition::Course).unwrap_err().to_string();
        assert_eq!(again, "the rows of users cannot be inserted");
        let other = fill(&mut db, Edition::Platform).unwrap_err();
        assert!(matches!(other, BorrowedError::NotEmpty { edition: Edition::Platform }), "{other}");
    });
}

//! An Instagram-like database in one command: versioned, reversible migrations and believable data on
//! SQLite, MySQL/MariaDB and PostgreSQL.
//!
//! Four doors, from the shortest to the widest:
//!
//! - [`fixture::Fixture`]: a database with rows for a test, removed when the test ends.
//! - [`Database`]: open a database, move its schema, fill it. [`borrowed`] does this on a Diesel connection of yours.
//! - [`rows`]: the rows as typed values, without a database.
//! - [`deployment`] and the rooms below it: everything the command `instaseed` does.
//!
//! # A database for a test
//!
//! The fixture is built once on a machine, and cloned in milliseconds.
//!
//! ```
//! use diesel::prelude::*;
//! use instaseed::edition::Edition;
//! use instaseed::fixture::Fixture;
//! use instaseed::schema::platform::users;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! let fixture = Fixture::profile("tiny").edition(Edition::Platform);
//! # let fixture = fixture.folder(folder.path());
//! let db = fixture.sqlite()?; // or .memory(), .postgres(url), .mysql(url)
//! let mut connection = db.connect()?;
//! let named = users::table.filter(users::username.eq("alice"));
//! assert_eq!(named.count().get_result::<i64>(&mut connection)?, 1);
//! # Ok(())
//! # }
//! ```
//!
//! # A database that stays
//!
//! ```
//! use instaseed::Database;
//! use instaseed::edition::Edition;
//! use instaseed::profile::Profile;
//!
//! # fn main() -> instaseed::Result<()> {
//! # let folder = tempfile::tempdir().expect("a folder");
//! # let url = folder.path().join("app.db").display().to_string();
//! let database = Database::open(&url)? // or mysql://..., postgres://...
//!     .migrate_to(Edition::Platform)?
//!     .seed(&Profile::of("tiny")?)?;
//! assert_eq!(database.connect()?.count("users")?, 10);
//! # Ok(())
//! # }
//! ```
//!
//! # Rows without a database
//!
//! ```
//! use instaseed::profile::Profile;
//! use instaseed::rows::Course;
//! use instaseed::world::World;
//!
//! # fn main() -> instaseed::Result<()> {
//! let world = World::new(&Profile::of("tiny")?)?;
//! let course = Course::of(&world)?;
//! assert_eq!(course.users().len(), 10);
//! let comments = course.comments().iter().filter(|comment| comment.comment_text.contains('?'));
//! println!("{} comments ask something", comments.count());
//! # Ok(())
//! # }
//! ```
//!
//! Below the typed rows, an [`edition`] writes rows cell by cell, to whatever implements [`edition::Cells`]: a file format, an
//! engine, or a type of yours.
//!
//! # The rooms, in the order in which data goes through them
//!
//! - [`profile`]: what is asked for: how many users, which seed, which time.
//! - [`world`]: the facts that follow from a profile, as plain values; [`words`] has the word lists for its texts.
//! - [`edition`]: the tables and columns of each edition, and the world's facts as their rows.
//! - [`rows`]: the rows as typed values, by iterator or by index.
//! - [`plan`] and [`run`]: which rows are made in which order, and the threads that make them.
//! - [`format`](mod@format): what a file of rows looks like, written and read.
//! - [`sink`]: where the rows go, a file or a database; [`fingerprint`] has the digests of what went there.
//! - [`manifest`]: what a folder of files holds, and whether it is complete.
//! - [`database`]: where a database is, and how to reach it.
//! - [`migration`]: the schema as reversible migrations: plan, run, status, repair. [`schema`] has it as Diesel's macros.
//! - [`load`]: fills the tables of a migrated database, resumably.
//! - [`read`]: the rows of a database or of files, read back.
//! - [`query`]: a person's own SQL, kept from writing unless writing is wanted.
//! - [`check`]: compares the rows of a database or of files with the rules that believable data keeps.
//! - [`borrowed`]: schema and rows on a Diesel connection of the caller, within its transaction.
//! - [`deployment`]: all of them together: setup, seed, reset.
//! - [`mod@copy`]: a database as it is, into another one of any engine.
//! - [`report`]: what a data set looks like, as one page: a diagram, and figures next to published measurements.
//! - [`fixture`]: data sets for tests: built once, cloned for each test.
//! - [`exercise`], [`sandbox`], [`grade`] and [`course`]: exercises, strangers' SQL within limits, what is right about an answer, and
//!   a learner's folder.
//! - [`classroom`] and [`lint`]: for instructors: the answers of a class, and mistakes in exercises.
//!
//! Each room has an error of its own; [`Error`] holds them all.
//!
//! # Cargo features
//!
//! The rooms that reach a database come with an engine: `sqlite`, `mysql` (MariaDB, too) or `postgres`. Without any of
//! them (`default-features = false`) the library makes rows, writes them to files and sums them up, and compiles no driver.
//! `parquet` adds that file format. `cli` builds the command and adds nothing to the library.

// what all engines share is not all used where some of them are missing
#![cfg_attr(not(all(feature = "sqlite", feature = "mysql", feature = "postgres")), allow(dead_code))]

#[cfg(all(feature = "database", not(any(feature = "sqlite", feature = "mysql", feature = "postgres"))))]
compile_error!(
    "`database` and `server` are internal: choose the feature of an engine: sqlite, mysql or postgres"
);

#[cfg(feature = "database")]
pub mod borrowed;
#[cfg(feature = "database")]
pub mod check;
#[cfg(feature = "course")]
pub mod classroom;
#[cfg(feature = "database")]
pub mod copy;
#[cfg(feature = "course")]
pub mod course;
#[cfg(feature = "database")]
pub mod database;
mod decimal;
#[cfg(feature = "database")]
pub mod deployment;
mod distance;
pub mod edition;
mod embedded;
mod error;
#[cfg(feature = "course")]
pub mod exercise;
pub mod fingerprint;
#[cfg(feature = "database")]
pub mod fixture;
pub mod format;
#[cfg(feature = "course")]
pub mod grade;
#[cfg(feature = "course")]
pub mod lint;
#[cfg(feature = "database")]
pub mod load;
pub mod manifest;
#[cfg(feature = "database")]
pub mod migration;
pub mod plan;
pub mod profile;
#[cfg(feature = "database")]
pub mod query;
mod random;
#[cfg(feature = "database")]
pub mod read;
#[cfg(feature = "database")]
pub mod report;
pub mod rows;
pub mod run;
#[cfg(feature = "course")]
pub mod sandbox;
#[cfg(feature = "database")]
pub mod schema;
mod sha256;
pub mod sink;
pub mod time;
#[cfg(feature = "course")]
mod whole_file;
pub mod words;
pub mod world;

#[cfg(feature = "database")]
pub use deployment::Database;
pub use error::{Error, Hint, Result};

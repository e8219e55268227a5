//! An Instagram-like database in one command: versioned, reversible migrations and believable data on
//! SQLite, MySQL/MariaDB and PostgreSQL.
//!
//! # Set up a database
//!
//! [`deployment`] creates a database, moves its schema to an edition and fills it: what `instaseed setup` does.
//!
//! ```
//! use instaseed::database::Target;
//! use instaseed::deployment::{Deployment, Wanted};
//! use instaseed::migration::Source;
//! use instaseed::profile::{Profile, ProfileOverrides};
//!
//! # fn main() -> instaseed::Result<()> {
//! # let folder = tempfile::tempdir().expect("a folder");
//! # let file = folder.path().join("instagram.db");
//! # let file = file.to_str().expect("UTF-8");
//! let target = Target::parse(file)?; // or mysql://..., postgres://...
//! let source = Source::embedded(target.engine())?;
//! let profile = Profile::load("tiny", &ProfileOverrides::default())?;
//! let wanted = Wanted { profile: Some(&profile), ..Wanted::default() };
//! // `()` observes nothing; implement `deployment::Observer` to see what happens.
//! let done = Deployment::new(target, source).setup(wanted, &mut ())?;
//! assert!(done.created);
//! assert_eq!(done.edition.name(), "course");
//! let users = done.tables.iter().find(|count| count.table == "users");
//! assert_eq!(users.map(|count| count.rows), Some(10));
//! # Ok(())
//! # }
//! ```
//!
//! # Make rows without a database
//!
//! A [`world`] is a pure function of a [`profile`]; an [`edition`] says it as rows of tables. The rows come cell by cell,
//! to whatever implements [`edition::Cells`].
//!
//! ```
//! use instaseed::edition::{Cells, Edition, Rows, WorldRows};
//! use instaseed::profile::{Profile, ProfileOverrides};
//! use instaseed::time::Time;
//! use instaseed::world::World;
//!
//! #[derive(Default)]
//! struct Lines(String);
//!
//! impl Cells for Lines {
//!     fn integer(&mut self, value: i64) {
//!         self.0 += &format!("{value}\t");
//!     }
//!     fn text(&mut self, value: &str) {
//!         self.0 += &format!("{value}\t");
//!     }
//!     fn time(&mut self, value: Time) {
//!         self.0 += &format!("{value}\t");
//!     }
//!     fn null(&mut self) {
//!         self.0 += "\t";
//!     }
//!     fn end_row(&mut self) {
//!         self.0 += "\n";
//!     }
//! }
//!
//! # fn main() -> instaseed::Result<()> {
//! let world = World::new(&Profile::load("tiny", &ProfileOverrides::default())?)?;
//! let rows = WorldRows::new(&world, Edition::Course)?;
//! let users = Edition::Course.table("users")?;
//! let all = 0..rows.units(users);
//! let lines = rows.write(users, all, 1, Lines::default(), &mut rows.scratch());
//! assert_eq!(lines.0.lines().count(), 10);
//! assert!(lines.0.starts_with("1\t"));
//! # Ok(())
//! # }
//! ```
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
//! - [`check`]: compares the rows of a database or of files with the rules that believable data keeps.
//! - [`deployment`]: all of them together: setup, seed, reset.
//! - [`mod@copy`]: a database as it is, into another one of any engine.
//! - [`fixture`]: data sets for tests: built once, cloned for each test.
//!
//! Each room has an error of its own; [`Error`] holds them all.
//!
//! # Cargo features
//!
//! The rooms that reach a database come with an engine: `sqlite`, `mysql` (MariaDB, too) or `postgres`. Without any of
//! them (`default-features = false`) the library makes rows, writes them to files and sums them up, and compiles no driver.
//! `cli` builds the command and adds nothing to the library.

// what all engines share is not all used where some of them are missing
#![cfg_attr(not(all(feature = "sqlite", feature = "mysql", feature = "postgres")), allow(dead_code))]

#[cfg(all(feature = "database", not(any(feature = "sqlite", feature = "mysql", feature = "postgres"))))]
compile_error!(
    "`database` and `server` are internal: choose the feature of an engine: sqlite, mysql or postgres"
);

#[cfg(feature = "database")]
pub mod check;
#[cfg(feature = "database")]
pub mod copy;
#[cfg(feature = "database")]
pub mod database;
mod decimal;
#[cfg(feature = "database")]
pub mod deployment;
mod distance;
pub mod edition;
mod embedded;
mod error;
pub mod fingerprint;
#[cfg(feature = "database")]
pub mod fixture;
pub mod format;
#[cfg(feature = "database")]
pub mod load;
pub mod manifest;
#[cfg(feature = "database")]
pub mod migration;
pub mod plan;
pub mod profile;
mod random;
#[cfg(feature = "database")]
pub mod read;
pub mod rows;
pub mod run;
#[cfg(feature = "database")]
pub mod schema;
pub mod sink;
pub mod time;
pub mod words;
pub mod world;

pub use error::{Error, Hint, Result};

//! An Instagram-like database in one command: versioned, reversible migrations and believable data on
//! SQLite, MySQL/MariaDB and PostgreSQL.
//!
//! The way the data goes: words, profile, seed -> [`world`] (rows as plain facts) -> [`edition`] (rows as
//! columns of real tables) -> [`sink`] (a database or a file). Beside it stands the way of the schema:
//! [`database`] (where) and [`migration`] (what runs, in which order, with which proof).

pub mod check;
pub mod database;
pub mod edition;
mod embedded;
mod error;
pub mod fingerprint;
pub mod load;
pub mod migration;
pub mod plan;
pub mod profile;
pub mod random;
pub mod run;
pub mod schema;
pub mod sink;
pub mod time;
pub mod words;
pub mod world;

pub use error::{Error, Result};

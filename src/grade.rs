//! Judges answers to exercises: the model solution is the oracle, on the same database and on others.
//!
//! [`Verdict`] says what is found, in the order in which it helps a learner: what the engine refuses, columns, rows, order,
//! a known mistake, and the few rows of the database on which the mistake shows.

mod contents;
mod count;
mod engines;
mod error;
mod judge;
mod migration;
mod plan;
mod probes;
mod scratch;
mod shape;
mod verdict;
mod work;

pub use error::GradeError;
pub use verdict::{Example, KnownMistake, Outcome, ProbeResult, Stage, Step, Table, Verdict, WorkDone};

pub(crate) type Result<T, E = GradeError> = std::result::Result<T, E>;

use std::path::PathBuf;

/// Where and on what answers are judged.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The seed of the learner's data.
    pub seed: u64,
    /// `None` for SQLite; the URL of a server, whose account may create databases.
    pub server: Option<String>,
    /// Where data sets of SQLite are kept between runs; the default folder for fixtures without one.
    pub folder: Option<PathBuf>,
    /// Whether other databases than the learner's are tried too.
    pub hidden: bool,
    /// Whether an example is looked for.
    pub examples: bool,
}

//! Why a load does not begin or does not finish, grouped by what the user must do.

use crate::database::DatabaseError;
use crate::database::escape_line;
use crate::edition::EditionError;
use crate::load::{Phase, Stranger};
use crate::migration::MigrationError;
use crate::plan::PlanError;
use crate::run::RunError;
use crate::sink::{BulkError, StrangeKind};
use crate::world::WorldError;

/// The result of a fallible function in `load`.
pub(crate) type Result<T, E = LoadError> = std::result::Result<T, E>;

/// A load was refused, or found something wrong.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    #[error("{table} is not empty; nothing was changed")]
    NotEmpty { table: &'static str },
    #[error("rows of {} reference the rows that would be replaced; nothing was changed", escape_line(table))]
    Referenced { table: String },
    #[error("another load or migration has the lock of this database: waited {waited_seconds} s")]
    Locked { waited_seconds: u64 },
    #[error("an earlier load of {what} was interrupted{}; nothing was changed", how_far(*phase, *done, *portions))]
    Unfinished { what: String, phase: Phase, done: u64, portions: u64 },
    #[error("nothing was removed: {}", list(strangers))]
    Strangers { strangers: Vec<Stranger>, phase: Phase },
    #[error("the interrupted load is {what}, and other rows were given to resume it")]
    OtherSource { what: String },
    #[error("there is no interrupted load to resume")]
    NothingToResume,
    #[error(
        "the interrupted load was made by generator version {theirs}, and this program has version {ours}"
    )]
    OtherGenerator { theirs: u32, ours: u32 },
    #[error("the record of the interrupted load cannot be read: {what}")]
    Unreadable { what: String },
    #[error("the table {table} records an interrupted load, but its owner is {owner}; nothing in it is run")]
    Planted { table: String, owner: String },
    #[error("{table} names something that no load removes: {what}")]
    NotOurs { what: String, table: &'static str },
    #[error("{table} is {what}; nothing was changed")]
    Strange { table: &'static str, kind: StrangeKind, what: String },
    #[error("after the load, {count} rows of {table} reference no row of {parent} with {column}")]
    Orphans { table: &'static str, column: &'static str, parent: &'static str, count: u64 },
    #[error("{table} has {found} rows instead of {expected}")]
    Rows { table: &'static str, expected: u64, found: u64 },
    /// Connecting to the database or querying it.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// Reading the migration records, or taking the migration lock.
    #[error(transparent)]
    Migration(#[from] MigrationError),
    /// The run was stopped, or its sink failed.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The engine rejected what the load sent.
    #[error(transparent)]
    Bulk(#[from] BulkError),
    /// The recorded world cannot be generated again.
    #[error(transparent)]
    World(#[from] WorldError),
    /// A table that the edition does not have.
    #[error(transparent)]
    Edition(#[from] EditionError),
    /// A key that is out of range.
    #[error(transparent)]
    Plan(#[from] PlanError),
}

fn how_far(phase: Phase, done: u64, portions: u64) -> String {
    match phase {
        Phase::Discarding => " while it was being undone".to_owned(),
        _ => format!(" ({done} of {portions} portions loaded)"),
    }
}

fn list(strangers: &[Stranger]) -> String {
    escape_line(&strangers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")).into_owned()
}

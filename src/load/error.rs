//! Why a load does not begin or does not end, grouped by what the user must do.

use crate::database::DatabaseError;
use crate::database::escape_line;
use crate::edition::EditionError;
use crate::load::{Phase, Stranger};
use crate::migration::MigrationError;
use crate::plan::PlanError;
use crate::run::RunError;
use crate::sink::BulkError;
use crate::world::WorldError;

/// What a fallible function of this room returns.
pub(crate) type Result<T, E = LoadError> = std::result::Result<T, E>;

/// A load was refused or found something wrong.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    #[error("{table} is not empty: nothing was touched")]
    NotEmpty { table: &'static str },
    #[error("rows of {} point at the rows that would be replaced: nothing was touched", escape_line(table))]
    Referenced { table: String },
    #[error("another load or migration is under way in this database: waited {waited_seconds} s")]
    Locked { waited_seconds: u64 },
    #[error("an earlier load of {what} was interrupted ({phase}, {done} of {portions} portions in)")]
    Unfinished { what: String, phase: Phase, done: u64, portions: u64 },
    #[error("nothing was removed: {}", list(strangers))]
    Strangers { strangers: Vec<Stranger>, phase: Phase },
    #[error("there is no interrupted load to go on with")]
    NothingToResume,
    #[error(
        "the interrupted load was made by generator version {theirs}, and this program has version {ours}"
    )]
    OtherGenerator { theirs: u32, ours: u32 },
    #[error("what is recorded of the interrupted load cannot be read: {what}")]
    Unreadable { what: String },
    #[error(
        "the table {table} says that a load was interrupted, and its owner is {owner}: nothing of it is run"
    )]
    Planted { table: String, owner: String },
    #[error("{table} names something that no load takes away: {what}")]
    NotOurs { what: String, table: &'static str },
    #[error("{table} is {what}: nothing was touched")]
    Strange { table: &'static str, what: String },
    #[error("after the load {count} rows of {table} point at no row of {parent} with {column}")]
    Orphans { table: &'static str, column: &'static str, parent: &'static str, count: u64 },
    #[error("{table} should hold {expected} rows and holds {found}")]
    Rows { table: &'static str, expected: u64, found: u64 },
    /// Reaching or asking the database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// Reading the records of migrations, or their lock.
    #[error(transparent)]
    Migration(#[from] MigrationError),
    /// The run was stopped, or its sink failed.
    #[error(transparent)]
    Run(#[from] RunError),
    /// An engine did not take what the load gave it.
    #[error(transparent)]
    Bulk(#[from] BulkError),
    /// The world that is recorded cannot be made again.
    #[error(transparent)]
    World(#[from] WorldError),
    /// A table that the edition does not have.
    #[error(transparent)]
    Edition(#[from] EditionError),
    /// A key that is out of range.
    #[error(transparent)]
    Plan(#[from] PlanError),
}

impl LoadError {
    /// The way out.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            LoadError::Database(error) => return error.hint(),
            LoadError::Migration(error) => return error.hint(),
            LoadError::Run(error) => return error.hint(),
            LoadError::Bulk(error) => return error.hint(),
            LoadError::World(error) => return error.hint(),
            LoadError::Edition(error) => return error.hint(),
            LoadError::Plan(error) => return error.hint(),
            LoadError::NotEmpty { .. } => {
                "put a second world beside the rows with --append, or empty the tables first with --replace".to_owned()
            }
            LoadError::Referenced { .. } => {
                "empty that table first, or put a second world beside the rows with --append".to_owned()
            }
            LoadError::Locked { .. } => "wait until it is done: `instaseed migrate status` tells who holds the lock".to_owned(),
            LoadError::Unfinished { phase: Phase::Discarding, .. } => {
                "it was being taken back: finish that with `instaseed seed --discard`".to_owned()
            }
            LoadError::Strangers { phase, .. } => {
                let keep = match phase {
                    Phase::Discarding => "",
                    _ => ", or keep the load and finish it with `instaseed seed --resume`",
                };
                format!("they were written by somebody else: delete them, or point them at other rows{keep}")
            }
            LoadError::Unfinished { .. } => {
                "go on with `instaseed seed --resume`, or take it back with `instaseed seed --discard`".to_owned()
            }
            LoadError::NothingToResume => "begin a load with `instaseed seed`".to_owned(),
            LoadError::OtherGenerator { .. } => {
                "its rows would not fit: take it back with `instaseed seed --discard` and begin again".to_owned()
            }
            LoadError::Unreadable { .. } => {
                "`instaseed reset` builds the tables anew, whatever is recorded (it asks)".to_owned()
            }
            LoadError::Planted { owner, .. } => format!(
                "run it as the account that began the load, if that was {owner}; if you know of no load: DROP TABLE __instaseed_load, __instaseed_load_portions, __instaseed_load_parked"
            ),
            LoadError::NotOurs { table, .. } => format!(
                "somebody else has written there: look into {table}, and drop it with __instaseed_load and __instaseed_load_portions if you know of no load"
            ),
            LoadError::Strange { what, .. } if what == "not there" => {
                "`instaseed migrate status` says where the schema is; `instaseed reset` makes it anew".to_owned()
            }
            LoadError::Strange { table, what } if what.contains("character set") => {
                format!("ALTER TABLE {table} CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
            }
            LoadError::Strange { .. } => {
                "a load fills ordinary tables of its own only: rename or detach it, or use another database".to_owned()
            }
            LoadError::Orphans { .. } | LoadError::Rows { .. } => {
                "a trigger or another session changed rows during the load, or there is a defect: undo it with `instaseed seed --discard`"
                    .to_owned()
            }
        })
    }
}

fn list(strangers: &[Stranger]) -> String {
    escape_line(&strangers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")).into_owned()
}

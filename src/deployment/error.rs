//! Why a database cannot be set up, filled or built anew.

use crate::database::DatabaseError;
use crate::edition::{Edition, EditionError};
use crate::load::LoadError;
use crate::migration::MigrationError;
use crate::read::ReadError;
use crate::world::WorldError;

/// What a fallible function of this room returns.
pub(crate) type Result<T, E = DeploymentError> = std::result::Result<T, E>;

/// Work on a database as a whole was refused or stopped.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DeploymentError {
    #[error("{target} is protected, and `{action}` deletes data")]
    Protected { target: String, action: String },
    #[error("{target} is at no edition")]
    NoEdition { target: String },
    #[error(
        "{target} is between two editions{}: its migrations were applied or undone only in part",
        meant_for(goal)
    )]
    BetweenEditions {
        target: String,
        /// The edition that it is meant for.
        goal: Option<String>,
        /// A migration was cut off.
        half: bool,
    },
    #[error("{target} is at edition {at}, not {wanted}")]
    OtherEdition { target: String, at: Edition, wanted: Edition },
    #[error(
        "the schema of {target} is not complete: a migration is pending, changed, missing or half-applied"
    )]
    SchemaNotClean { target: String },
    #[error("stopped before the end{}", made_again(again))]
    LoadStopped {
        /// Tables that go in as a whole and were under way.
        again: Vec<&'static str>,
    },
    #[error("stopped before any row was loaded")]
    StoppedEarly,
    #[error(
        "a load of {target} was interrupted, and the schema must not change before it is resumed or undone"
    )]
    LoadCutOff { target: String },
    #[error("a copy of {of} into {target} was interrupted")]
    CopyCutOff { target: String, of: String },
    #[error("the record of the interrupted load cannot be read by this version")]
    UnknownRecord,
    #[error("the tables have {}, not of the world that is asked for", match recorded {
        0 => "rows that instaseed did not write",
        _ => "the rows of another world",
    })]
    OtherRows {
        /// How many data sets are recorded in the database.
        recorded: usize,
    },
    #[error("an added world is numbered after the rows that are there, and cannot have an id offset")]
    AppendedOffset,
    /// Reading the tables.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// Reaching, creating or asking the database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// A table that the edition does not have.
    #[error(transparent)]
    Edition(#[from] EditionError),
    /// A load that does not begin or does not end.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// Planning and running migrations.
    #[error(transparent)]
    Migration(#[from] MigrationError),
    /// What no world can give.
    #[error(transparent)]
    World(#[from] WorldError),
}

impl DeploymentError {
    /// Whether the work ended because it was asked to.
    pub fn is_a_stop(&self) -> bool {
        matches!(
            self,
            Self::LoadStopped { .. } | Self::StoppedEarly | Self::Migration(MigrationError::Stopped)
        )
    }
}

fn meant_for(goal: &Option<String>) -> String {
    goal.as_ref().map_or_else(String::new, |goal| format!(" (meant for {goal})"))
}

fn made_again(again: &[&str]) -> String {
    match again {
        [] => String::new(),
        tables => format!("; the rows of {} will be loaded again", tables.join(" and ")),
    }
}

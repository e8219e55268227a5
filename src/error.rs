//! The one error of the library. Each room has an error enum of its own, grouped by what the user must do;
//! this file only composes them, and passes on the way out (`hint`) that each knows.

use crate::check::CheckError;
use crate::database::DatabaseError;
use crate::edition::EditionError;
use crate::load::LoadError;
use crate::migration::MigrationError;
use crate::plan::PlanError;
use crate::profile::ProfileError;
use crate::run::RunError;
use crate::sink::{BulkError, SinkError};
use crate::words::WordsError;
use crate::world::WorldError;

/// What every fallible function of the library returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Everything that can go wrong, by room.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Data that cannot be checked.
    #[error(transparent)]
    Check(#[from] CheckError),
    /// Reaching, creating or asking a database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// A table or an edition that is not there.
    #[error(transparent)]
    Edition(#[from] EditionError),
    /// A load that does not begin or does not end.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// Work that cannot be planned: a shard, a key out of range.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// A run that was stopped.
    #[error(transparent)]
    Run(#[from] RunError),
    /// An engine did not take what a load gave it.
    #[error(transparent)]
    Bulk(#[from] BulkError),
    /// Rows that could not be put where they belong.
    #[error(transparent)]
    Sink(#[from] SinkError),
    /// Reading, planning and running migrations.
    #[error(transparent)]
    Migration(#[from] MigrationError),
    /// A mistake in the word lists.
    #[error(transparent)]
    Words(#[from] WordsError),
    /// What was asked for.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// What no world can give.
    #[error(transparent)]
    World(#[from] WorldError),
}

impl Error {
    /// The way out, in words for the person who typed the command.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Check(error) => error.hint(),
            Self::Database(error) => error.hint(),
            Self::Edition(error) => error.hint(),
            Self::Load(error) => error.hint(),
            Self::Plan(error) => error.hint(),
            Self::Run(error) => error.hint(),
            Self::Bulk(error) => error.hint(),
            Self::Sink(error) => error.hint(),
            Self::Migration(error) => error.hint(),
            Self::Words(error) => error.hint(),
            Self::Profile(error) => error.hint(),
            Self::World(error) => error.hint(),
        }
    }
}

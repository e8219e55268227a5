//! The one error of the library, for callers that use several rooms. Each room has an error enum of its own, which
//! contains those of the rooms below it. Here they are side by side: an error is always the variant of the room that it
//! comes from, whichever room passed it on.

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
    Check(CheckError),
    /// Reaching, creating or asking a database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// A table or an edition that is not there.
    #[error(transparent)]
    Edition(EditionError),
    /// A load that does not begin or does not end.
    #[error(transparent)]
    Load(LoadError),
    /// Work that cannot be planned: a shard, a key out of range.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// A run that was stopped.
    #[error(transparent)]
    Run(RunError),
    /// An engine did not take what a load gave it.
    #[error(transparent)]
    Bulk(#[from] BulkError),
    /// Rows that could not be put where they belong.
    #[error(transparent)]
    Sink(SinkError),
    /// Reading, planning and running migrations.
    #[error(transparent)]
    Migration(MigrationError),
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

impl From<CheckError> for Error {
    fn from(error: CheckError) -> Self {
        match error {
            CheckError::Database(error) => error.into(),
            CheckError::Run(error) => error.into(),
            CheckError::Edition(error) => error.into(),
            error => Self::Check(error),
        }
    }
}

impl From<EditionError> for Error {
    fn from(error: EditionError) -> Self {
        match error {
            EditionError::Words(error) => error.into(),
            error => Self::Edition(error),
        }
    }
}

impl From<LoadError> for Error {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::Database(error) => error.into(),
            LoadError::Migration(error) => error.into(),
            LoadError::Run(error) => error.into(),
            LoadError::Bulk(error) => error.into(),
            LoadError::World(error) => error.into(),
            LoadError::Edition(error) => error.into(),
            LoadError::Plan(error) => error.into(),
            error => Self::Load(error),
        }
    }
}

impl From<MigrationError> for Error {
    fn from(error: MigrationError) -> Self {
        match error {
            MigrationError::Database(error) => error.into(),
            error => Self::Migration(error),
        }
    }
}

impl From<RunError> for Error {
    fn from(error: RunError) -> Self {
        match error {
            RunError::Plan(error) => error.into(),
            RunError::Sink(error) => error.into(),
            error => Self::Run(error),
        }
    }
}

impl From<SinkError> for Error {
    fn from(error: SinkError) -> Self {
        match error {
            SinkError::Bulk(error) => error.into(),
            error => Self::Sink(error),
        }
    }
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

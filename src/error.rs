//! The one error of the library. Each room has an error enum of its own, grouped by what the user must do;
//! this file only composes them, and passes on the way out (`hint`) that each knows.

use crate::database::DatabaseError;
<<<<<<< HEAD
use crate::migration::MigrationError;
=======
use crate::profile::ProfileError;
use crate::words::WordsError;
use crate::world::WorldError;
>>>>>>> main

/// What every fallible function of the library returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Everything that can go wrong, by room.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Reaching, creating or asking a database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
<<<<<<< HEAD
    /// Reading, planning and running migrations.
    #[error(transparent)]
    Migration(#[from] MigrationError),
=======
    /// A mistake in the word lists.
    #[error(transparent)]
    Words(#[from] WordsError),
    /// What was asked for.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// What no world can give.
    #[error(transparent)]
    World(#[from] WorldError),
>>>>>>> main
}

impl Error {
    /// The way out, in words for the person who typed the command.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Database(error) => error.hint(),
<<<<<<< HEAD
            Self::Migration(error) => error.hint(),
=======
            Self::Words(error) => error.hint(),
            Self::Profile(error) => error.hint(),
            Self::World(error) => error.hint(),
>>>>>>> main
        }
    }
}

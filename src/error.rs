//! The one error of the library. Each room has an error enum of its own, grouped by what the user must do;
//! this file only composes them, and passes on the way out (`hint`) that each knows.

use crate::database::DatabaseError;

/// What every fallible function of the library returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Everything that can go wrong, by room.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Reaching, creating or asking a database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Error {
    /// The way out, in words for the person who typed the command.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Database(error) => error.hint(),
        }
    }
}

//! The one error of the library. Each room has an error enum of its own, grouped by what the user must do;
//! this file only composes them, and passes on the way out (`hint`) that each knows.

/// What every fallible function of the library returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Everything that can go wrong, by room.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// What was asked for.
    #[error(transparent)]
    Profile(#[from] crate::profile::ProfileError),
    /// What a world can be.
    #[error(transparent)]
    World(#[from] crate::world::WorldError),
}

impl Error {
    /// The way out, in words for the person who typed the command.
    pub fn hint(&self) -> Option<String> {
        match self {
            Error::Profile(error) => error.hint(),
            Error::World(error) => error.hint(),
        }
    }
}

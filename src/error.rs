//! The one error of the library. Each room has an error enum of its own, grouped by what the user must do;
//! this file only composes them, and passes on the way out (`hint`) that each knows.

/// What every fallible function of the library returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Everything that can go wrong, by room.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    #[error(transparent)]
    Edition(#[from] crate::edition::EditionError),
    #[error(transparent)]
    Plan(#[from] crate::plan::PlanError),
    #[error(transparent)]
    Run(#[from] crate::run::RunError),
    #[error(transparent)]
    Sink(#[from] crate::sink::SinkError),
}

impl Error {
    /// The way out, in words for the person who typed the command.
    pub fn hint(&self) -> Option<String> {
        match self {
            Error::Edition(error) => error.hint(),
            Error::Plan(error) => error.hint(),
            Error::Run(error) => error.hint(),
            Error::Sink(error) => error.hint(),
        }
    }
}

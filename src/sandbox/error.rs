//! Why a stranger's SQL is refused, and what can go wrong with the sandbox itself.

use super::place::Place;
use crate::database::{Cause, DatabaseError};

/// Why a stranger's SQL has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    #[error("there is no statement")]
    Empty,
    #[error("the text has {bytes} bytes, and {most} are the most")]
    TooLong { bytes: usize, most: usize },
    /// A second statement after a semicolon.
    #[error("there is more than one statement")]
    Several { at: Option<Place> },
    /// A statement that is not a query, with its first word.
    #[error("{word} is not a query")]
    NotAQuery { word: String, at: Option<Place> },
    /// Something that reads outside the tables or blocks the server.
    #[error("{what} is not allowed here")]
    Forbidden { what: String, at: Option<Place> },
    /// The engine does not accept it.
    #[error("{message}")]
    Invalid {
        /// Whole sentences.
        message: String,
        at: Option<Place>,
        /// The engine's own message; empty if it was not asked.
        raw: String,
    },
    #[error("the query does too much work")]
    TooSlow,
    #[error("the query returns more than {most} rows")]
    TooManyRows { most: usize },
    #[error("the query returns more than {most} bytes")]
    TooLarge { most: usize },
}

impl Refusal {
    /// The place in the text, if it is known.
    pub fn place(&self) -> Option<&Place> {
        match self {
            Refusal::Several { at }
            | Refusal::NotAQuery { at, .. }
            | Refusal::Forbidden { at, .. }
            | Refusal::Invalid { at, .. } => at.as_ref(),
            _ => None,
        }
    }
}

/// A sandbox that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SandboxError {
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error("the database for trying answers failed while {action}")]
    Broken {
        action: &'static str,
        #[source]
        source: Cause,
    },
}

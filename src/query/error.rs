//! Why a query has no result, or not all of it.

use std::fmt;

use crate::database::{Cause, DatabaseError};
use crate::migration::SplitError;

pub(crate) type Result<T, E = QueryError> = std::result::Result<T, E>;

/// Where in a text a statement is, as far as the reader needs to know.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Place {
    /// The number of the statement, from 1, and how many there are, if there are several.
    pub statement: Option<(usize, usize)>,
    /// The line of the text, from 1, if it has several.
    pub line: Option<usize>,
}

impl Place {
    /// The place at a line of the statement, counted from 0; the place itself has the line where the statement begins.
    pub(super) fn at_line(self, line: Option<usize>) -> Place {
        Place { line: self.line.map(|first| first + line.unwrap_or(0)), ..self }
    }
}

impl fmt::Display for Place {
    /// With a colon and a space at its end, if there is anything to say.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.statement, self.line) {
            (Some((number, all)), Some(line)) => write!(f, "statement {number} of {all}, line {line}: "),
            (Some((number, all)), None) => write!(f, "statement {number} of {all}: "),
            (None, Some(line)) => write!(f, "line {line}: "),
            (None, None) => Ok(()),
        }
    }
}

/// What a query that failed has left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// All is as it was.
    Nothing,
    /// What the statements before the failing one have done.
    Earlier,
}

/// Why a query has no result, or not all of it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum QueryError {
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error("there is no statement")]
    Empty,
    #[error("line {}: {source}", source.line())]
    Unreadable {
        #[source]
        source: SplitError,
    },
    #[error("{count} statements were given, and only one is run while the database is read only")]
    Several { count: usize },
    #[error("{word} would change the database, which is read only here")]
    Writes { word: String },
    #[error("{place}a parameter (such as ? or $1) has no value")]
    Parameter { place: Place },
    #[error("COPY from or to the client needs the server's own client")]
    CopyFromClient,
    /// The engine does not accept a statement, in its own words.
    #[error("{place}{words}")]
    Statement {
        place: Place,
        words: String,
        /// The table or the column that was probably meant.
        nearest: Option<String>,
        kept: Kept,
    },
    #[error("the query was stopped before its end")]
    Stopped { kept: Kept },
    #[error("the connection failed while the query was running")]
    Broken {
        #[source]
        source: Cause,
    },
}

//! What can go wrong between us and an engine that is being loaded, grouped by what the user must do.

use std::fmt;

use crate::sink::Hint;

/// The kind of problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// The server or its disk is full.
    Full,
    /// The connection was cut, or the server went away.
    Lost,
    /// Another session holds a lock that we need.
    Busy,
    /// The account or the file may not be written.
    NotAllowed,
    /// The engine stored other rows than were sent.
    Mismatch,
    /// A definition that we could not restore.
    NotUnderstood,
    /// Anything else, in the engine's own words.
    Other,
}

/// An engine rejected what it was given.
#[derive(Debug)]
pub struct BulkError {
    pub problem: Problem,
    /// What was being done: `loading likes`.
    pub action: String,
    pub words: String,
    /// A hint that only the code that raised the error knows.
    pub way_out: Option<Hint>,
}

impl BulkError {
    pub(crate) fn new(problem: Problem, words: impl Into<String>) -> Self {
        Self { problem, action: String::new(), words: words.into(), way_out: None }
    }

    pub(crate) fn while_doing(mut self, action: impl Into<String>) -> Self {
        if self.action.is_empty() {
            self.action = action.into();
        }
        self
    }

    pub(crate) fn with_way_out(mut self, hint: Hint) -> Self {
        self.way_out = Some(hint);
        self
    }
}

impl fmt::Display for BulkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.problem {
            Problem::Full => "no space left",
            Problem::Lost => "the connection was lost",
            Problem::Busy => "another session holds a lock",
            Problem::NotAllowed => "not allowed",
            Problem::Mismatch => "the rows did not arrive as they were sent",
            Problem::NotUnderstood => "it cannot be dropped and created again",
            Problem::Other => "the database refused",
        };
        if !self.action.is_empty() {
            write!(f, "{}: ", self.action)?;
        }
        write!(f, "{what}: {}", self.words)
    }
}

impl std::error::Error for BulkError {}

//! What can go wrong between us and an engine that is being loaded, told apart by what the user must do.

use std::fmt;

/// What kind of trouble it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// The server or its disk has no room.
    Full,
    /// The connection was cut, or the server went away.
    Lost,
    /// Another session holds what we need.
    Busy,
    /// The account or the file may not be written.
    NotAllowed,
    /// The engine took other rows than those that were sent.
    Mismatch,
    /// A definition that we would not be able to bring back.
    NotUnderstood,
    /// Anything else, in the engine's own words.
    Other,
}

/// An engine did not take what it was given.
#[derive(Debug)]
pub struct BulkError {
    pub problem: Problem,
    /// What was being done: `loading likes`.
    pub action: String,
    pub words: String,
    /// A way out that only the place of the error knows.
    pub way_out: Option<String>,
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

    pub(crate) fn with_way_out(mut self, hint: impl Into<String>) -> Self {
        self.way_out = Some(hint.into());
        self
    }

    /// The way out.
    pub fn hint(&self) -> Option<String> {
        if self.way_out.is_some() {
            return self.way_out.clone();
        }
        let text = match self.problem {
            Problem::Full => {
                "make room on the disk of the database, then go on with `instaseed seed --resume`, or take back what is in with `instaseed seed --discard`"
            }
            Problem::Lost => {
                "when the server answers again, go on with `instaseed seed --resume`, or take back what is in with `instaseed seed --discard`"
            }
            Problem::Busy => {
                "wait until the other session is done, then go on with `instaseed seed --resume` if a load was under way"
            }
            Problem::NotAllowed => {
                "loading needs the right to change the tables: use an account that owns them"
            }
            Problem::Mismatch => {
                "nothing of this portion was kept; take back what is in with `instaseed seed --discard` and report this"
            }
            Problem::NotUnderstood => {
                "nothing was touched; drop it before the load and create it again afterwards"
            }
            Problem::Other => return None,
        };
        Some(text.to_owned())
    }
}

impl fmt::Display for BulkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.problem {
            Problem::Full => "no room left",
            Problem::Lost => "the connection was lost",
            Problem::Busy => "another session is in the way",
            Problem::NotAllowed => "not allowed",
            Problem::Mismatch => "the rows did not arrive as they were sent",
            Problem::NotUnderstood => "what is in the way cannot be taken away safely",
            Problem::Other => "the database refused",
        };
        if !self.action.is_empty() {
            write!(f, "{}: ", self.action)?;
        }
        write!(f, "{what}: {}", self.words)
    }
}

impl std::error::Error for BulkError {}

//! What to do about an error of this room, as values: whoever speaks to a person puts them into words.

use super::{Kept, QueryError};

/// A way out. Not open to additions: whoever words them words all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hint {
    /// Give a statement.
    GiveStatement,
    /// Close what is opened, or leave out what only a client knows.
    CorrectText,
    /// Run the statements one at a time, or allow writing.
    OneAtATime,
    /// Allow writing.
    AllowWriting,
    /// Write the value into the statement.
    WriteValue,
    /// Use the server's own client.
    UseClient,
    /// The name was probably meant.
    DidYouMean { name: String, kept: Kept },
    /// Correct the statement: this is what is left of the others.
    Correct { kept: Kept },
    /// Run it again.
    RunAgain { kept: Kept },
}

impl QueryError {
    /// The way out of an error of this room; those of other rooms have their own.
    pub fn hint(&self) -> Option<Hint> {
        Some(match self {
            Self::Database(_) | Self::Broken { .. } => return None,
            Self::Empty => Hint::GiveStatement,
            Self::Unreadable { .. } => Hint::CorrectText,
            Self::Several { .. } => Hint::OneAtATime,
            Self::Writes { .. } => Hint::AllowWriting,
            Self::Parameter { .. } => Hint::WriteValue,
            Self::CopyFromClient => Hint::UseClient,
            Self::Statement { nearest: Some(name), kept, .. } => {
                Hint::DidYouMean { name: name.clone(), kept: *kept }
            }
            Self::Statement { place, kept, .. } => match place.statement {
                Some(_) => Hint::Correct { kept: *kept },
                None => return None,
            },
            Self::Stopped { kept } => Hint::RunAgain { kept: *kept },
        })
    }

    /// Whether it ended because it was asked to.
    pub fn is_a_stop(&self) -> bool {
        matches!(self, Self::Stopped { .. })
    }
}

//! What a profile may ask that no world can give.

/// A world that cannot be.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WorldError {
    /// A mean beyond what the network can give.
    #[error("{key} = {asked} cannot be reached with {users} users: at most {max} is possible")]
    TooMuch {
        /// The key of the profile.
        key: &'static str,
        /// What it asks.
        asked: String,
        /// What it could ask.
        max: String,
        /// The number of users.
        users: u32,
    },
    /// The word lists cannot be read.
    #[error(transparent)]
    Words(#[from] crate::words::WordsError),
    /// Counts that contradict each other.
    #[error("{key} = {asked} is too few: the other counts need {min}")]
    TooFew {
        /// The key of the profile.
        key: &'static str,
        /// What it asks.
        asked: String,
        /// What it could ask.
        min: String,
    },
}

/// What to do about an error of this room. Not open to additions: whoever words them words all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hint {
    /// Ask for no more than this, or for more users.
    AskForLess {
        /// The key of the profile.
        key: &'static str,
        /// What it could ask.
        max: String,
    },
    /// Ask for no less than this.
    AskForMore {
        /// The key of the profile.
        key: &'static str,
        /// What it could ask.
        min: String,
    },
}

impl WorldError {
    /// The way out.
    pub fn hint(&self) -> Option<Hint> {
        match self {
            WorldError::TooMuch { key, max, .. } => Some(Hint::AskForLess { key, max: max.clone() }),
            WorldError::TooFew { key, min, .. } => Some(Hint::AskForMore { key, min: min.clone() }),
            WorldError::Words(_) => None,
        }
    }
}

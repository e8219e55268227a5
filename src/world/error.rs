//! What a profile may ask that no world can give.

/// A world that cannot be.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WorldError {
    /// A mean beyond what the network can give.
    #[error(
        "{key} = {asked} cannot be reached with {users} users: {most} is the most that this world can give"
    )]
    TooMuch {
        /// The key of the profile.
        key: &'static str,
        /// What it asks.
        asked: String,
        /// What it could ask.
        most: String,
        /// The number of users.
        users: u32,
    },
    /// Counts that contradict each other.
    #[error("{key} = {asked} is too few: the other counts need {least}")]
    TooFew {
        /// The key of the profile.
        key: &'static str,
        /// What it asks.
        asked: String,
        /// What it could ask.
        least: String,
    },
}

impl WorldError {
    /// The way out.
    pub fn hint(&self) -> Option<String> {
        match self {
            WorldError::TooMuch { key, most, .. } => {
                Some(format!("ask for {} up to {most}, or for more users", said(key)))
            }
            WorldError::TooFew { key, least, .. } => {
                Some(format!("ask for {} of {least} or more", said(key)))
            }
        }
    }
}

/// How a key is said: as an option, but for exact counts, which stand in a file only.
fn said(key: &str) -> String {
    if key.starts_with("exact.") { key.to_owned() } else { format!("--{}", key.replace('_', "-")) }
}

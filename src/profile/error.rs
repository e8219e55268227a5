//! What can be wrong with a profile, always with the key and with where it was said.

use std::fmt;
use std::io::ErrorKind;
use std::path::PathBuf;

use super::Profile;
use super::embedded::embedded;

/// Where a value was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// On the command line, or by the caller of the library.
    Override,
    /// In a profile file, at a line (0 if the key was never written).
    File {
        /// The file, or the name of an embedded profile.
        path: String,
        /// From 1.
        line: usize,
    },
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Override => Ok(()),
            Origin::File { path, line: 0 } => write!(f, " (profile {path})"),
            Origin::File { path, line } => write!(f, " ({path}, line {line})"),
        }
    }
}

/// A profile that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProfileError {
    /// No embedded profile and no file has that name.
    #[error("there is no profile '{name}'")]
    Unknown {
        /// What was asked for.
        name: String,
        /// The embedded name that is nearest to it, if one is near.
        nearest: Option<&'static str>,
        /// All embedded names.
        known: Vec<&'static str>,
    },
    /// The file is there, but cannot be read.
    #[error("cannot read the profile {}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Not TOML, a wrong type or a key that no profile has.
    #[error("{path}, line {line}: {}{message}", key.as_ref().map(|k| format!("key `{k}`: ")).unwrap_or_default())]
    Malformed {
        /// The file, or the name of an embedded profile.
        path: String,
        /// From 1.
        line: usize,
        /// The key, where the line holds one.
        key: Option<String>,
        /// What the parser found.
        message: String,
    },
    /// A value that no world can have.
    #[error("{key} = {value} is not possible: {allowed}{origin}")]
    OutOfRange {
        /// The key.
        key: &'static str,
        /// The value as it was said.
        value: String,
        /// What would be possible, as a sentence.
        allowed: String,
        /// Where it was said.
        origin: Origin,
    },
    /// More follows of each user than there are others.
    #[error(
        "follows_per_user = {follows} is not possible: {users} users can follow {max} others each at most{origin}"
    )]
    TooFewUsers {
        /// The mean number of follows.
        follows: f64,
        /// The number of users.
        users: i64,
        /// How many others each can follow.
        max: f64,
        /// Where the follows were said.
        origin: Origin,
    },
    /// Another value for what a profile with exact counts states.
    #[error("{key} = {value} is not possible: profile {profile} states the counts of its {users} users")]
    FixedCounts {
        /// The name or the path of the profile.
        profile: String,
        /// How many users it has.
        users: i64,
        /// The key that was overridden.
        key: &'static str,
        /// The value as it was said.
        value: String,
    },
    /// Another value for what a profile with planted facts needs as it is.
    #[error("{key} = {value} is not possible: the planted facts of profile {profile} fix it{origin}")]
    FixedFacts {
        /// The name or the path of the profile.
        profile: String,
        /// The key.
        key: &'static str,
        /// The value as it was said.
        value: String,
        /// Where it was said.
        origin: Origin,
    },
    /// Exact counts of a large world.
    #[error("{users} users are too many for exact counts: at most {max} are possible{origin}")]
    TooManyForExact {
        /// The number of users.
        users: u32,
        /// How many are possible.
        max: u32,
        /// Where the number was said.
        origin: Origin,
    },
    /// A language without a word list.
    #[error("there is no language '{code}'{origin}")]
    UnknownLanguage {
        /// What was asked for.
        code: String,
        /// The codes of all languages.
        known: Vec<String>,
        /// Where it was said.
        origin: Origin,
    },
    /// The world would end before it begins.
    #[error("as_of {as_of} is not after the start {start}{origin}")]
    EndsBeforeStart {
        /// The first second.
        start: String,
        /// The end.
        as_of: String,
        /// Where the end was said.
        origin: Origin,
    },
}

/// What to do about an error of this room. Not open to additions: whoever words them words all of them.
#[derive(Debug, Clone, PartialEq)]
pub enum Hint {
    /// Use one of the embedded profiles, or the path of a file.
    UseKnownProfile {
        /// The embedded name that is nearest, if one is near.
        nearest: Option<&'static str>,
        /// All of them.
        known: Vec<&'static str>,
    },
    /// Correct the path, or use one of the embedded profiles.
    CorrectPath {
        /// All of them.
        known: Vec<&'static str>,
    },
    /// Read a profile that has every key with its meaning.
    ReadExample,
    /// Correct the value of this key in the profile, or override it.
    CorrectOrOverride {
        /// The key.
        key: &'static str,
    },
    /// Ask for more users, or for fewer follows of each; or use another profile.
    MoreUsersOrFewerFollows {
        /// The smallest number of users that can follow so many others.
        users: u64,
        /// How many others the users that are asked for can follow.
        max: f64,
    },
    /// Override the key in a profile that scales: the profile of this name, which is also the default.
    UseScalingProfile {
        /// The profile.
        name: &'static str,
        /// The key.
        key: &'static str,
        /// The value that was asked for.
        value: String,
    },
    /// Take the key out of the profile.
    RemoveKey {
        /// The key.
        key: &'static str,
    },
    /// State counts for at most this number of users, or means instead of counts.
    StateMeans {
        /// The largest number of users.
        max: u32,
    },
    /// Use some of these languages.
    UseKnownLanguages {
        /// Their codes.
        known: Vec<String>,
    },
    /// Let the world end at least a day after its start.
    MoveEnd,
}

impl ProfileError {
    /// The way out, where there is one.
    pub fn hint(&self) -> Option<Hint> {
        Some(match self {
            ProfileError::Unknown { nearest, known, .. } => {
                Hint::UseKnownProfile { nearest: *nearest, known: known.clone() }
            }
            ProfileError::Unreadable { source, .. } if source.kind() == ErrorKind::NotFound => {
                Hint::CorrectPath { known: embedded().iter().map(|(name, _)| *name).collect() }
            }
            ProfileError::Unreadable { .. } => return None,
            ProfileError::Malformed { .. } => Hint::ReadExample,
            // The error says the range, and there is nothing else to say.
            ProfileError::OutOfRange { origin: Origin::Override, .. } => return None,
            ProfileError::OutOfRange { key, .. } => Hint::CorrectOrOverride { key },
            ProfileError::TooFewUsers { follows, max, .. } => {
                Hint::MoreUsersOrFewerFollows { users: follows.ceil() as u64 + 1, max: *max }
            }
            ProfileError::FixedFacts { key, origin: Origin::File { .. }, .. } => Hint::RemoveKey { key },
            ProfileError::FixedFacts { key, value, .. } | ProfileError::FixedCounts { key, value, .. } => {
                Hint::UseScalingProfile { name: Profile::SCALING, key, value: value.clone() }
            }
            ProfileError::TooManyForExact { max, .. } => Hint::StateMeans { max: *max },
            ProfileError::UnknownLanguage { known, .. } => Hint::UseKnownLanguages { known: known.clone() },
            ProfileError::EndsBeforeStart { .. } => Hint::MoveEnd,
        })
    }
}

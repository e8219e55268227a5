//! What can be wrong with a profile, always with the key and with where it was said.

use std::fmt;
use std::path::PathBuf;

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
        /// What would be possible.
        allowed: String,
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

impl ProfileError {
    /// The way out.
    pub fn hint(&self) -> Option<String> {
        let names = super::file::EMBEDDED.map(|(name, _)| name).join(", ");
        match self {
            ProfileError::Unknown { nearest: Some(near), .. } => {
                Some(format!("did you mean '{near}'? Profiles: {names}, or the path of a TOML file"))
            }
            ProfileError::Unknown { nearest: None, .. } => {
                Some(format!("profiles: {names}, or the path of a TOML file"))
            }
            ProfileError::Unreadable { .. } => None,
            ProfileError::Malformed { .. } => {
                Some("seeds/profiles/load.toml shows every key with its meaning".to_owned())
            }
            ProfileError::OutOfRange { key, origin: Origin::Override, .. } => {
                Some(format!("give another value with --{}", key.replace('_', "-")))
            }
            ProfileError::OutOfRange { .. } => Some("correct the value in the profile".to_owned()),
            ProfileError::EndsBeforeStart { .. } => {
                Some("choose an as_of at least one day after the start".to_owned())
            }
        }
    }
}

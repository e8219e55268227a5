//! What can be wrong with a manifest.

use std::io;
use std::path::PathBuf;

/// What a fallible function of this room returns.
pub(crate) type Result<T, E = ManifestError> = std::result::Result<T, E>;

/// A manifest that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ManifestError {
    #[error("cannot read {}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("{} has no manifest", path.display())]
    None { path: PathBuf },
    #[error("cannot write {}", path.display())]
    Write { path: PathBuf, source: io::Error },
    #[error("{} already exists", path.display())]
    Exists { path: PathBuf },
    #[error("{} is not a merged manifest, so it is not replaced", path.display())]
    NotMerged { path: PathBuf },
    #[error("{} is not a manifest: {message}", path.display())]
    Malformed { path: PathBuf, message: String },
    #[error("{} is not as it was written: its digest of itself does not fit", path.display())]
    Altered { path: PathBuf },
    #[error("{} has version {version} of the manifest, and this program knows versions up to {known}", path.display())]
    Newer { path: PathBuf, version: u32, known: u32 },
}

/// What to do about an error of this room. Exhaustive, so the program that words hints must word all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hint {
    /// Use the version of this program that wrote the files, or a newer one.
    UseNewerVersion,
    /// Name folders with complete output.
    NameFolders,
    /// Choose another file, or replace this one.
    ChooseOtherOrReplace,
    /// Choose another file.
    ChooseOther,
    /// Write the files again.
    WriteAgain,
}

impl ManifestError {
    /// What to do about it, if anything can be done.
    pub fn hint(&self) -> Option<Hint> {
        match self {
            ManifestError::Read { .. } | ManifestError::Write { .. } => None,
            ManifestError::None { .. } => Some(Hint::NameFolders),
            ManifestError::Exists { .. } => Some(Hint::ChooseOtherOrReplace),
            ManifestError::NotMerged { .. } => Some(Hint::ChooseOther),
            ManifestError::Malformed { .. } | ManifestError::Altered { .. } => Some(Hint::WriteAgain),
            ManifestError::Newer { .. } => Some(Hint::UseNewerVersion),
        }
    }
}

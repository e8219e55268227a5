//! Why exercises cannot be looked at, which is no mistake in them.

use std::io;

use crate::grade::GradeError;

pub(super) type Result<T, E = LintError> = std::result::Result<T, E>;

/// Exercises that cannot be looked at.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LintError {
    #[error(transparent)]
    Grade(#[from] GradeError),
    #[error("cannot make a folder for data sets")]
    Folder(#[source] io::Error),
}

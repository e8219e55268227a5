//! Why exercises cannot be checked, apart from mistakes in them.

use std::io;

use crate::grade::GradeError;

pub(super) type Result<T, E = LintError> = std::result::Result<T, E>;

/// Exercises that cannot be checked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LintError {
    #[error(transparent)]
    Grade(#[from] GradeError),
    #[error("cannot make a folder for data sets")]
    Folder(#[source] io::Error),
}

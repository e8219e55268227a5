//! Why exercises cannot be checked, apart from mistakes in them.

use std::io;

use crate::grade::GradeError;

pub(super) type Result<T, E = LintError> = std::result::Result<T, E>;

/// The message, if it is the model that failed, which is a finding; any other error stays one.
pub(super) fn of_the_model(error: GradeError) -> Result<String> {
    match error {
        GradeError::Model { message, .. } => Ok(message),
        other => Err(other.into()),
    }
}

/// Exercises that cannot be checked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LintError {
    #[error(transparent)]
    Grade(#[from] GradeError),
    #[error("cannot make a folder for data sets")]
    Folder(#[source] io::Error),
}

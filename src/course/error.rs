//! What can go wrong with a learner's folder.

use std::io;
use std::path::{Path, PathBuf};

use super::STATE_FILE;
use crate::database::DatabaseError;
use crate::deployment::DeploymentError;
use crate::exercise::ExerciseError;
use crate::migration::MigrationError;
use crate::profile::ProfileError;

pub(crate) type Result<T, E = CourseError> = std::result::Result<T, E>;

/// A course that cannot be made, opened or changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CourseError {
    /// No folder above has the state file.
    #[error("there is no course in {} or above it", folder.display())]
    NoCourse { folder: PathBuf },
    /// The folder for a new course is in use.
    #[error("{} is not empty: it has {found}; nothing was changed", folder.display())]
    NotEmpty { folder: PathBuf, found: String },
    /// The folder for a new course has the answers of a course whose state file is gone.
    #[error("{} has answers but no {}; nothing was changed", folder.display(), STATE_FILE)]
    NoState { folder: PathBuf },
    /// The folder has a course with other settings.
    #[error("{} has a course already, with {what} {there} instead of {wanted}; nothing was changed", folder.display())]
    OtherCourse { folder: PathBuf, what: &'static str, there: String, wanted: String },
    /// The database for a new course has tables.
    #[error("{target} is not empty: it has the table {table}; nothing was changed")]
    DatabaseTaken { target: String, table: String },
    /// A line of the state file that cannot be understood.
    #[error("{}: line {line} cannot be read", file.display())]
    BadState { file: PathBuf, line: usize },
    /// The state file lacks a setting that every course has: it was emptied or cut off.
    #[error("{} is damaged: it does not say which {setting} the course has", file.display())]
    DamagedState { file: PathBuf, setting: &'static str },
    /// The state file was written by a later version.
    #[error("{} was written by a later version of instaseed (format {format}; this version reads {known})", file.display())]
    Newer { file: PathBuf, format: i64, known: i64 },
    /// The folder of the exercises is not where the state file says.
    #[error("{}: there is no folder {} with exercises", file.display(), folder.display())]
    NoExercises { file: PathBuf, folder: PathBuf },
    /// A file that cannot be read or written.
    #[error("{}: cannot {action}", path.display())]
    File {
        path: PathBuf,
        action: &'static str,
        #[source]
        source: io::Error,
    },
    /// There is no file with an answer.
    #[error("{} does not exist", path.display())]
    NoAnswer { id: String, path: PathBuf },
    /// An answer that is not text.
    #[error("{} is not UTF-8 text", path.display())]
    NotText { path: PathBuf },
    /// An answer that is too long.
    #[error("{} is longer than the {most} bytes that an answer may have", path.display())]
    TooLong { path: PathBuf, most: u64 },
    /// A folder, a pipe or a device instead of an answer.
    #[error("{} is not a file", path.display())]
    NotAFile { id: String, path: PathBuf },
    /// The solution is shown only after the exercise is passed.
    #[error("exercise '{id}' is not passed yet")]
    NotPassed { id: String },
    /// The exercise is not for the engine of this course.
    #[error("exercise '{id}' is not for {engine}")]
    OtherEngine { id: String, engine: String },
    #[error(transparent)]
    Exercise(#[from] ExerciseError),
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error(transparent)]
    Deployment(#[from] DeploymentError),
    #[error(transparent)]
    Migration(#[from] MigrationError),
    #[error(transparent)]
    Profile(#[from] ProfileError),
}

impl CourseError {
    /// An error of the operating system about a path.
    pub(super) fn file(path: &Path, action: &'static str) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { path, action, source }
    }
}

//! What can be wrong with a catalogue of exercises; each error names the file.

use std::io;

/// Exercises that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExerciseError {
    /// No exercise has this id or number.
    #[error("there is no exercise '{name}'")]
    Unknown {
        name: String,
        /// The id that is most like it.
        nearest: Option<String>,
        /// How many exercises there are.
        count: usize,
    },
    /// A file or a folder that cannot be read.
    #[error("cannot read {file}")]
    Unreadable {
        file: String,
        #[source]
        source: io::Error,
    },
    /// A file or a folder that already exists.
    #[error("{file} is there already")]
    Exists { file: String },
    #[error("cannot write {file}")]
    Unwritable {
        file: String,
        #[source]
        source: io::Error,
    },
    /// A file that does not have the right format.
    #[error("{file}: {problem}")]
    Wrong { file: String, problem: Problem },
}

/// What is wrong with a file of an exercise.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    #[error("the file is missing")]
    Missing,
    #[error("{0}")]
    Toml(String),
    #[error("the exercise is listed twice")]
    Twice,
    #[error("an id has lower-case letters, digits and hyphens, and at most 24 characters")]
    Id,
    #[error("`{key}` {wanted}")]
    Value { key: &'static str, wanted: String },
    #[error("there is no engine '{0}'")]
    Engine(String),
    #[error("there is no solution for {0}")]
    NoSolution(String),
    #[error("the first line must be `-- ` and the hint that the mistake earns")]
    NoHint,
    #[error("the task does not name the column `{0}`")]
    Unnamed(String),
}

impl ExerciseError {
    pub(super) fn wrong(file: impl Into<String>, problem: Problem) -> ExerciseError {
        ExerciseError::Wrong { file: file.into(), problem }
    }
}

/// What to do about an error. Exhaustive, so the program that words hints must word all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hint {
    /// Use the name of an exercise, or a number up to this one.
    UseKnownName { nearest: Option<String>, count: usize },
    /// Correct the file; the format of exercises is documented.
    ReadFormat,
    /// Name the folder that contains the index.
    NameFolder,
    /// Choose another id.
    ChooseOtherId,
    /// Name a folder that can be written.
    ChooseWritable,
}

impl ExerciseError {
    /// What to do about the error.
    pub fn hint(&self) -> Option<Hint> {
        Some(match self {
            Self::Unknown { nearest, count, .. } => {
                Hint::UseKnownName { nearest: nearest.clone(), count: *count }
            }
            Self::Unreadable { .. } => Hint::NameFolder,
            Self::Exists { .. } => Hint::ChooseOtherId,
            Self::Unwritable { .. } => Hint::ChooseWritable,
            Self::Wrong { .. } => Hint::ReadFormat,
        })
    }
}

//! What can go wrong while a class is graded, apart from wrong answers.

use std::io;
use std::path::PathBuf;

use crate::exercise::ExerciseError;
use crate::grade::GradeError;

pub(super) type Result<T, E = ClassroomError> = std::result::Result<T, E>;

/// A class that cannot be graded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClassroomError {
    #[error(transparent)]
    Exercise(#[from] ExerciseError),
    #[error(transparent)]
    Grade(#[from] GradeError),
    /// An answer that breaks the database in which it runs.
    #[error("the answer of {student} to '{exercise}' cannot be judged")]
    Answer {
        student: String,
        exercise: String,
        #[source]
        source: GradeError,
    },
    #[error("cannot read {}", path.display())]
    Unreadable {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    /// A file of weights, or of a secret.
    #[error("cannot read {}", path.display())]
    UnreadableFile {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("{} is not a folder", path.display())]
    NotAFolder { path: PathBuf },
    #[error("{} has no answers", path.display())]
    NoSubmissions { path: PathBuf },
    /// This could be the submission of one student, or a class in which a file is in the wrong place.
    #[error("{} has an answer, {file}, and a folder with answers, {}", path.display(), folder.display())]
    Mixed { path: PathBuf, file: String, folder: PathBuf },
    #[error("the name of {} is not UTF-8", path.display())]
    OddName { path: PathBuf },
    #[error("the secret in {} has fewer than {least} bytes", path.display())]
    ShortSecret { path: PathBuf, least: usize },
    #[error("{}: {problem}", path.display())]
    Weights { path: PathBuf, problem: WeightProblem },
    /// The format needs one file for each student, and there are several students.
    #[error("a {format} file holds the results of one student, but there are {students} students")]
    NeedsFolder { format: &'static str, students: usize },
    #[error("{} is there already and is not empty", path.display())]
    NotEmpty { path: PathBuf },
    #[error("cannot write {}", path.display())]
    Unwritable {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    /// The format needs the variables in which the runner says what is graded.
    #[error("a result for Classroom 50 needs {what}")]
    NoSubject { what: &'static str },
}

/// What is wrong with a file of weights.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WeightProblem {
    #[error("{0}")]
    Toml(String),
    #[error("there is no '{name}'")]
    Unknown { name: String, nearest: Option<String> },
    #[error("the number for '{name}' must be from 0 to 1000")]
    Number { name: String },
    #[error("no exercise is left to grade")]
    Nothing,
}

/// What to do about an error, as a value; the program that talks to a person puts it into words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hint {
    /// Name the folder that contains a folder for each student, or the folder of one student.
    NameSubmissions,
    /// Move the file, or name the student whose submission this is.
    MoveFileOrNameStudent,
    /// Grade without this file.
    SetAnswerAside,
    /// Correct the name of the file.
    NameFile,
    /// Rename the folder.
    RenameFolder,
    /// Write a longer secret.
    LongerSecret,
    /// Correct the file; `nearest` is the name that was probably meant.
    CorrectWeights { nearest: Option<String> },
    /// Name a folder for the results.
    NameFolder,
    /// Name another folder.
    ChooseOtherFolder,
    /// Name a file that can be written.
    ChooseWritable,
    /// Run it where the submission is graded.
    RunInTheRunner,
}

impl ClassroomError {
    /// What to do about it, if anything can be done.
    pub fn hint(&self) -> Option<Hint> {
        Some(match self {
            Self::Exercise(_) | Self::Grade(_) => return None,
            Self::Unreadable { .. } | Self::NotAFolder { .. } | Self::NoSubmissions { .. } => {
                Hint::NameSubmissions
            }
            Self::Answer { .. } => Hint::SetAnswerAside,
            Self::UnreadableFile { .. } => Hint::NameFile,
            Self::Mixed { .. } => Hint::MoveFileOrNameStudent,
            Self::OddName { .. } => Hint::RenameFolder,
            Self::ShortSecret { .. } => Hint::LongerSecret,
            Self::Weights { problem: WeightProblem::Unknown { nearest, .. }, .. } => {
                Hint::CorrectWeights { nearest: nearest.clone() }
            }
            Self::Weights { .. } => Hint::CorrectWeights { nearest: None },
            Self::NeedsFolder { .. } => Hint::NameFolder,
            Self::NotEmpty { .. } => Hint::ChooseOtherFolder,
            Self::Unwritable { .. } => Hint::ChooseWritable,
            Self::NoSubject { .. } => Hint::RunInTheRunner,
        })
    }
}

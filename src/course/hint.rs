//! What to do about an error of this room, as values; the program that talks to a person puts them into words.

use std::path::PathBuf;

use super::CourseError;

/// What to do about an error. Exhaustive, so the program that words hints must word all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hint {
    /// Make a course, or go to its folder.
    MakeCourse,
    /// Name a folder that does not exist yet.
    NameNewFolder,
    /// Name another folder, or start the next round with another seed.
    NameOtherFolder,
    /// Name a database that does not exist yet, or an empty one.
    NameEmptyDatabase,
    /// Correct the line or remove it: nothing else is lost.
    CorrectLine { file: PathBuf, line: usize },
    /// Restore the file, or create a new course and copy the answers into it.
    RestoreState,
    /// Write in the file where the exercises are now.
    CorrectCatalogue { file: PathBuf },
    /// Use the version of the program that wrote the file.
    UseLaterVersion,
    /// Name a folder that this account may write to.
    ChooseWritableFolder,
    /// Free some space.
    FreeSpace,
    /// Make the file again.
    ResetExercise { id: String },
    /// Save the file as UTF-8.
    SaveAsUtf8,
    /// Check whether it is the right file.
    CheckFile,
    /// Take a hint, or consent to see the solution.
    TakeHintOrConsent { id: String },
    /// List the exercises of this engine.
    ListExercises,
}

impl CourseError {
    /// What to do about an error of this room; the errors of other rooms have their own hints.
    pub fn hint(&self) -> Option<Hint> {
        Some(match self {
            Self::Exercise(_)
            | Self::Database(_)
            | Self::Deployment(_)
            | Self::Migration(_)
            | Self::Profile(_) => return None,
            Self::NoCourse { .. } => Hint::MakeCourse,
            Self::NotEmpty { .. } => Hint::NameNewFolder,
            Self::OtherCourse { .. } => Hint::NameOtherFolder,
            Self::DatabaseTaken { .. } => Hint::NameEmptyDatabase,
            Self::DamagedState { .. } | Self::NoState { .. } => Hint::RestoreState,
            Self::NoExercises { file, .. } => Hint::CorrectCatalogue { file: file.clone() },
            Self::BadState { file, line } => Hint::CorrectLine { file: file.clone(), line: *line },
            Self::Newer { .. } => Hint::UseLaterVersion,
            Self::File { source, .. } => match source.kind() {
                std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
                    Hint::ChooseWritableFolder
                }
                std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Hint::FreeSpace,
                std::io::ErrorKind::NotFound => Hint::CheckFile,
                _ => return None,
            },
            Self::NoAnswer { id, .. } | Self::NotAFile { id, .. } => Hint::ResetExercise { id: id.clone() },
            Self::NotText { .. } => Hint::SaveAsUtf8,
            Self::TooLong { .. } => Hint::CheckFile,
            Self::NotPassed { id } => Hint::TakeHintOrConsent { id: id.clone() },
            Self::OtherEngine { .. } => Hint::ListExercises,
        })
    }
}

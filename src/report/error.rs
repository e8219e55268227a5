//! Why there is no report; a figure outside its band is no error.

use std::io;
use std::path::PathBuf;

use crate::database::DatabaseError;
use crate::edition::EditionError;
use crate::load::LoadError;
use crate::manifest::{FileProblem, ManifestError};
use crate::read::ReadError;
use crate::world::WorldError;

/// The result of a fallible function in `report`.
pub(crate) type Result<T, E = ReportError> = std::result::Result<T, E>;

/// What prevents a report.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    #[error("{place} has no tables")]
    Empty { place: String },
    #[error("the files in {} are not those that were written: {}", dir.display(), listed(problems))]
    Files { dir: PathBuf, problems: Vec<FileProblem> },
    #[error("the rows in {} are not those that were written: {} differs", dir.display(), tables.join(", "))]
    Altered { dir: PathBuf, tables: Vec<&'static str> },
    #[error("{} has only a part of a data set: {part}", dir.display())]
    Part { dir: PathBuf, part: String },
    #[error("{} exists", path.display())]
    Exists { path: PathBuf },
    #[error("{} is not a regular file, and is not replaced", path.display())]
    NotAFile { path: PathBuf },
    #[error("cannot write {}", path.display())]
    Write {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    /// Reading the rows.
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    #[error(transparent)]
    Load(#[from] LoadError),
    #[error(transparent)]
    Edition(#[from] EditionError),
    #[error(transparent)]
    World(#[from] WorldError),
}

/// What to do about an error of a report. Not open to additions: whoever words them words all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hint {
    /// Create tables and rows.
    CreateTables,
    /// Write the files again.
    WriteFilesAgain { dir: PathBuf },
    /// See which rows differ, or write the files again.
    CheckFiles { dir: PathBuf },
    /// Report on all of the data set: from its seed, or from a database that has it.
    UseWhole,
    /// Use another file, or replace this one.
    ChooseOtherOrReplace,
    /// Use another file.
    ChooseOther,
}

impl ReportError {
    /// The way out of an error of this room; those of other rooms have their own.
    pub fn hint(&self) -> Option<Hint> {
        match self {
            ReportError::Empty { .. } => Some(Hint::CreateTables),
            ReportError::Files { dir, .. } => Some(Hint::WriteFilesAgain { dir: dir.clone() }),
            ReportError::Altered { dir, .. } => Some(Hint::CheckFiles { dir: dir.clone() }),
            ReportError::Part { .. } => Some(Hint::UseWhole),
            ReportError::Exists { .. } => Some(Hint::ChooseOtherOrReplace),
            ReportError::NotAFile { .. } | ReportError::Write { .. } => Some(Hint::ChooseOther),
            ReportError::Read(_)
            | ReportError::Database(_)
            | ReportError::Manifest(_)
            | ReportError::Load(_)
            | ReportError::Edition(_)
            | ReportError::World(_) => None,
        }
    }
}

/// The first problems, and how many more there are.
fn listed(problems: &[FileProblem]) -> String {
    let first: Vec<String> = problems.iter().take(3).map(FileProblem::to_string).collect();
    let more = problems.len().saturating_sub(3);
    let more = if more > 0 { format!("; and {more} more") } else { String::new() };
    first.join("; ") + &more
}

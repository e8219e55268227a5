//! Checks, before a row is read, that the files which a manifest lists exist and have their sizes.

use std::fmt;
use std::fs;
use std::path::Path;

use serde::Serialize;

use super::{FileEntry, Manifest};

/// What is wrong with a file of a folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "problem", rename_all = "snake_case")]
pub enum FileProblem {
    Missing { file: String },
    NoPlainFile { file: String },
    OtherSize { file: String, expected: u64, found: u64 },
}

impl fmt::Display for FileProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FileProblem::Missing { file } => write!(f, "{file} is missing"),
            FileProblem::NoPlainFile { file } => write!(f, "{file} is not a regular file"),
            FileProblem::OtherSize { file, expected, found } => {
                write!(f, "{file} has {found} bytes instead of {expected}")
            }
        }
    }
}

impl Manifest {
    /// Checks each file without reading it.
    pub fn problems(&self, dir: &Path) -> Vec<FileProblem> {
        self.files().filter_map(|file| problem(dir, file)).collect()
    }
}

fn problem(dir: &Path, entry: &FileEntry) -> Option<FileProblem> {
    let file = entry.name.clone();
    match fs::metadata(dir.join(&file)) {
        Err(_) => Some(FileProblem::Missing { file }),
        Ok(found) if !found.is_file() => Some(FileProblem::NoPlainFile { file }),
        Ok(found) if found.len() != entry.bytes => {
            Some(FileProblem::OtherSize { file, expected: entry.bytes, found: found.len() })
        }
        Ok(_) => None,
    }
}

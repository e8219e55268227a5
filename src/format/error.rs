//! What can be wrong with a file of rows.

use std::io;
use std::path::PathBuf;

/// A file that cannot be read as its format.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FormatError {
    #[error("cannot read {}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("{}, line {line}: {problem}", path.display())]
    Malformed { path: PathBuf, line: u64, problem: LineProblem },
    #[error("{}: {problem}", path.display())]
    Unreadable { path: PathBuf, problem: FileProblem },
}

/// What is wrong with a file that has no lines.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileProblem {
    #[error("not a whole Parquet file ({message})")]
    NotWhole { message: String },
    #[error("broken in row {row}: {message}")]
    Broken { row: u64, message: String },
    #[error("column {column} is missing")]
    NoColumn { column: &'static str },
    #[error("table {table} has no column {column:?}")]
    UnknownColumn { table: &'static str, column: String },
    #[error("column {column} should be {wanted}, but is {found}")]
    Type { column: &'static str, wanted: &'static str, found: String },
    #[error("column {column} is compressed with {codec}, which cannot be read here")]
    Codec { column: &'static str, codec: String },
    #[error("row {row}: {column} is not a valid {what}: {value}")]
    Cell { row: u64, column: &'static str, what: &'static str, value: String },
}

/// What is wrong with a line of a file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LineProblem {
    #[error("the columns should be {expected}")]
    Header { expected: String },
    #[error("{found} fields instead of {expected}")]
    Fields { found: usize, expected: usize },
    #[error("{column} is not a valid {what}: \"{value}\"")]
    Cell { column: &'static str, what: &'static str, value: String },
    #[error("{message}")]
    Json { message: String },
    #[error("{column} is missing")]
    NoKey { column: &'static str },
    #[error("not what instaseed writes: {expected} should be here")]
    Statement { expected: String },
    #[error("a quoted field has no closing quote")]
    OpenQuote,
    #[error("a record is longer than 16 megabytes")]
    TooLong,
    #[error("not UTF-8 text")]
    Encoding,
}

/// What to do about an error of this room. Exhaustive, so the program that words hints must word all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hint {
    /// Use files in the form in which this program writes them.
    WriteFiles,
}

impl FormatError {
    /// What to do about it, if anything can be done.
    pub fn hint(&self) -> Option<Hint> {
        match self {
            FormatError::Read { .. } => None,
            FormatError::Malformed { .. } | FormatError::Unreadable { .. } => Some(Hint::WriteFiles),
        }
    }
}

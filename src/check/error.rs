//! Why a data set could not be checked, which is something else than a data set with mistakes in it.

use std::io;
use std::path::PathBuf;

use super::schema::Difference;
use crate::database::DatabaseError;
use crate::edition::{Edition, EditionError};
use crate::run::RunError;

/// What a fallible function of this room returns.
pub(crate) type Result<T, E = CheckError> = std::result::Result<T, E>;

/// What stands in the way of an answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CheckError {
    #[error("cannot read {}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("{}, line {line}: {problem}", path.display())]
    Malformed { path: PathBuf, line: u64, problem: FileProblem },
    #[error("there is no folder {}", path.display())]
    NoFolder { path: PathBuf },
    #[error("{place} holds the tables of no edition")]
    NoEdition { place: String },
    #[error("{place} almost has the tables of edition {edition}: {}", listed(differences))]
    Schema { place: String, edition: Edition, differences: Vec<Difference> },
    #[error("{table}.{column} holds a value that cannot be read: {value}")]
    Value { table: &'static str, column: &'static str, value: String },
    /// Reaching or asking the database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// Computing what should be there.
    #[error(transparent)]
    Run(#[from] RunError),
    /// A table or an edition that is not there.
    #[error(transparent)]
    Edition(#[from] EditionError),
}

/// What is wrong with a line of a file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileProblem {
    #[error("the columns should be {expected}")]
    Header { expected: String },
    #[error("{found} fields instead of {expected}")]
    Fields { found: usize, expected: usize },
    #[error("{column} is no {what}: \"{value}\"")]
    Cell { column: &'static str, what: &'static str, value: String },
    #[error("a quoted field does not end")]
    OpenQuote,
    #[error("a record is longer than 16 megabytes")]
    TooLong,
    #[error("no UTF-8 text")]
    Encoding,
}

impl CheckError {
    pub fn hint(&self) -> Option<String> {
        match self {
            CheckError::Database(error) => error.hint(),
            CheckError::Run(error) => error.hint(),
            CheckError::Edition(error) => error.hint(),
            CheckError::NoFolder { path } if path.is_file() => Some(format!(
                "this is a file, not a folder; if it is a database: `instaseed check --database-url {}`",
                path.display()
            )),
            CheckError::NoFolder { .. } => {
                Some("check the path; `instaseed check` without one checks the database".to_owned())
            }
            CheckError::NoEdition { .. } => Some(
                "`instaseed setup` makes the tables in an empty database, `instaseed generate` the files in a folder; tables of another program can be adopted (migrations/README.md) if they are the course's"
                    .to_owned(),
            ),
            CheckError::Malformed { .. } => {
                Some("files are checked as `instaseed generate` writes them".to_owned())
            }
            CheckError::Schema { differences, edition, .. } => {
                let remedies: Vec<_> = differences.iter().filter_map(Difference::remedy).collect();
                Some(match remedies.is_empty() {
                    true => format!("add what is missing; the folder migrations has the statements of edition {edition}"),
                    false => format!("rename what has another name: {};", remedies.join("; ")),
                })
            }
            CheckError::Read { .. } | CheckError::Value { .. } => None,
        }
    }
}

/// The differences in one line, those that hide rows first.
fn listed(differences: &[Difference]) -> String {
    let (hiding, other): (Vec<&Difference>, Vec<_>) =
        differences.iter().partition(|found| found.hides_rows());
    hiding.into_iter().chain(other).map(Difference::to_string).collect::<Vec<_>>().join("; ")
}

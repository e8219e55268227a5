//! Why a data set could not be checked; mistakes in the data are not errors.

use crate::edition::Edition;
use crate::read::{Difference, ReadError};

/// The result of a fallible function in `check`.
pub(crate) type Result<T, E = CheckError> = std::result::Result<T, E>;

/// What prevents a check.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CheckError {
    #[error("{place} almost has the tables of edition {edition}: {}", listed(differences))]
    Schema { place: String, edition: Edition, differences: Vec<Difference> },
    /// Reading the rows.
    #[error(transparent)]
    Read(#[from] ReadError),
}

/// What to do about an error of a check. Not `non_exhaustive`: whoever puts hints into words must cover all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hint {
    /// Rename columns that have another name, with these statements.
    RenameColumns { statements: Vec<String> },
    /// Add what the tables of this edition lack.
    AddMissing { edition: Edition },
}

impl CheckError {
    /// The hint for an error of a check, if there is one. Errors from other modules have their own hints.
    pub fn hint(&self) -> Option<Hint> {
        match self {
            CheckError::Schema { differences, edition, .. } => {
                let statements: Vec<_> = differences.iter().filter_map(Difference::remedy).collect();
                Some(match statements.is_empty() {
                    true => Hint::AddMissing { edition: *edition },
                    false => Hint::RenameColumns { statements },
                })
            }
            CheckError::Read(_) => None,
        }
    }
}

/// The differences in one line, those that hide rows first.
fn listed(differences: &[Difference]) -> String {
    let (hiding, other): (Vec<&Difference>, Vec<_>) =
        differences.iter().partition(|found| found.hides_rows());
    hiding.into_iter().chain(other).map(Difference::to_string).collect::<Vec<_>>().join("; ")
}

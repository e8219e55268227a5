//! For instructors: grades the answers of a class, and writes the results in the formats that other programs read.
//!
//! [`Class`] reads the submissions, [`Marking`] judges them with the [`Grader`](crate::grade::Grader), and a [`Format`] writes
//! the [`Marks`]. These record the version, the exercises and the data sets, so a later run can give the same marks.

mod deliver;
mod details;
mod error;
mod formats;
mod hmac;
mod key;
mod marking;
mod marks;
mod order;
mod points;
mod seeds;
mod submission;
#[cfg(test)]
mod tests;
mod weights;

pub use deliver::{check_file, check_folder, write_file, write_folder};
pub use details::Details;
pub use error::{ClassroomError, Hint, WeightProblem};
pub use formats::{Format, Options, Subject, Visibility};
pub use key::{Key, Solved, markdown};
pub use marking::{Marking, Observer};
pub use marks::{Mark, Marks, SCHEMA, word};
pub use points::Points;
pub use seeds::{Secret, SeedRule, Seeds};
pub use submission::{Class, Handed, Submission};
pub use weights::Weights;

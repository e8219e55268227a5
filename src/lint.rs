//! Finds mistakes in exercises before a learner meets them: empty answers, a LIMIT that cuts through a tie, known mistakes that
//! the grader cannot tell from the model, examples that are too large to look at, stubs that pass.
//!
//! The result is a list of [`Finding`]s. An exercise without findings gives the same verdicts on the data of every seed that
//! was tried.

mod cut;
mod error;
mod finding;
mod rows;
mod seeds;
mod servers;
#[cfg(test)]
mod tests;
mod texts;
mod visible;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::exercise::{Catalogue, ExerciseError};
use crate::grade::parallel;

pub use error::LintError;
use error::Result;
pub use finding::{Finding, Flaw};

/// An exercise with fewer different answers than this could be passed with a list of constants.
const FEW_ANSWERS: usize = 10;

/// What to check.
#[derive(Debug, Clone)]
pub struct Lint<'a> {
    pub catalogue: &'a Catalogue,
    /// Why exercises are not in the catalogue.
    pub unreadable: &'a [ExerciseError],
    /// The seed of the data that is checked most closely.
    pub seed: u64,
    /// How many other seeds are tried.
    pub others: u32,
    /// The URLs of servers, whose answers must equal those of SQLite.
    pub servers: Vec<String>,
    /// Whether to look for examples on the data of every seed instead of a few.
    pub shrink_all: bool,
    pub threads: usize,
}

/// A phase of the check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Each exercise is checked closely.
    Exercises,
    /// Models and known mistakes run on the data of other seeds.
    Seeds,
    /// Models run on a server.
    Servers,
}

/// Watches the check; called from any thread.
pub trait Observer: Sync {
    fn done(&self, phase: Phase, steps: usize, of: usize) {
        let _ = (phase, steps, of);
    }
}

impl Observer for () {}

/// What was found.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Report {
    pub findings: Vec<Finding>,
    pub exercises: usize,
    pub mistakes: usize,
    /// All seeds that were tried.
    pub seeds: Vec<u64>,
    /// How many different answers each query has on the data of all seeds.
    pub answers: BTreeMap<String, usize>,
    /// The exercises with so few answers that a list of constants might pass.
    pub few_answers: Vec<String>,
    /// How many rows each example has: one number for each mistake and seed that was checked closely.
    #[serde(skip)]
    pub example_rows: Vec<usize>,
}

impl Lint<'_> {
    /// Checks everything.
    pub fn run(&self, observer: &dyn Observer) -> Result<Report> {
        let mut findings = texts::unreadable(self.unreadable);
        let (written, unwritten) = texts::look(self.catalogue);
        findings.extend(unwritten);
        let (close, example_rows) = visible::look(self, &written, observer)?;
        findings.extend(close);
        let seeds = self.seeds();
        let (more, answers) = seeds::look(self, &written, &seeds, observer)?;
        findings.extend(more);
        findings.extend(servers::look(self, &written, &seeds, observer)?);
        let tried = seeds.len();
        // A list of constants that is right on the learner's data is wrong on the rows of `edge.sql`.
        let has_edge = |id: &str| {
            let own = self.catalogue.exercises().iter().find(|one| one.id == id);
            own.is_some_and(|own| own.engines.iter().any(|engine| own.edge(*engine).is_some()))
        };
        let few =
            |(id, count): &(&String, &usize)| **count < FEW_ANSWERS.min(tried) && !has_edge(id.as_str());
        Ok(Report {
            findings: finding::merged(findings),
            exercises: self.catalogue.exercises().len(),
            mistakes: written.iter().map(|exercise| texts::mistakes(exercise)).sum(),
            few_answers: answers.iter().filter(few).map(|(id, _)| id.clone()).collect(),
            answers,
            seeds,
            example_rows,
        })
    }

    /// The seed that is looked at closely, and others that are no neighbours of it.
    fn seeds(&self) -> Vec<u64> {
        let mut seeds = BTreeSet::new();
        let others = (1..).map(|number: u64| number * 7919 % 1_000_003).filter(|seed| *seed != self.seed);
        seeds.extend(others.take(self.others as usize));
        std::iter::once(self.seed).chain(seeds).collect()
    }
}

//! The verdict on an answer.

use serde::Serialize;

use crate::exercise::{Exercise, Mistake};
use crate::sandbox::{Cell, Place};

/// The outcome of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Correct,
    Wrong,
    /// The engine does not accept the answer.
    Error,
    /// A statement that is not allowed.
    Refused,
    TooSlow,
    /// There is no answer.
    Missing,
}

/// How far an answer got: the first thing that is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    Statement,
    Columns,
    Portability,
    Rows,
    Order,
    Values,
    /// Right on the learner's database, wrong on another one.
    Hidden,
    Probes,
    Work,
}

/// What was found about an answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Verdict {
    pub exercise: String,
    pub outcome: Outcome,
    /// What is wrong; `None` for a correct answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<Stage>,
    /// One sentence.
    pub message: String,
    /// More sentences: the nearest name, what does not run on other engines, and remarks.
    pub notes: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Place>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mistake: Option<KnownMistake>,
    /// On the learner's data: the first rows that the answer lacks, and those that it should not have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<Table>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extra: Option<Table>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub example: Option<Example>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub probes: Vec<ProbeResult>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub work: Option<WorkDone>,
    /// With partial credit, the share of the points that the answer earns, from 0 to 1.
    pub share: f64,
}

impl Verdict {
    /// A verdict with nothing but an outcome.
    pub(super) fn blank(exercise: &Exercise, outcome: Outcome) -> Verdict {
        Verdict { exercise: exercise.id.clone(), ..Verdict::of(outcome) }
    }

    /// The same, without an exercise.
    pub(crate) fn of(outcome: Outcome) -> Verdict {
        Verdict {
            exercise: String::new(),
            outcome,
            stage: None,
            message: String::new(),
            notes: Vec::new(),
            at: None,
            mistake: None,
            missing: None,
            extra: None,
            example: None,
            probes: Vec::new(),
            work: None,
            share: if outcome == Outcome::Correct { 1.0 } else { 0.0 },
        }
    }
}

/// A known mistake that gives exactly this answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KnownMistake {
    pub name: String,
    pub hint: String,
}

impl KnownMistake {
    pub(super) fn of(mistake: Mistake<'_>) -> KnownMistake {
        KnownMistake { name: mistake.name.to_owned(), hint: mistake.hint.to_owned() }
    }
}

/// Rows to show.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Table {
    /// Of a table of the database; empty for an answer.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    pub columns: Vec<String>,
    pub rows: Vec<Vec<Cell>>,
    /// How many rows there are in all; `rows` has only the first of them.
    pub count: usize,
}

/// The few rows of a database on which an answer differs from the model's.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Example {
    /// The rows, by table; empty if there are too many to look at.
    pub tables: Vec<Table>,
    /// How many rows the tables have together.
    pub rows: usize,
    pub yours: Table,
    pub expected: Table,
    /// The clauses of the answer, in the logical order of a query.
    pub steps: Vec<Step>,
    /// The first step at which the model has a different number of rows, and that number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diverges: Option<(usize, usize)>,
    /// Whether the rows are from data that the learner has not seen.
    pub hidden: bool,
}

/// A query up to one of its clauses.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Step {
    /// The text of the clause.
    pub clause: String,
    pub rows: usize,
    /// The rows, if they are few.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<Table>,
}

/// The result of a probe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProbeResult {
    pub name: String,
    pub passed: bool,
    /// What was found instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

/// Counted work.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WorkDone {
    /// What the engine counts, in the plural.
    pub unit: &'static str,
    pub yours: u64,
    pub model: u64,
    /// How much work is allowed, as a multiple of the model's.
    pub at_most: f64,
    /// Whether the answer was stopped when it reached this count.
    pub stopped: bool,
    /// What the engine does for the answer, in words.
    pub plan: Vec<String>,
}

impl WorkDone {
    /// The most work that passes.
    pub fn allowed(&self) -> u64 {
        (self.model as f64 * self.at_most).floor() as u64
    }
}

//! What is wrong with an exercise, in words: what was found, and what to do about it.

use std::fmt;

use serde::Serialize;
use serde::ser::SerializeStruct;

/// Something that must be corrected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The id; `None` if the catalogue as a whole is wrong.
    pub exercise: Option<String>,
    /// The file to correct, relative to the folder of exercises.
    pub file: String,
    pub flaw: Flaw,
    /// The seeds of the data on which it shows; empty if it shows without data.
    pub seeds: Vec<u64>,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flaw {
    /// The file cannot be read as part of an exercise.
    Unreadable(String),
    /// A text that still has to be filled in.
    NotFilledIn,
    NoMistakes,
    UnknownThreshold(String),
    NothingToDebug,
    ModelFails(String),
    ModelIsRefused(String),
    StartPasses,
    NoRows,
    OtherColumns {
        found: Vec<String>,
    },
    Tie {
        kept: usize,
    },
    CutBySomethingElse,
    NullInOrder {
        column: String,
    },
    NumbersAsText {
        column: String,
    },
    NotTold,
    MistakeFails(String),
    OtherHint {
        given: String,
    },
    NoHint,
    NoExample,
    LargeExample {
        rows: usize,
    },
    OtherOn {
        engine: &'static str,
    },
    SameAnswer {
        other: String,
    },
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Flaw::Unreadable(problem) => f.write_str(problem),
            Flaw::NotFilledIn => f.write_str("the text is not filled in"),
            Flaw::NoMistakes => f.write_str("no known mistake is written down"),
            Flaw::UnknownThreshold(name) => {
                write!(f, "`threshold` names '{name}', and there is no such mistake")
            }
            Flaw::NothingToDebug => f.write_str("there is no query to debug"),
            Flaw::ModelFails(message) => write!(f, "the model fails: {message}"),
            Flaw::ModelIsRefused(message) => write!(f, "the model is not accepted as an answer: {message}"),
            Flaw::StartPasses => f.write_str("what a learner starts from is accepted as an answer"),
            Flaw::NoRows => f.write_str("the model returns no rows"),
            Flaw::OtherColumns { found } => write!(f, "the model returns the columns {}", found.join(", ")),
            Flaw::Tie { kept } => {
                write!(
                    f,
                    "the limit cuts a tie: row {kept} and the first row that is left out have the same order"
                )
            }
            Flaw::CutBySomethingElse => f.write_str(
                "the limit cuts by something that is no column of the answer, so ties cannot be seen",
            ),
            Flaw::NullInOrder { column } => {
                write!(
                    f,
                    "the answer is ordered by {column}, which has NULLs: engines put them in other places"
                )
            }
            Flaw::NumbersAsText { column } => {
                write!(f, "the answer is ordered by {column}, which has numbers as texts: 10 comes before 9")
            }
            Flaw::NotTold => f.write_str("the mistake gives the same answer as the model"),
            Flaw::MistakeFails(message) => write!(f, "the mistake does not run: {message}"),
            Flaw::OtherHint { given } => write!(f, "the mistake earns the hint of '{given}'"),
            Flaw::NoHint => f.write_str("the mistake is not recognised, so it earns no hint"),
            Flaw::NoExample => f.write_str("no small example shows the mistake"),
            Flaw::LargeExample { rows } => write!(f, "the smallest example of the mistake has {rows} rows"),
            Flaw::OtherOn { engine } => write!(f, "{engine} gives another answer than SQLite"),
            Flaw::SameAnswer { other } => write!(f, "the answer is also that of '{other}'"),
        }
    }
}

impl Flaw {
    /// What to do about it.
    pub fn way_out(&self) -> &'static str {
        match self {
            Flaw::Unreadable(_) => "correct the file; seeds/exercises/README.md describes the format",
            Flaw::NotFilledIn => "replace each FILL IN",
            Flaw::NoMistakes => {
                "add a query with a usual mistake to wrong/, with the hint that it earns on the first line"
            }
            Flaw::UnknownThreshold(_) => "name files of wrong/ without their ending, or remove the line",
            Flaw::NothingToDebug => "write the wrong query to start.sql",
            Flaw::ModelFails(_) | Flaw::ModelIsRefused(_) => {
                "correct the model until it passes like any answer"
            }
            Flaw::StartPasses => "let start.sql have the mistake, or let it be empty",
            Flaw::NoRows => {
                "ask for something that the data of every seed has; docs/data-model.md lists what is planted"
            }
            Flaw::OtherColumns { .. } => {
                "let the model, `columns` and the task name the same columns in the same order"
            }
            Flaw::Tie { .. } => {
                "ask for a number of rows after which the values differ, or add a tie-breaker to the task, the model and `order_by`"
            }
            Flaw::CutBySomethingElse => {
                "order the model by columns of the answer, or ask for all rows with the highest value"
            }
            Flaw::NullInOrder { .. } => {
                "leave the NULLs out, or replace them with COALESCE, in the task and in the model"
            }
            Flaw::NumbersAsText { .. } => "cast the column to a number",
            Flaw::NotTold => "ask for something on which they differ for every seed, or remove the mistake",
            Flaw::MistakeFails(_) => "let the mistake be a query that runs; engines word what does not run",
            Flaw::OtherHint { .. } => {
                "let the two mistakes differ on the data of every seed, or join them into one hint"
            }
            Flaw::NoHint => "let the mistake return one answer, in an order that does not change",
            Flaw::NoExample | Flaw::LargeExample { .. } => {
                "choose a smaller number in the task, or name the mistake in `threshold`"
            }
            Flaw::OtherOn { .. } => {
                "write the model so that engines agree, or give the engine a file of its own"
            }
            Flaw::SameAnswer { .. } => {
                "change one of the two tasks: an answer to one must not pass the other"
            }
        }
    }
}

impl Finding {
    pub(super) fn new(exercise: &str, file: impl Into<String>, flaw: Flaw) -> Finding {
        Finding { exercise: Some(exercise.to_owned()), file: file.into(), flaw, seeds: Vec::new() }
    }

    pub(super) fn on(self, seed: u64) -> Finding {
        Finding { seeds: vec![seed], ..self }
    }
}

impl Serialize for Finding {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Finding", 5)?;
        object.serialize_field("exercise", &self.exercise)?;
        object.serialize_field("file", &self.file)?;
        object.serialize_field("what", &self.flaw.to_string())?;
        object.serialize_field("way_out", self.flaw.way_out())?;
        object.serialize_field("seeds", &self.seeds)?;
        object.end()
    }
}

/// Findings that are the same but for the seed, as one; in the order in which they were found first.
pub(super) fn merged(findings: Vec<Finding>) -> Vec<Finding> {
    let mut merged: Vec<Finding> = Vec::new();
    for finding in findings {
        let is_same = |one: &&mut Finding| {
            one.exercise == finding.exercise && one.file == finding.file && one.flaw == finding.flaw
        };
        match merged.iter_mut().find(is_same) {
            Some(one) => one.seeds.extend(finding.seeds),
            None => merged.push(finding),
        }
    }
    merged
}

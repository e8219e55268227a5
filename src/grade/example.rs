//! The example of a mistake: the few rows on which an answer differs, both answers on them, and the query's steps.

use std::time::{Duration, Instant};

use super::Result;
use super::compare::{Difference, Rules};
use super::data::{DataSets, Set};
use super::population::Population;
use super::shrink::{self, Pair, Whole};
use super::steps::{diverges, steps};
use super::verdict::{Example, KnownMistake, Table};
use crate::exercise::Exercise;
use crate::sandbox::{Answer, Cell, Sandbox};

/// What is asked about.
#[derive(Clone, Copy)]
pub(super) struct Question<'a> {
    pub exercise: &'a Exercise,
    pub text: &'a str,
    pub rules: &'a Rules,
    pub set: &'a Set,
    /// The rows, if they are not those of the data set.
    pub rows: Option<&'a Population>,
    /// Whether the learner does not see this data.
    pub hidden: bool,
}

impl<'a> Question<'a> {
    /// A question about all rows of a data set.
    pub(super) fn on(
        set: &'a Set,
        exercise: &'a Exercise,
        text: &'a str,
        rules: &'a Rules,
        hidden: bool,
    ) -> Question<'a> {
        Question { exercise, text, rules, set, rows: None, hidden }
    }
}

/// The most rows that an example may have: more are too many to look at.
pub(crate) const MOST_ROWS: usize = 12;

/// How many missing or extra rows are shown.
const ROWS_SHOWN: usize = 3;

/// Data sets with more rows are not shrunk, because reading them alone takes too long.
const LARGEST: usize = 60_000;

/// Finds the example of a difference, for as long as there is patience. If the mistake shows only on many rows, the example is
/// just the rows that differ.
pub(super) fn find(
    sets: &mut DataSets,
    question: Question<'_>,
    (model, answer, difference): (&Answer, &Answer, &Difference),
    mistake: Option<&KnownMistake>,
    patience: Duration,
) -> Result<Option<Example>> {
    let Question { exercise, text, rules, set, rows, hidden } = question;
    let many = |rows: usize| Example {
        tables: Vec::new(),
        rows,
        yours: first_rows(answer, &partners_first(model, answer, difference)).unwrap_or_default(),
        expected: first_rows(model, &difference.missing).unwrap_or_default(),
        steps: Vec::new(),
        diverges: None,
        hidden,
    };
    let deadline = Instant::now() + patience;
    let read;
    let population = match rows {
        Some(rows) => rows,
        None => {
            read = sets.population(set)?;
            &*read
        }
    };
    let is_large = mistake.is_some_and(|one| exercise.needs_many_rows(&one.name));
    if is_large || population.len() > LARGEST {
        return Ok(Some(many(population.len())));
    }
    let pair = Pair { rules, model: exercise.solution(sets.engine()), answer: text };
    let whole = Whole { model, answer, difference };
    let sandbox = sets.empty(set)?;
    sandbox.begin()?;
    let mut found = || -> Result<Option<Example>> {
        let Some(smallest) = shrink::find(sandbox, population, pair, whole, deadline)? else {
            return Ok(None);
        };
        if smallest.rows.len() > MOST_ROWS {
            return Ok(Some(many(smallest.rows.len())));
        }
        let tables = population.shown(&smallest.rows);
        let few = (tables, &smallest.model, &smallest.answer, &smallest.difference);
        shown(sandbox, exercise, text, few, hidden).map(Some)
    };
    let found = found();
    let ended = sandbox.roll_back();
    match (found, ended) {
        (Ok(found), Ok(())) => Ok(found),
        // For example, the server could stop a query only by ending its connection. The verdict is valid without an example.
        _ => {
            sets.forget(set);
            Ok(Some(many(population.len())))
        }
    }
}

/// An example whose rows are in the sandbox, within its transaction.
pub(super) fn shown(
    sandbox: &mut dyn Sandbox,
    exercise: &Exercise,
    text: &str,
    (tables, model, answer, difference): (Vec<Table>, &Answer, &Answer, &Difference),
    hidden: bool,
) -> Result<Example> {
    let of_answer = steps(sandbox, text, true)?;
    let model_text = exercise.solution(sandbox.engine());
    let of_model = steps(sandbox, model_text, false)?;
    Ok(Example {
        rows: tables.iter().map(|table| table.rows.len()).sum(),
        tables,
        yours: table(answer, &difference.extra),
        expected: table(model, &difference.missing),
        diverges: diverges(&of_answer, &of_model),
        steps: of_answer,
        hidden,
    })
}

/// A whole answer if it is short, else the rows that differ.
fn table(answer: &Answer, differing: &[usize]) -> Table {
    if answer.rows.len() > MOST_ROWS && !differing.is_empty() {
        return first_rows(answer, differing).unwrap_or_default();
    }
    Table {
        name: String::new(),
        columns: answer.columns.clone(),
        rows: answer.rows.iter().take(MOST_ROWS).cloned().collect(),
        count: answer.rows.len(),
    }
}

/// The positions of extra rows. Rows that begin like a missing one come first, because they show what is wrong.
pub(super) fn partners_first(model: &Answer, answer: &Answer, difference: &Difference) -> Vec<usize> {
    let mut left = difference.extra.clone();
    let mut ordered = Vec::new();
    for at in difference.missing.iter().take(ROWS_SHOWN) {
        let begins = model.rows[*at].first();
        if let Some(found) = left.iter().position(|extra| answer.rows[*extra].first() == begins) {
            ordered.push(left.remove(found));
        }
    }
    ordered.append(&mut left);
    ordered
}

/// The first of the rows at some positions.
pub(super) fn first_rows(answer: &Answer, places: &[usize]) -> Option<Table> {
    let rows: Vec<Vec<Cell>> = places.iter().take(ROWS_SHOWN).map(|at| answer.rows[*at].clone()).collect();
    let columns = answer.columns.clone();
    (!rows.is_empty()).then_some(Table { name: String::new(), columns, rows, count: places.len() })
}

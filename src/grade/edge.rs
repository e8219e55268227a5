//! Tries a query on the exercise's own rows: cases at the limits of its task, which hardly any seed has.
//!
//! The rows keep every promise of the task, so an answer that differs from the model's is wrong.

use super::ask::{ours, told, undone};
use super::check::{COUNT, not_rounded};
use super::compare::{Difference, Rules, Way};
use super::elsewhere::refused_elsewhere;
use super::example::{self, Question};
use super::population::Population;
use super::schema::Schema;
use super::verdict::{KnownMistake, Outcome, Stage, Verdict};
use super::{Grader, Result, mistakes, oracle, words};
use crate::exercise::Exercise;
use crate::sandbox::{Answer, Limits, Refusal, Sandbox};

/// The outcome of a query there.
enum Seen {
    /// The model's answer.
    Same,
    Refused(Refusal),
    NotRounded(Rules, Answer),
    Other(Box<Other>),
}

/// An answer that differs from the model's, and the material for its example.
struct Other {
    rules: Rules,
    model: Answer,
    answer: Answer,
    difference: Difference,
    mistake: Option<KnownMistake>,
    rows: Population,
}

impl Grader {
    /// The verdict on a query that does not return the same as the model there.
    pub(super) fn at_the_edge(&mut self, exercise: &Exercise, text: &str) -> Result<Option<Verdict>> {
        if exercise.edge(self.data.engine()).is_none() {
            return Ok(None);
        }
        let set = self.data.visible(exercise);
        let schema = Schema::clone(&*self.data.schema(&set)?);
        let seen = self.data.with_edge(exercise, |sandbox| look(sandbox, exercise, text, schema))?;
        let other = match seen {
            None | Some(Seen::Same) => return Ok(None),
            Some(Seen::Refused(refusal)) => return Ok(Some(refused_elsewhere(exercise, &refusal))),
            Some(Seen::NotRounded(rules, answer)) => {
                return Ok(Some(not_rounded(exercise, &rules, &answer, true)));
            }
            Some(Seen::Other(other)) => *other,
        };
        let Other { rules, model, answer, difference, mistake, rows } = other;
        let mut verdict = Verdict {
            stage: Some(Stage::Hidden),
            message: words::edge(),
            mistake,
            share: COUNT,
            ..Verdict::blank(exercise, Outcome::Wrong)
        };
        if self.settings.examples {
            let question = Question { rows: Some(&rows), ..Question::on(&set, exercise, text, &rules, true) };
            let differing = (&model, &answer, &difference);
            let mistake = verdict.mistake.as_ref();
            verdict.example = example::find(&mut self.data, question, differing, mistake, self.patience)?;
        }
        Ok(Some(verdict))
    }
}

/// Runs the model and the query on these rows.
fn look(sandbox: &mut dyn Sandbox, exercise: &Exercise, text: &str, schema: Schema) -> Result<Seen> {
    let model = oracle::expected(sandbox, exercise)?;
    let rules = Rules::of(exercise, &model);
    let answer = undone(sandbox, |sandbox| sandbox.query(text, &Limits::default()))?;
    let answer = match told(answer)? {
        Ok(answer) => answer,
        Err(refusal) => return Ok(Seen::Refused(refusal)),
    };
    let Some(answer) = rules.aligned(&answer) else { return Ok(Seen::Same) };
    let Some(difference) = rules.difference(&model, &answer) else {
        return Ok(match rules.unrounded(&answer).is_some() {
            true => Seen::NotRounded(rules, answer),
            false => Seen::Same,
        });
    };
    let only_order = difference.kind == Way::Order;
    let mistake =
        undone(sandbox, |sandbox| mistakes::matching(sandbox, exercise, &rules, &answer, only_order))??;
    let rows = ours(Population::read(sandbox, schema), "reading all rows")?;
    Ok(Seen::Other(Box::new(Other { rules, model, answer, difference, mistake, rows })))
}

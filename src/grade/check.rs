//! Judges a query, in the order that helps a learner most: what the engine refuses, columns, number of rows, order, values, and
//! then databases that the learner has not seen ([`Grader::elsewhere`]).

use std::sync::Arc;

use super::ask::told;
use super::compare::{Columns, Difference, Rules, Way};
use super::data::Set;
use super::example::{self, Question, first_rows, partners_first};
use super::refusals::{self, raw};
use super::verdict::{Outcome, Stage, Verdict};
use super::{Grader, Result, mistakes, oracle, portability, slips, words};
use crate::exercise::{Exercise, Kind};
use crate::sandbox::{Answer, Limits, Refusal};

/// Shares of the points: for a query that runs, for its columns, and for its number of rows. The rest is for the values.
const RUNS: f64 = 0.2;
const COLUMNS: f64 = 0.4;
pub(super) const COUNT: f64 = 0.6;

impl Grader {
    /// Judges the rows of a query.
    pub(super) fn check_rows(&mut self, exercise: &Exercise, text: &str) -> Result<Verdict> {
        let set = self.data.visible(exercise);
        let model = self.model(exercise, &set)?;
        let answer = match told(self.data.open(&set)?.query(text, &Limits::default()))? {
            Ok(answer) => answer,
            Err(refusal) => return Ok(refused(exercise, &refusal)),
        };
        let rules = Rules::of(exercise, &model);
        let (aligned, mut notes) = match (rules.columns(&answer), rules.aligned(&answer)) {
            (Columns::Other { missing, extra }, _) => {
                let message = words::columns(exercise, &answer, &missing, &extra);
                let comma = match missing.len() {
                    0 => None,
                    _ => slips::missing_comma(exercise, self.data.engine(), text),
                };
                return Ok(Verdict {
                    stage: Some(Stage::Columns),
                    message,
                    notes: comma.into_iter().collect(),
                    share: RUNS,
                    ..Verdict::blank(exercise, Outcome::Wrong)
                });
            }
            (Columns::Found { odd, .. }, Some(aligned)) if odd.is_empty() => (aligned, Vec::new()),
            (Columns::Found { odd, .. }, aligned) => {
                (aligned.unwrap_or(answer), vec![words::odd_names(exercise, &odd)])
            }
        };
        let engine = self.data.engine();
        notes.extend(portability::notes(text, exercise, engine, &*self.data.schema(&set)?));
        let noted = notes.len();
        let mut verdict = match rules.difference(&model, &aligned) {
            Some(difference) => {
                let question = Question::on(&set, exercise, text, &rules, false);
                self.wrong(question, &model, &aligned, &difference)?
            }
            None if rules.unrounded(&aligned).is_some() => not_rounded(exercise, &rules, &aligned, false),
            None if self.settings.hidden => self.elsewhere(exercise, text, &aligned, &mut notes)?,
            None => correct(exercise, &aligned),
        };
        match verdict.outcome {
            // The engine happens to read the rows in this order.
            Outcome::Correct if slips::is_unordered(exercise, engine, text) => {
                notes.truncate(noted);
                verdict = Verdict {
                    stage: Some(Stage::Order),
                    message: words::by_luck(exercise),
                    share: COUNT,
                    ..Verdict::blank(exercise, Outcome::Wrong)
                };
            }
            Outcome::Wrong => notes.extend(slips::comparisons(engine, text)),
            _ => {}
        }
        if exercise.kind == Kind::Debug && !exercise.is_begun(engine, text) {
            notes.push(words::unchanged());
        }
        notes.append(&mut verdict.notes);
        verdict.notes = notes;
        Ok(verdict)
    }

    /// The model's answer on a data set, which is computed once.
    pub(super) fn model(&mut self, exercise: &Exercise, set: &Set) -> Result<Arc<Answer>> {
        let key = (exercise.solution(self.data.engine()).to_owned(), set.clone());
        if !self.expected.contains_key(&key) {
            let answer = oracle::expected(self.data.open(set)?, exercise)?;
            self.expected.insert(key.clone(), Arc::new(answer));
        }
        Ok(Arc::clone(&self.expected[&key]))
    }

    /// The verdict on rows that differ from the model's.
    pub(super) fn wrong(
        &mut self,
        question: Question<'_>,
        model: &Answer,
        answer: &Answer,
        difference: &Difference,
    ) -> Result<Verdict> {
        let Question { exercise, text, rules, set, hidden, .. } = question;
        let only_order = difference.kind == Way::Order;
        let columns = match only_order || model.rows.len() != answer.rows.len() {
            true => Vec::new(),
            false => rules.differing_columns(model, answer),
        };
        let (stage, share) = match difference.kind {
            _ if hidden => (Stage::Hidden, COUNT),
            Way::Order => (Stage::Order, COUNT),
            _ if model.rows.len() != answer.rows.len() => (Stage::Rows, COLUMNS),
            _ => (Stage::Values, COUNT),
        };
        let mut verdict = Verdict { stage: Some(stage), share, ..Verdict::blank(exercise, Outcome::Wrong) };
        verdict.mistake = mistakes::matching(self.data.open(set)?, exercise, rules, answer, only_order)?;
        // Many mistakes return nothing. The hint must be about this one.
        if answer.rows.is_empty()
            && let Some(mistake) = &verdict.mistake
            && !self.is_alike(exercise, text, &mistake.name)?
        {
            verdict.mistake = None;
        }
        if hidden {
            verdict.message = words::hidden();
        } else {
            verdict.message = words::wrong(exercise, model, answer, difference);
            verdict.notes = words::hints(model, answer, difference, &columns);
            verdict.missing = first_rows(model, &difference.missing);
            verdict.extra = first_rows(answer, &partners_first(model, answer, difference));
        }
        if self.settings.examples {
            let differing = (model, answer, difference);
            let mistake = verdict.mistake.as_ref();
            verdict.example = example::find(&mut self.data, question, differing, mistake, self.patience)?;
        }
        Ok(verdict)
    }
}

pub(super) fn correct(exercise: &Exercise, answer: &Answer) -> Verdict {
    Verdict { message: words::correct(answer.rows.len()), ..Verdict::blank(exercise, Outcome::Correct) }
}

/// The verdict on numbers that equal the model's but have too many decimals.
pub(super) fn not_rounded(exercise: &Exercise, rules: &Rules, answer: &Answer, hidden: bool) -> Verdict {
    let column = rules.unrounded(answer).unwrap_or_default();
    Verdict {
        stage: Some(if hidden { Stage::Hidden } else { Stage::Values }),
        message: words::not_rounded(column, exercise.decimals.unwrap_or_default(), hidden),
        share: COUNT,
        ..Verdict::blank(exercise, Outcome::Wrong)
    }
}

/// The verdict on a query that is refused.
fn refused(exercise: &Exercise, refusal: &Refusal) -> Verdict {
    let (outcome, message) = refusals::outcome(refusal);
    let mut verdict = Verdict::blank(exercise, outcome);
    verdict.stage = Some(Stage::Statement);
    verdict.message = message;
    verdict.at = refusal.place().cloned();
    verdict.notes.extend(raw(refusal));
    verdict
}

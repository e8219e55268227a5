//! Judges a query, in the order that helps a learner most: what the engine refuses, columns, number of rows, order, values, and
//! then databases that the learner has not seen.

use std::sync::Arc;

use super::ask::{told, undone};
use super::compare::{Columns, Difference, Rules, Way};
use super::data::{DataSets, HIDDEN, Set};
use super::example::{self, Question, first_rows, partners_first};
use super::mistakes::{self, Trap};
use super::refusals::{self, raw};
use super::verdict::{KnownMistake, Outcome, Stage, Verdict};
use super::{Grader, Result, oracle, portability, tables, words};
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
                return Ok(Verdict {
                    stage: Some(Stage::Columns),
                    message,
                    share: RUNS,
                    ..Verdict::blank(exercise, Outcome::Wrong)
                });
            }
            (Columns::Found { odd, .. }, Some(aligned)) if odd.is_empty() => (aligned, Vec::new()),
            (Columns::Found { odd, .. }, aligned) => {
                (aligned.unwrap_or(answer), vec![words::odd_names(exercise, &odd)])
            }
        };
        notes.extend(portability::notes(text, exercise, self.data.engine(), &*self.data.schema(&set)?));
        let mut verdict = match rules.difference(&model, &aligned) {
            Some(difference) => {
                let question = Question {
                    exercise,
                    text,
                    rules: &rules,
                    set: &set,
                    rows: None,
                    hidden: false,
                    patience: self.patience,
                };
                self.wrong(question, &model, &aligned, &difference)?
            }
            None if rules.unrounded(&aligned).is_some() => not_rounded(exercise, &rules, &aligned, false),
            None if self.settings.hidden => self.elsewhere(exercise, text, &aligned, &mut notes)?,
            None => correct(exercise, &aligned),
        };
        if exercise.kind == Kind::Debug && !exercise.is_begun(self.data.engine(), text) {
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
    fn wrong(
        &mut self,
        question: Question<'_>,
        model: &Answer,
        answer: &Answer,
        difference: &Difference,
    ) -> Result<Verdict> {
        let Question { exercise, rules, set, hidden, .. } = question;
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
            verdict.example = example::find(&mut self.data, question, differing, verdict.mistake.as_ref())?;
        }
        Ok(verdict)
    }

    /// Tries an answer that is right on the learner's data on other data.
    fn elsewhere(
        &mut self,
        exercise: &Exercise,
        text: &str,
        visible: &Answer,
        notes: &mut Vec<String>,
    ) -> Result<Verdict> {
        // Data on which work is measured is large, and each further copy of it takes a while.
        let is_large = exercise.kind == Kind::Performance;
        if !is_large {
            // The edge comes first, because any difference counts there, and because it distinguishes mistakes that look alike
            // elsewhere.
            if let Some(verdict) = self.at_the_edge(exercise, text)? {
                return Ok(verdict);
            }
            if let Some(verdict) = self.trapped(exercise, text)? {
                return Ok(verdict);
            }
        }
        for nth in 0..if is_large { 1 } else { HIDDEN } {
            let set = self.data.hidden(exercise, nth);
            let model = self.model(exercise, &set)?;
            let rules = Rules::of(exercise, &model);
            let answer = match told(self.data.open(&set)?.query(text, &Limits::default()))? {
                Ok(answer) => answer,
                Err(refusal) => return Ok(refused_elsewhere(exercise, &refusal)),
            };
            let Some(answer) = rules.aligned(&answer) else { continue };
            if let Some(difference) = rules.difference(&model, &answer) {
                let question = Question {
                    exercise,
                    text,
                    rules: &rules,
                    set: &set,
                    rows: None,
                    hidden: true,
                    patience: self.patience,
                };
                return self.wrong(question, &model, &answer, &difference);
            }
            if rules.unrounded(&answer).is_some() {
                return Ok(not_rounded(exercise, &rules, &answer, true));
            }
        }
        // Only a right answer gets this note. For a wrong one, the example shows the same.
        if !is_large {
            notes.extend(self.alone(exercise, text)?);
        }
        Ok(correct(exercise, visible))
    }

    /// Tries the few rows on which the known mistakes show. An answer is wrong there only if it is the mistake's: such rows may
    /// break a promise of the task, such as that there is no tie, and then another answer can be as good as the model's.
    fn trapped(&mut self, exercise: &Exercise, text: &str) -> Result<Option<Verdict>> {
        let set = self.data.visible(exercise);
        for trap in self.traps(exercise)?.iter() {
            let engine = self.data.engine();
            let known = exercise.mistakes(engine).into_iter().find(|mistake| mistake.name == trap.mistake);
            let Some(mistake) = known else { continue };
            let limits = Limits::default();
            let verdict = self.data.with_rows(&set, &trap.tables(), |sandbox| {
                let model = oracle::expected(sandbox, exercise)?;
                let rules = Rules::of(exercise, &model);
                let mut ask = |text: &str, trusted: bool| -> Result<Option<Answer>> {
                    let answer = undone(sandbox, |sandbox| match trusted {
                        true => sandbox.trusted(text, &limits),
                        false => sandbox.query(text, &limits),
                    })?;
                    Ok(told(answer)?.ok().and_then(|answer| rules.aligned(&answer)))
                };
                let (Some(answer), Some(wrong)) = (ask(text, false)?, ask(mistake.sql, true)?) else {
                    return Ok(None);
                };
                let Some(difference) = rules.difference(&model, &answer) else { return Ok(None) };
                if rules.difference(&wrong, &answer).is_some() {
                    return Ok(None);
                }
                let shown = (trap.tables(), &model, &answer, &difference);
                let mut verdict = Verdict::blank(exercise, Outcome::Wrong);
                verdict.stage = Some(Stage::Hidden);
                verdict.message = words::rare();
                verdict.share = COUNT;
                verdict.mistake = Some(KnownMistake::of(mistake));
                verdict.example = Some(example::shown(sandbox, exercise, text, shown, true)?);
                Ok(Some(verdict))
            })?;
            if verdict.is_some() {
                return Ok(verdict);
            }
        }
        Ok(None)
    }

    /// The rows on which known mistakes show. They are found on SQLite even if answers are judged on a server.
    pub(super) fn traps(&mut self, exercise: &Exercise) -> Result<Arc<Vec<Trap>>> {
        if self.data.engine().is_file() {
            return mistakes::traps(&mut self.data, exercise);
        }
        if self.local.is_none() {
            self.local = Some(DataSets::local(&self.settings)?);
        }
        let local = self.local.as_mut().expect("it was just made");
        match exercise.is_for(local.engine()) {
            true => mistakes::traps(local, exercise),
            false => Ok(Arc::default()),
        }
    }

    /// Tries a database with one user and nothing else. No task asks about that case, so a difference gets only a note.
    fn alone(&mut self, exercise: &Exercise, text: &str) -> Result<Option<String>> {
        let set = self.data.visible(exercise);
        let schema = self.data.schema(&set)?;
        let people = schema.people().map(|at| &schema.tables[at]);
        let Some(people) = people.filter(|people| people.references.is_empty()) else { return Ok(None) };
        let alone = tables::first_rows(self.data.open(&set)?, people, 1)?;
        self.data.with_rows(&set, &[alone], |sandbox| {
            let Ok(model) = oracle::expected(sandbox, exercise) else { return Ok(None) };
            let rules = Rules::of(exercise, &model);
            let answer = told(sandbox.query(text, &Limits::default()))?.ok();
            let answer = answer.and_then(|answer| rules.aligned(&answer));
            let different = answer.filter(|answer| rules.difference(&model, answer).is_some());
            Ok(different.map(|answer| words::alone(&words::tiny(&model), &words::tiny(&answer))))
        })
    }
}

fn correct(exercise: &Exercise, answer: &Answer) -> Verdict {
    Verdict { message: words::correct(answer.rows.len()), ..Verdict::blank(exercise, Outcome::Correct) }
}

/// The verdict on a query that is refused on data that the learner has not seen.
pub(super) fn refused_elsewhere(exercise: &Exercise, refusal: &Refusal) -> Verdict {
    let (outcome, message) = refusals::outcome(refusal);
    Verdict {
        stage: Some(Stage::Hidden),
        message: format!("Right on your data; on other data of the same kind: {message}"),
        share: COUNT,
        ..Verdict::blank(exercise, outcome)
    }
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
pub(super) fn refused(exercise: &Exercise, refusal: &Refusal) -> Verdict {
    let (outcome, message) = refusals::outcome(refusal);
    let mut verdict = Verdict::blank(exercise, outcome);
    verdict.stage = Some(Stage::Statement);
    verdict.message = message;
    verdict.at = refusal.place().cloned();
    verdict.notes.extend(raw(refusal));
    verdict
}

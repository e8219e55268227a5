//! Judges counted work: the work of given queries with a learner's indexes, or the work of a learner's query.
//!
//! Nothing here depends on time. The model's work is counted once, in the same way, on a separate database.

use std::collections::BTreeMap;

use super::ask::{ALL, told};
use super::contents::statement;
use super::count::{Asked, Author};
use super::engines::counter;
use super::probes::LIMITS;
use super::refusals::{self, not_run, raw};
use super::scratch::{Scratches, catalogue, prepared};
use super::shape::{indexes, only_in_second};
use super::verdict::{KnownMistake, Outcome, Stage, Verdict, WorkDone};
use super::words::grouped;
use super::{GradeError, Result, mistakes};
use crate::database::Engine;
use crate::exercise::{Exercise, Give, Work};
use crate::migration::statements;
use crate::sandbox::{Answer, Limits, Place, Refusal, Sandbox};

/// An answer is stopped when it has done this many times the model's work. A small amount is always allowed, so that most
/// answers are counted to the end.
const STOP: u64 = 50;
const LITTLE: u64 = 20_000_000;

/// Judges counted work, and remembers the model's by the id of the exercise.
#[derive(Default)]
pub(super) struct WorkJudge {
    models: BTreeMap<String, Measured>,
    mistakes: BTreeMap<String, Vec<(KnownMistake, Measured)>>,
}

/// What an answer does.
#[derive(Debug, Clone, Default)]
struct Measured {
    /// The work of each query; the last count may be where it was stopped.
    work: Vec<u64>,
    stopped: bool,
    /// What the queries return.
    answers: Vec<Answer>,
    /// All indexes afterwards, and those that are new.
    indexes: Vec<String>,
    new: Vec<String>,
    /// How many indexes each table has.
    counts: BTreeMap<String, usize>,
    /// For each query, before the answer and with it.
    plain: Vec<Vec<String>>,
    plans: Vec<Vec<String>>,
}

impl WorkJudge {
    /// Judges statements about indexes.
    pub(super) fn indexes(
        &mut self,
        scratches: &mut Scratches<'_>,
        exercise: &Exercise,
        text: &str,
    ) -> Result<Verdict> {
        let task = task_of(exercise);
        let model = self.model(scratches, exercise)?;
        let mut scratch = prepared(scratches, exercise)?;
        if let Some(verdict) = refuse_others(exercise, task, scratch.engine(), text) {
            return Ok(verdict);
        }
        let found = match attempt(&mut *scratch, exercise, text, Some(&model))? {
            Ok(found) => found,
            Err(refusal) => return Ok(refused(exercise, &refusal)),
        };
        let engine = scratch.engine();
        drop(scratch);
        let mut verdict = judge_indexes(exercise, task, engine, &found, &model);
        if verdict.outcome != Outcome::Correct {
            let mut same = |other: &Measured| other.indexes == found.indexes;
            verdict.mistake = self.mistake(scratches, exercise, engine, &mut same)?;
        }
        Ok(verdict)
    }

    /// Judges a query: first its rows, then its work. `rows` says what is wrong with the rows of an answer, given the model's.
    pub(super) fn query(
        &mut self,
        scratches: &mut Scratches<'_>,
        exercise: &Exercise,
        text: &str,
        rows: &mut dyn FnMut(&Answer, &Answer) -> Option<Verdict>,
    ) -> Result<Verdict> {
        let task = task_of(exercise);
        let model = self.model(scratches, exercise)?;
        let mut scratch = prepared(scratches, exercise)?;
        let engine = scratch.engine();
        let found = match attempt(&mut *scratch, exercise, text, Some(&model))? {
            Ok(found) => found,
            Err(refusal) => return Ok(refused(exercise, &refusal)),
        };
        drop(scratch);
        let wrong = match (found.answers.first(), model.answers.first()) {
            (Some(answer), Some(wanted)) => rows(wanted, answer),
            _ => None,
        };
        if let Some(mut verdict) = wrong {
            let mut same = |other: &Measured| match (found.answers.first(), other.answers.first()) {
                (Some(one), Some(other)) => rows(one, other).is_none(),
                _ => false,
            };
            verdict.mistake = self.mistake(scratches, exercise, engine, &mut same)?.or(verdict.mistake);
            return Ok(verdict);
        }
        let mut verdict = judge_work(exercise, task, engine, &found, &model, "it");
        if verdict.outcome != Outcome::Correct {
            // A mistake with the same plan; if several have it, the one with the same work.
            let mut same = |other: &Measured| other.plans == found.plans && other.plans != model.plans;
            let mut just_so = |other: &Measured| other.plans == found.plans && other.work == found.work;
            verdict.mistake = match self.mistake(scratches, exercise, engine, &mut same)? {
                None => self.mistake(scratches, exercise, engine, &mut just_so)?,
                mistake => mistake,
            };
        }
        Ok(verdict)
    }

    fn model(&mut self, scratches: &mut Scratches<'_>, exercise: &Exercise) -> Result<Measured> {
        if let Some(model) = self.models.get(&exercise.id) {
            return Ok(model.clone());
        }
        let mut scratch = prepared(scratches, exercise)?;
        let solution = exercise.solution(scratch.engine());
        let measured = attempt(&mut *scratch, exercise, solution, None)?;
        let model = measured.map_err(|refusal| GradeError::model(exercise, refusal))?;
        self.models.insert(exercise.id.clone(), model.clone());
        Ok(model)
    }

    /// The only known mistake that is the same as an answer.
    fn mistake(
        &mut self,
        scratches: &mut Scratches<'_>,
        exercise: &Exercise,
        engine: Engine,
        is_same: &mut dyn FnMut(&Measured) -> bool,
    ) -> Result<Option<KnownMistake>> {
        if !self.mistakes.contains_key(&exercise.id) {
            let model = self.model(scratches, exercise)?;
            let mut known = Vec::new();
            for mistake in exercise.mistakes(engine) {
                let mut scratch = prepared(scratches, exercise)?;
                if let Ok(found) = attempt(&mut *scratch, exercise, mistake.sql, Some(&model))? {
                    known.push((KnownMistake::of(mistake), found));
                }
            }
            self.mistakes.insert(exercise.id.clone(), known);
        }
        let known = self.mistakes.get(&exercise.id).map_or(&[][..], Vec::as_slice);
        let matching = known.iter().filter(|(_, measured)| is_same(measured));
        Ok(mistakes::only(matching.map(|(mistake, _)| mistake)))
    }
}

fn task_of(exercise: &Exercise) -> &Work {
    exercise.work.as_ref().expect("an exercise of this kind is not read without its task")
}

/// Runs an answer in a scratch database, and counts its work. Given the model's work, it stops an answer that cannot pass.
fn attempt(
    scratch: &mut dyn Sandbox,
    exercise: &Exercise,
    text: &str,
    model: Option<&Measured>,
) -> Result<Result<Measured, Refusal>> {
    let task = task_of(exercise);
    let engine = scratch.engine();
    let before = catalogue(scratch)?;
    let mut found = Measured::default();
    let is_query = task.give == Give::Query;
    let author = if is_query && model.is_some() { Author::Learner } else { Author::Course };
    let queries = if is_query { vec![text.to_owned()] } else { task.queries.clone() };
    let mut after = before.clone();
    let counter = counter(engine);
    counter.gather_statistics(scratch, &before)?;
    if !is_query {
        for query in &queries {
            found.plain.push(counter.plan(scratch, query, &before)?);
        }
        if let Err(refusal) = told(scratch.script(text, &LIMITS))? {
            return Ok(Err(refusal));
        }
        after = catalogue(scratch)?;
        counter.gather_statistics(scratch, &after)?;
    }
    found.counts = after.tables.iter().map(|(name, table)| (name.clone(), table.indexes.len())).collect();
    found.indexes = indexes(&after);
    found.new = only_in_second(&indexes(&before), &found.indexes);
    for (at, query) in queries.iter().enumerate() {
        let limits = match model {
            Some(model) => stop_at(model.work[at]),
            None => ALL,
        };
        match told(counter.measure(scratch, Asked { query, author, limits: &limits }))? {
            Ok((answer, work)) => {
                found.work.push(work);
                found.answers.push(answer);
            }
            Err(Refusal::TooSlow) if model.is_some() => {
                found.work.push(limits.work);
                found.stopped = true;
            }
            Err(refusal) => return Ok(Err(refusal)),
        }
        found.plans.push(counter.plan(scratch, query, &after)?);
        if found.stopped {
            break;
        }
    }
    Ok(Ok(found))
}

fn stop_at(work: u64) -> Limits {
    Limits { work: work.saturating_mul(STOP).max(LITTLE), seconds: 10.0, ..ALL }
}

/// Refuses statements that are not about indexes, or too many; `None` if there is nothing to refuse.
fn refuse_others(exercise: &Exercise, task: &Work, engine: Engine, text: &str) -> Option<Verdict> {
    let verb = if task.give == Give::Drop { "DROP" } else { "CREATE" };
    let refuse = |outcome, message, line: Option<usize>| {
        let at = line.map(|line| Place {
            line,
            column: 1,
            text: text.lines().nth(line - 1).unwrap_or_default().to_owned(),
        });
        Some(Verdict { stage: Some(Stage::Statement), message, at, ..Verdict::blank(exercise, outcome) })
    };
    let found = match statements(engine, text) {
        Ok(found) => found,
        Err(error) => return refuse(Outcome::Error, format!("{error}."), Some(error.line())),
    };
    if found.is_empty() {
        return refuse(Outcome::Missing, "There is no statement yet.".to_owned(), None);
    }
    for statement in &found {
        let word = |at| statement.word(at);
        let is_allowed = match task.give {
            Give::Drop => word(0) == "DROP" && word(1) == "INDEX",
            _ => word(0) == "CREATE" && (word(1) == "INDEX" || (word(1) == "UNIQUE" && word(2) == "INDEX")),
        };
        if !is_allowed || statement.batch {
            let begins = format!("{} {}", word(0), word(1));
            let message =
                format!("Only {verb} INDEX is wanted here; this statement begins with {}.", begins.trim());
            return refuse(Outcome::Refused, message, Some(statement.line));
        }
    }
    let most = task.max_indexes.filter(|most| found.len() > *most)?;
    let message = format!("You create {}; {most} is enough.", indexes_in_words(found.len()));
    let wrong = Verdict { stage: Some(Stage::Work), message, ..Verdict::blank(exercise, Outcome::Wrong) };
    Some(wrong)
}

fn judge_indexes(
    exercise: &Exercise,
    task: &Work,
    engine: Engine,
    found: &Measured,
    model: &Measured,
) -> Verdict {
    let who = if task.queries.len() == 1 { "the query" } else { "a query" };
    let mut verdict = judge_work(exercise, task, engine, found, model, who);
    let too_many = task.indexes.iter().find_map(|(table, most)| {
        let count = found.counts.get(table).copied().unwrap_or_default();
        (count > *most).then_some((table, count, *most))
    });
    if let (Outcome::Correct, Some((table, count, most))) = (verdict.outcome, too_many) {
        let count = indexes_in_words(count);
        verdict = Verdict {
            stage: Some(Stage::Work),
            message: format!(
                "{table} still has {count} besides its primary key; {most} would do the same work."
            ),
            work: verdict.work,
            ..Verdict::blank(exercise, Outcome::Wrong)
        };
    }
    if task.give == Give::Index && verdict.outcome != Outcome::Correct && found.plain == found.plans {
        verdict.notes.push("The engine does the same as without your index.".to_owned());
    }
    verdict
}

/// Compares the work of the query that exceeds the model's by the largest factor.
fn judge_work(
    exercise: &Exercise,
    task: &Work,
    engine: Engine,
    found: &Measured,
    model: &Measured,
    who: &str,
) -> Verdict {
    let ratio = |at: usize| found.work[at] as f64 / model.work[at].max(1) as f64;
    let worst = (0..found.work.len()).max_by(|&one, &other| ratio(one).total_cmp(&ratio(other))).unwrap_or(0);
    let (yours, models) = (found.work[worst], model.work[worst]);
    let stopped = found.stopped && worst + 1 == found.work.len();
    let unit = counter(engine).unit;
    let enough = !stopped && yours as f64 <= task.at_most * models as f64;
    let mut verdict = Verdict::blank(exercise, if enough { Outcome::Correct } else { Outcome::Wrong });
    let (done, wanted) = (grouped(yours as usize), grouped(models as usize));
    let right = if task.give == Give::Query { "Right, but " } else { "Not yet: " };
    verdict.message = match (enough, stopped) {
        (true, _) => format!("Right: {who} does {done} {unit}; the model does {wanted}."),
        (false, true) => {
            verdict.outcome = Outcome::TooSlow;
            format!("{who} does more than {done} {unit} and was stopped; the model does {wanted}.")
        }
        (false, false) => {
            let (times, most) = (times(ratio(worst)), times(task.at_most));
            format!(
                "{right}{who} does {done} {unit}; the model does {wanted} ({times} times as much, at most {most} is allowed)."
            )
        }
    };
    if let Some(first) = verdict.message.get(..1) {
        verdict.message.replace_range(..1, &first.to_uppercase());
    }
    verdict.stage = (!enough).then_some(Stage::Work);
    if !enough && task.queries.len() > 1 {
        verdict.notes.push(format!("This query: {}", statement(&task.queries[worst])));
    }
    verdict.work = Some(WorkDone {
        unit,
        yours,
        model: models,
        at_most: task.at_most,
        stopped,
        plan: found.plans.get(worst).cloned().unwrap_or_default(),
    });
    verdict
}

fn refused(exercise: &Exercise, refusal: &Refusal) -> Verdict {
    Verdict {
        stage: Some(Stage::Statement),
        message: not_run("Your answer", refusal),
        notes: raw(refusal).into_iter().collect(),
        at: refusal.place().cloned(),
        ..Verdict::blank(exercise, refusals::outcome(refusal).0)
    }
}

/// 395, 4.2, 3.
fn times(ratio: f64) -> String {
    match ratio {
        ratio if ratio >= 10.0 => grouped(ratio.round() as usize),
        ratio => format!("{ratio:.1}").trim_end_matches(".0").to_owned(),
    }
}

fn indexes_in_words(count: usize) -> String {
    format!("{} {}", grouped(count), if count == 1 { "index" } else { "indexes" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_for_people() {
        assert_eq!([times(395.2), times(4.2), times(3.0), times(1234.4)], ["395", "4.2", "3", "1,234"]);
    }
}

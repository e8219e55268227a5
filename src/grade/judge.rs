//! Judges answers that are scripts, with probes. Each attempt gets a separate scratch database.
//!
//! The probes that each known mistake fails are determined once and remembered.

use std::collections::{BTreeMap, BTreeSet};

use super::migration::migration;
use super::probes::{Checks, integrity};
use super::refusals::not_run;
use super::scratch::{Scratches, make_dirty, prepared};
use super::verdict::{KnownMistake, Outcome, Stage, Verdict};
use super::{Result, ids, mistakes};
use crate::database::Engine;
use crate::exercise::{Exercise, Kind, Probes};
use crate::migration::statements;
use crate::sandbox::Refusal;

/// Judges scripts, and remembers what known mistakes fail.
#[derive(Default)]
pub(super) struct ScriptJudge {
    /// The seed of the data on which scripts are tried.
    seed: u64,
    /// The probes with the ids of this data, by the id of the exercise.
    probes: BTreeMap<String, Probes>,
    /// By the id of the exercise.
    failures: BTreeMap<String, Vec<Failure>>,
}

/// A known mistake, and the checks that it fails.
struct Failure {
    mistake: KnownMistake,
    failed: Failed,
}

/// The checks that fail. If the script does not run at all, also the message of the engine, which says more.
type Failed = BTreeSet<(String, Option<String>)>;

impl ScriptJudge {
    pub(super) fn new(seed: u64) -> ScriptJudge {
        ScriptJudge { seed, ..ScriptJudge::default() }
    }

    /// Judges a script.
    pub(super) fn judge(
        &mut self,
        scratches: &mut Scratches<'_>,
        exercise: &Exercise,
        text: &str,
    ) -> Result<Verdict> {
        let (engine, checks) = self.attempt(scratches, exercise, text)?;
        // An answer that was not begun counts as missing, even if some probes pass without it.
        if statements(engine, text).is_ok_and(|found| found.is_empty()) {
            let message = not_run("", &Refusal::Empty);
            let stage = Some(Stage::Statement);
            return Ok(Verdict { stage, message, ..Verdict::blank(exercise, Outcome::Missing) });
        }
        let failed = failed_of(&checks);
        let mut verdict = verdict_of(exercise, checks);
        if matches!(verdict.outcome, Outcome::Wrong | Outcome::Error) {
            verdict.mistake = self.mistake(scratches, exercise, engine, &failed)?;
        }
        Ok(verdict)
    }

    /// The mistake that fails the same checks, if it is the only one.
    fn mistake(
        &mut self,
        scratches: &mut Scratches<'_>,
        exercise: &Exercise,
        engine: Engine,
        failed: &Failed,
    ) -> Result<Option<KnownMistake>> {
        if !self.failures.contains_key(&exercise.id) {
            let mut failures = Vec::new();
            for mistake in exercise.mistakes(engine) {
                let (_, checks) = self.attempt(scratches, exercise, mistake.sql)?;
                failures.push(Failure { mistake: KnownMistake::of(mistake), failed: failed_of(&checks) });
            }
            self.failures.insert(exercise.id.clone(), failures);
        }
        let known = self.failures.get(&exercise.id).map_or(&[][..], Vec::as_slice);
        let matching = known.iter().filter(|known| known.failed == *failed);
        Ok(mistakes::only(matching.map(|known| &known.mistake)))
    }

    fn attempt(
        &mut self,
        scratches: &mut Scratches<'_>,
        exercise: &Exercise,
        text: &str,
    ) -> Result<(Engine, Checks)> {
        let mut scratch = prepared(scratches, exercise)?;
        if !self.probes.contains_key(&exercise.id) {
            let written = exercise.probes.as_ref();
            let written = written.expect("an exercise of this kind is not read without its probes");
            let base = ids::base(&mut *scratch, exercise, self.seed)?;
            let placed = written.reworded(&|words| ids::placed(words, base));
            self.probes.insert(exercise.id.clone(), placed);
        }
        let probes = &self.probes[&exercise.id];
        make_dirty(&mut *scratch, exercise, probes)?;
        let checks = match exercise.kind {
            Kind::Migration => migration(&mut *scratch, probes, text)?,
            _ => integrity(&mut *scratch, probes, text)?,
        };
        Ok((scratch.engine(), checks))
    }
}

fn failed_of(checks: &Checks) -> Failed {
    let words = |found: &Option<String>| found.clone().filter(|_| checks.results.len() == 1);
    let failed = checks.results.iter().filter(|result| !result.passed);
    failed.map(|result| (result.name.clone(), words(&result.found))).collect()
}

fn verdict_of(exercise: &Exercise, checks: Checks) -> Verdict {
    let (passed, count) = (checks.passed(), checks.results.len());
    let first = checks.results.iter().find(|result| !result.passed).map(|result| result.name.clone());
    let mut verdict = Verdict::blank(exercise, Outcome::Correct);
    verdict.share = if count == 0 { 1.0 } else { passed as f64 / count as f64 };
    match (first, checks.error) {
        (None, _) => verdict.message = format!("All {count} checks pass."),
        // Nothing else was tried.
        (Some(_), Some(error)) if count == 1 => {
            verdict.outcome = error.outcome;
            verdict.stage = Some(Stage::Statement);
            verdict.message = error.sentence;
            verdict.at = error.at;
        }
        (Some(first), error) => {
            verdict.outcome = Outcome::Wrong;
            verdict.stage = Some(Stage::Probes);
            verdict.message = format!("{passed} of {count} checks pass. First failure: {first}.");
            verdict.at = error.and_then(|error| error.at);
        }
    }
    verdict.notes = checks.notes;
    verdict.probes = checks.results;
    verdict
}

#[cfg(test)]
mod tests;

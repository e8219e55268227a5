//! Checks each exercise closely, with everything that a learner would see: on the data of one seed, and the examples of
//! mistakes on a few more.

use std::path::PathBuf;
use std::time::Duration;

use super::error::of_the_model;
use super::{Finding, Flaw, Lint, LintError, Observer, Phase, Result, parallel};
use crate::exercise::Exercise;
use crate::grade::{Grader, MOST_EXAMPLE_ROWS, Outcome, Settings};

/// On a busy machine the search takes longer; its result must not depend on that.
const PATIENCE: Duration = Duration::from_secs(60);

/// There are few data sets, so they are built in the user's folder of fixtures.
fn settings(seed: u64, folder: Option<PathBuf>) -> Settings {
    Settings { seed, server: None, folder, hidden: true, examples: true }
}

/// What is wrong, and how many rows the examples have.
pub(super) fn look(
    lint: &Lint<'_>,
    exercises: &[&Exercise],
    observer: &dyn Observer,
) -> Result<(Vec<Finding>, Vec<usize>)> {
    let seeds = if lint.shrink_all { lint.seeds() } else { vec![lint.seed] };
    let pieces: Vec<(u64, &Exercise)> =
        seeds.iter().flat_map(|seed| exercises.iter().map(|exercise| (*seed, *exercise))).collect();
    let of = pieces.len();
    let found = parallel::each(
        lint.threads,
        &pieces,
        || None,
        |open: &mut Option<(u64, Grader)>, (seed, exercise)| {
            let grader = match open {
                Some((there, grader)) if there == seed => grader,
                _ => &mut open.insert((*seed, Grader::new(settings(*seed, None))?.patience(PATIENCE))).1,
            };
            one(grader, exercise, *seed)
        },
        |steps| observer.done(Phase::Exercises, steps, of),
    )?;
    let (mut findings, mut rows) = (Vec::new(), Vec::new());
    for (own, examples) in found {
        findings.extend(own);
        rows.extend(examples);
    }
    Ok((findings, rows))
}

fn one(grader: &mut Grader, exercise: &Exercise, seed: u64) -> Result<(Vec<Finding>, Vec<usize>), LintError> {
    let engine = grader.engine();
    let (mut findings, mut rows) = (Vec::new(), Vec::new());
    if !exercise.is_for(engine) {
        return Ok((findings, rows));
    }
    let id = exercise.id.as_str();
    let mut add =
        |file: &str, flaw: Flaw| findings.push(Finding::new(id, format!("{id}/{file}"), flaw).on(seed));
    let verdict = match grader.check(exercise, exercise.solution(engine)) {
        Ok(verdict) => verdict,
        Err(error) => {
            let message = of_the_model(error)?;
            add("solution.sql", Flaw::ModelFails(message));
            return Ok((findings, rows));
        }
    };
    if verdict.outcome != Outcome::Correct {
        add("solution.sql", Flaw::ModelIsRefused(verdict.message));
        return Ok((findings, rows));
    }
    if grader.check(exercise, &exercise.start(engine))?.outcome == Outcome::Correct {
        add("start.sql", Flaw::StartPasses);
    }
    for mistake in exercise.mistakes(engine) {
        let file = format!("wrong/{}.sql", mistake.name);
        let verdict = grader.check(exercise, mistake.sql)?;
        match verdict.outcome {
            Outcome::Correct => {
                add(&file, Flaw::NotTold);
                continue;
            }
            Outcome::Error | Outcome::Refused | Outcome::TooSlow | Outcome::Missing
                if exercise.is_query() =>
            {
                add(&file, Flaw::MistakeFails(verdict.message));
                continue;
            }
            _ => {}
        }
        // A script that breaks the same probes as another one earns the hint of the probe.
        let has_probe_hint = verdict.probes.iter().any(|probe| !probe.passed && probe.hint.is_some());
        match &verdict.mistake {
            Some(known) if known.name == mistake.name => {}
            Some(known) => add(&file, Flaw::OtherHint { given: known.name.clone() }),
            None if has_probe_hint => {}
            None => add(&file, Flaw::NoHint),
        }
        if exercise.is_query() && exercise.work.is_none() {
            match verdict.example.as_ref().map(|example| example.rows) {
                Some(count) if count <= MOST_EXAMPLE_ROWS => rows.push(count),
                _ if exercise.needs_many_rows(mistake.name) => {}
                Some(count) => {
                    rows.push(count);
                    add(&file, Flaw::LargeExample { rows: count });
                }
                None => add(&file, Flaw::NoExample),
            }
        }
    }
    Ok((findings, rows))
}

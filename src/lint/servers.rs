//! Runs the models on servers. Their answers must equal those of SQLite, and models that are scripts must pass there too.

use super::error::of_the_model;
use super::{Finding, Flaw, Lint, Observer, Phase, Result};
use crate::exercise::Exercise;
use crate::grade::{Grader, Outcome, Settings, is_same_answer};

/// A data set on a server takes a second to build.
const MOST_SEEDS: usize = 20;

pub(super) fn look(
    lint: &Lint<'_>,
    exercises: &[&Exercise],
    all: &[u64],
    observer: &dyn Observer,
) -> Result<Vec<Finding>> {
    let all = &all[..all.len().min(MOST_SEEDS)];
    let of = all.len() * lint.servers.len();
    let mut findings = Vec::new();
    for (nth, server) in lint.servers.iter().enumerate() {
        for (at, seed) in all.iter().enumerate() {
            findings.extend(on(server, exercises, *seed, at == 0)?);
            observer.done(Phase::Servers, nth * all.len() + at + 1, of);
        }
    }
    Ok(findings)
}

fn on(server: &str, exercises: &[&Exercise], seed: u64, scripts: bool) -> Result<Vec<Finding>> {
    let settings = |server: Option<&str>| Settings {
        seed,
        server: server.map(str::to_owned),
        folder: None,
        hidden: false,
        examples: false,
    };
    let mut here = Grader::new(settings(None))?;
    let base = here.engine();
    let mut there = Grader::new(settings(Some(server)))?;
    let engine = there.engine();
    let mut findings = Vec::new();
    for exercise in exercises.iter().filter(|exercise| exercise.is_for(engine)) {
        let id = exercise.id.as_str();
        let mut add = |flaw| findings.push(Finding::new(id, format!("{id}/solution.sql"), flaw).on(seed));
        if exercise.is_query() && exercise.is_for(base) {
            let found = match there.expected(exercise) {
                Ok(found) => found,
                Err(error) => {
                    add(Flaw::ModelFails(format!("{}: {}", engine.name(), of_the_model(error)?)));
                    continue;
                }
            };
            if !is_same_answer(exercise, &here.expected(exercise)?, &found) {
                add(Flaw::OtherOn { engine: engine.name() });
            }
        }
        if scripts && exercise.is_query() && exercise.is_for(base) {
            let found = there.run_at_edge(exercise, exercise.solution(engine));
            let found = match found {
                Ok(found) => found.and_then(Result::ok),
                Err(error) => {
                    add(Flaw::ModelFails(format!("{}: {}", engine.name(), of_the_model(error)?)));
                    continue;
                }
            };
            let wanted = here.run_at_edge(exercise, exercise.solution(base))?.and_then(Result::ok);
            let is_same = match (&wanted, &found) {
                (Some(wanted), Some(found)) => is_same_answer(exercise, wanted, found),
                (wanted, found) => wanted.is_none() && found.is_none(),
            };
            if !is_same {
                add(Flaw::OtherOn { engine: engine.name() });
            }
        }
        if scripts {
            let verdict = there.check(exercise, exercise.solution(engine))?;
            if verdict.outcome != Outcome::Correct {
                add(Flaw::ModelIsRefused(format!("{}: {}", engine.name(), verdict.message)));
            }
        }
    }
    Ok(findings)
}

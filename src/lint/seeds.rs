//! Runs models and known mistakes on the data of many seeds, and compares the answers.

use std::collections::{BTreeMap, BTreeSet};

use super::error::of_the_model;
use super::{Finding, Flaw, Lint, LintError, Observer, Phase, Result, cut, parallel, rows};
use crate::exercise::Exercise;
use crate::grade::{Grader, Outcome, Settings, is_same_answer};
use crate::sandbox::Answer;

/// The file with rows at the limits of a task.
const EDGE: &str = "edge.sql";

/// What the data of one seed gives.
#[derive(Default)]
struct OfSeed {
    findings: Vec<Finding>,
    /// The digest of each query's answer, by id, in the order of the exercises.
    answers: Vec<(String, String)>,
}

/// What is wrong, and how many answers each query has.
pub(super) fn look(
    lint: &Lint<'_>,
    exercises: &[&Exercise],
    seeds: &[u64],
    observer: &dyn Observer,
) -> Result<(Vec<Finding>, BTreeMap<String, usize>)> {
    let found = parallel::each(
        lint.threads,
        seeds,
        || (),
        |(), seed| of_seed(exercises, *seed),
        |steps| observer.done(Phase::Seeds, steps, seeds.len()),
    )?;
    let mut findings = Vec::new();
    let mut answers: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut alike: BTreeMap<(String, String), Vec<u64>> = BTreeMap::new();
    for (one, seed) in found.into_iter().zip(seeds) {
        findings.extend(one.findings);
        let mut by_digest: BTreeMap<&str, &str> = BTreeMap::new();
        for (id, digest) in &one.answers {
            answers.entry(id.clone()).or_default().insert(digest.clone());
            let first = *by_digest.entry(digest).or_insert(id);
            if first != id {
                alike.entry((first.to_owned(), id.clone())).or_default().push(*seed);
            }
        }
    }
    findings.extend(same_answers(alike, &answers));
    Ok((findings, answers.into_iter().map(|(id, all)| (id, all.len())).collect()))
}

/// Exercises that have the same answer. Short answers may coincide on the data of one seed; that counts only if it happens on
/// several seeds.
fn same_answers(
    alike: BTreeMap<(String, String), Vec<u64>>,
    answers: &BTreeMap<String, BTreeSet<String>>,
) -> Vec<Finding> {
    let often = |seeds: &Vec<u64>, id: &str| {
        let different = answers.get(id).map_or(1, BTreeSet::len);
        seeds.len() > 1 || different <= 1
    };
    let alike = alike.into_iter().filter(|((_, id), seeds)| often(seeds, id));
    alike
        .map(|((other, id), seeds)| Finding {
            seeds,
            ..Finding::new(&id, format!("{id}/solution.sql"), Flaw::SameAnswer { other })
        })
        .collect()
}

fn of_seed(exercises: &[&Exercise], seed: u64) -> Result<OfSeed> {
    // The data sets of many seeds would fill the disk: these go when they were used.
    let folder = tempfile::tempdir().map_err(LintError::Folder)?;
    let settings = Settings {
        seed,
        server: None,
        folder: Some(folder.path().to_owned()),
        hidden: false,
        examples: false,
    };
    let mut grader = Grader::new(settings)?;
    let mut found = OfSeed::default();
    let engine = grader.engine();
    for exercise in exercises.iter().filter(|exercise| exercise.is_for(engine)) {
        let flaws = match exercise.is_query() && exercise.work.is_none() {
            true => query(&mut grader, exercise, &mut found.answers)?,
            false if exercise.work.is_some() => Vec::new(),
            false => script(&mut grader, exercise)?,
        };
        let id = exercise.id.as_str();
        let finding = |(file, flaw)| Finding::new(id, format!("{id}/{file}"), flaw).on(seed);
        found.findings.extend(flaws.into_iter().map(finding));
    }
    Ok(found)
}

fn query(
    grader: &mut Grader,
    exercise: &Exercise,
    answers: &mut Vec<(String, String)>,
) -> Result<Vec<(String, Flaw)>> {
    let solution = || "solution.sql".to_owned();
    let model = match grader.expected(exercise) {
        Ok(model) => model,
        Err(error) => return Ok(vec![(solution(), Flaw::ModelFails(of_the_model(error)?))]),
    };
    answers.push((exercise.id.clone(), rows::digest(&model)));
    let mut flaws: Vec<(String, Flaw)> =
        rows::look(exercise, &model).into_iter().map(|flaw| (solution(), flaw)).collect();
    let edge = match grader.run_at_edge(exercise, exercise.solution(grader.engine())) {
        Ok(None) => None,
        Ok(Some(Ok(edge))) => {
            flaws.extend(rows::look(exercise, &edge).into_iter().map(|flaw| (EDGE.to_owned(), flaw)));
            Some(edge)
        }
        Ok(Some(Err(refusal))) => {
            flaws.push((EDGE.to_owned(), Flaw::ModelFails(refusal.to_string())));
            None
        }
        Err(error) => {
            flaws.push((EDGE.to_owned(), Flaw::ModelFails(of_the_model(error)?)));
            None
        }
    };
    if let Some(cut) = cut::cut(exercise.solution(grader.engine()), grader.engine()) {
        let tie = |more: Option<Answer>| match more.map(|more| cut.is_tie(exercise, &more)) {
            Some(Some(true)) => Some(Flaw::Tie { kept: cut.rows }),
            Some(None) | None => Some(Flaw::CutBySomethingElse),
            Some(Some(false)) => None,
        };
        let more = grader.run(exercise, &cut.one_more)?.ok();
        flaws.extend(tie(more).map(|flaw| (solution(), flaw)));
        if edge.is_some() {
            let more = grader.run_at_edge(exercise, &cut.one_more)?.and_then(Result::ok);
            flaws.extend(tie(more).map(|flaw| (EDGE.to_owned(), flaw)));
        }
    }
    // The answers that differ from the model's: on this data, and on the rows of `edge.sql`.
    let mut known: Vec<(&str, [Option<Answer>; 2])> = Vec::new();
    for mistake in exercise.mistakes(grader.engine()) {
        let file = format!("wrong/{}.sql", mistake.name);
        let answer = match grader.run(exercise, mistake.sql)? {
            Ok(answer) => answer,
            Err(refusal) => {
                flaws.push((file, Flaw::MistakeFails(refusal.to_string())));
                continue;
            }
        };
        let there = match edge.is_some() {
            true => grader.run_at_edge(exercise, mistake.sql)?.and_then(Result::ok),
            false => None,
        };
        let there =
            there.filter(|there| edge.as_ref().is_some_and(|edge| !is_same_answer(exercise, edge, there)));
        let here = Some(answer).filter(|answer| !is_same_answer(exercise, &model, answer));
        let differ = [here, there];
        // A learner sees the first data on which the answers differ.
        match differ.iter().position(Option::is_some) {
            None => flaws.push((file, Flaw::NotTold)),
            Some(at) => {
                let is_same = |other: &[Option<Answer>; 2]| match (&other[at], &differ[at]) {
                    (Some(other), Some(answer)) => is_same_answer(exercise, other, answer),
                    _ => false,
                };
                if let Some((name, _)) = known.iter().find(|(_, other)| is_same(other)) {
                    flaws.push((file, Flaw::OtherHint { given: (*name).to_owned() }));
                }
            }
        }
        known.push((mistake.name, differ));
    }
    Ok(flaws)
}

fn script(grader: &mut Grader, exercise: &Exercise) -> Result<Vec<(String, Flaw)>> {
    let engine = grader.engine();
    let verdict = grader.check(exercise, exercise.solution(engine))?;
    let mut flaws = Vec::new();
    if verdict.outcome != Outcome::Correct {
        flaws.push(("solution.sql".to_owned(), Flaw::ModelIsRefused(verdict.message)));
    }
    for mistake in exercise.mistakes(engine) {
        let file = format!("wrong/{}.sql", mistake.name);
        let verdict = grader.check(exercise, mistake.sql)?;
        match (verdict.outcome, verdict.mistake) {
            (Outcome::Correct, _) => flaws.push((file, Flaw::NotTold)),
            (_, Some(known)) if known.name != mistake.name => {
                flaws.push((file, Flaw::OtherHint { given: known.name }));
            }
            _ => {}
        }
    }
    Ok(flaws)
}

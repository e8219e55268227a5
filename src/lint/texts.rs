//! Finds what is wrong in the files alone, without running anything.

use super::{Finding, Flaw};
use crate::database::Engine;
use crate::exercise::{Catalogue, Exercise, ExerciseError, FILL_IN, Kind};

/// Why exercises are not in the catalogue, as findings.
pub(super) fn unreadable(problems: &[ExerciseError]) -> Vec<Finding> {
    let finding = |problem: &ExerciseError| {
        let (file, what) = match problem {
            ExerciseError::Wrong { file, problem } => (file.clone(), problem.to_string()),
            ExerciseError::Unreadable { file, source } => (file.clone(), source.to_string()),
            other => (String::new(), other.to_string()),
        };
        Finding { exercise: None, file, flaw: Flaw::Unreadable(what), seeds: Vec::new() }
    };
    problems.iter().map(finding).collect()
}

/// The exercises that are filled in, and what is wrong with the files of all exercises.
pub(super) fn look(catalogue: &Catalogue) -> (Vec<&Exercise>, Vec<Finding>) {
    let (mut written, mut findings) = (Vec::new(), Vec::new());
    for exercise in catalogue.exercises() {
        let id = exercise.id.as_str();
        let open = not_filled_in(exercise);
        if open.is_empty() {
            written.push(exercise);
        }
        findings
            .extend(open.into_iter().map(|file| Finding::new(id, format!("{id}/{file}"), Flaw::NotFilledIn)));
        let names = |engine: Engine| exercise.mistakes(engine).into_iter().map(|mistake| mistake.name);
        for engine in &exercise.engines {
            if names(*engine).count() == 0 {
                findings.push(Finding::new(id, format!("{id}/wrong"), Flaw::NoMistakes));
                break;
            }
        }
        for name in &exercise.threshold {
            if !exercise.engines.iter().any(|engine| names(*engine).any(|known| known == name)) {
                let flaw = Flaw::UnknownThreshold(name.clone());
                findings.push(Finding::new(id, format!("{id}/exercise.toml"), flaw));
            }
        }
        // Without a file, learners start from comments.
        let is_empty = |engine: &Engine| {
            exercise.start(*engine).lines().all(|line| line.trim().is_empty() || line.starts_with("--"))
        };
        if exercise.kind == Kind::Debug && exercise.engines.iter().any(is_empty) {
            findings.push(Finding::new(id, format!("{id}/start.sql"), Flaw::NothingToDebug));
        }
    }
    (written, findings)
}

/// The files of an exercise in which something still has to be filled in.
fn not_filled_in(exercise: &Exercise) -> Vec<String> {
    let mut texts: Vec<(String, &str)> = vec![
        ("exercise.toml".to_owned(), exercise.title.as_str()),
        ("task.md".to_owned(), exercise.task.as_str()),
        ("explain.md".to_owned(), exercise.explain.as_str()),
    ];
    let lists = exercise.hints.iter().chain(&exercise.concepts).chain(&exercise.columns);
    texts.extend(lists.map(|text| ("exercise.toml".to_owned(), text.as_str())));
    if let Some(probes) = &exercise.probes {
        let all = probes.probes.iter().flat_map(|probe| [Some(&probe.name), probe.hint.as_ref()]).flatten();
        texts.extend(all.map(|text| ("probes.toml".to_owned(), text.as_str())));
    }
    if let Some(work) = &exercise.work {
        texts.extend(work.queries.iter().map(|query| ("performance.toml".to_owned(), query.as_str())));
    }
    for engine in &exercise.engines {
        texts.push(("solution.sql".to_owned(), exercise.solution(*engine)));
        for mistake in exercise.mistakes(*engine) {
            let file = format!("wrong/{}.sql", mistake.name);
            texts.extend([(file.clone(), mistake.hint), (file, mistake.sql)]);
        }
    }
    let start = exercise.engines.first().map(|engine| exercise.start(*engine)).unwrap_or_default();
    let mut open: Vec<String> =
        texts.into_iter().filter(|(_, text)| text.contains(FILL_IN)).map(|(file, _)| file).collect();
    // The title is part of a stub.
    if start.replace(&exercise.title, "").contains(FILL_IN) && exercise.kind == Kind::Debug {
        open.push("start.sql".to_owned());
    }
    open.sort();
    open.dedup();
    open
}

/// How many known mistakes an exercise has, on the engine that has most.
pub(super) fn mistakes(exercise: &Exercise) -> usize {
    exercise.engines.iter().map(|engine| exercise.mistakes(*engine).len()).max().unwrap_or(0)
}

//! The grader: models pass on any data, each known mistake is told by its name, and the rows that show it are few.

use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::Duration;

use instaseed::exercise::{Catalogue, Exercise, Kind};
use instaseed::grade::{Grader, Outcome, Settings};

fn folder() -> PathBuf {
    static FOLDER: OnceLock<tempfile::TempDir> = OnceLock::new();
    FOLDER.get_or_init(|| tempfile::tempdir().expect("a folder")).path().to_owned()
}

fn grader(seed: u64, examples: bool) -> Grader {
    let folder = Some(folder());
    Grader::new(Settings { seed, server: None, folder, hidden: true, examples })
        .expect("a grader")
        .patience(Duration::from_secs(600))
}

fn queries(catalogue: &Catalogue) -> impl Iterator<Item = &Exercise> {
    catalogue.exercises().iter().filter(|exercise| matches!(exercise.kind, Kind::Query | Kind::Debug))
}

#[test]
fn models_pass_on_any_data() {
    let catalogue = Catalogue::embedded().expect("a catalogue");
    for seed in [1, 2, 77] {
        let mut grader = grader(seed, true);
        for exercise in queries(&catalogue) {
            let solution = exercise.solution(grader.engine()).to_owned();
            let verdict = grader.check(exercise, &solution).expect("a verdict");
            assert_eq!(verdict.outcome, Outcome::Correct, "{}: {verdict:#?}", exercise.id);
            assert!(verdict.notes.is_empty(), "{}: {:?}", exercise.id, verdict.notes);
            assert_eq!(verdict.share, 1.0);
        }
    }
}

#[test]
fn every_known_mistake_is_told_with_few_rows() {
    let catalogue = Catalogue::embedded().expect("a catalogue");
    let mut problems = Vec::new();
    for seed in [1, 77] {
        // Looking for examples takes longest; one seed shows that they are small.
        let mut grader = grader(seed, seed == 1);
        for exercise in queries(&catalogue) {
            for mistake in exercise.mistakes(grader.engine()) {
                let verdict = grader.check(exercise, mistake.sql).expect("a verdict");
                let told = verdict.mistake.as_ref().map(|known| known.name.as_str());
                if verdict.outcome != Outcome::Wrong || told != Some(mistake.name) {
                    problems
                        .push(format!("{} {}: {:?} {told:?}", exercise.id, mistake.name, verdict.outcome));
                    continue;
                }
                let Some(example) = verdict.example else {
                    assert_ne!(seed, 1, "{} {}: no example", exercise.id, mistake.name);
                    continue;
                };
                let is_threshold = exercise.threshold.iter().any(|name| name == mistake.name);
                if !is_threshold && (example.rows > 12 || example.tables.is_empty()) {
                    problems.push(format!("{} {}: {} rows", exercise.id, mistake.name, example.rows));
                }
            }
        }
    }
    assert!(problems.is_empty(), "{problems:#?}");
}

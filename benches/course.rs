//! Figures of the grader on SQLite: for each known mistake of each query, the rows of the smallest example and how long it is
//! looked for; and how long a check takes. `cargo bench --bench course -- [SEEDS] [EXERCISE]`

use std::time::{Duration, Instant};

use instaseed::exercise::{Catalogue, Exercise, Kind};
use instaseed::grade::{Grader, Outcome, Settings};

/// What takes longer is named.
const SLOW: Duration = Duration::from_millis(300);

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|one| !one.starts_with("--")).collect();
    let seeds: u64 = arguments.first().and_then(|text| text.parse().ok()).unwrap_or(3);
    let only = arguments.get(1).map(String::as_str);
    let catalogue = Catalogue::embedded().expect("a catalogue");
    let folder = tempfile::tempdir().expect("a folder");
    let settings = |seed| Settings {
        seed,
        server: None,
        folder: Some(folder.path().to_owned()),
        hidden: true,
        examples: true,
    };
    let is_query = |one: &&Exercise| matches!(one.kind, Kind::Query | Kind::Debug);
    let is_wanted = |one: &&Exercise| only.is_none_or(|id| one.id == id);
    let exercises: Vec<&Exercise> = catalogue.exercises().iter().filter(is_query).filter(is_wanted).collect();
    let (mut rows, mut times, mut checks, mut first) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for seed in 1..=seeds {
        let mut grader = Grader::new(settings(seed)).expect("a grader");
        for exercise in &exercises {
            grader.prepare(exercise).expect("data sets");
            let engine = grader.engine();
            // As a command does it: everything is read from the disk.
            let mut fresh = Grader::new(settings(seed)).expect("a grader");
            let (verdict, time) =
                timed(|| fresh.check(exercise, exercise.solution(engine)).expect("a verdict"));
            first.push(time);
            if verdict.outcome != Outcome::Correct || !verdict.notes.is_empty() {
                println!(
                    "seed {seed} {}: model {:?} {} {:?}",
                    exercise.id, verdict.outcome, verdict.message, verdict.notes
                );
            }
            checks.push(timed(|| grader.check(exercise, exercise.solution(engine)).expect("a verdict")).1);
            for mistake in exercise.mistakes(engine) {
                let (verdict, time) = timed(|| grader.check(exercise, mistake.sql).expect("a verdict"));
                let told = verdict.mistake.as_ref().map(|known| known.name.as_str());
                let found = verdict.example.as_ref().map_or(0, |example| example.rows);
                let is_large = exercise.threshold.iter().any(|name| name == mistake.name);
                if told != Some(mistake.name)
                    || only.is_some()
                    || (!is_large && !(1..=12).contains(&found))
                    || time > SLOW
                {
                    println!(
                        "seed {seed} {} {}: {:?} {told:?}, {found} rows, {} ms{}",
                        exercise.id,
                        mistake.name,
                        verdict.outcome,
                        time.as_millis(),
                        if is_large { ", a threshold" } else { "" },
                    );
                }
                if only.is_some() {
                    println!("{}", serde_json::to_string_pretty(&verdict).expect("JSON"));
                }
                if !is_large {
                    rows.push(found);
                    times.push(time);
                }
            }
        }
    }
    let mut others = Vec::new();
    let mut grader = Grader::new(settings(1)).expect("a grader");
    let is_other = |one: &&Exercise| !is_query(one) && is_wanted(one);
    for exercise in catalogue.exercises().iter().filter(is_other) {
        grader.prepare(exercise).expect("data sets");
        let engine = grader.engine();
        let (verdict, time) = timed(|| grader.check(exercise, exercise.solution(engine)).expect("a verdict"));
        if verdict.outcome != Outcome::Correct || time > SLOW {
            println!("{}: {:?} {}, {} ms", exercise.id, verdict.outcome, verdict.message, time.as_millis());
        }
        others.push(time);
        for mistake in exercise.mistakes(engine) {
            let (verdict, time) = timed(|| grader.check(exercise, mistake.sql).expect("a verdict"));
            let told = verdict.mistake.as_ref().map(|known| known.name.as_str());
            if told != Some(mistake.name) || time > SLOW {
                let (id, name) = (&exercise.id, mistake.name);
                println!("{id} {name}: {:?} {told:?}, {} ms", verdict.outcome, time.as_millis());
            }
            others.push(time);
        }
    }
    rows.sort_unstable();
    println!("{} mistakes of {} exercises, {seeds} seeds", rows.len(), exercises.len());
    let few = rows.iter().filter(|rows| **rows <= 12).count();
    let part = |count: usize, all: usize| 100.0 * count as f64 / all.max(1) as f64;
    println!(
        "rows of an example: median {}, at most {}; {:.1} % have at most 12",
        middle(&rows),
        rows.last().unwrap_or(&0),
        part(few, rows.len())
    );
    report("check of a mistake, with its example", times);
    report("check of a script or of work", others);
    report("check of a model, data sets open", checks);
    report("check of a model, first of a process", first);
}

fn timed<T>(act: impl FnOnce() -> T) -> (T, Duration) {
    let begin = Instant::now();
    let value = act();
    (value, begin.elapsed())
}

fn middle<T: Copy + Default>(sorted: &[T]) -> T {
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

fn report(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let soon = times.iter().filter(|time| **time <= SLOW).count();
    let last = times.last().copied().unwrap_or_default();
    println!(
        "{what}: median {:.0} ms, at most {:.0} ms, {:.1} % within 0.3 s",
        middle(&times).as_secs_f64() * 1e3,
        last.as_secs_f64() * 1e3,
        100.0 * soon as f64 / times.len().max(1) as f64
    );
}

//! The exercises of the course: each is whole, and its model has the same answer on every engine. What the rows show is looked at
//! by `course lint` (classroom.rs).

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use instaseed::database::{Db, Engine};
use instaseed::exercise::Catalogue;
use serde::Deserialize;

use crate::support::{TestDb, instaseed, select_in_order};

#[derive(Deserialize)]
struct Index {
    chapter: Vec<Chapter>,
}

#[derive(Deserialize)]
struct Chapter {
    name: String,
    title: String,
    exercises: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Exercise {
    title: String,
    kind: Kind,
    level: u8,
    points: u32,
    concepts: Vec<String>,
    edition: String,
    #[serde(default)]
    profile: Option<String>,
    #[serde(default)]
    engines: Vec<String>,
    #[serde(default)]
    columns: Vec<String>,
    #[serde(default)]
    order_by: Vec<String>,
    #[serde(default)]
    decimals: Option<u32>,
    #[serde(default)]
    threshold: Vec<String>,
    #[serde(default)]
    alone: bool,
    hints: Vec<String>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Query,
    Debug,
    Integrity,
    Migration,
    Performance,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds/exercises")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn index() -> Vec<Chapter> {
    toml::from_str::<Index>(&read(&root().join("index.toml"))).expect("the index").chapter
}

fn exercises() -> BTreeMap<String, Exercise> {
    let ids = index().into_iter().flat_map(|chapter| chapter.exercises);
    ids.map(|id| {
        let text = read(&root().join(&id).join("exercise.toml"));
        let exercise = toml::from_str(&text).unwrap_or_else(|error| panic!("{id}: {error}"));
        (id, exercise)
    })
    .collect()
}

/// A script for an engine: its own variant, else the one for all.
fn script(folder: &Path, name: &str, engine: Engine) -> Option<String> {
    let of = |file: String| fs::read_to_string(folder.join(file)).ok();
    of(format!("{name}.{}.sql", engine.name())).or_else(|| of(format!("{name}.sql")))
}

/// The known mistakes of an exercise that exist on an engine, by name.
fn mistakes(folder: &Path, engine: Engine) -> BTreeMap<String, String> {
    let entries = fs::read_dir(folder.join("wrong")).expect("known mistakes");
    let names: BTreeSet<String> = entries
        .map(|entry| entry.expect("readable").file_name().into_string().expect("UTF-8"))
        .map(|file| file.split('.').next().unwrap_or_default().to_owned())
        .collect();
    names
        .into_iter()
        .filter_map(|name| Some((name.clone(), script(&folder.join("wrong"), &name, engine)?)))
        .collect()
}

#[test]
fn every_exercise_is_in_the_index_and_whole() {
    let mut listed = BTreeSet::new();
    for Chapter { name, title, exercises } in index() {
        assert!(!name.is_empty() && !title.is_empty());
        for id in exercises {
            assert!(listed.insert(id.clone()), "{id} is listed twice");
        }
    }
    let folders: BTreeSet<String> = fs::read_dir(root())
        .expect("a folder")
        .map(|entry| entry.expect("readable"))
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().into_string().expect("UTF-8"))
        .collect();
    assert_eq!(listed, folders);
    assert!(listed.len() >= 52, "{}", listed.len());
    for (id, exercise) in exercises() {
        let folder = root().join(&id);
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(id.len() <= 24 && id.chars().all(plain), "{id}");
        assert!(
            !exercise.title.is_empty() && exercise.hints.len() == 3 && !exercise.concepts.is_empty(),
            "{id}"
        );
        assert!((1..=3).contains(&exercise.level) && exercise.points > 0, "{id}");
        assert!(["course", "platform"].contains(&exercise.edition.as_str()), "{id}");
        assert!(exercise.profile.as_deref().is_none_or(|name| name == "app"), "{id}");
        assert!(exercise.decimals.is_none_or(|digits| digits <= 6), "{id}");
        for file in ["task.md", "explain.md"] {
            assert!(!read(&folder.join(file)).trim().is_empty(), "{id}: {file}");
        }
        let is_query = matches!(exercise.kind, Kind::Query | Kind::Debug);
        assert!(!is_query || !exercise.columns.is_empty(), "{id} names its columns");
        assert!(!is_query || folder.join("edge.sql").is_file(), "{id} has rows at the limits of its task");
        let task = read(&folder.join("task.md"));
        for column in &exercise.columns {
            assert!(task.contains(&format!("`{column}`")), "{id}: the task does not name `{column}`");
        }
        assert!(
            !exercise.alone || (is_query && task.contains("without any")),
            "{id}: the task does not ask for it"
        );
        for order in &exercise.order_by {
            let column = order.split(' ').next().unwrap_or_default();
            assert!(exercise.columns.iter().any(|known| known == column), "{id}: order by {order}");
        }
        let needed = match exercise.kind {
            Kind::Integrity | Kind::Migration => Some("probes.toml"),
            Kind::Performance => Some("performance.toml"),
            Kind::Query | Kind::Debug => None,
        };
        if let Some(file) = needed {
            toml::from_str::<toml::Table>(&read(&folder.join(file)))
                .unwrap_or_else(|error| panic!("{id}: {error}"));
        }
        assert!(
            exercise.kind != Kind::Debug || folder.join("start.sql").is_file(),
            "{id} has something to debug"
        );
        for engine in Engine::ALL {
            if !exercise.engines.is_empty() && !exercise.engines.iter().any(|name| name == engine.name()) {
                continue;
            }
            assert!(
                script(&folder, "solution", engine).is_some(),
                "{id} has no solution for {}",
                engine.name()
            );
            let mistakes = mistakes(&folder, engine);
            assert!(mistakes.len() >= 2, "{id} on {}", engine.name());
            for (name, text) in &mistakes {
                assert!(text.starts_with("-- "), "{id}: {name} earns no hint");
            }
            for name in &exercise.threshold {
                assert!(mistakes.contains_key(name), "{id}: no mistake {name}");
            }
        }
    }
}

#[test]
fn the_built_in_exercises_have_the_digest_of_their_folder() {
    let built_in = Catalogue::embedded().expect("the built-in exercises are whole");
    let folder = Catalogue::read(&root()).expect("the folder is whole");
    assert_eq!(built_in.digest(), folder.digest());
}

/// The rows of a query, in its order.
fn answer(db: &mut Db, query: &str, columns: &[String]) -> Vec<Vec<Option<String>>> {
    let query = query.trim().trim_end_matches(';');
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    select_in_order(db, &columns, &format!("FROM (\n{query}\n) AS answer"))
}

fn sorted<T: Ord>(mut rows: Vec<T>) -> Vec<T> {
    rows.sort();
    rows
}

/// Without numbers after the point that engines write in different ways.
fn normal(rows: Vec<Vec<Option<String>>>) -> Vec<Vec<Option<String>>> {
    let cell = |cell: String| match cell.parse::<f64>() {
        Ok(number) if cell.contains('.') => {
            format!("{number:.4}").trim_end_matches('0').trim_end_matches('.').to_owned()
        }
        _ => cell,
    };
    rows.into_iter().map(|row| row.into_iter().map(|one| one.map(cell)).collect()).collect()
}

fn world(db: &TestDb, seed: u64) {
    let seed = seed.to_string();
    let words = ["reset", "--profile", "course", "--seed", &seed, "--yes", "--quiet", "--database-url"];
    let url = db.url();
    instaseed(&[&words[..], &[url.as_str()]].concat()).run().expect(0);
}

#[test]
fn the_models_agree_on_every_engine() {
    let exercises = exercises();
    let answers: RefCell<BTreeMap<String, Vec<Vec<Option<String>>>>> = RefCell::default();
    crate::support::each_engine_without_database(|test| {
        instaseed(&["setup", "--no-seed", "--quiet", "--database-url", &test.url()]).run().expect(0);
        world(test, 1);
        let mut db = test.connect();
        for (id, exercise) in
            exercises.iter().filter(|(_, one)| matches!(one.kind, Kind::Query | Kind::Debug))
        {
            let query = script(&root().join(id), "solution", test.engine()).expect("a model");
            let found = sorted(normal(answer(&mut db, &query, &exercise.columns)));
            let mut answers = answers.borrow_mut();
            let first = answers.entry(id.clone()).or_insert_with(|| found.clone());
            assert_eq!(*first, found, "{id} on {}", test.engine().name());
        }
    });
}

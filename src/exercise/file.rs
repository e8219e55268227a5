//! Reads and validates `index.toml` and `exercise.toml`.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::error::Problem;
use super::script::engine_of;
use super::{Chapter, Exercise, ExerciseError, Key, Kind, Probes, Result, Scripts, Work};
use crate::database::Engine;
use crate::edition::Edition;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Index {
    pub chapter: Vec<Chapter>,
}

/// `exercise.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    title: String,
    kind: Kind,
    level: u8,
    points: u32,
    concepts: Vec<String>,
    edition: String,
    #[serde(default = "course")]
    profile: String,
    engines: Option<Vec<String>>,
    #[serde(default)]
    columns: Vec<String>,
    #[serde(default)]
    order_by: Vec<String>,
    decimals: Option<u32>,
    #[serde(default)]
    threshold: Vec<String>,
    #[serde(default)]
    alone: bool,
    hints: [String; 3],
}

fn course() -> String {
    "course".to_owned()
}

/// What is in the folder of an exercise.
#[derive(Default)]
pub(super) struct Files {
    pub head: Option<String>,
    pub task: Option<String>,
    pub explain: Option<String>,
    pub probes: Option<String>,
    pub work: Option<String>,
    pub scripts: Scripts,
}

pub(super) fn parse<T: DeserializeOwned>(file: &str, text: &str) -> Result<T> {
    toml::from_str(text)
        .map_err(|error| ExerciseError::wrong(file, Problem::Toml(error.to_string().trim().to_owned())))
}

impl Files {
    /// Makes an exercise of the files in a folder.
    pub(super) fn exercise(self, folder: &str, id: &str, number: usize, chapter: &str) -> Result<Exercise> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if id.is_empty() || id.len() > 24 || !id.chars().all(plain) {
            return Err(ExerciseError::wrong(folder, Problem::Id));
        }
        let path = |name: &str| format!("{folder}/{name}");
        let needed = |name: &str, text: Option<String>| {
            let text = text.filter(|text| !text.trim().is_empty());
            text.ok_or_else(|| ExerciseError::wrong(path(name), Problem::Missing))
        };
        let head_file = path("exercise.toml");
        let head: Head = parse(&head_file, &needed("exercise.toml", self.head)?)?;
        let wrong = |problem| ExerciseError::wrong(&head_file, problem);
        head.validate().map_err(wrong)?;
        let engines = head.engines().map_err(wrong)?;
        self.scripts.validate(folder, &engines)?;
        let probes: Option<Probes> =
            self.probes.map(|text| parse(&path("probes.toml"), &text)).transpose()?;
        let work: Option<Work> =
            self.work.map(|text| Work::read(&path("performance.toml"), &text)).transpose()?;
        match head.kind {
            Kind::Integrity | Kind::Migration if probes.is_none() => {
                return Err(ExerciseError::wrong(path("probes.toml"), Problem::Missing));
            }
            Kind::Performance if work.is_none() => {
                return Err(ExerciseError::wrong(path("performance.toml"), Problem::Missing));
            }
            _ => {}
        }
        let task = needed("task.md", self.task)?;
        if let Some(column) = head.columns.iter().find(|column| !task.contains(&format!("`{column}`"))) {
            return Err(ExerciseError::wrong(path("task.md"), Problem::Unnamed(column.clone())));
        }
        let edition = head.edition.parse::<Edition>().map_err(|_| {
            wrong(Problem::Value { key: "edition", wanted: "must be course or platform".to_owned() })
        })?;
        Ok(Exercise {
            id: id.to_owned(),
            number,
            chapter: chapter.to_owned(),
            order_by: head.order_by.iter().map(|key| Key::read(key)).collect(),
            title: head.title,
            kind: head.kind,
            level: head.level,
            points: head.points,
            concepts: head.concepts,
            edition,
            profile: head.profile,
            engines,
            columns: head.columns,
            decimals: head.decimals,
            threshold: head.threshold,
            alone: head.alone,
            hints: head.hints,
            task,
            explain: needed("explain.md", self.explain)?,
            probes,
            work,
            scripts: self.scripts,
        })
    }
}

impl Head {
    fn validate(&self) -> Result<(), Problem> {
        let value = |key, wanted: &str| Err(Problem::Value { key, wanted: wanted.to_owned() });
        let is_query = matches!(self.kind, Kind::Query | Kind::Debug);
        match self {
            _ if self.title.trim().is_empty() => value("title", "must not be empty"),
            _ if !(1..=3).contains(&self.level) => value("level", "must be 1, 2 or 3"),
            _ if !(1..=1000).contains(&self.points) => value("points", "must be from 1 to 1000"),
            _ if self.concepts.is_empty() => value("concepts", "must name at least one"),
            _ if self.hints.iter().any(|hint| hint.trim().is_empty()) => {
                value("hints", "must have three texts")
            }
            _ if self.decimals.is_some_and(|digits| digits > 6) => value("decimals", "must be at most 6"),
            _ if is_query && self.columns.is_empty() => {
                value("columns", "must name the columns of the answer")
            }
            _ => {
                let unknown = |key: &&String| !self.columns.contains(&Key::read(key).column);
                match self.order_by.iter().find(unknown) {
                    Some(key) => value("order_by", &format!("has '{key}', which is no column of the answer")),
                    None => Ok(()),
                }
            }
        }
    }

    fn engines(&self) -> Result<Vec<Engine>, Problem> {
        let Some(names) = &self.engines else { return Ok(Engine::ALL.to_vec()) };
        let found = names.iter().map(|name| engine_of(name)).collect::<Result<Vec<_>, _>>()?;
        Ok(found.into_iter().flatten().collect())
    }
}

impl Key {
    /// `likes desc`, `id`.
    fn read(text: &str) -> Key {
        let (column, direction) = text.split_once(' ').unwrap_or((text, ""));
        Key { column: column.to_owned(), descends: direction.trim().eq_ignore_ascii_case("desc") }
    }
}

//! The exercises of a course, as files describe them: tasks, model solutions, known mistakes, probes.
//!
//! seeds/exercises/README.md documents the format. A [`Catalogue`] is the embedded one or one in a folder. It is read as a
//! whole: a mistake in one file is an error. Nothing here runs SQL.

mod error;
mod file;
mod folder;
mod probe;
mod scaffold;
mod script;
mod work;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::database::Engine;
use crate::distance::distance;
use crate::edition::Edition;

pub use error::{ExerciseError, Hint, Problem};
pub use probe::{Expected, Probe, Probes};
pub(crate) use scaffold::FILL_IN;
pub use scaffold::scaffold;
pub use script::Mistake;
use script::Scripts;
pub use work::{Give, Work};

pub(crate) type Result<T, E = ExerciseError> = std::result::Result<T, E>;

/// Exercises in the order in which they are taught.
#[derive(Debug, Clone)]
pub struct Catalogue {
    chapters: Vec<Chapter>,
    exercises: Vec<Exercise>,
    /// SHA-256 of all files, which a result records.
    digest: String,
}

/// A part of a course.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chapter {
    /// A short name, such as `beginner`.
    pub name: String,
    pub title: String,
    /// The ids of its exercises, in order.
    pub exercises: Vec<String>,
}

/// What kind of answer an exercise asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A query.
    Query,
    /// A wrong query to correct.
    Debug,
    /// A script with constraints or triggers.
    Integrity,
    /// A script that migrates up, and one that migrates back down.
    Migration,
    /// An index or a query that does less work.
    Performance,
}

impl Kind {
    pub const ALL: [Kind; 5] =
        [Kind::Query, Kind::Debug, Kind::Integrity, Kind::Migration, Kind::Performance];

    pub fn name(self) -> &'static str {
        match self {
            Kind::Query => "query",
            Kind::Debug => "debug",
            Kind::Integrity => "integrity",
            Kind::Migration => "migration",
            Kind::Performance => "performance",
        }
    }
}

/// An exercise.
#[derive(Debug, Clone)]
pub struct Exercise {
    /// The name of its folder, such as `oldest-users`.
    pub id: String,
    /// Its place in the course, from 1.
    pub number: usize,
    /// The name of its chapter.
    pub chapter: String,
    pub title: String,
    pub kind: Kind,
    /// 1 is easy, 3 is hard.
    pub level: u8,
    pub points: u32,
    /// What it is about, in lower case.
    pub concepts: Vec<String>,
    pub edition: Edition,
    /// The data set, by the name of its profile.
    pub profile: String,
    pub engines: Vec<Engine>,
    /// The columns of the answer, in order; empty if the answer is not a query.
    pub columns: Vec<String>,
    /// The order that the task asks for, as columns of the answer; empty if any order will do.
    pub order_by: Vec<Key>,
    /// How many decimals the task asks for.
    pub decimals: Option<u32>,
    /// The mistakes that show only on many rows.
    pub threshold: Vec<String>,
    /// Whether the task says what holds if there is a user and nothing else. Otherwise, that case is not judged.
    pub alone: bool,
    /// From a nudge to almost the answer.
    pub hints: [String; 3],
    /// What is asked, in Markdown.
    pub task: String,
    /// Shown after passing, in Markdown.
    pub explain: String,
    /// How an answer that is a script is judged.
    pub probes: Option<Probes>,
    /// What is measured.
    pub work: Option<Work>,
    scripts: Scripts,
}

/// A column that an answer is sorted by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    pub column: String,
    pub descends: bool,
}

impl Catalogue {
    /// The course that comes with the program.
    pub fn embedded() -> Result<Catalogue> {
        folder::embedded()
    }

    /// The ids of that course in the order of the alphabet, without reading it: what a shell may offer.
    pub fn embedded_ids() -> impl Iterator<Item = &'static str> {
        folder::embedded_ids()
    }

    /// The exercises in a folder with an `index.toml`.
    pub fn read(path: &std::path::Path) -> Result<Catalogue> {
        folder::read(path)
    }

    /// Like [`Catalogue::read`], but leaves out exercises that cannot be read, and returns what is wrong with them.
    pub fn read_what_can_be(path: &std::path::Path) -> Result<(Catalogue, Vec<ExerciseError>)> {
        folder::read_what_can_be(path)
    }

    /// The exercises in a folder; without one, the course that comes with the program.
    pub fn of(folder: Option<&std::path::Path>) -> Result<Catalogue> {
        folder.map_or_else(Catalogue::embedded, Catalogue::read)
    }

    pub fn chapters(&self) -> &[Chapter] {
        &self.chapters
    }

    pub fn exercises(&self) -> &[Exercise] {
        &self.exercises
    }

    /// SHA-256 of all files.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// An exercise by its id, its number, or the name of its answer file (`21-likes-and-comments.sql`).
    pub fn find(&self, name: &str) -> Result<&Exercise> {
        let name = name.strip_suffix(".sql").unwrap_or(name);
        let digits = name.len() - name.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let number = name[..digits].parse::<usize>().ok();
        let rest = name[digits..].strip_prefix('-').unwrap_or(&name[digits..]);
        let by_number =
            || number.filter(|_| rest.is_empty()).and_then(|one| self.exercises.get(one.checked_sub(1)?));
        let by_id = |id: &str| self.exercises.iter().find(|one| one.id == id);
        by_id(name).or_else(|| by_id(rest)).or_else(by_number).ok_or_else(|| ExerciseError::Unknown {
            name: name.to_owned(),
            nearest: self.nearest(name),
            count: self.exercises.len(),
        })
    }

    /// The id that a mistyped one probably meant.
    fn nearest(&self, name: &str) -> Option<String> {
        let ids = self.exercises.iter().map(|one| one.id.as_str());
        let (edits, id) = ids.map(|id| (distance(name, id), id)).min()?;
        (edits <= 1 + name.len() / 3).then(|| id.to_owned())
    }
}

impl Exercise {
    /// The name of a learner's file: `21-likes-and-comments.sql`.
    pub fn file_name(&self) -> String {
        format!("{:02}-{}.sql", self.number, self.id)
    }

    pub fn is_for(&self, engine: Engine) -> bool {
        self.engines.contains(&engine)
    }

    /// Whether the answer is one query.
    pub fn is_query(&self) -> bool {
        match self.kind {
            Kind::Query | Kind::Debug => true,
            Kind::Performance => self.work.as_ref().is_some_and(|work| work.give == Give::Query),
            Kind::Integrity | Kind::Migration => false,
        }
    }

    /// Whether a known mistake shows only on many rows, by its name.
    pub fn needs_many_rows(&self, mistake: &str) -> bool {
        self.threshold.iter().any(|name| name == mistake)
    }

    /// The model solution.
    pub fn solution(&self, engine: Engine) -> &str {
        self.scripts.solution(engine)
    }

    /// The known mistakes that are possible on an engine.
    pub fn mistakes(&self, engine: Engine) -> Vec<Mistake<'_>> {
        self.scripts.mistakes(engine)
    }

    /// What runs in the database before the task.
    pub fn given(&self, engine: Engine) -> Option<&str> {
        self.scripts.of("given", engine)
    }

    /// A script that writes rows into empty tables: cases at the limits of the task, on which answers are tried too.
    pub fn edge(&self, engine: Engine) -> Option<&str> {
        self.scripts.of("edge", engine)
    }

    /// What a learner's file contains at first.
    pub fn start(&self, engine: Engine) -> String {
        self.scripts.of("start", engine).map_or_else(|| self.stub(), str::to_owned)
    }

    /// Whether a text differs from what a learner's file contains at first. Line ends and empty lines do not count, because an
    /// editor may have changed them.
    pub fn is_begun(&self, engine: Engine, text: &str) -> bool {
        let lines = |text: &str| -> Vec<String> {
            let lines = text.lines().map(str::trim_end).filter(|line| !line.is_empty());
            lines.map(str::to_owned).collect()
        };
        let text = lines(text);
        !text.is_empty() && text != lines(&self.start(engine))
    }

    fn stub(&self) -> String {
        let mut text = format!("-- {}. {}\n", self.number, self.title);
        if !self.columns.is_empty() {
            text.push_str(&format!("-- Columns: {}\n", self.columns.join(", ")));
        }
        text.push('\n');
        if self.kind == Kind::Migration {
            text.push_str("\n-- down\n\n");
        }
        text
    }
}

/// Texts by engine, with one for all others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ByEngine<T> {
    all: Option<T>,
    own: BTreeMap<Engine, T>,
}

impl<T> ByEngine<T> {
    pub(crate) fn get(&self, engine: Engine) -> Option<&T> {
        self.own.get(&engine).or(self.all.as_ref())
    }
}

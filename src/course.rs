//! A learner's course: a folder with tasks, answers, a database to play with, and the learner's progress.
//!
//! The folder is the only state, and several programs may work on it at the same time. Answers are the learner's files. They
//! are written when the folder is made, when an exercise is reset, and when the editor of the page saves one. The progress is
//! one text file, `instaseed-course.toml`, which is read, changed and replaced under a lock.

mod answer;
mod database;
mod error;
mod files;
mod hint;
mod lock;
mod progress;
mod replay;
mod stamp;
mod state;
mod state_file;
mod task;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use serde::Serialize;

use crate::database::{Engine, Target};
use crate::deployment::Observer;
use crate::exercise::{Catalogue, Exercise};
use crate::grade;

pub use answer::{Answer, Saved};
pub use error::CourseError;
pub(crate) use error::Result;
pub use hint::Hint;
pub use progress::{EarlierRound, Progress, Share};
pub use replay::Replay;
pub use stamp::{Stamp, stamp};
pub use state::{Entry, Round, State};
use task::task_page;
pub use task::{has_own_data, names_columns};

/// The file that marks a folder as a course.
pub const STATE_FILE: &str = "instaseed-course.toml";

/// What a new course is made with.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The seed of its data.
    pub seed: u64,
    /// The URL of the database to play with; `None` for an SQLite file in the folder.
    pub database: Option<String>,
    /// A folder with exercises; `None` for the built-in ones.
    pub catalogue: Option<PathBuf>,
    /// The text of `README.md`, which the program that offers the course supplies.
    pub readme: String,
    /// Set it from any thread to stop filling the database at the next safe point.
    pub stop: Arc<AtomicBool>,
}

/// A learner's folder, with its exercises.
#[derive(Debug, Clone)]
pub struct Course {
    folder: PathBuf,
    catalogue: Catalogue,
    /// Where the database is, without a password.
    target: Target,
    /// The same with the password that was given, if one is needed.
    login: Option<Target>,
}

/// What is known about an exercise in this round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// Nothing was checked yet.
    Todo,
    /// It was checked, but was never right.
    Tried,
    Passed,
}

/// An exercise, and what the learner has done with it.
#[derive(Debug, Clone)]
pub struct Listed<'a> {
    pub exercise: &'a Exercise,
    pub standing: Standing,
    pub entry: Entry,
}

/// What a check has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// The answer was right for the first time in this round.
    pub first_pass: bool,
    pub entry: Entry,
}

/// A hint that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TakenHint {
    /// From 1.
    pub number: usize,
    pub of: usize,
    pub text: String,
    /// All hints had been taken: this is the last one again.
    pub again: bool,
}

/// The model's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Solution {
    pub sql: String,
    /// In Markdown.
    pub explain: String,
}

/// A course that was set up.
#[derive(Debug, Clone)]
pub struct Begun {
    pub course: Course,
    /// False if everything was there already.
    pub changed: bool,
}

impl Course {
    /// Makes a course with its database, in a folder that is empty or does not exist. Completes what an interrupted call left
    /// behind. A folder with any other files is refused and stays as it is.
    pub fn init(folder: &Path, options: &Options, observer: &mut dyn Observer) -> Result<Begun> {
        files::init(folder, options, observer)
    }

    /// The course of this folder, or of the nearest one above it.
    pub fn open(path: &Path) -> Result<Course> {
        let start = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        // A mistyped folder must not be taken for a folder inside the course above it.
        let nearest = || start.ancestors().find(|folder| folder.join(STATE_FILE).is_file());
        let found = start.is_dir().then(nearest).flatten();
        let folder = found.ok_or_else(|| CourseError::NoCourse { folder: start.clone() })?.to_owned();
        let state = state_file::read(&folder)?;
        Course::of(folder, &state)
    }

    fn of(folder: PathBuf, state: &State) -> Result<Course> {
        let catalogue = match &state.catalogue {
            Some(path) => {
                let exercises = folder.join(path);
                if !exercises.is_dir() {
                    return Err(CourseError::NoExercises {
                        file: folder.join(STATE_FILE),
                        folder: exercises,
                    });
                }
                Catalogue::read(&exercises)?
            }
            None => Catalogue::embedded()?,
        };
        let target = database::target(&folder, &state.database)?;
        Ok(Course { folder, catalogue, target, login: None })
    }

    /// Adds the password of this URL, if it is the URL of the course's database.
    pub fn with_login(self, given: Option<Target>) -> Course {
        let login = given.filter(|given| database::without_password(given) == self.database());
        Course { login, ..self }
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// The engine that the answers are written for.
    pub fn engine(&self) -> Engine {
        self.target.engine()
    }

    /// The database to play with.
    pub fn target(&self) -> &Target {
        self.login.as_ref().unwrap_or(&self.target)
    }

    /// The URL of the database, without its password.
    pub fn database(&self) -> String {
        database::without_password(&self.target)
    }

    /// What is recorded now.
    pub fn state(&self) -> Result<State> {
        state_file::read(&self.folder)
    }

    /// How the answers of this course are judged.
    pub fn grading(&self) -> Result<grade::Settings> {
        let server = (!self.engine().is_file()).then(|| self.target().exposed_url());
        Ok(grade::Settings { seed: self.state()?.seed(), server, folder: None, hidden: true, examples: true })
    }

    /// An exercise by its id, its number, or the path of its answer.
    pub fn find(&self, name: &str) -> Result<&Exercise> {
        let file = Path::new(name).file_name().and_then(|name| name.to_str()).unwrap_or(name);
        Ok(self.catalogue.find(file)?)
    }

    /// The exercises for the engine of this course, in order.
    pub fn exercises(&self) -> Result<Vec<Listed<'_>>> {
        let state = self.state()?;
        let own = self.catalogue.exercises().iter().filter(|one| one.is_for(self.engine()));
        let listed = own.map(|exercise| {
            let entry = state.entry(&exercise.id);
            Listed { exercise, standing: entry.standing(), entry }
        });
        Ok(listed.collect())
    }

    /// The first exercise that is not passed; `None` if all are passed.
    pub fn next(&self) -> Result<Option<&Exercise>> {
        let exercises = self.exercises()?;
        Ok(exercises.into_iter().find(|one| one.standing != Standing::Passed).map(|one| one.exercise))
    }

    /// Records the result of a check. A missing answer is not an attempt; an exercise that was passed in a round stays passed.
    pub fn record(&self, exercise: &Exercise, verdict: &grade::Verdict) -> Result<Recorded> {
        state_file::change(&self.folder, |state| {
            let entry = state.entry_mut(&exercise.id);
            let (is_right, is_answer) =
                (verdict.outcome == grade::Outcome::Correct, verdict.outcome != grade::Outcome::Missing);
            if is_answer && entry.passed_at.is_none() {
                entry.attempts += 1;
            }
            let first_pass = is_right && entry.passed_at.is_none();
            if first_pass {
                entry.passed_at = Some(state::now());
            }
            Recorded { first_pass, entry: entry.clone() }
        })
    }

    /// Takes the next hint.
    pub fn take_hint(&self, exercise: &Exercise) -> Result<TakenHint> {
        let of = exercise.hints.len();
        state_file::change(&self.folder, |state| {
            let entry = state.entry_mut(&exercise.id);
            let again = entry.hints >= of;
            entry.hints = (entry.hints + 1).min(of);
            let text = exercise.hints[entry.hints - 1].clone();
            TakenHint { number: entry.hints, of, text, again }
        })
    }

    /// The model solution, if the exercise is passed or the learner consents to see it before.
    pub fn see_solution(&self, exercise: &Exercise, consent: bool) -> Result<Solution> {
        let entry = self.state()?.entry(&exercise.id);
        if entry.standing() != Standing::Passed && !entry.solution {
            if !consent {
                return Err(CourseError::NotPassed { id: exercise.id.clone() });
            }
            state_file::change(&self.folder, |state| state.entry_mut(&exercise.id).solution = true)?;
        }
        let sql = exercise.solution(self.engine()).trim_end().to_owned();
        Ok(Solution { sql, explain: exercise.explain.trim_end().to_owned() })
    }
}

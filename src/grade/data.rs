//! The databases on which answers are judged. A data set is identified by profile, edition and seed. It is a fixture, built
//! when it is first needed; a learner's own database is never used.

mod files;
#[cfg(feature = "server")]
mod servers;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::ask::{ALL, ours, told};
use super::population::{self, Population};
use super::schema::Schema;
use super::scratch::{catalogue, run_given};
use super::verdict::Table;
use super::{GradeError, Result, Settings, engines};
use crate::database::{Engine, Target};
use crate::edition::Edition;
use crate::exercise::Exercise;
use crate::fixture::{Fixture, default_folder};
use crate::sandbox::{Sandbox, SandboxError};
use crate::sha256;
use files::Files;
#[cfg(feature = "server")]
use servers::Servers;

/// The seed of the data on which known mistakes differ from their models. It is the same for every learner.
const MISTAKES_SEED: u64 = 4_711;

/// How many databases are tried that the learner has not seen.
pub(super) const HIDDEN: u64 = 2;

/// Identifies a database by everything that can change a byte of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Set {
    profile: String,
    edition: Edition,
    seed: u64,
    given: Option<Given>,
}

/// The statements that an exercise runs in its data set before the task.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Given {
    /// The id of the exercise, for the error if they fail.
    exercise: String,
    sql: String,
}

/// The databases of one engine.
pub(super) struct DataSets {
    engine: Engine,
    folder: PathBuf,
    seed: u64,
    source: Box<dyn Source + Send>,
    open: BTreeMap<Set, Box<dyn Sandbox>>,
    /// Copies without rows. Some rows are put in and taken out again.
    empty: BTreeMap<Set, Box<dyn Sandbox>>,
    schemas: BTreeMap<Set, Arc<Schema>>,
    populations: BTreeMap<Set, Arc<Population>>,
}

impl DataSets {
    pub(super) fn new(settings: &Settings) -> Result<DataSets> {
        let server = settings.server.as_deref().map(Target::parse).transpose().map_err(SandboxError::from)?;
        let engine = match &server {
            Some(server) => server.engine(),
            None => Target::file("course").map_err(SandboxError::from)?.engine(),
        };
        let folder = settings.folder.clone().map_or_else(default_folder, Ok)?;
        let source: Box<dyn Source + Send> = match server {
            #[cfg(feature = "server")]
            Some(server) if !engine.is_file() => Box::new(Servers::new(&server)),
            _ => Box::new(Files::new(&folder)),
        };
        Ok(DataSets {
            engine,
            folder,
            seed: settings.seed,
            source,
            open: BTreeMap::new(),
            empty: BTreeMap::new(),
            schemas: BTreeMap::new(),
            populations: BTreeMap::new(),
        })
    }

    /// The data sets of SQLite, with the settings of another engine.
    pub(super) fn local(settings: &Settings) -> Result<DataSets> {
        DataSets::new(&Settings { server: None, ..settings.clone() })
    }
}

impl Set {
    fn of(exercise: &Exercise, engine: Engine, seed: u64) -> Set {
        Set {
            profile: exercise.profile.clone(),
            edition: exercise.edition,
            seed,
            given: exercise
                .given(engine)
                .map(|sql| Given { exercise: exercise.id.clone(), sql: sql.to_owned() }),
        }
    }

    fn fixture(&self) -> Fixture {
        Fixture::profile(&self.profile).edition(self.edition).seed(self.seed)
    }

    /// The same tables, regardless of their rows.
    fn shape(&self) -> Set {
        Set { profile: String::new(), seed: 0, ..self.clone() }
    }
}

impl DataSets {
    pub(super) fn engine(&self) -> Engine {
        self.engine
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The data that the learner sees.
    pub(super) fn visible(&self, exercise: &Exercise) -> Set {
        Set::of(exercise, self.engine, self.seed)
    }

    /// Data that the learner has not seen. The seeds follow from the learner's seed, but trying the next numbers does not find
    /// them.
    pub(super) fn hidden(&self, exercise: &Exercise, nth: u64) -> Set {
        let digest = sha256::of(format!("instaseed hidden {} {nth}", self.seed));
        // A profile's seed is written as an integer in TOML, which has 63 bits.
        let seed = u64::from_str_radix(&digest[..15], 16).unwrap_or(nth);
        Set::of(exercise, self.engine, seed)
    }

    /// The data on which the known mistakes of an exercise are distinguished from its model.
    pub(super) fn of_mistakes(&self, exercise: &Exercise) -> Set {
        Set::of(exercise, self.engine, MISTAKES_SEED)
    }

    /// A database for queries, which is kept open and never changes.
    pub(super) fn open(&mut self, set: &Set) -> Result<&mut dyn Sandbox> {
        if !self.open.contains_key(set) {
            let sandbox = match &set.given {
                None => self.source.reader(set)?,
                Some(_) => self.with_given(set)?,
            };
            self.open.insert(set.clone(), sandbox);
        }
        Ok(&mut **self.open.get_mut(set).expect("it was just opened"))
    }

    /// A copy of a data set that may be changed, and belongs to the caller. The exercise's own statements have not run in it.
    pub(super) fn scratch(&mut self, set: &Set) -> Result<Box<dyn Sandbox>> {
        self.source.scratch(set)
    }

    fn with_given(&mut self, set: &Set) -> Result<Box<dyn Sandbox>> {
        let mut sandbox = self.source.scratch(set)?;
        if let Some(Given { exercise, sql }) = &set.given {
            run_given(&mut *sandbox, exercise, sql)?;
        }
        Ok(sandbox)
    }

    pub(super) fn schema(&mut self, set: &Set) -> Result<Arc<Schema>> {
        let shape = set.shape();
        if !self.schemas.contains_key(&shape) {
            let schema = Schema::of(&catalogue(self.open(set)?)?);
            self.schemas.insert(shape.clone(), Arc::new(schema));
        }
        Ok(Arc::clone(&self.schemas[&shape]))
    }

    /// All rows of a data set.
    pub(super) fn population(&mut self, set: &Set) -> Result<Arc<Population>> {
        if !self.populations.contains_key(set) {
            let schema = Schema::clone(&*self.schema(set)?);
            let read = Population::read(self.open(set)?, schema);
            let population = ours(read, "reading all rows")?;
            self.populations.insert(set.clone(), Arc::new(population));
        }
        Ok(Arc::clone(&self.populations[set]))
    }

    /// The tables of a data set without rows. Rows can be put in, within a transaction that is rolled back. Primary and unique
    /// keys are enforced, foreign keys are not, and no trigger runs.
    pub(super) fn empty(&mut self, set: &Set) -> Result<&mut dyn Sandbox> {
        let shape = set.shape();
        if !self.empty.contains_key(&shape) {
            let schema = self.schema(set)?;
            let mut sandbox = self.with_given(set)?;
            let sql = engines::loosen(self.engine, &schema) + &population::empty(self.engine, &schema);
            ours(sandbox.execute(&sql, &ALL), "emptying its tables")?;
            self.empty.insert(shape.clone(), sandbox);
        }
        Ok(&mut **self.empty.get_mut(&shape).expect("it was just made"))
    }

    /// Does not use the tables without rows again, because their state is not known.
    pub(super) fn forget(&mut self, set: &Set) {
        self.empty.remove(&set.shape());
    }

    /// Puts some rows into the tables of a data set, asks something, and takes the rows out again.
    pub(super) fn with_rows<T>(
        &mut self,
        set: &Set,
        rows: &[Table],
        ask: impl FnOnce(&mut dyn Sandbox) -> Result<T>,
    ) -> Result<T> {
        let sandbox = self.empty(set)?;
        let sql = population::insert(sandbox.engine(), rows);
        sandbox.begin()?;
        let asked = ours(sandbox.execute(&sql, &ALL), "writing rows").and_then(|()| ask(sandbox));
        sandbox.roll_back()?;
        asked
    }

    /// Puts the rows of an exercise's `edge.sql` into its tables, asks something, and takes the rows out again. Returns `None`
    /// if the exercise has no such file.
    pub(super) fn with_edge<T>(
        &mut self,
        exercise: &Exercise,
        ask: impl FnOnce(&mut dyn Sandbox) -> Result<T>,
    ) -> Result<Option<T>> {
        let Some(edge) = exercise.edge(self.engine) else { return Ok(None) };
        let set = self.visible(exercise);
        let sandbox = self.empty(&set)?;
        sandbox.begin()?;
        let written = told(sandbox.execute(edge, &ALL)).and_then(|written| {
            written.map_err(|refusal| GradeError::model(exercise, format!("edge.sql: {refusal}")))
        });
        let asked = written.and_then(|()| ask(sandbox));
        sandbox.roll_back()?;
        asked.map(Some)
    }
}

/// Where the data sets of an engine come from.
pub(super) trait Source {
    /// A read-only database.
    fn reader(&mut self, set: &Set) -> Result<Box<dyn Sandbox>>;
    /// A copy that may be changed. It is removed when it is dropped.
    fn scratch(&mut self, set: &Set) -> Result<Box<dyn Sandbox>>;
}

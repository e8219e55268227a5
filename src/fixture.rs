//! A fixture: a data set that is ready for use, built once and cloned for each test.
//!
//! The name of a fixture follows from everything that can change a byte of it: schema, own migrations, profile with its seed,
//! generator version. So the name is a cache key, a second build does nothing, and any change means another fixture. A
//! [`Place`] is where fixtures are kept: a folder on this machine for SQLite, or a server.
//!
//! ```
//! use diesel::prelude::*;
//! use instaseed::fixture::Fixture;
//! use instaseed::schema::course::likes;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! let fixture = Fixture::profile("tiny");
//! # let fixture = fixture.folder(folder.path());
//! let db = fixture.sqlite()?; // or .memory()?
//! let mut connection = db.connect()?; // a Diesel connection; use db.url() for anything else
//! diesel::delete(likes::table).execute(&mut connection)?;
//! assert_eq!(likes::table.count().get_result::<i64>(&mut connection)?, 0);
//! # Ok(())
//! # }
//! ```

mod copy;
mod depends;
mod engines;
mod error;
mod fit;
mod guard;
mod hint;
mod keeper;
mod leftover;
#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "server")]
mod names;
#[cfg(feature = "sqlite")]
mod normalise;
mod observer;
#[cfg(feature = "postgres")]
mod postgres;
mod prepare;
mod recipe;
#[cfg(feature = "sqlite")]
mod sqlite;
mod store;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;

use crate::database::{Cause, Db, Engine, Target};
use crate::edition::Edition;
use crate::migration::Source;
use crate::profile::{Profile, ProfileOverrides};

pub use depends::digest_of;
pub(crate) use error::Result;
pub use error::{Damage, FixtureError};
pub use fit::{Change, Fit};
pub use guard::FixtureDb;
use guard::WhenKept;
pub use hint::Hint;
use keeper::{Keeper, Old};
pub use leftover::{Kind, Leftover};
pub use observer::Observer;
pub use prepare::Building;
pub use recipe::Seal;
use recipe::{Recipe, Step};
pub use store::default_folder;

/// Describes a fixture. Nothing happens until one of the methods that build or clone it is called.
#[derive(Clone)]
#[must_use = "nothing is built before a method that builds it"]
pub struct Fixture {
    profile: String,
    overrides: ProfileOverrides,
    whole: Option<Profile>,
    edition: Edition,
    migrations: Option<PathBuf>,
    steps: Vec<(String, Step)>,
    building: Building,
    folder: Option<PathBuf>,
    pool: usize,
    when_kept: WhenKept,
}

/// Where fixtures are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A folder on this machine, with SQLite fixtures.
    Folder(PathBuf),
    /// A server. It does not matter which of its databases the URL names.
    Server(Target),
}

/// A fixture that exists.
#[derive(Debug, Clone, Serialize)]
pub struct Built {
    /// Whether it was built just now.
    pub built: bool,
    pub place: String,
    #[serde(flatten)]
    pub seal: Seal,
}

/// Options for a clone.
#[derive(Debug, Clone, Default)]
pub struct Cloning {
    /// The file or the database to create; it must not exist yet. Such a clone belongs to the caller, and is never cleaned up.
    pub to: Option<String>,
    /// The number of the test worker, which becomes part of the clone's name: up to four digits.
    pub worker: Option<String>,
}

impl Place {
    /// The place for a URL: the server, or for a file the user's folder of fixtures.
    pub fn of(target: &Target) -> Result<Place> {
        match target.engine().is_file() {
            true => Ok(Place::Folder(default_folder()?)),
            false => Ok(Place::Server(target.clone())),
        }
    }

    /// The engine of its fixtures.
    pub fn engine(&self) -> Result<Engine> {
        match self {
            Place::Folder(_) => Ok(Target::file("fixture")?.engine()),
            Place::Server(target) => Ok(target.engine()),
        }
    }

    /// What a fixture is called in this place: its name in a folder, the name of its database on a server.
    pub fn name_of(&self, fixture: &str) -> String {
        match self {
            Place::Folder(_) => fixture.to_owned(),
            #[cfg(feature = "server")]
            Place::Server(_) => names::database(fixture),
            #[cfg(not(feature = "server"))]
            Place::Server(_) => fixture.to_owned(),
        }
    }

    fn keeper(&self) -> Result<Box<dyn Keeper>> {
        engines::keeper(self)
    }

    /// The fixtures in this place, by name, and what is wrong with those that cannot be used.
    pub fn list(&self) -> Result<Vec<(String, Result<Seal>)>> {
        self.keeper()?.list()
    }

    /// A fixture by its name.
    pub fn find(&self, name: &str) -> Result<Seal> {
        refuse_odd(name)?;
        let keeper = self.keeper()?;
        keeper
            .find(name)?
            .ok_or_else(|| FixtureError::NotBuilt { name: name.to_owned(), place: keeper.place() })
    }

    /// Clones a fixture of this place.
    pub fn clone_of(&self, seal: &Seal, cloning: &Cloning) -> Result<Target> {
        if let Some(worker) = &cloning.worker {
            refuse_long(worker)?;
        }
        self.keeper()?.take(seal, cloning)
    }

    /// Makes clones until this many are ready. Returns how many were made.
    pub fn fill_pool(&self, seal: &Seal, size: usize) -> Result<usize> {
        self.keeper()?.fill(seal, size)
    }

    /// Removes a clone that [`Place::clone_of`] made under a generated name. Returns false if it is in use.
    pub fn drop_clone(&self, clone: &Target) -> Result<bool> {
        let keeper = self.keeper()?;
        let found = keeper.clone_at(clone)?;
        keeper.remove(&found.ok_or_else(|| FixtureError::NoClone { target: clone.to_string() })?)
    }

    /// What nobody has used for this long; with `fixtures`, the fixtures too.
    pub fn leftovers(&self, older_than: Duration, fixtures: bool) -> Result<Vec<Leftover>> {
        self.keeper()?.leftovers(Old { older_than, fixtures })
    }

    /// Removes a leftover. Returns false if it is in use.
    pub fn remove(&self, leftover: &Leftover) -> Result<bool> {
        self.keeper()?.remove(leftover)
    }

    /// What differs between a fixture and the current schema of its edition with these migrations.
    pub fn compare_with_migrations(&self, seal: &Seal, source: &Source) -> Result<Fit> {
        let keeper = self.keeper()?;
        let target = keeper.scratch()?;
        let today = fit::schema_of(&target, source, seal);
        keeper.discard(&target)?;
        Ok(Fit::new(&keeper.catalogue(seal)?, &today?))
    }

    /// What differs between a fixture and the schema of a database, except these tables and those in which tools record
    /// migrations.
    pub fn compare_with_database(&self, seal: &Seal, database: &Target, ignored: &[String]) -> Result<Fit> {
        if database.engine() != self.engine()? {
            let (there, wanted) = (self.engine()?.name(), database.engine().name());
            return Err(FixtureError::OtherEngine { there, wanted });
        }
        let mut today = fit::portable(Db::connect(database)?.catalogue()?, database);
        let fixture = self.keeper()?.catalogue(seal)?;
        today
            .tables
            .retain(|table, _| fixture.tables.contains_key(table) || !fit::is_ignored(table, ignored));
        Ok(Fit::new(&fixture, &today))
    }
}

impl Fixture {
    /// The fixture of a built-in profile, or of a profile in a file.
    pub fn profile(name_or_path: impl Into<String>) -> Fixture {
        Fixture {
            profile: name_or_path.into(),
            overrides: ProfileOverrides::default(),
            whole: None,
            edition: Edition::Course,
            migrations: None,
            steps: Vec::new(),
            building: Building::default(),
            folder: None,
            pool: 0,
            when_kept: Arc::new(guard::print_kept),
        }
    }

    /// The fixture of a profile that has been read.
    pub fn of(profile: Profile) -> Fixture {
        Fixture { whole: Some(profile.clone()), ..Fixture::profile(profile.name) }
    }

    /// Sets the edition [default: course].
    pub fn edition(self, edition: Edition) -> Fixture {
        Fixture { edition, ..self }
    }

    /// Sets the random seed [default: that of the profile].
    pub fn seed(mut self, seed: u64) -> Fixture {
        self.overrides.seed = Some(seed);
        if let Some(profile) = &mut self.whole {
            profile.seed = seed;
        }
        self
    }

    /// Sets what differs from the profile. Replaces an earlier [`Fixture::seed`].
    pub fn overrides(self, overrides: ProfileOverrides) -> Fixture {
        Fixture { overrides, ..self }
    }

    /// Adds a folder of own migrations, which run after those of the edition and before the rows are loaded.
    pub fn migrations(self, folder: impl Into<PathBuf>) -> Fixture {
        Fixture { migrations: Some(folder.into()), ..self }
    }

    /// Adds a step before the fixture is sealed, such as an application's migrations or rows. The tag becomes part of the
    /// fixture's name: change it whenever the step changes.
    pub fn with(
        mut self,
        tag: impl Into<String>,
        step: impl Fn(&mut Db) -> Result<(), Cause> + Send + Sync + 'static,
    ) -> Fixture {
        self.steps.push((tag.into(), Step::Connected(Arc::new(step))));
        self
    }

    /// The same for a step that opens the database itself, such as a migration tool. It gets the URL with the password.
    pub fn with_url(
        mut self,
        tag: impl Into<String>,
        step: impl Fn(&str) -> Result<(), Cause> + Send + Sync + 'static,
    ) -> Fixture {
        self.steps.push((tag.into(), Step::Alone(Arc::new(step))));
        self
    }

    /// Sets how the fixture is built.
    pub fn building(self, building: Building) -> Fixture {
        Fixture { building, ..self }
    }

    /// Its name on an engine, which is a cache key. Needs no database.
    pub fn name(&self, engine: Engine) -> Result<String> {
        Ok(self.recipe(engine)?.name)
    }

    /// The fixture in a place, if it exists.
    pub fn find(&self, place: &Place) -> Result<Seal> {
        place.find(&self.name(place.engine()?)?)
    }

    /// Builds the fixture unless it exists.
    pub fn build(&self, place: &Place, observer: &mut dyn Observer) -> Result<Built> {
        let recipe = self.recipe(place.engine()?)?;
        let keeper = place.keeper()?;
        let there = match keeper.find(&recipe.name) {
            // Building replaces it.
            Err(FixtureError::Damaged { .. }) => None,
            found => found?,
        };
        let (built, seal) = match there {
            Some(seal) => (false, seal),
            None => {
                let built = keeper.build(&recipe, &self.building, observer)?;
                let gone = || FixtureError::NotBuilt { name: recipe.name.clone(), place: keeper.place() };
                (built, keeper.find(&recipe.name)?.ok_or_else(gone)?)
            }
        };
        Ok(Built { built, place: keeper.place(), seal })
    }

    fn recipe(&self, engine: Engine) -> Result<Recipe> {
        let profile = match &self.whole {
            Some(profile) => profile.clone(),
            None => Profile::load(&self.profile, &self.overrides)?,
        };
        let source = Source::embedded(engine)?;
        let source = match &self.migrations {
            Some(folder) => source.with_folder(folder)?,
            None => source,
        };
        Ok(Recipe::new(profile, self.edition, source, self.steps.clone()))
    }
}

/// The URL of a clone with its password, for a program to connect with. For a file, it contains the absolute path.
pub fn url_of(clone: &Target) -> String {
    match clone.path() {
        Some(path) => {
            let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
            format!("sqlite://{}", absolute.display())
        }
        None => clone.exposed_url(),
    }
}

/// The fixtures of a profile and an edition, by the beginning of their names.
pub fn is_of(name: &str, profile: &str, edition: Edition) -> bool {
    let stem = Path::new(profile).file_stem().map_or(profile.into(), |stem| stem.to_string_lossy());
    let begin = format!("{}-{edition}-", recipe::label(&stem));
    name.strip_prefix(&begin).is_some_and(|digest| digest.len() == 12)
}

/// Refuses what cannot be the name of a fixture, because it becomes the name of a file and of a database.
fn refuse_odd(name: &str) -> Result<()> {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    match !name.is_empty() && name.len() <= 40 && name.chars().all(is_plain) {
        true => Ok(()),
        false => {
            let why = "a fixture's name has lower-case letters, digits and hyphens, 40 at most";
            Err(FixtureError::BadName { name: name.to_owned(), why })
        }
    }
}

/// Refuses what cannot be the worker's part of a name.
fn refuse_long(worker: &str) -> Result<()> {
    match (1..=4).contains(&worker.len()) && worker.chars().all(|c| c.is_ascii_digit()) {
        true => Ok(()),
        false => {
            let why = "a worker is a number of at most 4 digits";
            Err(FixtureError::BadName { name: worker.to_owned(), why })
        }
    }
}

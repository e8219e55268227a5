//! A database in three calls: open it, bring its schema to an edition, fill it.

use super::setup::Wanted;
use super::{Deployment, Result};
use crate::database::{self, Db, Target};
use crate::edition::Edition;
use crate::migration::{Goal, Source};
use crate::profile::Profile;

/// A database that is there, with the built-in migrations.
///
/// ```
/// use instaseed::Database;
/// use instaseed::edition::Edition;
/// use instaseed::profile::Profile;
///
/// # fn main() -> instaseed::Result<()> {
/// # let folder = tempfile::tempdir().expect("a folder");
/// # let url = folder.path().join("app.db").display().to_string();
/// let database = Database::open(&url)?                 // or mysql://..., postgres://...
///     .migrate_to(Edition::Platform)?
///     .seed(&Profile::of("tiny")?)?;
/// let mut connection = database.connect()?;
/// assert_eq!(connection.count("users")?, 10);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Database {
    deployment: Deployment,
}

impl Database {
    /// The database of a URL, or of a path of an SQLite file; created if it is missing.
    pub fn open(url: &str) -> Result<Database> {
        let target = Target::parse(url)?;
        let source = Source::embedded(target.engine())?;
        if !database::exists(&target)? {
            database::create(&target)?;
        }
        Ok(Database { deployment: Deployment::new(target, source) })
    }

    /// Brings the schema to an edition. Rows are carried along; a way back that would lose some is refused, because nobody is
    /// asked here: [`Deployment`] has the parts of such a step.
    pub fn migrate_to(self, edition: Edition) -> Result<Database> {
        let mut db = self.connect()?;
        self.deployment.raise(&mut db, &Goal::To(edition.name().to_owned()), &mut ())?;
        Ok(self)
    }

    /// Fills the tables with the world of a profile. Tables that hold this world are left as they are; other rows are an
    /// error.
    pub fn seed(self, profile: &Profile) -> Result<Database> {
        let wanted = Wanted { profile: Some(profile), ..Wanted::default() };
        self.deployment.setup(wanted, &mut ())?;
        Ok(self)
    }

    /// A Diesel connection.
    pub fn connect(&self) -> Result<Db> {
        Ok(Db::connect(&self.deployment.target)?)
    }

    /// Everything else that can be done with it.
    pub fn deployment(&self) -> &Deployment {
        &self.deployment
    }
}

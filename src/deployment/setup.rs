//! From nothing to a database with tables and rows; may be called again at any time, and only ever adds.

use super::fill::Seeded;
use super::raise::refuse_unfinished_copy;
use super::tables::{counts, emptied, has_rows};
use super::{Activity, Deployment, DeploymentError, Observer, Raised, Result, TableCount, Taken};
use crate::database::{self, Db};
use crate::edition::Edition;
use crate::load;
use crate::migration::{self, Goal};
use crate::profile::Profile;
use crate::run;
use crate::world::World;

/// What a database shall have.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted<'a> {
    /// For a database without a schema; by default its edition stays, or is the course.
    pub edition: Option<Edition>,
    /// The world of its rows; without one it gets no rows.
    pub profile: Option<&'a Profile>,
    /// Rows of another world than the wanted one are as good.
    pub any_rows: bool,
}

/// A database that is set up.
#[derive(Clone, Debug)]
pub struct Setup {
    /// Anything was done; false where everything was there already.
    pub changed: bool,
    pub created: bool,
    pub edition: Edition,
    pub migrations_run: usize,
    /// What own migrations could not keep.
    pub taken: Taken,
    pub seeded: Option<Seeded>,
    pub tables: Vec<TableCount>,
    /// Tables that are empty although data was loaded.
    pub empty_tables: Vec<&'static str>,
}

impl Deployment {
    /// Creates the database if it is missing, moves its schema to an edition, and seeds empty tables.
    pub fn setup(&self, wanted: Wanted<'_>, observer: &mut dyn Observer) -> Result<Setup> {
        // A mistake in the world changes nothing.
        let world = wanted.profile.map(run::world_of).transpose()?;
        let created = !database::exists(&self.target)?;
        if created {
            observer.begins(Activity::Whole);
            let made = database::create(&self.target);
            if made.is_ok() {
                wanted.announce(world.as_ref(), observer);
                observer.created(&self.target);
            }
            observer.ends();
            made?;
        }
        let mut db = Db::connect(&self.target)?;
        migration::wait_until_readable(&mut db, self.options.lock_timeout, observer)?;
        observer.connected();
        refuse_unfinished_copy(&mut db, &self.target)?;
        if db.tables()?.is_empty() {
            wanted.announce(world.as_ref(), observer);
        }
        let goal = Goal::Setup(wanted.edition.map(|edition| edition.name().to_owned()));
        let Raised { edition, outcome, taken } = self.raise(&mut db, &goal, observer)?;
        accept_rows(&mut db, edition, wanted)?;
        let (mut db, seeded) = self.seed_if_empty(db, edition, world, observer)?;
        let tables = counts(&mut db, edition)?;
        let empty_tables = match wanted.profile {
            Some(_) => emptied(&mut db, edition, &tables)?,
            None => Vec::new(),
        };
        Ok(Setup {
            changed: created || !outcome.steps.is_empty() || seeded.is_some(),
            created,
            edition,
            migrations_run: outcome.steps.len(),
            taken,
            seeded,
            tables,
            empty_tables,
        })
    }
}

impl Wanted<'_> {
    /// The world of an empty database, before its tables are created.
    fn announce(&self, world: Option<&World>, observer: &mut dyn Observer) {
        if let Some(world) = world {
            observer.makes(world, self.edition.unwrap_or(Edition::Course));
        }
    }
}

/// Rows that are there are as good as wanted ones, unless another world is insisted on.
fn accept_rows(db: &mut Db, edition: Edition, wanted: Wanted<'_>) -> Result<()> {
    let Some(profile) = wanted.profile.filter(|_| !wanted.any_rows) else { return Ok(()) };
    // Rows of a load that was interrupted are for whoever resumes it.
    if load::is_recorded(db)? || !has_rows(db, edition)? {
        return Ok(());
    }
    let profile = profile.to_record();
    let recorded = load::recorded(db)?;
    match recorded.iter().any(|data_set| data_set.data.profile == profile) {
        true => Ok(()),
        false => Err(DeploymentError::OtherRows { recorded: recorded.len() }),
    }
}

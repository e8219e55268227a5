//! Filling a migrated database: on demand, and as the last part of a setup or a reset.

use std::sync::Arc;

use super::fill::Seeded;
use super::raise::refuse_unfinished_copy;
use super::tables::has_rows;
use super::{Deployment, DeploymentError, Observer, Result};
use crate::database::Db;
use crate::edition::{Edition, WorldRows};
use crate::fingerprint::GENERATOR_VERSION;
use crate::load::{self, Discarded, Interrupted, LoadError, Mode, Outline, Phase};
use crate::migration;
use crate::profile::Profile;
use crate::run;
use crate::world::World;

impl Deployment {
    /// Loads the world of a profile into the tables of an edition, which must be there. An appended world gets usernames
    /// that are free. On [`Mode::Replace`] the rows that are there go: ask first. A protected database refuses that.
    pub fn seed(
        &self,
        edition: Edition,
        profile: &Profile,
        mode: Mode,
        observer: &mut dyn Observer,
    ) -> Result<Seeded> {
        let mut db = Db::connect(&self.target)?;
        migration::wait_until_readable(&mut db, self.options.lock_timeout, observer)?;
        refuse_unfinished_copy(&mut db, &self.target)?;
        if mode == Mode::Replace {
            self.refuse_protected(&mut db, "replace", observer)?;
        }
        drop(db);
        let world = self.world(edition, profile, mode)?;
        self.fill(edition, world, mode, observer)
    }

    /// What [`Deployment::seed`] would do; changes nothing.
    pub fn plan_seed(
        &self,
        edition: Edition,
        profile: &Profile,
        mode: Mode,
        observer: Arc<dyn load::Observer>,
    ) -> Result<Outline> {
        let world = self.world(edition, profile, mode)?;
        let rows = WorldRows::new(&world, edition)?;
        Ok(load::outline(&self.target, edition, &rows, self.load_options(mode, observer))?)
    }

    fn world(&self, edition: Edition, profile: &Profile, mode: Mode) -> Result<World> {
        if mode != Mode::Append {
            return Ok(run::world_of(profile)?);
        }
        if profile.id_offset > 0 {
            return Err(DeploymentError::AppendedOffset);
        }
        let name_suffix = load::free_suffix(&mut Db::connect(&self.target)?, edition)?;
        Ok(run::world_of(&Profile { name_suffix, ..profile.clone() })?)
    }

    /// Undoes an interrupted load: its rows go, and nothing else. A protected database refuses.
    pub fn discard(&self, edition: Edition, observer: &dyn load::Observer) -> Result<Discarded> {
        let mut db = Db::connect(&self.target)?;
        refuse_unfinished_copy(&mut db, &self.target)?;
        self.refuse_protected(&mut db, "discard", &mut ())?;
        drop(db);
        Ok(load::discard(&self.target, edition, self.options.lock_timeout, observer)?)
    }

    /// Seeds tables that have no rows; `None` where they have some. A load of the same world that was interrupted is
    /// resumed.
    pub(super) fn seed_if_empty(
        &self,
        mut db: Db,
        edition: Edition,
        world: Option<World>,
        observer: &mut dyn Observer,
    ) -> Result<(Db, Option<Seeded>)> {
        let Some(world) = world else { return Ok((db, None)) };
        let mode = match load::interrupted(&mut db)? {
            Some(found) if is_of(&found, edition, &world) => Mode::Resume,
            None if has_rows(&mut db, edition)? => return Ok((db, None)),
            _ => Mode::Fresh,
        };
        // The load opens connections of its own, and on SQLite it needs the file alone.
        drop(db);
        let seeded = match self.fill(edition, world, mode, observer) {
            // The tables were empty a moment ago, or the load under way: another setup was quicker.
            Err(DeploymentError::Load(LoadError::NotEmpty { .. } | LoadError::NothingToResume)) => None,
            seeded => Some(seeded?),
        };
        Ok((Db::connect(&self.target)?, seeded))
    }
}

/// Whether an interrupted load is the one that would be begun: then it is resumed.
fn is_of(found: &Interrupted, edition: Edition, world: &World) -> bool {
    found.data.edition == edition
        && found.offsets.is_none()
        && found.phase != Phase::Discarding
        && found.data.generator_version == GENERATOR_VERSION
        && found.data.profile == world.profile().to_record()
}

//! Building a database anew: first a plan of what would go, then the deed.

use super::fill::Seeded;
use super::tables::counts;
use super::{Activity, Deployment, DeploymentError, Observer, Result, TableCount, Taken};
use crate::database::records::COPY_OF;
use crate::database::{self, Db};
use crate::edition::Edition;
use crate::load;
use crate::migration::{self, Belonging, Goal, MigrationState, MigrationStatus, Plan, Runner, Status};
use crate::profile::Profile;
use crate::read::{Source as _, Stored};
use crate::run;
use crate::world::World;

/// What a reset would do, and what would be lost: enough to ask somebody.
#[derive(Debug)]
pub struct ResetPlan {
    /// The edition as which the database is built again.
    pub edition: Edition,
    /// The database itself goes, and not only our tables.
    pub drop: bool,
    /// It is marked as one from which nothing may be taken away: the reset refuses.
    pub protected: bool,
    /// The rows of our tables.
    pub rows: u64,
    /// The tables that somebody else made, where they go with the database; they stay otherwise.
    pub others: Vec<OtherTable>,
    /// Migrations that are undone, and how many of them are own ones.
    pub applied: usize,
    pub own: usize,
    /// Own triggers, indexes and columns that go with the tables.
    pub belongings: Vec<Belonging>,
    /// The own migrations that are undone, with what they take.
    pub own_steps: Plan,
    world: Option<World>,
}

/// A table that somebody else made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherTable {
    pub name: String,
    /// Unknown for a view, and for a table that the account may not read.
    pub rows: Option<u64>,
}

/// A database that was built anew.
#[derive(Clone, Debug)]
pub struct Reset {
    pub edition: Edition,
    /// What own migrations could not keep.
    pub taken: Taken,
    pub seeded: Option<Seeded>,
    pub tables: Vec<TableCount>,
}

/// Of how many tables of others the rows are counted.
const COUNTED: usize = 10;

impl Deployment {
    /// What a reset would do; changes nothing. Without an edition it is the one that the database is meant for. An error
    /// if something of the user's would be left without what it points at.
    pub fn plan_reset(
        &self,
        db: &mut Db,
        edition: Option<Edition>,
        profile: Option<&Profile>,
        drop: bool,
        observer: &mut dyn Observer,
    ) -> Result<ResetPlan> {
        let world = profile.map(run::world_of).transpose()?;
        migration::wait_until_readable(db, self.options.lock_timeout, observer)?;
        let protected = migration::is_protected(db)?;
        let options = self.migration_options();
        let status = Runner::new(db, &self.source, options.clone()).observed_by(observer).status()?;
        let meant = status.goal.as_deref().and_then(|goal| goal.parse().ok());
        let rows = rows_of_ours(db, &status)?;
        let (mut others, mut belongings, mut own_steps) = (Vec::new(), Vec::new(), Plan::default());
        if drop {
            others = others_in(db, &status)?;
        } else {
            let mut runner = Runner::new(db, &self.source, options).observed_by(observer);
            own_steps = runner.plan(&Goal::To("none".to_owned()))?;
            belongings = runner.belongings(&own_steps)?;
            // The rows of our own tables are counted as a whole.
            own_steps.steps.retain(|step| step.own);
        }
        let is_applied = |migration: &&MigrationStatus| {
            migration.state != MigrationState::Pending && migration.state != MigrationState::OtherEdition
        };
        let applied = status.migrations.iter().filter(is_applied);
        Ok(ResetPlan {
            edition: edition.or(meant).unwrap_or(Edition::Course),
            drop,
            protected,
            rows,
            others,
            own: applied.clone().filter(|migration| migration.own).count(),
            applied: applied.count(),
            belongings,
            own_steps,
            world,
        })
    }

    /// Does it. Whoever calls it has asked, if anybody had to be asked. A database that was protected when it was planned,
    /// or is by now, refuses.
    pub fn reset(&self, mut db: Db, plan: ResetPlan, observer: &mut dyn Observer) -> Result<Reset> {
        if plan.protected {
            let (target, action) = (self.target.to_string(), "reset".to_owned());
            return Err(DeploymentError::Protected { target, action });
        }
        self.refuse_protected(&mut db, "reset", observer)?;
        if let Some(world) = &plan.world {
            observer.makes(world, plan.edition);
        }
        let mut taken = Taken::from_plan(&plan.own_steps);
        if plan.drop {
            db = self.remove(db, observer)?;
        } else {
            db = self.end_load(db, plan.world.is_some(), observer)?;
            migration::set_property(&mut db, COPY_OF, None)?;
            let none = Goal::To("none".to_owned());
            self.migrate(&mut db, &none, self.migration_options(), observer)?;
        }
        taken.extend(self.raise(&mut db, &Goal::To(plan.edition.name().to_owned()), observer)?.taken);
        let raised = self.raise(&mut db, &Goal::Up(None), observer)?;
        taken.extend(raised.taken);
        let (mut db, seeded) = self.seed_if_empty(db, raised.edition, plan.world, observer)?;
        let tables = counts(&mut db, raised.edition)?;
        Ok(Reset { edition: raised.edition, taken, seeded, tables })
    }

    /// Ends a load that was interrupted, so that the schema is whole again. Before anything is removed it makes sure
    /// that the tables can be dropped and, if rows are wanted, that they can be loaded.
    fn end_load(&self, mut db: Db, fills: bool, observer: &mut dyn Observer) -> Result<Db> {
        let edition =
            load::is_recorded(&mut db)?.then(|| Stored::new(&mut db, self.target.to_string())?.edition());
        // A load wants the file of SQLite alone.
        drop(db);
        let patience = self.options.lock_timeout;
        if fills {
            load::ready(&self.target, patience)?;
        }
        load::expect_free(&self.target, patience, &*observer.frees())?;
        if let Some(edition) = edition.transpose()? {
            observer.begins(Activity::Whole);
            let cleared = load::clear(&self.target, edition, patience);
            observer.ends();
            cleared?;
        }
        Ok(Db::connect(&self.target)?)
    }

    /// Removes the database itself and makes it again.
    fn remove(&self, db: Db, observer: &mut dyn Observer) -> Result<Db> {
        drop(db);
        observer.begins(Activity::Whole);
        let made = database::remove(&self.target)
            .and_then(|()| database::create(&self.target))
            .and_then(|()| Db::connect(&self.target));
        observer.ends();
        Ok(made?)
    }
}

/// The tables that somebody else made.
fn others_in(db: &mut Db, status: &Status) -> Result<Vec<OtherTable>> {
    let ours = |name: &String| {
        let is_ours =
            Edition::ALL.iter().flat_map(|edition| edition.tables()).any(|table| table.name == *name);
        is_ours && !status.foreign_tables.contains(name) || name.starts_with("__")
    };
    let mut names = db.tables()?;
    names.retain(|name| !ours(name));
    let others = names.into_iter().enumerate().map(|(at, name)| {
        let rows = if at < COUNTED { db.count(&name).ok() } else { None };
        OtherTable { name, rows }
    });
    Ok(others.collect())
}

/// The rows of the tables that we made.
fn rows_of_ours(db: &mut Db, status: &Status) -> Result<u64> {
    let there = db.tables()?;
    let mut names: Vec<&str> = match status.edition.parse::<Edition>() {
        Ok(edition) => edition.tables().iter().map(|table| table.name).collect(),
        Err(_) if status.edition == "none" => Vec::new(),
        Err(_) => Edition::ALL.iter().flat_map(|edition| edition.tables()).map(|table| table.name).collect(),
    };
    names.sort_unstable();
    names.dedup();
    let mut rows = 0;
    for name in names.into_iter().filter(|name| there.iter().any(|table| table == name)) {
        rows += db.count(name)?;
    }
    Ok(rows)
}

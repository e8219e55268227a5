//! The schema: where it is, and its way up to an edition.

use super::observer::Stoppable;
use super::taken::Taken;
use super::{Activity, Deployment, DeploymentError, Observer, Result};
use crate::database::records::COPY_OF;
use crate::database::{Db, Target};
use crate::edition::Edition;
use crate::load::{self, Interrupted};
use crate::migration::{self, Goal, MigrationError, MigrationState, Options, Outcome, Runner, Status};
use crate::profile::Profile;

/// A schema that was moved.
#[derive(Clone, Debug)]
pub struct Raised {
    /// The edition at which it is now.
    pub edition: Edition,
    pub outcome: Outcome,
    /// What own migrations could not keep.
    pub taken: Taken,
}

/// Where a database is.
#[derive(Clone, Debug)]
pub struct Standing {
    pub edition: Edition,
    pub status: Status,
}

impl Deployment {
    /// Where the database is; an error if it is at no edition.
    pub fn standing(&self, db: &mut Db, observer: &mut dyn migration::Observer) -> Result<Standing> {
        let status =
            Runner::new(db, &self.source, self.migration_options()).observed_by(observer).status()?;
        Ok(Standing { edition: edition_of(&self.target, &status)?, status })
    }

    /// The edition of a database whose schema can take rows: nothing pending between what is applied, nothing changed,
    /// no tables of others. An edition that is wanted must be the one that is there.
    pub fn takes_rows(&self, standing: &Standing, wanted: Option<Edition>) -> Result<Edition> {
        let at = standing.edition;
        if let Some(wanted) = wanted.filter(|wanted| *wanted != at) {
            return Err(DeploymentError::OtherEdition { target: self.target.to_string(), at, wanted });
        }
        match standing.status.under_way.is_some() || standing.status.takes_rows() {
            true => Ok(at),
            false => Err(DeploymentError::SchemaNotClean { target: self.target.to_string() }),
        }
    }

    /// Moves the schema forward. Undoes nothing: whoever plans a way back asks first.
    pub fn raise(&self, db: &mut Db, goal: &Goal, observer: &mut dyn Observer) -> Result<Raised> {
        let is_cut_off = load::is_recorded(db)?;
        let options = Options { may_take_back: false, ..self.migration_options() };
        let mut stoppable = Stoppable { observer, stop: &self.options.stop };
        let plan = Runner::new(db, &self.source, options.clone()).observed_by(&mut stoppable).plan(goal)?;
        // An interrupted load has taken parts of the schema away: no migration may meet it.
        if is_cut_off && !plan.steps.is_empty() {
            return Err(DeploymentError::LoadCutOff { target: self.target.to_string() });
        }
        observer.raises(&plan);
        let taken = Taken::from_plan(&plan);
        let (outcome, status) = self.migrate(db, goal, options, observer)?;
        Ok(Raised { edition: edition_of(&self.target, &status)?, outcome, taken })
    }

    /// Runs to a goal; where the database is then.
    pub(super) fn migrate(
        &self,
        db: &mut Db,
        goal: &Goal,
        options: Options,
        observer: &mut dyn Observer,
    ) -> Result<(Outcome, Status)> {
        observer.begins(Activity::Migrating);
        let mut stoppable = Stoppable { observer, stop: &self.options.stop };
        let mut runner = Runner::new(db, &self.source, options).observed_by(&mut stoppable);
        let ran = runner.run(goal);
        let status = runner.status();
        drop(runner);
        let ended = match ran {
            Ok(outcome) => status.map(|status| (outcome, status)),
            Err(error) => {
                observer.halted(&error, status);
                Err(error)
            }
        };
        observer.ends();
        Ok(ended?)
    }
}

/// The edition of a status. Where tables of others have the names of ours, creating ours is no way out.
pub fn edition_of(target: &Target, status: &Status) -> Result<Edition> {
    match status.foreign_tables.first() {
        Some(table) => Err(MigrationError::ForeignDatabase { table: table.clone() }.into()),
        None => status.edition.parse().map_err(|_| match status.edition.as_str() {
            "between" => DeploymentError::between(target, status),
            _ => DeploymentError::NoEdition { target: target.to_string() },
        }),
    }
}

impl DeploymentError {
    /// A database is between two editions; what brings it to one is in its status.
    pub fn between(target: &Target, status: &Status) -> Self {
        let half = status.migrations.iter().any(|one| one.state == MigrationState::HalfApplied);
        Self::BetweenEditions { target: target.to_string(), goal: status.goal.clone(), half }
    }
}

/// Refuses a change of the schema while a load is interrupted, which has taken parts of it away.
pub fn refuse_cut_off(db: &mut Db, target: &Target) -> Result<()> {
    refuse_unfinished_copy(db, target)?;
    match load::interrupted(db)? {
        Some(_) => Err(DeploymentError::LoadCutOff { target: target.to_string() }),
        None => Ok(()),
    }
}

/// Refuses a database into which a copy was interrupted: only the same copy can finish it.
pub(super) fn refuse_unfinished_copy(db: &mut Db, target: &Target) -> Result<()> {
    match migration::property(db, COPY_OF)? {
        Some(of) => Err(DeploymentError::CopyCutOff { target: target.to_string(), of }),
        None => Ok(()),
    }
}

/// The profile from which the rows of an interrupted load are made again.
pub fn recorded_profile(found: &Interrupted) -> Result<Profile> {
    if let Some(origin) = &found.data.origin {
        let (target, of) = ("this database".to_owned(), origin.from.clone());
        return Err(DeploymentError::CopyCutOff { target, of });
    }
    Profile::from_record(&found.data.profile).ok_or(DeploymentError::UnknownRecord)
}

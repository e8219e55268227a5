//! Sets a database up as a whole: creates it, moves its schema to an edition, fills it, and builds it anew.
//!
//! The use-cases of the binary without its questions and its words: [`Deployment::setup`], [`Deployment::seed`] and
//! [`Deployment::reset`] return data, and report what they do to an [`Observer`]. Nothing here asks: what would be
//! lost is in the plan that the caller hands back ([`Deployment::plan_reset`]).

mod door;
mod error;
mod fill;
mod hint;
mod observer;
mod raise;
mod reset;
mod seed;
mod setup;
mod tables;
mod taken;
mod trace;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use crate::database::{Db, Target};
use crate::load;
use crate::migration::{self, Source};

pub use door::Database;
pub use error::DeploymentError;
pub(crate) use error::Result;
pub use fill::Seeded;
pub use hint::Hint;
pub use observer::{Activity, Loading, Observer};
pub(crate) use raise::edition_of;
pub use raise::{Raised, Standing, recorded_profile, refuse_cut_off};
pub use reset::{OtherTable, Reset, ResetPlan};
pub use setup::{Setup, Wanted};
pub use tables::TableCount;
pub use taken::{Lost, Taken, Unclear};
pub use trace::LoadTrace;

/// A database, the migrations that belong to it, and how to work on it.
#[derive(Clone, Debug)]
pub struct Deployment {
    pub target: Target,
    pub source: Source,
    pub options: Options,
}

/// How to work on a database; none of it changes what is in it in the end.
#[derive(Clone, Debug)]
pub struct Options {
    /// How long to wait for another run or load.
    pub lock_timeout: Duration,
    /// Run a pending migration even though a later one is applied.
    pub allow_out_of_order: bool,
    /// Threads that make rows.
    pub threads: usize,
    /// Set from anywhere (a signal handler): the work stops at its next safe point, and can be resumed.
    pub stop: Arc<AtomicBool>,
    /// How long a load that is to stop may take to reach a safe point. After that the call returns, and the load's thread
    /// is left behind: for a program that is about to end. Without it the call waits as long as it takes.
    pub abandon_after: Option<Duration>,
}

impl Default for Options {
    fn default() -> Self {
        let load::Options { lock_timeout, threads, .. } = load::Options::default();
        Self { lock_timeout, allow_out_of_order: false, threads, stop: Arc::default(), abandon_after: None }
    }
}

impl Deployment {
    /// With the default options.
    pub fn new(target: Target, source: Source) -> Self {
        Self { target, source, options: Options::default() }
    }

    /// Refuses what takes rows away where the mark says so at this moment, whatever a plan has seen before.
    fn refuse_protected(
        &self,
        db: &mut Db,
        action: &str,
        observer: &mut dyn migration::Observer,
    ) -> Result<()> {
        migration::wait_until_readable(db, self.options.lock_timeout, observer)?;
        if migration::is_protected(db)? {
            let (target, action) = (self.target.to_string(), action.to_owned());
            return Err(DeploymentError::Protected { target, action });
        }
        Ok(())
    }

    /// The options of a run of migrations on this database.
    pub fn migration_options(&self) -> migration::Options {
        migration::Options {
            lock_timeout: self.options.lock_timeout,
            allow_out_of_order: self.options.allow_out_of_order,
            may_take_back: true,
            target: Some(self.target.clone()),
        }
    }
}

//! Sees what is done to a database, while it is done.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::trace::LoadTrace;
use crate::database::Target;
use crate::edition::Edition;
use crate::load;
use crate::migration::{self, Direction, Holder, Migration, MigrationError, Plan, Statement, Status, Step};
use crate::world::World;

/// What is being done to a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activity {
    /// Something is created or removed as a whole: cut off, the same call does the rest.
    Whole,
    /// Migrations run.
    Migrating,
}

/// A load that is about to begin.
#[derive(Clone, Copy, Debug)]
pub struct Loading<'a> {
    pub target: &'a Target,
    pub edition: Edition,
    pub world: &'a World,
    /// Knows at any time what a stop would leave.
    pub trace: &'a Arc<LoadTrace>,
}

/// Sees what happens; every method may stay empty.
pub trait Observer: migration::Observer {
    /// Something begins that changes the database.
    fn begins(&mut self, _activity: Activity) {}
    /// It has ended, well or not.
    fn ends(&mut self) {}
    /// This world will be loaded. May be called twice, and is not called before all loads: [`Observer::loads`] is.
    fn makes(&mut self, _world: &World, _edition: Edition) {}
    /// The database was not there, and has been created.
    fn created(&mut self, _target: &Target) {}
    /// The database is there and can be read.
    fn connected(&mut self) {}
    /// The schema is about to be moved by this plan, which says what the migrations cannot keep.
    fn raises(&mut self, _plan: &Plan) {}
    /// A run of migrations has ended with an error; where the database is now, if that could be read.
    fn halted(&mut self, _error: &MigrationError, _status: Result<Status, MigrationError>) {}
    /// A load is about to begin: the answer sees how it goes.
    fn loads(&mut self, _load: Loading<'_>) -> Arc<dyn load::Observer> {
        Arc::new(())
    }
    /// The load has ended.
    fn loaded(&mut self, _is_whole: bool) {}
    /// The tables are about to be freed for a reset: the answer sees the waits for those who use them.
    fn frees(&mut self) -> Arc<dyn load::Observer> {
        Arc::new(())
    }
}

/// Sees nothing.
impl Observer for () {}

/// Lets a run of migrations see the flag that stops all work on a deployment.
pub(super) struct Stoppable<'a> {
    pub observer: &'a mut dyn Observer,
    pub stop: &'a AtomicBool,
}

impl migration::Observer for Stoppable<'_> {
    fn waiting(&mut self, holder: &Holder, waited: Duration) {
        self.observer.waiting(holder, waited);
    }

    fn blocked(&mut self, holder: &Holder, waited: Duration) {
        self.observer.blocked(holder, waited);
    }

    fn planned(&mut self, plan: &Plan) {
        self.observer.planned(plan);
    }

    fn started(&mut self, step: &Step) {
        self.observer.started(step);
    }

    fn resumed(&mut self, step: &Step, done: usize) {
        self.observer.resumed(step, done);
    }

    fn statement(
        &mut self,
        migration: &Migration,
        direction: Direction,
        number: usize,
        total: usize,
        statement: &Statement,
    ) {
        self.observer.statement(migration, direction, number, total, statement);
    }

    fn finished(&mut self, step: &Step, took: Duration) {
        self.observer.finished(step, took);
    }

    fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed) || self.observer.is_stopped()
    }
}

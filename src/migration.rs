//! Migrations: source, plan, run, lock, ledger, repair.
//!
//! Built on Diesel's own migration traits and version table, so that the `diesel` command and this one work on
//! the same database. [`Source`] reads folders into [`Migration`]s; a state is read from the database; a [`Plan`]
//! is computed from both and a [`Goal`], without side effects; the [`Runner`] takes the lock and executes it.
//!
//! An edition is a goal that the database remembers (the property `edition`): [`Goal::Up`] applies
//! the migrations that belong to it, ours and the user's own, and never leads to another edition.
//! `line` defines the order: ours of an edition, then the own migrations that fit it.

mod bookkeeping;
mod carry;
mod client;
mod compound;
mod dialect;
mod engines;
mod error;
mod execute;
mod export;
mod fault;
mod folder;
mod harness;
mod hint;
mod holder;
pub(crate) mod ledger;
pub(crate) mod lexer;
mod line;
mod lock;
mod losses;
mod lost;
mod metadata;
#[cfg(feature = "mysql")]
pub(crate) mod mysql;
mod plan;
#[cfg(feature = "postgres")]
pub(crate) mod postgres;
mod properties;
mod records;
mod repair;
mod run;
mod scaffold;
mod script;
mod session;
mod source;
mod spelling;
pub(crate) mod split;
#[cfg(feature = "sqlite")]
pub(crate) mod sqlite;
mod state;
mod statement;
mod status;
mod watch;

use std::fmt;
use std::time::Duration;

use serde::Serialize;

pub(crate) use carry::is_our_check;
pub use carry::{Belonging, Obstacle, WayOut};
pub use client::for_client;
#[cfg(feature = "course")]
pub(crate) use engines::statements;
pub(crate) use engines::{any_statements, lexis};
pub(crate) use error::Result;
pub use error::{MigrationError, Remains};
pub use export::schema_script;
pub use hint::Hint;
pub use holder::Holder;
pub use lock::{wait_until_readable, wait_until_settled};
pub use losses::{LostColumn, StepLoss};
pub use metadata::{Direct, Loss, Metadata};
pub use plan::{Goal, Plan, Step};
pub(crate) use properties::{RUNS, set_property};
pub use properties::{is_protected, property, protect, unprotect};
pub use records::{LedgerRow, Records, records};
pub(crate) use records::{belongings_of, take_over};
pub use repair::refuse_half_applied;
pub use run::{Options, Outcome, Runner, StepDone};
pub use scaffold::scaffold;
pub use script::Script;
pub use source::{Migration, Milestone, Origin, Source};
pub use split::{Lock, SplitError};
#[cfg(feature = "sqlite")]
pub(crate) use sqlite::parts_of_table;
pub use statement::{PlannedStatement, Statement};
pub use status::{MigrationState, MigrationStatus, Status};
pub(crate) use watch::{Rhythm, watched};

/// Which of its two scripts a migration runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    Up,
    Down,
}

impl Direction {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
        }
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Receives events during a run; every method has an empty default. The library itself prints nothing.
pub trait Observer {
    /// Another run holds the lock; called repeatedly during the wait.
    fn waiting(&mut self, _holder: &Holder, _waited: Duration) {}
    /// A statement waits for a lock that another connection holds; called repeatedly during the wait.
    fn blocked(&mut self, _holder: &Holder, _waited: Duration) {}
    /// The lock is taken, and this is the plan.
    fn planned(&mut self, _plan: &Plan) {}
    fn started(&mut self, _step: &Step) {}
    /// The migration was interrupted earlier; its first `done` statements have run.
    fn resumed(&mut self, _step: &Step, _done: usize) {}
    /// Statement `number` of `total` is about to run.
    fn statement(
        &mut self,
        _migration: &Migration,
        _direction: Direction,
        _number: usize,
        _total: usize,
        _statement: &Statement,
    ) {
    }
    fn finished(&mut self, _step: &Step, _took: Duration) {}
    /// Asked between two statements and during a wait: `true` ends the run with [`MigrationError::Stopped`].
    /// An open transaction is rolled back; the other statements that have run are recorded.
    fn is_stopped(&self) -> bool {
        false
    }
}

/// Ignores every event.
impl Observer for () {}

impl Migration {
    /// The script of a direction. Without a down script the migration is irreversible.
    pub fn script(&self, direction: Direction) -> Option<&Script> {
        match direction {
            Direction::Up => Some(&self.up),
            Direction::Down => self.down.as_ref(),
        }
    }

    fn irreversible(&self) -> MigrationError {
        MigrationError::Irreversible {
            version: self.version.clone(),
            because: self.metadata.irreversible.clone().unwrap_or_else(|| "it has no down.sql".to_owned()),
        }
    }
}

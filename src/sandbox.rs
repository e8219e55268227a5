//! Runs SQL that a stranger wrote: one query, or a script in a database that nobody will miss, within limits.
//!
//! A query neither changes anything, nor reads outside the tables, nor runs for ever; each engine has its own means for that,
//! and [`gate`] refuses by its words what an engine would let pass. A [`Sandbox`] is one database; a scratch one may be changed.

mod cell;
mod engines;
mod error;
mod gate;
mod moment;
#[cfg(feature = "mysql")]
mod mysql;
mod names;
mod place;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
pub mod sqlite;

pub use cell::{Answer, Cell};
pub use engines::{admit, open};
pub use error::{Refusal, SandboxError};
pub use gate::{MOST_BYTES, text as read_text};
pub(crate) use moment::normal as moment;
pub use place::Place;

use crate::database::Engine;

pub(crate) type Result<T, E = SandboxError> = std::result::Result<T, E>;

/// What a statement may use at most.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Units of the engine's counted work (steps of SQLite's virtual machine).
    pub work: u64,
    /// Where work cannot be limited by a count: seconds, to stop what would run for ever.
    pub seconds: f64,
    pub rows: usize,
    /// Of all cells together.
    pub bytes: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { work: 50_000_000, seconds: 3.0, rows: 100_000, bytes: 16 << 20 }
    }
}

/// One database in which a stranger's SQL is run.
pub trait Sandbox: Send {
    fn engine(&self) -> Engine;

    /// Runs a stranger's query: one statement that only reads. Refusals are values: they are what a learner is told.
    fn query(&mut self, text: &str, limits: &Limits) -> Result<Answer, Trouble>;

    /// Runs a query of ours, with no gate before it.
    fn trusted(&mut self, text: &str, limits: &Limits) -> Result<Answer, Trouble>;

    /// Runs a stranger's script, in a scratch database: several statements, or none, which change it as they like within the
    /// database. On SQLite and PostgreSQL all of it or nothing; within an open transaction as a part of it.
    fn script(&mut self, text: &str, limits: &Limits) -> Result<(), Trouble>;

    /// Runs statements of ours one after another, such as those of a probe: they may call what a stranger's script has made,
    /// and what that refuses is [`Trouble::Refused`].
    fn execute(&mut self, text: &str, limits: &Limits) -> Result<(), Trouble>;

    fn begin(&mut self) -> Result<()>;
    /// Does nothing if the transaction has already ended, as a trigger of SQLite may do with `RAISE(ROLLBACK)`.
    fn roll_back(&mut self) -> Result<()>;
    /// Savepoints are within a transaction, and one within the other.
    fn savepoint(&mut self) -> Result<()>;
    /// Keeps what came after the newest savepoint, and forgets it.
    fn release(&mut self) -> Result<()>;
    /// Undoes what came after the newest savepoint, and forgets it.
    fn roll_back_to_savepoint(&mut self) -> Result<()>;
}

/// Why there is no answer: the stranger's SQL is at fault, or the sandbox is.
#[derive(Debug)]
pub enum Trouble {
    Refused(Refusal),
    Failed(SandboxError),
}

impl From<SandboxError> for Trouble {
    fn from(error: SandboxError) -> Trouble {
        Trouble::Failed(error)
    }
}

impl From<Refusal> for Trouble {
    fn from(refusal: Refusal) -> Trouble {
        Trouble::Refused(refusal)
    }
}

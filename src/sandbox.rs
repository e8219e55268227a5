//! Runs SQL that a stranger wrote, within limits: one query, or a script in a throw-away database.
//!
//! A query changes nothing, reads nothing but the tables, and cannot run forever. Each engine has its own means for that, and
//! [`gate`] refuses what an engine would let pass. A [`Sandbox`] is one database; a scratch one may be changed.

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
mod rows;
mod sentences;
#[cfg(feature = "sqlite")]
pub mod sqlite;

pub use cell::{Answer, Cell, is_numeric};
pub use engines::open;
pub use error::{Refusal, SandboxError};
pub use gate::MOST_BYTES;
pub(crate) use moment::normal as moment;
pub use place::Place;

use crate::database::Engine;

pub(crate) type Result<T, E = SandboxError> = std::result::Result<T, E>;

/// The most that a statement may use.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Units of the engine's counted work (steps of SQLite's virtual machine).
    pub work: u64,
    /// Seconds after which a statement is stopped. On servers, which cannot limit counted work, this is the main limit.
    pub seconds: f64,
    pub rows: usize,
    /// Bytes of all cells together.
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

    /// Runs a stranger's query: one statement that only reads. A refusal is a value, because a learner gets to see it.
    fn query(&mut self, text: &str, limits: &Limits) -> Result<Answer, Trouble>;

    /// Runs a query of this program; it does not pass the gate.
    fn trusted(&mut self, text: &str, limits: &Limits) -> Result<Answer, Trouble>;

    /// Runs a stranger's script in a scratch database: any number of statements, which may change anything within it. On SQLite
    /// and PostgreSQL, either the whole script takes effect or nothing; in an open transaction, it becomes part of that.
    fn script(&mut self, text: &str, limits: &Limits) -> Result<(), Trouble>;

    /// Runs statements of this program one after another, such as those of a probe. They may call what a stranger's script has
    /// created; if that refuses them, the result is [`Trouble::Refused`].
    fn execute(&mut self, text: &str, limits: &Limits) -> Result<(), Trouble>;

    fn begin(&mut self) -> Result<()>;
    /// Does nothing if the transaction has already ended, for example by `RAISE(ROLLBACK)` in an SQLite trigger.
    fn roll_back(&mut self) -> Result<()>;
    /// Sets a savepoint. Savepoints are inside a transaction, and nested.
    fn savepoint(&mut self) -> Result<()>;
    /// Keeps what happened since the newest savepoint, and removes the savepoint.
    fn release(&mut self) -> Result<()>;
    /// Undoes what happened since the newest savepoint, and removes the savepoint.
    fn roll_back_to_savepoint(&mut self) -> Result<()>;
}

/// Why there is no answer: because of the stranger's SQL, or because of the sandbox.
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

//! Runs a person's own SQL with that person's own rights: one statement that the engine itself keeps from writing, or, where
//! writing is wanted, any statements.
//!
//! This protects against accidents, not against strangers: the engine has the database open for reading only (SQLite), or each
//! statement is in a transaction that only reads (servers). What a server does not count as a change, such as a file that it
//! writes itself, is not stopped. Rows are handed over one by one and never kept. A statement that is to stop is ended
//! where it runs: on a server through a second connection.

mod cell;
mod engines;
mod error;
mod hint;
#[cfg(feature = "mysql")]
mod mysql;
mod nearest;
#[cfg(feature = "postgres")]
mod postgres;
mod script;
mod session;
mod shell;
#[cfg(feature = "sqlite")]
mod sqlite;
#[cfg(feature = "server")]
mod waiting;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

pub use cell::Cell;
pub use error::{Kept, Place, QueryError};
pub use hint::Hint;
pub use script::{Query, is_complete};
pub use shell::Shell;

use crate::database::Target;
pub(crate) use error::Result;
use nearest::Names;
use session::{Fault, Session};

/// What statements may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    Read,
    Write,
}

/// Where the results of statements go, one after another.
pub trait Rows {
    /// The names of the columns of a result. Statements without a result have none.
    fn columns(&mut self, names: &[String]);

    /// Takes a row; returns whether it wants another one. A statement that only reads ends where no row is wanted.
    fn row(&mut self, cells: Vec<Cell>) -> bool;

    /// A statement is done; with how many rows it has inserted, updated or deleted.
    fn done(&mut self, changed: Option<u64>);
}

/// A session for statements.
pub struct Connection {
    session: Box<dyn Session>,
    stop: Arc<AtomicBool>,
}

impl Connection {
    /// Opens an existing database. A statement is ended when `stop` is set.
    pub fn open(target: &Target, access: Access, stop: Arc<AtomicBool>) -> Result<Connection> {
        let session = engines::open(target, access, Arc::clone(&stop))?;
        Ok(Connection { session, stop })
    }

    /// Runs the statements of a query. Several are one transaction, unless they have transactions of their own.
    pub fn run(&mut self, query: &Query, rows: &mut dyn Rows) -> Result<()> {
        let joined = query.is_one_transaction();
        if joined {
            self.session.control("BEGIN").map_err(|fault| self.stopped_or(fault))?;
        }
        for (at, statement) in query.statements.iter().enumerate() {
            let done = match self.stop.load(Ordering::Relaxed) {
                true => Err(Fault::Stopped),
                false => self.session.run(&statement.sql, rows),
            };
            match done {
                Ok(changed) => rows.done(changed.filter(|_| script::changes_rows(statement))),
                Err(fault) => return Err(self.failed(fault, query, at, joined)),
            }
        }
        if joined && let Err(fault) = self.session.control("COMMIT") {
            return Err(self.failed(fault, query, query.statements.len(), joined));
        }
        Ok(())
    }

    /// The names of all tables and views.
    pub fn tables(&mut self) -> Result<Vec<String>> {
        let names = self.names().map_err(|fault| self.stopped_or(fault))?;
        Ok(names.tables())
    }

    fn names(&mut self) -> std::result::Result<Names, Fault> {
        let mut names = Names::default();
        let ask = self.session.names();
        self.session.run(ask, &mut names)?;
        Ok(names)
    }

    /// The error of the statement at this place, once its transaction is rolled back. Behind the last is the commit.
    fn failed(&mut self, fault: Fault, query: &Query, at: usize, joined: bool) -> QueryError {
        let is_alive = !matches!(fault, Fault::Stopped | Fault::Broken(_) | Fault::Database(_));
        if joined && is_alive {
            // A transaction that the engine has already rolled back is as good.
            let _ = self.session.control("ROLLBACK");
        }
        let kept = match query.keeps_before(at) {
            false => Kept::Nothing,
            true => Kept::Earlier,
        };
        let place = query.place(at);
        match fault {
            Fault::Stopped => QueryError::Stopped { kept },
            Fault::Broken(source) => QueryError::Broken { source },
            Fault::Database(error) => error.into(),
            Fault::Parameters => QueryError::Parameter { place },
            Fault::Several => QueryError::Several { count: 2 },
            Fault::Writes => QueryError::Writes { word: query.word(at) },
            Fault::Refused { words, line, unknown } => {
                // Not where the rest of a script still waits to be rolled back by the end of the session.
                let nearest = unknown.and_then(|unknown| self.names().ok()?.nearest(&unknown));
                QueryError::Statement { place: place.at_line(line), words, nearest, kept }
            }
        }
    }

    fn stopped_or(&self, fault: Fault) -> QueryError {
        match fault {
            Fault::Stopped => QueryError::Stopped { kept: Kept::Nothing },
            Fault::Broken(source) => QueryError::Broken { source },
            Fault::Database(error) => error.into(),
            Fault::Parameters | Fault::Several | Fault::Writes => {
                QueryError::Broken { source: "the server refuses a statement of its own client".into() }
            }
            Fault::Refused { words, .. } => QueryError::Broken { source: words.into() },
        }
    }
}

/// The engine's own shell for a database.
pub fn shell(target: &Target, access: Access) -> Shell {
    engines::shell(target, access)
}

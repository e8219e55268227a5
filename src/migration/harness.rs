//! Hands a migration to Diesel's own harness, which keeps it in a transaction and records its version.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use diesel::connection::{BoxableConnection, Connection, Instrumentation, InstrumentationEvent};
use diesel::migration::{MigrationMetadata, MigrationName, MigrationVersion};
use diesel_migrations::MigrationHarness;

use super::Direction;
use super::execute::Execution;
use super::session::Session;
use crate::database::{Backed, Db, on_db};

/// Runs the migration and records its version. An error is that of the statement that failed: where an engine has ended the
/// transaction by itself, as SQLite does on a full disk, Diesel returns only that it could not roll back.
pub(crate) fn run_one(db: &mut Db, execution: &Execution<'_>) -> diesel::migration::Result<()> {
    let last = LastError::default();
    let ran = on_db!(db, connection => {
        connection.set_instrumentation(last.clone());
        let ran = match execution.direction() {
            Direction::Up => connection.run_migration(execution).map(|_| ()),
            Direction::Down => connection.revert_migration(execution).map(|_| ()),
        };
        connection.set_instrumentation(None::<Box<dyn Instrumentation>>);
        ran
    });
    ran.map_err(|error| last.take().map_or(error, Into::into))
}

/// The error of the last statement, not counting what rolls back.
#[derive(Clone, Default)]
struct LastError(Arc<Mutex<Seen>>);

#[derive(Default)]
struct Seen {
    error: Option<String>,
    is_rolling_back: bool,
}

impl LastError {
    fn take(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).error.take()
    }
}

impl Instrumentation for LastError {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            InstrumentationEvent::RollbackTransaction { .. } => seen.is_rolling_back = true,
            InstrumentationEvent::FinishQuery { .. } if seen.is_rolling_back => seen.is_rolling_back = false,
            InstrumentationEvent::FinishQuery { error, .. } => seen.error = error.map(ToString::to_string),
            _ => {}
        }
    }
}

impl<B> diesel::migration::Migration<B> for Execution<'_>
where
    B: Backed + 'static,
    B::Connection: Session,
{
    fn run(&self, connection: &mut dyn BoxableConnection<B>) -> diesel::migration::Result<()> {
        let connection = connection
            .downcast_mut::<B::Connection>()
            .expect("the runner hands its executions to no other connection");
        Ok(self.execute(connection)?)
    }

    fn revert(&self, connection: &mut dyn BoxableConnection<B>) -> diesel::migration::Result<()> {
        diesel::migration::Migration::<B>::run(self, connection)
    }

    fn metadata(&self) -> &dyn MigrationMetadata {
        self
    }

    fn name(&self) -> &dyn MigrationName {
        self
    }
}

impl fmt::Display for Execution<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let migration = self.migration();
        write!(f, "{}_{}", migration.version, migration.name)
    }
}

impl MigrationName for Execution<'_> {
    fn version(&self) -> MigrationVersion<'_> {
        MigrationVersion::from(&self.migration().version)
    }
}

impl MigrationMetadata for Execution<'_> {
    fn run_in_transaction(&self) -> bool {
        !self.is_stepwise()
    }
}

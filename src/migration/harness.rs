//! Hands a migration to Diesel's own harness, which keeps it in a transaction and records its version.

use std::fmt;

use diesel::connection::BoxableConnection;
use diesel::migration::{MigrationMetadata, MigrationName, MigrationVersion};
use diesel_migrations::MigrationHarness;

use super::Direction;
use super::execute::Execution;
use super::session::Session;
use crate::database::{Backed, Db, on_db};

/// Runs the migration and records its version.
pub(crate) fn run_one(db: &mut Db, execution: &Execution<'_>) -> diesel::migration::Result<()> {
    on_db!(db, connection => match execution.direction() {
        Direction::Up => connection.run_migration(execution).map(|_| ()),
        Direction::Down => connection.revert_migration(execution).map(|_| ()),
    })
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

//! A built-in migration as Diesel's harness runs it on any connection: its statements, one after another.

use std::fmt;

use diesel::backend::Backend;
use diesel::connection::BoxableConnection;
use diesel::migration::{self, MigrationMetadata, MigrationName, MigrationVersion};

use crate::migration::{Direction, Migration};

/// A migration of ours.
pub(super) struct Builtin<'a>(pub &'a Migration);

impl<B: Backend> migration::Migration<B> for Builtin<'_> {
    fn run(&self, connection: &mut dyn BoxableConnection<B>) -> migration::Result<()> {
        self.statements(Direction::Up, connection)
    }

    fn revert(&self, connection: &mut dyn BoxableConnection<B>) -> migration::Result<()> {
        self.statements(Direction::Down, connection)
    }

    fn metadata(&self) -> &dyn MigrationMetadata {
        self
    }

    fn name(&self) -> &dyn MigrationName {
        self
    }
}

impl Builtin<'_> {
    fn statements<B: Backend>(
        &self,
        direction: Direction,
        connection: &mut dyn BoxableConnection<B>,
    ) -> migration::Result<()> {
        let script = self.0.script(direction).ok_or("it cannot be undone")?;
        for statement in &script.statements {
            connection.batch_execute(&statement.sql)?;
        }
        Ok(())
    }
}

impl fmt::Display for Builtin<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", self.0.version, self.0.name)
    }
}

impl MigrationName for Builtin<'_> {
    fn version(&self) -> MigrationVersion<'_> {
        MigrationVersion::from(&self.0.version)
    }
}

impl MigrationMetadata for Builtin<'_> {
    fn run_in_transaction(&self) -> bool {
        self.0.metadata.run_in_transaction
    }
}

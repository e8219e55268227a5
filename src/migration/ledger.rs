//! The runner's own table next to Diesel's: what ran (checksums), how far (statements), when, and by which version.
//!
//! Diesel's `__diesel_schema_migrations` remains the only source of truth for what is applied, so
//! that the `diesel` command and this runner work on the same database. A row in this table without
//! one in Diesel's is history; a row in Diesel's without one here was applied by another tool.

use diesel::prelude::*;

use super::{Direction, Migration};
use crate::database::properties;

diesel::table! {
    __instaseed_migrations (version) {
        version -> Text,
        name -> Text,
        checksum_up -> Text,
        checksum_down -> Nullable<Text>,
        direction -> Text,
        state -> Text,
        statements_done -> Integer,
        statements_started -> Integer,
        statements_total -> Integer,
        digest_done -> Nullable<Text>,
        digest_started -> Nullable<Text>,
        catalogue_before -> Nullable<Text>,
        tool_version -> Text,
    }
}

/// Every migrated database has these three tables; the same SQL works on every engine.
pub(crate) const CREATE_TABLES: [&str; 3] = [
    diesel::migration::CREATE_MIGRATIONS_TABLE,
    "CREATE TABLE IF NOT EXISTS __instaseed_migrations (\
       version VARCHAR(50) PRIMARY KEY NOT NULL, \
       name VARCHAR(255) NOT NULL, \
       checksum_up VARCHAR(64) NOT NULL, \
       checksum_down VARCHAR(64) NULL, \
       direction VARCHAR(4) NOT NULL, \
       state VARCHAR(10) NOT NULL, \
       statements_done INTEGER NOT NULL, \
       statements_started INTEGER NOT NULL, \
       statements_total INTEGER NOT NULL, \
       digest_done VARCHAR(64) NULL, \
       digest_started VARCHAR(64) NULL, \
       catalogue_before VARCHAR(64) NULL, \
       started_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, \
       finished_at TIMESTAMP NULL, \
       tool_version VARCHAR(40) NOT NULL)",
    properties::CREATE,
];

const RUNNING: &str = "running";
const DONE: &str = "done";

/// One row of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = __instaseed_migrations)]
#[diesel(treat_none_as_null = true)]
pub(crate) struct Entry {
    pub version: String,
    pub name: String,
    pub checksum_up: String,
    pub checksum_down: Option<String>,
    pub direction: String,
    pub state: String,
    pub statements_done: i32,
    /// One more than `statements_done` while a statement that commits by itself is running.
    pub statements_started: i32,
    pub statements_total: i32,
    /// Digests of the statements done, and of those plus the started one: they decide whether a
    /// changed file can be resumed.
    pub digest_done: Option<String>,
    pub digest_started: Option<String>,
    /// The catalogue before the started statement: if it is unchanged, the statement has not happened.
    pub catalogue_before: Option<String>,
    pub tool_version: String,
}

/// When a migration ran, as reported by the engine (UTC).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Times {
    pub started_at: Option<String>,
    pub finished_at: Option<String>,
}

impl Entry {
    fn new(migration: &Migration, direction: Direction, state: &str) -> Self {
        let total = migration.script(direction).map_or(0, |script| script.statements.len());
        Self {
            version: migration.version.clone(),
            name: migration.name.clone(),
            checksum_up: migration.up.checksum.clone(),
            checksum_down: migration.down.as_ref().map(|script| script.checksum.clone()),
            direction: direction.as_str().to_owned(),
            state: state.to_owned(),
            statements_done: 0,
            statements_started: 0,
            statements_total: i32::try_from(total).unwrap_or(i32::MAX),
            digest_done: None,
            digest_started: None,
            catalogue_before: None,
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }

    pub(crate) fn running(migration: &Migration, direction: Direction) -> Self {
        Self::new(migration, direction, RUNNING)
    }

    pub(crate) fn done(migration: &Migration, direction: Direction) -> Self {
        let entry = Self::new(migration, direction, DONE);
        Self { statements_done: entry.statements_total, statements_started: entry.statements_total, ..entry }
    }

    /// A row for what another tool applied: its file is recorded as it is now.
    pub(crate) fn adopted(migration: &Migration) -> Self {
        let tool_version = format!("adopted by {}", env!("CARGO_PKG_VERSION"));
        Self { tool_version, ..Self::done(migration, Direction::Up) }
    }

    pub(crate) fn close(&mut self) {
        self.state = DONE.to_owned();
        self.catalogue_before = None;
    }

    /// Records that the first `done` statements have run and none is running.
    pub(crate) fn reach(&mut self, done: usize, digest: String) {
        self.statements_done = i32::try_from(done).unwrap_or(i32::MAX);
        self.statements_started = self.statements_done;
        self.digest_done = Some(digest);
        self.digest_started = None;
        self.catalogue_before = None;
    }

    pub(crate) fn is_running(&self) -> bool {
        self.state == RUNNING
    }

    pub(crate) fn direction(&self) -> Direction {
        if self.direction == Direction::Down.as_str() { Direction::Down } else { Direction::Up }
    }

    pub(crate) fn done_count(&self) -> usize {
        usize::try_from(self.statements_done).unwrap_or(0)
    }

    pub(crate) fn started_count(&self) -> usize {
        usize::try_from(self.statements_started).unwrap_or(0)
    }
}

diesel::table! {
    __diesel_schema_migrations (version) {
        version -> Text,
    }
}

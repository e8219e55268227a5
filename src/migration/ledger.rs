//! The runner's own table beside Diesel's: what was run (checksums), how far (statements), when, by which version.
//!
//! Diesel's `__diesel_schema_migrations` stays the only truth about what is applied, so that the `diesel` command
//! and this runner work on the same database; a row here without one there is history, and a row there without
//! one here was applied by another tool.

use diesel::prelude::*;

use super::{Direction, Migration};

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

/// Every migration database has these three; the text is the same SQL on every engine.
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
    CREATE_FACTS,
];

pub(crate) const CREATE_FACTS: &str = "CREATE TABLE IF NOT EXISTS __instaseed_facts (\
       name VARCHAR(100) PRIMARY KEY NOT NULL, \
       value TEXT NOT NULL)";

pub(crate) const VERSION_TABLE: &str = "__diesel_schema_migrations";
pub(crate) const LEDGER_TABLE: &str = "__instaseed_migrations";
pub(crate) const FACTS_TABLE: &str = "__instaseed_facts";

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
    /// One more than `statements_done` while a statement that commits by itself is under way.
    pub statements_started: i32,
    pub statements_total: i32,
    /// Of the statements done, and of those with the started one: whether a changed file can be resumed.
    pub digest_done: Option<String>,
    pub digest_started: Option<String>,
    /// The catalogue before the started statement: if it is still the same, the statement has not happened.
    pub catalogue_before: Option<String>,
    pub tool_version: String,
}

/// When a migration was run, as the engine tells it (UTC).
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

    /// A row for what another tool applied: its file is taken as it is now.
    pub(crate) fn adopted(migration: &Migration) -> Self {
        let tool_version = format!("adopted by {}", env!("CARGO_PKG_VERSION"));
        Self { tool_version, ..Self::done(migration, Direction::Up) }
    }

    pub(crate) fn close(&mut self) {
        self.state = DONE.to_owned();
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

/// What every connection can do with these tables; written once, for three types of connection.
pub(crate) trait Ledger {
    fn batch(&mut self, sql: &str) -> QueryResult<()>;
    fn versions(&mut self) -> QueryResult<Vec<String>>;
    fn entries(&mut self) -> QueryResult<Vec<(Entry, Times)>>;
    /// Writes a row anew, with `started_at` of now; `finished` tells whether it also ends now.
    fn write(&mut self, entry: &Entry, finished: bool) -> QueryResult<()>;
    /// Updates a row; `finished` as above.
    fn update(&mut self, entry: &Entry, finished: bool) -> QueryResult<()>;
    fn forget(&mut self, version: &str) -> QueryResult<()>;
    fn fact(&mut self, name: &str) -> QueryResult<Option<String>>;
    fn set_fact(&mut self, name: &str, value: Option<&str>) -> QueryResult<()>;
    /// The lines of a query whose one column is called `line`.
    fn lines(&mut self, sql: &str) -> QueryResult<Vec<String>>;
    fn number(&mut self, sql: &str) -> QueryResult<i64>;
    fn begin(&mut self) -> QueryResult<()>;
    fn commit(&mut self) -> QueryResult<()>;
    fn rollback(&mut self) -> QueryResult<()>;
    /// Through Diesel's harness: runs the migration and records its version.
    fn run_one(&mut self, execution: &super::execute::Execution<'_>) -> diesel::migration::Result<()>;
}

diesel::table! {
    __instaseed_facts (name) {
        name -> Text,
        value -> Text,
    }
}

diesel::table! {
    __diesel_schema_migrations (version) {
        version -> Text,
    }
}

#[derive(QueryableByName)]
pub(crate) struct Line {
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Text>)]
    pub line: Option<String>,
}

#[derive(QueryableByName)]
pub(crate) struct Number {
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::BigInt>)]
    pub number: Option<i64>,
}

/// `concat` is the one way to say "this time as text" that the three engines share.
pub(crate) const TIME_AS_TEXT: [&str; 2] = ["concat(started_at, '')", "concat(finished_at, '')"];

/// Seconds are enough, and SQLite has no more.
pub(crate) fn seconds(time: Option<String>) -> Option<String> {
    time.filter(|time| !time.is_empty()).map(|time| time.chars().take(19).collect())
}

macro_rules! impl_ledger {
    ($connection:ty, $backend:ty, $placeholder:literal) => {
        impl $crate::migration::ledger::Ledger for $connection {
            fn batch(&mut self, sql: &str) -> diesel::QueryResult<()> {
                diesel::connection::SimpleConnection::batch_execute(self, sql)
            }

            fn versions(&mut self) -> diesel::QueryResult<Vec<String>> {
                use diesel::prelude::*;
                use $crate::migration::ledger::__diesel_schema_migrations::dsl;
                let mut versions: Vec<String> = dsl::__diesel_schema_migrations.select(dsl::version).load(self)?;
                versions.sort();
                Ok(versions)
            }

            fn entries(
                &mut self,
            ) -> diesel::QueryResult<Vec<($crate::migration::ledger::Entry, $crate::migration::ledger::Times)>> {
                use diesel::dsl::sql;
                use diesel::prelude::*;
                use diesel::sql_types::{Nullable, Text};
                use $crate::migration::ledger::{
                    __instaseed_migrations::dsl, Entry, TIME_AS_TEXT, Times, seconds,
                };
                let rows: Vec<(Entry, Option<String>, Option<String>)> = dsl::__instaseed_migrations
                    .select((
                        Entry::as_select(),
                        sql::<Nullable<Text>>(TIME_AS_TEXT[0]),
                        sql::<Nullable<Text>>(TIME_AS_TEXT[1]),
                    ))
                    .load(self)?;
                Ok(rows
                    .into_iter()
                    .map(|(entry, started, finished)| {
                        (entry, Times { started_at: seconds(started), finished_at: seconds(finished) })
                    })
                    .collect())
            }

            fn write(&mut self, entry: &$crate::migration::ledger::Entry, finished: bool) -> diesel::QueryResult<()> {
                use diesel::prelude::*;
                use $crate::migration::ledger::__instaseed_migrations::dsl;
                diesel::delete(dsl::__instaseed_migrations.find(&entry.version)).execute(self)?;
                diesel::insert_into(dsl::__instaseed_migrations).values(entry).execute(self)?;
                if finished { self.update(entry, true) } else { Ok(()) }
            }

            fn update(&mut self, entry: &$crate::migration::ledger::Entry, finished: bool) -> diesel::QueryResult<()> {
                use diesel::prelude::*;
                use $crate::migration::ledger::__instaseed_migrations::dsl;
                diesel::update(dsl::__instaseed_migrations.find(&entry.version)).set(entry).execute(self)?;
                if finished {
                    diesel::sql_query(
                        concat!("UPDATE __instaseed_migrations SET finished_at = CURRENT_TIMESTAMP WHERE version = ", $placeholder),
                    )
                    .bind::<diesel::sql_types::Text, _>(&entry.version)
                    .execute(self)?;
                }
                Ok(())
            }

            fn forget(&mut self, version: &str) -> diesel::QueryResult<()> {
                use diesel::prelude::*;
                use $crate::migration::ledger::__instaseed_migrations::dsl;
                diesel::delete(dsl::__instaseed_migrations.find(version)).execute(self).map(|_| ())
            }

            fn fact(&mut self, name: &str) -> diesel::QueryResult<Option<String>> {
                use diesel::prelude::*;
                use $crate::migration::ledger::__instaseed_facts::dsl;
                dsl::__instaseed_facts.find(name).select(dsl::value).first(self).optional()
            }

            fn set_fact(&mut self, name: &str, value: Option<&str>) -> diesel::QueryResult<()> {
                use diesel::prelude::*;
                use $crate::migration::ledger::__instaseed_facts::dsl;
                diesel::delete(dsl::__instaseed_facts.find(name)).execute(self)?;
                if let Some(value) = value {
                    diesel::insert_into(dsl::__instaseed_facts)
                        .values((dsl::name.eq(name), dsl::value.eq(value)))
                        .execute(self)?;
                }
                Ok(())
            }

            fn lines(&mut self, sql: &str) -> diesel::QueryResult<Vec<String>> {
                use diesel::prelude::*;
                let rows: Vec<$crate::migration::ledger::Line> = diesel::sql_query(sql).load(self)?;
                Ok(rows.into_iter().map(|row| row.line.unwrap_or_default()).collect())
            }

            fn number(&mut self, sql: &str) -> diesel::QueryResult<i64> {
                use diesel::prelude::*;
                let row: $crate::migration::ledger::Number = diesel::sql_query(sql).get_result(self)?;
                Ok(row.number.unwrap_or(0))
            }

            fn begin(&mut self) -> diesel::QueryResult<()> {
                use diesel::connection::{Connection, TransactionManager};
                <$connection as Connection>::TransactionManager::begin_transaction(self)
            }

            fn commit(&mut self) -> diesel::QueryResult<()> {
                use diesel::connection::{Connection, TransactionManager};
                <$connection as Connection>::TransactionManager::commit_transaction(self)
            }

            fn rollback(&mut self) -> diesel::QueryResult<()> {
                use diesel::connection::{Connection, TransactionManager};
                <$connection as Connection>::TransactionManager::rollback_transaction(self)
            }

            fn run_one(
                &mut self,
                execution: &$crate::migration::execute::Execution<'_>,
            ) -> diesel::migration::Result<()> {
                use diesel_migrations::MigrationHarness;
                match execution.direction() {
                    $crate::migration::Direction::Up => self.run_migration(execution).map(|_| ()),
                    $crate::migration::Direction::Down => self.revert_migration(execution).map(|_| ()),
                }
            }
        }

        impl diesel::migration::Migration<$backend>
            for $crate::migration::execute::Execution<'_>
        {
            fn run(
                &self,
                connection: &mut dyn diesel::connection::BoxableConnection<
                    $backend,
                >,
            ) -> diesel::migration::Result<()> {
                let connection = connection
                    .downcast_mut::<$connection>()
                    .expect("the runner hands its executions to no other connection");
                Ok(self.execute(connection)?)
            }

            fn revert(
                &self,
                connection: &mut dyn diesel::connection::BoxableConnection<
                    $backend,
                >,
            ) -> diesel::migration::Result<()> {
                diesel::migration::Migration::<$backend>::run(self, connection)
            }

            fn metadata(&self) -> &dyn diesel::migration::MigrationMetadata {
                self
            }

            fn name(&self) -> &dyn diesel::migration::MigrationName {
                self
            }
        }
    };
}
pub(crate) use impl_ledger;

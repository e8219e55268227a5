//! How the runner's tables are read and written: one trait, implemented once for three types of connection.
//!
//! Diesel checks its queries separately for each backend, so the shared implementation is a macro.

use diesel::prelude::*;
use diesel::result::Error::DeserializationError;
use serde_json::Value;

use super::ledger::{Entry, Times};

/// What every connection can do with these tables; implemented once for three types of connection.
pub(crate) trait LedgerStore {
    fn batch(&mut self, sql: &str) -> QueryResult<()>;
    /// Runs a single statement and no more, whatever the text contains. For SQL that was stored in the database.
    fn one(&mut self, sql: &str) -> QueryResult<()>;
    fn versions(&mut self) -> QueryResult<Vec<String>>;
    fn entries(&mut self) -> QueryResult<Vec<(Entry, Times)>>;
    /// Replaces a row, with `started_at` set to now; `finished` says whether it also ends now.
    fn write(&mut self, entry: &Entry, finished: bool) -> QueryResult<()>;
    /// Updates a row; `finished` as above.
    fn update(&mut self, entry: &Entry, finished: bool) -> QueryResult<()>;
    fn forget(&mut self, version: &str) -> QueryResult<()>;
    /// Sets a version in Diesel's table.
    fn set_version(&mut self, version: &str, applied: bool) -> QueryResult<()>;
    fn property(&mut self, name: &str) -> QueryResult<Option<String>>;
    fn set_property(&mut self, name: &str, value: Option<&str>) -> QueryResult<()>;
    /// The lines of a query whose only column is called `line`.
    fn lines(&mut self, sql: &str) -> QueryResult<Vec<String>>;
    fn number(&mut self, sql: &str) -> QueryResult<i64>;
    fn begin(&mut self) -> QueryResult<()>;
    fn commit(&mut self) -> QueryResult<()>;
    fn rollback(&mut self) -> QueryResult<()>;
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

/// `concat` is the only way to write "this time as text" that all three engines share.
pub(crate) const TIME_AS_TEXT: [&str; 2] = ["concat(started_at, '')", "concat(finished_at, '')"];

/// Seconds are enough, and SQLite has no more.
pub(crate) fn seconds(time: Option<String>) -> Option<String> {
    time.filter(|time| !time.is_empty()).map(|time| time.chars().take(19).collect())
}

macro_rules! impl_ledger {
    ($connection:ty, $placeholder:literal) => {
        impl $crate::migration::bookkeeping::LedgerStore for $connection {
            fn batch(&mut self, sql: &str) -> diesel::QueryResult<()> {
                diesel::connection::SimpleConnection::batch_execute(self, sql)
            }

            fn one(&mut self, sql: &str) -> diesel::QueryResult<()> {
                diesel::RunQueryDsl::execute(diesel::sql_query(sql), self).map(|_| ())
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
                use $crate::migration::bookkeeping::{TIME_AS_TEXT, seconds};
                use $crate::migration::ledger::{__instaseed_migrations::dsl, Entry, Times                };
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

            fn set_version(&mut self, version: &str, applied: bool) -> diesel::QueryResult<()> {
                use diesel::prelude::*;
                use $crate::migration::ledger::__diesel_schema_migrations::dsl;
                diesel::delete(dsl::__diesel_schema_migrations.find(version)).execute(self)?;
                if applied {
                    diesel::insert_into(dsl::__diesel_schema_migrations)
                        .values(dsl::version.eq(version))
                        .execute(self)?;
                }
                Ok(())
            }

            fn property(&mut self, name: &str) -> diesel::QueryResult<Option<String>> {
                use diesel::prelude::*;
                use $crate::database::properties::__instaseed_facts::dsl;
                dsl::__instaseed_facts.find(name).select(dsl::value).first(self).optional()
            }

            fn set_property(&mut self, name: &str, value: Option<&str>) -> diesel::QueryResult<()> {
                use diesel::prelude::*;
                use $crate::database::properties::__instaseed_facts::dsl;
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
                let rows: Vec<$crate::migration::bookkeeping::Line> = diesel::sql_query(sql).load(self)?;
                Ok(rows.into_iter().map(|row| row.line.unwrap_or_default()).collect())
            }

            fn number(&mut self, sql: &str) -> diesel::QueryResult<i64> {
                use diesel::prelude::*;
                let row: $crate::migration::bookkeeping::Number = diesel::sql_query(sql).get_result(self)?;
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
        }
    };
}
pub(crate) use impl_ledger;

/// The cells of a line that a query builds as a JSON array: a name may contain any character, so no separator
/// would be safe. NULL becomes an empty string. Any other line is an error: skipping it would hide what it names.
pub(crate) fn cells<const N: usize>(line: &str) -> QueryResult<[String; N]> {
    let unreadable = || DeserializationError(format!("not a list of {N} cells: {line}").into());
    let cells: Vec<Value> = serde_json::from_str(line).map_err(|_| unreadable())?;
    let text = |cell| match cell {
        Value::String(text) => text,
        Value::Null => String::new(),
        other => other.to_string(),
    };
    let cells: Vec<String> = cells.into_iter().map(text).collect();
    cells.try_into().map_err(|_| unreadable())
}

#[cfg(test)]
mod tests {
    use super::cells;

    #[test]
    fn the_cells_of_a_line_hold_any_character_and_another_number_is_an_error() {
        let [name, null, number] = cells("[\"a\\u001fb\", null, 2]").expect("three cells");
        assert_eq!([name.as_str(), &null, &number], ["a\u{1f}b", "", "2"]);
        for line in ["[1, 2]", "[1, 2, 3, 4]", "", "a, b, c", "[1, 2, "] {
            assert!(cells::<3>(line).is_err(), "{line}");
        }
    }
}

//! The records of a load: three small tables that exist only while a load is under way.
//!
//! `__instaseed_load` says what is being loaded and how far the load is; `.._portions` has a row for
//! each portion that is in; `.._parked` keeps the definitions of what was removed. A load is under
//! way if and only if the first table names a phase: that table is filled last and dropped first.

use std::collections::BTreeMap;

use super::LoadError;
use super::ours::Ours;
use super::state::{self, Interrupted, Phase};
use crate::database::records::{LOAD_TABLE, LOAD_TABLES, PARKED_TABLE, PORTIONS_TABLE};
use crate::database::{Ask, Db, Value};
use crate::edition::Table;
use crate::load::Result;
use crate::sink::bulk::{Bulk, BulkError, Kept, Parked, Stage, TextRow};
use crate::sink::digest::Digest;

/// A connection that can read a load's records: any connection, or one that loads.
pub(super) trait Reads {
    fn has_record(&mut self) -> Result<bool>;

    /// The account that owns one of the tables, if that is neither our account nor a role of it.
    fn owner_of_record(&mut self) -> Result<Option<(String, String)>>;

    /// Two columns of every row, ordered by a third.
    fn pairs(&mut self, table: &str, columns: [Ask<'_>; 2], order: &str) -> Result<Vec<TextRow>>;
}

impl Reads for Db {
    fn has_record(&mut self) -> Result<bool> {
        Ok(self.tables()?.iter().any(|table| table == LOAD_TABLE))
    }

    fn owner_of_record(&mut self) -> Result<Option<(String, String)>> {
        Ok(self.stranger(&LOAD_TABLES)?)
    }

    fn pairs(&mut self, table: &str, columns: [Ask<'_>; 2], order: &str) -> Result<Vec<TextRow>> {
        let text = |value: &Value| match value {
            Value::Null => None,
            Value::Number(number) => Some(number.to_string()),
            Value::Text(text) => Some(text.clone()),
        };
        let mut rows = Vec::new();
        self.each_row::<LoadError>(table, &columns, &[order], &mut |values| {
            rows.push(values.iter().map(text).collect());
            Ok(())
        })?;
        Ok(rows)
    }
}

/// A connection that loads.
struct Loading<'b, B>(&'b mut B);

impl<B: Bulk> Reads for Loading<'_, B> {
    fn has_record(&mut self) -> Result<bool> {
        Ok(self.0.has_table(LOAD_TABLE)?)
    }

    fn owner_of_record(&mut self) -> Result<Option<(String, String)>> {
        Ok(self.0.stranger(&LOAD_TABLES)?)
    }

    fn pairs(&mut self, table: &str, columns: [Ask<'_>; 2], order: &str) -> Result<Vec<TextRow>> {
        let [first, second] = columns.map(|(Ask::Number(name) | Ask::Text(name) | Ask::Moment(name))| name);
        Ok(self.0.rows(&format!("SELECT {first}, {second} FROM {table} ORDER BY {order}"))?)
    }
}

/// The load that was interrupted in this database, if any. Changes nothing.
pub fn interrupted(db: &mut Db) -> Result<Option<Interrupted>> {
    found(db)
}

/// Whether a load has left a record, readable or not.
pub fn is_recorded(db: &mut Db) -> Result<bool> {
    db.has_record()
}

/// The same for a connection that loads.
pub(super) fn find<B: Bulk>(bulk: &mut B) -> Result<Option<Interrupted>> {
    found(&mut Loading(bulk))
}

fn found(connection: &mut impl Reads) -> Result<Option<Interrupted>> {
    if !connection.has_record()? {
        return Ok(None);
    }
    refuse_stranger(connection.owner_of_record()?)?;
    let entries = connection.pairs(LOAD_TABLE, [Ask::Text("name"), Ask::Text("content")], "name")?;
    let entries = every(LOAD_TABLE, entries, |row| {
        let [name, content] = <[Option<String>; 2]>::try_from(row).ok()?;
        Some((name?, content?))
    })?;
    let columns = [Ask::Text("table_name"), Ask::Number("row_count")];
    let rows = connection.pairs(PORTIONS_TABLE, columns, "portion_id")?;
    let rows = every(PORTIONS_TABLE, rows, |row| {
        let [table, rows] = <[Option<String>; 2]>::try_from(row).ok()?;
        Some((table?, rows?.parse().ok()?))
    })?;
    state::read(entries, rows)
}

/// Parses every row of one of our tables. A row that cannot be read must not look as if it did not exist.
fn every<T, C: FromIterator<T>>(
    table: &str,
    rows: Vec<TextRow>,
    parse: impl Fn(TextRow) -> Option<T>,
) -> Result<C, LoadError> {
    let unreadable = || LoadError::Unreadable { what: format!("a row of {table}") };
    rows.into_iter().map(|row| parse(row).ok_or_else(unreadable)).collect()
}

/// Refuses tables that another account has created: they are not our records, whatever they say.
pub(super) fn refuse_stranger(found: Option<(String, String)>) -> Result<(), LoadError> {
    found.map_or(Ok(()), |(table, owner)| Err(LoadError::Planted { table, owner }))
}

/// The records of a load, on the connection that writes them.
pub(super) struct Journal<'b, B> {
    bulk: &'b mut B,
}

impl<'b, B: Bulk> Journal<'b, B> {
    pub(super) fn new(bulk: &'b mut B) -> Self {
        Self { bulk }
    }

    /// Creates the tables, empty.
    pub(super) fn create(&mut self) -> Result<(), BulkError> {
        self.bulk.run(&create::<B>())
    }

    /// Fills the tables: from now on the load is under way.
    pub(super) fn begin(&mut self, state: &Interrupted, parked: &[Parked]) -> Result<(), BulkError> {
        self.bulk.run(&record::<B>(state, parked))
    }

    /// Records how far the load is.
    pub(super) fn enter(&mut self, phase: Phase) -> Result<(), BulkError> {
        self.bulk.run(&format!("UPDATE {LOAD_TABLE} SET content = '{phase}' WHERE name = 'phase'"))
    }

    /// Records other ids as the load's own.
    pub(super) fn set_ours(&mut self, ours: &Ours) -> Result<(), BulkError> {
        let ours = serde_json::to_string(ours).expect("ids are names and numbers");
        self.bulk.run(&format!("UPDATE {LOAD_TABLE} SET content = {} WHERE name = 'ours'", B::literal(&ours)))
    }

    /// The portions that are in.
    pub(super) fn done(&mut self) -> Result<BTreeMap<u64, Digest>> {
        let rows = self.bulk.rows(&format!("SELECT portion_id, row_count, digest FROM {PORTIONS_TABLE}"))?;
        every(PORTIONS_TABLE, rows, |row| {
            let [portion, count, digest] = <[Option<String>; 3]>::try_from(row).ok()?;
            Some((portion?.parse().ok()?, Digest::parse(count?.parse().ok()?, &digest?)?))
        })
    }

    /// Removes the rows of a portion and its record: it is not in any more.
    pub(super) fn undo(&mut self, portion: u64, table: &str, condition: &str) -> Result<(), BulkError> {
        self.bulk.run(&format!(
            "BEGIN; DELETE FROM {table} WHERE {condition}; DELETE FROM {PORTIONS_TABLE} WHERE portion_id = {portion}; COMMIT"
        ))
    }

    /// What was removed, in the order in which it is put back. Refuses anything that this load
    /// would not have removed.
    pub(super) fn parked(&mut self, tables: &[&'static Table]) -> Result<Vec<Parked>> {
        let rows = self.bulk.rows(&format!(
            "SELECT stage, schema_name, table_name, name, definition FROM {PARKED_TABLE} ORDER BY ordinal"
        ))?;
        let all: Vec<Kept> = every(PARKED_TABLE, rows, kept)?;
        let made = all.into_iter().map(|kept| {
            let what = format!("the {} {} of {}", kept.stage.name(), kept.name, kept.table);
            self.bulk.remade(kept, tables).ok_or(LoadError::NotOurs { what, table: PARKED_TABLE })
        });
        made.collect()
    }

    /// Ends the load: runs `sql` and drops the tables in one transaction.
    pub(super) fn finish(&mut self, sql: &str) -> Result<(), BulkError> {
        self.bulk.run(&format!("BEGIN; {sql}; {}; COMMIT", drop_tables()))
    }

    /// Drops the tables.
    pub(super) fn drop_tables(&mut self) -> Result<(), BulkError> {
        self.bulk.run(&drop_tables())
    }
}

fn drop_tables() -> String {
    format!("DROP TABLE {LOAD_TABLE}; DROP TABLE {PORTIONS_TABLE}; DROP TABLE {PARKED_TABLE}")
}

/// SQL that creates the tables.
fn create<B: Bulk>() -> String {
    let options = B::TABLE_OPTIONS;
    // The list of many hashtags' keys is long; where DDL cannot be rolled back, TEXT is limited to 64 KiB.
    let long = if B::ROLLS_BACK_DDL { "TEXT" } else { "LONGTEXT" };
    format!(
        "DROP TABLE IF EXISTS {LOAD_TABLE}; DROP TABLE IF EXISTS {PORTIONS_TABLE}; DROP TABLE IF EXISTS {PARKED_TABLE}; \
         CREATE TABLE {PORTIONS_TABLE} (portion_id INTEGER NOT NULL PRIMARY KEY, table_name VARCHAR(64) NOT NULL, row_count BIGINT NOT NULL, digest VARCHAR(32) NOT NULL){options}; \
         CREATE TABLE {PARKED_TABLE} (ordinal INTEGER NOT NULL PRIMARY KEY, stage VARCHAR(20) NOT NULL, schema_name TEXT NOT NULL, \
         table_name TEXT NOT NULL, name TEXT NOT NULL, definition TEXT NOT NULL){options}; \
         CREATE TABLE {LOAD_TABLE} (name VARCHAR(40) NOT NULL PRIMARY KEY, content {long} NOT NULL){options}"
    )
}

/// SQL that fills the tables.
fn record<B: Bulk>(state: &Interrupted, parked: &[Parked]) -> String {
    let mut sql = String::new();
    for (ordinal, parked) in parked.iter().enumerate() {
        let Kept { stage, schema, table, name, definition } = &parked.kept;
        let texts = [stage.name(), schema, table, name, definition].map(B::literal).join(", ");
        sql += &format!("INSERT INTO {PARKED_TABLE} VALUES ({ordinal}, {texts}); ");
    }
    let mut entries = vec![
        ("edition", state.data.edition.name().to_owned()),
        ("generator_version", state.data.generator_version.to_string()),
        ("profile", state.data.profile.clone()),
        ("portions", state.portions.to_string()),
        ("whole_chunks", state.whole_chunks.to_string()),
        ("ours", serde_json::to_string(&state.ours).expect("ids are names and numbers")),
        ("pointing", serde_json::to_string(&state.pointing).expect("foreign keys are names")),
        ("phase", state.phase.name().to_owned()),
    ];
    if let Some(offsets) = &state.offsets {
        let text = serde_json::to_string(offsets).expect("offsets are names and numbers");
        entries.push(("offsets", text));
    }
    if let Some(origin) = &state.data.origin {
        entries.push(("origin", serde_json::to_string(origin).expect("a source is a name and numbers")));
    }
    // The phase goes last: from then on a load is under way.
    entries.sort_by_key(|(name, _)| *name == "phase");
    for (name, content) in entries {
        sql += &format!("INSERT INTO {LOAD_TABLE} VALUES ('{name}', {}); ", B::literal(&content));
    }
    sql
}

fn kept(row: TextRow) -> Option<Kept> {
    let [stage, schema, table, name, definition] = <[Option<String>; 5]>::try_from(row).ok()?;
    let (stage, schema) = (Stage::of(&stage?)?, schema?);
    Some(Kept { stage, schema, table: table?, name: name?, definition: definition? })
}

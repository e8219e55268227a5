//! The bookkeeping of a load: three small tables that are there only while a load is under way.
//!
//! `__instaseed_load` says what is loaded and how far it is; `.._portions` has a row for each portion that is in;
//! `.._parked` keeps the definitions of what was taken away. A load is under way exactly if the first table names
//! a phase: it is filled last and dropped first.

use std::collections::BTreeMap;
use std::fmt;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::LoadError;
use super::ours::Ours;
use super::shift::Offsets;
use crate::database::records::{LOAD_TABLE, LOAD_TABLES, PARKED_TABLE, PORTIONS_TABLE};
use crate::database::{DatabaseError, Db, on_db};
use crate::edition::{Edition, Table};
use crate::load::Result;
use crate::profile::Profile;
use crate::sink::bulk::{Bulk, ForeignKey, Kept, Parked, Stage, TextRow};
use crate::sink::digest::Digest;

diesel::table! {
    __instaseed_load (name) {
        name -> Text,
        content -> Text,
    }
}

diesel::table! {
    __instaseed_load_portions (portion_id) {
        portion_id -> Integer,
        table_name -> Text,
        row_count -> BigInt,
    }
}

/// What is loaded: enough to make the same rows again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataSet {
    #[serde(serialize_with = "edition_name", deserialize_with = "named_edition")]
    pub edition: Edition,
    pub generator_version: u32,
    /// The whole profile with its seed, as [`Profile::to_record`](crate::profile::Profile::to_record) writes it.
    pub profile: String,
}

fn edition_name<S: serde::Serializer>(edition: &Edition, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(edition.name())
}

fn named_edition<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Edition, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
}

/// How far a load is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// Old rows go (`--replace`).
    Emptying,
    /// Indexes and constraints go.
    Parking,
    /// Rows come.
    Loading,
    /// Indexes and constraints come back.
    Restoring,
    /// References and counts are looked at; where it goes table by table, statistics are gathered beside that.
    Verifying,
    /// Ids, statistics, and the record of what is in.
    Finishing,
    /// An interrupted load is being taken back.
    Discarding,
}

impl Phase {
    const ALL: [Phase; 7] = [
        Phase::Emptying,
        Phase::Parking,
        Phase::Loading,
        Phase::Restoring,
        Phase::Verifying,
        Phase::Finishing,
        Phase::Discarding,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Phase::Emptying => "emptying",
            Phase::Parking => "parking",
            Phase::Loading => "loading",
            Phase::Restoring => "restoring",
            Phase::Verifying => "verifying",
            Phase::Finishing => "finishing",
            Phase::Discarding => "discarding",
        }
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A load that did not come to its end.
#[derive(Clone, Debug, Serialize)]
pub struct Interrupted {
    pub data: DataSet,
    pub phase: Phase,
    pub portions: u64,
    pub done: u64,
    /// How many rows of each table are in.
    pub rows: BTreeMap<String, u64>,
    /// The rows stand beside others, behind these keys.
    pub offsets: Option<Offsets>,
    /// The ids that are the load's own.
    pub ours: Ours,
    /// Foreign keys of tables of others that lead to ours: while they are parked, only this knows of them.
    #[serde(skip)]
    pub(crate) pointing: Vec<ForeignKey>,
    /// Tables of up to so many chunks are a portion each.
    #[serde(skip)]
    pub whole_chunks: u64,
}

impl Interrupted {
    /// How many rows are in.
    pub fn rows_in(&self) -> u64 {
        self.rows.values().fold(0, |sum, rows| sum.saturating_add(*rows))
    }

    /// Whose rows they are, as a user would say it: `profile load, seed 7, 20000 users`.
    pub fn world(&self) -> String {
        match Profile::from_record(&self.data.profile) {
            Some(profile) => {
                let Profile { name, seed, users, .. } = profile;
                format!("profile {name}, seed {seed}, {users} users, edition {}", self.data.edition)
            }
            None => format!("the {} edition", self.data.edition),
        }
    }
}

/// Whether a load was interrupted here, and where; changes nothing.
pub fn interrupted(db: &mut Db) -> Result<Option<Interrupted>> {
    if !is_recorded(db)? {
        return Ok(None);
    }
    refuse_stranger(db.stranger(&LOAD_TABLES)?)?;
    let entries: Vec<(String, String)> =
        on_db!(db, c => __instaseed_load::table.load(c)).map_err(DatabaseError::from)?;
    let rows: Vec<(i32, String, i64)> =
        on_db!(db, c => __instaseed_load_portions::table.load(c)).map_err(DatabaseError::from)?;
    let rows = rows.into_iter().map(|(_, table, rows)| (table, rows.unsigned_abs()));
    read(entries.into_iter().collect(), rows.collect())
}

/// Whether a load has left a record, readable or not.
pub fn is_recorded(db: &mut Db) -> Result<bool> {
    Ok(db.tables()?.iter().any(|table| table == LOAD_TABLE))
}

/// The same for a connection that loads.
pub(super) fn find<B: Bulk>(bulk: &mut B) -> Result<Option<Interrupted>> {
    if !bulk.has_table(LOAD_TABLE)? {
        return Ok(None);
    }
    refuse_stranger(bulk.stranger(&LOAD_TABLES)?)?;
    let entries = bulk.rows(&format!("SELECT name, content FROM {LOAD_TABLE}"))?;
    let entries = every(LOAD_TABLE, entries, |row| {
        let [name, content] = <[Option<String>; 2]>::try_from(row).ok()?;
        Some((name?, content?))
    })?;
    let rows = bulk.rows(&format!("SELECT table_name, row_count FROM {PORTIONS_TABLE}"))?;
    let rows = every(PORTIONS_TABLE, rows, |row| {
        let [table, rows] = <[Option<String>; 2]>::try_from(row).ok()?;
        Some((table?, rows?.parse().ok()?))
    })?;
    read(entries, rows)
}

/// Reads every row of a table of ours; one that cannot be read must not look as if it were not there.
fn every<T, C: FromIterator<T>>(
    table: &str,
    rows: Vec<TextRow>,
    parse: impl Fn(TextRow) -> Option<T>,
) -> Result<C, LoadError> {
    let unreadable = || LoadError::Unreadable { what: format!("a row of {table}") };
    rows.into_iter().map(|row| parse(row).ok_or_else(unreadable)).collect()
}

/// Tables that another account has made are no record of ours, whatever they say.
pub(super) fn refuse_stranger(found: Option<(String, String)>) -> Result<(), LoadError> {
    found.map_or(Ok(()), |(table, owner)| Err(LoadError::Planted { table, owner }))
}

fn read(
    entries: BTreeMap<String, String>,
    portions: Vec<(String, u64)>,
) -> Result<Option<Interrupted>, LoadError> {
    let Some(phase) = entries.get("phase") else { return Ok(None) };
    let entry = |name: &str| {
        entries.get(name).cloned().ok_or_else(|| LoadError::Unreadable { what: format!("{name} is missing") })
    };
    let unreadable = |what: &str| LoadError::Unreadable { what: what.to_owned() };
    let phase = Phase::ALL.into_iter().find(|p| p.name() == phase).ok_or_else(|| unreadable("the phase"))?;
    let offsets = match entries.get("offsets") {
        Some(text) => Some(serde_json::from_str(text).map_err(|_| unreadable("the offsets"))?),
        None => None,
    };
    let ours = serde_json::from_str(&entry("ours")?).map_err(|_| unreadable("the ids"))?;
    let pointing: Vec<ForeignKey> =
        serde_json::from_str(&entry("pointing")?).map_err(|_| unreadable("the foreign keys"))?;
    if !pointing.iter().all(ForeignKey::is_of_names) {
        return Err(unreadable("the foreign keys"));
    }
    let done = portions.len() as u64;
    let mut rows: BTreeMap<String, u64> = BTreeMap::new();
    for (table, count) in portions {
        let sum = rows.entry(table).or_default();
        *sum = sum.checked_add(count).ok_or_else(|| unreadable("the number of rows"))?;
    }
    Ok(Some(Interrupted {
        data: DataSet {
            edition: entry("edition")?.parse().map_err(|_| unreadable("the edition"))?,
            generator_version: entry("generator_version")?.parse().map_err(|_| unreadable("the version"))?,
            profile: entry("profile")?,
        },
        phase,
        portions: entry("portions")?.parse().map_err(|_| unreadable("the number of portions"))?,
        done,
        rows,
        offsets,
        ours,
        pointing,
        whole_chunks: entry("whole_chunks")?.parse().map_err(|_| unreadable("the size of whole tables"))?,
    }))
}

/// SQL that creates the tables, empty.
pub(super) fn create<B: Bulk>() -> String {
    let options = B::TABLE_OPTIONS;
    // The keys of many hashtags are long; where DDL cannot be rolled back, a TEXT ends at 64 KiB.
    let long = if B::ROLLS_BACK_DDL { "TEXT" } else { "LONGTEXT" };
    format!(
        "DROP TABLE IF EXISTS {LOAD_TABLE}; DROP TABLE IF EXISTS {PORTIONS_TABLE}; DROP TABLE IF EXISTS {PARKED_TABLE}; \
         CREATE TABLE {PORTIONS_TABLE} (portion_id INTEGER NOT NULL PRIMARY KEY, table_name VARCHAR(64) NOT NULL, row_count BIGINT NOT NULL, digest VARCHAR(32) NOT NULL){options}; \
         CREATE TABLE {PARKED_TABLE} (ordinal INTEGER NOT NULL PRIMARY KEY, stage VARCHAR(20) NOT NULL, schema_name TEXT NOT NULL, \
         table_name TEXT NOT NULL, name TEXT NOT NULL, definition TEXT NOT NULL){options}; \
         CREATE TABLE {LOAD_TABLE} (name VARCHAR(40) NOT NULL PRIMARY KEY, content {long} NOT NULL){options}"
    )
}

/// SQL that fills them.
pub(super) fn record<B: Bulk>(state: &Interrupted, parked: &[Parked]) -> String {
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
    // The phase goes in last: from then on a load is under way.
    entries.sort_by_key(|(name, _)| *name == "phase");
    for (name, content) in entries {
        sql += &format!("INSERT INTO {LOAD_TABLE} VALUES ('{name}', {}); ", B::literal(&content));
    }
    sql
}

/// SQL that says how far the load is.
pub(super) fn enter(phase: Phase) -> String {
    format!("UPDATE {LOAD_TABLE} SET content = '{phase}' WHERE name = 'phase'")
}

/// SQL that ends the bookkeeping.
pub(super) fn drop_tables() -> String {
    format!("DROP TABLE {LOAD_TABLE}; DROP TABLE {PORTIONS_TABLE}; DROP TABLE {PARKED_TABLE}")
}

/// The portions that are in.
pub(super) fn done<B: Bulk>(bulk: &mut B) -> Result<BTreeMap<u64, Digest>> {
    let rows = bulk.rows(&format!("SELECT portion_id, row_count, digest FROM {PORTIONS_TABLE}"))?;
    every(PORTIONS_TABLE, rows, |row| {
        let [portion, count, digest] = <[Option<String>; 3]>::try_from(row).ok()?;
        Some((portion?.parse().ok()?, Digest::parse(count?.parse().ok()?, &digest?)?))
    })
}

/// What was taken away, in the order in which it comes back. What this load would not have taken away is refused.
pub(super) fn parked<B: Bulk>(bulk: &mut B, tables: &[&'static Table]) -> Result<Vec<Parked>> {
    let rows = bulk.rows(&format!(
        "SELECT stage, schema_name, table_name, name, definition FROM {PARKED_TABLE} ORDER BY ordinal"
    ))?;
    let all: Vec<Kept> = every(PARKED_TABLE, rows, kept)?;
    let made = all.into_iter().map(|kept| {
        let what = format!("the {} {} of {}", kept.stage.name(), kept.name, kept.table);
        bulk.remade(kept, tables).ok_or(LoadError::NotOurs { what, table: PARKED_TABLE })
    });
    made.collect()
}

fn kept(row: TextRow) -> Option<Kept> {
    let [stage, schema, table, name, definition] = <[Option<String>; 5]>::try_from(row).ok()?;
    let (stage, schema) = (Stage::of(&stage?)?, schema?);
    Some(Kept { stage, schema, table: table?, name: name?, definition: definition? })
}

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
use super::shift::Offsets;
use crate::Result;
use crate::database::{DatabaseError, Db, on_db};
use crate::edition::{Edition, Table};
use crate::sink::bulk::{Bulk, BulkError, Kept, PORTIONS_TABLE, Parked, Stage, number};
use crate::sink::digest::Digest;

pub(super) const LOAD_TABLE: &str = "__instaseed_load";
pub(super) const PARKED_TABLE: &str = "__instaseed_load_parked";
const TABLES: [&str; 3] = [LOAD_TABLE, PORTIONS_TABLE, PARKED_TABLE];

diesel::table! {
    __instaseed_load (name) {
        name -> Text,
        content -> Text,
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
    /// The rows stand beside others, behind these keys.
    pub offsets: Option<Offsets>,
    /// Tables of up to so many chunks are a portion each.
    #[serde(skip)]
    pub whole_chunks: u64,
}

/// Whether a load was interrupted here, and where; changes nothing.
pub fn interrupted(db: &mut Db) -> Result<Option<Interrupted>> {
    if !db.tables()?.iter().any(|table| table == LOAD_TABLE) {
        return Ok(None);
    }
    refuse_stranger(db.stranger(&TABLES)?)?;
    let entries: Vec<(String, String)> =
        on_db!(db, c => __instaseed_load::table.load(c)).map_err(DatabaseError::from)?;
    let done = db.count(PORTIONS_TABLE)?;
    Ok(read(entries.into_iter().collect(), done)?)
}

/// The same for a connection that loads.
pub(super) fn find<B: Bulk>(bulk: &mut B) -> Result<Option<Interrupted>> {
    if !bulk.has_table(LOAD_TABLE)? {
        return Ok(None);
    }
    refuse_stranger(bulk.stranger(&TABLES)?)?;
    let entries = bulk.rows(&format!("SELECT name, content FROM {LOAD_TABLE}"))?;
    let entries = entries.into_iter().filter_map(|row| {
        let [name, content] = <[Option<String>; 2]>::try_from(row).ok()?;
        Some((name?, content?))
    });
    let done = number(bulk, &format!("SELECT count(*) FROM {PORTIONS_TABLE}"))?.unwrap_or(0);
    Ok(read(entries.collect(), done)?)
}

/// Tables that another account has made are no record of ours, whatever they say.
fn refuse_stranger(found: Option<(String, String)>) -> Result<(), LoadError> {
    found.map_or(Ok(()), |(table, owner)| Err(LoadError::Planted { table, owner }))
}

fn read(entries: BTreeMap<String, String>, done: u64) -> Result<Option<Interrupted>, LoadError> {
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
    Ok(Some(Interrupted {
        data: DataSet {
            edition: entry("edition")?.parse().map_err(|_| unreadable("the edition"))?,
            generator_version: entry("generator_version")?.parse().map_err(|_| unreadable("the version"))?,
            profile: entry("profile")?,
        },
        phase,
        portions: entry("portions")?.parse().map_err(|_| unreadable("the number of portions"))?,
        done,
        offsets,
        whole_chunks: entry("whole_chunks")?.parse().map_err(|_| unreadable("the size of whole tables"))?,
    }))
}

/// SQL that creates the tables, empty.
pub(super) fn create<B: Bulk>() -> String {
    let options = B::TABLE_OPTIONS;
    format!(
        "DROP TABLE IF EXISTS {LOAD_TABLE}; DROP TABLE IF EXISTS {PORTIONS_TABLE}; DROP TABLE IF EXISTS {PARKED_TABLE}; \
         CREATE TABLE {PORTIONS_TABLE} (portion_id INTEGER NOT NULL PRIMARY KEY, row_count BIGINT NOT NULL, digest VARCHAR(32) NOT NULL){options}; \
         CREATE TABLE {PARKED_TABLE} (ordinal INTEGER NOT NULL PRIMARY KEY, stage VARCHAR(20) NOT NULL, schema_name TEXT NOT NULL, \
         table_name TEXT NOT NULL, name TEXT NOT NULL, definition TEXT NOT NULL){options}; \
         CREATE TABLE {LOAD_TABLE} (name VARCHAR(40) NOT NULL PRIMARY KEY, content TEXT NOT NULL){options}"
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
        ("phase", state.phase.name().to_owned()),
    ];
    if let Some(offsets) = &state.offsets {
        let text = serde_json::to_string(offsets).expect("offsets are names and numbers");
        entries.push(("offsets", text));
    }
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
pub(super) fn done<B: Bulk>(bulk: &mut B) -> Result<BTreeMap<u64, Digest>, BulkError> {
    let rows = bulk.rows(&format!("SELECT portion_id, row_count, digest FROM {PORTIONS_TABLE}"))?;
    let portions = rows.into_iter().filter_map(|row| {
        let [portion, count, digest] = <[Option<String>; 3]>::try_from(row).ok()?;
        Some((portion?.parse().ok()?, Digest::parse(count?.parse().ok()?, &digest?)?))
    });
    Ok(portions.collect())
}

/// What was taken away, in the order in which it comes back. What this load would not have taken away is refused.
pub(super) fn parked<B: Bulk>(bulk: &mut B, tables: &[&'static Table]) -> Result<Vec<Parked>> {
    let rows = bulk.rows(&format!(
        "SELECT stage, schema_name, table_name, name, definition FROM {PARKED_TABLE} ORDER BY ordinal"
    ))?;
    let made = rows.into_iter().map(|row| {
        let kept =
            kept(row).ok_or_else(|| LoadError::Unreadable { what: format!("a row of {PARKED_TABLE}") })?;
        let what = format!("the {} {} of {}", kept.stage.name(), kept.name, kept.table);
        Ok(bulk.remade(kept, tables).ok_or(LoadError::NotOurs { what, table: PARKED_TABLE })?)
    });
    made.collect()
}

fn kept(row: Vec<Option<String>>) -> Option<Kept> {
    let [stage, schema, table, name, definition] = <[Option<String>; 5]>::try_from(row).ok()?;
    let (stage, schema) = (Stage::of(&stage?)?, schema?);
    Some(Kept { stage, schema, table: table?, name: name?, definition: definition? })
}

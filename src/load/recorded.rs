//! What instaseed has loaded into a database: recorded when a load ends, and read by `doctor` and `check`.
//!
//! The record is a single property of the database that holds a list of data sets: a fresh load starts the
//! list, an appended world adds to it. Digests add up, so the whole tables can be compared with the list.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::journal::Journal;
use super::ours::Ours;
use super::state::DataSet;
use crate::database::Db;
use crate::database::properties;
use crate::database::records::{FACTS_TABLE, LEDGER_TABLE};
use crate::edition::Edition;
use crate::load::Result;
use crate::migration::{self, RUNS};
use crate::sink::bulk::{Bulk, BulkError, one};
use crate::sink::digest::Digest;

/// SQL for the time when the last migration ended, in the engine's own time format, and the number of runs.
fn last_migration() -> String {
    format!(
        "SELECT concat(max(finished_at), ' ', coalesce(({}), '0')) AS line FROM {LEDGER_TABLE}",
        properties::value(RUNS)
    )
}

/// The property's name.
const FACT: &str = "data_sets";

/// A data set that was loaded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    #[serde(flatten)]
    pub data: DataSet,
    /// Row count and digest by table.
    pub tables: BTreeMap<String, RecordedTable>,
    /// The ids of its rows.
    #[serde(default)]
    pub ours: Ours,
    /// The last migration before the load: when it ended, and how many runs there had been.
    #[serde(default)]
    pub schema: Option<String>,
}

/// What a table held of a data set when it was loaded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedTable {
    pub rows: u64,
    pub digest: String,
}

impl From<&Digest> for RecordedTable {
    fn from(digest: &Digest) -> Self {
        Self { rows: digest.rows, digest: digest.to_string() }
    }
}

/// How the records of loads write down the state of the schema at this moment; `None` without a ledger.
pub(crate) fn schema_line(db: &mut Db) -> Result<Option<String>> {
    match db.tables()?.iter().any(|table| table == LEDGER_TABLE) {
        true => Ok(Some(db.line(&last_migration())?)),
        false => Ok(None),
    }
}

/// Records of loads that go to another database: where one says that the schema has not changed since, it says so there,
/// in the words of the other engine.
pub(crate) fn translate_records(facts: &mut BTreeMap<String, String>, from: Option<&str>, to: Option<&str>) {
    let (Some(text), Some(from), Some(to)) = (facts.get_mut(FACT), from, to) else { return };
    // A record that cannot be read was written by a later version: it stays as it is.
    let Ok(mut sets) = serde_json::from_str::<Vec<Recorded>>(text) else { return };
    for set in sets.iter_mut().filter(|set| set.schema.as_deref() == Some(from)) {
        set.schema = Some(to.to_owned());
    }
    *text = serde_json::to_string(&sets).expect("a record is texts and numbers");
}

/// The data sets that were loaded into a database, in the order of loading; empty if nothing is recorded.
pub fn recorded(db: &mut Db) -> Result<Vec<Recorded>> {
    let text = migration::property(db, FACT)?;
    // A record that cannot be read was written by a later version: treat it as if nothing were recorded.
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
}

/// A table that differs from what was loaded: somebody has added, changed or removed rows since.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Altered {
    pub table: &'static str,
    pub rows_loaded: u64,
    pub rows_found: u64,
    /// Rows whose ids do not belong to any load; 0 if the ids were not recorded.
    pub rows_of_others: u64,
    /// A migration has run since: it may have dropped columns and added them again, empty.
    pub migrated_since: bool,
}

impl Altered {
    /// The reason, as far as it is known.
    pub fn reason(&self) -> Option<String> {
        match self {
            Altered { rows_of_others: others @ 1.., .. } => {
                Some(format!("{others} of them were not written by instaseed: no load has their ids"))
            }
            Altered { migrated_since: true, rows_loaded, rows_found, .. } if rows_loaded == rows_found => {
                Some("migrations have run since: what they dropped comes back empty".to_owned())
            }
            Altered { migrated_since: true, rows_loaded, rows_found, .. } if rows_loaded > rows_found => {
                Some("migrations have run since: rows that they deleted do not come back".to_owned())
            }
            _ => None,
        }
    }
}

/// A table whose row count differs from what was loaded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Counted {
    pub table: &'static str,
    pub rows_loaded: u64,
    pub rows_found: u64,
}

/// The tables that hold more or fewer rows than were loaded, counted in the fastest way. A table of another edition
/// holds the same facts under another name. Tables that were not loaded then (media, for example) are skipped.
pub fn recounted(db: &mut Db, edition: Edition) -> Result<Vec<Counted>> {
    let sets = recorded(db)?;
    let mut changed = Vec::new();
    for table in edition.tables() {
        let loaded = sets.iter().filter_map(|set| {
            let name = set.data.edition.table_of(table.entity)?.name;
            set.tables.get(name).map(|loaded| loaded.rows)
        });
        let loaded: Vec<_> = loaded.collect();
        if loaded.is_empty() {
            continue;
        }
        let (rows_loaded, rows_found) =
            (loaded.into_iter().fold(0, u64::saturating_add), db.count(table.name)?);
        if rows_loaded != rows_found {
            changed.push(Counted { table: table.name, rows_loaded, rows_found });
        }
    }
    Ok(changed)
}

/// The tables whose digests differ from those of the loaded data sets. Empty if nothing is
/// recorded, or if migrations have changed the tables to another edition since.
pub fn altered(
    db: &mut Db,
    edition: Edition,
    found: impl Fn(&str) -> Option<Digest>,
) -> Result<Vec<Altered>> {
    let sets = recorded(db)?;
    if sets.is_empty() || sets.iter().any(|set| set.data.edition != edition) {
        return Ok(Vec::new());
    }
    let migrated_since = match sets.last().and_then(|set| set.schema.as_ref()) {
        Some(then) => db.line(&last_migration())? != *then,
        None => false,
    };
    let mut altered = Vec::new();
    for table in edition.tables() {
        let loaded = sets.iter().filter_map(|set| set.tables.get(table.name));
        let loaded: Option<Vec<_>> = loaded.map(|part| Digest::parse(part.rows, &part.digest)).collect();
        let (Some(loaded), Some(found)) = (loaded, found(table.name)) else { continue };
        let mut sum = Digest::default();
        loaded.into_iter().for_each(|part| sum += part);
        if found != sum {
            let known = sets.iter().all(|set| !set.ours.ids.is_empty());
            let own: Vec<_> = sets.iter().map(|set| set.ours.condition(table)).collect();
            let others =
                format!("SELECT count(*) AS number FROM {} WHERE NOT ({})", table.name, own.join(" OR "));
            altered.push(Altered {
                table: table.name,
                rows_loaded: sum.rows,
                rows_found: found.rows,
                rows_of_others: if known { db.number(&others)? } else { 0 },
                migrated_since,
            });
        }
    }
    Ok(altered)
}

/// Writes the record and ends the bookkeeping of the load.
pub(super) fn finish<B: Bulk>(bulk: &mut B, mut recorded: Recorded, beside: bool) -> Result<(), BulkError> {
    if !bulk.has_table(FACTS_TABLE)? {
        bulk.run(properties::CREATE)?;
    }
    if bulk.has_table(LEDGER_TABLE)? {
        recorded.schema = one(bulk, &last_migration())?;
    }
    let mut all: Vec<Recorded> = Vec::new();
    if beside {
        let text = one(bulk, &properties::value(FACT))?;
        all = text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    }
    all.push(recorded);
    let text = serde_json::to_string(&all).expect("a record is texts and numbers");
    Journal::new(bulk).finish(&properties::set(FACT, &B::literal(&text)))
}

/// Removes the record, because the rows are gone.
pub(super) fn forget<B: Bulk>(bulk: &mut B) -> Result<(), BulkError> {
    if bulk.has_table(FACTS_TABLE)? {
        bulk.run(&properties::remove(FACT))?;
    }
    Ok(())
}

//! What is in a database by our doing: recorded when a load ends, for `doctor`, `check` and whoever asks later.
//!
//! The record is one fact of the database, a list of data sets: a fresh load begins it anew, an appended world
//! adds to it. Digests add up, so that the tables as a whole can be held against the list.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::ours::Ours;
use super::state::{self, DataSet};
use crate::database::Db;
use crate::database::records::{CREATE_FACTS, FACTS_TABLE, LEDGER_TABLE};
use crate::edition::Edition;
use crate::load::Result;
use crate::migration::{self, RUNS};
use crate::sink::bulk::{Bulk, BulkError, one};
use crate::sink::digest::Digest;

/// SQL for when the last migration ended, in the engine's own way of writing a time, and how many runs there were.
fn last_migration() -> String {
    format!(
        "SELECT concat(max(finished_at), ' ', coalesce((SELECT value FROM {FACTS_TABLE} WHERE name = '{RUNS}'), '0')) AS line \
         FROM {LEDGER_TABLE}"
    )
}

/// The fact's name.
const FACT: &str = "data_sets";

/// A data set that is in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    #[serde(flatten)]
    pub data: DataSet,
    /// By table: what its rows added up to.
    pub tables: BTreeMap<String, RecordedTable>,
    /// The ids that its rows have.
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

/// The data sets that were loaded into a database, in the order in which they came; none if nothing is recorded.
pub fn recorded(db: &mut Db) -> Result<Vec<Recorded>> {
    let text = migration::fact(db, FACT)?;
    // A record that cannot be read was written by a later version: nothing is known to this one.
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
}

/// A table that is not what was loaded: somebody added, changed or removed rows since.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Altered {
    pub table: &'static str,
    pub rows_loaded: u64,
    pub rows_found: u64,
    /// Rows whose ids are not those of any load; none where the ids were not recorded.
    pub rows_of_others: u64,
    /// A migration was run since: it may have taken columns away and brought them back empty.
    pub migrated_since: bool,
}

impl Altered {
    /// What is known of the reason.
    pub fn reason(&self) -> Option<String> {
        match self {
            Altered { rows_of_others: others @ 1.., .. } => {
                Some(format!("{others} of them are not by instaseed: their ids are those of no load"))
            }
            Altered { migrated_since: true, rows_loaded, rows_found, .. } if rows_loaded == rows_found => {
                Some("migrations were run since: what they took away comes back empty".to_owned())
            }
            Altered { migrated_since: true, rows_loaded, rows_found, .. } if rows_loaded > rows_found => {
                Some("migrations were run since: rows that they took away do not come back".to_owned())
            }
            _ => None,
        }
    }
}

/// A table that has other rows than were loaded into it, by number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Counted {
    pub table: &'static str,
    pub rows_loaded: u64,
    pub rows_found: u64,
}

/// The tables that hold more or fewer rows than were loaded, as quickly as they can be counted. A table of another
/// edition tells the same facts under another name; what was not loaded then (media, say) is not asked for.
pub fn recounted(db: &mut Db, edition: Edition) -> Result<Vec<Counted>> {
    let sets = recorded(db)?;
    let mut changed = Vec::new();
    for table in edition.tables() {
        let loaded = sets.iter().filter_map(|set| {
            let name = set.data.edition.table_of(table.fact)?.name;
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

/// The tables whose digests are not those of the data sets that were loaded. Nothing is said where nothing is
/// recorded, or where migrations have made another edition of the tables since.
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
        bulk.run(CREATE_FACTS)?;
    }
    if bulk.has_table(LEDGER_TABLE)? {
        recorded.schema = one(bulk, &last_migration())?;
    }
    let mut all: Vec<Recorded> = Vec::new();
    if beside {
        let text = one(bulk, &format!("SELECT value FROM {FACTS_TABLE} WHERE name = '{FACT}'"))?;
        all = text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    }
    all.push(recorded);
    let text = serde_json::to_string(&all).expect("a record is texts and numbers");
    bulk.run(&format!(
        "BEGIN; DELETE FROM {FACTS_TABLE} WHERE name = '{FACT}'; INSERT INTO {FACTS_TABLE} VALUES ('{FACT}', {}); {}; COMMIT",
        B::literal(&text),
        state::drop_tables()
    ))
}

/// Forgets what was recorded: the rows are gone.
pub(super) fn forget<B: Bulk>(bulk: &mut B) -> Result<(), BulkError> {
    if bulk.has_table(FACTS_TABLE)? {
        bulk.run(&format!("DELETE FROM {FACTS_TABLE} WHERE name = '{FACT}'"))?;
    }
    Ok(())
}

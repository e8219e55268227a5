//! What is in a database by our doing: recorded when a load ends, for `doctor`, `check` and whoever asks later.
//!
//! The record is one fact of the database, a list of data sets: a fresh load begins it anew, an appended world
//! adds to it. Digests add up, so that the tables as a whole can be held against the list.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::state::{self, DataSet};
use crate::Result;
use crate::database::Db;
use crate::edition::Edition;
use crate::migration;
use crate::migration::ledger::{CREATE_FACTS, FACTS_TABLE};
use crate::sink::bulk::{Bulk, BulkError, one};
use crate::sink::digest::Digest;

/// The fact's name.
const FACT: &str = "data_sets";

/// A data set that is in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    #[serde(flatten)]
    pub data: DataSet,
    /// By table: what its rows added up to.
    pub tables: BTreeMap<String, RecordedTable>,
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
    let altered = edition.tables().iter().filter_map(|table| {
        let mut loaded = Digest::default();
        for part in sets.iter().filter_map(|set| set.tables.get(table.name)) {
            loaded += Digest::parse(part.rows, &part.digest)?;
        }
        let found = found(table.name)?;
        (found != loaded).then_some(Altered {
            table: table.name,
            rows_loaded: loaded.rows,
            rows_found: found.rows,
        })
    });
    Ok(altered.collect())
}

/// Writes the record and ends the bookkeeping of the load.
pub(super) fn finish<B: Bulk>(bulk: &mut B, recorded: Recorded, beside: bool) -> Result<(), BulkError> {
    if !bulk.has_table(FACTS_TABLE)? {
        bulk.run(CREATE_FACTS)?;
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

//! What is in a database by our doing: recorded when a load ends, for `doctor`, `check` and whoever asks later.
//!
//! The record is one fact of the database, a list of data sets: a fresh load begins it anew, an appended world
//! adds to it. Digests add up, so that the tables as a whole can be held against the list.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::state::{self, DataSet};
use crate::Result;
use crate::database::Db;
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

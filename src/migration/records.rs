//! What a database records of its schema and its rows, as one value that another database can take over: the versions
//! of Diesel's table, the ledger, and the properties.
//!
//! The files of a built-in migration differ between engines, and so do their checksums: a database of another engine
//! keeps those that its own run has recorded, and takes over when the migration ran and by which version.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Belonging;
use super::engines::session;
use super::ledger::{Entry, Times};
use super::state::State;
use super::{MigrationError, Source};
use crate::database::records::{FACTS_TABLE, LEDGER_TABLE};
use crate::database::{Db, properties};
use crate::migration::Result;

/// Everything that a database records of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Records {
    /// The applied versions, oldest first.
    pub versions: Vec<String>,
    pub ledger: Vec<LedgerRow>,
    /// Properties by name.
    pub facts: BTreeMap<String, String>,
}

/// A row of the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerRow {
    pub version: String,
    pub name: String,
    pub checksum_up: String,
    pub checksum_down: Option<String>,
    pub direction: String,
    pub state: String,
    pub statements: i32,
    pub digest_done: Option<String>,
    pub tool_version: String,
    /// UTC, to the second.
    pub started_at: Option<String>,
    pub finished_at: Option<String>,
}

impl LedgerRow {
    fn new(entry: Entry, times: Times) -> LedgerRow {
        LedgerRow {
            version: entry.version,
            name: entry.name,
            checksum_up: entry.checksum_up,
            checksum_down: entry.checksum_down,
            direction: entry.direction,
            state: entry.state,
            statements: entry.statements_total,
            digest_done: entry.digest_done,
            tool_version: entry.tool_version,
            started_at: times.started_at,
            finished_at: times.finished_at,
        }
    }

    fn entry(&self) -> Entry {
        Entry {
            version: self.version.clone(),
            name: self.name.clone(),
            checksum_up: self.checksum_up.clone(),
            checksum_down: self.checksum_down.clone(),
            direction: self.direction.clone(),
            state: self.state.clone(),
            statements_done: self.statements,
            statements_started: self.statements,
            statements_total: self.statements,
            digest_done: self.digest_done.clone(),
            digest_started: None,
            catalogue_before: None,
            tool_version: self.tool_version.clone(),
        }
    }

    /// SQL that sets the times. Only what reads like a time gets into it.
    fn set_times(&self) -> String {
        let is_time = |time: &&String| time.chars().all(|c| c.is_ascii_digit() || " -:".contains(c));
        let literal = |time: &Option<String>| {
            time.as_ref().filter(is_time).map_or_else(|| "NULL".to_owned(), |time| format!("'{time}'"))
        };
        let started = match literal(&self.started_at) {
            none if none == "NULL" => "started_at".to_owned(),
            time => time,
        };
        format!(
            "UPDATE {LEDGER_TABLE} SET started_at = {started}, finished_at = {} WHERE version = ",
            literal(&self.finished_at)
        )
    }
}

/// What users have added to a table: columns, indexes, triggers, checks, foreign keys.
pub(crate) fn belongings_of(db: &mut Db, table: &str) -> Result<Vec<Belonging>> {
    let found = session(db).belongings(table).map_err(MigrationError::engine("cannot read the catalogue"))?;
    let table = table.to_owned();
    Ok(found.into_iter().map(|(kind, name)| Belonging { kind, name, table: table.clone() }).collect())
}

/// Reads them. Creates nothing.
pub fn records(db: &mut Db) -> Result<Records> {
    let session = session(db);
    let failed = || MigrationError::engine("cannot read the records of the schema");
    let state = State::read(session).map_err(failed())?;
    let mut facts = BTreeMap::new();
    if state.tables.iter().any(|table| table.eq_ignore_ascii_case(FACTS_TABLE)) {
        let names = format!("SELECT name AS line FROM {FACTS_TABLE} ORDER BY name");
        for name in session.lines(&names).map_err(failed())? {
            if let Some(value) = session.property(&name).map_err(failed())? {
                facts.insert(name, value);
            }
        }
    }
    let ledger = state.ledger.into_values().map(|(entry, times)| LedgerRow::new(entry, times)).collect();
    Ok(Records { versions: state.versions, ledger, facts })
}

/// Writes them into a database whose built-in migrations have run, in one transaction. `same_engine`: they come from
/// the engine of this database. Properties that are not among them go.
pub fn take_over(db: &mut Db, source: &Source, records: &Records, same_engine: bool) -> Result<()> {
    let session = session(db);
    let failed = || MigrationError::engine("cannot write the records of the schema");
    let state = State::read(session).map_err(failed())?;
    session.begin().map_err(failed())?;
    let mut write = || {
        for version in &records.versions {
            session.set_version(version, true)?;
        }
        for row in &records.ledger {
            let own = source.find(&row.version).filter(|_| !same_engine);
            let mut entry = match own {
                Some(_) => state.entry(&row.version).cloned().unwrap_or_else(|| row.entry()),
                None => row.entry(),
            };
            entry.direction.clone_from(&row.direction);
            entry.state.clone_from(&row.state);
            entry.tool_version.clone_from(&row.tool_version);
            session.write(&entry, row.finished_at.is_some())?;
            // a version is ours or a user's: it is compared as a value of its own, never put into SQL as it is
            let version =
                row.version.replace(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_', "");
            session.batch(&format!("{}'{version}'", row.set_times()))?;
        }
        let unknown = |version: &&String| !records.ledger.iter().any(|row| row.version == **version);
        for version in state.ledger.keys().filter(unknown) {
            session.forget(version)?;
        }
        session.batch(properties::CREATE)?;
        for name in session.lines(&format!("SELECT name AS line FROM {FACTS_TABLE}"))? {
            session.set_property(&name, None)?;
        }
        for (name, value) in &records.facts {
            session.set_property(name, Some(value))?;
        }
        Ok(())
    };
    match write() {
        Ok(()) => session.commit().map_err(failed())?,
        Err(error) => {
            // The error to report is the earlier one.
            let _ = session.rollback();
            return Err(failed()(error));
        }
    }
    Ok(())
}

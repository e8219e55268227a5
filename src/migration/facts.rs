//! Facts about a database that travel with it: a small table of names and values.
//!
//! `protected` is the guard's: whoever wants to take something away asks for it first. `edition` is the runner's: the
//! edition that the database is meant for; `migration_runs` counts the runs that changed the schema. The table is made
//! when the first fact is written.

use super::MigrationError;
use super::ledger::CREATE_TABLES;
use super::lock::Holder;
use super::run::refuse_stranger;
use super::session::{Session, session};
use crate::database::Db;
use crate::database::records::FACTS_TABLE;
use crate::migration::Result;

const PROTECTED: &str = "protected";
/// The edition that a database is meant for.
pub(super) const EDITION: &str = "edition";
/// How often migrations were run: the ledger's times are whole seconds, and two runs may share one.
pub(crate) const RUNS: &str = "migration_runs";

/// The value of a fact, if it is there; creates nothing.
pub fn fact(db: &mut Db, name: &str) -> Result<Option<String>> {
    let session = session(db);
    let failed = || MigrationError::engine(format!("cannot read the fact `{name}`"));
    if !has_table(session).map_err(failed())? {
        return Ok(None);
    }
    session.fact(name).map_err(failed())
}

/// Sets a fact, or removes it with `None`; creates the table if it must.
pub fn set_fact(db: &mut Db, name: &str, value: Option<&str>) -> Result<()> {
    let session = session(db);
    let failed = || MigrationError::engine(format!("cannot write the fact `{name}`"));
    refuse_stranger(session)?;
    match write(session, name, value) {
        Err(error) if session.is_busy(&error) => {
            let holder = session.holder().ok().flatten().unwrap_or_else(Holder::unknown);
            let waited = session.patience().map_err(failed())?.unwrap_or_default();
            Err(MigrationError::Locked { holder, waited_seconds: waited.unsigned_abs() / 1000 })
        }
        written => Ok(written.map_err(failed())?),
    }
}

fn write(session: &mut dyn Session, name: &str, value: Option<&str>) -> diesel::QueryResult<()> {
    if !has_table(session)? {
        if value.is_none() {
            return Ok(());
        }
        let [.., create] = CREATE_TABLES;
        session.batch(create)?;
    }
    session.set_fact(name, value)
}

/// Counts a run that changes the schema. Without a table of facts there is no record of a load to compare it with.
pub(super) fn count_run(session: &mut dyn Session) -> diesel::QueryResult<()> {
    if !has_table(session)? {
        return Ok(());
    }
    let before = session.fact(RUNS)?.and_then(|text| text.parse().ok()).unwrap_or(0_u64);
    session.set_fact(RUNS, Some(&before.saturating_add(1).to_string()))
}

/// Marks a database as one that nothing may be taken away from.
pub fn protect(db: &mut Db) -> Result<()> {
    set_fact(db, PROTECTED, Some("yes"))
}

/// Takes the mark away.
pub fn unprotect(db: &mut Db) -> Result<()> {
    set_fact(db, PROTECTED, None)
}

/// Whether it is marked.
pub fn is_protected(db: &mut Db) -> Result<bool> {
    Ok(fact(db, PROTECTED)?.is_some())
}

/// The same for a session whose tables are known.
pub(crate) fn is_protected_in(session: &mut dyn Session, tables: &[String]) -> Result<bool, MigrationError> {
    if !tables.iter().any(|table| table.eq_ignore_ascii_case(FACTS_TABLE)) {
        return Ok(false);
    }
    let value =
        session.fact(PROTECTED).map_err(MigrationError::engine("cannot read whether it is protected"))?;
    Ok(value.is_some())
}

fn has_table(session: &mut dyn Session) -> diesel::QueryResult<bool> {
    Ok(session.tables()?.iter().any(|table| table.eq_ignore_ascii_case(FACTS_TABLE)))
}

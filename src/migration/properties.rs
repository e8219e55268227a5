//! Properties of a database that travel with it: a small table of names and values.
//!
//! `protected` belongs to the guard, which checks it before anything is removed. `edition` belongs
//! to the runner: the edition that the database is meant for. `migration_runs` counts the runs that
//! changed the schema. The table is created when the first property is written.

use super::MigrationError;
use super::engines::session;
use super::holder::Holder;
use super::session::{Session, refuse_stranger};
use crate::database::Db;
use crate::database::properties::CREATE;
use crate::database::records::FACTS_TABLE;
use crate::migration::Result;

const PROTECTED: &str = "protected";
/// The number of migration runs: the ledger's times are whole seconds, so two runs may share one.
pub(crate) const RUNS: &str = "migration_runs";

/// The value of a property, if it is set. Creates nothing.
pub fn property(db: &mut Db, name: &str) -> Result<Option<String>> {
    let session = session(db);
    let failed = || MigrationError::engine(format!("cannot read the fact `{name}`"));
    if !has_table(session).map_err(failed())? {
        return Ok(None);
    }
    session.property(name).map_err(failed())
}

/// Sets a property, or removes it with `None`. Creates the table if necessary.
pub fn set_property(db: &mut Db, name: &str, value: Option<&str>) -> Result<()> {
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
        session.batch(CREATE)?;
    }
    session.set_property(name, value)
}

/// Counts a run that changes the schema. Without the table of properties no load is recorded to compare it with.
pub(super) fn count_run(session: &mut dyn Session) -> diesel::QueryResult<()> {
    if !has_table(session)? {
        return Ok(());
    }
    let before = session.property(RUNS)?.and_then(|text| text.parse().ok()).unwrap_or(0_u64);
    session.set_property(RUNS, Some(&before.saturating_add(1).to_string()))
}

/// Protects a database: nothing may be removed from it.
pub fn protect(db: &mut Db) -> Result<()> {
    set_property(db, PROTECTED, Some("yes"))
}

/// Removes the protection.
pub fn unprotect(db: &mut Db) -> Result<()> {
    set_property(db, PROTECTED, None)
}

/// Whether a database is protected.
pub fn is_protected(db: &mut Db) -> Result<bool> {
    Ok(property(db, PROTECTED)?.is_some())
}

/// The same for a session whose tables are known.
pub(crate) fn is_protected_in(session: &mut dyn Session, tables: &[String]) -> Result<bool, MigrationError> {
    if !tables.iter().any(|table| table.eq_ignore_ascii_case(FACTS_TABLE)) {
        return Ok(false);
    }
    let value =
        session.property(PROTECTED).map_err(MigrationError::engine("cannot read whether it is protected"))?;
    Ok(value.is_some())
}

fn has_table(session: &mut dyn Session) -> diesel::QueryResult<bool> {
    Ok(session.tables()?.iter().any(|table| table.eq_ignore_ascii_case(FACTS_TABLE)))
}

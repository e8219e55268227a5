//! The tables in which the program keeps its records in a database, by name. Their names are needed here, where a session
//! finds out which schema is ours and who owns the records. Their columns belong to the rooms that write them; only the
//! facts are written by two rooms, so the statement that creates their table is here, too.

/// Diesel's own: which migrations are applied.
pub(crate) const VERSION_TABLE: &str = "__diesel_schema_migrations";
/// How each migration was run.
pub(crate) const LEDGER_TABLE: &str = "__instaseed_migrations";
/// Names and values that travel with the database.
pub(crate) const FACTS_TABLE: &str = "__instaseed_facts";
/// What a change of editions keeps for the way back.
pub(crate) const KEPT_TABLE: &str = "__instaseed_kept";
/// A load that is under way, its portions, and what it has parked.
pub(crate) const LOAD_TABLE: &str = "__instaseed_load";
pub(crate) const PORTIONS_TABLE: &str = "__instaseed_load_portions";
pub(crate) const PARKED_TABLE: &str = "__instaseed_load_parked";

pub(crate) const LOAD_TABLES: [&str; 3] = [LOAD_TABLE, PORTIONS_TABLE, PARKED_TABLE];
/// A schema that holds one of these is ours.
pub(crate) const HOME_TABLES: [&str; 2] = [VERSION_TABLE, LEDGER_TABLE];
pub(crate) const ALL: [&str; 7] =
    [VERSION_TABLE, LEDGER_TABLE, FACTS_TABLE, KEPT_TABLE, LOAD_TABLE, PORTIONS_TABLE, PARKED_TABLE];

/// Creates the facts; the same SQL on every engine.
pub(crate) const CREATE_FACTS: &str = "CREATE TABLE IF NOT EXISTS __instaseed_facts (\
       name VARCHAR(100) PRIMARY KEY NOT NULL, \
       value TEXT NOT NULL)";

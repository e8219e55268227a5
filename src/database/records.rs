//! The names of the tables in which the program keeps its records in a database. They are needed here, where a
//! session finds out which schema is ours and who owns the records. Their columns belong to the modules that
//! write them; those of the properties, which several modules write, are in [`properties`](super::properties).

/// Diesel's own: which migrations are applied.
pub(crate) const VERSION_TABLE: &str = "__diesel_schema_migrations";
/// How each migration ran.
pub(crate) const LEDGER_TABLE: &str = "__instaseed_migrations";
/// Names and values that travel with the database.
pub(crate) const FACTS_TABLE: &str = "__instaseed_facts";
/// What a change of editions keeps for the way back.
pub(crate) const KEPT_TABLE: &str = "__instaseed_kept";
/// A load in progress, its portions, and what it has parked.
pub(crate) const LOAD_TABLE: &str = "__instaseed_load";
pub(crate) const PORTIONS_TABLE: &str = "__instaseed_load_portions";
pub(crate) const PARKED_TABLE: &str = "__instaseed_load_parked";

/// The property that says of what a copy is under way, from its first change to its last.
pub(crate) const COPY_OF: &str = "copy_of";
/// The property that says what of an application's that copy has made.
pub(crate) const COPY_MADE: &str = "copy_made";

pub(crate) const LOAD_TABLES: [&str; 3] = [LOAD_TABLE, PORTIONS_TABLE, PARKED_TABLE];
/// A schema that holds one of these is ours.
pub(crate) const HOME_TABLES: [&str; 2] = [VERSION_TABLE, LEDGER_TABLE];
pub(crate) const ALL: [&str; 7] =
    [VERSION_TABLE, LEDGER_TABLE, FACTS_TABLE, KEPT_TABLE, LOAD_TABLE, PORTIONS_TABLE, PARKED_TABLE];

/// How the names of tables begin that exist while migrations and copies work.
const AT_WORK: [&str; 6] = [
    "__instaseed_new_",
    "__instaseed_username_",
    "__instaseed_urls",
    "__instaseed_first_url",
    "__instaseed_carried_",
    "__instaseed_own_",
];

/// Whether a table is one of ours that holds no data of the user. Any other name is the user's, whatever it begins with.
pub(crate) fn is_bookkeeping(table: &str) -> bool {
    ALL.iter().any(|name| table.eq_ignore_ascii_case(name))
        || AT_WORK
            .iter()
            .any(|start| table.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start)))
}

//! The properties of a database: names and values that travel with it, in a small separate table. All
//! code that reads or writes them finds the table and its statements here, whichever driver runs them.

use super::records::FACTS_TABLE;

diesel::table! {
    __instaseed_facts (name) {
        name -> Text,
        value -> Text,
    }
}

/// Creates the table; the same SQL on every engine.
pub(crate) const CREATE: &str = "CREATE TABLE IF NOT EXISTS __instaseed_facts (\
       name VARCHAR(100) PRIMARY KEY NOT NULL, \
       value TEXT NOT NULL)";

/// SQL for the value of a property. The names are ours, and need no quoting.
pub(crate) fn value(name: &str) -> String {
    format!("SELECT value FROM {FACTS_TABLE} WHERE name = '{name}'")
}

/// SQL that removes a property.
pub(crate) fn remove(name: &str) -> String {
    format!("DELETE FROM {FACTS_TABLE} WHERE name = '{name}'")
}

/// SQL that sets a property to a value, given as a literal of the engine.
pub(crate) fn set(name: &str, literal: &str) -> String {
    format!("{}; INSERT INTO {FACTS_TABLE} (name, value) VALUES ('{name}', {literal})", remove(name))
}

//! What an engine says of the things that an application has added to a database, word for word: only the same engine
//! understands it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Result;
use super::pieces::Reader;

/// Something that has no form which every engine understands: a view, a trigger, a check.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnObject {
    /// What to call it: `the view famous`.
    pub what: String,
    /// The statements that make it; none where the statement of its table does.
    pub sql: Vec<String>,
    /// The statement that removes it, and may fail.
    pub drop: Option<String>,
    /// Made before the tables, too: types, functions, changes of columns. Making it again is harmless.
    pub first: bool,
}

impl OwnObject {
    pub(super) fn new(what: impl Into<String>, sql: impl Into<String>, drop: impl Into<String>) -> OwnObject {
        OwnObject { what: what.into(), sql: vec![sql.into()], drop: Some(drop.into()), first: false }
    }

    /// Made before the tables.
    pub(super) fn first(what: impl Into<String>, sql: impl Into<String>) -> OwnObject {
        OwnObject { what: what.into(), sql: vec![sql.into()], drop: None, first: true }
    }

    /// Made by the statement of its table.
    pub(super) fn within(what: impl Into<String>) -> OwnObject {
        OwnObject { what: what.into(), ..OwnObject::default() }
    }
}

/// The number that the next row of a table gets, if nothing else is said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnCounter {
    pub table: String,
    pub column: String,
    pub next: i64,
}

/// How a table is made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct TableDefinition {
    pub create: String,
    /// What completes it when its rows are in.
    pub after: Vec<String>,
}

/// Everything that is written down of a database.
pub(super) struct Definitions {
    pub quote: fn(&str) -> String,
    /// The statement that removes an index of a table.
    pub drop_index: fn(&str, &str) -> String,
    /// Tables of the application.
    pub tables: BTreeMap<String, TableDefinition>,
    /// Columns of all tables, as they are added: by table and name.
    pub columns: BTreeMap<(String, String), String>,
    /// Statements that give a column of a table that is there the form that it has here.
    pub changes: BTreeMap<(String, String), String>,
    /// Indexes that have a statement of their own, by table and name.
    pub indexes: BTreeMap<(String, String), String>,
    /// Checks and foreign keys as they are added to a table that is there, and removed: by table and name.
    pub constraints: BTreeMap<(String, String), (String, String)>,
    pub objects: Vec<OwnObject>,
    /// Table, column (where the engine says it) and the next number.
    pub counters: Vec<(String, Option<String>, i64)>,
    /// What has no definition that could be carried.
    pub left: Vec<String>,
    /// Tables whose rows are not those of a table: they are among what is left.
    pub skip: BTreeSet<String>,
}

impl Definitions {
    pub fn new(quote: fn(&str) -> String, drop_index: fn(&str, &str) -> String) -> Definitions {
        Definitions {
            quote,
            drop_index,
            tables: BTreeMap::new(),
            columns: BTreeMap::new(),
            changes: BTreeMap::new(),
            indexes: BTreeMap::new(),
            constraints: BTreeMap::new(),
            objects: Vec::new(),
            counters: Vec::new(),
            left: Vec::new(),
            skip: BTreeSet::new(),
        }
    }

    /// A column as it is added. Some engines print names in lower case.
    pub fn column(&self, table: &str, name: &str) -> Option<&String> {
        let key = |name: String| (table.to_owned(), name);
        self.columns.get(&key(name.to_owned())).or_else(|| self.columns.get(&key(name.to_lowercase())))
    }
}

/// The rows of a query, NULL as an empty text.
pub(super) fn rows(reader: &mut impl Reader, sql: &str) -> Result<Vec<Vec<String>>> {
    let mut rows = Vec::new();
    reader.texts(sql, &mut |row| {
        rows.push(row.into_iter().map(Option::unwrap_or_default).collect());
        Ok(())
    })?;
    Ok(rows)
}

/// Such rows of so many columns.
pub(super) fn rows_of<const N: usize>(reader: &mut impl Reader, sql: &str) -> Result<Vec<[String; N]>> {
    Ok(rows(reader, sql)?.into_iter().filter_map(|row| row.try_into().ok()).collect())
}

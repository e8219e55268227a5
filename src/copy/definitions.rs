//! The definitions of what an application has added to a database, in the words of the engine. Only the same engine understands
//! them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Result;
use super::pieces::Reader;

/// Something that has no definition which every engine understands: a view, a trigger, a check.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnObject {
    /// Its name in messages: `the view famous`.
    pub what: String,
    /// The statements that create it; empty if the statement of its table does so.
    pub sql: Vec<String>,
    /// The statement that removes it, and may fail.
    pub drop: Option<String>,
    /// Created before the tables too: types, functions, changes of columns. Creating it again is harmless.
    pub first: bool,
}

impl OwnObject {
    pub(super) fn new(what: impl Into<String>, sql: impl Into<String>, drop: impl Into<String>) -> OwnObject {
        OwnObject { what: what.into(), sql: vec![sql.into()], drop: Some(drop.into()), first: false }
    }

    /// Created before the tables.
    pub(super) fn first(what: impl Into<String>, sql: impl Into<String>) -> OwnObject {
        OwnObject { what: what.into(), sql: vec![sql.into()], drop: None, first: true }
    }

    /// Created by the statement of its table.
    pub(super) fn within(what: impl Into<String>) -> OwnObject {
        OwnObject { what: what.into(), ..OwnObject::default() }
    }
}

/// The number that the next row of a table gets by default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnCounter {
    pub table: String,
    pub column: String,
    pub next: i64,
}

/// How a table is created.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct TableDefinition {
    pub create: String,
    /// What completes it when its rows are in.
    pub after: Vec<String>,
}

/// All definitions of a database.
pub(super) struct Definitions {
    pub quote: fn(&str) -> String,
    /// The statement that removes an index of a table.
    pub drop_index: fn(&str, &str) -> String,
    /// Tables of the application.
    pub tables: BTreeMap<String, TableDefinition>,
    /// The clauses that add the columns of all tables, by table and name.
    pub columns: BTreeMap<(String, String), String>,
    /// Statements that give a column of an existing table the definition that it has here.
    pub changes: BTreeMap<(String, String), String>,
    /// Indexes that have a separate statement, by table and name.
    pub indexes: BTreeMap<(String, String), String>,
    /// Statements that add and remove checks and foreign keys of an existing table, by table and name.
    pub constraints: BTreeMap<(String, String), (String, String)>,
    pub objects: Vec<OwnObject>,
    /// Table, column (where the engine says it) and the next number.
    pub counters: Vec<(String, Option<String>, i64)>,
    /// What has no definition that can be carried.
    pub left: Vec<String>,
    /// Tables whose rows cannot be carried; they are in the list of what is left.
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

/// The rows of a query; NULL becomes an empty text.
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

//! The shape of a database as it stands: what the engine's own catalogue says, normalised so that two listings can
//! be compared. It tells whether DDL stopped half-way and whether up, down and up again lead to the same place.
//!
//! Invariants: the order is stable; counters (AUTO_INCREMENT, sequences) and spelling (case of types, white space,
//! quotes) do not show; bookkeeping tables are left out. One reader for each engine, in `catalogue/<engine>.rs`.

use std::collections::BTreeMap;
use std::fmt;

use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};

use super::{Db, on_db};
use crate::database::Result;

mod mysql;
mod postgres;
mod sqlite;

/// Prefixes of tables that serve the tools, not the user: Diesel's history and ours.
const BOOKKEEPING: [&str; 2] = ["__diesel_schema_migrations", "__instaseed_"];

/// Everything that a schema is made of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Catalogue {
    pub tables: BTreeMap<String, Table>,
    /// Views, routines, named types and sequences: `kind name` and the definition.
    pub objects: BTreeMap<String, String>,
}

/// One table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// In the table's order.
    pub columns: Vec<Column>,
    pub primary_key: Vec<String>,
    pub indexes: BTreeMap<String, Index>,
    pub foreign_keys: Vec<ForeignKey>,
    /// Name (empty where the engine gave none) and expression.
    pub checks: Vec<(String, String)>,
    pub triggers: BTreeMap<String, String>,
    /// What holds for the whole table: storage engine, collation, `without rowid`...
    pub options: Vec<String>,
}

/// One column; types, defaults and extras in the engine's own words, lower-cased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    pub kind: String,
    pub nullable: bool,
    pub default: Option<String>,
    /// `auto_increment`, `on update current_timestamp`, a collation, a generation expression...
    pub extra: Vec<String>,
}

/// One index, whether it was made by itself or with a constraint.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Index {
    pub unique: bool,
    /// Columns or expressions, with ` desc` where it applies.
    pub columns: Vec<String>,
    /// The condition of a partial index, a method other than the usual one.
    pub extra: Vec<String>,
}

/// One foreign key. SQLite keeps no names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ForeignKey {
    pub columns: Vec<String>,
    pub parent: String,
    pub parent_columns: Vec<String>,
    pub on_delete: String,
    pub on_update: String,
    pub name: String,
}

impl Catalogue {
    /// The lines that only the one and only the other has: what to show when two schemas differ.
    pub fn difference(&self, other: &Catalogue) -> (Vec<String>, Vec<String>) {
        let lines = |catalogue: &Catalogue| -> Vec<String> {
            catalogue.to_string().lines().map(str::to_owned).collect()
        };
        let (ours, theirs) = (lines(self), lines(other));
        let only = |a: &[String], b: &[String]| a.iter().filter(|line| !b.contains(line)).cloned().collect();
        (only(&ours, &theirs), only(&theirs, &ours))
    }

    /// Whether there is nothing at all (bookkeeping aside).
    pub fn is_empty(&self) -> bool {
        self.tables.is_empty() && self.objects.is_empty()
    }
}

impl Db {
    /// The names of all tables of the current database (and schema), bookkeeping included, sorted.
    pub fn tables(&mut self) -> Result<Vec<String>> {
        let sql = match self {
            Db::Sqlite(_) => sqlite::TABLES,
            Db::Mysql(_) => mysql::TABLES,
            Db::Postgres(_) => postgres::TABLES,
        };
        let mut names: Vec<String> = self.cells(sql)?.into_iter().filter_map(|row| row.a).collect();
        names.sort_unstable();
        Ok(names)
    }

    /// The schema as it stands, without bookkeeping tables.
    pub fn catalogue(&mut self) -> Result<Catalogue> {
        let mut catalogue = match self {
            Db::Sqlite(_) => sqlite::read(self)?,
            Db::Mysql(_) => mysql::read(self)?,
            Db::Postgres(_) => postgres::read(self)?,
        };
        catalogue.tables.retain(|name, _| !BOOKKEEPING.iter().any(|prefix| name.starts_with(prefix)));
        for table in catalogue.tables.values_mut() {
            table.foreign_keys.sort();
            table.checks.sort();
        }
        Ok(catalogue)
    }

    /// Runs a query whose columns are texts named `a`, `b`, ... `h` (all eight), for reading catalogues.
    pub(crate) fn cells(&mut self, sql: &str) -> Result<Vec<Cells>> {
        let query = diesel::sql_query(sql);
        let cells = self.soon(|db| on_db!(db, c => query.load_iter::<Cells, _>(c).and_then(bounded)));
        let cells = cells.map_err(super::DatabaseError::from)?;
        if cells.len() > MOST_ROWS {
            // what is still under way is not waited for
            self.give_up();
            return Err(super::DatabaseError::TooMuch { most: MOST_ROWS });
        }
        Ok(cells)
    }
}

/// A row of up to eight texts.
#[derive(Debug, QueryableByName)]
pub(crate) struct Cells {
    #[diesel(sql_type = Nullable<Text>)]
    pub a: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub b: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub c: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub d: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub e: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub f: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub g: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub h: Option<String>,
}

/// More rows than any catalogue gives: a server that never ends is not believed.
const MOST_ROWS: usize = 1_000_000;

/// The rows of an answer, and one too many where they do not end.
fn bounded(rows: impl Iterator<Item = QueryResult<Cells>>) -> QueryResult<Vec<Cells>> {
    rows.take(MOST_ROWS + 1).collect()
}

/// The text of a cell that a catalogue always fills; empty if it should not.
fn text(cell: Option<String>) -> String {
    cell.unwrap_or_default()
}

/// One line, single spaces: what remains of a definition when its layout is left aside.
fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl fmt::Display for Catalogue {
    /// One fact a line, each beginning with what it belongs to.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, table) in &self.tables {
            table.lines(name, f)?;
        }
        for (object, definition) in &self.objects {
            writeln!(f, "{object}: {definition}")?;
        }
        Ok(())
    }
}

impl Table {
    fn lines(&self, name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "table {name}{}", listed(" ", &self.options))?;
        for (position, column) in self.columns.iter().enumerate() {
            let null = if column.nullable { "null" } else { "not null" };
            let default = column.default.as_ref().map(|d| format!(" default {d}")).unwrap_or_default();
            let extra = listed(" ", &column.extra);
            writeln!(
                f,
                "{name} column {}: {} {} {null}{default}{extra}",
                position + 1,
                column.name,
                column.kind
            )?;
        }
        if !self.primary_key.is_empty() {
            writeln!(f, "{name} primary key ({})", self.primary_key.join(", "))?;
        }
        for (index_name, index) in &self.indexes {
            let unique = if index.unique { "unique " } else { "" };
            let extra = listed(" ", &index.extra);
            writeln!(f, "{name} {unique}index {index_name} ({}){extra}", index.columns.join(", "))?;
        }
        for key in &self.foreign_keys {
            writeln!(
                f,
                "{name} foreign key {}({}) -> {}({}) on delete {} on update {}",
                if key.name.is_empty() { String::new() } else { format!("{} ", key.name) },
                key.columns.join(", "),
                key.parent,
                key.parent_columns.join(", "),
                key.on_delete,
                key.on_update
            )?;
        }
        for (check_name, expression) in &self.checks {
            let gap = if check_name.is_empty() { "" } else { " " };
            writeln!(f, "{name} check{gap}{check_name}: {expression}")?;
        }
        for (trigger, definition) in &self.triggers {
            writeln!(f, "{name} trigger {trigger}: {definition}")?;
        }
        Ok(())
    }
}

fn listed(before: &str, words: &[String]) -> String {
    if words.is_empty() { String::new() } else { format!("{before}[{}]", words.join(", ")) }
}

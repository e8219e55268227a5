//! The schema of a database as its own catalogue describes it, normalised so that two listings can be compared.
//! It shows whether DDL stopped half-way, and whether up, down and up again leads to the same schema.
//!
//! Invariants: the order is stable; counters (AUTO_INCREMENT, sequences) and spelling (case of types, white space,
//! quotes) do not show; bookkeeping tables are left out. There is one reader per engine, in `catalogue/<engine>.rs`.

use std::collections::BTreeMap;
use std::fmt;

use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};

use super::records::is_bookkeeping;
use super::{Db, Engine, on_db};
use crate::database::Result;

#[cfg(feature = "mysql")]
pub(super) mod mysql;
#[cfg(feature = "postgres")]
pub(super) mod postgres;
#[cfg(feature = "sqlite")]
pub(super) mod sqlite;

/// The whole schema.
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
    /// Name (empty if the engine gave none) and expression.
    pub checks: Vec<(String, String)>,
    pub triggers: BTreeMap<String, String>,
    /// Properties of the whole table: storage engine, collation, `without rowid`...
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

/// One index, whether created separately or with a constraint.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Index {
    pub unique: bool,
    /// Columns or expressions, with ` desc` where it applies.
    pub columns: Vec<String>,
    /// The condition of a partial index, or an unusual method.
    pub extra: Vec<String>,
}

/// One foreign key. SQLite does not store names.
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
    /// The lines that only one of the two has: what to show if two schemas differ.
    pub fn difference(&self, other: &Catalogue) -> (Vec<String>, Vec<String>) {
        let lines = |catalogue: &Catalogue| -> Vec<String> {
            catalogue.to_string().lines().map(str::to_owned).collect()
        };
        let (ours, theirs) = (lines(self), lines(other));
        let only = |a: &[String], b: &[String]| a.iter().filter(|line| !b.contains(line)).cloned().collect();
        (only(&ours, &theirs), only(&theirs, &ours))
    }

    /// Whether the schema is empty (apart from bookkeeping).
    pub fn is_empty(&self) -> bool {
        self.tables.is_empty() && self.objects.is_empty()
    }
}

impl Db {
    /// The names of all tables of the current database (and schema), bookkeeping included, sorted.
    pub fn tables(&mut self) -> Result<Vec<String>> {
        let sql = self.sql();
        let mut names: Vec<String> = self.cells(sql.tables)?.into_iter().filter_map(|row| row.a).collect();
        names.sort_unstable();
        Ok(names)
    }

    /// The current schema, without bookkeeping tables.
    pub fn catalogue(&mut self) -> Result<Catalogue> {
        read(self.engine(), self)
    }

    /// Runs a query whose columns are texts named `a`, `b`, ... `h` (all eight), for reading catalogues.
    pub(crate) fn cells(&mut self, sql: &str) -> Result<Vec<Cells>> {
        let query = diesel::sql_query(sql);
        let cells = self.soon(|db| on_db!(db, c => query.load_iter::<Cells, _>(c).and_then(bounded)));
        let cells = cells.map_err(super::DatabaseError::from)?;
        if cells.len() > MAX_ROWS {
            // do not wait for the rest of the result
            self.give_up();
            return Err(super::DatabaseError::TooMuch { max: MAX_ROWS });
        }
        Ok(cells)
    }
}

/// What a catalogue is read with: a connection of ours, or of another kind.
pub(crate) trait Questions {
    /// The rows of a query whose columns are texts named `a`, `b`, ... `h` (all eight).
    fn cells(&mut self, sql: &str) -> Result<Vec<Cells>>;
}

impl Questions for Db {
    fn cells(&mut self, sql: &str) -> Result<Vec<Cells>> {
        Db::cells(self, sql)
    }
}

/// The schema of a database of this engine, without bookkeeping tables.
pub(crate) fn read(engine: Engine, db: &mut dyn Questions) -> Result<Catalogue> {
    let mut catalogue = (engine.driver().catalogue)(db)?;
    catalogue.tables.retain(|name, _| !is_bookkeeping(name));
    for table in catalogue.tables.values_mut() {
        table.foreign_keys.sort();
        table.checks.sort();
    }
    Ok(catalogue)
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

impl Cells {
    #[cfg(feature = "course")]
    pub(crate) fn new([a, b, c, d, e, f, g, h]: [Option<String>; 8]) -> Cells {
        Cells { a, b, c, d, e, f, g, h }
    }
}

/// More rows than any catalogue has: protects against a server that never stops sending.
const MAX_ROWS: usize = 1_000_000;

/// The rows of a result, cut at one more than the maximum.
fn bounded(rows: impl Iterator<Item = QueryResult<Cells>>) -> QueryResult<Vec<Cells>> {
    rows.take(MAX_ROWS + 1).collect()
}

/// The text of a cell that a catalogue always fills; empty if it does not.
fn text(cell: Option<String>) -> String {
    cell.unwrap_or_default()
}

/// Reduces a definition to one line with single spaces.
fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl fmt::Display for Catalogue {
    /// One fact per line, each starting with the object it belongs to.
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

//! The tables of an exercise's data: columns, keys, references, and the first rows.

use serde::Serialize;

use super::Result;
use super::ask::{ALL, ours};
use super::schema::{Relation, Schema};
use super::verdict::Table;
use crate::sandbox::{Cell, Sandbox};

/// A table that a query may use.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TableInfo {
    pub name: String,
    pub columns: Vec<ColumnInfo>,
    /// How many rows it has.
    pub count: usize,
    /// The first rows, by key.
    pub rows: Vec<Vec<Cell>>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ColumnInfo {
    pub name: String,
    /// In the engine's own words.
    #[serde(rename = "type")]
    pub kind: String,
    /// Whether it is part of the primary key.
    pub key: bool,
    /// The table and the column that it references.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub references: Option<(String, String)>,
}

pub(super) fn tables(sandbox: &mut dyn Sandbox, schema: &Schema, sample: usize) -> Result<Vec<TableInfo>> {
    let engine = sandbox.engine();
    let mut infos = Vec::new();
    for table in &schema.tables {
        let column = |(at, (name, kind)): (usize, &(String, String))| {
            let reference = table.references.iter().find(|reference| reference.columns == [at]);
            let references = reference.map(|reference| {
                let parent = &schema.tables[reference.parent];
                (parent.name.clone(), parent.columns[reference.parent_columns[0]].0.clone())
            });
            ColumnInfo { name: name.clone(), kind: kind.clone(), key: table.key.contains(&at), references }
        };
        let columns: Vec<ColumnInfo> = table.columns.iter().enumerate().map(column).collect();
        let from = engine.quote(&table.name);
        let counted = ours(sandbox.trusted(&format!("SELECT count(*) FROM {from}"), &ALL), "counting rows")?;
        let count = match counted.rows.first().map(Vec::as_slice) {
            Some([Cell::Integer(count)]) => usize::try_from(*count).unwrap_or_default(),
            _ => 0,
        };
        let rows = first_rows(sandbox, table, sample)?.rows;
        infos.push(TableInfo { name: table.name.clone(), columns, count, rows });
    }
    Ok(infos)
}

/// The first rows of a table, by key.
pub(super) fn first_rows(sandbox: &mut dyn Sandbox, table: &Relation, most: usize) -> Result<Table> {
    let engine = sandbox.engine();
    let names: Vec<String> = table.columns.iter().map(|(name, _)| engine.quote(name)).collect();
    let key = table.key_columns(engine);
    let order = if key.is_empty() { String::new() } else { format!(" ORDER BY {}", key.join(", ")) };
    let from = engine.quote(&table.name);
    let sql = format!("SELECT {} FROM {from}{order} LIMIT {most}", names.join(", "));
    let rows = ours(sandbox.trusted(&sql, &ALL), "reading its first rows")?.rows;
    let columns = table.columns.iter().map(|(name, _)| name.clone()).collect();
    Ok(Table { name: table.name.clone(), columns, count: rows.len(), rows })
}

//! A table for the page: its columns and its first rows.

use instaseed::grade::Table;

/// A table that the page draws and shows rows of.
#[derive(Clone, Debug, Default)]
pub struct Shape {
    pub name: String,
    pub columns: Vec<Column>,
    /// The first rows; `count` is the number of all rows.
    pub first: Table,
}

#[derive(Clone, Debug, Default)]
pub struct Column {
    pub name: String,
    pub kind: String,
    pub is_key: bool,
    /// The table and column that it references.
    pub references: Option<(String, String)>,
}

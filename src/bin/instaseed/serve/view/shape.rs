//! A table as the page shows it: its columns and its first rows.

use instaseed::grade::Table;

/// A table as it is drawn and looked into.
#[derive(Clone, Debug, Default)]
pub struct Shape {
    pub name: String,
    pub columns: Vec<Column>,
    /// The first rows; their `count` is that of all rows.
    pub first: Table,
}

#[derive(Clone, Debug, Default)]
pub struct Column {
    pub name: String,
    pub kind: String,
    pub is_key: bool,
    /// Table and column.
    pub references: Option<(String, String)>,
}

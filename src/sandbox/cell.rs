//! What a query returns, in one format for all engines.

use serde::Serialize;

/// The rows of a query.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Answer {
    pub columns: Vec<String>,
    pub rows: Vec<Vec<Cell>>,
    /// The work that the engine counted.
    #[serde(skip)]
    pub work: u64,
}

/// A value. Numbers keep their kind. Times have one format: `YYYY-MM-DD hh:mm:ss` with any fraction of a second, UTC.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Cell {
    Null,
    Integer(i64),
    /// Floats, and exact decimals of servers.
    Number(f64),
    Text(String),
    Moment(String),
    #[serde(skip)]
    Bytes(Vec<u8>),
}

impl Cell {
    /// The text that is shown. NULL is shown as a word.
    pub fn shown(&self) -> String {
        match self {
            Cell::Null => "NULL".to_owned(),
            Cell::Integer(number) => number.to_string(),
            Cell::Number(number) => number.to_string(),
            Cell::Text(text) | Cell::Moment(text) => text.clone(),
            Cell::Bytes(bytes) => format!("{} bytes", bytes.len()),
        }
    }

    /// About how much memory the cell takes.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Cell::Text(text) | Cell::Moment(text) => 8 + text.len(),
            Cell::Bytes(bytes) => 8 + bytes.len(),
            _ => 8,
        }
    }

    pub fn is_number(&self) -> bool {
        matches!(self, Cell::Integer(_) | Cell::Number(_))
    }
}

/// Whether a column of rows has numbers, and nothing else except NULL.
pub fn is_numeric(rows: &[Vec<Cell>], column: usize) -> bool {
    let cells = rows.iter().filter_map(|row| row.get(column));
    let mut values = cells.filter(|cell| **cell != Cell::Null).peekable();
    values.peek().is_some() && values.all(Cell::is_number)
}

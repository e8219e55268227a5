//! What a query returned, in one form for all engines.

use serde::Serialize;

/// The rows of a query.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Answer {
    pub columns: Vec<String>,
    pub rows: Vec<Vec<Cell>>,
    /// The engine's counted work.
    #[serde(skip)]
    pub work: u64,
}

/// A value. Numbers keep their kind, times have one form: `YYYY-MM-DD hh:mm:ss` with what follows the seconds, UTC.
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
    /// As it is shown; NULL as a word.
    pub fn shown(&self) -> String {
        match self {
            Cell::Null => "NULL".to_owned(),
            Cell::Integer(number) => number.to_string(),
            Cell::Number(number) => number.to_string(),
            Cell::Text(text) | Cell::Moment(text) => text.clone(),
            Cell::Bytes(bytes) => format!("{} bytes", bytes.len()),
        }
    }

    /// About how much memory it takes.
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

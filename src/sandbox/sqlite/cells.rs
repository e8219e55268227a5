//! Reads values of SQLite, which have a kind each, whatever the type of their column.

use super::handle::{Raw, Statement};
use crate::sandbox::{Cell, moment};

pub(super) fn cell(statement: &Statement<'_>, at: usize, is_time: bool) -> Cell {
    match statement.value(at) {
        Raw::Null => Cell::Null,
        Raw::Integer(number) => Cell::Integer(number),
        Raw::Real(number) => Cell::Number(number),
        Raw::Bytes(bytes) => Cell::Bytes(bytes.to_vec()),
        Raw::Text(bytes) => {
            let text = String::from_utf8_lossy(bytes).into_owned();
            let time = if is_time { moment::normal(&text) } else { None };
            time.map_or(Cell::Text(text), Cell::Moment)
        }
    }
}

/// Whether a column holds times, by the type that its table declares: SQLite itself keeps them as texts.
pub(super) fn is_time(declared: Option<&str>) -> bool {
    let starts =
        |kind: &str| declared.is_some_and(|declared| declared.to_ascii_uppercase().starts_with(kind));
    starts("TIMESTAMP") || starts("DATETIME")
}

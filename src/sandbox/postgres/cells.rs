//! Reads values of PostgreSQL, which arrive as texts, by the types of their columns.

use tokio_postgres::types::Type;

use crate::sandbox::{Cell, moment};

pub(super) fn cell(text: Option<&str>, kind: Option<&Type>) -> Cell {
    let Some(text) = text else { return Cell::Null };
    let or_text = |cell: Option<Cell>| cell.unwrap_or_else(|| Cell::Text(text.to_owned()));
    match kind {
        Some(&(Type::INT2 | Type::INT4 | Type::INT8 | Type::OID)) => {
            or_text(text.parse().ok().map(Cell::Integer))
        }
        Some(&(Type::FLOAT4 | Type::FLOAT8 | Type::NUMERIC)) => or_text(text.parse().ok().map(Cell::Number)),
        Some(&Type::BOOL) => Cell::Integer(i64::from(text == "t")),
        Some(&(Type::TIMESTAMP | Type::TIMESTAMPTZ)) => or_text(moment::normal(text).map(Cell::Moment)),
        Some(&Type::BYTEA) => or_text(text.strip_prefix("\\x").and_then(bytes).map(Cell::Bytes)),
        _ => or_text(None),
    }
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    let pairs = hex.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_kept() {
        assert_eq!(cell(None, Some(&Type::INT4)), Cell::Null);
        assert_eq!(cell(Some("-7"), Some(&Type::INT8)), Cell::Integer(-7));
        assert_eq!(cell(Some("1.50"), Some(&Type::NUMERIC)), Cell::Number(1.5));
        assert_eq!(cell(Some("f"), Some(&Type::BOOL)), Cell::Integer(0));
        let time = Cell::Moment("2023-01-02 03:04:05".to_owned());
        assert_eq!(cell(Some("2023-01-02 03:04:05+00"), Some(&Type::TIMESTAMPTZ)), time);
        assert_eq!(cell(Some("2023-01-02"), Some(&Type::DATE)), Cell::Text("2023-01-02".to_owned()));
        assert_eq!(cell(Some("\\x00ff"), Some(&Type::BYTEA)), Cell::Bytes(vec![0, 255]));
        assert_eq!(cell(Some("infinity"), Some(&Type::TIMESTAMP)), Cell::Text("infinity".to_owned()));
    }
}

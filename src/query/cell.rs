//! A value of a result, in one form for all engines, and its spellings.

use std::fmt;

/// A value. Times, documents and whatever else an engine has are texts, as the engine writes them.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Null,
    Bool(bool),
    Integer(i64),
    /// Any other number, as JSON writes it: with all digits that the engine has.
    Number(String),
    Text(String),
    Bytes(Vec<u8>),
}

impl Cell {
    /// A number that an engine has written; what is none, such as `NaN`, is a text.
    pub(super) fn number(text: &str) -> Cell {
        match serde_json::from_str::<serde_json::Number>(text) {
            Ok(_) => Cell::Number(text.to_owned()),
            Err(_) => Cell::Text(text.to_owned()),
        }
    }

    pub(super) fn float(number: f64) -> Cell {
        match serde_json::Number::from_f64(number) {
            Some(number) => Cell::Number(number.to_string()),
            None => Cell::Text(number.to_string()),
        }
    }

    /// A text, if the bytes are one.
    pub(super) fn text(bytes: Vec<u8>) -> Cell {
        match String::from_utf8(bytes) {
            Ok(text) => Cell::Text(text),
            Err(error) => Cell::Bytes(error.into_bytes()),
        }
    }

    pub fn is_number(&self) -> bool {
        matches!(self, Cell::Integer(_) | Cell::Number(_))
    }

    /// The value as JSON. Bytes are a text of hexadecimal digits.
    pub fn json(&self) -> String {
        match self {
            Cell::Null => "null".to_owned(),
            Cell::Bool(_) | Cell::Integer(_) | Cell::Number(_) => self.to_string(),
            Cell::Text(_) | Cell::Bytes(_) => serde_json::Value::String(self.to_string()).to_string(),
        }
    }
}

impl fmt::Display for Cell {
    /// As people read it, with NULL as a word; bytes as `\x00ff`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Cell::Null => f.write_str("NULL"),
            Cell::Bool(value) => value.fmt(f),
            Cell::Integer(number) => number.fmt(f),
            Cell::Number(text) | Cell::Text(text) => f.write_str(text),
            Cell::Bytes(bytes) => {
                f.write_str("\\x")?;
                bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_value_has_its_own_json() {
        let cells = [
            (Cell::Null, "null"),
            (Cell::Bool(true), "true"),
            (Cell::Integer(-7), "-7"),
            (Cell::number("12.50"), "12.50"),
            (Cell::number("1e+20"), "1e+20"),
            (Cell::number("NaN"), "\"NaN\""),
            (Cell::float(1.0), "1.0"),
            (Cell::float(f64::INFINITY), "\"inf\""),
            (Cell::Text("a\"b".to_owned()), "\"a\\\"b\""),
            (Cell::Bytes(vec![0, 255]), "\"\\\\x00ff\""),
            (Cell::text(vec![0xff]), "\"\\\\xff\""),
        ];
        for (cell, json) in cells {
            assert_eq!(cell.json(), json);
        }
    }
}

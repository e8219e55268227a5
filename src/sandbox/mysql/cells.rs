//! Reads values of MySQL and MariaDB by the types of their columns.

use mysql_async::consts::ColumnType;
use mysql_async::{Column, Value};

use crate::sandbox::Cell;

/// The number of the character set for bytes that are not text.
const BINARY: u16 = 63;

pub(super) fn cell(value: Option<Value>, column: &Column) -> Cell {
    let kind = column.column_type();
    match value.unwrap_or(Value::NULL) {
        Value::NULL => Cell::Null,
        Value::Int(number) => Cell::Integer(number),
        Value::UInt(number) => match i64::try_from(number) {
            Ok(number) => Cell::Integer(number),
            Err(_) => Cell::Number(number as f64),
        },
        // By its digits: with more digits it would be a different number.
        Value::Float(number) => Cell::Number(number.to_string().parse().unwrap_or(f64::from(number))),
        Value::Double(number) => Cell::Number(number),
        Value::Date(year, month, day, hour, minute, second, micros) => {
            let date = format!("{year:04}-{month:02}-{day:02}");
            if kind == ColumnType::MYSQL_TYPE_DATE {
                return Cell::Text(date);
            }
            let fraction = fraction(micros);
            Cell::Moment(format!("{date} {hour:02}:{minute:02}:{second:02}{fraction}"))
        }
        Value::Time(negative, days, hours, minutes, seconds, micros) => {
            let sign = if negative { "-" } else { "" };
            let hours = days * 24 + u32::from(hours);
            Cell::Text(format!("{sign}{hours:02}:{minutes:02}:{seconds:02}{}", fraction(micros)))
        }
        Value::Bytes(bytes) => of_bytes(bytes, kind, column.character_set()),
    }
}

fn of_bytes(bytes: Vec<u8>, kind: ColumnType, character_set: u16) -> Cell {
    use ColumnType::{
        MYSQL_TYPE_BIT, MYSQL_TYPE_BLOB, MYSQL_TYPE_DECIMAL, MYSQL_TYPE_LONG_BLOB, MYSQL_TYPE_MEDIUM_BLOB,
        MYSQL_TYPE_NEWDECIMAL, MYSQL_TYPE_TINY_BLOB,
    };
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) if kind == MYSQL_TYPE_BIT => return bits(error.as_bytes()),
        Err(error) => return Cell::Bytes(error.into_bytes()),
    };
    match kind {
        MYSQL_TYPE_DECIMAL | MYSQL_TYPE_NEWDECIMAL => match text.parse() {
            Ok(number) => Cell::Number(number),
            Err(_) => Cell::Text(text),
        },
        MYSQL_TYPE_BIT => bits(text.as_bytes()),
        MYSQL_TYPE_TINY_BLOB | MYSQL_TYPE_BLOB | MYSQL_TYPE_MEDIUM_BLOB | MYSQL_TYPE_LONG_BLOB
            if character_set == BINARY =>
        {
            Cell::Bytes(text.into_bytes())
        }
        _ => Cell::Text(text),
    }
}

fn bits(bytes: &[u8]) -> Cell {
    Cell::Integer(bytes.iter().fold(0, |number, byte| (number << 8) | i64::from(*byte)))
}

fn fraction(micros: u32) -> String {
    match micros {
        0 => String::new(),
        micros => format!(".{micros:06}").trim_end_matches('0').to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_kept() {
        let column = |kind| Column::new(kind);
        let of = |value, kind| cell(Some(value), &column(kind));
        let time = Value::Date(2023, 1, 2, 3, 4, 5, 250_000);
        assert_eq!(
            of(time.clone(), ColumnType::MYSQL_TYPE_DATETIME),
            Cell::Moment("2023-01-02 03:04:05.25".to_owned())
        );
        assert_eq!(of(time, ColumnType::MYSQL_TYPE_DATE), Cell::Text("2023-01-02".to_owned()));
        assert_eq!(of(Value::Bytes(b"1.50".to_vec()), ColumnType::MYSQL_TYPE_NEWDECIMAL), Cell::Number(1.5));
        assert_eq!(of(Value::Bytes(vec![1, 0]), ColumnType::MYSQL_TYPE_BIT), Cell::Integer(256));
        assert_eq!(of(Value::Float(0.1), ColumnType::MYSQL_TYPE_FLOAT), Cell::Number(0.1));
        assert_eq!(of(Value::UInt(u64::MAX), ColumnType::MYSQL_TYPE_LONGLONG), Cell::Number(u64::MAX as f64));
        assert_eq!(
            of(Value::Time(true, 1, 2, 3, 4, 0), ColumnType::MYSQL_TYPE_TIME),
            Cell::Text("-26:03:04".to_owned())
        );
        assert_eq!(cell(None, &column(ColumnType::MYSQL_TYPE_LONG)), Cell::Null);
    }
}

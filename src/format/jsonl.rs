//! JSON Lines: one object a row, keys in the order of the columns, times as `YYYY-MM-DDTHH:MM:SSZ`, NULL as `null`.
//!
//! A file is read with its keys in any order, as other programs write it, but only with exactly the columns of its table.

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

use super::lines::Lines;
use super::scan::holds;
use super::text::TextFormat;
use super::time_text::TimeText;
use super::{Buffer, Encoder, FormatError, LineProblem};
use crate::decimal;
use crate::edition::{Cell, Cells, EachRow, Kind, Table, WIDEST};
use crate::time::Time;

/// Where the time of day begins; a `T` replaces the space before it.
const CLOCK: usize = 11;

/// Encodes rows as JSON objects.
#[derive(Default)]
pub struct Jsonl {
    bytes: Vec<u8>,
    /// What comes before each cell: `{"id":`, then `,"username":`.
    keys: Vec<String>,
    /// The column of the next cell.
    column: usize,
    times: TimeText,
}

impl Encoder for Jsonl {
    type Chunk = Buffer;

    fn begin(&mut self, table: &'static Table, used: Buffer) {
        self.bytes = used.bytes;
        self.bytes.clear();
        self.column = 0;
        let key = |(at, name): (usize, &str)| format!("{}\"{name}\":", if at == 0 { '{' } else { ',' });
        self.keys = table.columns.iter().map(|column| column.name).enumerate().map(key).collect();
    }

    fn finish(&mut self) -> Buffer {
        let bytes = std::mem::take(&mut self.bytes);
        Buffer { len: bytes.len(), bytes }
    }
}

impl TextFormat for Jsonl {
    const NAME: &'static str = "jsonl";
    const ABOUT: &'static str = "one JSON object a line; times as in 2024-05-01T12:30:00Z, NULL as null";
    const ENDING: &'static str = "jsonl";

    fn read<E: From<FormatError>>(
        lines: &mut Lines,
        table: &'static Table,
        each: &mut EachRow<'_, E>,
    ) -> Result<(), E> {
        loop {
            lines.begin();
            if !lines.more()? {
                return Ok(());
            }
            if !lines.text.trim_ascii().is_empty() {
                row(lines, table, each)?;
            }
        }
    }
}

impl Jsonl {
    #[inline(always)]
    fn key(&mut self) {
        self.bytes.extend_from_slice(self.keys[self.column].as_bytes());
        self.column += 1;
    }
}

impl Cells for Jsonl {
    #[inline(always)]
    fn integer(&mut self, value: i64) {
        self.key();
        decimal::append(value, &mut self.bytes);
    }

    #[inline(always)]
    fn text(&mut self, value: &str) {
        self.key();
        string(value, &mut self.bytes);
    }

    #[inline(always)]
    fn time(&mut self, value: Time) {
        self.key();
        let text = self.times.of(value);
        self.bytes.push(b'"');
        self.bytes.extend_from_slice(&text[..CLOCK - 1]);
        self.bytes.push(b'T');
        self.bytes.extend_from_slice(&text[CLOCK..]);
        self.bytes.extend_from_slice(b"Z\"");
    }

    #[inline(always)]
    fn null(&mut self) {
        self.key();
        self.bytes.extend_from_slice(b"null");
    }

    #[inline(always)]
    fn end_row(&mut self) {
        self.bytes.extend_from_slice(b"}\n");
        self.column = 0;
    }
}

/// Writes a text as a JSON string.
#[inline(always)]
pub(crate) fn string(value: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    match holds(value, |byte| (byte < 0x20) | (byte == b'"') | (byte == b'\\')) {
        true => escaped(value, out),
        false => out.extend_from_slice(value.as_bytes()),
    }
    out.push(b'"');
}

/// Writes a text whose quotes, backslashes and control characters must be escaped.
#[inline(never)]
fn escaped(value: &str, out: &mut Vec<u8>) {
    for &byte in value.as_bytes() {
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            0..0x20 => out.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
            _ => out.push(byte),
        }
    }
}

/// Reads the cells of a line.
fn row<E: From<FormatError>>(
    lines: &Lines,
    table: &'static Table,
    each: &mut EachRow<'_, E>,
) -> Result<(), E> {
    let text = lines.record()?;
    let mut values: [Option<Value>; WIDEST] = [const { None }; WIDEST];
    let mut json = serde_json::Deserializer::from_str(text.trim_end());
    let read = Row { table, values: &mut values }.deserialize(&mut json).and_then(|()| json.end());
    read.map_err(|error| lines.problem(LineProblem::Json { message: without_place(&error) }))?;
    let mut cells = [Cell::Null; WIDEST];
    for (at, column) in table.columns.iter().enumerate() {
        let value = values[at].as_ref();
        let value = value.ok_or_else(|| lines.problem(LineProblem::NoKey { column: column.name }))?;
        cells[at] = value.cell(column.kind).ok_or_else(|| {
            let what = match column.kind {
                Kind::Text => "text",
                Kind::Integer => "whole number",
                Kind::Time => "time (\"YYYY-MM-DDTHH:MM:SSZ\")",
            };
            lines.problem(LineProblem::Cell { column: column.name, what, value: value.to_string() })
        })?;
    }
    each(&cells[..table.columns.len()])
}

/// What the JSON parser says about a line, without its place, which the error has already.
fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match (text.rfind(" at line "), error.column()) {
        (Some(at), column @ 1..) => format!("{} at character {column}", &text[..at]),
        _ => text,
    }
}

/// A value of a key.
enum Value<'a> {
    Null,
    Integer(i64),
    Text(Cow<'a, str>),
    Other(String),
}

impl Value<'_> {
    fn cell(&self, kind: Kind) -> Option<Cell<'_>> {
        match (self, kind) {
            (Value::Null, _) => Some(Cell::Null),
            (Value::Integer(value), Kind::Integer) => Some(Cell::Integer(*value)),
            (Value::Text(text), Kind::Text) => Some(Cell::Text(text)),
            (Value::Text(text), Kind::Time) => Time::parse(text).map(Cell::Time),
            _ => None,
        }
    }
}

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Null => f.write_str("null"),
            Value::Integer(value) => write!(f, "{value}"),
            Value::Text(text) => text.chars().take(40).try_for_each(|letter| write!(f, "{letter}")),
            Value::Other(value) => f.write_str(value),
        }
    }
}

/// Reads an object into values by column.
struct Row<'r, 'a> {
    table: &'static Table,
    values: &'r mut [Option<Value<'a>>; WIDEST],
}

impl<'a> DeserializeSeed<'a> for Row<'_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_map(self)
    }
}

impl<'a> Visitor<'a> for Row<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(Key(key)) = map.next_key::<Key>()? {
            let at = self.table.column(&key);
            let at = at.ok_or_else(|| A::Error::custom(format_args!("no column is called {key:?}")))?;
            if self.values[at].replace(map.next_value_seed(AnyValue)?).is_some() {
                return Err(A::Error::custom(format_args!("{key:?} is there twice")));
            }
        }
        Ok(())
    }
}

/// A key, borrowed if it contains no escapes.
struct Key<'a>(Cow<'a, str>);

impl<'a> serde::Deserialize<'a> for Key<'a> {
    fn deserialize<D: Deserializer<'a>>(json: D) -> Result<Key<'a>, D::Error> {
        match json.deserialize_str(AnyValue)? {
            Value::Text(text) => Ok(Key(text)),
            _ => Err(D::Error::custom("a key is not a string")),
        }
    }
}

struct AnyValue;

impl<'a> DeserializeSeed<'a> for AnyValue {
    type Value = Value<'a>;

    fn deserialize<D: Deserializer<'a>>(self, json: D) -> Result<Value<'a>, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for AnyValue {
    type Value = Value<'a>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a text, a number or null")
    }

    fn visit_unit<E: Error>(self) -> Result<Value<'a>, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value<'a>, E> {
        Ok(Value::Other(value.to_string()))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value<'a>, E> {
        Ok(Value::Integer(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value<'a>, E> {
        Ok(i64::try_from(value).map_or_else(|_| Value::Other(value.to_string()), Value::Integer))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value<'a>, E> {
        Ok(Value::Other(value.to_string()))
    }

    fn visit_borrowed_str<E: Error>(self, value: &'a str) -> Result<Value<'a>, E> {
        Ok(Value::Text(Cow::Borrowed(value)))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value<'a>, E> {
        Ok(Value::Text(Cow::Owned(value.to_owned())))
    }
}

#[cfg(test)]
mod tests;

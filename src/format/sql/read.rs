//! Reads SQL files that this program wrote: the first lines, statements with one row on each line, the last lines.

use std::borrow::Cow;

use super::{Spelling, bottom, head};
use crate::edition::{Cell, EachRow, Kind, Table, WIDEST};
use crate::format::lines::Lines;
use crate::format::{FormatError, LineProblem};
use crate::time::Time;

/// Reads what follows the first line.
pub(super) fn rows<E: From<FormatError>>(
    lines: &mut Lines,
    spelling: &Spelling,
    table: &'static Table,
    each: &mut EachRow<'_, E>,
) -> Result<(), E> {
    for expected in spelling.begin.split_inclusive('\n') {
        expect(lines, expected)?;
    }
    let head = head(table);
    let bottom = bottom(spelling, table);
    let mut bottom = bottom.split_inclusive('\n');
    let first = bottom.next().unwrap_or_default();
    loop {
        lines.begin();
        lines.more()?;
        if lines.text == head.as_bytes() {
            while row(lines, spelling, table, each)? {}
        } else if lines.text == first.as_bytes() {
            break;
        } else {
            return Err(unexpected(lines, first).into());
        }
    }
    for expected in bottom {
        expect(lines, expected)?;
    }
    Ok(expect(lines, "")?)
}

/// Reads a line that can only be one.
fn expect(lines: &mut Lines, expected: &str) -> Result<(), FormatError> {
    lines.begin();
    lines.more()?;
    if lines.text == expected.as_bytes() { Ok(()) } else { Err(unexpected(lines, expected)) }
}

fn unexpected(lines: &Lines, expected: &str) -> FormatError {
    let expected = match expected.trim_end() {
        "" => "the end of the file".to_owned(),
        expected => expected.to_owned(),
    };
    lines.problem(LineProblem::Statement { expected })
}

/// Reads a row. Returns whether the statement has another one.
fn row<E: From<FormatError>>(
    lines: &mut Lines,
    spelling: &Spelling,
    table: &'static Table,
    each: &mut EachRow<'_, E>,
) -> Result<bool, E> {
    lines.begin();
    lines.more()?;
    let line = lines.record()?;
    let problem = || lines.problem(LineProblem::Statement { expected: "a row of the statement".to_owned() });
    let mut rest = line.strip_prefix('(').ok_or_else(problem)?;
    let mut values = [const { None }; WIDEST];
    for (at, column) in table.columns.iter().enumerate() {
        let (value, after) = value(rest, column.kind, spelling).ok_or_else(|| {
            let what = match column.kind {
                Kind::Text => "text",
                Kind::Integer => "whole number",
                Kind::Time => "time ('YYYY-MM-DD HH:MM:SS')",
            };
            let value = rest.trim_end().chars().take(40).collect();
            lines.problem(LineProblem::Cell { column: column.name, what, value })
        })?;
        values[at] = Some(value);
        let mark = if at + 1 == table.columns.len() { ')' } else { ',' };
        rest = after.strip_prefix(mark).ok_or_else(problem)?;
    }
    let more = match rest {
        ",\n" => true,
        ";\n" => false,
        _ => return Err(problem().into()),
    };
    let mut cells = [Cell::Null; WIDEST];
    for (cell, value) in cells.iter_mut().zip(&values) {
        *cell = match value {
            None | Some(Value::Null) => Cell::Null,
            Some(Value::Integer(value)) => Cell::Integer(*value),
            Some(Value::Text(text)) => Cell::Text(text),
            Some(Value::Time(time)) => Cell::Time(*time),
        };
    }
    each(&cells[..table.columns.len()])?;
    Ok(more)
}

enum Value<'a> {
    Null,
    Integer(i64),
    Text(Cow<'a, str>),
    Time(Time),
}

/// The value at the beginning of a text, and what follows it.
fn value<'a>(text: &'a str, kind: Kind, spelling: &Spelling) -> Option<(Value<'a>, &'a str)> {
    if let Some(rest) = text.strip_prefix("NULL") {
        return Some((Value::Null, rest));
    }
    match kind {
        Kind::Integer => {
            let end = text.find([',', ')'])?;
            Some((Value::Integer(text[..end].parse().ok()?), &text[end..]))
        }
        Kind::Text => {
            let (value, rest) = (spelling.text)(text)?;
            Some((Value::Text(value), rest))
        }
        Kind::Time => {
            let (time, rest) = text.strip_prefix('\'')?.split_once('\'')?;
            Some((Value::Time(Time::parse(time.strip_suffix(spelling.time_end)?)?), rest))
        }
    }
}

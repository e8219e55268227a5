//! CSV as scripts rely on it: RFC 4180 quoting, `\n`, UTC `YYYY-MM-DD HH:MM:SS`, NULL as an empty unquoted
//! field and `""` for an empty text.
//!
//! Integers and dates are stored as fixed-size words into a buffer that always has room ahead of the writing position: a row
//! of keys needs no allocation, no call and no loop over digits. Functions that are not inlined take the buffer instead of the
//! encoder, so that the position stays in a register (which saves a third of the time).

use super::lines::Lines;
use super::scan::holds;
use super::text::TextFormat;
use super::time_text::{DAYS, MINUTES};
use super::{Buffer, Encoder, FormatError, LineProblem};
use crate::edition::{Cell, Cells, Column, EachRow, Kind, Table, WIDEST};
use crate::time::{DAY, Time};

/// More than any cell except a text takes: an `i64` and its comma, or a time that is stored in three words.
const CELL_BYTES: usize = 32;

/// Encodes rows as CSV lines.
pub struct Csv {
    bytes: Vec<u8>,
    /// Bytes before this position are written; those after it are room.
    at: usize,
    /// The most that a row takes without its texts.
    row_bytes: usize,
    days: &'static [[u8; 16]],
    minutes: &'static [[u8; 8]],
}

impl Default for Csv {
    fn default() -> Self {
        Csv { bytes: Vec::new(), at: 0, row_bytes: 0, days: &DAYS, minutes: &MINUTES }
    }
}

impl Encoder for Csv {
    type Chunk = Buffer;

    fn begin(&mut self, table: &'static Table, used: Buffer) {
        self.bytes = used.bytes;
        self.at = 0;
        self.row_bytes = CELL_BYTES * table.columns.len();
        self.room(0);
    }

    fn finish(&mut self) -> Buffer {
        Buffer { bytes: std::mem::take(&mut self.bytes), len: std::mem::take(&mut self.at) }
    }
}

impl TextFormat for Csv {
    const NAME: &'static str = "csv";
    const ABOUT: &'static str = "RFC 4180 with a header line; NULL is an empty field, an empty text is \"\"";
    const ENDING: &'static str = "csv";

    fn top(table: &'static Table) -> String {
        header(table) + "\n"
    }

    fn read<E: From<FormatError>>(
        lines: &mut Lines,
        table: &'static Table,
        each: &mut EachRow<'_, E>,
    ) -> Result<(), E> {
        let mut records = Records { lines };
        let expected = header(table);
        if !records.advance()? || records.lines.text != expected.as_bytes() {
            return Err(records.lines.problem(LineProblem::Header { expected }).into());
        }
        let mut plain = String::new();
        while records.advance()? {
            records.row(table, &mut plain, each)?;
        }
        Ok(())
    }
}

/// The first line of a table's file.
fn header(table: &Table) -> String {
    table.columns.iter().map(|column| column.name).collect::<Vec<_>>().join(",")
}

impl Csv {
    /// Makes room for this many bytes of text and for all cells after it in the row.
    #[inline(always)]
    fn room(&mut self, bytes: usize) {
        let wanted = self.at + bytes + self.row_bytes;
        if wanted > self.bytes.len() {
            self.bytes = grown(std::mem::take(&mut self.bytes), wanted);
        }
    }

    #[inline(always)]
    fn store<const N: usize>(&mut self, at: usize, word: [u8; N]) {
        self.bytes[at..at + N].copy_from_slice(&word);
    }

    #[inline(always)]
    fn comma(&mut self) {
        self.bytes[self.at] = b',';
        self.at += 1;
    }
}

#[cold]
#[inline(never)]
fn grown(mut bytes: Vec<u8>, wanted: usize) -> Vec<u8> {
    let wanted = wanted.max(bytes.len() * 2).max(1 << 16);
    bytes.resize(wanted, 0);
    bytes
}

/// Writes an integer of any length and returns how many bytes it took.
#[cold]
#[inline(never)]
fn long_integer(value: i64, out: &mut [u8]) -> usize {
    let text = value.to_string();
    out[..text.len()].copy_from_slice(text.as_bytes());
    text.len()
}

/// Writes a text in quotes, those inside doubled, and returns how many bytes it took.
#[inline(never)]
fn quoted(value: &str, out: &mut [u8]) -> usize {
    out[0] = b'"';
    let mut at = 1;
    for piece in value.split_inclusive('"') {
        out[at..at + piece.len()].copy_from_slice(piece.as_bytes());
        at += piece.len();
        if piece.ends_with('"') {
            out[at] = b'"';
            at += 1;
        }
    }
    out[at] = b'"';
    at + 1
}

impl Cells for Csv {
    #[inline(always)]
    fn integer(&mut self, value: i64) {
        if !(0..100_000_000).contains(&value) {
            self.at += long_integer(value, &mut self.bytes[self.at..]);
            return self.comma();
        }
        let digits = eight_digits(value as u32);
        let zeros = (digits.trailing_zeros() / 8).min(7);
        let word = (digits | 0x3030_3030_3030_3030) >> (zeros * 8);
        self.store(self.at, word.to_le_bytes());
        self.at += 8 - zeros as usize;
        self.comma();
    }

    #[inline(always)]
    fn text(&mut self, value: &str) {
        let special = |b| (b == b'"') | (b == b',') | (b == b'\n') | (b == b'\r');
        if value.is_empty() || holds(value, special) {
            self.room(2 * value.len() + 2);
            self.at += quoted(value, &mut self.bytes[self.at..]);
            return self.comma();
        }
        self.room(value.len());
        self.bytes[self.at..self.at + value.len()].copy_from_slice(value.as_bytes());
        self.at += value.len();
        self.comma();
    }

    #[inline(always)]
    fn time(&mut self, value: Time) {
        let (day, second) = (value.0 / DAY, value.0 % DAY);
        let (minute, second) = (second / 60, second % 60);
        self.store(self.at, self.days[day as usize]);
        self.store(self.at + 11, self.minutes[minute as usize]);
        let tens = second / 10;
        self.store(self.at + 17, [b'0' + tens as u8, b'0' + (second - 10 * tens) as u8, b',']);
        self.at += 20;
    }

    #[inline(always)]
    fn null(&mut self) {
        self.comma();
    }

    /// Turns the comma after the last cell into the end of the line.
    #[inline(always)]
    fn end_row(&mut self) {
        self.bytes[self.at - 1] = b'\n';
        self.room(0);
    }
}

/// The decimal digits of a number below 10^8, the first one in the lowest byte.
#[inline(always)]
fn eight_digits(value: u32) -> u64 {
    let halves = u64::from(value / 10_000) | u64::from(value % 10_000) << 32;
    let hundreds = (halves * 10_486) >> 20 & 0x0000_007F_0000_007F;
    let pairs = ((halves - 100 * hundreds) << 16) + hundreds;
    let tens = (pairs * 103) >> 10 & 0x000F_000F_000F_000F;
    tens + ((pairs - 10 * tens) << 8)
}

/// The records of a file: lines, except that a quoted cell may contain line ends.
struct Records<'a> {
    lines: &'a mut Lines,
}

impl Records<'_> {
    /// Reads the next record, without its end; false at the end of the file.
    fn advance(&mut self) -> Result<bool, FormatError> {
        let lines = &mut *self.lines;
        lines.begin();
        let mut even = true;
        loop {
            let before = lines.text.len();
            let more = lines.more()?;
            let quotes = lines.text[before..].iter().filter(|&&b| b == b'"').count();
            even ^= quotes % 2 == 1;
            if !more {
                if !even {
                    return Err(lines.problem(LineProblem::OpenQuote));
                }
                return Ok(!lines.text.is_empty());
            }
            if even {
                break;
            }
        }
        for end in [b'\n', b'\r'] {
            if lines.text.last() == Some(&end) {
                lines.text.pop();
            }
        }
        Ok(true)
    }

    /// Splits the record into cells. `plain` holds the texts whose doubled quotes had to be undone.
    fn row<E: From<FormatError>>(
        &self,
        table: &'static Table,
        plain: &mut String,
        each: &mut EachRow<'_, E>,
    ) -> Result<(), E> {
        let record = self.lines.record()?;
        let columns = table.columns;
        // Undone texts are shorter than the record, so that this room is never outgrown while it is lent.
        plain.clear();
        let mut spans = [(0, 0); WIDEST];
        let mut found = 0;
        let mut rest = Some(record);
        let mut fields = [Field::Bare(""); WIDEST];
        while let Some(text) = rest {
            let (field, left) = split(text);
            if let Some(slot) = fields.get_mut(found) {
                *slot = field;
                if let Field::Doubled(inside) = field {
                    let start = plain.len();
                    inside.split("\"\"").enumerate().for_each(|(i, piece)| {
                        if i > 0 {
                            plain.push('"');
                        }
                        plain.push_str(piece);
                    });
                    spans[found] = (start, plain.len());
                }
            }
            found += 1;
            rest = left;
        }
        if found != columns.len() {
            return Err(self.lines.problem(LineProblem::Fields { found, expected: columns.len() }).into());
        }
        let mut cells = [Cell::Null; WIDEST];
        for (i, column) in columns.iter().enumerate() {
            let text = match fields[i] {
                Field::Bare("") => continue,
                Field::Bare(text) | Field::Quoted(text) => text,
                Field::Doubled(_) => &plain[spans[i].0..spans[i].1],
            };
            cells[i] = cell(column, text).map_err(|problem| self.lines.problem(problem))?;
        }
        each(&cells[..columns.len()])
    }
}

#[derive(Clone, Copy)]
enum Field<'a> {
    Bare(&'a str),
    Quoted(&'a str),
    /// Quoted, with doubled quotes inside.
    Doubled(&'a str),
}

/// The first field of a record, and what follows its comma.
fn split(record: &str) -> (Field<'_>, Option<&str>) {
    let Some(inside) = record.strip_prefix('"') else {
        return match record.split_once(',') {
            Some((field, rest)) => (Field::Bare(field), Some(rest)),
            None => (Field::Bare(record), None),
        };
    };
    let bytes = inside.as_bytes();
    let (mut at, mut doubled) = (0, false);
    while at < bytes.len() {
        if bytes[at] != b'"' {
            at += 1;
        } else if bytes.get(at + 1) == Some(&b'"') {
            doubled = true;
            at += 2;
        } else {
            break;
        }
    }
    let field = if doubled { Field::Doubled(&inside[..at]) } else { Field::Quoted(&inside[..at]) };
    (field, inside.get(at + 1..).and_then(|rest| rest.strip_prefix(',')))
}

fn cell<'a>(column: &Column, text: &'a str) -> Result<Cell<'a>, LineProblem> {
    let wrong =
        |what| LineProblem::Cell { column: column.name, what, value: text.chars().take(40).collect() };
    Ok(match column.kind {
        Kind::Text => Cell::Text(text),
        Kind::Integer => Cell::Integer(text.parse().map_err(|_| wrong("whole number"))?),
        Kind::Time => Cell::Time(Time::parse(text).ok_or_else(|| wrong("time (YYYY-MM-DD HH:MM:SS)"))?),
    })
}

#[cfg(test)]
mod tests;

//! The rows of a backup: one JSON array on each line, with the cells in the order of the columns. A time is a text such as
//! `2024-05-01 12:30:00`, NULL is `null`. Each piece is compressed separately, so any piece can be read alone.

use crate::decimal;
use crate::edition::{Cells, Kind, Table};
use crate::format::Encoder;
use crate::format::jsonl::string;
use crate::format::time_text::TimeText;
use crate::time::Time;

use super::CopyError;
use super::values::Place;

/// A fast level; a higher one saves at most a quarter of the size.
const LEVEL: i32 = 1;

/// A piece of a table, compressed.
#[derive(Debug, Default)]
pub(super) struct Packed {
    pub bytes: Vec<u8>,
    /// The length of the piece before compression.
    pub plain_bytes: u64,
    pub failure: Option<std::io::Error>,
}

/// Encodes and compresses rows.
#[derive(Default)]
pub(super) struct LineEncoder {
    plain: Vec<u8>,
    times: TimeText,
    has_cells: bool,
}

impl Encoder for LineEncoder {
    type Chunk = Packed;

    fn begin(&mut self, _: &'static Table, _: Packed) {
        self.plain.clear();
        self.has_cells = false;
    }

    fn finish(&mut self) -> Packed {
        let plain_bytes = self.plain.len() as u64;
        let (bytes, failure) = match zstd::bulk::compress(&self.plain, LEVEL) {
            Ok(bytes) => (bytes, None),
            Err(error) => (Vec::new(), Some(error)),
        };
        Packed { bytes, plain_bytes, failure }
    }
}

impl LineEncoder {
    #[inline(always)]
    fn cell(&mut self) {
        self.plain.push(if self.has_cells { b',' } else { b'[' });
        self.has_cells = true;
    }
}

impl Cells for LineEncoder {
    fn integer(&mut self, value: i64) {
        self.cell();
        decimal::append(value, &mut self.plain);
    }

    fn text(&mut self, value: &str) {
        self.cell();
        string(value, &mut self.plain);
    }

    fn time(&mut self, value: Time) {
        self.cell();
        self.plain.push(b'"');
        self.plain.extend_from_slice(&self.times.of(value));
        self.plain.push(b'"');
    }

    fn null(&mut self) {
        self.cell();
        self.plain.extend_from_slice(b"null");
    }

    fn end_row(&mut self) {
        self.plain.extend_from_slice(b"]\n");
        self.has_cells = false;
    }
}

/// Decompresses a piece; `most` is its length before compression.
pub(super) fn unpack(packed: &[u8], most: u64) -> std::io::Result<Vec<u8>> {
    zstd::bulk::decompress(packed, usize::try_from(most).unwrap_or(usize::MAX))
}

/// Passes on the rows of a piece. Anything that is not a row of the table is an error: the bytes were changed on purpose, or
/// another version wrote them.
pub(super) fn read(plain: &[u8], table: &'static Table, cells: &mut impl Cells) -> Result<(), CopyError> {
    let mut text = Vec::new();
    let mut at = 0;
    while at < plain.len() {
        let mut line = Line { plain, at };
        for (number, column) in table.columns.iter().enumerate() {
            let place = Place { table, column };
            let refused = || place.refuse("a line that cannot be read");
            line.take(if number == 0 { b"[" } else { b"," }).ok_or_else(refused)?;
            match line.next() {
                Some(b'n') => {
                    line.take(b"null").ok_or_else(refused)?;
                    cells.null();
                }
                Some(b'"') => {
                    let value = line.text(&mut text).ok_or_else(refused)?;
                    match column.kind {
                        Kind::Text => place.text(value, cells)?,
                        Kind::Time => place.moment(value, cells)?,
                        Kind::Integer => return Err(refused()),
                    }
                }
                _ if column.kind == Kind::Integer => {
                    place.integer(line.integer().ok_or_else(refused)?, cells)?;
                }
                _ => return Err(refused()),
            }
        }
        let last = Place { table, column: &table.columns[table.columns.len() - 1] };
        line.take(b"]\n").ok_or_else(|| last.refuse("a line with more cells"))?;
        cells.end_row();
        at = line.at;
    }
    Ok(())
}

/// Where the reading of a line is.
pub(super) struct Line<'a> {
    pub plain: &'a [u8],
    pub at: usize,
}

impl<'a> Line<'a> {
    pub(super) fn next(&self) -> Option<u8> {
        self.plain.get(self.at).copied()
    }

    pub(super) fn take(&mut self, expected: &[u8]) -> Option<()> {
        self.plain[self.at..].starts_with(expected).then(|| self.at += expected.len())
    }

    pub(super) fn integer(&mut self) -> Option<i64> {
        let rest = &self.plain[self.at..];
        let len = rest.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'-').count();
        self.at += len;
        std::str::from_utf8(&rest[..len]).ok()?.parse().ok()
    }

    /// A quoted text; if it has escapes, it is assembled in the buffer.
    pub(super) fn text<'b>(&mut self, buffer: &'b mut Vec<u8>) -> Option<&'b [u8]>
    where
        'a: 'b,
    {
        self.take(b"\"")?;
        let rest = &self.plain[self.at..];
        let end = rest.iter().position(|byte| matches!(byte, b'"' | b'\\'))?;
        if rest[end] == b'"' {
            self.at += end + 1;
            return Some(&rest[..end]);
        }
        buffer.clear();
        loop {
            let rest = &self.plain[self.at..];
            let end = rest.iter().position(|byte| matches!(byte, b'"' | b'\\'))?;
            buffer.extend_from_slice(&rest[..end]);
            self.at += end + 1;
            if rest[end] == b'"' {
                return Some(buffer);
            }
            let escaped = self.next()?;
            self.at += 1;
            match escaped {
                b'"' | b'\\' | b'/' => buffer.push(escaped),
                b'n' => buffer.push(b'\n'),
                b'r' => buffer.push(b'\r'),
                b't' => buffer.push(b'\t'),
                b'u' => {
                    let digits = std::str::from_utf8(self.plain.get(self.at..self.at + 4)?).ok()?;
                    self.at += 4;
                    let letter = char::from_u32(u32::from_str_radix(digits, 16).ok()?)?;
                    buffer.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
                }
                _ => return None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edition::Edition;

    #[derive(Default, PartialEq, Debug)]
    struct Seen(Vec<String>);

    impl Cells for Seen {
        fn integer(&mut self, value: i64) {
            self.0.push(value.to_string());
        }
        fn text(&mut self, value: &str) {
            self.0.push(format!("{value:?}"));
        }
        fn time(&mut self, value: Time) {
            self.0.push(value.to_string());
        }
        fn null(&mut self) {
            self.0.push("NULL".to_owned());
        }
        fn end_row(&mut self) {
            self.0.push(".".to_owned());
        }
    }

    fn put(cells: &mut impl Cells) {
        for (id, name) in
            [(1, "a\"b\\c\n\r\t\u{0}\u{1f}\u{7f} \u{1F363}"), (-7, ""), (i64::from(i32::MAX), "ż")]
        {
            cells.integer(id);
            cells.text(name);
            if id < 0 {
                cells.null()
            } else {
                cells.time(Time(u32::MAX))
            }
            cells.end_row();
        }
    }

    #[test]
    fn rows_are_read_back_as_they_were() {
        let tags = Edition::Platform.table("tags").unwrap();
        let mut encoder = LineEncoder::default();
        encoder.begin(tags, Packed::default());
        put(&mut encoder);
        let packed = encoder.finish();
        let plain = unpack(&packed.bytes, packed.plain_bytes).unwrap();
        let (mut seen, mut expected) = (Seen::default(), Seen::default());
        read(&plain, tags, &mut seen).unwrap();
        put(&mut expected);
        assert_eq!(seen, expected);
        for line in String::from_utf8(plain).unwrap().lines() {
            serde_json::from_str::<Vec<serde_json::Value>>(line).expect("JSON");
        }
    }

    #[test]
    fn what_is_no_row_is_refused_at_any_place() {
        let tags = Edition::Platform.table("tags").unwrap();
        let line = b"[1,\"a\\u0041\",\"2020-01-01 00:00:00\"]\n";
        read(line, tags, &mut Seen::default()).unwrap();
        for end in 1..line.len() {
            assert!(read(&line[..end], tags, &mut Seen::default()).is_err(), "{end}");
        }
        for other in [
            "[1,2,null]\n",
            "[\"1\",\"a\",null]\n",
            "[1,\"a\",null,1]\n",
            "[]\n",
            "{}\n",
            "[9999999999,\"a\",null]\n",
        ] {
            assert!(read(other.as_bytes(), tags, &mut Seen::default()).is_err(), "{other}");
        }
    }
}

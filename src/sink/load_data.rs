//! Rows in the forms that MySQL and MariaDB take in bulk: for `LOAD DATA` with its defaults (tabs, newlines, `\N`),
//! or as the tuples of an INSERT, one per line. In both forms no row contains a bare newline, so lines are rows.

use crate::decimal;
use crate::edition::{Cells, Table};
use crate::format::scan::holds;
use crate::format::time_text::TimeText;
use crate::format::{Buffer, Encoder};
use crate::time::Time;

/// Which statement the rows are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    LoadData,
    Insert,
}

/// What surrounds cells and rows in each form.
struct Marks {
    row: &'static [u8],
    quote: &'static [u8],
    null: &'static [u8],
    cell: u8,
    end: &'static [u8],
}

const LOAD_DATA: Marks = Marks { row: b"", quote: b"", null: b"\\N", cell: b'\t', end: b"\n" };
const INSERT: Marks = Marks { row: b"(", quote: b"'", null: b"NULL", cell: b',', end: b"),\n" };

/// Encodes rows for `LOAD DATA LOCAL INFILE` or for `INSERT`.
pub(crate) struct LoadData {
    bytes: Vec<u8>,
    times: TimeText,
    marks: &'static Marks,
    fresh: bool,
}

impl LoadData {
    pub(crate) fn new(form: Form) -> Self {
        let marks = match form {
            Form::LoadData => &LOAD_DATA,
            Form::Insert => &INSERT,
        };
        Self { bytes: Vec::new(), times: TimeText::default(), marks, fresh: true }
    }

    #[inline(always)]
    fn open(&mut self) {
        if self.fresh {
            self.bytes.extend_from_slice(self.marks.row);
            self.fresh = false;
        }
    }

    #[cold]
    fn escaped(&mut self, value: &str) {
        for &byte in value.as_bytes() {
            match byte {
                b'\t' => self.bytes.extend_from_slice(b"\\t"),
                b'\n' => self.bytes.extend_from_slice(b"\\n"),
                b'\\' => self.bytes.extend_from_slice(b"\\\\"),
                b'\'' => self.bytes.extend_from_slice(b"\\'"),
                0 => self.bytes.extend_from_slice(b"\\0"),
                _ => self.bytes.push(byte),
            }
        }
    }
}

impl Encoder for LoadData {
    type Chunk = Buffer;

    fn begin(&mut self, _table: &'static Table, used: Buffer) {
        self.bytes = used.bytes;
        self.bytes.clear();
        self.fresh = true;
    }

    fn finish(&mut self) -> Buffer {
        let bytes = std::mem::take(&mut self.bytes);
        Buffer { len: bytes.len(), bytes }
    }
}

impl Cells for LoadData {
    #[inline(always)]
    fn integer(&mut self, value: i64) {
        self.open();
        decimal::append(value, &mut self.bytes);
        self.bytes.push(self.marks.cell);
    }

    #[inline(always)]
    fn text(&mut self, value: &str) {
        self.open();
        self.bytes.extend_from_slice(self.marks.quote);
        if holds(value, |b| (b == b'\t') | (b == b'\n') | (b == b'\\') | (b == b'\'') | (b == 0)) {
            self.escaped(value);
        } else {
            self.bytes.extend_from_slice(value.as_bytes());
        }
        self.bytes.extend_from_slice(self.marks.quote);
        self.bytes.push(self.marks.cell);
    }

    #[inline(always)]
    fn time(&mut self, value: Time) {
        self.open();
        self.bytes.extend_from_slice(self.marks.quote);
        self.bytes.extend_from_slice(&self.times.of(value));
        self.bytes.extend_from_slice(self.marks.quote);
        self.bytes.push(self.marks.cell);
    }

    #[inline(always)]
    fn null(&mut self) {
        self.open();
        self.bytes.extend_from_slice(self.marks.null);
        self.bytes.push(self.marks.cell);
    }

    /// The end of the row replaces the mark after the last cell.
    #[inline(always)]
    fn end_row(&mut self) {
        self.bytes.pop();
        self.bytes.extend_from_slice(self.marks.end);
        self.fresh = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(form: Form) -> String {
        let mut rows = LoadData::new(form);
        rows.integer(-7);
        rows.text("tab\tback\\slash\nline it's");
        rows.null();
        rows.time(Time(951_782_400));
        rows.integer(2_147_483_647);
        rows.end_row();
        String::from_utf8(rows.finish().as_slice().to_vec()).unwrap()
    }

    #[test]
    fn cells_are_written_as_load_data_reads_them() {
        let expected = "-7\ttab\\tback\\\\slash\\nline it\\'s\t\\N\t2000-02-29 00:00:00\t2147483647\n";
        assert_eq!(row(Form::LoadData), expected);
    }

    #[test]
    fn cells_are_written_as_insert_reads_them() {
        let expected = "(-7,'tab\\tback\\\\slash\\nline it\\'s',NULL,'2000-02-29 00:00:00',2147483647),\n";
        assert_eq!(row(Form::Insert), expected);
    }
}

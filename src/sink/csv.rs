//! CSV as scripts rely on it: RFC 4180 quoting, `\n`, UTC `YYYY-MM-DD HH:MM:SS`, NULL as an empty unquoted
//! field and `""` for an empty text.
//!
//! Whole integers and dates are stored as fixed-size words into a buffer that is kept ahead of the writing
//! position: no allocation, no call and no loop over digits for a row of keys. What is not inlined takes the
//! buffer and not the encoder, so that the position stays in a register (worth a third of the time).

use super::time_text::{DAYS, MINUTES};
use super::{Buffer, Encoder};
use crate::edition::{Cells, Table};
use crate::time::{DAY, Time};

/// More than any cell that is not a text takes: an `i64` and its comma, or a time stored in three words.
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
    fn begin(&mut self, table: &'static Table, buffer: Buffer) {
        self.bytes = buffer.bytes;
        self.at = 0;
        self.row_bytes = CELL_BYTES * table.columns.len();
        self.room(0);
    }

    fn finish(&mut self) -> Buffer {
        Buffer { bytes: std::mem::take(&mut self.bytes), len: std::mem::take(&mut self.at) }
    }
}

/// The header line of a table's file.
pub fn header(table: &Table) -> String {
    let mut line = table.columns.iter().map(|column| column.name).collect::<Vec<_>>().join(",");
    line.push('\n');
    line
}

impl Csv {
    /// Makes room for so many bytes of text and for all cells that follow it in its row.
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
        // Without an early exit the scan is a handful of vector instructions.
        let special = |&b: &u8| (b == b'"') | (b == b',') | (b == b'\n') | (b == b'\r');
        if value.is_empty() | value.as_bytes().iter().fold(false, |any, b| any | special(b)) {
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

    /// The comma after the last cell becomes the end of the line.
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

#[cfg(test)]
mod tests {
    use super::*;

    fn line(row: impl Fn(&mut Csv)) -> String {
        let mut csv = Csv::default();
        csv.begin(crate::edition::Edition::Course.table("photos").unwrap(), Buffer::default());
        row(&mut csv);
        csv.end_row();
        String::from_utf8(csv.finish().as_slice().to_vec()).unwrap()
    }

    #[test]
    fn integers_are_written_in_full() {
        let samples =
            [0, 1, 9, 10, 99, 100, 12_345, 99_999_999, 100_000_000, 2_147_483_647, -1, i64::MIN, i64::MAX];
        for value in samples.into_iter().chain((0..27).map(|i| 3i64.pow(i))) {
            assert_eq!(line(|csv| csv.integer(value)), format!("{value}\n"));
        }
    }

    #[test]
    fn times_are_utc_to_the_second() {
        for (seconds, text) in [
            (0, "1970-01-01 00:00:00"),
            (951_782_399, "2000-02-28 23:59:59"),
            (951_782_400, "2000-02-29 00:00:00"),
            (1_709_208_000, "2024-02-29 12:00:00"),
            (u32::MAX, "2106-02-07 06:28:15"),
        ] {
            assert_eq!(line(|csv| csv.time(Time(seconds))), format!("{text}\n"));
        }
    }

    #[test]
    fn texts_are_quoted_only_when_they_must_be() {
        assert_eq!(line(|csv| csv.text("plain text #tag")), "plain text #tag\n");
        assert_eq!(line(|csv| csv.text("")), "\"\"\n");
        assert_eq!(line(|csv| csv.text("a,b")), "\"a,b\"\n");
        assert_eq!(line(|csv| csv.text("say \"hi\"")), "\"say \"\"hi\"\"\"\n");
        assert_eq!(line(|csv| csv.text("two\nlines")), "\"two\nlines\"\n");
        assert_eq!(line(|csv| csv.text("\"")), "\"\"\"\"\n");
    }

    #[test]
    fn null_is_an_empty_field_without_quotes() {
        assert_eq!(
            line(|csv| {
                csv.integer(7);
                csv.null();
                csv.text("");
            }),
            "7,,\"\"\n"
        );
    }

    #[test]
    fn a_buffer_grows_with_its_rows_and_is_used_again() {
        let table = crate::edition::Edition::Course.table("tags").unwrap();
        let (mut csv, mut spare) = (Csv::default(), Buffer::default());
        for round in 0..2 {
            csv.begin(table, spare);
            for i in 0..50_000 {
                csv.integer(i);
                csv.text("żółw");
                csv.end_row();
            }
            let buffer = csv.finish();
            let text = std::str::from_utf8(buffer.as_slice()).unwrap();
            assert_eq!(text.lines().count(), 50_000, "round {round}");
            assert!(text.ends_with("49999,żółw\n"));
            spare = buffer;
        }
    }
}

//! What a stored value must be so that every engine can hold it: keys of 32 bits, times of whole seconds from 1970 to 2106,
//! texts in UTF-8. Any other value is an error that names it; no value is changed.

use super::CopyError;
use crate::edition::{Cells, Column, Table};
use crate::time::Time;

/// The column that is being read, for the error.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub table: &'static Table,
    pub column: &'static Column,
}

impl Place {
    pub(super) fn refuse(self, value: &str) -> CopyError {
        let value: String = value.chars().take(60).collect();
        CopyError::Value { table: self.table.name, column: self.column.name, value }
    }

    pub(super) fn integer(self, value: i64, cells: &mut impl Cells) -> Result<(), CopyError> {
        match i32::try_from(value) {
            Ok(_) => cells.integer(value),
            Err(_) => return Err(self.refuse(&value.to_string())),
        }
        Ok(())
    }

    pub(super) fn text(self, bytes: &[u8], cells: &mut impl Cells) -> Result<(), CopyError> {
        match std::str::from_utf8(bytes) {
            Ok(text) => cells.text(text),
            Err(_) => return Err(self.refuse(&String::from_utf8_lossy(bytes))),
        }
        Ok(())
    }

    pub(super) fn seconds(self, seconds: i64, cells: &mut impl Cells) -> Result<(), CopyError> {
        match u32::try_from(seconds) {
            Ok(seconds) => cells.time(Time(seconds)),
            Err(_) => return Err(self.refuse(&format!("{seconds} s since 1970"))),
        }
        Ok(())
    }

    /// A time as text.
    pub(super) fn moment(self, text: &[u8], cells: &mut impl Cells) -> Result<(), CopyError> {
        match moment(text) {
            Some(time) => cells.time(time),
            None => return Err(self.refuse(&String::from_utf8_lossy(text))),
        }
        Ok(())
    }
}

/// Reads exactly `YYYY-MM-DD HH:MM:SS`. Most rows end with a time, so it is read without splitting.
fn moment(text: &[u8]) -> Option<Time> {
    let text: &[u8; 19] = text.try_into().ok()?;
    let marks = [(4, b'-'), (7, b'-'), (10, b' '), (13, b':'), (16, b':')];
    if marks.iter().any(|(at, mark)| text[*at] != *mark) {
        return None;
    }
    let two = |at: usize| {
        let (tens, ones) = (text[at].wrapping_sub(b'0'), text[at + 1].wrapping_sub(b'0'));
        (tens < 10 && ones < 10).then(|| u32::from(tens) * 10 + u32::from(ones))
    };
    let (hour, minute, second) = (two(11)?, two(14)?, two(17)?);
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let day = Time::of_day(two(0)? * 100 + two(2)?, two(5)?, two(8)?)?;
    day.0.checked_add(hour * 3600 + minute * 60 + second).map(Time)
}

#[cfg(test)]
mod tests {
    use super::moment;
    use crate::time::Time;

    #[test]
    fn times_are_read_as_they_are_written_and_nothing_else_is() {
        for seconds in (0..u32::MAX - 90_001).step_by(900_011).chain([u32::MAX]) {
            assert_eq!(moment(Time(seconds).to_string().as_bytes()), Some(Time(seconds)));
        }
        for text in [
            "",
            "2020-01-01",
            "2020-01-01T00:00:00",
            "2020-01-01 24:00:00",
            "2020-02-30 00:00:00",
            "2106-02-07 06:28:16",
            "1969-12-31 23:59:59",
            "2020-01-01 00:00:0x",
            "2020-01-01 00:00:00.5",
        ] {
            assert_eq!(moment(text.as_bytes()), None, "{text}");
        }
    }
}

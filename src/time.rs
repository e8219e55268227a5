//! Whole seconds, UTC: the only time that the library knows. No zone, no fraction, no clock of the machine.
//!
//! From 1970-01-01 to 2106-02-07, written `YYYY-MM-DD HH:MM:SS`.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Seconds of a day.
pub const DAY: u32 = 86_400;

/// Seconds since 1970-01-01 00:00:00 UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Time(pub u32);

impl Time {
    /// The beginning of a day of the calendar; `None` if there is no such day within the range.
    pub fn of_day(year: u32, month: u32, day: u32) -> Option<Time> {
        let days = days_before(year, month, day)?;
        Time(u32::try_from(days * DAY as u64).ok()?).into()
    }

    /// Reads `YYYY-MM-DD`, with or without `HH:MM:SS` after a space or a `T`, with or without a `Z`.
    pub fn parse(text: &str) -> Option<Time> {
        let text = text.trim().trim_end_matches('Z');
        let (date, clock) = text.split_once([' ', 'T']).unwrap_or((text, "00:00:00"));
        let [year, month, day] = three(date, '-')?;
        let [hour, minute, second] = three(clock, ':')?;
        if hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        let day = Time::of_day(year, month, day)?;
        day.0.checked_add(hour * 3600 + minute * 60 + second).map(Time)
    }

    /// (year, month, day), Gregorian.
    pub fn date(self) -> (u32, u32, u32) {
        // Years begin in March here, so that a leap day is the last day of its year.
        let days = self.0 / DAY + 719_468;
        let era = days / 146_097;
        let day_of_era = days % 146_097;
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted + 2) / 5 + 1;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        (era * 400 + year_of_era + u32::from(month <= 2), month, day)
    }

    /// (hour, minute, second).
    pub fn clock(self) -> (u32, u32, u32) {
        let seconds = self.0 % DAY;
        (seconds / 3600, seconds / 60 % 60, seconds % 60)
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ((year, month, day), (hour, minute, second)) = (self.date(), self.clock());
        write!(f, "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
    }
}

fn three(text: &str, separator: char) -> Option<[u32; 3]> {
    let mut parts = text
        .split(separator)
        .map(|part| part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse::<u32>().ok()).flatten());
    let three = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(three)
}

fn days_before(year: u32, month: u32, day: u32) -> Option<u64> {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let lengths = [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let length = *lengths.get((month as usize).checked_sub(1)?)?;
    if !(1970..=2106).contains(&year) || day < 1 || day > length {
        return None;
    }
    let leap_days = |year: u64| year / 4 - year / 100 + year / 400;
    let years = (year as u64 - 1970) * 365 + leap_days(year as u64 - 1) - leap_days(1969);
    let months: u32 = lengths[..month as usize - 1].iter().sum();
    Some(years + months as u64 + day as u64 - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_and_read_back() {
        for (seconds, text) in [
            (0, "1970-01-01 00:00:00"),
            (951_827_696, "2000-02-29 12:34:56"),
            (1_286_323_200, "2010-10-06 00:00:00"),
            (u32::MAX, "2106-02-07 06:28:15"),
        ] {
            assert_eq!(Time(seconds).to_string(), text);
            assert_eq!(Time::parse(text), Some(Time(seconds)));
        }
        for day in (0..49_710).step_by(7) {
            assert_eq!(Time::parse(&Time(day * DAY).to_string()), Some(Time(day * DAY)));
        }
        assert_eq!(Time::parse("2020-05-01T10:00:00Z"), Time::parse("2020-05-01 10:00:00"));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "2021-02-29",
            "2021-13-01",
            "2021-1",
            "2106-02-08",
            "2020-01-01 24:00:00",
            "+202-01-01",
            "now",
        ] {
            assert_eq!(Time::parse(text), None, "{text}");
        }
    }
}

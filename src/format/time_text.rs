//! `YYYY-MM-DD HH:MM:SS`, as every text format writes a time. It is looked up instead of computed, because most rows end with a
//! time.

use std::sync::LazyLock;

use crate::time::{DAY, Time};

/// Bytes of a time as text.
const LENGTH: usize = 19;

/// The tables for a day's date and a minute's clock.
#[derive(Clone, Copy)]
pub(crate) struct TimeText {
    days: &'static [[u8; 16]],
    minutes: &'static [[u8; 8]],
}

impl Default for TimeText {
    fn default() -> Self {
        TimeText { days: &DAYS, minutes: &MINUTES }
    }
}

impl TimeText {
    #[inline(always)]
    pub(crate) fn of(&self, time: Time) -> [u8; LENGTH] {
        let (day, second) = (time.0 / DAY, time.0 % DAY);
        let (minute, second) = (second / 60, second % 60);
        let mut text = [0; LENGTH];
        text[..11].copy_from_slice(&self.days[day as usize][..11]);
        text[11..17].copy_from_slice(&self.minutes[minute as usize][..6]);
        let tens = second / 10;
        text[17] = b'0' + tens as u8;
        text[18] = b'0' + (second - 10 * tens) as u8;
        text
    }
}

/// `YYYY-MM-DD ` for every day that a `Time` can name.
pub(super) static DAYS: LazyLock<Vec<[u8; 16]>> = LazyLock::new(|| {
    let date = |day| {
        let (year, month, day) = Time(day * DAY).date();
        let mut text = [0; 16];
        text[..11].copy_from_slice(b"0000-00-00 ");
        put_two(&mut text[..2], year / 100);
        put_two(&mut text[2..4], year % 100);
        put_two(&mut text[5..7], month);
        put_two(&mut text[8..10], day);
        text
    };
    (0..=u32::MAX / DAY).map(date).collect()
});

/// `HH:MM:` for every minute of a day.
pub(super) static MINUTES: LazyLock<Vec<[u8; 8]>> = LazyLock::new(|| {
    let clock = |minute| {
        let mut text = *b"00:00:\0\0";
        put_two(&mut text[..2], minute / 60);
        put_two(&mut text[3..5], minute % 60);
        text
    };
    (0..1440_u32).map(clock).collect()
});

/// Two digits.
fn put_two(text: &mut [u8], number: u32) {
    text[0] = b'0' + (number / 10) as u8;
    text[1] = b'0' + (number % 10) as u8;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_they_are_shown() {
        for time in (0..u32::MAX - 90_001).step_by(90_001).chain([u32::MAX]).map(Time) {
            assert_eq!(TimeText::default().of(time), time.to_string().as_bytes());
        }
    }
}

//! `YYYY-MM-DD HH:MM:SS`, the way every text format writes a time: looked up, not computed, because most rows of
//! most tables end in one.

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
pub(super) static DAYS: LazyLock<Vec<[u8; 16]>> =
    LazyLock::new(|| (0..=u32::MAX / DAY).map(|day| word(&Time(day * DAY).to_string()[..11])).collect());

/// `HH:MM:` for every minute of a day.
pub(super) static MINUTES: LazyLock<Vec<[u8; 8]>> =
    LazyLock::new(|| (0..1440).map(|minute| word(&Time(minute * 60).to_string()[11..17])).collect());

fn word<const N: usize>(text: &str) -> [u8; N] {
    let mut word = [0; N];
    word[..text.len()].copy_from_slice(text.as_bytes());
    word
}

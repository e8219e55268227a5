//! How long after a photo it is commented on, and after a comment it is answered.
//!
//! Three photos of four are talked about for a day, the fourth for a week: together a quarter of the comments come
//! within an hour, half within five, as likes do. So a window has to look at all photos of the day before it only, and
//! at one of four of the week before.

use std::ops::Range;

use crate::random::distribution::Delay;
use crate::random::hash::{chance, h1, key, stream, threshold};
use crate::time::{DAY, Time};
use crate::world::id::PhotoId;

const HOUR: u32 = 3600;
/// No comment comes later, except for want of other photos.
pub(super) const MAX_DELAY: u32 = 7 * DAY;
/// The same for most photos.
pub(super) const SHORT_DELAY: u32 = DAY;
/// The share of photos that are talked about for the whole week.
const LASTING: f64 = 0.25;
/// Moments at which the whole delay is looked at, each with the same number of comments before and after it; as many
/// of them are of lasting photos as such comments are of all.
pub(super) const LAGS: usize = 12;
const LASTING_LAGS: usize = 3;
/// Seconds that pass at least before an answer, where there is room.
const ANSWER_TYPED: u32 = 15;

/// How long after a photo that is talked about for a day.
pub(crate) fn of_remarks() -> Delay {
    Delay::weibull(0.55, 9.74 * HOUR as f64)
}

/// How long after a comment.
pub(crate) fn of_answers() -> Delay {
    Delay::weibull(0.55, 2.0 * HOUR as f64)
}

/// The delays.
#[derive(Debug)]
pub(super) struct Delays {
    short: Delay,
    lasting: Delay,
    answer: Delay,
    key: u64,
}

/// The delays of one photo.
#[derive(Clone, Copy, Debug)]
pub(super) struct Talk<'a> {
    delay: &'a Delay,
    max: u32,
}

impl Delays {
    pub(super) fn new(seed: u64) -> Delays {
        Delays {
            short: of_remarks(),
            lasting: Delay::weibull(0.8, 3.0 * DAY as f64),
            answer: of_answers(),
            key: key(seed, stream("comment.lasting")),
        }
    }

    /// Whether a photo is talked about for more than a day.
    #[inline(always)]
    pub(super) fn lasts(&self, photo: PhotoId) -> bool {
        chance(h1(self.key, photo.0 as u64), threshold(LASTING))
    }

    #[inline(always)]
    pub(super) fn of(&self, photo: PhotoId) -> Talk<'_> {
        match self.lasts(photo) {
            true => Talk { delay: &self.lasting, max: MAX_DELAY },
            false => Talk { delay: &self.short, max: SHORT_DELAY },
        }
    }

    /// The delays of all comments, evenly spaced by their number.
    pub(super) fn lags(&self) -> [u32; LAGS] {
        let lag = |delay: &Delay, i: usize, of: usize, max| {
            delay.draw_in(((2 * i as u64 + 1) * (1 << 31) / of as u64) as u32, 0..max)
        };
        let short = LAGS - LASTING_LAGS;
        std::array::from_fn(|i| match i < short {
            true => lag(&self.short, i, short, SHORT_DELAY),
            false => lag(&self.lasting, i - short, LASTING_LAGS, MAX_DELAY),
        })
    }

    /// When something of `time` is answered: once it can be read and typed, and before `end`, which is at least two seconds
    /// away.
    #[inline(always)]
    pub(super) fn answer(&self, random: u32, time: Time, end: Time) -> Time {
        let room = end.0 - time.0 - 2;
        let typed = ANSWER_TYPED.min(room);
        Time(time.0 + 1 + typed + self.answer.draw(random, room - typed))
    }
}

impl Talk<'_> {
    /// The parts of all comments on a photo of `posted` that come before a span of time, and within it.
    #[inline(always)]
    pub(super) fn shares(&self, posted: Time, span: &Range<Time>) -> (f64, f64) {
        let (from, to) = self.inside(posted, span);
        let whole = 1.0 / self.delay.share(self.max) as f64;
        let before = self.delay.share(from);
        let within = if from < to { self.delay.share(to).saturating_sub(before) } else { 0 };
        (before as f64 * whole, within as f64 * whole)
    }

    /// When one of those is written.
    #[inline(always)]
    pub(super) fn draw(&self, random: u32, posted: Time, span: &Range<Time>) -> Time {
        let (from, to) = self.inside(posted, span);
        if from >= to {
            return span.start.max(posted);
        }
        Time(posted.0 + self.delay.draw_in(random, from..to))
    }

    #[inline(always)]
    fn inside(&self, posted: Time, span: &Range<Time>) -> (u32, u32) {
        let since = |time: Time| time.0.saturating_sub(posted.0).min(self.max);
        (since(span.start), since(span.end))
    }
}

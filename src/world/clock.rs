//! The world's own time: when it begins and ends, how the network grew, at which hours people are awake.
//!
//! Raw times pass evenly; [`Clock::spread`] bends them, week by week, to the hours at which people are active. It never
//! falls, so whatever is ordered in raw time stays ordered. Sign-ups follow the growth curve: strictly increasing up to
//! about thirty million users, then several a second.

use crate::profile::Growth;
use crate::random::table::LogLut;
use crate::time::{DAY, Time};
use std::f64::consts::TAU;

const WEEK: u32 = 7 * DAY;
/// 1970-01-01 was a Thursday; weeks begin on Monday.
const MONDAY: u32 = 3 * DAY;
const STEP: u32 = 600;
const STEPS: usize = (WEEK / STEP) as usize;

/// Days since the launch, users in millions: what the platform itself announced.
const MILESTONES: [(f64, f64); 15] = [
    (76.0, 1.0),
    (355.0, 10.0),
    (551.0, 30.0),
    (770.0, 80.0),
    (874.0, 100.0),
    (1070.0, 150.0),
    (1265.0, 200.0),
    (1526.0, 300.0),
    (1812.0, 400.0),
    (2085.0, 500.0),
    (2262.0, 600.0),
    (2394.0, 700.0),
    (2540.0, 800.0),
    (2814.0, 1000.0),
    (4074.0, 2000.0),
];

/// Begin, end and pace of the world.
#[derive(Clone, Debug)]
pub struct Clock {
    start: Time,
    end: Time,
    raw: (u32, u32),
    /// The raw second of the week at which each step of even activity begins.
    week: Box<[u32]>,
    growth: LogLut,
}

impl Clock {
    /// A world from `start` to just before `end`.
    pub fn new(start: Time, end: Time, growth: Growth) -> Clock {
        let mut clock = Clock { start, end, raw: (0, 0), week: awake_week(), growth: growth_table(growth) };
        clock.raw = (clock.unspread(start), clock.unspread(end));
        clock
    }

    /// The first second.
    pub fn start(&self) -> Time {
        self.start
    }

    /// The first second that is not of this world; everything happens before it.
    pub fn end(&self) -> Time {
        self.end
    }

    /// From even time to the hours of the awake; non-decreasing, within the same week.
    #[inline(always)]
    pub fn spread(&self, raw: u32) -> u32 {
        let shifted = raw as u64 + MONDAY as u64;
        let second = (shifted % WEEK as u64) as u32;
        let (step, rest) = ((second / STEP) as usize, second % STEP);
        let (a, b) = (self.week[step], self.week[step + 1]);
        let bent = a + (b - a) * rest / STEP;
        (raw as i64 + bent as i64 - second as i64).clamp(0, u32::MAX as i64) as u32
    }

    /// The first raw second that [`Clock::spread`] brings to `time` or later.
    pub fn unspread(&self, time: Time) -> u32 {
        let second = ((time.0 as u64 + MONDAY as u64) % WEEK as u64) as u32;
        let monday = time.0 as i64 - second as i64;
        let step = self.week.partition_point(|&bent| bent < second);
        let raw = match step.checked_sub(1) {
            None => 0,
            Some(before) => {
                let (a, b) = (self.week[before], self.week[step]);
                before as u32 * STEP + ((second - a) * STEP).div_ceil(b - a)
            }
        };
        (monday + raw as i64).clamp(0, u32::MAX as i64) as u32
    }

    /// When the network has grown to a `share` / 2^32 of its final size.
    #[inline(always)]
    pub fn grown_to(&self, share: u32) -> Time {
        let part = self.growth.at(share) as u64;
        let raw = self.raw.0 + (((self.raw.1 - self.raw.0) as u64 * part) >> 32) as u32;
        Time(self.spread(raw).clamp(self.start.0, self.end.0 - 1))
    }
}

/// Activity by hour: a peak at 20, a trough at 8, four to one, five percent more at the week-end.
fn awake_week() -> Box<[u32]> {
    let weight = |step: usize| {
        let day = (step as u32 * STEP) as f64 / DAY as f64;
        let curve = 2.5 + 1.5 * libm::cos((day - 20.0 / 24.0) * TAU);
        if day >= 5.0 { curve * 1.05 } else { curve }
    };
    let mut sums = vec![0.0];
    for step in 0..STEPS {
        sums.push(sums[step] + weight(step));
    }
    let inverse = |i: usize| {
        let wanted = sums[STEPS] * i as f64 / STEPS as f64;
        let step = sums.partition_point(|&s| s <= wanted).clamp(1, STEPS) - 1;
        ((step as f64 + (wanted - sums[step]) / weight(step)) * STEP as f64) as u32
    };
    (0..=STEPS).map(|i| if i == STEPS { WEEK } else { inverse(i) }).collect()
}

/// The part of the time (of 2^32) after which a share of the final users is reached.
fn growth_table(growth: Growth) -> LogLut {
    let whole = 4_294_967_296.0;
    match growth {
        Growth::Linear => LogLut::new(|share| share * whole),
        // e^4 = 55 times as many sign-ups a day at the end as at the beginning.
        Growth::Exponential => {
            let rate = 4.0;
            LogLut::new(|share| libm::log1p(share * (libm::exp(rate) - 1.0)) / rate * whole)
        }
        Growth::Instagram => LogLut::new(|share| announced_day(share) / MILESTONES[14].0 * whole),
    }
}

/// The day since the launch with a share of the last milestone's users: even at first, then a constant rate of
/// growth from one milestone to the next.
fn announced_day(share: f64) -> f64 {
    let millions = share * MILESTONES[14].1;
    let i = MILESTONES.partition_point(|m| m.1 <= millions).min(14);
    if i == 0 {
        return MILESTONES[0].0 * millions / MILESTONES[0].1;
    }
    let ((day0, from), (day1, to)) = (MILESTONES[i - 1], MILESTONES[i]);
    day0 + (day1 - day0) * libm::log(millions / from) / libm::log(to / from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock(growth: Growth) -> Clock {
        Clock::new(
            Time::of_day(2010, 10, 6).expect("a day"),
            Time::of_day(2021, 12, 2).expect("a day"),
            growth,
        )
    }

    #[test]
    fn spreading_never_falls_and_never_leaves_its_week() {
        let clock = clock(Growth::Linear);
        let mut last = 0;
        for raw in (1_500_000_000..1_500_000_000 + 2 * WEEK).step_by(37) {
            let time = clock.spread(raw);
            assert!(time >= last && (time + MONDAY) / WEEK == (raw + MONDAY) / WEEK);
            last = time;
        }
        for day in 0..14 {
            let time = Time(1_500_000_000 + day * DAY);
            let raw = clock.unspread(time);
            assert!(clock.spread(raw) >= time.0 && clock.spread(raw - 1) < time.0);
        }
    }

    #[test]
    fn evenings_are_four_times_as_busy_as_mornings() {
        let clock = clock(Growth::Linear);
        let mut hours = [0f64; 24];
        for raw in (1_500_000_000..1_500_000_000 + 4 * WEEK).step_by(61) {
            hours[(clock.spread(raw) / 3600 % 24) as usize] += 1.0;
        }
        let (low, high) = hours.iter().fold((f64::MAX, 0f64), |(a, b), &h| (a.min(h), b.max(h)));
        assert!((3.4..4.4).contains(&(high / low)), "{}", high / low);
        assert!(hours[19] + hours[20] > 1.9 * high);
    }

    #[test]
    fn growth_passes_through_the_milestones() {
        let clock = clock(Growth::Instagram);
        let at = |millions: f64| clock.grown_to((millions / 2000.0 * 4_294_967_296.0) as u32);
        for (day, millions) in &MILESTONES[..14] {
            let wanted = clock.start().0 as f64
                + day * DAY as f64 / MILESTONES[14].0 * (clock.end().0 - clock.start().0) as f64 / DAY as f64;
            assert!((at(*millions).0 as f64 - wanted).abs() < 2.0 * DAY as f64, "{millions} millions");
        }
        assert_eq!(clock.grown_to(0).0.max(clock.start().0), clock.grown_to(0).0);
        assert!(clock.grown_to(u32::MAX) < clock.end());
    }
}

//! How far one table is: rows done, of about how many, how fast since the table itself began. Pure: the clock is
//! handed in.
//!
//! Totals are estimates: they follow what is seen, and no count is ever shown above its total.

use std::time::{Duration, Instant};

/// Below this share the number of rows at the end is better guessed than extrapolated.
const ENOUGH_TO_EXTRAPOLATE: f64 = 0.05;
/// The most that is shown of a table whose end has not been reported.
const NEARLY: f64 = 0.99;

/// The progress of one table.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counter {
    rows: u64,
    /// Rows that were there before the clock started: they say nothing about the speed.
    before: u64,
    about: Option<u64>,
    units: u64,
    of_units: u64,
    begun: Option<Instant>,
    ended: Option<Instant>,
}

impl Counter {
    /// Expects about so many rows; without a number it only counts.
    pub fn new(about: Option<u64>) -> Counter {
        Counter { about, ..Counter::default() }
    }

    /// The work is cut into so many equal units.
    pub fn of_units(self, of_units: u64) -> Counter {
        Counter { of_units, ..self }
    }

    pub fn begin(&mut self, now: Instant) {
        self.begun.get_or_insert(now);
    }

    pub fn add(&mut self, units: u64, rows: u64, now: Instant) {
        self.begin(now);
        self.units += units;
        self.rows += rows;
    }

    /// So many rows are in already: an earlier run put them there.
    pub fn already(&mut self, rows: u64) {
        self.before = rows;
        self.rows = self.rows.max(rows);
    }

    pub fn end(&mut self, now: Instant) {
        self.begin(now);
        self.ended.get_or_insert(now);
    }

    pub fn is_running(&self) -> bool {
        self.begun.is_some() && self.ended.is_none()
    }

    pub fn has_begun(&self) -> bool {
        self.begun.is_some()
    }

    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// About how many rows there will be: never fewer than are done.
    pub fn total(&self) -> Option<u64> {
        if self.ended.is_some() {
            return Some(self.rows);
        }
        let about = self.about?;
        let done = self.units as f64 / self.of_units.max(1) as f64;
        // Units differ: the first users of a world have more rows than the last. The estimate counts for as much as
        // is still to come, what was seen for the rest.
        let likely = if self.before == 0 && done >= ENOUGH_TO_EXTRAPOLATE {
            let seen = self.rows as f64 / done;
            (about as f64 * (1.0 - done).max(0.0) + seen * done.min(1.0)) as u64
        } else {
            about
        };
        Some(likely.max(self.rows))
    }

    /// The share that is done, 0 to 1; 1 only at the end.
    pub fn share(&self) -> Option<f64> {
        if self.ended.is_some() {
            return Some(1.0);
        }
        let total = self.total()?.max(1) as f64;
        Some((self.rows as f64 / total).min(NEARLY))
    }

    /// Rows a second since the table began.
    pub fn rate(&self, now: Instant) -> u64 {
        let Some(begun) = self.begun else { return 0 };
        let seconds = self.ended.unwrap_or(now).saturating_duration_since(begun).as_secs_f64();
        ((self.rows - self.before) as f64 / seconds.max(0.001)) as u64
    }

    /// About how long the table still takes, if that can be told.
    pub fn left(&self, now: Instant) -> Option<Duration> {
        let begun = self.begun.filter(|_| self.ended.is_none())?;
        let before = self.before as f64 / self.total()?.max(1) as f64;
        let done = (self.share()? - before).max(0.0);
        let spent = now.saturating_duration_since(begun).as_secs_f64();
        (done > 0.0).then(|| Duration::from_secs_f64(spent * (1.0 - before - done).max(0.0) / done))
    }
}

/// A time that is left, in words: rounded up, because something is left.
pub fn about(left: Duration) -> String {
    match left.as_secs_f64().ceil() as u64 {
        0 | 1 => "1 s".to_owned(),
        seconds @ ..60 => format!("{seconds} s"),
        seconds @ ..3600 => format!("{} min", seconds.div_ceil(60)),
        seconds => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

/// Three digits and a letter: 999, 15.5k, 4.71M.
pub fn short(number: u64) -> String {
    let (value, unit) = match number {
        ..1_000 => return number.to_string(),
        1_000..1_000_000 => (number as f64 / 1e3, 'k'),
        1_000_000..1_000_000_000 => (number as f64 / 1e6, 'M'),
        _ => (number as f64 / 1e9, 'G'),
    };
    let decimals = if value < 10.0 { 2 } else { usize::from(value < 100.0) };
    format!("{value:.decimals$}{unit}")
}

#[cfg(test)]
mod tests {
    use super::{Counter, about, short};
    use std::time::{Duration, Instant};

    fn seconds(number: u64) -> Duration {
        Duration::from_secs(number)
    }

    #[test]
    fn the_rate_is_that_of_the_table_and_not_of_the_time_before_it() {
        let start = Instant::now();
        let mut counter = Counter::new(Some(1000)).of_units(100);
        let begun = start + seconds(60);
        counter.begin(begun);
        counter.add(50, 500, begun + seconds(5));
        assert_eq!(counter.rate(begun + seconds(5)), 100);
        assert_eq!(counter.left(begun + seconds(5)), Some(seconds(5)));
        counter.add(50, 500, begun + seconds(10));
        counter.end(begun + seconds(10));
        assert_eq!(counter.rate(begun + seconds(1000)), 100, "an ended table keeps its rate");
        assert_eq!(counter.left(begun + seconds(1000)), None);
    }

    #[test]
    fn no_count_is_above_its_total_and_an_ended_table_is_full() {
        let now = Instant::now();
        for of_units in [0, 10] {
            let mut counter = Counter::new(Some(100)).of_units(of_units);
            for _ in 0..10 {
                counter.add(1, 12, now);
                assert!(counter.rows() <= counter.total().expect("a total"), "{counter:?}");
                assert!(counter.share().expect("a share") < 1.0, "{counter:?}");
            }
            counter.end(now);
            assert_eq!((counter.total(), counter.share()), (Some(120), Some(1.0)));
        }
    }

    #[test]
    fn an_estimate_of_the_total_follows_what_is_seen() {
        let now = Instant::now();
        let mut counter = Counter::new(Some(1000)).of_units(10);
        assert_eq!(counter.total(), Some(1000));
        counter.add(5, 400, now);
        assert_eq!(counter.total(), Some(900));
        counter.add(5, 400, now);
        assert_eq!(counter.total(), Some(800));
    }

    #[test]
    fn what_was_in_before_fills_the_bar_but_not_the_rate() {
        let now = Instant::now();
        let mut counter = Counter::new(Some(1000)).of_units(100);
        counter.already(600);
        assert_eq!(counter.share(), Some(0.6));
        counter.add(20, 200, now);
        assert_eq!(counter.rows(), 800);
        assert!((counter.share().expect("a share") - 0.8).abs() < 1e-9, "{counter:?}");
        assert_eq!(counter.rate(now + seconds(2)), 100);
    }

    #[test]
    fn what_only_counts_has_no_share() {
        let mut counter = Counter::new(None);
        counter.add(0, 5, Instant::now());
        assert_eq!((counter.share(), counter.total(), counter.rows()), (None, None, 5));
    }

    #[test]
    fn time_left_is_never_none_at_all() {
        let texts = [0, 1, 59, 60, 61, 3599, 3600, 7500].map(|number| about(seconds(number)));
        assert_eq!(texts, ["1 s", "1 s", "59 s", "1 min", "2 min", "60 min", "1 h 0 min", "2 h 5 min"]);
        assert_eq!(about(Duration::from_millis(1200)), "2 s");
    }

    #[test]
    fn numbers_are_short() {
        let numbers = [0, 999, 1_500, 15_478, 360_000, 4_709_799, 2_000_000_000];
        assert_eq!(numbers.map(short), ["0", "999", "1.50k", "15.5k", "360k", "4.71M", "2.00G"]);
    }
}

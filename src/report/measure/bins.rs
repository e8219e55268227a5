//! Many values as a few points: so that a chart is as large for a hundred million rows as for a hundred.

use serde::Serialize;

/// A point of a chart.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Point {
    pub x: f64,
    pub y: f64,
}

/// How many values are from `from` to `to`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Bin {
    pub from: u32,
    pub to: u32,
    pub count: u64,
}

/// The most points of a line.
const POINTS: usize = 60;

/// Whole numbers from 1 to `last`, spread evenly in their logarithm; small ones are all there.
pub(super) fn steps(last: u64, points: usize) -> Vec<u64> {
    if last == 0 {
        return Vec::new();
    }
    let end = (last as f64).ln();
    let at = |i: usize| (end * i as f64 / (points - 1) as f64).exp().round() as u64;
    let mut steps: Vec<u64> = (0..points).map(|i| at(i).clamp(1, last)).collect();
    steps.dedup();
    steps
}

/// The share of all values that are at least x, for an x from 1 to the largest value.
pub(super) fn at_least(values: &[u32], of: usize) -> Vec<Point> {
    let mut sorted: Vec<u32> = values.iter().copied().filter(|value| *value > 0).collect();
    sorted.sort_unstable();
    let last = sorted.last().copied().unwrap_or_default();
    let share = |x: u64| {
        let below = sorted.partition_point(|value| u64::from(*value) < x);
        (sorted.len() - below) as f64 / of as f64
    };
    steps(u64::from(last), POINTS).into_iter().map(|x| Point { x: x as f64, y: share(x) }).collect()
}

/// The share of all values that are below x, for an x from `first` to the largest value.
pub(super) fn below(sorted: &[u32], first: u32) -> Vec<Point> {
    let (Some(last), all) = (sorted.last(), sorted.len() as f64) else { return Vec::new() };
    let last = (*last).max(first + 1);
    let (from, to) = (f64::from(first).ln(), f64::from(last).ln());
    let point = |i: usize| {
        let x = (from + (to - from) * i as f64 / (POINTS - 1) as f64).exp();
        Point { x, y: sorted.partition_point(|value| f64::from(*value) < x) as f64 / all }
    };
    (0..POINTS).map(point).collect()
}

/// The value at every rank of a few, ranks counted from 1 at the largest.
pub(super) fn by_rank(mut values: Vec<u32>) -> Vec<Point> {
    values.retain(|value| *value > 0);
    values.sort_unstable_by(|a, b| b.cmp(a));
    let ranks = steps(values.len() as u64, POINTS);
    ranks.into_iter().map(|rank| Point { x: rank as f64, y: f64::from(values[rank as usize - 1]) }).collect()
}

/// Values in bins that double: none, 1, 2 to 3, 4 to 7 and so on.
pub(super) fn doubling(values: &[u32]) -> Vec<Bin> {
    let mut counts = [0u64; 33];
    values.iter().for_each(|value| counts[(32 - value.leading_zeros()) as usize] += 1);
    let used = counts.iter().rposition(|count| *count > 0).map_or(0, |last| last + 1);
    let bin = |(at, count): (usize, &u64)| match at {
        0 => Bin { from: 0, to: 0, count: *count },
        at => Bin { from: 1 << (at - 1), to: u32::MAX >> (32 - at), count: *count },
    };
    counts[..used].iter().enumerate().map(bin).collect()
}

/// A histogram in bins of a fixed width; the last one holds all that is longer.
pub(super) fn of_width(counts: &[u64], width: usize, bins: usize) -> Vec<Bin> {
    let used = counts.iter().rposition(|count| *count > 0).map_or(0, |last| last / width + 1).min(bins);
    let bin = |at: usize| {
        let from = at * width;
        let to = if at + 1 == bins { counts.len() } else { counts.len().min(from + width) };
        Bin { from: from as u32, to: to.max(1) as u32 - 1, count: counts[from..to].iter().sum() }
    };
    (0..used).map(bin).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_few_points_whatever_the_number_of_values() {
        let values: Vec<u32> = (1..=100_000).collect();
        let line = at_least(&values, values.len());
        assert!(line.len() <= POINTS);
        assert_eq!((line[0].x, line[0].y), (1.0, 1.0));
        let last = line[line.len() - 1];
        assert_eq!((last.x, last.y), (100_000.0, 1e-5));
        assert!(at_least(&[0, 0], 2).is_empty());
    }

    #[test]
    fn bins_hold_every_value_once() {
        let bins = doubling(&[0, 0, 1, 2, 3, 4, 7, 8]);
        let counts: Vec<_> = bins.iter().map(|bin| (bin.from, bin.to, bin.count)).collect();
        assert_eq!(counts, [(0, 0, 2), (1, 1, 1), (2, 3, 2), (4, 7, 2), (8, 15, 1)]);
        assert_eq!(doubling(&[u32::MAX])[32], Bin { from: 1 << 31, to: u32::MAX, count: 1 });
        let counts = [1, 0, 2, 0, 0, 3, 4, 5];
        let bins = of_width(&counts, 2, 3);
        assert_eq!(bins.iter().map(|bin| bin.count).collect::<Vec<_>>(), [1, 2, 12]);
        assert_eq!((bins[2].from, bins[2].to), (4, 7));
    }

    #[test]
    fn ranks_begin_at_the_largest() {
        let line = by_rank(vec![5, 0, 9, 7]);
        assert_eq!(line.iter().map(|point| point.y).collect::<Vec<_>>(), [9.0, 7.0, 5.0]);
    }
}

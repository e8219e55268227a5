//! An exact number: weighted choice without replacement, and fair division of a whole.
//!
//! Each candidate has an exponential key, its hash over its weight; the least keys are chosen. So the number chosen is
//! exact, the chances follow the weights, and one candidate more or less hardly moves the others.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

/// The `count` candidates of the least keys, in the order of their keys.
pub(super) fn choose<T: Copy + Ord>(candidates: impl Iterator<Item = (u64, f64, T)>, count: usize) -> Vec<T> {
    let mut choice = Choice::new(count);
    candidates.for_each(|(hash, weight, candidate)| choice.offer(hash, weight, candidate));
    choice.done()
}

/// Keeps the best of many candidates, in room for a few times the wanted number.
pub(super) struct Choice<T> {
    count: usize,
    room: usize,
    kept: Vec<(f64, T)>,
    /// No candidate of a greater key can still be among the wanted ones.
    limit: f64,
}

impl<T: Copy + Ord> Choice<T> {
    /// How many of all that will be offered.
    pub(super) fn new(count: usize) -> Choice<T> {
        Choice { count, room: 3 * count + 64, kept: vec![], limit: f64::INFINITY }
    }

    /// Takes a candidate into account. The key is -ln(uniform) / weight; a weight of zero comes last.
    pub(super) fn offer(&mut self, hash: u64, weight: f64, candidate: T) {
        let (uniform, weight) = (((hash >> 11) as f64 + 0.5) / (1u64 << 53) as f64, weight.max(1e-12));
        // -ln(x) is never below 1 - x: most candidates are out without a logarithm.
        if (1.0 - uniform) > self.limit * weight {
            return;
        }
        self.kept.push((-libm::log(uniform) / weight, candidate));
        if self.kept.len() > self.room {
            self.prune();
        }
    }

    fn prune(&mut self) {
        if self.count < self.kept.len() {
            let (_, first_out, _) = self.kept.select_nth_unstable_by(self.count, order);
            self.limit = first_out.0;
            self.kept.truncate(self.count);
        }
    }

    /// The chosen, in the order of their keys.
    pub(super) fn done(mut self) -> Vec<T> {
        self.prune();
        self.kept.sort_unstable_by(order);
        self.kept.into_iter().map(|(_, candidate)| candidate).collect()
    }
}

fn order<T: Ord>(a: &(f64, T), b: &(f64, T)) -> Ordering {
    a.0.total_cmp(&b.0).then_with(|| a.1.cmp(&b.1))
}

/// Divides `total` by weights, `least` to `most` each (Webster's method); the sum is exact as far as `most` allows.
pub(super) fn divide(weights: &[f64], total: u32, min: u32, max: u32) -> Vec<u32> {
    let scaled: Vec<u64> = weights.iter().map(|w| (w * (1u64 << 32) as f64) as u64).collect();
    let claim = |i: usize, has: u32| (scaled[i] / (2 * has as u64 + 1), Reverse(i));
    let mut parts = vec![min.min(max); weights.len()];
    let mut claims: BinaryHeap<_> = (0..weights.len()).filter(|_| min < max).map(|i| claim(i, min)).collect();
    for _ in 0..total.saturating_sub(min * weights.len() as u32) {
        let Some((_, Reverse(i))) = claims.pop() else { break };
        parts[i] += 1;
        if parts[i] < max {
            claims.push(claim(i, parts[i]));
        }
    }
    parts
}

/// One of the weights, in proportion; the sums are cumulative.
pub(super) fn pick(sums: &[f64], hash: u64) -> usize {
    let whole = sums.last().copied().unwrap_or(0.0);
    let wanted = (hash >> 11) as f64 / (1u64 << 53) as f64 * whole;
    sums.partition_point(|&sum| sum <= wanted).min(sums.len() - 1)
}

/// Cumulative sums.
pub(super) fn sums(weights: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut sum = 0.0;
    weights
        .map(|w| {
            sum += w;
            sum
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::hash::h1;

    #[test]
    fn heavy_candidates_are_chosen_often_and_the_count_is_exact() {
        let mut heavy = 0;
        for round in 0..2000u64 {
            let candidates = (0..10u64).map(|i| (h1(round, i), if i == 0 { 5.0 } else { 1.0 }, i));
            let chosen = choose(candidates, 1);
            assert_eq!(chosen.len(), 1);
            heavy += usize::from(chosen[0] == 0);
        }
        assert!((heavy as f64 / 2000.0 - 5.0 / 14.0).abs() < 0.04, "{heavy}");
    }

    #[test]
    fn pruning_changes_no_choice() {
        let all = || (0..50_000u64).map(|i| (h1(7, i), (i % 9) as f64, i));
        let pruned = choose(all(), 100);
        assert_eq!(pruned, choose(all(), 50_000)[..100]);
    }

    #[test]
    fn division_is_exact_within_its_bounds() {
        let parts = divide(&[5.0, 3.0, 1.0, 0.0], 20, 1, 9);
        assert_eq!(parts.iter().sum::<u32>(), 20);
        assert_eq!(parts, [9, 8, 2, 1]);
        assert_eq!(divide(&[1.0, 1.0], 10, 0, 3), [3, 3]);
    }

    #[test]
    fn picks_follow_the_weights() {
        let sums = sums([1.0, 0.0, 3.0].into_iter());
        let picks = (0..4000).map(|i| pick(&sums, h1(1, i)));
        let third = picks.inspect(|&p| assert_ne!(p, 1)).filter(|&p| p == 2).count();
        assert!((2850..3150).contains(&third), "{third}");
    }
}

//! How many tags a photo bears: a third none, most a handful, and a few the full thirty.
//!
//! Lognormal in the middle, with its location solved for the mean that is asked, in thresholds of 2^32.

use super::MAX_TAGS;
use crate::random::distribution::normal_cdf;

const NONE_SHARE: f64 = 0.33;
/// Of the photos with tags: those that use up the limit.
const FULL_SHARE: f64 = 0.022;
const SIGMA: f64 = 0.85;

/// Cumulative shares of 0, 1, ... 30 tags.
#[derive(Clone, Debug)]
pub(super) struct TagCount {
    up_to: [u32; MAX_TAGS],
}

impl TagCount {
    /// `mean` from 0 to the limit.
    pub(super) fn new(mean: f64) -> TagCount {
        let max = MAX_TAGS as f64;
        // Beyond the ordinary, fewer photos go without; below it, more do.
        let tagged = (1.0 - NONE_SHARE).max(mean / max * 1.2).min(mean / 1.7).min(1.0);
        let (mut low, mut high) = (-20.0, 20.0);
        for _ in 0..80 {
            let middle = (low + high) / 2.0;
            if tagged * mean_of(&shares(middle)) < mean { low = middle } else { high = middle }
        }
        let shares = shares(high);
        let mut sum = 1.0 - tagged;
        let up_to = std::array::from_fn(|count| {
            if count > 0 {
                sum += tagged * shares[count];
            }
            (sum * 4_294_967_296.0).min(4_294_967_295.0) as u32
        });
        TagCount { up_to }
    }

    /// A number of tags, from the upper half of a hash.
    #[inline(always)]
    pub(super) fn draw(&self, hash: u64) -> usize {
        let x = (hash >> 32) as u32;
        if x < self.up_to[0] { 0 } else { self.up_to.partition_point(|&u| u <= x) }
    }
}

/// Shares of 1 ... 30 among the photos with tags (index 0 is unused).
fn shares(mu: f64) -> [f64; MAX_TAGS + 1] {
    let below = |x: f64| normal_cdf((libm::log(x) - mu) / SIGMA);
    std::array::from_fn(|count| {
        let ordinary = match count {
            0 => return 0.0,
            1 => below(1.5),
            MAX_TAGS => 1.0 - below(MAX_TAGS as f64 - 0.5),
            _ => below(count as f64 + 0.5) - below(count as f64 - 0.5),
        };
        ordinary * (1.0 - FULL_SHARE) + if count == MAX_TAGS { FULL_SHARE } else { 0.0 }
    })
}

fn mean_of(shares: &[f64; MAX_TAGS + 1]) -> f64 {
    shares.iter().enumerate().map(|(count, share)| count as f64 * share).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mean_up_to_the_limit_is_met() {
        for mean in [0.0, 0.1, 1.0, 2.5, 4.2, 10.0, 20.0, 29.0, 30.0] {
            let count = TagCount::new(mean);
            let draws = 200_000u64;
            let sum: usize = (0..draws).map(|i| count.draw((i * ((1 << 32) / draws)) << 32)).sum();
            let got = sum as f64 / draws as f64;
            assert!((got - mean).abs() <= 0.005 * mean + 0.001, "{got} for {mean}");
        }
    }
}

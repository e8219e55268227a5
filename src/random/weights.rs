//! A choice by weight: thresholds over `0..2^32` found through a small index, and spans cut by them without a gap.
//!
//! A span is a part of a long range of integers. Cut by weights, its parts are spans again, lie next to each other
//! and cover it, so the members of a range that fall into one part can be counted instead of stored.

use std::ops::Range;

const WHOLE: u64 = 1 << 32;
const INDEX_BITS: u32 = 9;

/// Thresholds of so many parts, in proportion to their weights.
#[derive(Clone, Debug)]
pub struct Weights {
    /// Where each part begins, and at last 2^32.
    bounds: Box<[u64]>,
    /// The part that holds the first point of each of 2^9 equal pieces.
    index: Box<[u16]>,
}

impl Default for Weights {
    fn default() -> Weights {
        Weights::new(std::iter::empty())
    }
}

impl Weights {
    /// Parts in proportion to these weights, of which at most 2^16 are used; one part where there are none.
    pub fn new(weights: impl IntoIterator<Item = u32>) -> Weights {
        let mut sums: Vec<u64> = vec![0];
        for weight in weights.into_iter().take(usize::from(u16::MAX)) {
            sums.push(sums[sums.len() - 1] + u64::from(weight));
        }
        let whole = sums[sums.len() - 1];
        if whole == 0 {
            sums = vec![0, 1];
        }
        let whole = u128::from(whole.max(1));
        let bounds: Box<[u64]> =
            sums.iter().map(|&sum| (u128::from(sum) * u128::from(WHOLE) / whole) as u64).collect();
        let mut part = 0;
        let index = (0..1u64 << INDEX_BITS).map(|piece| {
            let point = piece << (32 - INDEX_BITS);
            while bounds[part + 1] <= point {
                part += 1;
            }
            part as u16
        });
        Weights { index: index.collect(), bounds }
    }

    /// The number of parts.
    pub fn len(&self) -> usize {
        self.bounds.len() - 1
    }

    /// The part that holds this point of `0..2^32`.
    #[inline(always)]
    pub fn find(&self, point: u32) -> usize {
        let mut part = usize::from(self.index[(point >> (32 - INDEX_BITS)) as usize]);
        while self.bounds[part + 1] <= u64::from(point) {
            part += 1;
        }
        part
    }

    /// Where a run of parts begins and ends in `0..2^32`.
    #[inline(always)]
    pub fn bounds(&self, parts: Range<usize>) -> (u64, u64) {
        (self.bounds[parts.start], self.bounds[parts.end])
    }

    /// A part of a run of parts, by a point of `0..2^32`; the run has some weight.
    #[inline]
    pub fn find_within(&self, parts: Range<usize>, point: u32) -> usize {
        let (low, high) = self.bounds(parts.clone());
        let point = low + (((high - low) * u64::from(point)) >> 32);
        self.find(point as u32).clamp(parts.start, parts.end - 1)
    }

    /// The share of one part.
    pub fn share(&self, part: usize) -> f64 {
        (self.bounds[part + 1] - self.bounds[part]) as f64 / WHOLE as f64
    }
}

/// A part of `0..2^62`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub low: u64,
    pub width: u64,
}

impl Span {
    /// The part that weights cut out of this span and that holds a point of it.
    #[inline(always)]
    pub fn find(self, weights: &Weights, point: u64) -> usize {
        let mut part = weights.find(self.at_least(point));
        while self.bound(weights.bounds[part + 1]) <= point && part + 1 < weights.len() {
            part += 1;
        }
        part
    }

    /// The same of a span that begins at 0 and is nearly 2^62 wide, without a division.
    #[inline(always)]
    pub fn find_in_whole(self, weights: &Weights, point: u64) -> usize {
        let mut part = weights.find((point >> 30) as u32);
        while self.bound(weights.bounds[part + 1]) <= point && part + 1 < weights.len() {
            part += 1;
        }
        part
    }

    /// The span of a run of parts.
    #[inline(always)]
    pub fn of(self, weights: &Weights, parts: Range<usize>) -> Span {
        let low = self.bound(weights.bounds[parts.start]);
        Span { low, width: self.bound(weights.bounds[parts.end]) - low }
    }

    #[inline(always)]
    fn bound(self, threshold: u64) -> u64 {
        self.low + ((u128::from(self.width) * u128::from(threshold)) >> 32) as u64
    }

    /// A threshold that is not beyond the point, and at most a few below it.
    #[inline(always)]
    fn at_least(self, point: u64) -> u32 {
        let shift = 32u32.saturating_sub(self.width.leading_zeros());
        let (within, width) = ((point - self.low) >> shift, (self.width >> shift) + 1);
        ((within << 32) / width).min(u64::from(u32::MAX)) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::hash::h1;

    #[test]
    fn parts_are_in_proportion_and_a_point_finds_its_own() {
        let weights = Weights::new([5, 0, 1, 3, 1]);
        let mut counts = [0; 5];
        for i in 0..10_000u64 {
            counts[weights.find((h1(7, i) >> 32) as u32)] += 1;
        }
        assert_eq!(counts[1], 0);
        for (count, expected) in counts.into_iter().zip([5_000i32, 0, 1_000, 3_000, 1_000]) {
            assert!((count - expected).abs() < 200, "{counts:?}");
        }
        assert_eq!(Weights::new([]).find(u32::MAX), 0);
        assert!((weights.share(0) - 0.5).abs() < 1e-9);
    }

    #[test]
    fn the_parts_of_a_span_cover_it_and_hold_their_points() {
        let weights = Weights::new((1..300).map(|weight| weight * 7 % 50));
        for (low, width) in [(0, 1 << 62), (12_345, 1 << 40), (1 << 61, 77_777), (5, 3)] {
            let span = Span { low, width };
            let mut end = low;
            for part in 0..weights.len() {
                let inner = span.of(&weights, part..part + 1);
                assert_eq!(inner.low, end);
                end += inner.width;
            }
            assert_eq!(end, low + width);
            for i in 0..2_000 {
                let point = low + ((u128::from(h1(3, i)) * u128::from(width)) >> 64) as u64;
                let part = span.find(&weights, point);
                let inner = span.of(&weights, part..part + 1);
                assert!(inner.low <= point && point < inner.low + inner.width, "{span:?} {point} {part}");
                if low == 0 {
                    assert_eq!(span.find_in_whole(&weights, point), part);
                }
            }
        }
    }
}

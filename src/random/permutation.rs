//! A keyed bijection of `0..n` and its inverse, in constant memory: what scatters ids without an array.
//!
//! From 64 on it is a Feistel network of six rounds on a mixed radix (the right half a power of two, so that nothing
//! is divided), walking its cycle back into `0..n`. Fewer rounds fail a chi-square test of differences; so does any
//! number of rounds on a tiny domain, and below 64 a keyed shuffle is stored instead.

use super::hash::{h1, scale32};

const ROUNDS: u32 = 6;
const STORED_BELOW: u64 = 64;
const ROUND_STEP: u64 = 0x9E37_79B9_7F4A_7C15;
const ROUND_FACTOR: u64 = 0xD6E8_FEB8_6659_FD93;

/// A bijection of `0..n`; `n` at most 2^62.
#[derive(Clone, Debug)]
pub struct Permutation {
    n: u64,
    key: u64,
    left: u32,
    right_bits: u32,
    stored: Option<Box<Shuffle>>,
}

#[derive(Clone, Debug)]
struct Shuffle {
    forward: [u8; STORED_BELOW as usize],
    inverse: [u8; STORED_BELOW as usize],
}

impl Permutation {
    /// The bijection of `0..n` that the key chooses; `n` = 0 is treated as 1.
    pub fn new(n: u64, key: u64) -> Permutation {
        let n = n.max(1);
        let bits = 64 - (n - 1).leading_zeros().min(63);
        let right_bits = (bits / 2).max(1);
        Permutation {
            n,
            key,
            left: n.div_ceil(1 << right_bits) as u32,
            right_bits,
            stored: (n < STORED_BELOW).then(|| Box::new(Shuffle::new(n, key))),
        }
    }

    /// The number of values.
    pub fn domain(&self) -> u64 {
        self.n
    }

    /// Where `x` goes; `x` below `n`.
    #[inline(always)]
    pub fn forward(&self, x: u64) -> u64 {
        if let Some(shuffle) = &self.stored {
            return shuffle.forward[x as usize] as u64;
        }
        let mut y = self.encode(x);
        while y >= self.n {
            y = self.encode(y);
        }
        y
    }

    /// What comes to `y`: `inverse(forward(x)) == x`.
    #[inline(always)]
    pub fn inverse(&self, y: u64) -> u64 {
        if let Some(shuffle) = &self.stored {
            return shuffle.inverse[y as usize] as u64;
        }
        let mut x = self.decode(y);
        while x >= self.n {
            x = self.decode(x);
        }
        x
    }

    /// Two multiplies: with one, a round is linear in a small half and the differences show it.
    #[inline(always)]
    fn round(&self, half: u32, round: u32) -> u32 {
        let shifted =
            (half as u64).wrapping_add(self.key).wrapping_add((round as u64).wrapping_mul(ROUND_STEP));
        let mixed = shifted.wrapping_mul(ROUND_FACTOR);
        ((mixed ^ (mixed >> 32)).wrapping_mul(ROUND_STEP) >> 32) as u32
    }

    #[inline(always)]
    fn encode(&self, x: u64) -> u64 {
        let mask = (1u32 << self.right_bits) - 1;
        let (mut left, mut right) = ((x >> self.right_bits) as u32, x as u32 & mask);
        let mut round = 0;
        while round < ROUNDS {
            left += ((self.round(right, round) as u64 * self.left as u64) >> 32) as u32;
            left = left.min(left.wrapping_sub(self.left)); // "mod left" without a branch
            right = right.wrapping_add(self.round(left, round + 1)) & mask;
            round += 2;
        }
        (left as u64) << self.right_bits | right as u64
    }

    #[inline(always)]
    fn decode(&self, y: u64) -> u64 {
        let mask = (1u32 << self.right_bits) - 1;
        let (mut left, mut right) = ((y >> self.right_bits) as u32, y as u32 & mask);
        let mut round = ROUNDS;
        while round > 0 {
            round -= 2;
            right = right.wrapping_sub(self.round(left, round + 1)) & mask;
            left = left.wrapping_sub(((self.round(right, round) as u64 * self.left as u64) >> 32) as u32);
            left = left.min(left.wrapping_add(self.left));
        }
        (left as u64) << self.right_bits | right as u64
    }
}

impl Shuffle {
    /// Fisher-Yates, drawn from the key.
    fn new(n: u64, key: u64) -> Shuffle {
        let mut forward = std::array::from_fn(|i| i as u8);
        for i in (1..n).rev() {
            forward.swap(i as usize, scale32(h1(key, i), i + 1) as usize);
        }
        let mut inverse = [0; STORED_BELOW as usize];
        for (x, &y) in forward.iter().enumerate() {
            inverse[y as usize] = x as u8;
        }
        Shuffle { forward, inverse }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::hash::key;

    #[test]
    fn every_value_is_met_once_and_comes_back() {
        for n in (1..300).chain([1000, 4095, 4096, 4097, 65_537, 100_003]) {
            let permutation = Permutation::new(n, key(1, n));
            let mut seen = vec![false; n as usize];
            for x in 0..n {
                let y = permutation.forward(x);
                assert!(y < n && !std::mem::replace(&mut seen[y as usize], true), "n = {n}, x = {x}");
                assert_eq!(permutation.inverse(y), x, "n = {n}");
            }
        }
    }

    #[test]
    fn large_domains_come_back() {
        for n in [12_345_678_901u64, u32::MAX as u64, (1 << 62) - 57, 1 << 62] {
            let permutation = Permutation::new(n, 7);
            for i in 0..1000 {
                let x = n / 1000 * i;
                assert_eq!(permutation.inverse(permutation.forward(x)), x, "n = {n}");
            }
        }
    }

    #[test]
    fn known_values_never_change() {
        let values = |n| (0..5).map(|x| Permutation::new(n, 42).forward(x)).collect::<Vec<_>>();
        assert_eq!(values(10), [0, 6, 8, 1, 2]);
        assert_eq!(values(1_000_000), [671_053, 197_596, 514_474, 675_457, 844_552]);
    }

    /// How evenly p(x + lag) - p(x) falls, as a z score.
    fn difference_score(n: u64, lag: u64) -> f64 {
        let bins = n.min(97);
        let mut seen = vec![0u64; bins as usize];
        let mut total = 0u64;
        for k in 0..(60_000 / n).max(1) {
            let permutation = Permutation::new(n, key(k, 99));
            for x in 0..n.min(60_000) {
                let d = (permutation.forward((x + lag) % n) + n - permutation.forward(x)) % n;
                seen[((d - 1) * bins / n) as usize] += 1;
                total += 1;
            }
        }
        let (mut chi, mut freedom) = (0.0, -1.0f64);
        for (bin, &observed) in seen.iter().enumerate() {
            let low = (bin as u64 * n).div_ceil(bins);
            let high = ((bin as u64 + 1) * n).div_ceil(bins).min(n - 1);
            let expected = total as f64 * high.saturating_sub(low) as f64 / (n - 1) as f64;
            if expected > 0.0 {
                chi += (observed as f64 - expected).powi(2) / expected;
                freedom += 1.0;
            }
        }
        (chi - freedom) / (2.0 * freedom).sqrt()
    }

    #[test]
    fn differences_of_neighbours_are_even() {
        for n in [7, 63, 64, 97, 1000, 5000, 100_003, 10_000_019] {
            for lag in [1, 2, 64, 1024].into_iter().filter(|&lag| lag < n) {
                let score = difference_score(n, lag);
                // The differences of a tiny shuffle hang together: true randomness reaches 5 there.
                let bound = if n < 64 { 6.0 } else { 4.0 };
                assert!(score.abs() < bound, "n = {n}, lag = {lag}: z = {score:.1}");
            }
        }
    }
}

//! The digest of a table: two 64-bit sums over a 128-bit hash of each row's typed cells.
//!
//! The sum does not depend on the order of rows, so chunks, threads, shards and engines with another
//! collation add up to the same value without sorting. Within a row the order of cells counts, and
//! NULL, the empty text, an integer and a time with the same bits are four different values.

use std::fmt;
use std::ops::AddAssign;

use crate::edition::Cells;
use crate::time::Time;

const START: (u64, u64) = (0x9E37_79B9_7F4A_7C15, 0xD6E8_FEB8_6659_FD93);
const INTEGER: u64 = 0xA076_1D64_78BD_642F;
const TIME: u64 = 0xE703_7ED1_A0B4_28DB;
const TEXT: u64 = 0x8EBC_6AF0_9C88_C6E3;
const NULL: u64 = 0x5899_65CC_7537_4CC3;
const STEP: u64 = 0x1D8E_4E27_C47D_124F;

/// The digest of a set of rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Digest {
    pub rows: u64,
    low: u64,
    high: u64,
}

impl AddAssign for Digest {
    fn add_assign(&mut self, other: Digest) {
        self.rows = self.rows.saturating_add(other.rows);
        self.low = self.low.wrapping_add(other.low);
        self.high = self.high.wrapping_add(other.high);
    }
}

impl Digest {
    /// A digest as `Display` writes it, with the number of its rows.
    pub fn parse(rows: u64, text: &str) -> Option<Digest> {
        // `from_str_radix` also accepts a sign and fewer digits.
        if text.len() != 32 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let sums = u128::from_str_radix(text, 16).ok()?;
        Some(Digest { rows, low: sums as u64, high: (sums >> 64) as u64 })
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}{:016x}", self.high, self.low)
    }
}

/// Digests the rows that pass through it.
#[derive(Clone, Copy, Debug)]
pub struct Digester {
    state: (u64, u64),
    sum: Digest,
}

impl Default for Digester {
    fn default() -> Self {
        Digester { state: START, sum: Digest::default() }
    }
}

impl Digester {
    /// The digest of the rows seen so far.
    pub fn sum(&self) -> Digest {
        self.sum
    }

    /// One 64x64 -> 128 multiply, keeping both halves: no earlier input is lost.
    #[inline(always)]
    fn absorb(&mut self, kind: u64, value: u64) {
        self.state = multiply(self.state.0 ^ value ^ kind, self.state.1 ^ STEP);
    }
}

impl Cells for Digester {
    #[inline(always)]
    fn integer(&mut self, value: i64) {
        self.absorb(INTEGER, value as u64);
    }

    #[inline(always)]
    fn text(&mut self, value: &str) {
        self.absorb(TEXT, value.len() as u64);
        let (blocks, tail) = value.as_bytes().as_chunks::<16>();
        for block in blocks {
            let (a, b) = halves(block);
            self.state = multiply(self.state.0 ^ a, self.state.1 ^ b ^ STEP);
        }
        if !tail.is_empty() {
            let mut block = [0; 16];
            block[..tail.len()].copy_from_slice(tail);
            let (a, b) = halves(&block);
            self.state = multiply(self.state.0 ^ a, self.state.1 ^ b ^ STEP);
        }
    }

    #[inline(always)]
    fn time(&mut self, value: Time) {
        self.absorb(TIME, u64::from(value.0));
    }

    #[inline(always)]
    fn null(&mut self) {
        self.absorb(NULL, 0);
    }

    #[inline(always)]
    fn end_row(&mut self) {
        let (low, high) = multiply(self.state.0 ^ NULL, self.state.1 ^ TEXT);
        self.sum.low = self.sum.low.wrapping_add(low ^ high);
        self.sum.high = self.sum.high.wrapping_add(low);
        self.sum.rows += 1;
        self.state = START;
    }
}

#[inline(always)]
fn multiply(a: u64, b: u64) -> (u64, u64) {
    let product = u128::from(a) * u128::from(b);
    (product as u64, (product >> 64) as u64)
}

#[inline(always)]
fn halves(block: &[u8; 16]) -> (u64, u64) {
    let value = u128::from_le_bytes(*block);
    (value as u64, (value >> 64) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(rows: &[&dyn Fn(&mut Digester)]) -> String {
        let mut digester = Digester::default();
        for row in rows {
            row(&mut digester);
            digester.end_row();
        }
        digester.sum().to_string()
    }

    #[test]
    fn order_of_rows_does_not_count_and_order_of_cells_does() {
        let a = |d: &mut Digester| {
            d.integer(1);
            d.integer(2);
        };
        let b = |d: &mut Digester| {
            d.integer(2);
            d.integer(1);
        };
        assert_eq!(digest(&[&a, &b]), digest(&[&b, &a]));
        assert_ne!(digest(&[&a]), digest(&[&b]));
        assert_ne!(digest(&[&a, &a]), digest(&[&b, &b]));
        assert_ne!(digest(&[&a, &a]), digest(&[]), "a pair of equal rows must not cancel out");
    }

    #[test]
    fn kinds_of_cells_differ() {
        let all = [
            digest(&[&|d| d.integer(0)]),
            digest(&[&|d| d.time(Time(0))]),
            digest(&[&|d| d.null()]),
            digest(&[&|d| d.text("")]),
            digest(&[&|d| d.text("0")]),
            digest(&[&|d| d.text("0\0")]),
            digest(&[&|d| {
                d.text("");
                d.null();
            }]),
            digest(&[&|d| {
                d.null();
                d.text("");
            }]),
            digest(&[]),
        ];
        for (i, a) in all.iter().enumerate() {
            for b in &all[..i] {
                assert_ne!(a, b);
            }
        }
    }

    #[test]
    fn texts_are_bound_to_their_cell() {
        let joined = digest(&[&|d| {
            d.text("abcdefghijklmnop");
            d.text("q");
        }]);
        let shifted = digest(&[&|d| {
            d.text("abcdefghijklmno");
            d.text("pq");
        }]);
        assert_ne!(joined, shifted);
    }

    #[test]
    fn parts_add_up() {
        let mut whole = Digester::default();
        let mut parts = Digest::default();
        for i in 0..100 {
            let mut part = Digester::default();
            for d in [&mut whole, &mut part] {
                d.integer(i);
                d.text("x");
                d.end_row();
            }
            parts += part.sum();
        }
        assert_eq!(whole.sum(), parts);
        assert_eq!(parts.rows, 100);
    }

    #[test]
    fn small_keys_do_not_collide() {
        let mut seen = std::collections::HashSet::new();
        for a in 0..300 {
            for b in 0..300 {
                assert!(seen.insert(digest(&[&|d| {
                    d.integer(a);
                    d.integer(b);
                    d.time(Time(1_600_000_000));
                }])));
            }
        }
    }
}

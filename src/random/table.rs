//! A function of `0..2^32` tabulated once as integers: 64 knots an octave, linear between, dense near zero.
//!
//! That is where heavy tails bend: with the argument read as "share of members above", the first knots are single
//! users. 14 kB a table; the function itself (floating point, `libm`) runs only while the table is built.

const OCTAVE_BITS: u32 = 6;
/// The number of pieces; knot `i` begins piece `i`, and the last knot is the end of the range.
pub const PIECES: usize = ((32 - OCTAVE_BITS as usize) << OCTAVE_BITS) + (1 << OCTAVE_BITS);

/// The square root of a third.
const GAUSS: f64 = 0.577_350_269_189_625_8;

/// A tabulated function.
#[derive(Clone, Debug)]
pub struct LogLut {
    values: Box<[i64]>,
}

/// The argument at knot `i`, as a fraction of the whole range.
pub fn knot(i: usize) -> f64 {
    let i = i as u64;
    let shift = if i < 2 << OCTAVE_BITS { 0 } else { (i >> OCTAVE_BITS) - 1 };
    ((i - (shift << OCTAVE_BITS)) << shift) as f64 / 4_294_967_296.0
}

#[inline(always)]
fn split(x: u32) -> (usize, u32) {
    let shift = 31 - (x | (1 << OCTAVE_BITS)).leading_zeros() - OCTAVE_BITS;
    (((shift << OCTAVE_BITS) + (x >> shift)) as usize, shift)
}

impl LogLut {
    /// Tabulates `f` of the fraction in `[0, 1]`, rounded to an integer at each knot.
    pub fn new(f: impl Fn(f64) -> f64) -> LogLut {
        LogLut { values: (0..=PIECES).map(|i| f(knot(i)).round() as i64).collect() }
    }

    /// Tabulates the integral of `f` from 0, scaled so that the whole is `total`; also returns the unscaled whole.
    pub fn cumulative(f: impl Fn(f64) -> f64, total: f64) -> (LogLut, f64) {
        LogLut::cumulative_of(points().map(f), total)
    }

    /// The same of a function whose values at the [`points`] are known.
    pub fn cumulative_of(values: impl Iterator<Item = f64>, total: f64) -> (LogLut, f64) {
        let sums = integrate(values);
        let whole = sums[PIECES];
        let scale = if whole > 0.0 { total / whole } else { 0.0 };
        (LogLut { values: sums.iter().map(|s| (s * scale).round() as i64).collect() }, whole)
    }

    /// The value at `x` / 2^32.
    #[inline(always)]
    pub fn at(&self, x: u32) -> i64 {
        let (i, shift) = split(x);
        let (a, b) = (self.values[i], self.values[i + 1]);
        a + (((b - a) * (x & ((1u32 << shift) - 1)) as i64) >> shift)
    }

    /// About the argument at which a non-decreasing table reaches `y`; callers step to the exact one.
    pub fn guess_inverse(&self, y: i64) -> u32 {
        let i = self.values.partition_point(|&v| v <= y).clamp(1, PIECES) - 1;
        let (a, b) = (self.values[i], self.values[i + 1]);
        let part = if b > a { (y - a) as f64 / (b - a) as f64 } else { 0.0 };
        ((knot(i) + part * (knot(i + 1) - knot(i))) * 4_294_967_296.0).min(4_294_967_295.0) as u32
    }
}

/// Where a function is looked at to integrate it: the rule of Gauss with two points a piece, exact for cubics.
pub fn points() -> impl Iterator<Item = f64> {
    (0..PIECES).flat_map(|i| {
        let (a, b) = (knot(i), knot(i + 1));
        let (middle, half) = ((a + b) / 2.0, (b - a) / 2.0);
        [middle - half * GAUSS, middle + half * GAUSS]
    })
}

/// The integral up to each knot of a function with these values at the [`points`].
fn integrate(mut values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut sums = Vec::with_capacity(PIECES + 1);
    let mut sum = 0.0;
    sums.push(sum);
    for i in 0..PIECES {
        let half = (knot(i + 1) - knot(i)) / 2.0;
        if let (Some(first), Some(second)) = (values.next(), values.next()) {
            sum += (first + second) * half;
        }
        sums.push(sum);
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knots_are_met_exactly() {
        let table = LogLut::new(|x| x * 1e9);
        for i in 0..PIECES {
            assert_eq!(table.at((knot(i) * 4_294_967_296.0) as u32), (knot(i) * 1e9).round() as i64);
        }
        assert_eq!(knot(PIECES), 1.0);
    }

    #[test]
    fn a_growing_function_stays_growing_and_inverts() {
        let table = LogLut::new(|x| x.sqrt() * 1e12);
        let mut last = -1;
        for x in (0..u32::MAX - 100_003).step_by(100_003) {
            let y = table.at(x);
            assert!(y >= last);
            last = y;
            assert!(table.guess_inverse(y).abs_diff(x) <= 1 + x / 1_000_000, "{x}");
        }
    }

    #[test]
    fn integrals_are_near() {
        let (table, whole) = LogLut::cumulative(|x| 3.0 * x * x, 1e9);
        assert!((whole - 1.0).abs() < 1e-5);
        assert!((table.at(1 << 31) - 125_000_000).abs() < 2000);
    }
}

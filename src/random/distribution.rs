//! Shapes of human activity as integer tables: who has how much, how long something takes, which rank is chosen.
//!
//! Every draw is an inverse cumulative distribution read from a [`LogLut`]: one hash in, one integer out, no
//! rejection, no floating point at run time. Delays can be cut off exactly at the room that is left.

use super::table::LogLut;
use std::f64::consts::{PI, SQRT_2};
use std::ops::Range;

/// The standard normal's distribution function.
pub fn normal_cdf(x: f64) -> f64 {
    0.5 * libm::erfc(-x / SQRT_2)
}

/// Its inverse: a rational first guess (Hastings), then two steps of Halley's method.
pub fn normal_quantile(p: f64) -> f64 {
    if p > 0.5 {
        return -normal_quantile(1.0 - p);
    }
    let p = p.max(1e-300);
    let t = libm::sqrt(-2.0 * libm::log(p));
    let guess = (0.010_328 * t + 0.802_853) * t + 2.515_517;
    let mut x = guess / (((0.001_308 * t + 0.189_269) * t + 1.432_788) * t + 1.0) - t;
    for _ in 0..2 {
        let error = (normal_cdf(x) - p) * libm::sqrt(2.0 * PI) * libm::exp(x * x / 2.0);
        x -= error / (1.0 + x * error / 2.0);
    }
    x
}

/// What a standard normal distribution has at the upper quantile `q` of all members; `None` among the share of zeros.
pub fn standard(q: f64, zero_share: f64) -> Option<f64> {
    let below = (1.0 - q - zero_share) / (1.0 - zero_share);
    (below > 0.0).then(|| normal_quantile(below.min(1.0 - 1e-12)))
}

/// A lognormal with a share of zeros and a cap, by upper quantile: 0 is the greatest.
#[derive(Clone, Copy, Debug)]
pub struct ZeroLognormal {
    /// The mean, zeros counted, cap ignored.
    pub mean: f64,
    /// Standard deviation of the logarithm of the non-zero values.
    pub sigma: f64,
    /// The share of zeros.
    pub zero_share: f64,
    /// No value is above it.
    pub cap: f64,
}

impl ZeroLognormal {
    /// The value that a share `q` of all members exceeds.
    pub fn at(&self, q: f64) -> f64 {
        let mu = self.mu();
        standard(q, self.zero_share).map_or(0.0, |z| self.value(mu, z))
    }

    /// The values that stand where a standard normal distribution has these; see [`standard`].
    pub fn of_standard(&self, standard: &[Option<f64>]) -> Vec<f64> {
        let mu = self.mu();
        standard.iter().map(|z| z.map_or(0.0, |z| self.value(mu, z))).collect()
    }

    /// The mean of the logarithm of the non-zero values.
    fn mu(&self) -> f64 {
        libm::log(self.mean / (1.0 - self.zero_share)) - self.sigma * self.sigma / 2.0
    }

    fn value(&self, mu: f64, z: f64) -> f64 {
        libm::exp(mu + self.sigma * z).min(self.cap)
    }
}

/// A random delay in whole seconds, cut off at the room that is left.
#[derive(Clone, Debug)]
pub struct Delay {
    by_survival: LogLut,
    cdf: LogLut,
}

impl Delay {
    fn new(by_survival: impl Fn(f64) -> f64, cdf: impl Fn(f64) -> f64) -> Delay {
        Delay {
            by_survival: LogLut::new(|x| by_survival(x.max(1e-10)).min(2e9)),
            cdf: LogLut::new(|x| cdf(x * 4_294_967_296.0) * 4_294_967_295.0),
        }
    }

    /// Weibull: `shape` below 1 is a burst and a long tail.
    pub fn weibull(shape: f64, scale_seconds: f64) -> Delay {
        Delay::new(
            |s| scale_seconds * libm::pow((-libm::log(s.min(1.0))).max(0.0), 1.0 / shape),
            |t| 1.0 - libm::exp(-libm::pow(t / scale_seconds, shape)),
        )
    }

    /// Lognormal, by its median.
    pub fn lognormal(median_seconds: f64, sigma: f64) -> Delay {
        Delay::new(
            |s| libm::exp(libm::log(median_seconds) - sigma * normal_quantile(s.min(1.0 - 1e-9))),
            |t| normal_cdf(libm::log(t.max(1e-9) / median_seconds) / sigma),
        )
    }

    /// The share (of 2^32) of the delays that are shorter than `room`.
    #[inline(always)]
    pub fn share(&self, room: u32) -> u32 {
        self.cdf.at(room) as u32
    }

    /// A delay in a range that is not empty, distributed as if those outside were never drawn.
    #[inline(always)]
    pub fn draw_in(&self, random: u32, range: Range<u32>) -> u32 {
        let (from, to) = (self.share(range.start), self.share(range.end));
        let inside = to.saturating_sub(from) as u64;
        let survival = !(from + ((random as u64 * inside) >> 32) as u32);
        (self.by_survival.at(survival) as u32).clamp(range.start, range.end - 1)
    }

    /// A delay in `0..=room`, distributed as if those beyond were never drawn.
    #[inline(always)]
    pub fn draw(&self, random: u32, room: u32) -> u32 {
        let inside = self.cdf.at(room) as u64;
        let survival = !((random as u64 * inside) >> 32) as u32;
        (self.by_survival.at(survival) as u32).min(room)
    }
}

/// Exponential gaps of mean 1, in units of 2^-16: the clock of rare events.
#[derive(Clone, Debug)]
pub struct Exponential(LogLut);

impl Exponential {
    /// The table; 22 units of the mean at most.
    pub fn new() -> Exponential {
        Exponential(LogLut::new(|x| -libm::log(x.max(1e-10)) * 65_536.0))
    }

    /// A gap, times 65,536.
    #[inline(always)]
    pub fn draw(&self, random: u32) -> i64 {
        self.0.at(random)
    }
}

impl Default for Exponential {
    fn default() -> Exponential {
        Exponential::new()
    }
}

/// Ranks `0..n` with weight `(rank + shift)^-exponent`: words, hashtags, whatever few use often.
#[derive(Clone, Debug)]
pub struct ZipfMandelbrot {
    ranks: LogLut,
    n: u32,
}

impl ZipfMandelbrot {
    /// `shift` at least 1 (1 is plain Zipf), `exponent` positive and not 1.
    pub fn new(n: u32, exponent: f64, shift: f64) -> ZipfMandelbrot {
        let power = 1.0 - exponent;
        // Rank r stands for the interval r - 1/2 .. r + 1/2 of a continuous density.
        let (low, high) = (libm::pow(shift - 0.5, power), libm::pow(n as f64 + shift - 0.5, power));
        let at = |x: f64| libm::pow(low + x * (high - low), 1.0 / power) - (shift - 0.5);
        ZipfMandelbrot { ranks: LogLut::new(|x| at(x).clamp(0.0, n as f64) * 65_536.0), n }
    }

    /// A rank.
    #[inline(always)]
    pub fn draw(&self, random: u32) -> u32 {
        ((self.ranks.at(random) >> 16) as u32).min(self.n - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::hash::{h1, key};

    fn randoms(count: u64) -> impl Iterator<Item = u32> {
        (0..count).map(|i| (h1(key(9, 9), i) >> 32) as u32)
    }

    #[test]
    fn normal_quantiles_are_known() {
        for (p, x) in [
            (0.5, 0.0),
            (0.975, 1.959_963_984_540_054),
            (0.001, -3.090_232_306_167_813),
            (1e-9, -5.997_807_015_007_687),
        ] {
            assert!((normal_quantile(p) - x).abs() < 1e-9, "{p}: {}", normal_quantile(p));
        }
    }

    #[test]
    fn lognormal_has_its_mean_zeros_and_cap() {
        let shape = ZeroLognormal { mean: 40.0, sigma: 1.15, zero_share: 0.03, cap: 7500.0 };
        let values: Vec<f64> = (0..100_000).map(|i| shape.at((i as f64 + 0.5) / 1e5)).collect();
        let mean = values.iter().sum::<f64>() / 1e5;
        assert!((mean - 40.0).abs() < 0.1, "{mean}");
        assert_eq!(values.iter().filter(|&&v| v == 0.0).count(), 3000);
        assert!(values.is_sorted_by(|a, b| a >= b));
    }

    #[test]
    fn weibull_delays_have_the_measured_shape() {
        let delay = Delay::weibull(0.55, 9.74 * 3600.0);
        let mut drawn: Vec<u32> = randoms(100_000).map(|r| delay.draw(r, 1 << 30)).collect();
        drawn.sort_unstable();
        let share = |hours: u32| drawn.partition_point(|&d| d < hours * 3600) as f64 / 1e5;
        assert!(
            (share(1) - 0.25).abs() < 0.01 && (share(24) - 0.806).abs() < 0.01,
            "{} {}",
            share(1),
            share(24)
        );
        assert!((drawn[50_000] as f64 / 3600.0 - 5.0).abs() < 0.2);
    }

    #[test]
    fn cut_delays_stay_in_their_room_and_keep_their_shape() {
        let delay = Delay::lognormal(60.0 * 86_400.0, 1.6);
        assert_eq!(delay.draw(u32::MAX, 0), 0);
        let room = 60 * 86_400;
        let inside = randoms(50_000).map(|r| delay.draw(r, room)).inspect(|&d| assert!(d <= room));
        let early = inside.filter(|&d| d < 10 * 86_400).count() as f64 / 5e4;
        let wanted = normal_cdf(libm::log(1.0 / 6.0) / 1.6) / 0.5;
        assert!((early - wanted).abs() < 0.01, "{early} for {wanted}");
    }

    #[test]
    fn delays_of_a_range_stay_in_it_and_keep_their_shape() {
        let delay = Delay::weibull(0.55, 9.74 * 3600.0);
        let range = 3600..86_400;
        let drawn = randoms(50_000).map(|r| delay.draw_in(r, range.clone()));
        let early = drawn.inspect(|d| assert!(range.contains(d))).filter(|&d| d < 5 * 3600).count() as f64;
        let share = |t: u32| delay.share(t) as f64;
        let wanted = (share(5 * 3600) - share(3600)) / (share(86_400) - share(3600));
        assert!((early / 5e4 - wanted).abs() < 0.01, "{early} for {wanted}");
        assert_eq!(delay.draw_in(u32::MAX, 7..8), 7);
    }

    #[test]
    fn exponential_gaps_have_mean_one() {
        let table = Exponential::new();
        let mean = randoms(100_000).map(|r| table.draw(r) as f64).sum::<f64>() / 1e5 / 65_536.0;
        assert!((mean - 1.0).abs() < 0.01, "{mean}");
    }

    #[test]
    fn zipf_frequencies_fall_with_their_exponent() {
        let zipf = ZipfMandelbrot::new(50_000, 1.05, 1.0);
        let mut seen = vec![0f64; 50_000];
        for r in randoms(2_000_000) {
            seen[zipf.draw(r) as usize] += 1.0;
        }
        let block = |a: usize, b: usize| seen[a..b].iter().sum::<f64>() / (b - a) as f64;
        let slope = libm::log(block(900, 1100) / block(9, 11)) / libm::log(1000.0 / 10.5);
        assert!((slope + 1.05).abs() < 0.05, "{slope}");
    }

    #[test]
    fn known_draws_never_change() {
        assert_eq!(Delay::weibull(0.55, 35_064.0).draw(1 << 31, 1 << 30), 18_007);
        assert_eq!(Delay::lognormal(5_184_000.0, 1.6).draw(1 << 30, 1 << 30), 1_760_960);
        assert_eq!(ZipfMandelbrot::new(2000, 1.05, 2.7).draw(3 << 30), 287);
    }
}

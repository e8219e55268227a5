//! The photos of one owner are not liked alike: a lognormal over them, the best first.
//!
//! The ordinal of a photo is its rank by quality (its time is scattered by the slot map anyway), so a photo drawn in
//! proportion to quality is one look-up, and the picks of one owner ascend when the drawn mass does.

use crate::random::distribution::ZeroLognormal;
use crate::random::table::LogLut;

const SIGMA: f64 = 0.7;
const MASS_BITS: u32 = 31;
const PIECES: usize = 1024;
/// For so few photos of an owner the qualities are tabulated.
const FEW: u32 = 64;
const DENSITY_ONE: f64 = 65_536.0;

/// Quality by quantile, and the quantile by cumulative quality.
#[derive(Clone, Debug)]
pub(crate) struct Quality {
    quantile: Vec<u32>,
    density: LogLut,
    /// The qualities of 1 photo, of 2 photos, and so on.
    of_few: Vec<f64>,
}

impl Quality {
    pub(crate) fn new() -> Quality {
        let shape = ZeroLognormal { mean: 1.0, sigma: SIGMA, zero_share: 0.0, cap: f64::MAX };
        let (mass, _) = LogLut::cumulative(|q| shape.at(q), (1u64 << MASS_BITS) as f64);
        let step = (1i64 << MASS_BITS) / PIECES as i64;
        let mut quantile: Vec<u32> = (0..PIECES as i64).map(|i| mass.guess_inverse(i * step)).collect();
        quantile.extend([u32::MAX; 2]);
        let up_to = |i: u32, photos: u32| match i == photos {
            true => (1u64 << MASS_BITS) as f64,
            false => mass.at((i as f64 / photos as f64 * 4_294_967_296.0) as u32) as f64,
        };
        let of_few = (1..=FEW).flat_map(|photos| {
            let scale = photos as f64 / (1u64 << MASS_BITS) as f64;
            let of = |i| (up_to(i + 1, photos) - up_to(i, photos)) * scale;
            (0..photos).map(of).collect::<Vec<_>>()
        });
        let of_few = of_few.collect();
        Quality { quantile, density: LogLut::new(|q| shape.at(q.max(1e-9)) * DENSITY_ONE), of_few }
    }

    /// Which of `photos` an owner's quality holds at a share (of 2^32) of the whole; never falls with the share.
    #[inline(always)]
    pub(super) fn pick(&self, share: u32, photos: u32) -> u32 {
        let (i, rest) = ((share >> 22) as usize, (share & 0x3F_FFFF) as u64);
        let (a, b) = (self.quantile[i] as u64, self.quantile[i + 1] as u64);
        (((a + (((b - a) * rest) >> 22)) * photos as u64) >> 32) as u32
    }

    /// The quality of the `ordinal`-th of `photos`; their mean is 1.
    #[inline(always)]
    pub(crate) fn of(&self, ordinal: u32, photos: u32) -> f64 {
        if photos <= FEW {
            return self.of_few[(photos * (photos - 1) / 2 + ordinal) as usize];
        }
        // The best photo of many represents a part of the curve that is steep: its mean is met before its middle.
        let inside = if ordinal == 0 { 0.343 } else { 0.5 };
        let quantile = (ordinal as f64 + inside) / photos as f64 * 4_294_967_296.0;
        self.density.at(quantile as i64 as u32) as f64 * (1.0 / DENSITY_ONE)
    }

    /// Standard deviation of its logarithm, for calibration.
    pub(super) fn sigma(&self) -> f64 {
        SIGMA
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn picks_ascend_and_follow_the_quality() {
        let quality = Quality::new();
        for photos in [1, 2, 7, 64, 65, 200] {
            let mut picked = vec![0f64; photos as usize];
            let (draws, mut last) = (200_000u64, 0);
            for i in 0..draws {
                let pick = quality.pick((i * (1 << 32) / draws) as u32, photos);
                assert!(pick >= last && pick < photos);
                last = pick;
                picked[pick as usize] += photos as f64 / draws as f64;
            }
            let mean = (0..photos).map(|k| quality.of(k, photos)).sum::<f64>() / photos as f64;
            assert!((mean - 1.0).abs() < 0.001, "{photos}: {mean}");
            for (ordinal, share) in picked.iter().enumerate() {
                let wanted = quality.of(ordinal as u32, photos);
                // Picks are linear within a piece of the table: half a piece may go to a neighbour.
                let allowed = 0.03 * wanted + 0.5 * photos as f64 / PIECES as f64;
                assert!((share - wanted).abs() < allowed, "{ordinal} of {photos}: {share} for {wanted}");
            }
        }
    }
}

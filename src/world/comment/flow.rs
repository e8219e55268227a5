//! How many comments are expected up to any moment, and when a number of them is reached: formulas over the epochs.
//!
//! The comments on the photos of an epoch are expected in the measure in which its photos are posted, each at its
//! delay. What is expected of photos that come shortly before the end of the world, but later than it, never happens.

use super::delay::{Delays, LAGS, MAX_DELAY};
use crate::time::Time;
use crate::world::scene::Scene;

/// The course of all comments, in any unit.
#[derive(Debug)]
pub(super) struct Flow {
    /// Expected of the photos of the epochs before each.
    before: Vec<f64>,
    lags: [u32; LAGS],
    /// All of them.
    pub(super) whole: f64,
}

impl Flow {
    /// From what is expected of the photos of each epoch.
    pub(super) fn new(scene: Scene, delays: &Delays, by_epoch: &[f64]) -> Flow {
        let mut before = vec![0.0];
        let mut sum = 0.0;
        before.extend(by_epoch.iter().map(|of_epoch| {
            sum += of_epoch;
            sum
        }));
        let mut flow = Flow { before, lags: delays.lags(), whole: 0.0 };
        flow.whole = flow.until(scene, scene.clock.end());
        flow
    }

    /// How many are expected before a moment.
    fn until(&self, scene: Scene, time: Time) -> f64 {
        let of_photos_before = |lag: &u32| {
            let posted = Time(time.0.saturating_sub(*lag));
            let (epoch, passed) = scene.photos.progress(posted);
            self.before[epoch] + passed * (self.before[epoch + 1] - self.before[epoch])
        };
        self.lags.iter().map(of_photos_before).sum::<f64>() / LAGS as f64
    }

    /// The first moment before which this many are expected; no more than all.
    pub(super) fn reached(&self, scene: Scene, amount: f64) -> Time {
        // The photos that they are about are reached before them, by a week at most.
        let epoch = self.before.partition_point(|&before| before < amount).max(1) - 1;
        let epoch = epoch.min(scene.photos.epoch_count() - 1);
        let (mut low, end) = (scene.photos.epoch_start(epoch).0, scene.photos.epoch_start(epoch + 1).0);
        let mut high = end.saturating_add(MAX_DELAY).min(scene.clock.end().0);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.until(scene, Time(middle)) < amount {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Time(low)
    }
}

//! The order of a topic's users: the active first, and last of all a band of users who follow many and have no circle.
//!
//! Nobody of the band is popular in the topic, and hardly anyone follows it from near. Nearly all whom the world does
//! not know either are bots; the others are accounts that many know and that follow no circle.

use super::pool::POPULAR_SHARE;
use crate::random::distribution::standard;
use crate::random::table;
use crate::world::rank::TopicRange;

/// One of eight users follows still more than the band.
const FIRST: f64 = 0.12;
/// With a greater share of bots there is no network of people to be aloof from: then anybody may be one.
const MOST_BOTS: f64 = 0.3;
/// A bot has this part of its follows from its neighbours, and as many follow it: without doubles, one for about 41, as
/// measured.
pub(super) const LOCAL_SHARE: f64 = 1.0 / 45.0;
/// The width of the band is a multiple of this: it then begins where a piece of a table does.
const STEP: f64 = 1.0 / 128.0;
/// In smaller worlds it is a whole number of users.
const FEW: u32 = 1024;
pub(super) const FOLLOW_NOBODY: f64 = 0.03;

/// The order, by shares of a topic's users.
#[derive(Clone, Copy, Debug)]
pub(super) struct Order {
    /// Where the band begins; 1 if there is none.
    band: f64,
    /// The share of the band's users whom the world does not know that are bots.
    pub(super) bots: f64,
}

impl Order {
    pub(super) fn new(bots: f64, users: u32) -> Order {
        let wanted = if bots > MOST_BOTS { 0.0 } else { bots / (1.0 - POPULAR_SHARE) };
        let width = match users < FEW {
            true => (wanted * users as f64).round() / users as f64,
            false => (wanted / STEP).ceil() * STEP,
        };
        let bots = if width > 0.0 { wanted / width } else { bots };
        Order { band: 1.0 - width, bots }
    }

    /// What a standard normal distribution has where degrees are integrated: the same for every mean.
    pub(super) fn standard(&self) -> Vec<Option<f64>> {
        table::points().map(|share| standard(self.quantile(share), FOLLOW_NOBODY)).collect()
    }

    /// Whether bots are found in the band; everywhere otherwise.
    pub(super) fn has_band(&self) -> bool {
        self.band < 1.0
    }

    /// Whether a share of the users lies in the band.
    pub(super) fn is_aloof(&self, share: f64) -> bool {
        share >= self.band
    }

    /// The upper quantile of activity at a share of the users.
    pub(super) fn quantile(&self, share: f64) -> f64 {
        let width = 1.0 - self.band;
        if self.is_aloof(share) {
            FIRST + share - self.band
        } else if share < FIRST {
            share
        } else {
            share + width
        }
    }

    /// The position at which the band of a topic begins.
    pub(super) fn first_aloof(&self, topic: &TopicRange) -> u64 {
        (self.band * topic.size as f64).round() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_quantile_is_met_once() {
        for (bots, users) in [(0.0, 5), (0.01, 9000), (0.08, 10), (0.08, 9000), (0.3, 77), (0.9, 9000)] {
            let order = Order::new(bots, users);
            let mut met: Vec<f64> = (0..1000).map(|i| order.quantile((i as f64 + 0.5) / 1000.0)).collect();
            met.sort_unstable_by(f64::total_cmp);
            assert!(
                (0..1000).zip(&met).all(|(i, q)| (q - (i as f64 + 0.5) / 1000.0).abs() < 0.001),
                "{bots}"
            );
        }
    }
}

//! Where the bots are: a band of positions in each topic, of users who follow many and have no circle.
//!
//! Nobody of the band is popular in the topic, and hardly anyone follows it from near. Those whom the world does not
//! know either are the bots, the others are accounts that many know and that follow no circle.

use std::ops::Range;

use super::pool::POPULAR_SHARE;
use crate::world::rank::TopicRange;

/// One of eight follows still more.
const FIRST: f64 = 0.12;
/// With a greater share of bots there is no network of people to be aloof from: then anybody may be one.
const MOST_BOTS: f64 = 0.3;
/// A bot has this part of its follows from its neighbours, and as many follow it: one for 41, as measured.
pub(super) const LOCAL_SHARE: f64 = 1.0 / 41.0;

/// The band, by quantile of activity; empty where there are no bots, or too many.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Band {
    from: f64,
    to: f64,
}

impl Band {
    pub(super) fn new(bots: f64) -> Band {
        let width = if Band::is_used(bots) { bots / (1.0 - POPULAR_SHARE) } else { 0.0 };
        Band { from: FIRST, to: FIRST + width }
    }

    /// Whether so many bots are found in a band.
    pub(super) fn is_used(bots: f64) -> bool {
        bots <= MOST_BOTS
    }

    /// Whether a quantile lies in it.
    pub(super) fn holds(&self, quantile: f64) -> bool {
        (self.from..self.to).contains(&quantile)
    }

    /// The positions of a topic that lie in it.
    pub(super) fn of(&self, topic: &TopicRange) -> Range<u64> {
        let position = |quantile: f64| (quantile * topic.size as f64).round() as u64;
        position(self.from)..position(self.to)
    }
}

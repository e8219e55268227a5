//! How many others each position of a topic tries to follow: an exact lognormal, greatest first.
//!
//! Each degree has a local part, spent in the user's block, and the rest, spent in the pools. Both are kept as
//! cumulative shares (of 2^40), one table for every topic: rounding the cumulative function, not each degree, gives
//! exact totals, ranges that can be inverted, and no array of users.

use super::aloof::{self, FOLLOW_NOBODY, Order};
use crate::random::distribution::ZeroLognormal;
use crate::random::table::{self, LogLut};
use crate::world::rank::TopicRange;

/// Cumulative shares are parts of 2^40.
pub(super) const SHARE_BITS: u32 = 40;
const WHOLE: u64 = 1 << SHARE_BITS;
/// Standard deviation of the logarithm: the one of Facebook, from its mean and median.
const SIGMA: f64 = 1.15;
/// The platform ends at 7,500; the part in the block varies around its mean, eighty is ten deviations.
const CAP: f64 = 7500.0 - 80.0;
const LOCAL_SHARE: f64 = 0.68;
/// Hubs have no circle of their size: more would raise reciprocity beyond what is measured.
const LOCAL_CAP: f64 = 150.0;
const LOCAL_CAP_OF_MEAN: f64 = 1.5;

/// Degrees by quantile, as two cumulative tables.
#[derive(Clone, Debug)]
pub(super) struct DegreeCurve {
    shape: ZeroLognormal,
    order: Order,
    local_cap: f64,
    pool: LogLut,
    local: LogLut,
    pool_mean: f64,
    local_mean: f64,
}

impl DegreeCurve {
    /// Degrees of mean `tried`, in a network whose mean shall be `wanted`; `standard` is that of the order.
    pub(super) fn new(
        users: u32,
        tried: f64,
        wanted: f64,
        order: Order,
        standard: &[Option<f64>],
    ) -> DegreeCurve {
        let n = users as f64;
        // A quarter of a small network, or what a dense one asks for.
        let cap = (n / 4.0).max(5.0).max(4.0 * wanted).min(n - 1.0).min(CAP);
        let shape = ZeroLognormal { mean: tried.max(1e-9), sigma: SIGMA, zero_share: FOLLOW_NOBODY, cap };
        let local_cap = LOCAL_CAP.min(LOCAL_CAP_OF_MEAN * wanted);
        let degrees = shape.of_standard(standard);
        let locals = table::points().zip(&degrees);
        let locals: Vec<f64> =
            locals.map(|(share, &degree)| local_of(order, share, degree, local_cap)).collect();
        let rests = degrees.iter().zip(&locals).map(|(degree, local)| degree - local);
        let (pool, pool_mean) = LogLut::cumulative_of(rests, WHOLE as f64);
        let (local, local_mean) = LogLut::cumulative_of(locals.iter().copied(), WHOLE as f64);
        DegreeCurve { shape, order, local_cap, pool, local, pool_mean, local_mean }
    }

    /// The mean number of follows that a user has in the pools.
    pub(super) fn pool_mean(&self) -> f64 {
        self.pool_mean
    }

    /// The mean number of follows that a user tries.
    pub(super) fn mean(&self) -> f64 {
        self.pool_mean + self.local_mean
    }

    /// The number of follows in the block, of a position.
    pub(super) fn local_at(&self, topic: &TopicRange, position: u64) -> f64 {
        let share = (position as f64 + 0.5) / topic.size as f64;
        local_of(self.order, share, self.shape.at(self.order.quantile(share)), self.local_cap)
    }

    /// The position of a topic at which circles end, and the band of the aloof begins.
    pub(super) fn first_aloof(&self, topic: &TopicRange) -> u64 {
        self.order.first_aloof(topic)
    }

    /// The mean number of follows in the block, over the positions `from..to`.
    #[inline(always)]
    pub(super) fn local_between(&self, topic: &TopicRange, from: u64, to: u64) -> f64 {
        let end = if to == topic.size { WHOLE as i64 } else { self.local.at(topic.quantile(to)) };
        let share = (end - self.local.at(topic.quantile(from))) as f64 / WHOLE as f64;
        share * self.local_mean * topic.size as f64 / (to - from) as f64
    }

    /// The cumulative shares of a topic's out-stubs before a position and after it.
    #[inline(always)]
    pub(super) fn pool_share(&self, topic: &TopicRange, position: u64) -> (u64, u64) {
        let next = position + 1;
        let end = if next == topic.size { WHOLE as i64 } else { self.pool.at(topic.quantile(next)) };
        (self.pool.at(topic.quantile(position)) as u64, end as u64)
    }

    /// About the position whose share holds a stub.
    pub(super) fn guess_position(&self, topic: &TopicRange, stub: f64, stubs: u64) -> u64 {
        let share = (stub / stubs as f64 * WHOLE as f64) as i64;
        ((self.pool.guess_inverse(share) as u64 * topic.size) >> 32).min(topic.size - 1)
    }
}

/// How much of a degree is spent in the user's circle, at a share of a topic's users.
fn local_of(order: Order, share: f64, degree: f64, cap: f64) -> f64 {
    match order.is_aloof(share) {
        true => aloof::LOCAL_SHARE * degree,
        false => (LOCAL_SHARE * degree).min(cap),
    }
}

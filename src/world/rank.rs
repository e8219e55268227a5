//! Rank space: the users in another order, cut into topics, by activity inside each topic.
//!
//! A permutation brings each user to a rank. Ranks are cut into topics (communities; few large, many small); the
//! position inside a topic is the exact quantile of the number of follows, greatest first. So neighbours in rank space
//! are alike, degrees have no sampling noise, and ids, which are in the order of sign-up, say nothing of either.

use super::id::UserId;
use crate::random::hash::{key, stream};
use crate::random::permutation::Permutation;

const RANK: u64 = stream("user.rank");
const USERS_PER_TOPIC: u64 = 1500;
const MAX_TOPICS: u64 = 64;
const SIZE_EXPONENT: f64 = -0.7;
/// The guess table has at most this many entries.
const GUESS_BITS: u32 = 12;

/// The order of users by topic and activity.
#[derive(Clone, Debug)]
pub(crate) struct RankSpace {
    order: Permutation,
    topics: Vec<TopicRange>,
    guess: Vec<u8>,
    guess_shift: u32,
}

/// The ranks of one topic.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TopicRange {
    /// Its first rank.
    pub(crate) first: u64,
    /// Its number of users.
    pub(crate) size: u64,
    reciprocal: u64,
}

impl TopicRange {
    fn new(first: u64, size: u64) -> TopicRange {
        TopicRange { first, size, reciprocal: u64::MAX / size.max(1) }
    }

    /// The share of the topic's users before a position, of 2^32; the position is below the size.
    #[inline(always)]
    pub(crate) fn quantile(&self, position: u64) -> u32 {
        ((position * self.reciprocal) >> 32) as u32
    }
}

impl RankSpace {
    pub(crate) fn new(users: u32, seed: u64) -> RankSpace {
        let n = users as u64;
        let count = (n / USERS_PER_TOPIC).clamp(1, MAX_TOPICS) as usize;
        let weights: Vec<f64> = (1..=count).map(|k| libm::pow(k as f64, SIZE_EXPONENT)).collect();
        let whole: f64 = weights.iter().sum();
        let mut sum = 0.0;
        let mut ends: Vec<u64> = weights
            .iter()
            .map(|w| {
                sum += w;
                (sum / whole * n as f64).round() as u64
            })
            .collect();
        ends[count - 1] = n;
        let mut first = 0;
        let topics: Vec<TopicRange> = ends
            .iter()
            .map(|&end| {
                let topic = TopicRange::new(first, end - first);
                first = end;
                topic
            })
            .collect();
        let guess_shift = (64 - n.leading_zeros()).saturating_sub(GUESS_BITS);
        let guess = (0..=n >> guess_shift)
            .map(|i| ends.partition_point(|&end| end <= i << guess_shift).min(count - 1) as u8)
            .collect();
        RankSpace { order: Permutation::new(n, key(seed, RANK)), topics, guess, guess_shift }
    }

    #[inline(always)]
    pub(crate) fn rank(&self, user: UserId) -> u64 {
        self.order.forward(user.index())
    }

    #[inline(always)]
    pub(crate) fn user(&self, rank: u64) -> UserId {
        UserId(self.order.inverse(rank) as u32)
    }

    pub(crate) fn topic_count(&self) -> usize {
        self.topics.len()
    }

    pub(crate) fn topics(&self) -> &[TopicRange] {
        &self.topics
    }

    #[inline(always)]
    pub(crate) fn topic_of(&self, rank: u64) -> usize {
        let mut topic = self.guess[(rank >> self.guess_shift) as usize] as usize;
        while self.topics[topic].first + self.topics[topic].size <= rank {
            topic += 1;
        }
        topic
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rank_has_its_topic() {
        for users in [1, 2, 100, 4500, 100_000, 2_000_003] {
            let space = RankSpace::new(users, 1);
            let mut rank = 0;
            for (i, topic) in space.topics().iter().enumerate() {
                assert_eq!(topic.first, rank);
                for position in [0, topic.size / 2, topic.size - 1] {
                    assert_eq!(space.topic_of(rank + position), i);
                }
                rank += topic.size;
            }
            assert_eq!(rank, users as u64);
            assert_eq!(space.user(space.rank(UserId(users - 1))), UserId(users - 1));
        }
    }
}

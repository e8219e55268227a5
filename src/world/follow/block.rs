//! Blocks: circles of users of like degree, in which each pair is linked by its own hash.
//!
//! A topic's positions are cut into classes of about equal local degree, a class into equal blocks. A pair of a block
//! is mutual, one-way or not linked; the same hash answers for both sides, so each sees the other's follow without any
//! record. The block's size is chosen so that its density stays below one and no follow is lost.

use std::ops::Range;

use super::degree::DegreeCurve;
use crate::random::hash::{h2, key, stream};
use crate::world::rank::TopicRange;

const PAIR: u64 = stream("follow.block.pair");
/// The chance that a pair of a full block is linked at all.
const LINKED: f64 = 0.88;
/// Of the follows inside a block, the share that is returned.
const RETURNED: f64 = 0.43;
/// The chance that one given side follows the other.
const DIRECTED: f64 = LINKED / 2.0 / (1.0 - RETURNED / 2.0);
const MUTUAL: f64 = RETURNED * DIRECTED;
/// Local degrees within a class differ by at most this factor.
const CLASS_RATIO: f64 = 1.15;
/// Blocks are never fuller than this part of the chances above.
const FULLEST: f64 = 0.95;
const SMALLEST: u64 = 3;

/// The blocks of all topics.
#[derive(Clone, Debug)]
pub(super) struct Blocks {
    classes: Vec<Class>,
    /// The classes of each topic, as ends in `classes`.
    of_topic: Vec<(u32, u32)>,
    key: u64,
}

/// Positions from `first` on, `size` of them in `blocks` equal parts; no blocks where nobody follows.
#[derive(Clone, Copy, Debug)]
struct Class {
    first: u32,
    size: u32,
    blocks: u32,
}

/// One block, by ranks, with the thresholds (of 2^32) of a mutual and of any link.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block {
    pub(super) first: u64,
    pub(super) size: u64,
    mutual: u64,
    linked: u64,
}

/// From which side a pair is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Follows,
    IsFollowed,
}

impl Blocks {
    pub(super) fn new(topics: &[TopicRange], degrees: &DegreeCurve, seed: u64) -> Blocks {
        let (mut classes, mut of_topic) = (vec![], vec![]);
        for topic in topics {
            let begin = classes.len() as u32;
            classes_of(topic, degrees, &mut classes);
            of_topic.push((begin, classes.len() as u32));
        }
        Blocks { classes, of_topic, key: key(seed, PAIR) }
    }

    /// The block of a position.
    #[inline(always)]
    pub(super) fn of(&self, topic: usize, range: &TopicRange, position: u64, degrees: &DegreeCurve) -> Block {
        let (from, to) = self.of_topic[topic];
        let classes = &self.classes[from as usize..to as usize];
        let class = classes[classes.partition_point(|c| c.first as u64 <= position) - 1];
        let alone = Block { first: range.first + position, size: 1, mutual: 0, linked: 0 };
        if class.blocks == 0 {
            return alone;
        }
        let (first, size, blocks) = (class.first as u64, class.size as u64, class.blocks as u64);
        let block = ((position - first + 1) * blocks - 1) / size;
        let (a, b) = (first + block * size / blocks, first + (block + 1) * size / blocks);
        if b - a < 2 {
            return alone;
        }
        let mates = (b - a - 1) as f64;
        let fullness =
            (degrees.local_between(range, a, b) / (mates * DIRECTED)).min(FULLEST) * 4_294_967_296.0;
        Block {
            first: range.first + a,
            size: b - a,
            mutual: (MUTUAL * fullness) as i64 as u64,
            linked: (LINKED * fullness) as i64 as u64,
        }
    }

    /// The ranks in the block whom a rank follows, or who follow it, written to `out`; returns how many.
    #[inline(always)]
    pub(super) fn mates(&self, block: &Block, rank: u64, out: &mut [u64], side: Side) -> usize {
        self.meet_mates(block, rank, out, side, |_, _| ())
    }

    /// The ranks in the block whom a rank follows, as [`Blocks::mates`]; the places in `out` of those who also follow it
    /// are written to `friends`. Returns how many of each.
    #[inline(always)]
    pub(super) fn mates_and_friends(
        &self,
        block: &Block,
        rank: u64,
        out: &mut [u64],
        friends: &mut [u32],
    ) -> (usize, usize) {
        let friends = &mut friends[..block.size as usize];
        let mut returned = 0;
        let found = self.meet_mates(block, rank, out, Side::Follows, |place, hash| {
            friends[returned] = place as u32;
            returned += usize::from(hash >> 32 < block.mutual);
        });
        (found, returned)
    }

    /// Meets each possible mate: its place if it is one, and the hash of the pair.
    #[inline(always)]
    fn meet_mates(
        &self,
        block: &Block,
        rank: u64,
        out: &mut [u64],
        side: Side,
        mut meet: impl FnMut(usize, u64),
    ) -> usize {
        let (below, above) = side.bits();
        let out = &mut out[..block.size as usize];
        let mut found = 0;
        for mate in block.first..rank {
            let hash = h2(self.key, mate, rank);
            out[found] = mate;
            meet(found, hash);
            found += usize::from(block.links(hash, below));
        }
        for mate in rank + 1..block.first + block.size {
            let hash = h2(self.key, rank, mate);
            out[found] = mate;
            meet(found, hash);
            found += usize::from(block.links(hash, above));
        }
        found
    }

    /// Whether a rank follows, or is followed by, one mate of its block.
    #[inline(always)]
    pub(super) fn is_mate(&self, block: &Block, rank: u64, mate: u64, side: Side) -> bool {
        let (below, above) = side.bits();
        match mate < rank {
            true => block.links(h2(self.key, mate, rank), below),
            false => block.links(h2(self.key, rank, mate), above),
        }
    }

    /// The expected number of mates whom a member follows; as many follow it.
    pub(super) fn expected_mates(&self, block: &Block) -> f64 {
        (block.size - 1) as f64 * (block.linked as f64 / 4_294_967_296.0) * (DIRECTED / LINKED)
    }
}

impl Block {
    /// Whether a pair of a hash is linked in a direction. Bit 0 of the hash is that of a one-way link: 0 from the low
    /// rank to the high one.
    #[inline(always)]
    fn links(&self, hash: u64, direction: u64) -> bool {
        let chance = hash >> 32;
        (chance < self.mutual) | ((chance < self.linked) & (hash & 1 == direction))
    }
}

impl Side {
    /// The direction bit that is meant: with mates of lower ranks, with mates of higher ones.
    #[inline(always)]
    fn bits(self) -> (u64, u64) {
        match self {
            Side::Follows => (1, 0),
            Side::IsFollowed => (0, 1),
        }
    }
}

fn classes_of(topic: &TopicRange, degrees: &DegreeCurve, classes: &mut Vec<Class>) {
    let aloof = degrees.first_aloof(topic);
    classes_of_part(topic, 0..aloof, degrees, classes);
    classes_of_part(topic, aloof..topic.size, degrees, classes);
}

/// The classes of some positions, the more active first.
fn classes_of_part(topic: &TopicRange, part: Range<u64>, degrees: &DegreeCurve, classes: &mut Vec<Class>) {
    let mut first = part.start;
    while first < part.end {
        let greatest = degrees.local_at(topic, first);
        if greatest <= 0.0 {
            classes.push(Class { first: first as u32, size: (part.end - first) as u32, blocks: 0 });
            return;
        }
        let (mut a, mut b) = (first + 1, part.end);
        while a < b {
            let middle = (a + b) / 2;
            if degrees.local_at(topic, middle) < greatest / CLASS_RATIO {
                b = middle;
            } else {
                a = middle + 1;
            }
        }
        let size = ((greatest / (FULLEST * DIRECTED)).ceil() as u64 + 1).max(SMALLEST);
        let mut end = a.max(first + size).min(part.end);
        if part.end - end < SMALLEST + 1 {
            end = part.end;
        }
        let blocks = ((end - first) / size).max(1) as u32;
        classes.push(Class { first: first as u32, size: (end - first) as u32, blocks });
        first = end;
    }
}

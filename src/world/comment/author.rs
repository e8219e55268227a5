//! Who writes the comments of one photo: followers of the owner, each once as long as there are others.
//!
//! An audience is gone through in an order of its own for each photo and window. Whoever had not signed up when the
//! comment was written is passed over; when the audience is through, anybody who had comes in.

use crate::random::hash::{h1, scale32};
use crate::time::Time;
use crate::world::follow::Audience;
use crate::world::id::UserId;
use crate::world::scene::Scene;

/// Followers tried for one comment.
const TRIES: usize = 16;

/// The authors of one photo.
#[derive(Debug)]
pub(super) struct Authors<'a> {
    scene: Scene<'a>,
    audience: Audience,
    owner: UserId,
    /// How many users had signed up well before the photo: at least one.
    grown: u64,
    hash: u64,
    order: Order,
    next: u64,
}

impl<'a> Authors<'a> {
    pub(super) fn new(scene: Scene<'a>, owner: UserId, epoch: usize, hash: u64) -> Authors<'a> {
        let audience = scene.follows.audience(scene.users, owner);
        let order = Order::new(audience.len(), hash);
        let grown = scene.photos.signed_up()[epoch].max(1) as u64;
        Authors { scene, audience, owner, grown, hash, order, next: 0 }
    }

    /// Who comments at `time`: not the owner, unless there is nobody else.
    #[inline]
    pub(super) fn next(&mut self, time: Time) -> UserId {
        for _ in 0..TRIES {
            if self.next >= self.order.len() {
                break;
            }
            let turn = self.order.at(self.next);
            self.next += 1;
            let follower = match turn < self.audience.len() {
                true => self.scene.follows.follower_at(self.scene.users, &self.audience, turn),
                false => None,
            };
            if let Some(author) = follower
                && self.scene.signed_up(author) <= time
            {
                return author;
            }
        }
        self.anybody()
    }

    /// Who answers somebody at `time`, other than that somebody.
    pub(super) fn other(&mut self, time: Time, than: UserId) -> UserId {
        match self.next(time) {
            author if author != than => author,
            _ => match self.next(time) {
                author if author != than => author,
                _ => self.owner,
            },
        }
    }

    fn anybody(&mut self) -> UserId {
        self.next += 1;
        let drawn = scale32(h1(self.hash, self.next), self.grown);
        let drawn = if drawn == self.owner.index() { (drawn + 1) % self.grown } else { drawn };
        UserId(drawn as u32)
    }
}

/// A bijection of `0..2^bits` that costs two multiplies: an order in which to go through fewer.
#[derive(Clone, Copy, Debug)]
struct Order {
    mask: u64,
    half: u32,
    factor: u64,
    shift: u64,
}

impl Order {
    fn new(len: u64, hash: u64) -> Order {
        let bits = len.next_power_of_two().trailing_zeros();
        let mask = (1 << bits) - 1;
        Order { mask, half: (bits / 2).max(1), factor: hash | 1, shift: hash >> 32 }
    }

    fn len(self) -> u64 {
        self.mask + 1
    }

    #[inline(always)]
    fn at(self, i: u64) -> u64 {
        let x = i.wrapping_add(self.shift).wrapping_mul(self.factor) & self.mask;
        let x = (x ^ (x >> self.half)).wrapping_mul(0x9E37_79B9_7F4A_7C15) & self.mask;
        x ^ (x >> self.half)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_meets_everyone_once() {
        for len in [0, 1, 2, 3, 8, 100, 5000] {
            for hash in [0, 7, 0x1234_5678_9ABC_DEF0] {
                let order = Order::new(len, hash);
                let mut met: Vec<u64> = (0..order.len()).map(|i| order.at(i)).collect();
                met.sort_unstable();
                assert!(met.into_iter().eq(0..order.len()) && order.len() >= len);
            }
        }
    }
}

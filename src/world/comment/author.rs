//! Who writes the comments of one photo: followers of the owner, hardly anyone twice as long as there are others.
//!
//! An audience is gone through from a place of its own for each photo and window. Whoever had not signed up when the
//! comment was written is passed over; when the audience is through, anybody who had comes in.

use crate::random::hash::{h1, scale32, scale64};
use crate::time::Time;
use crate::world::follow::Audience;
use crate::world::id::UserId;
use crate::world::scene::Scene;

/// Followers tried for one comment.
const TRIES: usize = 16;
/// Of 2^64.
const GOLDEN_SECTION: u64 = 0x9E37_79B9_7F4A_7C15;

/// The authors of one photo.
#[derive(Debug)]
pub(super) struct Authors<'a> {
    scene: Scene<'a>,
    audience: Audience,
    owner: UserId,
    /// How many users had signed up well before the photo: at least one.
    grown: u64,
    hash: u64,
    turn: u64,
}

impl<'a> Authors<'a> {
    pub(super) fn new(scene: Scene<'a>, owner: UserId, epoch: usize, hash: u64) -> Authors<'a> {
        let audience = scene.follows.audience(scene.users, owner);
        let grown = scene.photos.signed_up()[epoch].max(1) as u64;
        Authors { scene, audience, owner, grown, hash, turn: 0 }
    }

    /// Who comments at `time`: not the owner, unless there is nobody else.
    #[inline]
    pub(super) fn next(&mut self, time: Time) -> UserId {
        for _ in 0..TRIES {
            if self.turn >= self.audience.len() {
                break;
            }
            let place = place(self.hash, self.turn, self.audience.len());
            self.turn += 1;
            if let Some(author) = self.scene.follows.follower_at(self.scene.users, &self.audience, place)
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
        self.turn += 1;
        let mut drawn = scale32(h1(self.hash, self.turn), self.grown);
        // Neither of two: the third is somebody else, unless there are no others.
        for _ in 0..2 {
            let user = Some(UserId(drawn as u32));
            if user == Some(self.owner) || user == self.scene.idle {
                drawn = (drawn + 1) % self.grown;
            }
        }
        match Some(UserId(drawn as u32)) {
            user if user == self.scene.idle => self.owner,
            _ => UserId(drawn as u32),
        }
    }
}

/// Where to look at a turn: places lie apart by the golden section, so that hardly any is met twice in one round.
#[inline(always)]
fn place(hash: u64, turn: u64, len: u64) -> u64 {
    scale64(hash.wrapping_add(turn.wrapping_mul(GOLDEN_SECTION)), len)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_audience_is_gone_through_evenly() {
        for len in [1, 2, 3, 8, 100, 5000] {
            for hash in [0, 7, 0x1234_5678_9ABC_DEF0] {
                let mut met = vec![0; len as usize];
                (0..len).for_each(|turn| met[place(hash, turn, len) as usize] += 1);
                assert!(met.iter().all(|&times| times <= 2), "{len}: {met:?}");
                assert!(met.iter().filter(|&&times| times == 0).count() as u64 <= len / 3, "{len}: {met:?}");
            }
        }
    }
}

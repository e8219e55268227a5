//! Photos in the order of the slot map, epoch by epoch and cohort by cohort: cheaper than by id, where the order of
//! photos does not matter and few of them need an id at all.

use super::{Photos, SlotAddress};
use crate::world::id::UserId;

const BATCH: usize = 64;

/// A photo met in an epoch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Visited {
    pub cohort: usize,
    /// The posting rank of the owner in the cohort.
    pub rank: u64,
    /// The slot in the cohort: it names the photo as well as the id does.
    pub slot: u64,
    /// Which of the owner's photos, and how many these are.
    pub ordinal: u32,
    pub photos: u32,
    pub place: SlotAddress,
}

/// The photos of one member of a cohort: slots from `first` on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Owned {
    pub cohort: usize,
    pub rank: u64,
    pub first: u64,
    pub photos: u32,
}

/// A member of a cohort who posts, by posting rank.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Poster {
    pub user: UserId,
    pub photos: u32,
}

impl Photos {
    /// Meets the photos of an epoch that one cohort posted.
    #[inline(always)]
    pub(crate) fn visit(&self, epoch: usize, cohort: usize, mut meet: impl FnMut(Visited)) {
        let c = &self.cohorts[cohort];
        let (from, to) = (self.slots_before(cohort, epoch), self.slots_before(cohort, epoch + 1));
        let first_z = self.before[epoch * self.stride + cohort];
        let mut slots = [0; BATCH];
        let mut y = from;
        while y < to {
            let count = (to - y).min(BATCH as u64) as usize;
            // Many at once, so that the multiplies of one overlap with those of the next.
            for (slot, y) in slots[..count].iter_mut().zip(y..) {
                *slot = c.slots.inverse(y);
            }
            for (&slot, y) in slots[..count].iter().zip(y..) {
                let (rank, of_rank) = self.rank_of_slot(c, slot);
                let place = SlotAddress { epoch: epoch as u32, z: first_z + (y - from) as u32 };
                let ordinal = (slot - of_rank.start) as u32;
                let photos = (of_rank.end - of_rank.start) as u32;
                meet(Visited { cohort, rank, slot, ordinal, photos, place });
            }
            y += count as u64;
        }
    }

    /// Meets the slots of a cohort's members by posting rank: which of how many, without a place.
    #[inline(always)]
    pub(crate) fn visit_owners(&self, cohort: usize, mut meet: impl FnMut(Owned)) {
        let c = &self.cohorts[cohort];
        let mut first = 0;
        for rank in 0..c.posters as u64 {
            let next = self.slot_of_rank(c, rank + 1);
            meet(Owned { cohort, rank, first, photos: (next - first) as u32 });
            first = next;
        }
    }

    /// One photo of a member, with its place.
    #[inline(always)]
    pub(crate) fn visited(&self, owned: Owned, ordinal: u32) -> Visited {
        let Owned { cohort, rank, first, photos } = owned;
        let slot = first + ordinal as u64;
        let place = self.place(cohort, self.scatter(cohort, slot as u32));
        Visited { cohort, rank, slot, ordinal, photos, place }
    }

    /// The user of a posting rank.
    #[inline(always)]
    pub(crate) fn member(&self, cohort: usize, rank: u64) -> UserId {
        let c = &self.cohorts[cohort];
        UserId(c.first_user + c.ranks.inverse(rank) as u32)
    }

    /// The posters of a cohort by posting rank.
    pub(crate) fn posters(&self, cohort: usize) -> impl Iterator<Item = Poster> + '_ {
        let c = &self.cohorts[cohort];
        (0..c.posters as u64).map(move |rank| Poster {
            user: self.member(cohort, rank),
            photos: (self.slot_of_rank(c, rank + 1) - self.slot_of_rank(c, rank)) as u32,
        })
    }

    /// The share of a cohort's photos that lie in an epoch.
    pub(crate) fn share_in(&self, cohort: usize, epoch: usize) -> f64 {
        self.share_before(cohort, epoch + 1) - self.share_before(cohort, epoch)
    }
}

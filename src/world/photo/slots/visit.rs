//! Photos met by id, a span of time at once, and members met by cohort: cheaper than one by one, since the multiplies
//! of many overlap, and few of those who are met need a user's id at all.

use std::ops::Range;

use super::Photos;
use crate::time::Time;
use crate::world::id::{PhotoId, UserId};

const BATCH: usize = 64;

/// A photo met in an epoch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Met {
    pub photo: PhotoId,
    pub epoch: usize,
    pub cohort: usize,
    /// The posting rank of the owner in the cohort.
    pub rank: u64,
    /// The slot in the cohort: it names the photo as well as the id does.
    pub slot: u64,
    /// Which of the owner's photos, and how many these are.
    pub ordinal: u32,
    pub photos: u32,
}

/// The photos of one member of a cohort: slots from `first` on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Owned {
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
    /// Meets the wanted ones of a run of ids, in the order of ids.
    #[inline(always)]
    pub(crate) fn meet(&self, ids: Range<u32>, wanted: impl Fn(PhotoId) -> bool, mut meet: impl FnMut(Met)) {
        let mut batch = [PhotoId(0); BATCH];
        let mut next = ids.start;
        while next < ids.end {
            let epoch = self.epoch_of(PhotoId(next));
            let end = self.first_photo(epoch + 1).min(ids.end);
            while next < end {
                let mut count = 0;
                while next < end && count < BATCH {
                    batch[count] = PhotoId(next);
                    count += usize::from(wanted(PhotoId(next)));
                    next += 1;
                }
                self.meet_batch(epoch, &batch[..count], &mut meet);
            }
        }
    }

    /// At most [`BATCH`] photos of one epoch.
    #[inline(always)]
    fn meet_batch(&self, epoch: usize, batch: &[PhotoId], meet: &mut impl FnMut(Met)) {
        let e = &self.epochs[epoch];
        let before = &self.before[epoch * self.stride..][..epoch + 1];
        let (mut places, mut cohorts) = ([0; BATCH], [0u16; BATCH]);
        for (place, photo) in places.iter_mut().zip(batch) {
            *place = e.ids.inverse((photo.0 - e.first_photo) as u64);
        }
        for (cohort, place) in cohorts[..batch.len()].iter_mut().zip(&mut places) {
            let c = before.partition_point(|&b| b as u64 <= *place) - 1;
            *cohort = c as u16;
            *place = self.slots_before(c, epoch) + *place - before[c] as u64;
        }
        for (cohort, place) in cohorts[..batch.len()].iter().zip(&mut places) {
            *place = self.cohorts[*cohort as usize].slots.inverse(*place);
        }
        for ((&cohort, &slot), &photo) in cohorts.iter().zip(&places).zip(batch) {
            let cohort = cohort as usize;
            let (rank, slots) = self.rank_of_slot(&self.cohorts[cohort], slot);
            let (ordinal, photos) = ((slot - slots.start) as u32, (slots.end - slots.start) as u32);
            meet(Met { photo, epoch, cohort, rank, slot, ordinal, photos });
        }
    }

    /// Meets the slots of a cohort's members by posting rank: no photo of them needs a place.
    #[inline(always)]
    pub(crate) fn meet_owners(&self, cohort: usize, mut meet: impl FnMut(Owned)) {
        let c = &self.cohorts[cohort];
        let mut first = 0;
        for rank in 0..c.posters as u64 {
            let next = self.slot_of_rank(c, rank + 1);
            meet(Owned { rank, first, photos: (next - first) as u32 });
            first = next;
        }
    }

    /// The epoch and the id of a slot of a cohort.
    #[inline(always)]
    pub(crate) fn find(&self, cohort: usize, slot: u64) -> (usize, PhotoId) {
        let place = self.place(cohort, self.scatter(cohort, slot as u32));
        (place.epoch as usize, self.id(place))
    }

    /// The first photo that was not posted before a moment; the count of photos if there is none.
    pub(crate) fn first_at(&self, time: Time) -> u32 {
        let epoch = self.epoch_at(time);
        let (mut low, mut high) = (self.first_photo(epoch), self.first_photo(epoch + 1));
        while low < high {
            let middle = low + (high - low) / 2;
            if self.time_of(epoch, PhotoId(middle)) < time {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    /// How far a moment lies in its epoch: the epoch, and the part of its photos that are posted by then.
    pub(crate) fn progress(&self, time: Time) -> (usize, f64) {
        let epoch = self.epoch_at(time);
        (epoch, self.calendar.passed(epoch, time))
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

//! The slot map: photos without a list of photos.
//!
//! Users who signed up in one epoch are a cohort, a contiguous range of ids, and post in later epochs only, so that
//! nobody posts before signing up. A cohort's photos are "slots", laid out owner by owner; one permutation scatters
//! them over the later epochs in proportion to each epoch's activity, a second one scatters the photos of an epoch
//! over its ids. Times grow with ids. Totals are rounded cumulatively and are exact.

mod visit;

use std::ops::Range;

use super::calendar::Calendar;
use crate::random::distribution::ZeroLognormal;
use crate::random::hash::{h1, key, stream, subkey};
use crate::random::permutation::Permutation;
use crate::random::table::LogLut;
use crate::time::Time;
use crate::world::clock::Clock;
use crate::world::id::{PhotoId, UserId};
use crate::world::user::Users;

/// The slot map.
#[derive(Clone, Debug)]
pub(crate) struct Photos {
    calendar: Calendar,
    cohorts: Vec<Cohort>,
    epochs: Vec<Epoch>,
    /// `before[epoch * stride + cohort]`: photos of earlier cohorts in that epoch.
    before: Vec<u32>,
    stride: usize,
    shares: LogLut,
    rank_guess: Vec<u32>,
    epoch_guess: Vec<u16>,
    epoch_shift: u32,
    time_key: u64,
}

#[derive(Clone, Debug)]
struct Cohort {
    first_user: u32,
    /// The members of the first posting ranks; the others never post.
    posters: u32,
    photos: u32,
    /// 2^64 / posters: turns a rank into a quantile without a division.
    rank_step: u64,
    guesses_per_slot: f64,
    slots_per_raw: f64,
    raw_per_slot: f64,
    ranks: Permutation,
    slots: Permutation,
}

#[derive(Clone, Debug)]
struct Epoch {
    first_photo: u32,
    ids: Permutation,
    raw_per_photo: f64,
}

/// Where one photo of a cohort lies: its epoch, and its place among the photos of that epoch by cohort.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct SlotAddress {
    pub epoch: u32,
    pub z: u32,
}

/// The slots of one user.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Slots {
    pub cohort: usize,
    pub first: u32,
    pub count: u32,
}

/// Standard deviation of the logarithm of the posts of those who post.
const POSTS_SIGMA: f64 = 1.3;
/// Nobody posts more than this many times the mean.
const POSTS_CAP: f64 = 120.0;
/// Cumulative shares are counted in 2^-31.
const SHARE_BITS: u32 = 31;
const RANK_GUESSES: usize = 4096;

impl Photos {
    /// Lays out `count` photos, of which `silent_share` of the users post none.
    pub(crate) fn new(clock: &Clock, users: &Users, seed: u64, count: u32, silent_share: f64) -> Photos {
        let calendar = Calendar::new(clock, users);
        let epoch_count = calendar.epochs();
        let posts = ZeroLognormal { mean: 1.0, sigma: POSTS_SIGMA, zero_share: 0.0, cap: POSTS_CAP };
        let (shares, _) = LogLut::cumulative(|q| posts.at(q), (1u64 << SHARE_BITS) as f64);
        let rank_guess = (0..=RANK_GUESSES as i64)
            .map(|i| shares.guess_inverse(i << (SHARE_BITS - RANK_GUESSES.trailing_zeros())))
            .collect();
        let posters = calendar.posters(silent_share);
        let totals = calendar.cohort_totals(&posters, count);
        let (rank_key, slot_key, id_key) = (
            key(seed, stream("photo.posting_rank")),
            key(seed, stream("photo.slot")),
            key(seed, stream("photo.id")),
        );
        let cohorts: Vec<Cohort> = (0..epoch_count)
            .map(|c| {
                let users = calendar.first_user[c + 1] - calendar.first_user[c];
                let remaining = calendar.raw_left(c);
                let (slots_per_raw, raw_per_slot) = match totals[c] {
                    0 => (0.0, 0.0),
                    photos => (photos as f64 / remaining, remaining / photos as f64),
                };
                Cohort {
                    first_user: calendar.first_user[c],
                    posters: posters[c],
                    photos: totals[c],
                    guesses_per_slot: RANK_GUESSES as f64 / totals[c].max(1) as f64,
                    rank_step: u64::MAX / posters[c].max(1) as u64,
                    slots_per_raw,
                    raw_per_slot,
                    ranks: Permutation::new(users as u64, subkey(rank_key, c as u64)),
                    slots: Permutation::new(totals[c] as u64, subkey(slot_key, c as u64)),
                }
            })
            .collect();
        let mut photos = Photos {
            calendar,
            cohorts,
            epochs: Vec::with_capacity(epoch_count),
            before: vec![0; epoch_count * (epoch_count + 1)],
            stride: epoch_count + 1,
            shares,
            rank_guess,
            epoch_guess: Vec::new(),
            epoch_shift: (32 - count.leading_zeros()).saturating_sub(12),
            time_key: key(seed, stream("photo.time")),
        };
        photos.fill_epochs(id_key);
        photos.epoch_guess = (0..=count >> photos.epoch_shift)
            .map(|i| {
                let at = i << photos.epoch_shift;
                (photos.epochs.partition_point(|e| e.first_photo <= at).max(1) - 1) as u16
            })
            .collect();
        photos
    }

    fn fill_epochs(&mut self, id_key: u64) {
        let mut first_photo = 0;
        for epoch in 0..self.cohorts.len() {
            let mut sum = 0;
            for c in 0..self.cohorts.len() {
                sum += (self.slots_before(c, epoch + 1) - self.slots_before(c, epoch)) as u32;
                self.before[epoch * self.stride + c + 1] = sum;
            }
            self.epochs.push(Epoch {
                first_photo,
                ids: Permutation::new(sum as u64, subkey(id_key, epoch as u64)),
                raw_per_photo: self.calendar.raw_of(epoch) / sum.max(1) as f64,
            });
            first_photo += sum;
        }
    }

    /// All photos.
    pub(crate) fn count(&self) -> u32 {
        self.cohorts.iter().map(|c| c.photos).sum()
    }

    /// The number of epochs.
    pub(crate) fn epoch_count(&self) -> usize {
        self.epochs.len()
    }

    /// The first photo of an epoch; of the one behind the last: the count.
    pub(crate) fn first_photo(&self, epoch: usize) -> u32 {
        self.epochs.get(epoch).map_or_else(|| self.count(), |e| e.first_photo)
    }

    /// How many users had signed up at the start of each epoch, and at the end.
    pub(crate) fn signed_up(&self) -> &[u32] {
        &self.calendar.first_user
    }

    /// The first second of an epoch; of the one behind the last: the end of the world.
    pub(crate) fn epoch_start(&self, epoch: usize) -> Time {
        self.calendar.start[epoch]
    }

    /// The epoch that a moment lies in.
    pub(crate) fn epoch_at(&self, time: Time) -> usize {
        (self.calendar.start.partition_point(|&s| s <= time).max(1) - 1).min(self.epochs.len() - 1)
    }

    /// The cohort of a user.
    #[inline(always)]
    pub(crate) fn cohort_of(&self, user: UserId) -> usize {
        self.calendar.cohort_of(user.0)
    }

    /// All photos of a cohort.
    pub(crate) fn cohort_photos(&self, cohort: usize) -> u32 {
        self.cohorts[cohort].photos
    }

    /// The share of a cohort's photos that lie before an epoch.
    pub(crate) fn share_before(&self, cohort: usize, epoch: usize) -> f64 {
        let photos = self.cohorts[cohort].photos;
        if photos == 0 { 0.0 } else { self.slots_before(cohort, epoch) as f64 / photos as f64 }
    }

    /// How many photos of a cohort lie before an epoch: a formula instead of a matrix.
    #[inline(always)]
    fn slots_before(&self, cohort: usize, epoch: usize) -> u64 {
        let c = &self.cohorts[cohort];
        if epoch <= cohort {
            0
        } else if epoch == self.calendar.epochs() {
            c.photos as u64
        } else {
            let raw = self.calendar.raw[epoch] - self.calendar.raw[cohort + 1];
            ((c.slots_per_raw * raw) as i64 as u64).min(c.photos as u64)
        }
    }

    /// The first slot of the member with this posting rank.
    #[inline(always)]
    fn slot_of_rank(&self, c: &Cohort, rank: u64) -> u64 {
        if rank >= c.posters as u64 {
            return c.photos as u64;
        }
        let quantile = ((rank * c.rank_step) >> 32) as u32;
        (c.photos as u64 * self.shares.at(quantile) as u64) >> SHARE_BITS
    }

    /// The slots of a user.
    #[inline(always)]
    pub(crate) fn slots_of(&self, user: UserId) -> Slots {
        let cohort = self.calendar.cohort_of(user.0);
        let c = &self.cohorts[cohort];
        let rank = c.ranks.forward((user.0 - c.first_user) as u64);
        let first = self.slot_of_rank(c, rank);
        Slots { cohort, first: first as u32, count: (self.slot_of_rank(c, rank + 1) - first) as u32 }
    }

    /// Where a slot of a cohort goes when the cohort's photos are scattered over time: its place in time order of
    /// epochs, not finer.
    #[inline(always)]
    pub(crate) fn scatter(&self, cohort: usize, slot: u32) -> u32 {
        self.cohorts[cohort].slots.forward(slot as u64) as u32
    }

    /// Where the scattered slot of a cohort lies.
    #[inline(always)]
    pub(crate) fn place(&self, cohort: usize, scattered: u32) -> SlotAddress {
        let (c, y) = (&self.cohorts[cohort], scattered as u64);
        // Later by almost a whole slot: rounding then seldom guesses an epoch too early.
        let raw = self.calendar.raw[cohort + 1] + (y as i64 as f64 + 0.9999) * c.raw_per_slot;
        let mut epoch = self.calendar.epoch_of_raw(raw).max(cohort + 1);
        while self.slots_before(cohort, epoch + 1) <= y {
            epoch += 1;
        }
        while self.slots_before(cohort, epoch) > y {
            epoch -= 1;
        }
        let z = self.before[epoch * self.stride + cohort] as u64 + y - self.slots_before(cohort, epoch);
        SlotAddress { epoch: epoch as u32, z: z as u32 }
    }

    /// The id of a place.
    #[inline(always)]
    pub(crate) fn id(&self, place: SlotAddress) -> PhotoId {
        let epoch = &self.epochs[place.epoch as usize];
        PhotoId(epoch.first_photo + epoch.ids.forward(place.z as u64) as u32)
    }

    /// The id of the `ordinal`-th slot of a user; `ordinal` below the user's count. Slots are not in time order.
    pub(crate) fn photo_of(&self, user: UserId, ordinal: u32) -> PhotoId {
        let slots = self.slots_of(user);
        let scattered = self.scatter(slots.cohort, slots.first + ordinal);
        self.id(self.place(slots.cohort, scattered))
    }

    /// The epoch of a photo.
    #[inline(always)]
    pub(crate) fn epoch_of(&self, photo: PhotoId) -> usize {
        let mut epoch = self.epoch_guess[(photo.0 >> self.epoch_shift) as usize] as usize;
        while epoch + 1 < self.epochs.len() && self.epochs[epoch + 1].first_photo <= photo.0 {
            epoch += 1;
        }
        epoch
    }

    /// The user of a photo of an epoch, and which of the user's slots it is.
    #[inline(always)]
    pub(crate) fn owner_of(&self, epoch: usize, photo: PhotoId) -> (UserId, u32) {
        let z = self.epochs[epoch].ids.inverse((photo.0 - self.epochs[epoch].first_photo) as u64);
        let before = &self.before[epoch * self.stride..][..epoch + 1];
        let cohort = before.partition_point(|&b| b as u64 <= z) - 1;
        let y = self.slots_before(cohort, epoch) + z - before[cohort] as u64;
        let c = &self.cohorts[cohort];
        let slot = c.slots.inverse(y);
        let (rank, slots) = self.rank_of_slot(c, slot);
        (UserId(c.first_user + c.ranks.inverse(rank) as u32), (slot - slots.start) as u32)
    }

    /// The posting rank that a slot belongs to, and that rank's slots.
    #[inline(always)]
    fn rank_of_slot(&self, c: &Cohort, slot: u64) -> (u64, Range<u64>) {
        let share = (slot as i64 as f64 + 0.5) * c.guesses_per_slot;
        let i = (share as i64 as usize).min(RANK_GUESSES - 1);
        let (a, b) = (self.rank_guess[i] as f64, self.rank_guess[i + 1] as f64);
        let quantile = a + (b - a) * (share - i as f64);
        let mut rank = ((quantile as i64 as u64 * c.posters as u64) >> 32).min(c.posters as u64 - 1);
        let mut first = self.slot_of_rank(c, rank);
        while first > slot {
            rank -= 1;
            first = self.slot_of_rank(c, rank);
        }
        loop {
            let next = self.slot_of_rank(c, rank + 1);
            if next > slot {
                return (rank, first..next);
            }
            (rank, first) = (rank + 1, next);
        }
    }

    /// When a photo of an epoch was posted; never decreases with the id, never before its owner signed up.
    #[inline(always)]
    pub(crate) fn time_of(&self, epoch: usize, photo: PhotoId) -> Time {
        let e = &self.epochs[epoch];
        let inside =
            (h1(self.time_key, photo.0 as u64) >> 11) as i64 as f64 * (1.0 / 9_007_199_254_740_992.0);
        let nth = (photo.0 - e.first_photo) as f64 + inside;
        self.calendar.time(epoch, nth * e.raw_per_photo)
    }
}

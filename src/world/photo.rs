//! Photos: who posted, the how-manieth, and when, all from the id; and the id from those. Nothing is stored per photo.
//!
//! * [`calendar`]: epochs of time and cohorts of users
//! * [`slots`]: the map between (user, ordinal) and ids, both ways; photos of a span of time

mod calendar;
mod slots;

use super::id::{PhotoId, UserId};
use super::{Backing, World};
use crate::time::Time;
pub(crate) use slots::{Photos, SlotAddress};

/// What is known of a photo before any text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Photo {
    /// Which.
    pub id: PhotoId,
    /// Whose.
    pub owner: UserId,
    /// Which of the owner's, from 0: the better liked first, not in time order.
    pub ordinal: u32,
    /// When it was posted; never decreases with the id.
    pub created_at: Time,
}

impl World {
    /// The number of photos.
    pub fn photo_count(&self) -> u64 {
        match &self.backing {
            Backing::Computed(computed) => computed.photos.count() as u64,
            Backing::Stored(exact) => exact.photos().len() as u64,
        }
    }

    /// One photo; the id is below the count.
    #[inline(always)]
    pub fn photo(&self, id: PhotoId) -> Photo {
        match &self.backing {
            Backing::Computed(computed) => {
                let epoch = computed.photos.epoch_of(id);
                let (owner, ordinal) = computed.photos.owner_of(epoch, id);
                Photo { id, owner, ordinal, created_at: computed.photos.time_of(epoch, id) }
            }
            Backing::Stored(exact) => exact.photos()[id.0 as usize],
        }
    }

    /// How many photos a user posts.
    pub fn photos_of(&self, user: UserId) -> u32 {
        match &self.backing {
            Backing::Computed(computed) => computed.photos.slots_of(user).count,
            Backing::Stored(exact) => exact.photos_of(user).len() as u32,
        }
    }

    /// The photo with this ordinal of a user, which is below [`World::photos_of`].
    pub fn photo_of(&self, user: UserId, ordinal: u32) -> PhotoId {
        match &self.backing {
            Backing::Computed(computed) => computed.photos.photo_of(user, ordinal),
            Backing::Stored(exact) => exact.photos_of(user)[ordinal as usize],
        }
    }
}

#[cfg(test)]
mod tests;

//! What liking asks of a photo's owner: how many photos, where they lie, and how readily followers like them.
//!
//! Twelve bytes a user, built when likes are first asked for; above twenty million users they are computed each time,
//! so that memory stays bounded.

use std::sync::OnceLock;

use crate::random::distribution::ZeroLognormal;
use crate::random::hash::{h1, key, stream};
use crate::random::table::LogLut;
use crate::world::id::UserId;
use crate::world::scene::Scene;

const MAX_STORED: u32 = 20_000_000;
/// The part of the followers who like a photo of a small account.
const RATE: f64 = 0.18;
/// The standard deviation of the logarithm of an owner's charm.
const CHARM_SIGMA: f64 = 0.5;
/// Rates are parts of 2^16.
pub(super) const RATE_ONE: f64 = 65_536.0;

/// One owner.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Owner {
    /// The first slot of the owner in the cohort.
    pub first_slot: u32,
    pub photos: u32,
    /// Likes by one average follower of one average photo, times 2^16.
    pub rate: u16,
    pub cohort: u16,
}

impl Owner {
    /// The weight of all photos of the owner for one follower.
    #[inline(always)]
    pub(super) fn mass(self) -> u64 {
        self.photos as u64 * self.rate as u64
    }
}

/// All owners, stored or computed.
#[derive(Debug)]
pub(crate) struct Owners {
    stored: OnceLock<Vec<Owner>>,
    charm: LogLut,
    key: u64,
}

impl Owners {
    pub(super) fn new(seed: u64) -> Owners {
        let charm = ZeroLognormal { mean: 1.0, sigma: CHARM_SIGMA, zero_share: 0.0, cap: 5.0 };
        Owners {
            stored: OnceLock::new(),
            charm: LogLut::new(|q| charm.at(q.max(1e-9)) * RATE_ONE),
            key: key(seed, stream("like.charm")),
        }
    }

    /// The stored owners by id, made now if not yet; none in a world too large for them.
    #[inline(always)]
    pub(super) fn stored(&self, scene: Scene) -> Option<&[Owner]> {
        if scene.users.count > MAX_STORED {
            return None;
        }
        let make = || (0..scene.users.count).map(|user| self.compute(scene, UserId(user))).collect();
        Some(self.stored.get_or_init(make))
    }

    /// One owner from nothing.
    #[inline(always)]
    pub(super) fn compute(&self, scene: Scene, user: UserId) -> Owner {
        let slots = scene.photos.slots_of(user);
        let rate = match slots.count {
            0 => 0.0,
            _ => self.rate(user, scene.follows.expected_followers(scene.users, user)),
        };
        let rate = rate.min(RATE_ONE - 1.0) as i64 as u16;
        Owner { first_slot: slots.first, photos: slots.count, rate, cohort: slots.cohort as u16 }
    }

    /// What one average follower gives to one average photo, times 2^16: it falls with the number of followers, as
    /// measured by account size. The exponent, -5/16, needs square roots only.
    #[inline(always)]
    pub(crate) fn rate(&self, user: UserId, followers: f64) -> f64 {
        let root = (1.0 + followers.max(1.0) / 100.0).sqrt().sqrt();
        let charm = self.charm.at((h1(self.key, user.0 as u64) >> 32) as u32) as f64;
        RATE / (root * root.sqrt().sqrt()) * charm
    }
}

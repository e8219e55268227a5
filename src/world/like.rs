//! Likes: what a user likes, sorted by photo, each photo once, with times; a function of (seed, user).
//!
//! One exponential clock runs over the photos of all followees, measured in mass (photos times rate): no photo is
//! visited that is not liked, and an owner without a like costs one subtraction. Some likes go beyond the followees,
//! to whom the world sees ([`Follows::popular`](super::follow::Follows::popular)). Photos older than the liker are
//! rarely liked. Nothing is liked before it is posted, before its liker signed up or began to follow its owner.

mod calibrate;
mod formula;
mod owner;
mod quality;

use std::sync::OnceLock;

use super::follow::FollowScratch;
use super::id::{PhotoId, UserId};
use super::photo::SlotAddress;
use super::scene::Scene;
use super::{Backing, World};
use crate::profile::Profile;
use crate::random::distribution::{Delay, Exponential, ZeroLognormal};
use crate::random::hash::{chance, h1, h2, key, stream, threshold};
use crate::random::table::LogLut;
use crate::time::Time;
use owner::{Owner, Owners};
pub(crate) use quality::Quality;

/// The share of users who never like.
const NEVER_LIKE: f64 = 0.2;
/// The standard deviation of the logarithm of the others' zeal.
const ZEAL_SIGMA: f64 = 1.0;
const ZEAL_CAP: f64 = 60.0;
const ZEAL_ONE: f64 = 65_536.0;
/// The chance that a photo older than its liker is liked as if it were new.
const SCROLLED_BACK: f64 = 0.08;
/// How much more friends like each other's photos than followers who are not followed back. The clock takes it as a
/// shift by one bit.
const FRIENDS_LIKE: f64 = 2.0;
/// The share of likes outside the followees.
const EXPLORED: f64 = 0.15;
const EXPLORED_BY_BOTS: f64 = 0.5;
/// Likes within an hour 25 %, half within 5 hours, 81 % within a day.
const DELAY_SHAPE: f64 = 0.55;
const DELAY_SCALE: f64 = 9.74 * 3600.0;
/// Programs are this many times faster.
const BOT_HASTE: u32 = 16;
const NOT_FOLLOWED: u64 = 0xFFFF;

/// One like of a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Like {
    /// What is liked.
    pub photo: PhotoId,
    /// When.
    pub created_at: Time,
}

/// Room for the likes of one user, used again for the next.
#[derive(Clone, Debug, Default)]
pub struct LikeScratch {
    follows: FollowScratch,
    picks: Picks,
    keys: Vec<u64>,
    likes: Vec<Like>,
}

impl LikeScratch {
    /// Empty room; it grows to the greatest answer.
    pub fn new() -> LikeScratch {
        LikeScratch::default()
    }
}

/// What the clock met, and what becomes of it.
#[derive(Clone, Debug, Default)]
struct Picks {
    picks: Vec<Pick>,
    scattered: Vec<u32>,
    places: Vec<(SlotAddress, u16)>,
}

/// A photo that the clock met: the slot of an owner, and whether the owner is followed.
#[derive(Clone, Copy, Debug)]
struct Pick {
    /// The index among the followees.
    followee: u16,
    cohort: u16,
    slot: u32,
}

/// The rule, calibrated.
#[derive(Debug)]
pub(crate) struct Likes {
    owners: Owners,
    quality: Quality,
    zeal: LogLut,
    gap: Exponential,
    delay: Delay,
    /// Likes wanted in all.
    wanted: f64,
    /// What brings the total to what is wanted, found when likes are first asked for.
    scale: OnceLock<f64>,
    scrolled_back: u64,
    keys: Keys,
}

#[derive(Debug)]
struct Keys {
    zeal: u64,
    gap: u64,
    old: u64,
    explore: u64,
    delay: u64,
}

impl Likes {
    fn uncalibrated(profile: &Profile, scene: Scene) -> Likes {
        let seed = profile.seed;
        let zeal = ZeroLognormal { mean: 1.0, sigma: ZEAL_SIGMA, zero_share: NEVER_LIKE, cap: ZEAL_CAP };
        let of = |name| key(seed, stream(name));
        Likes {
            owners: Owners::new(seed),
            quality: Quality::new(),
            zeal: LogLut::new(|q| zeal.at(q.max(1e-9)) * ZEAL_ONE),
            gap: Exponential::new(),
            delay: Delay::weibull(DELAY_SHAPE, DELAY_SCALE),
            wanted: profile.likes_per_photo * scene.photos.count() as f64,
            scale: OnceLock::new(),
            scrolled_back: threshold(SCROLLED_BACK),
            keys: Keys {
                zeal: of("like.zeal"),
                gap: of("like.gap"),
                old: of("like.old"),
                explore: of("like.explore"),
                delay: of("like.delay"),
            },
        }
    }

    /// How eagerly a user likes: 1 on average, 0 for those who never do. Bots are all alike.
    fn zeal_of(&self, user: UserId, bot: bool) -> f64 {
        match bot {
            true => 1.0,
            false => self.zeal.at((h1(self.keys.zeal, user.0 as u64) >> 32) as u32) as f64 / ZEAL_ONE,
        }
    }

    /// What an average follower of a user gives to a photo, times 2^16.
    #[inline(always)]
    pub(crate) fn rate(&self, user: UserId, followers: f64) -> f64 {
        self.owners.rate(user, followers)
    }

    /// How much a follower is drawn to the `ordinal`-th photo of a user.
    pub(crate) fn appeal(&self, user: UserId, followers: f64, ordinal: u32, photos: u32) -> f64 {
        self.rate(user, followers) * self.quality.of(ordinal, photos)
    }

    /// Here no wish is refused any more: a modest one that is too much gets what there is.
    fn scale(&self, scene: Scene) -> f64 {
        *self.scale.get_or_init(|| self.calibrate(scene).unwrap_or(calibrate::MAX_SCALE))
    }

    /// What a user likes.
    pub(crate) fn of<'s>(&self, scene: Scene, user: UserId, scratch: &'s mut LikeScratch) -> &'s [Like] {
        let scale = self.scale(scene);
        match self.owners.stored(scene) {
            Some(stored) => self.draw(scene, scale, user, |owner| stored[owner.0 as usize], scratch),
            None => self.draw(scene, scale, user, |owner| self.owners.compute(scene, owner), scratch),
        }
    }

    #[inline(always)]
    fn draw<'s>(
        &self,
        scene: Scene,
        scale: f64,
        user: UserId,
        owner: impl Fn(UserId) -> Owner,
        scratch: &'s mut LikeScratch,
    ) -> &'s [Like] {
        let LikeScratch { follows, picks, keys, likes } = scratch;
        likes.clear();
        let bot = scene.follows.is_bot(scene.users, user);
        let pace = scale * self.zeal_of(user, bot);
        if pace == 0.0 {
            return likes;
        }
        let (followees, friends) = scene.follows.followees_and_friends(scene.users, user, follows);
        picks.picks.clear();
        self.run_clock(user, pace, (followees, friends), &owner, &mut picks.picks);
        self.explore(scene, user, bot, followees, &owner, &mut picks.picks);
        self.place(scene, user, picks, keys);
        keys.sort_unstable();

        let signed_up = scene.signed_up(user);
        let own_epoch = scene.photos.cohort_of(user);
        let mut last = u64::MAX;
        let mut epoch = keys.first().map_or(0, |&key| scene.photos.epoch_of(PhotoId((key >> 16) as u32)));
        for &key in keys.iter() {
            let photo = PhotoId((key >> 16) as u32);
            if photo.0 as u64 == last {
                continue;
            }
            last = photo.0 as u64;
            while scene.photos.first_photo(epoch + 1) <= photo.0 {
                epoch += 1;
            }
            let posted = scene.photos.time_of(epoch, photo);
            let hash = h2(self.keys.delay, user.0 as u64, photo.0 as u64);
            if epoch == own_epoch && posted < signed_up && hash & 0xFFFF_FFFF >= self.scrolled_back {
                continue;
            }
            let since = match key & 0xFFFF {
                NOT_FOLLOWED => signed_up,
                followee => scene.follow_time(user, signed_up, followees[followee as usize]),
            };
            let from = posted.max(since);
            let mut delay = self.delay.draw((hash >> 32) as u32, scene.room_after(from));
            if bot {
                delay /= BOT_HASTE;
            }
            likes.push(Like { photo, created_at: Time(from.0 + delay) });
        }
        likes
    }

    /// The clock: exponential gaps over the mass of the followees' photos, which is greater for friends.
    #[inline(always)]
    fn run_clock(
        &self,
        user: UserId,
        pace: f64,
        (followees, friends): (&[UserId], &[UserId]),
        owner: &impl Fn(UserId) -> Owner,
        picks: &mut Vec<Pick>,
    ) {
        let mut friends = friends.iter().copied().peekable();
        let unit = 1.0 / pace;
        let (key, mut tick) = (h1(self.keys.gap, user.0 as u64), 0);
        let mut next_gap = || {
            tick += 1;
            (self.gap.draw((h1(key, tick) >> 32) as u32) as f64 * unit) as i64 as u64
        };
        let mut left = next_gap();
        for (followee, &id) in followees.iter().enumerate() {
            let owner = owner(id);
            let mass = owner.mass() << u32::from(friends.next_if_eq(&id).is_some());
            let mut last = u32::MAX;
            while left < mass {
                let share = left as i64 as f64 / mass as i64 as f64 * 4_294_967_296.0;
                let pick = self.quality.pick(share as i64 as u32, owner.photos);
                // The picks of one owner ascend: doubles are neighbours.
                if pick != last {
                    let slot = owner.first_slot + pick;
                    picks.push(Pick { followee: followee as u16, cohort: owner.cohort, slot });
                    last = pick;
                }
                left = left.saturating_add(next_gap());
            }
            left -= mass;
        }
    }

    /// Some likes more, of photos of popular strangers.
    #[inline(always)]
    fn explore(
        &self,
        scene: Scene,
        user: UserId,
        bot: bool,
        followees: &[UserId],
        owner: &impl Fn(UserId) -> Owner,
        picks: &mut Vec<Pick>,
    ) {
        let share = if bot { EXPLORED_BY_BOTS } else { EXPLORED };
        let key = h1(self.keys.explore, user.0 as u64);
        let rounding = (h1(key, 0) >> 40) as f64 / 16_777_216.0;
        let count = (picks.len() as f64 * (share / (1.0 - share)) + rounding) as i64 as u64;
        for i in 1..=count {
            let hash = h1(key, i);
            let id = scene.follows.popular(hash);
            if id == user || followees.binary_search(&id).is_ok() {
                continue;
            }
            let owner = owner(id);
            if owner.photos > 0 {
                let slot = owner.first_slot + self.quality.pick(hash as u32, owner.photos);
                picks.push(Pick { followee: NOT_FOLLOWED as u16, cohort: owner.cohort, slot });
            }
        }
    }

    /// From slots to photo ids, without most of those from before the user's time. Step by step over all picks, so
    /// that the multiplies of many overlap.
    #[inline(always)]
    fn place(&self, scene: Scene, user: UserId, scratch: &mut Picks, keys: &mut Vec<u64>) {
        let own_epoch = scene.photos.cohort_of(user) as u32;
        let Picks { picks, scattered, places } = scratch;
        scattered.clear();
        scattered.extend(picks.iter().map(|pick| scene.photos.scatter(pick.cohort as usize, pick.slot)));
        places.clear();
        for (pick, &scattered) in picks.iter().zip(scattered.iter()) {
            let place = scene.photos.place(pick.cohort as usize, scattered);
            let row = (pick.cohort as u64) << 32 | pick.slot as u64;
            if place.epoch >= own_epoch || chance(h2(self.keys.old, user.0 as u64, row), self.scrolled_back) {
                places.push((place, pick.followee));
            }
        }
        keys.clear();
        keys.extend(
            places.iter().map(|&(place, followee)| (scene.photos.id(place).0 as u64) << 16 | followee as u64),
        );
    }
}

impl World {
    /// Finds the scale of likes, which takes a moment, before anybody waits for it.
    pub(crate) fn prepare_likes(&self) {
        if let Backing::Computed(computed) = &self.backing {
            computed.likes.scale(self.scene(computed));
        }
    }

    /// What a user likes: ascending by photo, each once.
    pub fn likes<'s>(&'s self, user: UserId, scratch: &'s mut LikeScratch) -> &'s [Like] {
        match &self.backing {
            Backing::Computed(computed) => computed.likes.of(self.scene(computed), user, scratch),
            Backing::Stored(exact) => exact.likes(user),
        }
    }
}

#[cfg(test)]
mod tests;

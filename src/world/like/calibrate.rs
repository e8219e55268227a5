//! Brings the mean number of likes to what was asked, or refuses with the most that the network can give.
//!
//! A formula ([`Formula`]) says which scale gives how many likes, saturation and visibility included. What it leaves
//! out (doubles among strangers' photos, photos that nobody sees) is mended by one ratio: likes really drawn for some
//! users, to those that the formula expects of the same users. A small world is drawn as a whole instead. Sums run in
//! a fixed order on one thread, so that the scale is the same everywhere.

use super::formula::{Formula, nth};
use super::{LikeScratch, Likes, Owner};
use crate::profile::Profile;
use crate::world::WorldError;
use crate::world::follow::FollowScratch;
use crate::world::id::UserId;
use crate::world::scene::Scene;

/// Drawn as a whole up to this many users.
const WHOLE_UP_TO: u32 = 4096;
/// Users whose likes are drawn to try the formula out: at least this many, and a fixed share of a large world.
const DRAWN: std::ops::RangeInclusive<u32> = 6144..=16_384;
const ONE_DRAWN_OF: u32 = 24;
/// Smaller worlds store their owners already for this.
const STORED_UP_TO: u32 = 2_000_000;
/// With more, likes only meet what is liked already.
pub(super) const MAX_SCALE: f64 = 32.0;
/// Nobody who asks for no more than the default is refused: a tiny network gives what it can.
const MODEST_SHARE: f64 = 0.0601;
const GOOD_ENOUGH: f64 = 0.002;
const MAX_TRIES: usize = 16;
/// A ratio holds for scales within this factor.
const NEARBY: f64 = 1.25;

impl Likes {
    /// The likes of a world. What is more than the default is weighed at once, and refused if it is too much.
    pub(crate) fn new(profile: &Profile, scene: Scene) -> Result<Likes, WorldError> {
        let likes = Likes::uncalibrated(profile, scene);
        let modest = profile.likes_per_photo <= MODEST_SHARE * profile.follows_per_user;
        if modest || likes.wanted <= 0.0 {
            return Ok(likes);
        }
        match likes.calibrate(scene) {
            Ok(scale) => {
                likes.scale.get_or_init(|| scale);
                Ok(likes)
            }
            Err(max) => Err(WorldError::TooMuch {
                key: "likes_per_photo",
                asked: profile.likes_per_photo.to_string(),
                max: ((99.0 * max / scene.photos.count() as f64).floor() / 100.0).to_string(),
                users: scene.users.count,
            }),
        }
    }

    /// The scale that gives the wanted likes; the most that can be given, if that is less.
    pub(super) fn calibrate(&self, scene: Scene) -> Result<f64, f64> {
        if self.wanted <= 0.0 {
            return Ok(0.0);
        }
        let formula = Formula::new(self, scene);
        match scene.users.count <= WHOLE_UP_TO {
            true => self.calibrate_whole(scene, &formula),
            false => self.calibrate_sampled(scene, &formula),
        }
    }

    /// Draws all likes of a small world until they are as many as wanted.
    fn calibrate_whole(&self, scene: Scene, formula: &Formula) -> Result<f64, f64> {
        let (mut target, mut best) = (self.wanted, (f64::MAX, 0.0));
        for _ in 0..MAX_TRIES {
            let scale = formula.solve(target, MAX_SCALE);
            let got = self.drawn(scene, scale, (0..scene.users.count).map(UserId));
            let miss = self.wanted / got.max(0.5);
            if scale >= MAX_SCALE && miss > 1.0 {
                return Err(got);
            }
            target *= miss;
            if (miss - 1.0).abs() < best.0 {
                best = ((miss - 1.0).abs(), scale);
            }
            if best.0 < GOOD_ENOUGH {
                break;
            }
        }
        Ok(best.1)
    }

    /// Trusts the formula up to a ratio that some users give, for scales near the one that they were asked at.
    fn calibrate_sampled(&self, scene: Scene, formula: &Formula) -> Result<f64, f64> {
        let size = (scene.users.count / ONE_DRAWN_OF).clamp(*DRAWN.start(), *DRAWN.end());
        let size = size.min(scene.users.count) as u64;
        let sample = || (0..size).map(|i| nth(scene, i, size));
        let mut room = FollowScratch::new();
        let mut expected =
            |scale| sample().map(|user| formula.of_user(self, scene, user, scale, &mut room)).sum::<f64>();
        let mut scale = formula.solve(self.wanted, MAX_SCALE);
        for _ in 0..MAX_TRIES {
            let ratio = self.drawn(scene, scale, sample()).max(0.5) / expected(scale).max(0.5);
            let better = formula.solve(self.wanted / ratio, MAX_SCALE);
            let max = ratio * formula.total(MAX_SCALE);
            let holds = better / scale < NEARBY && scale / better < NEARBY;
            scale = better;
            if holds && max < self.wanted {
                return Err(max);
            }
            if holds {
                break;
            }
        }
        Ok(scale)
    }

    pub(super) fn owner(&self, scene: Scene, user: UserId) -> Owner {
        if scene.users.count <= STORED_UP_TO
            && let Some(stored) = self.owners.stored(scene)
        {
            return stored[user.0 as usize];
        }
        self.owners.compute(scene, user)
    }

    /// The likes of some users.
    fn drawn(&self, scene: Scene, scale: f64, users: impl Iterator<Item = UserId>) -> f64 {
        let mut scratch = LikeScratch::new();
        let draw = |user| self.draw(scene, scale, user, |owner| self.owner(scene, owner), &mut scratch).len();
        users.map(draw).sum::<usize>() as f64
    }
}

//! Brings the mean number of likes to what was asked, or refuses with the most that the network can give.
//!
//! A formula over classes of owners says which scale gives how many likes. What it leaves out is mended by a chain of
//! ratios, each between two sums over the same users: drawn likes to expected ones (few users), expected ones to a
//! rough guess from activity, zeal and sign-up (more users), the rough guess over all. A small world is drawn as a
//! whole instead. Sums run in a fixed order on one thread, so that the scale is the same everywhere.

use super::formula::{Formula, Guess};
use super::{LikeScratch, Likes, Owner};
use crate::profile::Profile;
use crate::world::WorldError;
use crate::world::follow::FollowScratch;
use crate::world::scene::Scene;
use crate::world::user::UserId;

const EXPECTED_SAMPLE: u64 = 32_768;
/// Where owners are computed each time, a sample costs more.
const EXPECTED_SAMPLE_COMPUTED: u64 = 8192;
/// Drawn as a whole up to this many users.
const WHOLE_UP_TO: u32 = 4096;
const DRAWN_SAMPLE: u64 = 16_384;
const GUESSED_SAMPLE: u64 = 1 << 20;
/// Smaller worlds store their owners already for this.
const STORED_UP_TO: u32 = 2_000_000;
/// With more, likes only meet what is liked already.
pub(super) const MOST_SCALE: f64 = 32.0;
/// Nobody who asks for no more than the default is refused: a tiny network gives what it can.
const MODEST_SHARE: f64 = 0.0601;
const GOOD_ENOUGH: f64 = 0.002;
const MOST_TRIES: usize = 16;
const NEARBY: f64 = 0.05;

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
            Err(most) => Err(WorldError::TooMuch {
                key: "likes_per_photo",
                asked: profile.likes_per_photo.to_string(),
                most: format!("{:.2}", 0.99 * most / scene.photos.count() as f64),
                users: scene.users.count,
            }),
        }
    }

    /// The scale that gives the wanted likes; the most that can be given, if that is less.
    pub(super) fn calibrate(&self, scene: Scene) -> Result<f64, f64> {
        if self.wanted <= 0.0 {
            return Ok(0.0);
        }
        let formula = Formula::new(self, scene, EXPECTED_SAMPLE_COMPUTED);
        let whole = scene.users.count <= WHOLE_UP_TO;
        let mut target = self.wanted;
        let mut best = (f64::MAX, 0.0);
        for _ in 0..if whole { MOST_TRIES } else { 2 } {
            let scale = formula.solve(target, MOST_SCALE);
            let got = match whole {
                true => self.drawn(scene, scale, DRAWN_SAMPLE),
                false => self.estimate(scene, scale, &formula),
            };
            let miss = self.wanted / got.max(0.5);
            if scale >= MOST_SCALE && miss > 1.0 {
                return Err(got);
            }
            target *= miss;
            if !whole && (miss - 1.0).abs() < NEARBY {
                // The estimate holds nearby: no second one is needed.
                return Ok(formula.solve(target, MOST_SCALE));
            }
            if (miss - 1.0).abs() < best.0 {
                best = ((miss - 1.0).abs(), scale);
            }
            if best.0 < GOOD_ENOUGH {
                break;
            }
        }
        match whole {
            true => Ok(best.1),
            false => Ok(formula.solve(target, MOST_SCALE)),
        }
    }

    pub(super) fn owner(&self, scene: Scene, user: UserId) -> Owner {
        if scene.users.count <= STORED_UP_TO
            && let Some(stored) = self.owners.stored(scene)
        {
            return stored[user.0 as usize];
        }
        self.owners.compute(scene, user)
    }

    /// The likes of a sample of users.
    fn drawn(&self, scene: Scene, scale: f64, size: u64) -> f64 {
        let mut scratch = LikeScratch::new();
        let draw = |user| self.draw(scene, scale, user, |owner| self.owner(scene, owner), &mut scratch).len();
        sample(scene, size).map(draw).sum::<usize>() as f64
    }

    /// About all likes that a scale gives.
    fn estimate(&self, scene: Scene, scale: f64, formula: &Formula) -> f64 {
        let guess = Guess::new(self, scale, formula);
        let guessed = |size| sample(scene, size).map(|user| guess.of(self, scene, user)).sum::<f64>();
        let expected = |size| {
            let mut room = FollowScratch::new();
            sample(scene, size)
                .map(|user| {
                    let zeal = self.zeal_of(user, scene.follows.is_bot(scene.users, user));
                    if zeal == 0.0 {
                        return 0.0;
                    }
                    let followees = scene.follows.followees(scene.users, user, &mut room);
                    let likes = followees.iter().map(|&followee| {
                        let owner = self.owner(scene, followee);
                        formula.visible(scene, user, owner) * formula.share(scale * zeal * owner.rate())
                    });
                    likes.sum::<f64>()
                })
                .sum::<f64>()
        };
        let size = match scene.users.count <= STORED_UP_TO {
            true => EXPECTED_SAMPLE,
            false => EXPECTED_SAMPLE_COMPUTED,
        };
        let n = scene.users.count as f64;
        let all = guessed(GUESSED_SAMPLE) * (n / n.min(GUESSED_SAMPLE as f64));
        let ratio = |a: f64, b: f64| if b > 0.0 { a / b } else { 0.0 };
        all * ratio(expected(size), guessed(size))
            * ratio(self.drawn(scene, scale, DRAWN_SAMPLE), expected(DRAWN_SAMPLE))
    }
}

/// Users evenly spaced by activity: all of them, if there are few.
pub(super) fn sample<'a>(scene: Scene<'a>, size: u64) -> impl Iterator<Item = UserId> + 'a {
    let n = scene.users.count as u64;
    let size = size.min(n);
    (0..size).map(move |i| scene.users.ranks.user((2 * i + 1) * n / (2 * size)))
}

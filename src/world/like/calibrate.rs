//! Brings the mean number of likes to what was asked, or refuses with the most that the network can give.
//!
//! A formula says how many likes a scale gives, saturation included, from a sample of users evenly spaced by activity.
//! A ratio of real to said likes, from users really drawn, mends what the formula leaves out. A small world is drawn
//! as a whole. Sums run in a fixed order on one thread, so that the scale is the same everywhere.

use super::{LikeScratch, Likes, NEVER_LIKE, Owner, RATE_ONE, SCROLLED_BACK, ZEAL_SIGMA};
use crate::profile::Profile;
use crate::random::distribution::normal_quantile;
use crate::world::WorldError;
use crate::world::follow::FollowScratch;
use crate::world::scene::Scene;
use crate::world::user::UserId;

const SAID_SAMPLE: u64 = 8192;
const DRAWN_SAMPLE: u64 = 4096;
/// Small worlds store their owners already now.
const STORED_UP_TO: u32 = 200_000;
const QUANTILES: usize = 64;
/// With more, likes only meet what is liked already.
const MOST_SCALE: f64 = 32.0;
/// Nobody who asks for no more than the default is refused: a tiny network gives what it can.
const MODEST_SHARE: f64 = 0.0601;
const GOOD_ENOUGH: f64 = 0.002;

impl Likes {
    /// The likes of a world, calibrated.
    pub(crate) fn new(profile: &Profile, scene: Scene) -> Result<Likes, WorldError> {
        let mut likes = Likes::uncalibrated(profile.seed);
        let wanted = profile.likes_per_photo * scene.photos.count() as f64;
        if wanted <= 0.0 {
            likes.scale = 0.0;
            return Ok(likes);
        }
        let formula = Formula::new(&likes, scene, profile.bots);
        let most = formula.total(MOST_SCALE);
        let mut target = wanted;
        for _ in 0..if formula.whole { 6 } else { 2 } {
            likes.scale = formula.solve(target);
            let (drawn, said) = likes.drawn_and_said(scene);
            if drawn == 0.0 || said == 0.0 {
                break;
            }
            // The whole world was drawn: compare with what was wanted. Else: with what was said of the same users.
            let miss = if formula.whole { wanted / drawn } else { wanted / target * said / drawn };
            if likes.scale >= MOST_SCALE && target * miss > most {
                let most = most.min(target) * wanted / (target * miss);
                if profile.likes_per_photo <= MODEST_SHARE * profile.follows_per_user {
                    break;
                }
                return Err(WorldError::TooMuch {
                    key: "likes_per_photo",
                    asked: profile.likes_per_photo.to_string(),
                    most: format!("{:.2}", 0.99 * most / scene.photos.count() as f64),
                    users: scene.users.count,
                });
            }
            if (miss - 1.0).abs() < GOOD_ENOUGH {
                break;
            }
            target *= miss;
        }
        Ok(likes)
    }

    fn owner(&self, scene: Scene, user: UserId) -> Owner {
        if scene.users.count <= STORED_UP_TO
            && let Some(stored) = self.owners.stored(scene)
        {
            return stored[user.0 as usize];
        }
        self.owners.compute(scene, user)
    }

    /// The likes of a sample of users, as drawn and as the formula says for their own zeal.
    fn drawn_and_said(&self, scene: Scene) -> (f64, f64) {
        let qualities = lognormal(self.quality.sigma(), 16);
        let (mut drawn, mut said) = (0u64, 0.0);
        let (mut scratch, mut room) = (LikeScratch::new(), FollowScratch::new());
        for user in sample(scene, DRAWN_SAMPLE) {
            drawn += self.draw(scene, user, |owner| self.owner(scene, owner), &mut scratch).len() as u64;
            let zeal = self.zeal_of(user, scene.follows.is_bot(scene.users, user));
            if zeal == 0.0 {
                continue;
            }
            for &followee in scene.follows.followees(scene.users, user, &mut room) {
                let owner = self.owner(scene, followee);
                let x = self.scale * zeal * owner.rate as f64 / RATE_ONE;
                let liked = if x < 0.002 {
                    x
                } else {
                    qualities.iter().map(|q| 1.0 - libm::exp(-x * q)).sum::<f64>() / qualities.len() as f64
                };
                said += visible(scene, user, owner) * liked;
            }
        }
        (drawn as f64, said / (1.0 - super::EXPLORED))
    }
}

/// Users evenly spaced by activity: all of them, if there are few.
fn sample<'a>(scene: Scene<'a>, size: u64) -> impl Iterator<Item = UserId> + 'a {
    let n = scene.users.count as u64;
    let size = size.min(n);
    (0..size).map(move |i| scene.users.ranks.user((2 * i + 1) * n / (2 * size)))
}

/// The photos of an owner that a user may like, those from before the user's time by their chance.
fn visible(scene: Scene, user: UserId, owner: Owner) -> f64 {
    if owner.photos == 0 {
        return 0.0;
    }
    let (cohort, epoch) = (owner.cohort as usize, scene.photos.cohort_of(user));
    let before =
        (scene.photos.share_before(cohort, epoch) + scene.photos.share_before(cohort, epoch + 1)) / 2.0;
    owner.photos as f64 * (1.0 - before + before * SCROLLED_BACK)
}

/// Evenly spaced quantiles of a lognormal with mean 1.
fn lognormal(sigma: f64, count: usize) -> Vec<f64> {
    let at = |i| normal_quantile((i as f64 + 0.5) / count as f64);
    let values: Vec<f64> = (0..count).map(|i| libm::exp(sigma * at(i))).collect();
    let mean = values.iter().sum::<f64>() / count as f64;
    values.into_iter().map(|v| v / mean).collect()
}

/// Visible photos by the rate of their owners.
struct Formula {
    /// (photos, rate).
    classes: Vec<(f64, f64)>,
    /// Zeal times quality of those who like.
    keenness: Vec<f64>,
    qualities: Vec<f64>,
    bots: f64,
    /// From the sample to the world, and from followees to all.
    factor: f64,
    /// Whether the sample is the world.
    whole: bool,
}

impl Formula {
    fn new(likes: &Likes, scene: Scene, bots: f64) -> Formula {
        // Sixteen classes of rates an octave.
        let mut sums = vec![(0.0, 0.0); 16 * 16];
        let mut room = FollowScratch::new();
        for user in sample(scene, SAID_SAMPLE) {
            for &followee in scene.follows.followees(scene.users, user, &mut room) {
                let owner = likes.owner(scene, followee);
                let photos = visible(scene, user, owner);
                let octave = 15 - owner.rate.max(1).leading_zeros() as usize;
                let class = octave * 16 + ((owner.rate as usize) << 4 >> octave & 15);
                sums[class].0 += photos;
                sums[class].1 += photos * owner.rate as f64;
            }
        }
        let classes = sums.into_iter().filter(|s| s.0 > 0.0).map(|(h, hr)| (h, hr / h / RATE_ONE)).collect();
        let quality = likes.quality.sigma();
        let n = scene.users.count as u64;
        let keenness = lognormal((ZEAL_SIGMA * ZEAL_SIGMA + quality * quality).sqrt(), QUANTILES);
        Formula {
            classes,
            keenness: keenness.into_iter().map(|k| k / (1.0 - NEVER_LIKE)).collect(),
            qualities: lognormal(quality, QUANTILES),
            bots,
            factor: n as f64 / SAID_SAMPLE.min(n) as f64 / (1.0 - super::EXPLORED),
            whole: n <= DRAWN_SAMPLE,
        }
    }

    /// The likes that a scale gives.
    fn total(&self, scale: f64) -> f64 {
        let share =
            |x: f64, of: &[f64]| of.iter().map(|k| 1.0 - libm::exp(-x * k)).sum::<f64>() / QUANTILES as f64;
        let people = (1.0 - self.bots) * (1.0 - NEVER_LIKE);
        let liked = |x: f64| people * share(x, &self.keenness) + self.bots * share(x, &self.qualities);
        self.classes.iter().map(|&(photos, rate)| photos * liked(scale * rate)).sum::<f64>() * self.factor
    }

    /// The scale that gives so many likes, or the greatest.
    fn solve(&self, wanted: f64) -> f64 {
        let (mut low, mut high) = (0.0, MOST_SCALE);
        for _ in 0..36 {
            let middle = (low + high) / 2.0;
            if self.total(middle) < wanted {
                low = middle;
            } else {
                high = middle;
            }
        }
        high
    }
}

//! How many likes a scale gives, as far as a formula can say: saturation by class of owners, visibility by epoch.

use super::calibrate::sample;
use super::owner::RATE_ONE;
use super::{EXPLORED, EXPLORED_BY_BOTS, Likes, NEVER_LIKE, Owner, SCROLLED_BACK, ZEAL_SIGMA};
use crate::random::distribution::normal_quantile;
use crate::random::hash::h1;
use crate::world::follow::FollowScratch;
use crate::world::scene::Scene;
use crate::world::user::UserId;

const QUANTILES: usize = 64;
/// Sixteen classes of rates an octave.
const CLASSES: usize = 16 * 16;
/// The share of a photo liked is tabulated up to this many expected likes of one user, in this many steps.
const SHARE_MOST: f64 = 64.0;
const SHARE_STEPS: usize = 4096;
const ZEAL_CLASSES: usize = 256;

/// The formula.
pub(super) struct Formula {
    /// Visible photos of followees by the rate of their owners: (photos, rate).
    classes: Vec<(f64, f64)>,
    /// The chance that one of an owner's photos is liked, by the square root of the mean number of picks.
    shares: Vec<f64>,
    /// Of the photos of all, the part visible to those who signed up in an epoch.
    visible: Vec<f64>,
    /// From the sample to the world, and from followees to all.
    factor: f64,
    bots: f64,
}

impl Formula {
    pub(super) fn new(likes: &Likes, scene: Scene, size: u64) -> Formula {
        let qualities = lognormal(likes.quality.sigma(), QUANTILES);
        let chance = |picks: f64| {
            qualities.iter().map(|q| 1.0 - libm::exp(-picks * q)).sum::<f64>() / QUANTILES as f64
        };
        let step = |i: usize| i as f64 / SHARE_STEPS as f64;
        let mut formula = Formula {
            classes: vec![],
            shares: (0..=SHARE_STEPS + 1).map(|i| chance(step(i) * step(i) * SHARE_MOST)).collect(),
            visible: visible_shares(scene),
            factor: scene.users.count as f64 / size.min(scene.users.count as u64) as f64,
            bots: likes.bots,
        };
        let mut sums = vec![(0.0, 0.0); CLASSES];
        let mut room = FollowScratch::new();
        for user in sample(scene, size) {
            for &followee in scene.follows.followees(scene.users, user, &mut room) {
                let owner = likes.owner(scene, followee);
                let photos = formula.visible(scene, user, owner);
                let octave = 15 - owner.rate.max(1).leading_zeros() as usize;
                let class = octave * 16 + ((owner.rate as usize) << 4 >> octave & 15);
                sums[class].0 += photos;
                sums[class].1 += photos * owner.rate as f64;
            }
        }
        let met = sums.into_iter().filter(|sum| sum.1 > 0.0);
        formula.classes = met.map(|(photos, rates)| (photos, rates / photos / RATE_ONE)).collect();
        formula
    }

    /// The photos of an owner that a user may like, those from before the user's time by their chance.
    pub(super) fn visible(&self, scene: Scene, user: UserId, owner: Owner) -> f64 {
        if owner.photos == 0 {
            return 0.0;
        }
        owner.photos as f64 * seen(scene, owner.cohort as usize, scene.photos.cohort_of(user))
    }

    /// The chance that a photo is liked that is picked so often on average.
    pub(super) fn share(&self, picks: f64) -> f64 {
        let at = (picks.min(SHARE_MOST) / SHARE_MOST).sqrt() * SHARE_STEPS as f64;
        let i = at as usize;
        self.shares[i] + (self.shares[i + 1] - self.shares[i]) * (at - i as f64)
    }

    /// The likes of followees' photos that a zeal gives in the sample, if all had it.
    fn by_zeal(&self, picks: f64) -> f64 {
        self.classes.iter().map(|&(photos, rate)| photos * self.share(picks * rate)).sum()
    }

    /// About all likes that a scale gives.
    fn total(&self, scale: f64) -> f64 {
        let zeals = lognormal(ZEAL_SIGMA, QUANTILES);
        let by_people: f64 = zeals.iter().map(|z| self.by_zeal(scale * z / (1.0 - NEVER_LIKE))).sum();
        let people = (1.0 - self.bots) * (1.0 - NEVER_LIKE) * by_people / QUANTILES as f64;
        let bots = self.bots * self.by_zeal(scale);
        (people / (1.0 - EXPLORED) + bots / (1.0 - EXPLORED_BY_BOTS)) * self.factor
    }

    /// The scale that gives about so many likes, or the greatest.
    pub(super) fn solve(&self, wanted: f64, most: f64) -> f64 {
        let (mut low, mut high) = (0.0, most);
        for _ in 0..30 {
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

/// A rough guess of the likes of a user, cheap enough for all users; right up to a common factor.
pub(super) struct Guess<'f> {
    formula: &'f Formula,
    by_zeal: Vec<f64>,
    bot: f64,
}

impl<'f> Guess<'f> {
    pub(super) fn new(likes: &Likes, scale: f64, formula: &'f Formula) -> Guess<'f> {
        let step = (1u64 << 32) / ZEAL_CLASSES as u64;
        let zeal = |class: usize| {
            let parts = (0..16).map(|i| class as u64 * step + (2 * i + 1) * step / 32);
            let one = |x: u64| formula.by_zeal(scale * likes.zeal.at(x as u32) as f64 / super::ZEAL_ONE);
            parts.map(one).sum::<f64>() / 16.0
        };
        Guess { formula, by_zeal: (0..ZEAL_CLASSES).map(zeal).collect(), bot: formula.by_zeal(scale) }
    }

    pub(super) fn of(&self, likes: &Likes, scene: Scene, user: UserId) -> f64 {
        let zeal = match scene.follows.is_bot(scene.users, user) {
            true => self.bot,
            false => self.by_zeal[(h1(likes.keys.zeal, user.0 as u64) >> 56) as usize],
        };
        let visible = self.formula.visible[scene.photos.cohort_of(user)];
        zeal * visible * scene.follows.tried(scene.users, user)
    }
}

/// The part of a cohort's photos that may be liked by those who signed up in an epoch.
fn seen(scene: Scene, cohort: usize, epoch: usize) -> f64 {
    let photos = scene.photos;
    let before = (photos.share_before(cohort, epoch) + photos.share_before(cohort, epoch + 1)) / 2.0;
    1.0 - before + before * SCROLLED_BACK
}

fn visible_shares(scene: Scene) -> Vec<f64> {
    let epochs = scene.photos.epoch_count();
    let photos: Vec<f64> = (0..epochs).map(|cohort| scene.photos.cohort_photos(cohort) as f64).collect();
    let whole = photos.iter().sum::<f64>().max(1.0);
    let of = |epoch| photos.iter().enumerate().map(|(c, p)| p * seen(scene, c, epoch)).sum::<f64>() / whole;
    (0..epochs).map(of).collect()
}

/// Evenly spaced quantiles of a lognormal with mean 1.
fn lognormal(sigma: f64, count: usize) -> Vec<f64> {
    let at = |i| normal_quantile((i as f64 + 0.5) / count as f64);
    let values: Vec<f64> = (0..count).map(|i| libm::exp(sigma * at(i))).collect();
    let mean = values.iter().sum::<f64>() / count as f64;
    values.into_iter().map(|v| v / mean).collect()
}

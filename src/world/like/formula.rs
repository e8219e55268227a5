//! How many likes a scale gives, as far as a formula can say: the photos of the followees of those who like most.
//!
//! A user likes in proportion to zeal, to the number of followees and to the photos that are left to see: by that
//! weight users are sampled, so that each of them represents as many likes. Their followees' photos are sorted by how
//! often the user picks one at scale 1; a sum over those classes gives the likes of any scale, saturation included.

use super::owner::RATE_ONE;
use super::{EXPLORED, EXPLORED_BY_BOTS, FRIENDS_LIKE, Likes, Owner, SCROLLED_BACK};
use crate::random::distribution::normal_quantile;
use crate::world::follow::FollowScratch;
use crate::world::id::UserId;
use crate::world::scene::Scene;

/// Users who are weighed: all, or at most this many.
const WEIGHED: u64 = 1 << 20;
/// Users whose followees are looked at: in a small world nearly all who like anything, later a fixed share.
const SAMPLED: std::ops::RangeInclusive<u32> = 24_576..=65_536;
const ONE_SAMPLED_OF: u32 = 4;
const QUANTILES: usize = 64;
/// Classes of picks: sixteen an octave, from 2^-28 to 2^8.
const CLASSES: usize = 16 * 36;
const MIN_OCTAVE: i64 = -28;
/// The share of a photo liked is tabulated up to this many expected likes of one user, in this many steps.
const MAX_SHARE: f64 = 64.0;
const SHARE_STEPS: usize = 4096;

/// The formula.
pub(super) struct Formula {
    /// Photos of all, by how often one is picked at scale 1: (photos, picks).
    classes: Vec<(f64, f64)>,
    /// The chance that one of an owner's photos is liked, by the square root of the mean number of picks.
    shares: Vec<f64>,
    /// The part of a cohort's photos that may be liked by those who signed up in an epoch, by cohort, then epoch.
    seen: Vec<f32>,
    epochs: usize,
}

impl Formula {
    pub(super) fn new(likes: &Likes, scene: Scene) -> Formula {
        let qualities = lognormal(likes.quality.sigma(), QUANTILES);
        let chance = |picks: f64| {
            qualities.iter().map(|q| 1.0 - libm::exp(-picks * q)).sum::<f64>() / QUANTILES as f64
        };
        let step = |i: usize| i as f64 / SHARE_STEPS as f64;
        let epochs = scene.photos.epoch_count();
        let seen_by = |i: usize| seen(scene, i / epochs, i % epochs) as f32;
        let mut formula = Formula {
            classes: vec![],
            shares: (0..=SHARE_STEPS + 1).map(|i| chance(step(i) * step(i) * MAX_SHARE)).collect(),
            seen: (0..epochs * epochs).map(seen_by).collect(),
            epochs,
        };
        let guesses = formula.guess(likes, scene);
        let hits = (scene.users.count / ONE_SAMPLED_OF).clamp(*SAMPLED.start(), *SAMPLED.end());
        let mut sums = vec![(0.0, 0.0); CLASSES];
        let mut room = FollowScratch::new();
        for (user, weight) in sample(scene, &guesses, hits as f64) {
            formula.meet(likes, scene, user, &mut room, |photos, picks| {
                let sum = &mut sums[class(picks)];
                sum.0 += weight * photos;
                sum.1 += weight * photos * picks;
            });
        }
        let met = sums.into_iter().filter(|sum| sum.1 > 0.0);
        formula.classes = met.map(|(photos, picks)| (photos, picks / photos)).collect();
        formula
    }

    /// About how much everybody likes, or an even part of all, in the order of topics and activity.
    fn guess(&self, likes: &Likes, scene: Scene) -> Vec<f64> {
        let visible = self.visible_by_epoch(scene);
        let size = (scene.users.count as u64).min(WEIGHED);
        let guess = |i| {
            let user = nth(scene, i, size);
            let bot = scene.follows.is_bot(scene.users, user);
            match likes.zeal_of(user, bot) {
                0.0 => 0.0,
                zeal => zeal * visible[scene.photos.cohort_of(user)] * scene.follows.tried(scene.users, user),
            }
        };
        (0..size).map(guess).collect()
    }

    /// Meets the followees of a user: photos to see, and how often one of them is picked at scale 1. Likes beyond the
    /// followees come with them in a fixed proportion.
    #[inline(always)]
    fn meet(
        &self,
        likes: &Likes,
        scene: Scene,
        user: UserId,
        room: &mut FollowScratch,
        mut meet: impl FnMut(f64, f64),
    ) {
        let bot = scene.follows.is_bot(scene.users, user);
        let zeal = likes.zeal_of(user, bot) / RATE_ONE;
        let beyond = 1.0 / (1.0 - if bot { EXPLORED_BY_BOTS } else { EXPLORED });
        let epoch = scene.photos.cohort_of(user);
        let (followees, friends) = scene.follows.followees_and_friends(scene.users, user, room);
        let mut friends = friends.iter().copied().peekable();
        for &followee in followees {
            let liking = if friends.next_if_eq(&followee).is_some() { FRIENDS_LIKE } else { 1.0 };
            let owner: Owner = likes.owner(scene, followee);
            let seen = self.seen[owner.cohort as usize * self.epochs + epoch] as f64;
            meet(beyond * seen * owner.photos as f64, liking * zeal * owner.rate as f64);
        }
    }

    /// The likes that a scale gives to one user.
    pub(super) fn of_user(
        &self,
        likes: &Likes,
        scene: Scene,
        user: UserId,
        scale: f64,
        room: &mut FollowScratch,
    ) -> f64 {
        let mut sum = 0.0;
        self.meet(likes, scene, user, room, |photos, picks| sum += photos * self.share(scale * picks));
        sum
    }

    /// About all likes that a scale gives.
    pub(super) fn total(&self, scale: f64) -> f64 {
        self.classes.iter().map(|&(photos, picks)| photos * self.share(scale * picks)).sum()
    }

    /// The scale that gives about this many likes, or the greatest.
    pub(super) fn solve(&self, wanted: f64, max: f64) -> f64 {
        let (mut low, mut high) = (0.0, max);
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

    /// The chance that a photo is liked that is picked so often on average.
    #[inline(always)]
    fn share(&self, picks: f64) -> f64 {
        let at = (picks.min(MAX_SHARE) / MAX_SHARE).sqrt() * SHARE_STEPS as f64;
        let i = at as i64 as usize;
        self.shares[i] + (self.shares[i + 1] - self.shares[i]) * (at - i as f64)
    }

    /// The part of all photos that those of each epoch may like.
    fn visible_by_epoch(&self, scene: Scene) -> Vec<f64> {
        let photos: Vec<f64> =
            (0..self.epochs).map(|cohort| scene.photos.cohort_photos(cohort) as f64).collect();
        let whole = photos.iter().sum::<f64>().max(1.0);
        let seen = |cohort: usize, epoch: usize| self.seen[cohort * self.epochs + epoch] as f64;
        let of = |epoch| photos.iter().enumerate().map(|(c, p)| p * seen(c, epoch)).sum::<f64>() / whole;
        (0..self.epochs).map(of).collect()
    }
}

/// The i-th of `size` users who are evenly spaced by topic and activity.
pub(super) fn nth(scene: Scene, i: u64, size: u64) -> UserId {
    scene.users.ranks.user((2 * i + 1) * scene.users.count as u64 / (2 * size))
}

/// Users evenly spaced by the likes that are guessed of them, each with the number of those that it represents;
/// whoever is hit for sure represents itself.
fn sample(scene: Scene, guesses: &[f64], hits: f64) -> Vec<(UserId, f64)> {
    let each = scene.users.count as f64 / guesses.len() as f64;
    let stride = guesses.iter().sum::<f64>() / hits;
    let (mut sum, mut next) = (0.0, stride / 2.0);
    let mut sampled = vec![];
    for (i, &guess) in guesses.iter().enumerate() {
        sum += guess;
        if sum >= next && guess > 0.0 {
            next += ((sum - next) / stride).floor() * stride + stride;
            sampled.push((nth(scene, i as u64, guesses.len() as u64), each * (stride / guess).max(1.0)));
        }
    }
    sampled
}

/// The part of a cohort's photos that may be liked by those who signed up in an epoch.
fn seen(scene: Scene, cohort: usize, epoch: usize) -> f64 {
    let photos = scene.photos;
    let before = (photos.share_before(cohort, epoch) + photos.share_before(cohort, epoch + 1)) / 2.0;
    1.0 - before + before * SCROLLED_BACK
}

/// Sixteen classes an octave, by the exponent and the first four bits of the fraction.
#[inline(always)]
fn class(picks: f64) -> usize {
    let sixteenth = (picks.to_bits() >> 48) as i64 - (1023 + MIN_OCTAVE) * 16;
    sixteenth.clamp(0, CLASSES as i64 - 1) as usize
}

/// Evenly spaced quantiles of a lognormal with mean 1.
fn lognormal(sigma: f64, count: usize) -> Vec<f64> {
    let at = |i| normal_quantile((i as f64 + 0.5) / count as f64);
    let values: Vec<f64> = (0..count).map(|i| libm::exp(sigma * at(i))).collect();
    let mean = values.iter().sum::<f64>() / count as f64;
    values.into_iter().map(|v| v / mean).collect()
}

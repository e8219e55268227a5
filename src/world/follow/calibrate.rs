//! Calibration: users try to follow a little more than asked, since doubles and crowded pools take some away.
//!
//! What users try is known in closed form; the share of it that they really get is measured, on everybody in small
//! networks and on a stratified sample in large ones, and a few steps lead to the asked mean. Everything runs in a
//! fixed order on one thread: it is part of the data.

use super::aloof::Order;
use super::degree::SHARE_BITS;
use super::{FollowScratch, Follows};
use crate::profile::Profile;
use crate::world::error::WorldError;
use crate::world::id::UserId;
use crate::world::user::Users;

/// Up to this many users are all asked.
const ALL_OF: u32 = 2048;
/// Sampled users: fewer where each follows thousands.
const SAMPLE: std::ops::RangeInclusive<u64> = 256..=512;
const SAMPLED_FOLLOWS: f64 = 100_000.0;
const STEPS: usize = 6;
/// More tries, where the network is nearly full.
const STEPS_IF_SHORT: usize = 60;
/// Relative distance from the asked mean: good enough to stop, not good enough to be given.
const CLOSE: f64 = 0.001;
const FAR: f64 = 0.008;
/// How many means are tried to find one that can be advised.
const TRIALS: usize = 8;
/// Below this part of the greatest mean, more tries only find more doubles; a small network wavers by less.
const FALLING: f64 = 0.9;
/// Tries beyond this many times the asked mean find only doubles.
const MAX_TRIED: f64 = 64.0;

/// A graph that comes as near to the mean that a profile asks as it can.
struct Fit {
    follows: Follows,
    /// Its mean.
    mean: f64,
    /// The greatest mean that was met on the way.
    most: f64,
}

impl Fit {
    /// Whether every try was too far below what was asked. A small network changes in jumps: if some tries met less and
    /// some more, it is not short.
    fn is_short(&self, wanted: f64, users: &Users) -> bool {
        (wanted - self.most) > (FAR * wanted).max(1.0 / users.count as f64)
    }
}

pub(super) fn calibrate(profile: &Profile, users: &Users) -> Result<Follows, WorldError> {
    let fit = fit(profile, users);
    // A tiny network may fall short of its default, and is not refused for it.
    if profile.is_usual_in_follows() || !fit.is_short(profile.follows_per_user, users) {
        return Ok(fit.follows);
    }
    Err(WorldError::TooMuch {
        key: "follows_per_user",
        asked: profile.follows_per_user.to_string(),
        max: advised(profile, users).to_string(),
        users: users.count,
    })
}

/// About the greatest mean that can be asked, with one decimal. What is met depends on what is asked, so it is tried.
fn advised(profile: &Profile, users: &Users) -> f64 {
    let (mut low, mut high) = (0.0, profile.follows_per_user);
    for _ in 0..TRIALS {
        let mean = ((low + high) * 5.0).floor() / 10.0;
        match fit(&Profile { follows_per_user: mean, ..profile.clone() }, users).is_short(mean, users) {
            true => high = mean,
            false => low = mean,
        }
    }
    low
}

fn fit(profile: &Profile, users: &Users) -> Fit {
    let wanted = profile.follows_per_user;
    let distance = |real: f64| (real / wanted - 1.0).abs();
    let order = Order::new(profile.bots, profile.users);
    let standard = order.standard();
    let with_mean = |mean| Follows::in_order(profile, users, mean, order, &standard);
    let (mut tried, follows) = (wanted, with_mean(wanted));
    if wanted == 0.0 {
        return Fit { follows, mean: 0.0, most: 0.0 };
    }
    let mut real = mean(&follows, users);
    let mut best = Fit { follows, mean: real, most: real };
    let steps = if profile.is_usual_in_follows() { STEPS } else { STEPS_IF_SHORT };
    for step in 0..steps {
        let is_done = match step < STEPS {
            true => distance(best.mean) < CLOSE,
            false => !best.is_short(wanted, users) || real < FALLING * best.most,
        };
        if is_done || tried >= wanted * MAX_TRIED {
            break;
        }
        tried = (tried * wanted / real.max(wanted / MAX_TRIED)).min(wanted * MAX_TRIED);
        let next = with_mean(tried);
        real = mean(&next, users);
        let most = best.most.max(real);
        best = match distance(real) < distance(best.mean) {
            true => Fit { follows: next, mean: real, most },
            false => Fit { most, ..best },
        };
    }
    best
}

/// The mean number of follows; of many users, what they try, without what some lose to doubles.
fn mean(follows: &Follows, users: &Users) -> f64 {
    let mut room = FollowScratch::new();
    if users.count <= ALL_OF {
        let mut followed = |user| follows.followees(users, UserId(user), &mut room).len() as f64;
        return (0..users.count).map(&mut followed).sum::<f64>() / users.count as f64;
    }
    // Those who follow many lose most: users are sampled by their part of the pools, and weigh the less for it.
    let mut lost = 0.0;
    let sample = ((SAMPLED_FOLLOWS / follows.degrees.mean()) as u64).clamp(*SAMPLE.start(), *SAMPLE.end());
    for topic in &follows.topics {
        let count = (sample * topic.range.size).div_ceil(users.count as u64);
        for i in 0..count {
            let position = follows.degrees.guess_position(&topic.range, i as f64 + 0.5, count);
            let (a, b) = follows.degrees.pool_share(&topic.range, position);
            follows.followees(users, users.ranks.user(topic.range.first + position), &mut room);
            let part = (b - a).max(1) as f64 / (1u64 << SHARE_BITS) as f64;
            lost += room.lost as f64 / (part * count as f64);
        }
    }
    follows.degrees.mean() - lost / users.count as f64
}

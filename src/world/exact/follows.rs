//! An exact number of follows: those of the computed graph first, trimmed or filled up by activity and popularity.

use super::choose::Choice;
use crate::profile::Profile;
use crate::random::hash::{chance, h1, h2, key as stream_key, stream, threshold};
use crate::world::follow::{FollowScratch, Follows};
use crate::world::id::UserId;
use crate::world::user::Users;

const PAIR: u64 = stream("exact.follow.pair");
const NOBODY: u64 = stream("exact.follow.nobody");
/// An edge of the computed graph comes before nearly all others.
const IN_GRAPH: f64 = 300.0;
/// The share of users who follow nobody, rounded up.
const FOLLOW_NOBODY: f64 = 0.03;
const NEARLY_NONE: f64 = 1e-6;
/// Pairs whose two sides decide alike.
const ALIKE: f64 = 0.4;
/// The computed graph of a dense world is this part of it.
const SPARSE: f64 = 6.0;

/// A computed graph of about the wanted density, or of the greatest that has its shape.
pub(super) fn base(profile: &Profile, users: &Users, count: u32) -> Follows {
    let n = profile.users as f64;
    let mean = (count as f64 / n).min((n - 1.0) / SPARSE);
    Follows::with_mean(&Profile { follows_per_user: mean, ..profile.clone() }, users, mean * 1.1)
}

/// The followees of each user, ascending. The idle one follows nobody, and nobody follows it.
pub(super) fn followees(
    seed: u64,
    users: &Users,
    base: &Follows,
    idle: Option<UserId>,
    count: u32,
) -> Vec<Vec<UserId>> {
    let pair = stream_key(seed, PAIR);
    let mut room = FollowScratch::new();
    let everyone = || (0..users.count).map(UserId).filter(|&user| Some(user) != idle);
    let popular: Vec<f64> =
        (0..users.count).map(|v| base.expected_followers(users, UserId(v)) + 0.25).collect();
    let active = activity(seed, users, base);
    let mut choice = Choice::new(count as usize);
    for u in everyone() {
        let active = active[u.0 as usize];
        let known = base.followees(users, u, &mut room);
        for v in everyone().filter(|&v| v != u) {
            let hash = h2(pair, u.min(v).index(), u.max(v).index());
            let hash = if chance(hash.rotate_left(32), threshold(ALIKE)) {
                hash
            } else {
                h2(pair ^ 1, u.index(), v.index())
            };
            let weight = active * popular[v.0 as usize];
            let weight = if known.binary_search(&v).is_ok() { weight * IN_GRAPH } else { weight };
            choice.offer(hash, weight, (u, v));
        }
    }
    let mut followees = vec![vec![]; users.count as usize];
    for (u, v) in choice.done() {
        followees[u.0 as usize].push(v);
    }
    followees.iter_mut().for_each(|list| list.sort_unstable());
    followees
}

/// How many others each user tries to follow; the least active follow nobody, as long as others can.
fn activity(seed: u64, users: &Users, base: &Follows) -> Vec<f64> {
    let nobody = stream_key(seed, NOBODY);
    let mut active: Vec<f64> = (0..users.count).map(|u| base.tried(users, UserId(u)) + NEARLY_NONE).collect();
    let mut order: Vec<usize> = (0..active.len()).collect();
    order.sort_unstable_by(|&a, &b| {
        let hash = |u: usize| h1(nobody, u as u64);
        active[a].total_cmp(&active[b]).then_with(|| hash(a).cmp(&hash(b)))
    });
    let count = (FOLLOW_NOBODY * active.len() as f64).ceil() as usize;
    order.iter().take(count).for_each(|&u| active[u] = NEARLY_NONE);
    active
}

/// The same edges from the other side.
pub(super) fn transposed(followees: &[Vec<UserId>]) -> Vec<Vec<UserId>> {
    let mut followers = vec![vec![]; followees.len()];
    for (u, list) in followees.iter().enumerate() {
        for v in list {
            followers[v.0 as usize].push(UserId(u as u32));
        }
    }
    followers
}

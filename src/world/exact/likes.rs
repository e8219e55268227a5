//! An exact number of likes: some users like every photo, the others those of whom they follow, and what is good.

use super::Stage;
use super::apart::set_apart;
use super::choose::{Choice, choose};
use super::quiet::Quiet;
use crate::profile::ExactCounts;
use crate::random::distribution::{Delay, ZeroLognormal, normal_quantile};
use crate::random::hash::{h1, h2, key as stream_key, stream};
use crate::random::permutation::Permutation;
use crate::time::Time;
use crate::world::id::{PhotoId, UserId};
use crate::world::like::Like;
use crate::world::photo::Photo;

const ALL: u64 = stream("exact.like.all");
const ZEAL: u64 = stream("exact.like.zeal");
const PAIR: u64 = stream("exact.like.pair");
const TIME: u64 = stream("exact.like.time");
/// The share of likes that come from beyond the followers.
const STRANGERS: f64 = 0.15;
/// How much less an account from after the photo likes it.
const BEFORE_SIGN_UP: f64 = 0.1;
/// How much more those like each other's photos who follow each other.
const FRIENDS_LIKE: f64 = 2.0;
const QUALITY_SIGMA: f64 = 0.8;

/// How keen each user is to react: a fifth never does.
pub(super) fn zeal(seed: u64, users: u32, stream: u64) -> Vec<f64> {
    let shape = ZeroLognormal { mean: 1.0, sigma: 1.0, zero_share: 0.2, cap: 60.0 };
    let order = Permutation::new(users as u64, stream_key(seed, stream));
    (0..users as u64).map(|u| shape.at((order.forward(u) as f64 + 0.5) / users as f64)).collect()
}

/// How attractive each photo is: its owner's audience and its own quality.
pub(super) fn attraction(stage: &Stage, seed: u64) -> Vec<f64> {
    let stream = stream_key(seed, stream("exact.photo.quality"));
    let of = |photo: &Photo| {
        let uniform = ((h1(stream, photo.id.0 as u64) >> 11) as f64 + 0.5) / (1u64 << 53) as f64;
        let audience = stage.followers[photo.owner.0 as usize].len() as f64 + 1.0;
        libm::pow(audience, -0.3) * libm::exp(QUALITY_SIGMA * normal_quantile(uniform))
    };
    stage.photos.iter().map(of).collect()
}

/// How much less a stranger reacts than a follower, for the wanted share of strangers.
pub(super) fn strangeness(stage: &Stage) -> f64 {
    let n = stage.followees.len() as f64;
    let follows = stage.followees.iter().map(Vec::len).sum::<usize>() as f64;
    (STRANGERS / (1.0 - STRANGERS) * follows / (n * n - follows).max(1.0)).min(1.0)
}

/// Who likes everything: mostly accounts that post nothing.
pub(super) fn likers_of_all(stage: &Stage, seed: u64, idle: Option<UserId>, count: u32) -> Vec<UserId> {
    let stream = stream_key(seed, ALL);
    let mut posts = vec![false; stage.followees.len()];
    stage.photos.iter().for_each(|photo| posts[photo.owner.0 as usize] = true);
    let weight = |u: usize| if posts[u] { 0.1 } else { 1.0 };
    let candidates = (0..posts.len()).filter(|&u| Some(UserId(u as u32)) != idle);
    let candidates = candidates.map(|u| (h1(stream, u as u64), weight(u), UserId(u as u32)));
    choose(candidates, count as usize)
}

/// The likes of each user, ascending by photo.
pub(super) fn likes(
    stage: &Stage,
    seed: u64,
    of_all: &[UserId],
    quiet: &Quiet,
    counts: &ExactCounts,
) -> Vec<Vec<Like>> {
    let (pair, users) = (stream_key(seed, PAIR), stage.followees.len());
    let (zeal, attraction, strange) =
        (zeal(seed, users as u32, ZEAL), attraction(stage, seed), strangeness(stage));
    let everything = of_all.len() * stage.photos.len();
    let wanted = counts.likes as usize - everything;
    // One more for each user: whoever would like everything loses one.
    let mut choice = Choice::new(wanted + users);
    let mut near = vec![strange; users];
    let selective = |u: &UserId| !of_all.contains(u) && !quiet.does_nothing(*u);
    for u in (0..users as u32).map(UserId).filter(selective) {
        let followees = &stage.followees[u.0 as usize];
        let returned = |v: UserId| stage.follows(v, u);
        followees.iter().for_each(|&v| near[v.0 as usize] = if returned(v) { FRIENDS_LIKE } else { 1.0 });
        for photo in stage.photos.iter().filter(|photo| photo.owner != u) {
            let old = if photo.created_at < stage.born[u.0 as usize] { BEFORE_SIGN_UP } else { 1.0 };
            let weight = zeal[u.0 as usize] * attraction[photo.id.0 as usize] * near[photo.owner.0 as usize];
            choice.offer(h2(pair, u.index(), photo.id.0 as u64), weight * old, (u, photo.id));
        }
        followees.iter().for_each(|v| near[v.0 as usize] = strange);
    }
    let delays = Delays::new(seed);
    let mut likes: Vec<Vec<Like>> = vec![vec![]; users];
    let mut given = 0;
    for (u, photo) in choice.done() {
        let list = &mut likes[u.0 as usize];
        if given < wanted && list.len() + 1 < stage.photos.len() {
            list.push(Like {
                photo,
                created_at: delays.reaction(stage, u, &stage.photos[photo.0 as usize], 1),
            });
            given += 1;
        }
    }
    if counts.course.is_some() {
        one_most_liked(&mut likes, stage, &delays);
    }
    for &u in of_all {
        likes[u.0 as usize] = stage
            .photos
            .iter()
            .map(|photo| Like {
                photo: photo.id,
                created_at: delays.reaction(stage, u, photo, PROGRAM_HASTE),
            })
            .collect();
    }
    likes.iter_mut().for_each(|list| list.sort_unstable_by_key(|like| like.photo));
    likes
}

/// Lets one photo have more likes than any other: someone likes it instead of another one.
fn one_most_liked(likes: &mut [Vec<Like>], stage: &Stage, delays: &Delays) {
    let mut counts = vec![0; stage.photos.len()];
    likes.iter().flatten().for_each(|like| counts[like.photo.0 as usize] += 1);
    set_apart(&mut counts, 1, 0, |from, to| {
        let (from, to) = (PhotoId(from as u32), &stage.photos[to]);
        let has = |list: &[Like], photo| list.iter().any(|like| like.photo == photo);
        let could = |(u, list): &(usize, &mut Vec<Like>)| {
            to.owner.0 as usize != *u && has(list, from) && !has(list, to.id)
        };
        // Whoever follows the owner comes first.
        let follows = |(u, _): &(usize, &mut Vec<Like>)| stage.follows(UserId(*u as u32), to.owner);
        let Some((u, list)) = likes.iter_mut().enumerate().filter(could).max_by_key(follows) else {
            return false;
        };
        let created_at = delays.reaction(stage, UserId(u as u32), to, 1);
        list.retain(|like| like.photo != from);
        list.push(Like { photo: to.id, created_at });
        true
    });
}

/// Programs are this many times faster.
const PROGRAM_HASTE: u32 = 16;

struct Delays {
    delay: Delay,
    key: u64,
}

impl Delays {
    fn new(seed: u64) -> Delays {
        Delays { delay: Delay::weibull(0.55, 9.74 * 3600.0), key: stream_key(seed, TIME) }
    }

    /// After the photo, the sign-up, and the follow if there is one.
    fn reaction(&self, stage: &Stage, user: UserId, photo: &Photo, haste: u32) -> Time {
        let since = stage.could_see(user, photo);
        let random = (h2(self.key, user.index(), photo.id.0 as u64) >> 32) as u32;
        Time(since.0 + self.delay.draw(random, stage.end.0 - 1 - since.0) / haste)
    }
}

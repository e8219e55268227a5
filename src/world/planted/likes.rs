//! Likes: a contest with one winner, twelve photos in a clear order behind it, programs that like everything, and people
//! who like what they should not.

use super::Scene;
use super::draw::Draw;
use super::people::everybody;
use crate::random::hash::stream;
use crate::time::Time;
use crate::world::id::{PhotoId, UserId};
use crate::world::like::Like;
use std::collections::{BTreeMap, BTreeSet};

const LIKES: u64 = stream("planted.like");
const TIMES: u64 = stream("planted.like.time");
/// How many photos come behind the winner in a clear order.
const CLEAR: usize = 12;
const OWN: usize = 7;

/// Photos of which other rows have to know.
#[derive(Debug)]
pub(super) struct Plan {
    /// The most liked one.
    pub(super) winner: PhotoId,
    /// Liked by programs only, and by those who are nearly like them.
    pub(super) cold: PhotoId,
    /// Liked as others are, without a comment.
    pub(super) unsaid: PhotoId,
}

/// The likes of each user, by photo.
pub(super) struct Liked {
    pub(super) likes: Vec<Vec<Like>>,
    pub(super) plan: Plan,
}

pub(super) fn likes(scene: &Scene) -> Liked {
    let mut draw = Draw::of(scene.seed, LIKES);
    let people = scene.people;
    let owner = |photo: PhotoId| scene.post(photo).owner;
    let humans = people.humans();
    let of_winner = |photo: &PhotoId| owner(*photo) == people.winner;
    let by_dana = |photo: PhotoId| owner(photo) == people.prolific;

    let ordinary: Vec<PhotoId> =
        scene.photos().filter(|photo| !of_winner(photo) && !by_dana(*photo)).collect();
    let ordinary = draw.shuffled(&ordinary);
    let top = &ordinary[..CLEAR];
    let winner = scene.photos().find(of_winner).unwrap_or_default();
    let plan = Plan { winner, cold: ordinary[CLEAR], unsaid: ordinary[CLEAR + 1] };
    let is_special = |photo: PhotoId| photo == winner || photo == plan.cold || top.contains(&photo);

    let usual = 4 + draw.below(5);
    let mut wanted: BTreeMap<PhotoId, usize> =
        scene.photos().map(|photo| (photo, usual + draw.below(14))).collect();
    wanted.insert(winner, humans.len() - 14);
    wanted.insert(plan.cold, 0);
    wanted.extend(top.iter().zip(0..).map(|(photo, rank)| (*photo, 46 - 2 * rank)));

    let mut pairs: BTreeSet<(UserId, PhotoId)> = BTreeSet::new();
    for (&photo, &count) in &wanted {
        let others: Vec<UserId> = humans.iter().copied().filter(|user| *user != owner(photo)).collect();
        pairs.extend(draw.some(&others, count).into_iter().map(|user| (user, photo)));
    }
    for program in people.bots.iter().chain(&people.near_bots) {
        pairs.extend(scene.photos().map(|photo| (*program, photo)));
    }
    let plain: Vec<PhotoId> = ordinary.iter().copied().filter(|photo| !is_special(*photo)).collect();
    for near in &people.near_bots {
        pairs.remove(&(*near, draw.pick(&plain)));
    }
    let own: Vec<PhotoId> = plain.iter().copied().filter(|photo| humans.contains(&owner(*photo))).collect();
    pairs.extend(draw.some(&own, OWN).into_iter().map(|photo| (owner(photo), photo)));

    let passes = passes_dana_by(&mut draw, scene, &humans, &pairs);
    pairs.retain(|(user, photo)| *user != passes || !by_dana(*photo));
    for fan in &people.fans {
        pairs.extend(scene.photos().filter(|photo| by_dana(*photo)).map(|photo| (*fan, photo)));
    }
    Liked { likes: with_times(scene, &pairs), plan }
}

/// Somebody who likes more photos of others than `dana` has, and is to like none of hers.
fn passes_dana_by(
    draw: &mut Draw,
    scene: &Scene,
    humans: &[UserId],
    pairs: &BTreeSet<(UserId, PhotoId)>,
) -> UserId {
    let dana = scene.people.prolific;
    let owns = |photo: &PhotoId| scene.post(*photo).owner == dana;
    let elsewhere =
        |user: UserId| pairs.iter().filter(|(liker, photo)| *liker == user && !owns(photo)).count();
    let can: Vec<UserId> =
        humans.iter().copied().filter(|user| *user != dana && !scene.people.fans.contains(user)).collect();
    let hers = scene.photos().filter(owns).count();
    let keen: Vec<UserId> = can.iter().copied().filter(|user| elsewhere(*user) > hers).collect();
    draw.pick(if keen.is_empty() { &can } else { &keen })
}

fn with_times(scene: &Scene, pairs: &BTreeSet<(UserId, PhotoId)>) -> Vec<Vec<Like>> {
    let mut draw = Draw::of(scene.seed, TIMES);
    let mut likes: Vec<Vec<Like>> = everybody().map(|_| Vec::new()).collect();
    for &(user, photo) in pairs {
        let from = Time(scene.could_see(user, photo).0 + 1);
        likes[user.0 as usize].push(Like { photo, created_at: draw.soon(from, scene.end) });
    }
    likes
}

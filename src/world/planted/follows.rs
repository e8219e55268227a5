//! Follows: clear ranks of the followed, celebrities who follow hardly anybody, a chain from `alice` to `zoe`, one best
//! suggestion for `alice`, two who follow each other from the same second on.

use super::Scene;
use super::draw::Draw;
use super::people::{People, everybody};
use crate::random::hash::{h2, key, scale32, stream};
use crate::time::Time;
use crate::world::id::UserId;
use std::collections::{BTreeMap, BTreeSet};

const FOLLOWS: u64 = stream("planted.follow");
const TIMES: u64 = stream("planted.follow.time");
/// Followers of the three celebrities and of the eight behind them; nobody else has more than `REST`.
const CELEBRITIES: [usize; 3] = [68, 62, 56];
const FAMOUS: [usize; 8] = [46, 44, 42, 40, 38, 36, 34, 32];
const REST: usize = 24;
/// Of those whom alice follows, how many follow the same other account at most; the suggested one aside.
const COMMON: usize = 2;

pub(super) fn follows(scene: &Scene) -> BTreeMap<(UserId, UserId), Time> {
    let draw = Draw::of(scene.seed, FOLLOWS);
    let mut graph = Graph { draw, edges: BTreeSet::new(), fixed: BTreeSet::new() };
    let people = scene.people;
    let active: Vec<UserId> = everybody().filter(|user| is_active(people, *user)).collect();
    let is_celebrity = |user: &UserId| people.celebrities.contains(user);
    let fans: Vec<UserId> = active.iter().copied().filter(|user| !is_celebrity(user)).collect();
    graph.at_random(people, &active, &fans);

    let famous = famous(&mut graph.draw, people, &fans);
    // Not everybody who does nothing is unknown.
    let of_ghost: Vec<UserId> = fans.iter().copied().filter(|user| !famous.contains(user)).collect();
    for user in graph.draw.some(&of_ghost, 3) {
        graph.edges.insert((user, people.ghosts[0]));
    }
    graph.chain(people, &famous);
    graph.suggestion(people, &famous);
    let (one, other) = (famous[6], famous[7]);
    graph.fix(one, other);
    graph.fix(other, one);
    graph.fix(people.unfollowed, famous[0]);

    let followed = graph.followees(people.alice);
    graph.leave_one_suggestion(people.alice, &followed);
    let adds: Vec<UserId> = fans.iter().copied().filter(|user| !followed.contains(user)).collect();
    let ranked = people.celebrities.iter().zip(CELEBRITIES).chain(famous.iter().zip(FAMOUS));
    ranked.for_each(|(user, count)| graph.set_followers(*user, count, &adds));
    for user in everybody().filter(|user| !is_celebrity(user) && !famous.contains(user)) {
        graph.set_followers(user, REST, &[]);
    }

    let together = Time::parse("2024-05-01 08:00:00").unwrap_or_default();
    let mut follows: BTreeMap<_, _> = graph.edges.iter().map(|&(a, b)| ((a, b), time(scene, a, b))).collect();
    follows.extend([((one, other), together), ((other, one), together)]);
    follows
}

/// Whether somebody takes part in the network of all: has a part of none of the facts that a follow more would spoil.
fn is_active(people: &People, user: UserId) -> bool {
    let apart = [people.celebrities[2], people.loner, people.unfollowed, people.alice];
    !people.ghosts.contains(&user) && !people.chain.contains(&user) && !apart.contains(&user)
}

/// The eight whom most follow after the celebrities; bob is the second of them.
fn famous(draw: &mut Draw, people: &People, fans: &[UserId]) -> Vec<UserId> {
    let can = |user: &UserId| !people.bots.contains(user) && *user != people.bob();
    let others: Vec<UserId> = fans.iter().copied().filter(can).collect();
    let mut famous = draw.some(&others, FAMOUS.len() - 1);
    famous.insert(1, people.bob());
    famous
}

/// After both had signed up.
fn time(scene: &Scene, follower: UserId, followee: UserId) -> Time {
    let from = scene.signed_up(follower).max(scene.signed_up(followee)).0 + 60;
    let hash = h2(key(scene.seed, TIMES), u64::from(follower.0), u64::from(followee.0));
    Time(from + scale32(hash, u64::from(scene.end.0 - from)) as u32)
}

/// Who follows whom, as far as it is settled.
struct Graph {
    draw: Draw,
    edges: BTreeSet<(UserId, UserId)>,
    /// Those that a fact needs.
    fixed: BTreeSet<(UserId, UserId)>,
}

impl Graph {
    fn fix(&mut self, follower: UserId, followee: UserId) {
        self.edges.insert((follower, followee));
        self.fixed.insert((follower, followee));
    }

    fn follows(&self, follower: UserId, followee: UserId) -> bool {
        self.edges.contains(&(follower, followee))
    }

    fn followees(&self, user: UserId) -> Vec<UserId> {
        self.edges.iter().filter(|(follower, _)| *follower == user).map(|(_, followee)| *followee).collect()
    }

    /// Everybody follows six to thirteen others and most celebrities; two celebrities follow two each.
    fn at_random(&mut self, people: &People, active: &[UserId], fans: &[UserId]) {
        for &user in active {
            let others: Vec<UserId> = fans.iter().copied().filter(|other| *other != user).collect();
            let count = if people.celebrities.contains(&user) { 2 } else { 6 + self.draw.below(8) };
            let chosen = self.draw.some(&others, count);
            self.edges.extend(chosen.into_iter().map(|other| (user, other)));
        }
        for (&celebrity, count) in people.celebrities.iter().zip(CELEBRITIES) {
            let chosen = self.draw.some(fans, count);
            self.edges.extend(chosen.into_iter().map(|fan| (fan, celebrity)));
        }
    }

    /// From alice to the last of the chain there is one way, and ways back on which a search can run in circles.
    fn chain(&mut self, people: &People, famous: &[UserId]) {
        let chain = &people.chain;
        self.fix(people.alice, chain[0]);
        chain.windows(2).for_each(|pair| self.fix(pair[0], pair[1]));
        self.fix(chain[1], chain[0]);
        self.fix(people.zoe(), people.alice);
        self.fix(people.alice, famous[0]);
    }

    /// Four whom alice follows all follow one whom she does not; a celebrity whom she follows has more.
    fn suggestion(&mut self, people: &People, famous: &[UserId]) {
        let (alice, known, suggested) = (people.alice, &famous[..4], famous[5]);
        self.fix(people.bob(), alice);
        for user in known[1..].iter().chain(&people.celebrities) {
            self.fix(alice, *user);
        }
        for user in known {
            self.fix(*user, suggested);
            self.fix(*user, people.celebrities[0]);
        }
        self.fix(people.celebrities[1], people.celebrities[0]);
        self.edges.retain(|(user, other)| *other != suggested || !people.celebrities.contains(user));
    }

    /// Takes follows away until no other account is followed by more than two of those whom alice follows.
    fn leave_one_suggestion(&mut self, alice: UserId, followed: &[UserId]) {
        for user in everybody().filter(|user| *user != alice && !followed.contains(user)) {
            let common: Vec<UserId> = followed.iter().copied().filter(|by| self.follows(*by, user)).collect();
            let movable = common.iter().filter(|by| !self.fixed.contains(&(**by, user)));
            for by in movable.take(common.len().saturating_sub(COMMON)) {
                self.edges.remove(&(*by, user));
            }
        }
    }

    /// Gives a user this number of followers, more of them from `adds`; with none to add, at most this number.
    fn set_followers(&mut self, user: UserId, count: usize, adds: &[UserId]) {
        let now: Vec<UserId> = self
            .edges
            .iter()
            .filter(|(_, followee)| *followee == user)
            .map(|(follower, _)| *follower)
            .collect();
        let movable: Vec<UserId> =
            now.iter().copied().filter(|follower| !self.fixed.contains(&(*follower, user))).collect();
        for follower in self.draw.some(&movable, now.len().saturating_sub(count)) {
            self.edges.remove(&(follower, user));
        }
        let new: Vec<UserId> =
            adds.iter().copied().filter(|other| *other != user && !self.follows(*other, user)).collect();
        for follower in self.draw.some(&new, count.saturating_sub(now.len())) {
            self.edges.insert((follower, user));
        }
    }
}

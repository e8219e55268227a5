//! Follows: who follows whom, a function of (seed, user), in both directions; no edge is stored.
//!
//! Whom a user follows comes from three layers. *Blocks* ([`block`]) are circles of alike users, dense and partly
//! mutual: they make reciprocity and clustering. The *pools* ([`pool`]) of the topic and of the world match the rest
//! of each user's follows to the popular: they make the heavy tail of followers. How many follows each user has is its
//! quantile of a lognormal ([`degree`]); what doubles and capacity take away, calibration ([`calibrate`]) gives back.

mod aloof;
mod audience;
mod block;
mod calibrate;
mod degree;
mod pool;

use std::sync::OnceLock;

use super::clock::Clock;
use super::error::WorldError;
use super::id::UserId;
use super::rank::TopicRange;
use super::user::{MAX_KEPT, Users};
use crate::profile::Profile;
use crate::random::distribution::Delay;
use crate::random::hash::{chance, h1, h2, key, stream, subkey, threshold};
use crate::random::permutation::Permutation;
use crate::time::{DAY, Time};
use aloof::Order;
pub(crate) use audience::Audience;
use block::{Blocks, Side};
use degree::DegreeCurve;
use pool::{Popularity, TopicOrder};

const TOPIC_MATCHING: u64 = stream("follow.topic.matching");
const WORLD_MATCHING: u64 = stream("follow.world.matching");
const WORLD_ORDER: u64 = stream("follow.world.popularity");
const DELAY: u64 = stream("follow.delay");
const BOT: u64 = stream("user.bot");
/// The share of a user's follows beyond the block that go to the whole world, not to the topic.
const WORLD_SHARE: f64 = 0.5;
const DELAY_MEDIAN: f64 = 60.0 * DAY as f64;
const DELAY_SIGMA: f64 = 1.6;

/// Room for the answer about one user, used again for the next.
#[derive(Clone, Debug, Default)]
pub struct FollowScratch {
    users: Vec<UserId>,
    /// How many of the first are the answer.
    found: usize,
    /// Doubles that were dropped.
    lost: usize,
    places: Vec<u64>,
    friends: Vec<UserId>,
    friend_places: Vec<u32>,
}

impl FollowScratch {
    /// Empty room; it grows to the greatest answer.
    pub fn new() -> FollowScratch {
        FollowScratch::default()
    }
}

/// The follow graph.
#[derive(Clone, Debug)]
pub(crate) struct Follows {
    degrees: DegreeCurve,
    blocks: Blocks,
    topics: Vec<TopicPool>,
    world: Popularity,
    world_matching: Permutation,
    /// From a user to its place among the world's popular.
    world_order: Permutation,
    delay: Delay,
    delay_key: u64,
    bot_key: u64,
    bots: u64,
    bots_are_aloof: bool,
    /// A bit for each user, made when first asked for; empty in a large network.
    kept_bots: OnceLock<Box<[u64]>>,
}

/// One topic: its own pool, and its part of the world's.
#[derive(Clone, Debug)]
struct TopicPool {
    range: TopicRange,
    stubs: u64,
    world_first: u64,
    world_stubs: u64,
    popularity: Popularity,
    matching: Permutation,
    order: TopicOrder,
    /// From this position on, bots are found.
    aloof: u64,
}

/// A half-open range of stubs.
type Stubs = (u64, u64);

impl Follows {
    /// The graph with the profile's mean, calibrated.
    pub(crate) fn new(profile: &Profile, users: &Users) -> Result<Follows, WorldError> {
        calibrate::calibrate(profile, users)
    }

    /// The graph in which users *try* to follow `mean` others.
    pub(super) fn with_mean(profile: &Profile, users: &Users, mean: f64) -> Follows {
        let order = Order::new(profile.bots, profile.users);
        Follows::in_order(profile, users, mean, order, &order.standard())
    }

    /// The same, in an order that is known, and what [`Order::standard`] says of it.
    fn in_order(
        profile: &Profile,
        users: &Users,
        mean: f64,
        order: Order,
        standard: &[Option<f64>],
    ) -> Follows {
        let seed = profile.seed;
        let degrees = DegreeCurve::new(profile.users, mean, profile.follows_per_user, order, standard);
        let blocks = Blocks::new(users.ranks.topics(), &degrees, seed);
        let matching = key(seed, TOPIC_MATCHING);
        let mut world_first = 0;
        let mut topics = vec![];
        for (i, &range) in users.ranks.topics().iter().enumerate() {
            let stubs = degrees.pool_mean() * range.size as f64;
            let (own, world_stubs) =
                ((stubs * (1.0 - WORLD_SHARE)).round() as u64, (stubs * WORLD_SHARE).round() as u64);
            let popularity = Popularity::new(own, range.size);
            let aloof = order.first_aloof(&range).max(popularity.places());
            topics.push(TopicPool {
                range,
                stubs: own,
                world_first,
                world_stubs,
                popularity,
                matching: Permutation::new(own, subkey(matching, i as u64)),
                order: TopicOrder::new(aloof),
                aloof,
            });
            world_first += world_stubs;
        }
        Follows {
            degrees,
            blocks,
            topics,
            world: Popularity::new(world_first, profile.users as u64),
            world_matching: Permutation::new(world_first, key(seed, WORLD_MATCHING)),
            world_order: Permutation::new(profile.users as u64, key(seed, WORLD_ORDER)),
            delay: Delay::lognormal(DELAY_MEDIAN, DELAY_SIGMA),
            delay_key: key(seed, DELAY),
            bot_key: key(seed, BOT),
            bots: threshold(order.bots),
            bots_are_aloof: order.has_band(),
            kept_bots: OnceLock::new(),
        }
    }

    /// Whom a user follows: ascending, each once, never the user.
    #[inline(always)]
    pub(crate) fn followees<'s>(
        &self,
        users: &Users,
        user: UserId,
        room: &'s mut FollowScratch,
    ) -> &'s [UserId] {
        self.draw::<false>(users, user, room);
        &room.users[..room.found]
    }

    /// Whom a user follows, and who of these is a friend: one of the user's circle who follows back. Of the others
    /// hardly anyone does.
    #[inline(always)]
    pub(crate) fn followees_and_friends<'s>(
        &self,
        users: &Users,
        user: UserId,
        room: &'s mut FollowScratch,
    ) -> (&'s [UserId], &'s [UserId]) {
        self.draw::<true>(users, user, room);
        (&room.users[..room.found], &room.friends)
    }

    #[inline(always)]
    fn draw<const FRIENDS: bool>(&self, users: &Users, user: UserId, room: &mut FollowScratch) {
        let rank = users.ranks.rank(user);
        let topic_index = users.ranks.topic_of(rank);
        let topic = &self.topics[topic_index];
        let position = rank - topic.range.first;
        let block = self.blocks.of(topic_index, &topic.range, position, &self.degrees);
        let (own, world) = self.out_stubs(topic, position);
        let (own_count, world_count) = ((own.1 - own.0) as usize, (world.1 - world.0) as usize);

        room.reserve(block.size as usize + own_count + world_count);
        let (places, friends) = (&mut room.places, &mut room.friend_places);
        let (mates, friends) = match FRIENDS {
            true => self.blocks.mates_and_friends(&block, rank, places, friends),
            false => (self.blocks.mates(&block, rank, places, Side::Follows), 0),
        };
        for (to, &rank) in room.users.iter_mut().zip(&room.places[..mates]) {
            *to = users.ranks.user(rank);
        }
        if FRIENDS {
            room.friends.clear();
            room.friends
                .extend(room.friend_places[..friends].iter().map(|&place| room.users[place as usize]));
            room.friends.sort_unstable();
        }
        // Step by step over all stubs, so that the multiplies of many overlap.
        let (to_topic, to_world) = room.places[..own_count + world_count].split_at_mut(own_count);
        for (to, stub) in to_topic.iter_mut().zip(own.0..) {
            *to = topic.matching.forward(stub);
        }
        for (to, stub) in to_world.iter_mut().zip(world.0..) {
            *to = self.world_matching.forward(stub);
        }
        for to in to_topic.iter_mut() {
            *to = topic.range.first + topic.order.position(topic.popularity.find(*to));
        }
        for to in to_world.iter_mut() {
            *to = self.world.find(*to);
        }
        let found = mates + own_count + world_count;
        let (in_topic, in_world) = room.users[mates..found].split_at_mut(own_count);
        for (to, &rank) in in_topic.iter_mut().zip(to_topic.iter()) {
            *to = users.ranks.user(rank);
        }
        for (to, &place) in in_world.iter_mut().zip(to_world.iter()) {
            *to = UserId(self.world_order.inverse(place) as u32);
        }
        room.finish(found, user);
    }

    /// When a follow happened, given when both sides had signed up.
    #[inline(always)]
    pub(crate) fn time(&self, clock: &Clock, follower: UserId, followee: UserId, both: Time) -> Time {
        let random = (h2(self.delay_key, follower.index(), followee.index()) >> 32) as u32;
        Time(both.0 + self.delay.draw(random, clock.end().0 - 1 - both.0))
    }

    /// The same, given when the follower had signed up.
    #[inline(always)]
    pub(super) fn since(
        &self,
        clock: &Clock,
        users: &Users,
        follower: UserId,
        signed_up: Time,
        followee: UserId,
    ) -> Time {
        // Ids are in the order of sign-ups: the later side is known without a look.
        let both = if followee < follower { signed_up } else { users.signed_up(clock, followee) };
        self.time(clock, follower, followee, both)
    }

    /// How many users a user tries to follow, doubles counted.
    pub(super) fn tried(&self, users: &Users, user: UserId) -> f64 {
        let rank = users.ranks.rank(user);
        let index = users.ranks.topic_of(rank);
        let topic = &self.topics[index];
        let position = rank - topic.range.first;
        let block = self.blocks.of(index, &topic.range, position, &self.degrees);
        let (own, world) = self.out_stubs(topic, position);
        self.blocks.expected_mates(&block) + (own.1 - own.0 + world.1 - world.0) as f64
    }

    /// Whether a user is a bot.
    #[inline(always)]
    pub(crate) fn is_bot(&self, users: &Users, user: UserId) -> bool {
        match self.kept_bots(users).get(user.0 as usize / 64) {
            Some(bits) => bits >> (user.0 % 64) & 1 == 1,
            None => self.compute_bot(users, user),
        }
    }

    fn kept_bots(&self, users: &Users) -> &[u64] {
        let kept = if users.count <= MAX_KEPT { users.count } else { 0 };
        let bit = |user: u32| u64::from(self.compute_bot(users, UserId(user))) << (user % 64);
        let word = |first: u32| (first..kept.min(first + 64)).map(bit).sum();
        self.kept_bots.get_or_init(|| (0..kept).step_by(64).map(word).collect())
    }

    /// Bots are found among those who follow many and have no circle, nor any other fame: so few follow them.
    fn compute_bot(&self, users: &Users, user: UserId) -> bool {
        if !chance(h1(self.bot_key, user.index()), self.bots) {
            return false;
        }
        if !self.bots_are_aloof {
            return true;
        }
        let rank = users.ranks.rank(user);
        let topic = &self.topics[users.ranks.topic_of(rank)];
        rank - topic.range.first >= topic.aloof && !self.world.holds(self.world_order.forward(user.index()))
    }

    /// The half-open ranges of out-stubs of a position: in its topic's pool, in the world's.
    #[inline(always)]
    fn out_stubs(&self, topic: &TopicPool, position: u64) -> (Stubs, Stubs) {
        let (a, b) = self.degrees.pool_share(&topic.range, position);
        let part = |stubs: u64, share: u64| ((stubs as u128 * share as u128) >> degree::SHARE_BITS) as u64;
        (
            (part(topic.stubs, a), part(topic.stubs, b)),
            (topic.world_first + part(topic.world_stubs, a), topic.world_first + part(topic.world_stubs, b)),
        )
    }
}

impl FollowScratch {
    #[inline(always)]
    fn reserve(&mut self, count: usize) {
        if self.users.len() < count {
            self.users.resize(count.next_power_of_two(), UserId(0));
            self.places.resize(count.next_power_of_two(), 0);
            self.friend_places.resize(count.next_power_of_two(), 0);
        }
    }

    /// Sorts the first `found`, drops doubles and the user.
    #[inline(always)]
    fn finish(&mut self, found: usize, user: UserId) {
        self.users[..found].sort_unstable();
        let (mut kept, mut last) = (0, UserId(u32::MAX));
        for i in 0..found {
            let next = self.users[i];
            self.users[kept] = next;
            kept += usize::from(next != last && next != user);
            last = next;
        }
        (self.found, self.lost) = (kept, found - kept);
    }
}

#[cfg(test)]
mod tests;

//! Users: ids in the order of sign-up (but in planted worlds), topics and languages by neighbourhood.
//!
//! Sign-ups of a network that is not too large are looked up instead of computed: every follow, like and comment asks.
//! Whoever is near in rank space (see [`rank`](super::rank)) tends to follow each other; topic and language are given
//! to neighbourhoods there, so that friends share them. Names and e-mail addresses are made elsewhere, from the id.

use std::sync::OnceLock;

use super::clock::Clock;
use super::id::UserId;
use super::rank::RankSpace;
use crate::profile::Profile;
use crate::random::hash::{chance, h1, key, stream, threshold};
use crate::time::Time;

const SIGN_UP: u64 = stream("user.sign_up");
const TOPIC: u64 = stream("user.topic");
const LANGUAGE: u64 = stream("user.language");
/// Users of adjacent ranks that share a topic, in networks too small for topics of their own: at most 2^6, and so few
/// that a small network has many such circles.
const CIRCLE_BITS: u32 = 6;
const CIRCLES: u32 = 64;
/// Users of adjacent ranks that share a language, mostly.
const REGION_BITS: u32 = 6;
/// Up to this many users, twelve megabytes, what is asked again and again is kept.
pub(super) const MAX_KEPT: u32 = 1 << 21;

/// What is known of a user before any text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct User {
    /// Who.
    pub id: UserId,
    /// When the account was made.
    pub created_at: Time,
    /// The main interest, below [`World::topic_count`](super::World::topic_count); lower ones are more common.
    pub topic: u8,
    /// The index of the language in [`Profile::languages`].
    pub language: u8,
    /// Whether the account is a program.
    pub bot: bool,
}

/// The table of users, none of it stored.
#[derive(Clone, Debug)]
pub(crate) struct Users {
    pub(crate) count: u32,
    pub(crate) ranks: RankSpace,
    circle_bits: u32,
    step: u64,
    sign_up: u64,
    topic: u64,
    language: u64,
    /// Upper thresholds, of 2^32.
    topics: Vec<u64>,
    languages: Vec<u64>,
    /// By id; empty in a large network.
    signed_up: Box<[Time]>,
    /// By id, made when first asked for; empty in a large network.
    traits: OnceLock<Box<[Traits]>>,
}

/// What texts and tags ask of a user.
#[derive(Clone, Copy, Debug)]
struct Traits {
    topic: u8,
    language: u8,
}

impl Users {
    /// The users of a network that cares for this many topics at least: with fewer communities, topics are spread over
    /// circles.
    pub(crate) fn new(profile: &Profile, clock: &Clock, topics: u8) -> Users {
        let seed = profile.seed;
        let weights: Vec<f64> = (1..=topics).map(|k| libm::pow(k as f64, -0.7)).collect();
        let shares: Vec<f64> = profile.languages.iter().map(|(_, share)| *share).collect();
        let mut users = Users {
            count: profile.users,
            ranks: RankSpace::new(profile.users, seed),
            circle_bits: (profile.users / CIRCLES).max(1).ilog2().min(CIRCLE_BITS),
            step: u64::MAX / profile.users as u64,
            sign_up: key(seed, SIGN_UP),
            topic: key(seed, TOPIC),
            language: key(seed, LANGUAGE),
            topics: upper_thresholds(&weights),
            languages: upper_thresholds(&shares),
            signed_up: Box::default(),
            traits: OnceLock::new(),
        };
        if users.count <= MAX_KEPT {
            users.signed_up = (0..users.count).map(|id| users.compute_sign_up(clock, UserId(id))).collect();
        }
        users
    }

    /// The sign-ups of a network that is not large, to be moved without changing their order, unless they are planted.
    pub(super) fn kept_sign_ups(&mut self) -> &mut [Time] {
        &mut self.signed_up
    }

    /// When a user signed up.
    #[inline(always)]
    pub(crate) fn signed_up(&self, clock: &Clock, id: UserId) -> Time {
        match self.signed_up.get(id.0 as usize) {
            Some(&time) => time,
            None => self.compute_sign_up(clock, id),
        }
    }

    /// One sign-up in each of the equal parts of the growth, in the middle half of it: neighbours keep their distance.
    fn compute_sign_up(&self, clock: &Clock, id: UserId) -> Time {
        let jitter = (1 << 30) + (h1(self.sign_up, id.index()) >> 33);
        let within = (jitter * (self.step >> 32)) + ((jitter * (self.step & 0xFFFF_FFFF)) >> 32);
        let share = id.index() * self.step + within;
        clock.grown_to((share >> 32) as u32)
    }

    pub(crate) fn before(&self, clock: &Clock, time: Time) -> u32 {
        let (mut a, mut b) = (0, self.count);
        while a < b {
            let middle = a + (b - a) / 2;
            if self.signed_up(clock, UserId(middle)) < time {
                a = middle + 1;
            } else {
                b = middle;
            }
        }
        a
    }

    pub(crate) fn topic_count(&self) -> u8 {
        (self.ranks.topic_count() as u8).max(self.topics.len() as u8)
    }

    /// The main interest of a user.
    #[inline(always)]
    pub(crate) fn topic(&self, id: UserId) -> u8 {
        self.traits(id).topic
    }

    /// The language of a user.
    #[inline(always)]
    pub(crate) fn language(&self, id: UserId) -> u8 {
        self.traits(id).language
    }

    #[inline(always)]
    fn traits(&self, id: UserId) -> Traits {
        match self.kept_traits().get(id.0 as usize) {
            Some(&traits) => traits,
            None => self.compute_traits(id),
        }
    }

    fn kept_traits(&self) -> &[Traits] {
        let kept = if self.count <= MAX_KEPT { self.count } else { 0 };
        self.traits.get_or_init(|| (0..kept).map(|id| self.compute_traits(UserId(id))).collect())
    }

    /// Topic and language are those of the neighbourhood; one in five speaks another language.
    fn compute_traits(&self, id: UserId) -> Traits {
        let rank = self.ranks.rank(id);
        let topic = match self.ranks.topic_count() >= self.topics.len() {
            true => self.ranks.topic_of(rank) as u8,
            false => choose(&self.topics, h1(self.topic, rank >> self.circle_bits)),
        };
        let own = h1(self.language, id.index());
        let language = match chance(own.rotate_left(32), threshold(0.2)) {
            true => choose(&self.languages, own),
            false => choose(&self.languages, h1(self.language, !(rank >> REGION_BITS))),
        };
        Traits { topic, language }
    }
}

fn upper_thresholds(weights: &[f64]) -> Vec<u64> {
    let whole: f64 = weights.iter().sum();
    let mut sum = 0.0;
    let sums = weights.iter().map(|w| {
        sum += w;
        (sum / whole * 4_294_967_296.0) as u64
    });
    sums.collect()
}

fn choose(thresholds: &[u64], hash: u64) -> u8 {
    thresholds.partition_point(|&t| t <= hash >> 32).min(thresholds.len() - 1) as u8
}

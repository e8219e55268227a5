//! The vocabulary and the draw: which tags there are, since when, and which of them a photo bears.
//!
//! A tag's number tells all: every twelfth is generic, the others go to the topics in turn, and the number grows
//! with the rank and with the time of coining.

use super::count::TagCount;
use super::{TagKind, TagList};
use crate::random::distribution::ZipfMandelbrot;
use crate::random::hash::{chance, h1, h2, key, stream, subkey, threshold};
use crate::world::id::TagId;

/// One in this many tags is generic.
const GENERIC_EVERY: u32 = 12;
/// Known from the first day, so that the first photos have a choice.
const KNOWN_AT_START: u32 = 500;
/// Topics are many: each falls steeper than all tags together do.
const GENERIC_ZIPF: (f64, f64) = (1.12, 1.3);
const TOPICAL_ZIPF: (f64, f64) = (1.5, 1.5);
const GENERIC_SHARE: f64 = 0.35;
const OWN_TOPIC_SHARE: f64 = 0.7;
const SPAMMER_SHARE: f64 = 0.05;

/// The tags by number of name: the generic ones first, then topic by topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TagPools {
    /// Generic tags.
    pub generic: u32,
    topical: u32,
    topics: u32,
}

impl TagPools {
    /// `vocabulary` tags, so many of them generic, the others in turn of one topic each.
    pub(crate) fn new(generic: u32, vocabulary: u32, topics: u32) -> TagPools {
        TagPools { generic, topical: vocabulary - generic, topics }
    }

    /// The number of tags of a topic.
    pub fn of_topic(&self, topic: u32) -> u32 {
        self.topical / self.topics + u32::from(topic < self.topical % self.topics)
    }

    /// The number of a tag's name.
    pub fn number(&self, kind: TagKind) -> u32 {
        match kind {
            TagKind::Generic { rank } => rank,
            TagKind::Topical { topic, rank } => {
                let before = topic * (self.topical / self.topics) + topic.min(self.topical % self.topics);
                self.generic + before + rank
            }
        }
    }
}

/// What the draw of a photo's tags depends on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tagged {
    pub photo: u64,
    pub owner: u64,
    pub owner_topic: u32,
    /// The epoch of the photo.
    pub epoch: usize,
}

/// The vocabulary and the rule.
#[derive(Clone, Debug)]
pub(crate) struct Tags {
    users: u64,
    vocabulary: u32,
    pub(super) pools: TagPools,
    /// Tags known at the start of each epoch: ids below.
    pub(super) known: Vec<u32>,
    generic: ZipfMandelbrot,
    topical: ZipfMandelbrot,
    count: TagCount,
    keys: Keys,
}

#[derive(Clone, Debug)]
struct Keys {
    count: u64,
    draw: u64,
    topic: u64,
    spammer: u64,
}

impl Tags {
    /// The vocabulary of a network of `users` with `topics`; `mean` tags a photo. The n-th entry of `signed_up` is how
    /// many users there are at the start of the n-th epoch of photos.
    pub(crate) fn new(seed: u64, users: u32, topics: u8, mean: f64, signed_up: &[u32]) -> Tags {
        let vocabulary = ((30.0 * (users as f64).sqrt()) as u32).clamp(200, 2_000_000);
        let generic = vocabulary.div_ceil(GENERIC_EVERY);
        let pools = TagPools::new(generic, vocabulary, topics as u32);
        let draw = key(seed, stream("tag.draw"));
        let mut tags = Tags {
            users: users as u64,
            vocabulary,
            pools,
            known: Vec::new(),
            generic: ZipfMandelbrot::new(generic, GENERIC_ZIPF.0, GENERIC_ZIPF.1),
            topical: ZipfMandelbrot::new(pools.topical / pools.topics, TOPICAL_ZIPF.0, TOPICAL_ZIPF.1),
            count: TagCount::new(mean),
            keys: Keys {
                count: key(seed, stream("tag.count")),
                draw,
                topic: key(seed, stream("tag.topic")),
                spammer: subkey(draw, 1),
            },
        };
        tags.known = signed_up.iter().map(|&users| tags.known_to(users as u64)).collect();
        tags
    }

    /// The size of the vocabulary.
    pub(crate) fn vocabulary(&self) -> u32 {
        self.vocabulary
    }

    /// What a tag is about.
    pub(crate) fn kind(&self, tag: TagId) -> TagKind {
        if tag.0.is_multiple_of(GENERIC_EVERY) {
            return TagKind::Generic { rank: tag.0 / GENERIC_EVERY };
        }
        let nth = tag.0 - tag.0 / GENERIC_EVERY - 1;
        TagKind::Topical { topic: nth % self.pools.topics, rank: nth / self.pools.topics }
    }

    /// The user with whose sign-up a tag is coined; none for those that are known from the start.
    pub(crate) fn coined_by(&self, tag: TagId) -> Option<u32> {
        if tag.0 < KNOWN_AT_START {
            return None;
        }
        let (tag, vocabulary) = (tag.0 as u128, self.vocabulary as u128);
        Some((tag * tag * self.users as u128 / (vocabulary * vocabulary)) as u32)
    }

    /// How many tags are known once `users` have signed up.
    pub(super) fn known_to(&self, users: u64) -> u32 {
        let (mut low, mut high) = (KNOWN_AT_START.min(self.vocabulary), self.vocabulary);
        while low < high {
            let middle = low + (high - low) / 2;
            match self.coined_by(TagId(middle)) {
                Some(user) if user as u64 >= users => high = middle,
                _ => low = middle + 1,
            }
        }
        low
    }

    /// What a photo is about: mostly the owner's topic, else one by `topic_at` of a hash.
    #[inline(always)]
    pub(super) fn topic(&self, of: Tagged, topic_at: impl Fn(u64) -> u32) -> u32 {
        let choice = h1(self.keys.topic, of.photo);
        if self.is_spammer(of.owner) || chance(choice, threshold(OWN_TOPIC_SHARE)) {
            of.owner_topic
        } else {
            topic_at(choice.rotate_left(32))
        }
    }

    #[inline(always)]
    fn is_spammer(&self, owner: u64) -> bool {
        chance(h1(self.keys.spammer, owner), threshold(SPAMMER_SHARE))
    }

    /// The tags of a photo, in the order of its caption.
    #[inline(always)]
    pub(super) fn draw(&self, of: Tagged, topic_at: impl Fn(u64) -> u32, list: &mut TagList) {
        list.clear();
        let wanted = self.count.draw(h1(self.keys.count, of.photo));
        if wanted == 0 {
            return;
        }
        // A spammer pastes the same list under everything.
        let (key, row) = match self.is_spammer(of.owner) {
            true => (self.keys.spammer, of.owner),
            false => (self.keys.draw, of.photo),
        };
        let (topic, known) = (self.topic(of, topic_at), self.known[of.epoch]);
        let generic_below = threshold(GENERIC_SHARE);
        for draw in 0..6 * wanted as u64 + 40 {
            let hash = h2(key, row, draw);
            let tag = if (hash & 0xFFFF_FFFF) < generic_below {
                self.generic.draw((hash >> 32) as u32) * GENERIC_EVERY
            } else {
                let nth = self.topical.draw((hash >> 32) as u32) * self.pools.topics + topic;
                nth + nth / (GENERIC_EVERY - 1) + 1
            };
            if tag < known {
                list.push(TagId(tag));
                if list.count == wanted {
                    return;
                }
            }
        }
    }
}

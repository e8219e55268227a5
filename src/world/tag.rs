//! Hashtags: a vocabulary that grows with the network, and the tags of a photo as a function of its id.
//!
//! A network of `n` users knows about `30 sqrt(n)` tags. The tag with number `t` is coined by the user with whom the
//! network has grown large enough for it, so ids are in time order and no photo uses a tag before it exists. Every
//! twelfth tag is a generic one (`#love`), the others belong to topics in turn; low numbers are popular. A caption
//! and the rows of `photo_tags` take the same list, so that they agree.

mod count;

use super::photo::{Photo, PhotoId, Photos};
use super::user::{UserId, Users};
use super::{Facts, World};
use crate::random::distribution::ZipfMandelbrot;
use crate::random::hash::{chance, h1, h2, key, scale32, stream, subkey, threshold};
use crate::time::Time;
use count::TagCount;

/// No photo bears more.
pub const MOST_TAGS: usize = 30;

/// The number of a tag in the vocabulary, from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TagId(pub u32);

impl TagId {
    /// The key as stored.
    pub fn key(self) -> i64 {
        self.0 as i64 + 1
    }
}

/// What a tag is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TagKind {
    /// Used by everybody; rank 0 is the most popular.
    Generic {
        /// Popularity among the generic tags.
        rank: u32,
    },
    /// Used around one topic.
    Topical {
        /// The topic.
        topic: u32,
        /// Popularity within the topic.
        rank: u32,
    },
}

/// The tags of one photo, in the order of its caption until sorted.
#[derive(Clone, Debug, Default)]
pub struct TagList {
    tags: [TagId; MOST_TAGS],
    count: usize,
}

impl TagList {
    /// The tags.
    pub fn as_slice(&self) -> &[TagId] {
        &self.tags[..self.count]
    }

    /// Puts them in the order of their ids.
    pub fn sort(&mut self) {
        self.tags[..self.count].sort_unstable();
    }

    pub(crate) fn clear(&mut self) {
        self.count = 0;
    }

    /// Adds a tag unless it is there.
    pub(crate) fn push(&mut self, tag: TagId) {
        if !self.as_slice().contains(&tag) {
            self.tags[self.count] = tag;
            self.count += 1;
        }
    }
}

/// One in this many tags is generic.
const GENERIC_EVERY: u32 = 12;
/// Known from the first day, so that the first photos have a choice.
const KNOWN_AT_START: u32 = 500;
const ZIPF_EXPONENT: f64 = 1.05;
const ZIPF_SHIFT: f64 = 1.5;
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
    pools: TagPools,
    /// Tags known at the start of each epoch: ids below.
    known: Vec<u32>,
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
            generic: ZipfMandelbrot::new(generic, ZIPF_EXPONENT, ZIPF_SHIFT),
            topical: ZipfMandelbrot::new(pools.topical / pools.topics, ZIPF_EXPONENT, ZIPF_SHIFT),
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
    fn known_to(&self, users: u64) -> u32 {
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
    fn topic(&self, of: Tagged, topic_at: impl Fn(u64) -> u32) -> u32 {
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
    fn draw(&self, of: Tagged, topic_at: impl Fn(u64) -> u32, list: &mut TagList) {
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

/// The rooms that a photo's tags depend on.
#[derive(Clone, Copy, Debug)]
struct Scene<'w> {
    users: &'w Users,
    photos: &'w Photos,
}

impl Scene<'_> {
    fn tagged(&self, photo: PhotoId, owner: UserId) -> Tagged {
        Tagged {
            photo: photo.0 as u64,
            owner: owner.0 as u64,
            owner_topic: self.users.topic(owner) as u32,
            epoch: self.photos.epoch_of(photo),
        }
    }

    /// The topic of a random user: large topics often.
    fn topic_at(&self, hash: u64) -> u32 {
        self.users.topic(UserId(scale32(hash, self.users.count as u64) as u32)) as u32
    }
}

impl World {
    /// The size of the vocabulary.
    pub fn tag_count(&self) -> u32 {
        match &self.facts {
            Facts::Computed(computed) => computed.tags.vocabulary(),
            Facts::Exact(exact) => exact.tags().kinds.len() as u32,
        }
    }

    /// What a tag is about.
    pub fn tag_kind(&self, tag: TagId) -> TagKind {
        match &self.facts {
            Facts::Computed(computed) => computed.tags.kind(tag),
            Facts::Exact(exact) => exact.tags().kinds[tag.0 as usize],
        }
    }

    /// The tags by generic and topic, for naming them.
    pub fn tag_pools(&self) -> TagPools {
        match &self.facts {
            Facts::Computed(computed) => computed.tags.pools,
            Facts::Exact(exact) => exact.tags().pools,
        }
    }

    /// When a tag was coined; never decreases with the id, and no photo uses a tag before.
    pub fn tag_time(&self, tag: TagId) -> Time {
        match &self.facts {
            Facts::Computed(computed) => {
                computed.tags.coined_by(tag).map_or(self.clock.start(), |user| self.signed_up(UserId(user)))
            }
            Facts::Exact(exact) => exact.tags().coined[tag.0 as usize],
        }
    }

    /// What a photo of this owner is about: below [`World::topic_count`].
    pub fn photo_topic(&self, photo: PhotoId, owner: UserId) -> u8 {
        match &self.facts {
            Facts::Computed(computed) => {
                let scene = Scene { users: &self.users, photos: &computed.photos };
                computed.tags.topic(scene.tagged(photo, owner), |hash| scene.topic_at(hash)) as u8
            }
            Facts::Exact(exact) => exact.photo_topic(photo),
        }
    }

    /// The tags of a photo, in the order of its caption.
    pub fn tags_of(&self, photo: &Photo, list: &mut TagList) {
        match &self.facts {
            Facts::Computed(computed) => {
                let scene = Scene { users: &self.users, photos: &computed.photos };
                computed.tags.draw(scene.tagged(photo.id, photo.owner), |hash| scene.topic_at(hash), list);
            }
            Facts::Exact(exact) => {
                list.clear();
                exact.tags().of_photo[photo.id.0 as usize].iter().for_each(|&tag| list.push(tag));
            }
        }
    }
}

#[cfg(test)]
mod tests;

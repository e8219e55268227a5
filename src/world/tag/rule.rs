//! The vocabulary and the draw: which tags there are, since when, and which of them a photo bears.
//!
//! A tag's number is all that is needed: it grows with the rank in its pool and with the time of coining.

use super::aspect::{Aspect, Fit};
use super::count::TagCount;
use super::pool::{GENERIC_EVERY, Pools};
use super::{TagKind, TagList};
use crate::random::distribution::ZipfMandelbrot;
use crate::random::hash::{chance, h1, h2, key, stream, subkey, threshold};
use crate::world::id::{PhotoId, TagId, UserId};

/// Known from the first day, so that the first photos have a choice.
const KNOWN_AT_START: u32 = 500;
/// Pools are many: each falls steeper than all tags together do.
const GENERIC_ZIPF: (f64, f64) = (1.12, 1.3);
const TOPICAL_ZIPF: (f64, f64) = (1.4, 1.8);
const SPOKEN_ZIPF: (f64, f64) = (1.3, 1.5);
const LOCAL_ZIPF: (f64, f64) = (1.3, 1.0);
/// The shares of the generic tags, of those of the owner's language, and, for photos at a place, of those of the place.
const GENERIC_SHARE: f64 = 0.3;
const SPOKEN_SHARE: f64 = 0.12;
const LOCAL_SHARE: f64 = 0.18;
const OWN_TOPIC_SHARE: f64 = 0.7;
const SPAMMER_SHARE: f64 = 0.05;

/// What the draw of a photo's tags depends on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tagged {
    pub photo: u64,
    pub owner: u64,
    /// The epoch of the photo.
    pub epoch: usize,
}

/// The vocabulary and the rule.
#[derive(Clone, Debug)]
pub(crate) struct Tags {
    users: u64,
    vocabulary: u32,
    pub(super) pools: Pools,
    /// Tags known at the start of each epoch: ids below.
    pub(super) known: Vec<u32>,
    generic: ZipfMandelbrot,
    topical: ZipfMandelbrot,
    spoken: ZipfMandelbrot,
    local: ZipfMandelbrot,
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
    /// The vocabulary of a network of `users` with these pools; `mean` tags a photo. The n-th entry of `signed_up` is how
    /// many users there are at the start of the n-th epoch of photos.
    pub(crate) fn new(seed: u64, users: u32, pools: Pools, mean: f64, signed_up: &[u32]) -> Tags {
        let vocabulary = ((30.0 * (users as f64).sqrt()) as u32).clamp(200, 2_000_000);
        let [topical, spoken, local] = pools.sizes(vocabulary);
        let draw = key(seed, stream("tag.draw"));
        let mut tags = Tags {
            users: users as u64,
            vocabulary,
            pools,
            known: Vec::new(),
            generic: ZipfMandelbrot::new(vocabulary.div_ceil(GENERIC_EVERY), GENERIC_ZIPF.0, GENERIC_ZIPF.1),
            topical: ZipfMandelbrot::new(topical, TOPICAL_ZIPF.0, TOPICAL_ZIPF.1),
            spoken: ZipfMandelbrot::new(spoken, SPOKEN_ZIPF.0, SPOKEN_ZIPF.1),
            local: ZipfMandelbrot::new(local, LOCAL_ZIPF.0, LOCAL_ZIPF.1),
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
        self.pools.kind(tag)
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
    pub(super) fn topic(
        &self,
        photo: PhotoId,
        owner: UserId,
        owner_topic: u8,
        topic_at: impl FnOnce(u64) -> u8,
    ) -> u8 {
        let choice = h1(self.keys.topic, u64::from(photo.0));
        if self.is_spammer(owner.index()) || chance(choice, threshold(OWN_TOPIC_SHARE)) {
            owner_topic
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
    pub(super) fn draw(&self, of: Tagged, fit: impl FnOnce() -> Fit, list: &mut TagList) {
        list.clear();
        let wanted = self.count.draw(h1(self.keys.count, of.photo));
        if wanted == 0 {
            return;
        }
        let fit = fit();
        // A spammer pastes the same list under everything: tags that fit any photo of the topic.
        let spammer = self.is_spammer(of.owner);
        let (key, row) = if spammer { (self.keys.spammer, of.owner) } else { (self.keys.draw, of.photo) };
        let (topic, known) = (fit.community, self.known[of.epoch]);
        let generic_below = threshold(GENERIC_SHARE);
        let spoken_below = threshold(GENERIC_SHARE + SPOKEN_SHARE);
        let local_below = threshold(GENERIC_SHARE + SPOKEN_SHARE + LOCAL_SHARE);
        for draw in 0..8 * wanted as u64 + 60 {
            let hash = h2(key, row, draw);
            let (choice, at) = (hash & 0xFFFF_FFFF, (hash >> 32) as u32);
            let kind = match fit.place {
                _ if choice < generic_below => TagKind::Generic { rank: self.generic.draw(at) },
                _ if choice < spoken_below => {
                    TagKind::Spoken { language: fit.language, rank: self.spoken.draw(at) }
                }
                Some(place) if choice < local_below && !spammer => {
                    TagKind::Local { place, rank: self.local.draw(at) }
                }
                _ => TagKind::Topical { topic, rank: self.topical.draw(at) },
            };
            let tag = self.pools.id(kind);
            let fits = match spammer {
                true => Aspect::of(kind, fit.subjects, fit.topics) == Aspect::Any,
                false => Aspect::fits(kind, &fit),
            };
            if tag < known && fits {
                list.push(TagId(tag));
                if list.count == wanted {
                    return;
                }
            }
        }
    }
}

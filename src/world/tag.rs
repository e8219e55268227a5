//! Hashtags: a vocabulary that grows with the network, and the tags of a photo as a function of its id.
//!
//! A network of `n` users knows about `30 sqrt(n)` tags. The tag with number `t` is coined by the user with whom the
//! network has grown large enough for it, so ids are in time order and no photo uses a tag before it exists. Every
//! twelfth tag is a generic one (`#love`), the others belong to topics in turn; low numbers are popular. A caption
//! and the rows of `photo_tags` take the same list, so that they agree.

mod count;

use crate::random::distribution::ZipfMandelbrot;
use crate::random::hash::{chance, h1, h2, key, stream, subkey, threshold};
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

/// What the draw of a photo's tags depends on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tagged {
    pub photo: u64,
    pub owner: u32,
    pub owner_topic: u32,
    /// Tags known when the photo was posted: ids below it.
    pub known: u32,
}

/// The vocabulary and the rule.
#[derive(Clone, Debug)]
pub(crate) struct Tags {
    users: u64,
    vocabulary: u32,
    topics: u32,
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
    /// The vocabulary of a network of `users` with `topics`; `mean` tags a photo.
    pub(crate) fn new(seed: u64, users: u64, topics: u32, mean: f64) -> Tags {
        let vocabulary = ((30.0 * (users as f64).sqrt()) as u32).clamp(200, 2_000_000);
        let generic = vocabulary.div_ceil(GENERIC_EVERY);
        let topical = ((vocabulary - generic) / topics).max(1);
        let draw = key(seed, stream("tag.draw"));
        Tags {
            users,
            vocabulary,
            topics,
            generic: ZipfMandelbrot::new(generic, ZIPF_EXPONENT, ZIPF_SHIFT),
            topical: ZipfMandelbrot::new(topical, ZIPF_EXPONENT, ZIPF_SHIFT),
            count: TagCount::new(mean),
            keys: Keys {
                count: key(seed, stream("tag.count")),
                draw,
                topic: key(seed, stream("tag.topic")),
                spammer: subkey(draw, 1),
            },
        }
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
        TagKind::Topical { topic: nth % self.topics, rank: nth / self.topics }
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
    pub(crate) fn known_to(&self, users: u64) -> u32 {
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

    /// The tags of a photo, in the order of its caption. `topic_at` gives the topic of a number drawn from 32 bits,
    /// large topics often.
    #[inline(always)]
    pub(crate) fn draw(&self, of: Tagged, topic_at: impl Fn(u32) -> u32, list: &mut TagList) {
        list.clear();
        let wanted = self.count.draw(h1(self.keys.count, of.photo));
        if wanted == 0 {
            return;
        }
        let choice = h1(self.keys.topic, of.photo);
        let spammer = chance(h1(self.keys.spammer, of.owner as u64), threshold(SPAMMER_SHARE));
        // A spammer pastes the same list under everything.
        let (key, row) =
            if spammer { (self.keys.spammer, of.owner as u64) } else { (self.keys.draw, of.photo) };
        let topic = if spammer || chance(choice, threshold(OWN_TOPIC_SHARE)) {
            of.owner_topic
        } else {
            topic_at(choice as u32)
        };
        let generic_below = threshold(GENERIC_SHARE);
        for draw in 0..6 * wanted as u64 + 40 {
            let hash = h2(key, row, draw);
            let tag = if (hash & 0xFFFF_FFFF) < generic_below {
                self.generic.draw((hash >> 32) as u32) * GENERIC_EVERY
            } else {
                let nth = self.topical.draw((hash >> 32) as u32) * self.topics + topic;
                nth + nth / (GENERIC_EVERY - 1) + 1
            };
            if tag < of.known {
                list.push(TagId(tag));
                if list.count == wanted {
                    return;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_and_ids_are_inverse() {
        let tags = Tags::new(1, 100_000, 64, 4.0);
        assert_eq!(tags.kind(TagId(0)), TagKind::Generic { rank: 0 });
        let mut next = vec![0; 64];
        for tag in 0..tags.vocabulary() {
            if let TagKind::Topical { topic, rank } = tags.kind(TagId(tag)) {
                let nth = rank * 64 + topic;
                assert_eq!(nth + nth / 11 + 1, tag);
                assert_eq!(std::mem::replace(&mut next[topic as usize], rank + 1), rank);
            }
        }
    }

    #[test]
    fn the_vocabulary_grows_and_no_photo_is_ahead_of_it() {
        let tags = Tags::new(1, 10_000, 6, 4.0);
        assert_eq!((tags.vocabulary(), tags.known_to(0), tags.known_to(10_000)), (3000, 500, 3000));
        for users in (1..10_000).step_by(97) {
            let known = tags.known_to(users);
            let coined = |tag| tags.coined_by(TagId(tag)).is_none_or(|user| (user as u64) < users);
            assert!(coined(known - 1) && !coined(known), "{users} users know {known}");
        }
    }

    #[test]
    fn a_photo_has_distinct_known_tags_and_as_many_as_wanted() {
        let tags = Tags::new(3, 10_000, 6, 4.2);
        let (mut list, mut sum, mut none) = (TagList::default(), 0, 0);
        for photo in 0..50_000 {
            let of =
                Tagged { photo, owner: photo as u32 / 25, owner_topic: photo as u32 / 25 % 6, known: 1500 };
            tags.draw(of, |h| h % 6, &mut list);
            let in_order = list.as_slice().to_vec();
            list.sort();
            assert!(list.as_slice().is_sorted_by(|a, b| a < b) && in_order.len() == list.as_slice().len());
            assert!(in_order.iter().all(|t| t.0 < 1500));
            sum += in_order.len();
            none += usize::from(in_order.is_empty());
        }
        let (mean, none) = (sum as f64 / 50_000.0, none as f64 / 50_000.0);
        assert!((mean / 4.2 - 1.0).abs() < 0.01 && (none - 0.33).abs() < 0.01, "{mean} {none}");
    }
}

//! Hashtags: a vocabulary that grows with the network, and the tags of a photo as a function of its id.
//!
//! A network of `n` users knows about `30 sqrt(n)` tags. The tag with number `t` is coined by the user with whom the
//! network has grown large enough for it, so ids are in time order and no photo uses a tag before it exists. Every
//! twelfth tag is a generic one (`#love`); the others belong to topics, languages and places alternately; low numbers are
//! popular. Which subject a tag is for is its [`Aspect`]: a photo has tags that fit what it is about. A caption and the
//! rows of `photo_tags` take the same list, so that they agree.

mod aspect;
mod count;
mod pool;
mod rule;

use super::about::About;
use super::id::{PhotoId, TagId, UserId};
use super::photo::Photo;
use super::{Backing, World};
use crate::random::hash::scale32;
use crate::time::Time;
pub use aspect::Aspect;
pub(crate) use aspect::Fit;
pub(crate) use pool::Pools;
pub(crate) use rule::{Tagged, Tags};

/// No photo bears more.
pub const MAX_TAGS: usize = 30;

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
    /// Used by those who speak a language.
    Spoken {
        /// The index of the language in [`Profile::languages`](crate::profile::Profile::languages).
        language: u32,
        /// Popularity within the language.
        rank: u32,
    },
    /// Used at a place.
    Local {
        /// The number of the place in the word lists.
        place: u32,
        /// Popularity at the place.
        rank: u32,
    },
}

/// The tags of one photo, in the order of its caption until sorted.
#[derive(Clone, Debug, Default)]
pub struct TagList {
    tags: [TagId; MAX_TAGS],
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

impl World {
    /// The size of the vocabulary.
    pub fn tag_count(&self) -> u32 {
        match &self.backing {
            Backing::Computed(computed) => computed.tags.vocabulary(),
            Backing::Stored(exact) => exact.tags().kinds.len() as u32,
        }
    }

    /// What a tag is about.
    pub fn tag_kind(&self, tag: TagId) -> TagKind {
        match &self.backing {
            Backing::Computed(computed) => computed.tags.kind(tag),
            Backing::Stored(exact) => exact.tags().kinds[tag.0 as usize],
        }
    }

    /// When a tag was coined; never decreases with the id, and no photo uses a tag before.
    pub fn tag_time(&self, tag: TagId) -> Time {
        match &self.backing {
            Backing::Computed(computed) => {
                computed.tags.coined_by(tag).map_or(self.clock.start(), |user| self.signed_up(UserId(user)))
            }
            Backing::Stored(exact) => exact.tags().coined[tag.0 as usize],
        }
    }

    /// What a photo of this owner is about: below [`World::topic_count`].
    #[inline(always)]
    pub fn photo_topic(&self, photo: PhotoId, owner: UserId) -> u8 {
        match &self.backing {
            Backing::Computed(computed) => {
                let users = &self.users;
                // That of a random user: large topics often.
                let topic_at = |hash| users.topic(UserId(scale32(hash, u64::from(users.count)) as u32));
                computed.tags.topic(photo, owner, users.topic(owner), topic_at)
            }
            Backing::Stored(exact) => exact.photo_topic(photo),
        }
    }

    /// The tags of a photo, in the order of its caption.
    pub fn tags_of(&self, photo: &Photo, list: &mut TagList) {
        self.tags_about(photo, || self.about(photo.id, photo.owner), list);
    }

    /// The same, where what the photo is about may be known already.
    #[inline(always)]
    pub fn tags_about(&self, photo: &Photo, about: impl FnOnce() -> About, list: &mut TagList) {
        match &self.backing {
            Backing::Computed(computed) => {
                let epoch = computed.photos.epoch_of(photo.id);
                let tagged = Tagged { photo: u64::from(photo.id.0), owner: photo.owner.index(), epoch };
                computed.tags.draw(tagged, || self.fit(photo, about()), list);
            }
            Backing::Stored(exact) => {
                list.clear();
                exact.tags().of_photo[photo.id.0 as usize].iter().for_each(|&tag| list.push(tag));
            }
        }
    }

    /// What the tags of a photo have to fit.
    #[inline(always)]
    fn fit(&self, photo: &Photo, about: About) -> Fit {
        Fit {
            community: u32::from(about.community),
            topic: about.topic.0,
            subject: about.subject,
            subjects: self.words().topic(about.topic).subjects.len() as u8,
            topics: self.words().topics().len() as u8,
            language: u32::from(self.language(photo.owner)),
            place: about.place.map(|place| u32::from(place.0)),
        }
    }
}

#[cfg(test)]
mod tests;

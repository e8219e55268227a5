//! Which photos a tag fits, by its kind: a function of its rank, so that neither names nor photos need a table.

use super::TagKind;
use crate::words::HEAD_TAGS;

/// What a tag asks of a photo beyond its pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Aspect {
    /// Nothing.
    Any,
    /// That it shows this subject of the topic.
    Subject(u8),
    /// That it is of this topic of the word lists.
    Topic(u8),
}

/// The first tags of a place fit every photo there.
const LOCAL_HEAD: u32 = 4;

/// What a photo is, for its tags.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fit {
    /// The topic in the world.
    pub community: u32,
    /// The topic in the word lists, and how many there are.
    pub topic: u8,
    pub topics: u8,
    /// The subject within the topic, and how many there are.
    pub subject: u8,
    pub subjects: u8,
    /// The index of the owner's language in the profile.
    pub language: u32,
    pub place: Option<u32>,
}

impl Aspect {
    /// The aspect of a tag of a topic with this number of subjects, in lists with this number of topics.
    #[inline(always)]
    pub fn of(kind: TagKind, subjects: u8, topics: u8) -> Aspect {
        let (some, head, every) = match kind {
            TagKind::Generic { .. } => return Aspect::Any,
            TagKind::Topical { rank, .. } => (rank, HEAD_TAGS as u32, 3),
            TagKind::Spoken { rank, .. } => (rank, 1, 3),
            TagKind::Local { rank, .. } => (rank, LOCAL_HEAD, 2),
        };
        let Some(rest) = some.checked_sub(head) else { return Aspect::Any };
        if rest.is_multiple_of(every) {
            return Aspect::Any;
        }
        // The n-th of those that are not for any photo.
        let nth = rest - rest / every - 1;
        match kind {
            TagKind::Topical { .. } => Aspect::Subject((nth % u32::from(subjects.max(1))) as u8),
            _ => Aspect::Topic((nth % u32::from(topics.max(1))) as u8),
        }
    }

    /// Whether a tag of this kind fits a photo.
    #[inline(always)]
    pub(crate) fn fits(kind: TagKind, photo: &Fit) -> bool {
        match Aspect::of(kind, photo.subjects, photo.topics) {
            Aspect::Any => true,
            Aspect::Subject(subject) => subject == photo.subject,
            Aspect::Topic(topic) => topic == photo.topic,
        }
    }
}

//! Where the names of a kind of hashtags come from: which lists, by what the tags are about.

use crate::words::{LanguageId, PlaceId, TopicId, Words};
use crate::world::tag::{Aspect, TagKind};

/// Where the names of a kind of tags come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Origin {
    General,
    Topic(TopicId),
    Subject(TopicId, u8),
    Language(LanguageId),
    LanguageTopic(LanguageId, TopicId),
    Place(PlaceId),
    PlaceTopic(PlaceId, TopicId),
}

impl Origin {
    /// The topic that names of this origin belong to.
    pub(super) fn topic(self) -> Option<TopicId> {
        match self {
            Origin::General | Origin::Language(_) | Origin::Place(_) => None,
            Origin::Topic(topic)
            | Origin::Subject(topic, _)
            | Origin::LanguageTopic(_, topic)
            | Origin::PlaceTopic(_, topic) => Some(topic),
        }
    }

    /// The origin of the names of tags of a kind.
    pub(super) fn of(
        words: &Words,
        kind: TagKind,
        topic: impl Fn(u32) -> TopicId,
        language: impl Fn(u32) -> LanguageId,
    ) -> Origin {
        let topics = words.topics().len() as u8;
        match kind {
            TagKind::Generic { .. } => Origin::General,
            TagKind::Topical { topic: community, .. } => {
                let topic = topic(community);
                match Aspect::of(kind, words.topic(topic).subjects.len() as u8, topics) {
                    Aspect::Subject(subject) => Origin::Subject(topic, subject),
                    _ => Origin::Topic(topic),
                }
            }
            TagKind::Spoken { language: of_world, .. } => {
                let language = language(of_world);
                match Aspect::of(kind, 0, topics) {
                    Aspect::Topic(topic) => Origin::LanguageTopic(language, TopicId(topic)),
                    _ => Origin::Language(language),
                }
            }
            TagKind::Local { place, .. } => {
                let place = PlaceId(place as u16);
                match Aspect::of(kind, 0, topics) {
                    Aspect::Topic(topic) => Origin::PlaceTopic(place, TopicId(topic)),
                    _ => Origin::Place(place),
                }
            }
        }
    }
}

//! The names of all hashtags of a world, made once: the head of each pool from its list, the rest put together.
//!
//! No name is used twice in a world, not even with other accents (a collation may take "fútbol" and "futbol" for
//! equal): spellings come in a fixed order, and one that is taken is passed over. No name has a year in which the tag was
//! not there yet.

use super::origin::Origin;
use super::spelling::Spellings;
use crate::words::{LanguageId, TopicId, Words, bare};
use crate::world::World;
use crate::world::id::TagId;
use crate::world::tag::TagKind;
use std::collections::{BTreeMap, HashSet};

/// Name by number.
#[derive(Debug)]
pub struct TagNames {
    text: String,
    /// Begin and end of each name.
    spans: Vec<(u32, u32)>,
}

impl TagNames {
    /// The names of the tags of a world.
    pub fn of(world: &World) -> TagNames {
        let kinds: Vec<TagKind> = (0..world.tag_count()).map(|tag| world.tag_kind(TagId(tag))).collect();
        TagNames::new(
            world.words(),
            &kinds,
            |tag| world.tag_time(TagId(tag)).date().0,
            |community| world.words().topic_of_community(community as u8),
            |language| world.language_id(language as u8),
        )
    }

    /// Names for tags of these kinds, `coined` in these years.
    pub(super) fn new(
        words: &Words,
        kinds: &[TagKind],
        coined: impl Fn(u32) -> u32,
        topic: impl Fn(u32) -> TopicId,
        language: impl Fn(u32) -> LanguageId,
    ) -> TagNames {
        let origins: Vec<Origin> =
            kinds.iter().map(|&kind| Origin::of(words, kind, &topic, &language)).collect();
        let mut order: Vec<u32> = (0..kinds.len() as u32).collect();
        order.sort_by_key(|&tag| (origins[tag as usize], rank(kinds[tag as usize]), tag));
        let mut names =
            TagNames { text: String::with_capacity(kinds.len() * 14), spans: vec![(0, 0); kinds.len()] };
        // Names that belong to a topic are never made for another pool; those that fit every photo belong to none.
        let mut reserved = BTreeMap::new();
        for (at, topic) in words.topics().iter().enumerate() {
            let own = topic.hashtags.iter().chain(std::iter::once(&topic.name)).chain(&topic.words);
            own.filter(|name| !words.general().hashtags.contains(name)).for_each(|name| {
                reserved.entry(bare(name)).or_insert(TopicId(at as u8));
            });
        }
        let mut taken = HashSet::with_capacity(kinds.len());
        let mut spellings: Option<(Origin, Spellings)> = None;
        let mut name = String::new();
        for tag in order {
            let origin = origins[tag as usize];
            let (_, from) = match &mut spellings {
                Some(same) if same.0 == origin => same,
                other => other.insert((origin, Spellings::of(words, origin))),
            };
            loop {
                from.next(u64::from(coined(tag)), &mut name);
                let plain = bare(&name);
                let elsewhere = reserved.get(&plain).is_some_and(|&owner| Some(owner) != origin.topic());
                if !elsewhere && taken.insert(plain) {
                    break;
                }
            }
            let start = names.text.len() as u32;
            names.text.push_str(&name);
            names.spans[tag as usize] = (start, names.text.len() as u32);
        }
        names
    }

    /// The name of a tag, without "#".
    #[inline(always)]
    pub fn name(&self, tag: TagId) -> &str {
        let (start, end) = self.spans[tag.0 as usize];
        &self.text[start as usize..end as usize]
    }

    /// The number of tags.
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether there is no tag at all.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }
}

fn rank(kind: TagKind) -> u32 {
    match kind {
        TagKind::Generic { rank }
        | TagKind::Topical { rank, .. }
        | TagKind::Spoken { rank, .. }
        | TagKind::Local { rank, .. } => rank,
    }
}

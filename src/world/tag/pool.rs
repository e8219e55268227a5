//! The pools of the vocabulary: which kind each tag is, by its number, and the number of each kind.
//!
//! Every twelfth tag is generic. The others go round the pools: eight to each topic, four to each language, one to each
//! place; so that every pool grows with the network, and ids within a pool ascend with the rank.

use super::TagKind;
use crate::world::id::TagId;

/// One in this many tags is generic.
pub(super) const GENERIC_EVERY: u32 = 12;
/// Tags of a topic and of a language in each round.
const TOPIC: u32 = 8;
const LANGUAGE: u32 = 4;

/// The numbers of pools.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pools {
    pub(crate) topics: u32,
    pub(crate) languages: u32,
    pub(crate) places: u32,
}

impl Pools {
    /// The tags that are not generic in one round of all pools.
    fn round(&self) -> u32 {
        TOPIC * self.topics + LANGUAGE * self.languages + self.places
    }

    /// What a tag is about.
    #[inline(always)]
    pub(super) fn kind(&self, tag: TagId) -> TagKind {
        if tag.0.is_multiple_of(GENERIC_EVERY) {
            return TagKind::Generic { rank: tag.0 / GENERIC_EVERY };
        }
        let nth = tag.0 - tag.0 / GENERIC_EVERY - 1;
        let (round, at) = (nth / self.round(), nth % self.round());
        if at < TOPIC * self.topics {
            return TagKind::Topical { topic: at % self.topics, rank: round * TOPIC + at / self.topics };
        }
        let at = at - TOPIC * self.topics;
        if at < LANGUAGE * self.languages {
            return TagKind::Spoken {
                language: at % self.languages,
                rank: round * LANGUAGE + at / self.languages,
            };
        }
        TagKind::Local { place: at - LANGUAGE * self.languages, rank: round }
    }

    /// The number of a tag.
    #[inline(always)]
    pub(super) fn id(&self, kind: TagKind) -> u32 {
        let (round, at) = match kind {
            TagKind::Generic { rank } => return rank * GENERIC_EVERY,
            TagKind::Topical { topic, rank } => (rank / TOPIC, rank % TOPIC * self.topics + topic),
            TagKind::Spoken { language, rank } => {
                let at = rank % LANGUAGE * self.languages + language;
                (rank / LANGUAGE, TOPIC * self.topics + at)
            }
            TagKind::Local { place, rank } => (rank, TOPIC * self.topics + LANGUAGE * self.languages + place),
        };
        let nth = round * self.round() + at;
        nth + nth / (GENERIC_EVERY - 1) + 1
    }

    /// About how many tags each topic, each language and each place has in a vocabulary.
    pub(super) fn sizes(&self, vocabulary: u32) -> [u32; 3] {
        let pooled = vocabulary - vocabulary.div_ceil(GENERIC_EVERY);
        let rounds = pooled.div_ceil(self.round()).max(1);
        [rounds * TOPIC, rounds * LANGUAGE, rounds]
    }
}

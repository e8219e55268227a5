//! What is said: captions, comments, hashtags' names, URLs. Pure functions of (seed, row), into a caller's buffer.
//!
//! All words come compiled from `words`; here it is only drawn which of them a row says. A caption names exactly the
//! hashtags it is given, in their order; a text never holds '#' or '@' of its own, and its greatest length was
//! checked when the word lists were read.

mod caption;
mod comment;
mod tag_name;
mod url;
mod voice;

pub use tag_name::TagNames;
pub use url::{DEFAULT_IMAGE_BASE_URL, MediumKind, Urls};

use crate::random::hash::{h1, key, scale32, stream};
use crate::words::{LanguageId, TopicId, Words};

const CAPTION: u64 = stream("photo.caption");
const COMMENT: u64 = stream("comment.text");

/// The texts of one world.
#[derive(Clone, Copy, Debug)]
pub struct Texts {
    words: &'static Words,
    caption: u64,
    comment: u64,
}

impl Texts {
    /// The texts of a seed.
    pub fn new(words: &'static Words, seed: u64) -> Texts {
        Texts { words, caption: key(seed, CAPTION), comment: key(seed, COMMENT) }
    }

    /// The word lists behind the texts.
    pub fn words(&self) -> &'static Words {
        self.words
    }
}

/// Numbers below 256 drawn in proportion to weights, one table look-up a draw.
#[derive(Clone, Debug)]
pub struct Shares {
    table: Box<[u8; 4096]>,
}

impl Shares {
    /// `weights[i]` is the weight of `i`; a weight above 0 is never rounded away.
    pub fn new(weights: &[u32]) -> Shares {
        let total: u64 = weights.iter().map(|&weight| weight as u64).sum::<u64>().max(1);
        let mut table = Box::new([0; 4096]);
        let (mut at, mut sum) = (0usize, 0u64);
        for (number, &weight) in weights.iter().enumerate() {
            sum += weight as u64;
            let end = (sum * 4096).div_ceil(total) as usize;
            while at < end.min(4096) {
                table[at] = number as u8;
                at += 1;
            }
        }
        Shares { table }
    }

    /// The shares of the topics among photos.
    pub fn of_topics(words: &Words) -> Shares {
        Shares::new(&words.topics().iter().map(|topic| topic.share).collect::<Vec<_>>())
    }

    /// The shares of the languages among users.
    pub fn of_languages(words: &Words) -> Shares {
        Shares::new(&words.languages().iter().map(|language| language.share).collect::<Vec<_>>())
    }

    /// The number that a hash draws.
    #[inline(always)]
    pub fn at(&self, hash: u64) -> u8 {
        self.table[(hash >> 52) as usize]
    }

    /// The topic that a hash draws, if these are the shares of topics.
    pub fn topic(&self, hash: u64) -> TopicId {
        TopicId(self.at(hash))
    }

    /// The language that a hash draws, if these are the shares of languages.
    pub fn language(&self, hash: u64) -> LanguageId {
        LanguageId(self.at(hash))
    }
}

/// The numbers of one text, drawn one after the other.
struct Dice {
    key: u64,
    counter: u64,
}

impl Dice {
    fn new(key: u64, row: u64) -> Dice {
        Dice { key: h1(key, row), counter: 0 }
    }

    /// A number in `0..m`.
    #[inline(always)]
    fn below(&mut self, m: usize) -> usize {
        let hash = h1(self.key, self.counter);
        self.counter += 1;
        scale32(hash, m as u64) as usize
    }

    /// True in so many of 100 cases.
    #[inline(always)]
    fn percent(&mut self, share: usize) -> bool {
        self.below(100) < share
    }

    /// One of a list; the list is not empty, the word lists are checked for it.
    #[inline(always)]
    fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }
}

#[cfg(test)]
mod tests;

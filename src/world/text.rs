//! What is said: captions, comments, hashtags' names, URLs. Pure functions of (seed, row), into a caller's buffer.
//!
//! All words come compiled from `words`; here it is only drawn which of them a row says. A caption names exactly the
//! hashtags it is given, in their order; a text never holds '#' or '@' of its own, and its greatest length was
//! checked when the word lists were read.

mod caption;
mod comment;
mod origin;
mod spelling;
mod tag_name;
mod url;
mod voice;

pub use comment::{Answered, Speech};
pub use tag_name::TagNames;
pub use url::Urls;

use crate::random::hash::{h1, key, scale32, stream};
use crate::words::Words;

const CAPTION: u64 = stream("photo.caption");
const COMMENT: u64 = stream("comment.text");
const BOT: u64 = stream("comment.bot");

/// The texts of one world.
#[derive(Clone, Copy, Debug)]
pub struct Texts {
    words: &'static Words,
    caption: u64,
    comment: u64,
    bot: u64,
}

impl Texts {
    /// The texts of a seed.
    pub fn new(words: &'static Words, seed: u64) -> Texts {
        Texts { words, caption: key(seed, CAPTION), comment: key(seed, COMMENT), bot: key(seed, BOT) }
    }

    /// The word lists behind the texts.
    pub fn words(&self) -> &'static Words {
        self.words
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

    /// A number in `0..m`, low ones far more often: the third power of an even draw.
    #[inline(always)]
    fn early(&mut self, m: u32) -> u32 {
        let even = self.below(1 << 16) as u64;
        ((((even * even * even) >> 16) * u64::from(m)) >> 32) as u32
    }

    /// True in this many of 100 cases.
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

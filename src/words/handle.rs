//! Words of usernames: what goes before or after a name, and pairs of words without one.

use super::WordsError;
use super::file::{List, Source};

/// What keeps a username with a word and a name within 30 characters.
const LONGEST_WORD: usize = 11;

/// Words that usernames of one kind are made with.
#[derive(Debug, Default)]
pub struct Handles {
    /// A word with a name: each way to write it.
    pub with_name: Vec<Form>,
    /// How many of them have an underscore between: they come first.
    pub spaced: usize,
    /// First words of usernames that hold no name.
    pub alone: Vec<String>,
}

/// A way to write a word and a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    pub word: String,
    /// Whether the word is before the name.
    pub before: bool,
    /// Whether nothing is between them.
    pub joined: bool,
}

/// The words as a file lists them.
#[derive(Debug, Default)]
pub struct HandleLists {
    pub after: Vec<String>,
    pub before: Vec<String>,
    pub alone: Vec<String>,
}

impl HandleLists {
    pub(super) fn parse(
        source: &Source,
        [after, before, alone]: [List; 3],
        names: [&'static str; 3],
    ) -> Result<HandleLists, WordsError> {
        let words = |list: List, name, need| {
            let entries = list.iter().map(|word| source.entry(word.clone()));
            if let Some(long) = entries.into_iter().find(|word| word.text.len() > LONGEST_WORD) {
                return Err(long.problem("has more than the 11 letters that a username has room for"));
            }
            source.plain(list, name, need)
        };
        Ok(HandleLists {
            after: words(after, names[0], 3)?,
            before: words(before, names[1], 0)?,
            alone: words(alone, names[2], 0)?,
        })
    }
}

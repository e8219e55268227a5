//! The embedded word lists, parsed and validated once, immutable afterwards.
//!
//! seeds/words holds what is said (topics, languages, names); this room turns it into compiled templates over one
//! arena of text. It knows nothing of rows: which photo says what is the world's business. Every rule that keeps a
//! text within its column (no '#', a length that always fits) is checked here, once, and not while rows are made.

#![cfg_attr(not(test), deny(clippy::disallowed_methods))]

mod arena;
mod embedded;
mod error;
mod file;
mod fold;
mod handle;
mod joins;
mod language;
mod line;
mod names;
mod topic;

pub(crate) use arena::{Arena, Phrase, Piece, Template};
pub use error::{Hint, WordsError};
pub use fold::bare;
pub use handle::{Form, Handles};
pub use language::{Hashtags, Language, Noun, Replies};
pub(crate) use line::{Line, Reach, TextList};
pub use names::{Name, NameList, NameTable, Spelling};
pub(crate) use topic::HEAD_TAGS;
pub use topic::{General, Kind, Subject, Topic, is_of_hashtag};

use std::sync::OnceLock;

/// A language of the word lists; the number is its place in [`Words::languages`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LanguageId(pub u8);

/// A topic of the word lists; the number is its place in [`Words::topics`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TopicId(pub u8);

/// A place of the word lists; the number is its place in [`Words::places`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlaceId(pub u16);

/// All that can be said.
#[derive(Debug)]
pub struct Words {
    /// The text of what belongs to no language.
    arena: Arena,
    general: General,
    topics: Vec<Topic>,
    by_popularity: Vec<TopicId>,
    languages: Vec<Language>,
    places: Vec<String>,
}

impl Words {
    /// The word lists that the program carries; parsed at the first call.
    pub fn embedded() -> Result<&'static Words, WordsError> {
        static WORDS: OnceLock<Words> = OnceLock::new();
        if let Some(words) = WORDS.get() {
            return Ok(words);
        }
        let words = Words::parse(&embedded::files())?;
        Ok(WORDS.get_or_init(|| words))
    }

    /// Word lists from (path, text) pairs: `generic.toml`, `topics/<name>.toml`, `languages/<code>.toml`.
    pub fn parse(files: &[(&str, &str)]) -> Result<Words, WordsError> {
        let mut arena = Arena::default();
        let mut general = General::parse(files, &mut arena)?;
        let mut topics = topic::parse_all(files, &mut arena)?;
        let (mut languages, places) = language::parse_all(files, &general, &topics)?;
        joins::attach(&mut general, &mut topics, &mut languages)?;
        let mut by_popularity: Vec<_> = (0..topics.len()).map(|at| TopicId(at as u8)).collect();
        by_popularity.sort_by_key(|id| std::cmp::Reverse(topics[id.0 as usize].popularity));
        Ok(Words { arena, general, topics, by_popularity, languages, places: places.0 })
    }

    /// The text that emoji point into; a language's texts are in its own.
    pub(crate) fn arena(&self) -> &Arena {
        &self.arena
    }

    /// What belongs to no topic and no language.
    pub fn general(&self) -> &General {
        &self.general
    }

    /// The topics: the default one first, then by name.
    pub fn topics(&self) -> &[Topic] {
        &self.topics
    }

    /// The languages by their code; their order never depends on the file system.
    pub fn languages(&self) -> &[Language] {
        &self.languages
    }

    /// The keys of all places: those abroad first, then the homes of the languages.
    pub fn places(&self) -> &[String] {
        &self.places
    }

    pub fn topic(&self, id: TopicId) -> &Topic {
        &self.topics[id.0 as usize]
    }

    pub fn language(&self, id: LanguageId) -> &Language {
        &self.languages[id.0 as usize]
    }

    /// The language of a code such as `en`.
    pub fn language_of(&self, code: &str) -> Option<LanguageId> {
        self.languages.iter().position(|language| language.code == code).map(|at| LanguageId(at as u8))
    }

    /// What a community talks about: the most popular topics first, then around again.
    pub fn topic_of_community(&self, community: u8) -> TopicId {
        self.by_popularity[community as usize % self.by_popularity.len()]
    }

    /// The topic of a name such as `coffee`.
    #[cfg(test)]
    pub(crate) fn topic_of(&self, name: &str) -> Option<TopicId> {
        self.topics.iter().position(|topic| topic.name == name).map(|at| TopicId(at as u8))
    }
}

#[cfg(test)]
mod tests;

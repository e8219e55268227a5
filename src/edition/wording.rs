//! What the facts of a world are called: names, texts, tags and addresses by the ids that the world knows.
//!
//! The world numbers languages and topics, the word lists name them; only here the two meet. The names of tags are
//! put together when the first one is wanted, because a run that writes follows only has no use for them.

use std::sync::OnceLock;

use crate::Result;
use crate::words::{LanguageId, TopicId, Words};
use crate::world::World;
use crate::world::name::{Handle, Names, Persons, password_hash};
use crate::world::text::{TagNames, Texts, Urls};
use crate::world::user::User;

/// The words of one world.
pub(super) struct Wording {
    words: &'static Words,
    languages: Vec<LanguageId>,
    names: Names,
    pub persons: Persons,
    pub texts: Texts,
    pub urls: Urls,
    tags: OnceLock<TagNames>,
}

impl Wording {
    pub fn new(world: &World) -> Result<Wording> {
        let profile = world.profile();
        let words = Words::embedded()?;
        let languages = profile.languages.iter().map(|(code, _)| words.language_of(code).unwrap_or(LanguageId(0)));
        Ok(Wording {
            words,
            languages: languages.collect(),
            names: Names::new(words, profile.users, profile.seed),
            persons: Persons::new(profile.seed),
            texts: Texts::new(words, profile.seed),
            urls: Urls::new(words, &profile.image_base_url),
            tags: OnceLock::new(),
        })
    }

    pub fn language(&self, of_world: u8) -> LanguageId {
        self.languages[usize::from(of_world)]
    }

    /// A world may have more topics than the lists: they share the words then, and differ in who meets whom.
    pub fn topic(&self, of_world: u8) -> TopicId {
        TopicId(of_world % self.words.topics().len() as u8)
    }

    /// Appends the username.
    pub fn username(&self, user: &User, out: &mut String) -> Handle {
        self.names.username(user.id.0, self.language(user.language), out)
    }
}

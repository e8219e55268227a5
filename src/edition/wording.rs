//! What the facts of a world are called: names, texts, tags and addresses by the ids that the world knows.
//!
//! The world numbers languages and topics, the word lists name them; only here the two meet. The names of tags are
//! put together when the first one is wanted, because a run that writes follows only has no use for them.

use std::sync::OnceLock;

use crate::edition::Result;
use crate::words::{LanguageId, TopicId, Words};
use crate::world::World;
use crate::world::id::{TagId, UserId};
use crate::world::name::{Handle, Names, Persons};
use crate::world::text::{TagNames, Texts, Urls};

/// The words of one world.
pub(super) struct Wording {
    words: &'static Words,
    languages: Vec<LanguageId>,
    names: Names,
    name_suffix: String,
    pub persons: Persons,
    pub texts: Texts,
    pub urls: Urls,
    tags: OnceLock<TagNames>,
}

impl Wording {
    pub fn new(world: &World) -> Result<Wording> {
        let profile = world.profile();
        let words = Words::embedded()?;
        let languages =
            profile.languages.iter().map(|(code, _)| words.language_of(code).unwrap_or(LanguageId(0)));
        Ok(Wording {
            words,
            languages: languages.collect(),
            names: Names::new(words, profile.users, profile.seed),
            name_suffix: profile.name_suffix.clone(),
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
        self.words.topic_of_community(of_world)
    }

    /// Appends the username of a user of this language and topic of the world.
    pub fn username(&self, user: UserId, language: u8, topic: u8, out: &mut String) -> Handle {
        let handle = self.names.username(user.0, self.language(language), self.topic(topic), out);
        out.push_str(&self.name_suffix);
        handle
    }

    /// The names of all tags, by number.
    pub fn tag_names(&self, world: &World) -> &TagNames {
        self.tags.get_or_init(|| {
            let pools = world.tag_pools();
            let topics =
                (0..world.topic_count()).map(|topic| (self.topic(topic), pools.of_topic(u32::from(topic))));
            TagNames::new(self.words, pools.generic, &topics.collect::<Vec<_>>())
        })
    }

    /// The number of a tag's name.
    pub fn tag_number(&self, world: &World, tag: TagId) -> u32 {
        world.tag_pools().number(world.tag_kind(tag))
    }
}

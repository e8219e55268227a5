//! What the facts of a world are called: names, texts, tags and addresses by the ids that the world knows.
//!
//! The names of tags are put together when the first one is wanted, because a run that writes follows only has no use
//! for them.

use std::sync::OnceLock;

use crate::edition::Result;
use crate::words::{LanguageId, TopicId, Words};
use crate::world::World;
use crate::world::id::UserId;
use crate::world::name::{Handle, Names, Persons};
use crate::world::text::{TagNames, Texts, Urls};

/// The words of one world.
pub(super) struct Wording {
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
        Ok(Wording {
            names: Names::new(words, profile.users, profile.seed),
            name_suffix: profile.name_suffix.clone(),
            persons: Persons::new(profile.seed),
            texts: Texts::new(words, profile.seed),
            urls: Urls::new(words, &profile.image_base_url),
            tags: OnceLock::new(),
        })
    }

    /// Appends the username of a user of this language and topic.
    pub fn username(&self, user: UserId, language: LanguageId, topic: TopicId, out: &mut String) -> Handle {
        let handle = self.names.username(user.0, language, topic, out);
        out.push_str(&self.name_suffix);
        handle
    }

    /// The names of all tags.
    pub fn tag_names(&self, world: &World) -> &TagNames {
        self.tags.get_or_init(|| TagNames::of(world))
    }
}

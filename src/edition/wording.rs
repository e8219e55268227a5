//! What the facts of a world are called: names, texts, tags and addresses by the ids that the world knows.
//!
//! The names of tags are put together when the first one is wanted, because a run that writes follows only has no use
//! for them.

mod roles;

use std::sync::OnceLock;

use crate::edition::{Edition, Result};
use crate::words::Words;
use crate::world::World;
use crate::world::id::UserId;
use crate::world::name::{Handle, Names, Persons};
use crate::world::named::Role;
use crate::world::text::{TagNames, Texts, Urls};
use roles::Roles;

/// The words of one world.
pub(super) struct Wording {
    names: Names,
    name_suffix: String,
    edition: Edition,
    pub persons: Persons,
    pub texts: Texts,
    pub urls: Urls,
    tags: OnceLock<TagNames>,
    roles: OnceLock<Roles>,
}

impl Wording {
    pub fn new(world: &World, edition: Edition) -> Result<Wording> {
        let profile = world.profile();
        let words = Words::embedded()?;
        Ok(Wording {
            names: Names::new(words, profile.users, profile.seed),
            name_suffix: profile.name_suffix.clone(),
            edition,
            persons: Persons::new(profile.seed),
            texts: Texts::new(words, profile.seed),
            urls: Urls::new(words, &profile.image_base_url),
            tags: OnceLock::new(),
            roles: OnceLock::new(),
        })
    }

    /// Appends the username of a user.
    pub fn username(&self, world: &World, user: UserId, out: &mut String) -> Handle {
        let start = out.len();
        let (language, topic) = (world.speaks(user), world.interest(user));
        let handle = self.names.username(user.0, language, topic, out);
        self.roles(world).rename(user, start, out);
        out.push_str(&self.name_suffix);
        handle
    }

    /// The role of a user, if it has one.
    pub fn role(&self, world: &World, user: UserId) -> Option<Role> {
        self.roles(world).of(user)
    }

    fn roles(&self, world: &World) -> &Roles {
        self.roles.get_or_init(|| Roles::new(world, &self.names, self.edition))
    }

    /// The names of all tags.
    pub fn tag_names(&self, world: &World) -> &TagNames {
        self.tags.get_or_init(|| TagNames::of(world))
    }
}

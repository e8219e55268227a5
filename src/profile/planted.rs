//! Worlds whose facts are planted: everything about them is known but the seed, the words and the ids.

use super::error::{Origin, ProfileError};
use super::file::{ProfileOverrides, Source};
use super::{ExactCounts, Growth, PlantedFacts, Profile};
use crate::time::Time;

impl ProfileOverrides {
    /// The name of the embedded profile that is meant where none is named: the course, whose facts leave the seed, the
    /// languages, the URLs, the password and the ids free, or for any wish about size, shape or time the one that scales.
    pub fn unnamed(&self) -> &'static str {
        let free = ProfileOverrides {
            seed: self.seed,
            languages: self.languages.clone(),
            image_base_url: self.image_base_url.clone(),
            password: self.password.clone(),
            id_offset: self.id_offset,
            ..ProfileOverrides::default()
        };
        if *self == free { Profile::DEFAULT } else { Profile::SCALING }
    }
}

impl PlantedFacts {
    /// The number of users.
    pub(crate) fn users(self) -> u32 {
        match self {
            PlantedFacts::Course => 100,
        }
    }

    /// What a profile with these facts says besides. The means are those of a usual seed, for plans and progress.
    fn complete(self, said: ProfileOverrides) -> ProfileOverrides {
        match self {
            PlantedFacts::Course => ProfileOverrides {
                users: Some(self.users().into()),
                start: Some("2023-01-01".to_owned()),
                as_of: Some("2024-06-30 12:00:00".to_owned()),
                growth: Some(Growth::Linear),
                follows_per_user: Some(12.5),
                photos_per_user: Some(1.87),
                likes_per_photo: Some(22.4),
                comments_per_photo: Some(4.5),
                tags_per_photo: Some(1.8),
                bots: Some(0.06),
                inactive: Some(0.25),
                ..said
            },
        }
    }

    /// The key, with its value, of what is said otherwise than the facts need it.
    fn contradicted(self, said: &ProfileOverrides) -> Option<(&'static str, String)> {
        let own = self.complete(ProfileOverrides::default());
        let time = |said: &Option<String>, own: &Option<String>| {
            let parsed = |text: &Option<String>| text.as_deref().and_then(Time::parse);
            said.clone().filter(|_| parsed(said) != parsed(own))
        };
        let number =
            |said: Option<f64>, own: Option<f64>| said.filter(|_| said != own).map(|n| n.to_string());
        let exact = said.exact.map(|ExactCounts { photos, .. }| photos.to_string());
        let differing = [
            ("users", said.users.filter(|_| said.users != own.users).map(|n| n.to_string())),
            ("start", time(&said.start, &own.start)),
            ("as_of", time(&said.as_of, &own.as_of)),
            ("growth", said.growth.filter(|_| said.growth != own.growth).map(|shape| name(shape).to_owned())),
            ("density", number(said.density, Some(1.0))),
            ("follows_per_user", number(said.follows_per_user, own.follows_per_user)),
            ("photos_per_user", number(said.photos_per_user, own.photos_per_user)),
            ("likes_per_photo", number(said.likes_per_photo, own.likes_per_photo)),
            ("comments_per_photo", number(said.comments_per_photo, own.comments_per_photo)),
            ("tags_per_photo", number(said.tags_per_photo, own.tags_per_photo)),
            ("bots", number(said.bots, own.bots)),
            ("inactive", number(said.inactive, own.inactive)),
            ("exact.photos", exact),
        ];
        differing.into_iter().find_map(|(key, value)| Some((key, value?)))
    }
}

/// Completes what a file says by the facts that it asks for; refuses what contradicts them.
pub(super) fn with_facts(
    name: &str,
    base: ProfileOverrides,
    source: &Source,
    over: &ProfileOverrides,
) -> Result<ProfileOverrides, ProfileError> {
    let Some(facts) = base.planted else { return Ok(base) };
    let refused =
        |(key, value), origin| ProfileError::FixedFacts { profile: name.to_owned(), key, value, origin };
    if let Some(said) = facts.contradicted(over) {
        return Err(refused(said, Origin::Override));
    }
    match facts.contradicted(&base) {
        Some(said) => Err(refused(said.clone(), source.origin(said.0))),
        None => Ok(facts.complete(base)),
    }
}

fn name(growth: Growth) -> &'static str {
    match growth {
        Growth::Instagram => "instagram",
        Growth::Linear => "linear",
        Growth::Exponential => "exponential",
    }
}

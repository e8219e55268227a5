//! Which world is meant: a profile, and what is said on the command line on top of it.

use super::values;
use crate::failure::Failure;
use crate::output::quoted;
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use instaseed::Error;
use instaseed::deployment::DeploymentError;
use instaseed::load::LoadError;
use instaseed::profile::{Growth, Profile, ProfileOverrides};
use std::collections::BTreeMap;

/// Language codes with their shares.
#[derive(Clone, Debug, PartialEq)]
pub struct Languages {
    shares: BTreeMap<String, f64>,
    /// The list as it was typed.
    typed: String,
}

/// A word of the command line that is none of those known.
#[derive(Debug, thiserror::Error)]
pub enum WordError {
    #[error("write codes separated by commas, such as en,de, or with their parts, such as en=0.7,de=0.3")]
    Languages,
    #[error("language {0} is listed twice")]
    Twice(String),
}

fn growth() -> impl TypedValueParser<Value = Growth> {
    PossibleValuesParser::new(["instagram", "linear", "exponential"]).map(|shape| match shape.as_str() {
        "linear" => Growth::Linear,
        "exponential" => Growth::Exponential,
        _ => Growth::Instagram,
    })
}

fn languages(text: &str) -> Result<Languages, WordError> {
    let mut shares = BTreeMap::new();
    for entry in text.split(',') {
        let (code, share) = match entry.split_once('=') {
            Some((code, share)) => (code, share.trim().parse().map_err(|_| WordError::Languages)?),
            None => (entry, 1.0),
        };
        let code = code.trim().to_lowercase();
        if code.is_empty() {
            return Err(WordError::Languages);
        }
        if shares.insert(code.clone(), share).is_some() {
            return Err(WordError::Twice(code));
        }
    }
    Ok(Languages { shares, typed: text.to_owned() })
}

/// The help of `--languages`, with every language that has word lists.
fn languages_help() -> String {
    let known: Vec<_> = Profile::languages().iter().map(|(code, name)| format!("{code} ({name})")).collect();
    format!(
        "Languages that people write in, optionally with their parts [default: all]\n\n\
         en,de: half of the users write English, half German. en=0.7,de=0.3: 70 % and 30 %. Parts need not add up \
         to 1. Codes: {}.",
        known.join(", ")
    )
}

/// Options that choose the world; every verb that makes rows has them.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "World (defaults come from the profile)")]
pub struct WorldArgs {
    /// Kind of world: course (100 users), social (any number), app (1,000), classic (100), tiny (10), or a TOML
    /// file [default: course; with --users or another size or shape, social]
    ///
    /// course is made for exercises: each question has one answer, and the usual mistakes give another. social is
    /// shaped like the real network and scales with --users. app has more comments and likes. classic and tiny have
    /// exact numbers of rows, so another --users is refused; classic has those of the SQL course.
    #[arg(long, value_name = "NAME|FILE", value_parser = values::profile(), hide_possible_values = true)]
    pub profile: Option<String>,
    /// Random seed: the same seed gives the same rows on every engine [default: 1]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = values::whole::<u64>)]
    pub seed: Option<u64>,
    /// Exact number of users to generate [default: 100; in social, 1000]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = values::whole::<i64>)]
    pub users: Option<i64>,
    /// Average number of accounts each user follows
    #[arg(long, value_name = "MEAN", allow_negative_numbers = true, value_parser = values::number)]
    pub follows_per_user: Option<f64>,
    /// Average number of photos per user
    #[arg(long, value_name = "MEAN", allow_negative_numbers = true, value_parser = values::number)]
    pub photos_per_user: Option<f64>,
    /// Average number of likes per photo
    #[arg(long, value_name = "MEAN", allow_negative_numbers = true, value_parser = values::number)]
    pub likes_per_photo: Option<f64>,
    /// Average number of comments per photo
    #[arg(long, value_name = "MEAN", allow_negative_numbers = true, value_parser = values::number)]
    pub comments_per_photo: Option<f64>,
    /// Average number of tags per photo
    #[arg(long, value_name = "MEAN", allow_negative_numbers = true, value_parser = values::number)]
    pub tags_per_photo: Option<f64>,
    /// Factor for the follows and photos of each user: 2 doubles both
    #[arg(long, value_name = "FACTOR", allow_negative_numbers = true, value_parser = values::number)]
    pub density: Option<f64>,
    /// Growth in sign-ups over time: instagram, linear or exponential
    #[arg(long, value_name = "SHAPE", value_parser = growth(), hide_possible_values = true)]
    pub growth: Option<Growth>,
    /// Languages that people write in, such as en,de or en=0.7,de=0.3 [default: all]
    #[arg(long, value_name = "LIST", value_parser = languages, long_help = languages_help())]
    pub languages: Option<Languages>,
    /// Share of accounts that are bots, from 0 to 1
    #[arg(long, value_name = "SHARE", allow_negative_numbers = true, value_parser = values::number)]
    pub bots: Option<f64>,
    /// Share of accounts that never post, from 0 to 1
    #[arg(long, value_name = "SHARE", allow_negative_numbers = true, value_parser = values::number)]
    pub inactive: Option<f64>,
    /// Date on which the generated data begins, such as 2024-01-31
    #[arg(long, value_name = "DATE")]
    pub start: Option<String>,
    /// Date on which the generated data ends: everything happens before it
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
    /// Beginning of all image and video URLs
    #[arg(long, value_name = "URL")]
    pub image_base_url: Option<String>,
    /// Give each table its own range of ids, N apart, so that a join on the wrong column finds nothing
    #[arg(long, value_name = "N", allow_negative_numbers = true, num_args = 0..=1, default_missing_value = "1000000",
        value_parser = values::whole::<i64>)]
    pub id_offset: Option<i64>,
    /// Password of every account in the platform edition [default: instaseed]; do not use a secret, because the
    /// database also records it in clear text
    #[arg(long, value_name = "TEXT")]
    pub password: Option<String>,
}

impl WorldArgs {
    /// What was said, as it is typed: ` --users 500 --seed 7`; nothing if nothing was said.
    pub fn words(&self) -> String {
        let words = self.said().into_iter().map(|(flag, value)| format!(" --{flag} {}", quoted(&value)));
        words.collect()
    }

    /// The flags that were typed, with their values. Not the password: nobody wants to read it in a message.
    pub(super) fn said(&self) -> Vec<(&'static str, String)> {
        let number = |value: Option<f64>| value.map(|value| value.to_string());
        let growth = self.growth.map(|growth| format!("{growth:?}").to_lowercase());
        let languages = self.languages.as_ref().map(|languages| languages.typed.clone());
        let flags = [
            ("profile", self.profile.clone()),
            ("seed", self.seed.map(|seed| seed.to_string())),
            ("users", self.users.map(|users| users.to_string())),
            ("follows-per-user", number(self.follows_per_user)),
            ("photos-per-user", number(self.photos_per_user)),
            ("likes-per-photo", number(self.likes_per_photo)),
            ("comments-per-photo", number(self.comments_per_photo)),
            ("tags-per-photo", number(self.tags_per_photo)),
            ("density", number(self.density)),
            ("growth", growth),
            ("languages", languages),
            ("bots", number(self.bots)),
            ("inactive", number(self.inactive)),
            ("start", self.start.clone()),
            ("as-of", self.as_of.clone()),
            ("image-base-url", self.image_base_url.clone()),
            ("id-offset", self.id_offset.map(|offset| offset.to_string())),
        ];
        flags.into_iter().filter_map(|(flag, value)| Some((flag, value?))).collect()
    }

    /// Whether what was said is said of this world too: nothing, its very flags, or some of them.
    pub fn agrees(&self, recorded: &Profile) -> Result<bool, Failure> {
        if self.is_default() {
            return Ok(true);
        }
        let wanted = Profile { name_suffix: recorded.name_suffix.clone(), ..self.profile()? };
        if wanted == *recorded {
            return Ok(true);
        }
        // Only some of its flags: on top of the same profile, or of none, they must change nothing.
        let some = self.profile.as_ref().is_none_or(|name| *name == recorded.name)
            && self.seed.is_none_or(|seed| seed == recorded.seed)
            && self.users.is_none_or(|users| users == i64::from(recorded.users))
            && self.growth.is_none_or(|growth| growth == recorded.growth);
        let only_those = WorldArgs { profile: None, seed: None, users: None, growth: None, ..self.clone() };
        Ok(some && only_those.is_default())
    }

    /// A refusal in the words that were typed. Because of rows that are there: with the flags of the world that was
    /// asked for, which the way out names.
    pub fn with_way_out(&self, failure: Failure) -> Failure {
        match self.refused(failure) {
            Failure::Library(
                error @ (Error::Load(LoadError::NotEmpty { .. })
                | Error::Deployment(DeploymentError::OtherRows { .. })),
            ) => Failure::RowsThere { error: Box::new(error), words: self.words() },
            other => other,
        }
    }

    /// Whether a world was chosen at all.
    pub fn is_default(&self) -> bool {
        self.profile.is_none() && self.overrides() == ProfileOverrides::default()
    }

    /// The whole profile that is meant.
    pub fn profile(&self) -> Result<Profile, Failure> {
        Profile::load(self.name(), &self.overrides()).map_err(|error| self.refused(error.into()))
    }

    /// The name of the profile that is meant. Whoever names none wants the course, or a size and a shape of their own.
    pub fn name(&self) -> &str {
        let unnamed = || self.overrides().unnamed();
        self.profile.as_deref().unwrap_or_else(unnamed)
    }

    fn overrides(&self) -> ProfileOverrides {
        ProfileOverrides {
            seed: self.seed,
            users: self.users,
            follows_per_user: self.follows_per_user,
            photos_per_user: self.photos_per_user,
            likes_per_photo: self.likes_per_photo,
            comments_per_photo: self.comments_per_photo,
            tags_per_photo: self.tags_per_photo,
            density: self.density,
            growth: self.growth,
            languages: self.languages.as_ref().map(|languages| languages.shares.clone()),
            bots: self.bots,
            inactive: self.inactive,
            start: self.start.clone(),
            as_of: self.as_of.clone(),
            image_base_url: self.image_base_url.clone(),
            id_offset: self.id_offset,
            password: self.password.clone(),
            ..ProfileOverrides::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::languages;

    #[test]
    fn languages_are_codes_with_or_without_shares() {
        let shares = |text| languages(text).map(|languages| languages.shares.into_iter().collect::<Vec<_>>());
        assert_eq!(shares("en,de").expect("a list"), [("de".to_owned(), 1.0), ("en".to_owned(), 1.0)]);
        assert_eq!(
            shares("en = 3, de=0.5").expect("a list"),
            [("de".to_owned(), 0.5), ("en".to_owned(), 3.0)]
        );
        for bad in ["", "en,,de", "=1", "en=many", "en,EN"] {
            assert!(shares(bad).is_err(), "{bad}");
        }
        let twice = languages("es,en,ES").expect_err("es is there twice").to_string();
        assert_eq!(twice, "language es is listed twice");
    }

    #[test]
    fn help_lists_every_language() {
        let help = super::languages_help();
        for (code, name) in super::Profile::languages() {
            assert!(help.contains(&format!("{code} ({name})")), "{code}: {help}");
        }
    }
}

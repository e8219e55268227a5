//! What a world is asked to be: counts, shapes and knobs; read, overridden, validated, completed.
//!
//! A profile comes from a name (embedded, `seeds/profiles`) or a file of the user's, is overridden by flags, and is
//! whole afterwards: every field has its value, checked against what a world can be. Nothing of it is random.

#![cfg_attr(not(test), deny(clippy::disallowed_methods))]

mod complete;
mod embedded;
mod error;
mod file;
mod languages;
mod limits;
mod planted;
mod record;

pub use error::{Hint, Origin, ProfileError};
pub use file::ProfileOverrides;

use crate::time::Time;
use serde::{Deserialize, Serialize};

/// A whole, valid profile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// The name of the embedded profile, or the path of the file.
    pub name: String,
    /// One line for people.
    pub description: String,
    /// What every number is drawn from.
    pub seed: u64,
    /// The number of users, met exactly.
    pub users: u32,
    /// The first second of the world.
    pub start: Time,
    /// The end of the world: everything happens before it.
    pub as_of: Time,
    /// How sign-ups grow over time.
    pub growth: Growth,
    /// Mean number of users that one follows.
    pub follows_per_user: f64,
    /// Mean number of photos of a user.
    pub photos_per_user: f64,
    /// Mean number of likes of a photo.
    pub likes_per_photo: f64,
    /// Mean number of comments on a photo.
    pub comments_per_photo: f64,
    /// Mean number of tags of a photo.
    pub tags_per_photo: f64,
    /// Language codes with their shares, which sum to 1.
    pub languages: Vec<(String, f64)>,
    /// The share of accounts that are programs.
    pub bots: f64,
    /// The share of accounts that never post.
    pub inactive: f64,
    /// Where image and video URLs point.
    pub image_base_url: String,
    /// The development password of every account.
    pub password: String,
    /// What every username ends in, so that a second world beside a first has names of its own; mostly empty.
    #[serde(default)]
    pub name_suffix: String,
    /// What the ids of the tables are apart: those of the first table come after it, those of the second after twice that, and so
    /// on. With 0, which is usual, all begin at 1.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub id_offset: u32,
    /// Counts to be met to the row, by small worlds that are held in memory.
    pub exact: Option<ExactCounts>,
    /// Facts that are arranged in a world of their own size and time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub planted: Option<PlantedFacts>,
}

/// How sign-ups spread over the time of the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Growth {
    /// The announced milestones of the platform, stretched over the world's time.
    Instagram,
    /// The same number every day.
    Linear,
    /// A constant rate of growth.
    Exponential,
}

/// Row counts that a small world meets exactly: one of at most 500 users.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExactCounts {
    /// Rows of photos.
    pub photos: u32,
    /// Rows of follows.
    pub follows: u32,
    /// Rows of likes.
    pub likes: u32,
    /// Rows of comments.
    pub comments: u32,
    /// Rows of tags, all of them used.
    pub tags: u32,
    /// Rows of photo tags.
    pub photo_tags: u32,
    /// Users without a photo.
    pub users_without_photo: u32,
    /// Users who like every photo.
    pub users_who_like_all: u32,
    /// What else the questions of the course count. With it, each of them has one answer: no tie at a cut.
    pub course: Option<CourseCounts>,
}

/// Row counts that only the questions of the course ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CourseCounts {
    /// Users without a photo, a like or a comment.
    pub users_who_do_nothing: u32,
    /// Users without a comment, those who do nothing among them.
    pub users_who_never_comment: u32,
}

/// Facts that are planted in a world of their own size and time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PlantedFacts {
    /// What the exercises of the course ask about.
    Course,
}

impl Profile {
    /// The name of the embedded profile that is meant by nothing at all: the data of the course.
    pub const DEFAULT: &'static str = "course";

    /// The name of the embedded profile that scales: the same kind of world for any number of users.
    pub const SCALING: &'static str = "social";

    /// The profile of an embedded name or of a file, with the overrides on top.
    pub fn load(name_or_path: &str, overrides: &ProfileOverrides) -> Result<Profile, ProfileError> {
        let (base, origin) = file::read(name_or_path)?;
        complete::complete(name_or_path, base, origin, overrides)
    }

    /// The profile of an embedded name or of a file, as it is.
    pub fn of(name_or_path: &str) -> Result<Profile, ProfileError> {
        Profile::load(name_or_path, &ProfileOverrides::default())
    }

    /// The whole profile in a line, for a record from which the same world can be made again.
    pub fn to_record(&self) -> String {
        serde_json::to_string(self).expect("a profile is texts and finite numbers")
    }

    /// What [`Profile::to_record`] wrote; `None` if it was written by a version that knew other knobs, or if it is not a
    /// world that could have been asked for: a record is data, and somebody may have changed it.
    pub fn from_record(text: &str) -> Option<Profile> {
        serde_json::from_str(text).ok().filter(record::is_possible)
    }

    /// The names of the embedded profiles, the smallest world first.
    pub fn names() -> impl Iterator<Item = &'static str> {
        embedded::embedded().iter().map(|(name, _)| *name)
    }

    /// The embedded profiles: (name, description).
    pub fn list() -> Vec<(&'static str, String)> {
        embedded::embedded().iter().copied().map(|(name, text)| (name, file::description(text))).collect()
    }

    /// The languages that people can write: (code, name in the language itself), the most common ones first.
    pub fn languages() -> Vec<(&'static str, &'static str)> {
        languages::languages()
    }

    /// Whether no more follows are asked for than a network of this size usually has.
    pub(crate) fn is_usual_in_follows(&self) -> bool {
        self.follows_per_user <= complete::mean_follows(self.users)
    }

    /// The wanted number of follows.
    pub fn follows(&self) -> u64 {
        total(self.users, self.follows_per_user)
    }

    /// The wanted number of photos.
    pub fn photos(&self) -> u64 {
        total(self.users, self.photos_per_user)
    }
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

fn total(count: u32, mean: f64) -> u64 {
    (count as f64 * mean).round() as u64
}

#[cfg(test)]
mod tests;

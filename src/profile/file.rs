//! Profile files: TOML, every key optional, unknown keys refused with their line.

use super::embedded::embedded;
use super::error::{Origin, ProfileError};
use super::{ExactCounts, Growth, PlantedFacts};
use crate::distance::edits;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// No profile is longer than this.
const MAX_BYTES: u64 = 1 << 20;

/// What may be said of a world, in a file or by flags; what is not said is completed.
///
/// Numbers are as wide as people may type them: a value out of range is an error with its key, never a wrap.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfileOverrides {
    /// One line for people.
    pub description: Option<String>,
    /// See [`Profile`](super::Profile) for each of these.
    pub seed: Option<u64>,
    /// The number of users.
    pub users: Option<i64>,
    /// `YYYY-MM-DD`, with or without `HH:MM:SS`.
    pub start: Option<String>,
    /// `YYYY-MM-DD`, with or without `HH:MM:SS`.
    pub as_of: Option<String>,
    /// How sign-ups spread over time.
    pub growth: Option<Growth>,
    /// Multiplies follows and photos of a user.
    pub density: Option<f64>,
    /// Mean number of users that one follows.
    pub follows_per_user: Option<f64>,
    /// Mean number of photos of a user.
    pub photos_per_user: Option<f64>,
    /// Mean number of likes of a photo.
    pub likes_per_photo: Option<f64>,
    /// Mean number of comments on a photo.
    pub comments_per_photo: Option<f64>,
    /// Mean number of tags of a photo.
    pub tags_per_photo: Option<f64>,
    /// Shares by language code; scaled to sum to 1.
    pub languages: Option<BTreeMap<String, f64>>,
    /// The share of accounts that are programs.
    pub bots: Option<f64>,
    /// The share of accounts that never post.
    pub inactive: Option<f64>,
    /// Where image and video URLs point.
    pub image_base_url: Option<String>,
    /// The development password of every account.
    pub password: Option<String>,
    /// What the ids of the tables are apart.
    pub id_offset: Option<i64>,
    /// Counts to be met to the row; only in files.
    pub exact: Option<ExactCounts>,
    /// Facts that fix all of the above but the seed, the texts and the ids; only in files.
    pub planted: Option<PlantedFacts>,
}

/// The text of a profile, kept so that a late error can still name its line.
pub(super) struct Source {
    name: String,
    text: String,
}

impl Source {
    /// Of what is in no file.
    pub(super) fn nowhere(name: &str) -> Source {
        Source { name: name.to_owned(), text: String::new() }
    }

    /// Where a key is said.
    pub(super) fn origin(&self, key: &str) -> Origin {
        let line = self.text.lines().position(|line| key_of(line) == Some(key));
        Origin::File { path: self.name.clone(), line: line.map_or(0, |i| i + 1) }
    }
}

/// Reads an embedded profile, or a file if no name fits.
pub(super) fn read(name: &str) -> Result<(ProfileOverrides, Source), ProfileError> {
    let text = match embedded().iter().copied().find(|(known, _)| *known == name) {
        Some((_, text)) => text.to_owned(),
        None => read_file(name)?,
    };
    let parsed = toml::from_str(&text).map_err(|error| malformed(name, &text, &error))?;
    Ok((parsed, Source { name: name.to_owned(), text }))
}

/// The description of an embedded profile.
pub(super) fn description(text: &str) -> String {
    toml::from_str::<ProfileOverrides>(text).ok().and_then(|p| p.description).unwrap_or_default()
}

fn read_file(name: &str) -> Result<String, ProfileError> {
    let path = Path::new(name);
    if !path.exists() && !name.ends_with(".toml") && !name.contains(std::path::MAIN_SEPARATOR) {
        return Err(ProfileError::Unknown {
            name: name.to_owned(),
            nearest: nearest(name),
            known: embedded().iter().map(|(name, _)| *name).collect(),
        });
    }
    read_bounded(path).map_err(|source| ProfileError::Unreadable { path: path.to_owned(), source })
}

/// A file that does not end (`/dev/zero`) is none.
fn read_bounded(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    File::open(path)?.take(MAX_BYTES + 1).read_to_string(&mut text)?;
    match text.len() as u64 > MAX_BYTES {
        true => Err(io::Error::new(io::ErrorKind::FileTooLarge, "it is longer than a megabyte")),
        false => Ok(text),
    }
}

fn malformed(name: &str, text: &str, error: &toml::de::Error) -> ProfileError {
    let at = error.span().map_or(0, |span| span.start.min(text.len()));
    let line = text[..at].matches('\n').count() + 1;
    let key = text.lines().nth(line - 1).and_then(key_of).map(str::to_owned);
    ProfileError::Malformed { path: name.to_owned(), line, key, message: error.message().to_owned() }
}

fn key_of(line: &str) -> Option<&str> {
    line.split_once('=').map(|(key, _)| key.trim().trim_matches('"')).filter(|key| !key.starts_with('#'))
}

fn nearest(name: &str) -> Option<&'static str> {
    let name = name.to_lowercase();
    let near =
        embedded().iter().copied().map(|(known, _)| (edits(name.as_bytes(), known.as_bytes()), known)).min();
    near.filter(|(steps, known)| *steps <= known.len().div_ceil(2)).map(|(_, known)| known)
}

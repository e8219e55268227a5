//! What is known about a load: what it loads, how far it is, and which rows are its own.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::LoadError;
use super::ours::Ours;
use super::shift::Offsets;
use crate::edition::Edition;
use crate::load::Result;
use crate::profile::Profile;
use crate::sink::bulk::ForeignKey;

/// What is loaded: enough to generate the same rows again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataSet {
    #[serde(serialize_with = "edition_name", deserialize_with = "named_edition")]
    pub edition: Edition,
    pub generator_version: u32,
    /// The whole profile with its seed, as [`Profile::to_record`](crate::profile::Profile::to_record) writes it.
    pub profile: String,
    /// Rows that are not generated: where they are read from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
}

/// Where the rows of a copy come from, and how they are divided: a resumed copy must find the same divisions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The source, without its password.
    pub from: String,
    /// By table: the last key of each piece but the last one.
    pub cuts: BTreeMap<String, Vec<i64>>,
}

fn edition_name<S: serde::Serializer>(edition: &Edition, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(edition.name())
}

fn named_edition<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Edition, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
}

/// How far a load is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// Deleting old rows (`--replace`).
    Emptying,
    /// Removing indexes and constraints.
    Parking,
    /// Sending rows.
    Loading,
    /// Putting back indexes and constraints.
    Restoring,
    /// Checking references and counts; where this goes table by table, statistics are gathered at the same time.
    Verifying,
    /// Setting ids, gathering statistics, and recording what is in.
    Finishing,
    /// Undoing an interrupted load.
    Discarding,
}

impl Phase {
    const ALL: [Phase; 7] = [
        Phase::Emptying,
        Phase::Parking,
        Phase::Loading,
        Phase::Restoring,
        Phase::Verifying,
        Phase::Finishing,
        Phase::Discarding,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Phase::Emptying => "emptying",
            Phase::Parking => "parking",
            Phase::Loading => "loading",
            Phase::Restoring => "restoring",
            Phase::Verifying => "verifying",
            Phase::Finishing => "finishing",
            Phase::Discarding => "discarding",
        }
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A load that did not finish.
#[derive(Clone, Debug, Serialize)]
pub struct Interrupted {
    #[serde(serialize_with = "without_password")]
    pub data: DataSet,
    pub phase: Phase,
    pub portions: u64,
    pub done: u64,
    /// How many rows of each table are in.
    pub rows: BTreeMap<String, u64>,
    /// The load appends to other rows: its keys come after these.
    pub offsets: Option<Offsets>,
    /// The ids that are the load's own.
    pub ours: Ours,
    /// Foreign keys of other tables that point at ours: while they are parked, this is the only record of them.
    #[serde(skip)]
    pub(crate) pointing: Vec<ForeignKey>,
    /// Tables of up to this many chunks are a single portion each.
    #[serde(skip)]
    pub whole_chunks: u64,
}

/// A data set for output: the accounts' password is masked. A profile that cannot be read may
/// contain the password anywhere, so all of it is masked.
fn without_password<S: serde::Serializer>(data: &DataSet, serializer: S) -> Result<S::Ok, S::Error> {
    let masked = || "***".to_owned();
    let profile = Profile::from_record(&data.profile)
        .map_or_else(masked, |profile| Profile { password: masked(), ..profile }.to_record());
    DataSet { profile, ..data.clone() }.serialize(serializer)
}

impl Interrupted {
    /// How many rows are in.
    pub fn rows_in(&self) -> u64 {
        self.rows.values().fold(0, |sum, rows| sum.saturating_add(*rows))
    }

    /// Which world the rows belong to, in the user's terms: `profile social, seed 7, 20000 users`.
    pub fn world(&self) -> String {
        if let Some(origin) = &self.data.origin {
            return format!("a copy of {}", origin.from);
        }
        match Profile::from_record(&self.data.profile) {
            Some(profile) => {
                let Profile { name, seed, users, .. } = profile;
                format!("profile {name}, seed {seed}, {users} users, edition {}", self.data.edition)
            }
            None => format!("the {} edition", self.data.edition),
        }
    }
}

/// Interprets the entries of a record and the table and row count of each portion that is in.
/// Without a phase no load is under way.
pub(super) fn read(
    entries: BTreeMap<String, String>,
    portions: Vec<(String, u64)>,
) -> Result<Option<Interrupted>, LoadError> {
    let Some(phase) = entries.get("phase") else { return Ok(None) };
    let entry = |name: &str| {
        entries.get(name).cloned().ok_or_else(|| LoadError::Unreadable { what: format!("{name} is missing") })
    };
    let unreadable = |what: &str| LoadError::Unreadable { what: what.to_owned() };
    let phase = Phase::ALL.into_iter().find(|p| p.name() == phase).ok_or_else(|| unreadable("the phase"))?;
    let offsets = match entries.get("offsets") {
        Some(text) => Some(serde_json::from_str(text).map_err(|_| unreadable("the offsets"))?),
        None => None,
    };
    let origin = match entries.get("origin") {
        Some(text) => Some(serde_json::from_str(text).map_err(|_| unreadable("the source"))?),
        None => None,
    };
    let ours = serde_json::from_str(&entry("ours")?).map_err(|_| unreadable("the ids"))?;
    let pointing: Vec<ForeignKey> =
        serde_json::from_str(&entry("pointing")?).map_err(|_| unreadable("the foreign keys"))?;
    if !pointing.iter().all(ForeignKey::is_of_names) {
        return Err(unreadable("the foreign keys"));
    }
    let done = portions.len() as u64;
    let mut rows: BTreeMap<String, u64> = BTreeMap::new();
    for (table, count) in portions {
        let sum = rows.entry(table).or_default();
        *sum = sum.checked_add(count).ok_or_else(|| unreadable("the number of rows"))?;
    }
    Ok(Some(Interrupted {
        data: DataSet {
            edition: entry("edition")?.parse().map_err(|_| unreadable("the edition"))?,
            generator_version: entry("generator_version")?.parse().map_err(|_| unreadable("the version"))?,
            profile: entry("profile")?,
            origin,
        },
        phase,
        portions: entry("portions")?.parse().map_err(|_| unreadable("the number of portions"))?,
        done,
        rows,
        offsets,
        ours,
        pointing,
        whole_chunks: entry("whole_chunks")?.parse().map_err(|_| unreadable("the size of whole tables"))?,
    }))
}

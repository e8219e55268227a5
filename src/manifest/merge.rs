//! Merges the manifests of parts: finds out without reading a row whether all parts are there.

use std::collections::BTreeMap;
use std::fmt;

use super::{Manifest, TableEntry, VERSION};
use crate::sink::digest::Digest;

/// The most gaps that are named.
const NAMED: usize = 10;

/// Why parts are not the whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MergeProblem {
    /// Parts from the first to the second number are not there.
    Missing {
        from: u64,
        to: u64,
        count: u64,
    },
    /// More gaps than are named.
    MoreMissing {
        count: u64,
    },
    Twice {
        shard: u64,
        first: String,
        second: String,
    },
    /// A folder that belongs to another data set, or has files of another kind.
    Foreign {
        folder: String,
        what: &'static str,
        found: String,
        expected: String,
    },
    /// A table whose sums are too large for any data set.
    Overflow {
        table: String,
    },
}

impl fmt::Display for MergeProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MergeProblem::Missing { from, to, count } if from == to => {
                write!(f, "shard {from}/{count} is missing")
            }
            MergeProblem::Missing { from, to, count } => {
                write!(f, "shards {from}/{count} to {to}/{count} are missing")
            }
            MergeProblem::MoreMissing { count } => write!(f, "more of the {count} shards are missing"),
            MergeProblem::Twice { shard, first, second } => {
                write!(f, "shard {shard} is there twice: {first} and {second}")
            }
            MergeProblem::Foreign { folder, what, found, expected } => {
                write!(f, "{folder} has another {what}: {found} instead of {expected}")
            }
            MergeProblem::Overflow { table } => write!(f, "the rows of {table} are more than any table has"),
        }
    }
}

impl Manifest {
    /// The manifest of the whole, or why the parts are not the whole. Each part comes with the name of its folder; the first
    /// part says which data set is meant.
    pub fn merged(parts: &[(String, Manifest)]) -> Result<Manifest, Vec<MergeProblem>> {
        let Some((_, first)) = parts.first() else { return Err(Vec::new()) };
        let mut problems = Vec::new();
        let mut found: BTreeMap<u64, &str> = BTreeMap::new();
        let mut whole = Manifest { manifest_version: VERSION, tables: emptied(first), ..first.clone() };
        let mut sums = vec![Digest::default(); first.tables.len()];
        for (folder, part) in parts {
            if let Some((what, found, expected)) = difference(part, first) {
                problems.push(MergeProblem::Foreign { folder: folder.clone(), what, found, expected });
                continue;
            }
            let shard = part.shard().index();
            if let Some(other) = found.insert(shard, folder) {
                let (first, second) = (other.to_owned(), folder.clone());
                problems.push(MergeProblem::Twice { shard, first, second });
                continue;
            }
            for ((entry, sum), of) in whole.tables.iter_mut().zip(&mut sums).zip(&part.tables) {
                let digest = Digest::parse(of.rows, &of.digest).unwrap_or_default();
                match (entry.rows.checked_add(of.rows), entry.bytes.checked_add(of.bytes)) {
                    (Some(rows), Some(bytes)) => (entry.rows, entry.bytes) = (rows, bytes),
                    _ => problems.push(MergeProblem::Overflow { table: entry.table.clone() }),
                }
                *sum += digest;
            }
        }
        let count = first.shard().count();
        problems.extend(gaps(found.keys().copied(), count));
        if !problems.is_empty() {
            return Err(problems);
        }
        for (entry, sum) in whole.tables.iter_mut().zip(sums) {
            entry.digest = sum.to_string();
        }
        whole.shard = "1/1".to_owned();
        whole.merged_from = Some(count);
        whole.schema = None;
        Ok(whole)
    }
}

/// The tables of a manifest, without rows and files.
fn emptied(manifest: &Manifest) -> Vec<TableEntry> {
    let empty = |entry: &TableEntry| TableEntry { rows: 0, bytes: 0, files: Vec::new(), ..entry.clone() };
    manifest.tables.iter().map(empty).collect()
}

/// The first difference between a part and the data set that it should belong to.
fn difference(part: &Manifest, whole: &Manifest) -> Option<(&'static str, String, String)> {
    let tables = |manifest: &Manifest| {
        manifest.tables.iter().map(|entry| entry.table.as_str()).collect::<Vec<_>>().join(", ")
    };
    let or_none = |value: &Option<String>| value.clone().unwrap_or_else(|| "none".to_owned());
    let facts = |manifest: &Manifest| {
        [
            ("edition", manifest.edition.clone()),
            ("profile", manifest.profile.clone()),
            ("seed", manifest.seed.to_string()),
            ("number of users", manifest.users.to_string()),
            ("profile record", manifest.profile_record.to_string()),
            ("generator version", manifest.generator_version.to_string()),
            ("format", manifest.format.clone()),
            ("dialect", or_none(&manifest.dialect)),
            ("compression", or_none(&manifest.compression)),
            ("number of shards", manifest.shard().count().to_string()),
            ("number of merged shards", manifest.merged_from.unwrap_or(0).to_string()),
            ("list of tables", tables(manifest)),
        ]
    };
    let both = facts(part).into_iter().zip(facts(whole));
    let mut differing = both.filter(|((_, found), (_, expected))| found != expected);
    differing.next().map(|((what, found), (_, expected))| (what, found, expected))
}

/// The numbers from 1 to `count` that are not there, in ascending order.
fn gaps(there: impl Iterator<Item = u64>, count: u64) -> Vec<MergeProblem> {
    let mut next = 1;
    let mut gaps = Vec::new();
    for shard in there {
        if shard > next {
            gaps.push(MergeProblem::Missing { from: next, to: shard - 1, count });
        }
        next = shard.saturating_add(1);
    }
    if next <= count {
        gaps.push(MergeProblem::Missing { from: next, to: count, count });
    }
    if gaps.len() > NAMED {
        gaps.truncate(NAMED);
        gaps.push(MergeProblem::MoreMissing { count });
    }
    gaps
}

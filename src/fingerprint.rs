//! What a data set is, in a few figures: the version of the generator, the edition, and a digest of each table.
//!
//! Two data sets with one fingerprint hold the same rows, whatever engine, file format, number of threads or
//! shards they came through.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::edition::{Edition, Table};
use crate::sink::digest::Digest;

/// The version of the generator: raised by every change of a byte that a seed and a profile give.
pub const GENERATOR_VERSION: u32 = 5;

/// What a data set is, in a few figures: equal for every engine, format, thread count and shard count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fingerprint {
    pub generator_version: u32,
    pub edition: &'static str,
    /// The digest of each table.
    pub tables: BTreeMap<&'static str, String>,
}

impl Fingerprint {
    pub fn new(edition: Edition, tables: impl IntoIterator<Item = (&'static Table, Digest)>) -> Fingerprint {
        let tables = tables.into_iter().map(|(table, digest)| (table.name, digest.to_string())).collect();
        Fingerprint { generator_version: GENERATOR_VERSION, edition: edition.name(), tables }
    }
}

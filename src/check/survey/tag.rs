//! The hashtags, and those that captions name.

use super::{Row, Survey, Take, repeated_keys, repeated_texts};
use crate::check::keys::{Keys, Texts, hash};
use crate::check::rules::Rule;
use crate::edition::Table;
use crate::words::is_of_hashtag;

#[derive(Debug, Default)]
pub struct Tags {
    pub keys: Keys,
    names: Texts,
    pub(super) hashes: Vec<u64>,
    pub uses: Vec<u32>,
}

pub(super) struct Columns {
    name: usize,
}

impl Columns {
    pub(super) fn new(table: &Table) -> Self {
        Self { name: table.place("tag_name") }
    }
}

impl Take for Columns {
    fn take(&self, row: Row<'_>, survey: &mut Survey) {
        let tags = &mut survey.tags;
        tags.keys.push(row.key.0);
        tags.uses.push(0);
        let name = row.text(self.name);
        tags.hashes.push(name.map_or(0, hash_of_tag));
        if let Some(name) = name {
            tags.names.push(name);
        }
    }

    fn end(&self, table: &'static Table, survey: &mut Survey) {
        let Survey { tags, findings, .. } = survey;
        repeated_keys(findings, table, tags.keys.seal());
        repeated_texts(findings, Rule::TagName, std::mem::take(&mut tags.names));
    }
}

fn hash_of_tag(name: &str) -> u64 {
    hash(name.bytes())
}

/// The sum of the hashes of a caption's hashtags: each counts once.
pub(super) fn sum_of_hashtags(caption: &str) -> u64 {
    let mut names: Vec<&str> = Vec::new();
    for piece in caption.split('#').skip(1) {
        let name = &piece[..piece.find(|c| !is_of_hashtag(c)).unwrap_or(piece.len())];
        if !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
    }
    names.into_iter().fold(0, |sum: u64, name| sum.wrapping_add(hash_of_tag(name)))
}

//! Which photo has which hashtag.

use super::{Row, Survey, Take, place_of};
use crate::check::rules::Rule;
use crate::edition::{Edition, Entity, Table};

const MAX_TAGS: u8 = 30;

pub(super) struct Columns {
    photo: usize,
    tag: usize,
}

impl Columns {
    pub(super) fn new(table: &Table, edition: Edition) -> Self {
        Self { photo: place_of(Entity::Photo, table, edition), tag: place_of(Entity::Tag, table, edition) }
    }
}

impl Take for Columns {
    fn take(&self, row: Row<'_>, survey: &mut Survey) {
        let tag = survey.tags.keys.place(row.cells[self.tag].integer().unwrap_or(i64::MIN));
        survey.findings.hold(Rule::Reference, tag.is_some(), || format!("{}: no such tag", row.describe()));
        let (Some(photo), Some(tag)) = (survey.photo(row, self.photo), tag) else { return };
        let Survey { photos, tags, findings, .. } = survey;
        photos.tags[photo] = photos.tags[photo].saturating_add(1);
        tags.uses[tag] += 1;
        findings.hold(Rule::Tags, photos.tags[photo] <= MAX_TAGS, || row.describe());
        if let Some(sum) = photos.hashtags.get_mut(photo) {
            *sum = sum.wrapping_sub(tags.hashes[tag]);
        }
    }
}

//! The media of posts.

use super::{Row, Survey, Take, place_of};
use crate::check::rules::Rule;
use crate::edition::{Edition, Entity, Table};

const MAX_MEDIA: i64 = 10;

pub(super) struct Columns {
    post: usize,
    kind: usize,
    order: usize,
}

impl Columns {
    pub(super) fn new(table: &Table, edition: Edition) -> Self {
        Self {
            post: place_of(Entity::Photo, table, edition),
            kind: table.place("media_type"),
            order: table.place("media_order"),
        }
    }
}

impl Take for Columns {
    fn take(&self, row: Row<'_>, survey: &mut Survey) {
        let post = survey.photo(row, self.post);
        let Survey { findings, photos, .. } = survey;
        if let (Some(post), Some(time)) = (post, row.created) {
            findings.hold(Rule::MediaTime, time >= photos.time[post], || row.describe());
        }
        let kind = row.text(self.kind).unwrap_or_default();
        findings.hold(Rule::MediaType, matches!(kind, "IMAGE" | "VIDEO"), || {
            format!("{}: {kind}", row.describe())
        });
        let order = row.cells[self.order].integer().unwrap_or_default();
        let bit = if (1..=MAX_MEDIA).contains(&order) { 1u16 << order } else { 0 };
        let taken = post.is_some_and(|post| photos.media[post] & bit != 0);
        findings.hold(Rule::MediaOrder, bit != 0 && !taken, || format!("{}: {order}", row.describe()));
        if let Some(post) = post {
            photos.media[post] |= bit;
        }
    }

    fn end(&self, _table: &'static Table, survey: &mut Survey) {
        for (place, _) in survey.photos.media.iter().enumerate().filter(|&(_, &media)| media == 0) {
            survey.findings.broken(Rule::MediaCount, || format!("the {}. post has none", place + 1));
        }
    }
}

//! The photos, called posts on the platform: when and whose, and the counts from the other tables for each.

use super::{Row, Survey, Take, place_of, repeated_keys, tag};
use crate::check::keys::Keys;
use crate::check::rules::Rule;
use crate::edition::{Edition, Entity, Table};

#[derive(Debug, Default)]
pub struct Photos {
    pub keys: Keys,
    pub owner: Vec<u32>,
    pub time: Vec<u32>,
    pub likes: Vec<u32>,
    pub comments: Vec<u32>,
    pub tags: Vec<u8>,
    /// A bit for each media_order.
    pub(super) media: Vec<u16>,
    /// The sum of the hashes of the hashtags in the caption, minus those of the photo's tags; platform only.
    pub(super) hashtags: Vec<u64>,
    has_caption: Vec<bool>,
    pub hours: [u64; 24],
    pub out_of_order: u64,
    pub last: u32,
}

impl Photos {
    /// Posts whose caption has different hashtags from the post.
    pub fn captions_at_odds(&self) -> u64 {
        let odd = self.hashtags.iter().zip(&self.has_caption).filter(|&(&sum, &has)| has && sum != 0);
        odd.count() as u64
    }
}

pub(super) struct Columns {
    user: usize,
    /// Photos of the course have no caption.
    caption: Option<usize>,
}

impl Columns {
    pub(super) fn new(table: &Table, edition: Edition) -> Self {
        let caption = (edition == Edition::Platform).then(|| table.place("content"));
        Self { user: place_of(Entity::User, table, edition), caption }
    }
}

impl Take for Columns {
    fn take(&self, row: Row<'_>, survey: &mut Survey) {
        let owner = survey.person(row, self.user);
        if let (Some(owner), Some(time)) = (owner, row.created) {
            let born = survey.people.born[owner];
            survey.findings.hold(Rule::PhotoTime, time >= born, || row.describe());
        }
        if let Some(owner) = owner {
            survey.people.photos[owner] += 1;
        }
        let photos = &mut survey.photos;
        photos.keys.push(row.key.0);
        photos.owner.push(owner.map_or(u32::MAX, |owner| owner as u32));
        let time = row.created.unwrap_or_default();
        photos.time.push(time);
        photos.likes.push(0);
        photos.comments.push(0);
        photos.tags.push(0);
        photos.hours[(time / 3600 % 24) as usize] += 1;
        photos.out_of_order += u64::from(time < photos.last);
        photos.last = photos.last.max(time);
        if let Some(caption) = self.caption {
            photos.media.push(0);
            let caption = row.text(caption);
            photos.has_caption.push(caption.is_some());
            photos.hashtags.push(caption.map_or(0, tag::sum_of_hashtags));
        }
    }

    fn end(&self, table: &'static Table, survey: &mut Survey) {
        repeated_keys(&mut survey.findings, table, survey.photos.keys.seal());
    }
}

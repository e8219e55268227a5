//! The likes: whether they come after their photo and their person, and how soon.

use super::{Row, Survey, Take, place_of};
use crate::check::rules::Rule;
use crate::edition::{Edition, Entity, Table};

const WEEK: u32 = 7 * 86_400;

pub(super) struct Columns {
    user: usize,
    photo: usize,
}

impl Columns {
    pub(super) fn new(table: &Table, edition: Edition) -> Self {
        Self { user: place_of(Entity::User, table, edition), photo: place_of(Entity::Photo, table, edition) }
    }

    /// Who likes which photo: must be unique in the table.
    pub(super) fn pair(&self) -> (usize, usize) {
        (self.user, self.photo)
    }
}

impl Take for Columns {
    fn take(&self, row: Row<'_>, survey: &mut Survey) {
        let (person, photo) = (survey.person(row, self.user), survey.photo(row, self.photo));
        let (Some(person), Some(photo)) = (person, photo) else { return };
        let is_sampled = survey.is_sampled(person);
        let Survey { people, photos, sample, findings, .. } = survey;
        let time = row.created.unwrap_or(u32::MAX);
        let taken = photos.time[photo];
        findings.hold(Rule::LikeTime, time >= taken.max(people.born[person]), || row.describe());
        people.likes[person] += 1;
        photos.likes[photo] += 1;
        if is_sampled && photos.owner[photo] != u32::MAX {
            sample.likes += 1;
            if let Some(since) = sample.since(person, photos.owner[photo] as usize) {
                sample.likes_of_followers += 1;
                if since <= taken && taken.saturating_add(WEEK) < photos.last {
                    sample.delays.push(time.saturating_sub(taken));
                }
            }
        }
    }
}

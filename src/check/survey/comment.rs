//! The comments: when they were written, and how long they are.

use super::{Row, Survey, Take, place_of};
use crate::check::keys::Texts;
use crate::check::rules::Rule;
use crate::check::shape::SAMPLED_TEXTS;
use crate::edition::{Edition, Entity, Table};

/// Longer comments count as this long.
const LONGEST: usize = 500;

#[derive(Debug)]
pub struct Comments {
    last_time: u32,
    pub out_of_order: u64,
    /// How many comments have each length.
    pub lengths: Vec<u64>,
    pub texts: Texts,
}

impl Default for Comments {
    fn default() -> Self {
        Self { last_time: 0, out_of_order: 0, lengths: vec![0; LONGEST + 1], texts: Texts::default() }
    }
}

pub(super) struct Columns {
    user: usize,
    photo: usize,
    text: usize,
}

impl Columns {
    pub(super) fn new(table: &Table, edition: Edition) -> Self {
        let text = match edition {
            Edition::Course => "comment_text",
            Edition::Platform => "content",
        };
        Self {
            user: place_of(Entity::User, table, edition),
            photo: place_of(Entity::Photo, table, edition),
            text: table.place(text),
        }
    }
}

impl Take for Columns {
    fn take(&self, row: Row<'_>, survey: &mut Survey) {
        let (person, photo) = (survey.person(row, self.user), survey.photo(row, self.photo));
        let Survey { people, photos, comments, findings, .. } = survey;
        if let Some(time) = row.created {
            let begin = photo.map_or(0, |photo| photos.time[photo]);
            let holds = time >= begin && person.is_none_or(|person| time >= people.born[person]);
            findings.hold(Rule::CommentTime, holds, || row.describe());
            comments.out_of_order += u64::from(time < comments.last_time);
            comments.last_time = comments.last_time.max(time);
        }
        if let Some(photo) = photo {
            photos.comments[photo] += 1;
        }
        let text = row.text(self.text).unwrap_or_default();
        findings.hold(Rule::EmptyComment, !text.is_empty(), || row.describe());
        comments.lengths[text.chars().count().min(LONGEST)] += 1;
        if comments.texts.len() < SAMPLED_TEXTS {
            comments.texts.push(text);
        }
    }
}

//! The rows of a world: facts become cells, in the order of an edition's columns.
//!
//! Every loop takes its cells by value and gives them back (see [`Rows::write`]); texts are made in buffers that
//! are used again for each row. Likes, follows and tags of photos are the same rows in both editions, but for
//! the key of its own that a like of the platform has.

use std::ops::Range;

use super::ids::IdRanges;
use super::wording::Wording;
use super::{Cells, Edition, Entity, Keys, Rows, Table, course, estimate, platform};
use crate::edition::Result;
use crate::world::World;
use crate::world::comment::{Comment, CommentScratch};
use crate::world::follow::FollowScratch;
use crate::world::id::{PhotoId, TagId, UserId};
use crate::world::like::LikeScratch;
use crate::world::name::Handle;
use crate::world::tag::TagList;
use crate::world::text::{Answered, Speech};

/// Rows of a chunk: about a megabyte of text.
const CHUNK_ROWS: f64 = 32_768.0;

/// A world as the tables of an edition.
pub struct WorldRows<'w> {
    world: &'w World,
    edition: Edition,
    ids: IdRanges,
    wording: Wording,
    /// The one hash of every account's password; the course has no accounts.
    password_hash: String,
}

/// Room that rows are made in.
#[derive(Default)]
pub struct Scratch {
    follows: FollowScratch,
    likes: LikeScratch,
    comments: CommentScratch,
    tags: TagList,
    name: String,
    text: String,
}

impl<'w> WorldRows<'w> {
    pub fn new(world: &'w World, edition: Edition) -> Result<WorldRows<'w>> {
        let password_hash = match edition {
            Edition::Course => String::new(),
            Edition::Platform => platform::password_hash(world.profile())?,
        };
        let ids = IdRanges::new(world, edition)?;
        Ok(WorldRows { world, edition, ids, wording: Wording::new(world, edition)?, password_hash })
    }

    /// The world that the rows are made of.
    pub fn world(&self) -> &'w World {
        self.world
    }

    pub(super) fn edition(&self) -> Edition {
        self.edition
    }

    pub(super) fn ids(&self) -> &IdRanges {
        &self.ids
    }

    fn username(&self, user: UserId, out: &mut String) -> Handle {
        self.wording.username(self.world, user, out)
    }

    fn users<C: Cells>(&self, units: Range<u64>, mut cells: C, scratch: &mut Scratch) -> C {
        let Scratch { name, text, .. } = scratch;
        for id in units {
            let user = self.world.user(UserId(id as u32));
            name.clear();
            let handle = self.username(user.id, name);
            match self.edition {
                Edition::Course => course::user(&self.ids, &user, name, &mut cells),
                Edition::Platform => {
                    let persons = platform::AccountDetails {
                        wording: &self.wording,
                        password_hash: &self.password_hash,
                        role: self.wording.role(self.world, user.id),
                        ids: &self.ids,
                    };
                    persons.user(&user, name, &handle, text, &mut cells);
                }
            }
            cells.end_row();
        }
        cells
    }

    fn photos<C: Cells>(&self, units: Range<u64>, mut cells: C, scratch: &mut Scratch) -> C {
        for id in units {
            let photo = self.world.photo(PhotoId(id as u32));
            let about = self.world.about(photo.id, photo.owner);
            scratch.text.clear();
            match self.edition {
                Edition::Course => {
                    let first = self.world.media(photo.id).kind(0);
                    self.wording.urls.medium(photo.id.key(), 1, first, about, &mut scratch.text);
                    course::photo(&self.ids, &photo, &scratch.text, &mut cells);
                }
                Edition::Platform => {
                    self.world.tags_about(&photo, || about, &mut scratch.tags);
                    let names = self.wording.tag_names(self.world);
                    let number = u64::from(photo.id.0);
                    let text = &mut scratch.text;
                    let tags = scratch.tags.as_slice().iter();
                    let tags = tags.map(|&tag| names.name(tag));
                    self.wording.texts.caption(number, about, tags, text);
                    platform::post(&self.ids, &photo, text, &mut cells);
                }
            }
            cells.end_row();
        }
        cells
    }

    fn media<C: Cells>(&self, units: Range<u64>, first_id: i64, mut cells: C, scratch: &mut Scratch) -> C {
        let mut id = self.ids.before(Entity::Media) + first_id;
        for photo in units {
            let photo = self.world.photo(PhotoId(photo as u32));
            let about = self.world.about(photo.id, photo.owner);
            let media = self.world.media(photo.id);
            for order in 0..media.count() {
                let kind = media.kind(order);
                scratch.text.clear();
                self.wording.urls.medium(photo.id.key(), order as u8 + 1, kind, about, &mut scratch.text);
                platform::medium(&self.ids, id, &photo, (order, kind), &scratch.text, &mut cells);
                cells.end_row();
                id += 1;
            }
        }
        cells
    }

    fn comments<C: Cells>(&self, units: Range<u64>, first_id: i64, mut cells: C, scratch: &mut Scratch) -> C {
        let Scratch { comments, text, .. } = scratch;
        let mut id = self.ids.before(Entity::Comment) + first_id;
        for window in units {
            let comments = self.world.comments_in(window as u32, comments);
            for comment in comments {
                let answered = comment.parent().map(|parent| &comments[parent as usize]);
                let answers = answered.map(|answered| Answered {
                    number: number(answered),
                    language: self.world.speaks(answered.author),
                    by_bot: self.world.is_bot(answered.author),
                });
                let name = |out: &mut String| {
                    if let Some(answered) = answered {
                        self.username(answered.author, out);
                    }
                };
                let speech = Speech {
                    number: number(comment),
                    language: self.world.speaks(comment.author),
                    bot: self.world.is_bot(comment.author).then_some(comment.author.0),
                    by_owner: comment.author == comment.owner,
                    answers,
                };
                let about = self.world.about(comment.photo, comment.owner);
                text.clear();
                match self.world.planted_text(comment) {
                    Some(planted) => text.push_str(planted),
                    None => self.wording.texts.comment(about, &speech, name, text),
                }
                match self.edition {
                    Edition::Course => course::comment(&self.ids, id, comment, text, &mut cells),
                    Edition::Platform => platform::comment(&self.ids, id, comment, text, &mut cells),
                }
                cells.end_row();
                id += 1;
            }
        }
        cells
    }

    fn likes<C: Cells>(&self, units: Range<u64>, first_id: i64, mut cells: C, scratch: &mut Scratch) -> C {
        let mut id = self.ids.before(Entity::Like) + first_id;
        for user in units {
            let user = UserId(user as u32);
            for like in self.world.likes(user, &mut scratch.likes) {
                match self.edition {
                    Edition::Course => {
                        cells.integer(self.ids.user(user));
                        cells.integer(self.ids.photo(like.photo));
                    }
                    Edition::Platform => {
                        cells.integer(id);
                        cells.integer(self.ids.photo(like.photo));
                        cells.integer(self.ids.user(user));
                        id += 1;
                    }
                }
                cells.time(like.created_at);
                cells.end_row();
            }
        }
        cells
    }

    fn follows<C: Cells>(&self, units: Range<u64>, mut cells: C, scratch: &mut Scratch) -> C {
        for user in units {
            let follower = UserId(user as u32);
            let born = self.world.signed_up(follower);
            for &followee in self.world.followees(follower, &mut scratch.follows) {
                cells.integer(self.ids.user(follower));
                cells.integer(self.ids.user(followee));
                cells.time(self.world.follow_time(follower, born, followee));
                cells.end_row();
            }
        }
        cells
    }

    fn tags<C: Cells>(&self, units: Range<u64>, mut cells: C) -> C {
        let names = self.wording.tag_names(self.world);
        for tag in units {
            let tag = TagId(tag as u32);
            cells.integer(self.ids.tag(tag));
            cells.text(names.name(tag));
            cells.time(self.world.tag_time(tag));
            cells.end_row();
        }
        cells
    }

    fn photo_tags<C: Cells>(&self, units: Range<u64>, mut cells: C, scratch: &mut Scratch) -> C {
        for photo in units {
            let photo = self.world.photo(PhotoId(photo as u32));
            self.world.tags_of(&photo, &mut scratch.tags);
            scratch.tags.sort();
            for tag in scratch.tags.as_slice() {
                cells.integer(self.ids.photo(photo.id));
                cells.integer(self.ids.tag(*tag));
                cells.end_row();
            }
        }
        cells
    }

    /// About how many rows these units have: what a progress bar needs.
    pub fn about(&self, table: &Table, units: &Range<u64>) -> u64 {
        ((units.end - units.start) as f64 * estimate::rows_per_unit(self.world, table.entity)) as u64
    }
}

/// The number that the text of a comment is drawn by.
fn number(comment: &Comment) -> u64 {
    u64::from(comment.photo.0) << 32 | u64::from(comment.ordinal)
}

impl Rows for WorldRows<'_> {
    type Scratch = Scratch;

    fn scratch(&self) -> Scratch {
        Scratch::default()
    }

    fn prepare(&self, table: &'static Table) {
        if self.needs_warm_up(table) {
            self.world.prepare_likes();
        }
    }

    fn needs_warm_up(&self, table: &'static Table) -> bool {
        table.entity == Entity::Like
    }

    fn units(&self, table: &'static Table) -> u64 {
        estimate::units(self.world, table.entity)
    }

    fn chunk_units(&self, table: &'static Table) -> u64 {
        let units = CHUNK_ROWS / estimate::rows_per_unit(self.world, table.entity).max(1.0);
        (units as u64).max(1).next_power_of_two()
    }

    fn rows_about(&self, table: &'static Table) -> u64 {
        estimate::rows_about(self.world, table.entity)
    }

    fn keys(&self, table: &'static Table) -> Vec<Keys> {
        let own = table.has_id().then(|| (table, self.rows_about(table)));
        let parents = table.columns.iter().filter_map(|column| column.references);
        let parents =
            parents.filter_map(|name| self.edition.tables().iter().find(|table| table.name == name));
        let all = own.into_iter().chain(parents.map(|table| (table, self.units(table))));
        all.map(|(table, count)| Keys { table, count: self.ids_before(table) as u64 + count }).collect()
    }

    fn ids_before(&self, table: &'static Table) -> i64 {
        if table.has_id() { self.ids.before(table.entity) } else { 0 }
    }

    fn count(&self, table: &'static Table, units: Range<u64>, scratch: &mut Scratch) -> u64 {
        match table.entity {
            Entity::User | Entity::Photo | Entity::Tag => units.end - units.start,
            Entity::Media => {
                units.map(|photo| u64::from(self.world.media(PhotoId(photo as u32)).count())).sum()
            }
            Entity::Like => {
                units.map(|user| self.world.likes(UserId(user as u32), &mut scratch.likes).len() as u64).sum()
            }
            Entity::Follow => units
                .map(|user| self.world.followees(UserId(user as u32), &mut scratch.follows).len() as u64)
                .sum(),
            Entity::PhotoTag => {
                let tags_of = |photo| {
                    self.world.tags_of(&self.world.photo(PhotoId(photo as u32)), &mut scratch.tags);
                    scratch.tags.as_slice().len() as u64
                };
                units.map(tags_of).sum()
            }
            Entity::Comment => {
                let before = |window: u64| self.world.comments_before(window as u32);
                before(units.end) - before(units.start)
            }
        }
    }

    fn write<C: Cells>(
        &self,
        table: &'static Table,
        units: Range<u64>,
        first_id: i64,
        cells: C,
        scratch: &mut Scratch,
    ) -> C {
        match table.entity {
            Entity::User => self.users(units, cells, scratch),
            Entity::Photo => self.photos(units, cells, scratch),
            Entity::Media => self.media(units, first_id, cells, scratch),
            Entity::Comment => self.comments(units, first_id, cells, scratch),
            Entity::Like => self.likes(units, first_id, cells, scratch),
            Entity::Follow => self.follows(units, cells, scratch),
            Entity::Tag => self.tags(units, cells),
            Entity::PhotoTag => self.photo_tags(units, cells, scratch),
        }
    }
}

//! One pass over each table, parents first: checks every row against the rules and keeps what the figures
//! need. There is one file per entity, which looks up the entity's columns by name once per table.
//!
//! Memory grows with users and photos (about forty bytes each), never with likes, follows, comments or texts.

mod comment;
mod follow;
mod like;
mod media;
mod photo;
mod photo_tag;
mod tag;
mod user;

use super::keys::{Pairs, Texts, hash};
use super::rules::{Findings, Rule};
use super::shape::Shape;
use crate::edition::{Cell, Edition, Entity, Table};

/// Follows and likes of about this many people are kept to see how they relate.
const SAMPLED_USERS: u64 = 10_000;

/// Processes the rows of one entity; knows where their columns are.
trait Take {
    fn take(&self, row: Row<'_>, survey: &mut Survey);

    /// The table was read to its end.
    fn end(&self, _table: &'static Table, _survey: &mut Survey) {}
}

/// Everything that is known after the tables have been read.
#[derive(Debug)]
pub(super) struct Survey {
    pub findings: Findings,
    pub people: user::People,
    pub photos: photo::Photos,
    pub comments: comment::Comments,
    pub tags: tag::Tags,
    pub sample: follow::Sample,
}

/// What is known about the table that is being read.
pub(super) struct Reading {
    pub table: &'static Table,
    rows: Box<dyn Take>,
    created: Option<usize>,
    updated: Option<usize>,
    /// The columns of a pair that must be unique but is not the primary key: who likes which photo.
    pub pair: Option<(usize, usize)>,
    /// Its primary keys and those pairs.
    pub keys: Pairs,
    pub pairs: Pairs,
}

impl Reading {
    pub fn new(table: &'static Table, edition: Edition) -> Reading {
        let rows: Box<dyn Take> = match table.entity {
            Entity::User => Box::new(user::Columns::new(table, edition)),
            Entity::Photo => Box::new(photo::Columns::new(table, edition)),
            Entity::Media => Box::new(media::Columns::new(table, edition)),
            Entity::Comment => Box::new(comment::Columns::new(table, edition)),
            Entity::Like => Box::new(like::Columns::new(table, edition)),
            Entity::Follow => Box::new(follow::Columns::new(table)),
            Entity::Tag => Box::new(tag::Columns::new(table)),
            Entity::PhotoTag => Box::new(photo_tag::Columns::new(table, edition)),
        };
        let has_pair = table.entity == Entity::Like && table.has_id();
        Reading {
            table,
            rows,
            created: table.column("created_at"),
            updated: table.column("updated_at"),
            pair: has_pair.then(|| like::Columns::new(table, edition).pair()),
            keys: Pairs::default(),
            pairs: Pairs::default(),
        }
    }

    /// The primary key of a row; the second half of a generated key is 0.
    pub fn key(&self, cells: &[Cell<'_>]) -> (i64, i64) {
        let mut key = cells[..self.table.key().len()].iter().map(|cell| cell.integer().unwrap_or_default());
        (key.next().unwrap_or_default(), key.next().unwrap_or_default())
    }

    /// The pair of a row that must be unique besides its primary key.
    pub fn pair(&self, cells: &[Cell<'_>]) -> Option<(i64, i64)> {
        let at = |place: usize| cells[place].integer().unwrap_or_default();
        self.pair.map(|(first, second)| (at(first), at(second)))
    }
}

impl Survey {
    pub fn new(edition: Edition) -> Survey {
        Survey {
            findings: Findings::new(edition),
            people: user::People::default(),
            photos: photo::Photos::default(),
            comments: comment::Comments::default(),
            tags: tag::Tags::default(),
            sample: follow::Sample::default(),
        }
    }

    /// Takes a row of the table that is being read.
    pub fn row(&mut self, reading: &mut Reading, cells: &[Cell<'_>]) {
        let key = reading.key(cells);
        let time = |at: Option<usize>| Some(cells[at?].time()?.0);
        let row = Row { table: reading.table, cells, key, created: time(reading.created) };
        for (column, cell) in reading.table.columns.iter().zip(cells) {
            if *cell == Cell::Null && !column.nullable {
                self.findings
                    .broken(Rule::Required, || format!("{}: {} is NULL", row.describe(), column.name));
            }
            if let (Some(most), Some(text)) = (column.max_chars, cell.text())
                && text.len() > most
                && text.chars().count() > most
            {
                self.findings.broken(Rule::Length, || format!("{}: {}", row.describe(), column.name));
            }
        }
        if let (Some(created), Some(updated)) = (row.created, time(reading.updated)) {
            self.findings.hold(Rule::UpdateTime, updated >= created, || row.describe());
        }
        reading.rows.take(row, self);
        reading.keys.push(key);
        if let Some(pair) = reading.pair(cells) {
            reading.pairs.push(pair);
        }
    }

    /// The table was read to its end.
    pub fn end(&mut self, reading: &Reading) {
        reading.rows.end(reading.table, self);
    }

    /// What the figures are taken from.
    pub fn shape(&mut self, comments: u64, likes: u64) -> Shape<'_> {
        let Survey { people, photos, comments: texts, tags, sample, .. } = self;
        let seen = texts.texts.len() as u64;
        Shape {
            users: people.keys.len(),
            posts: photos.keys.len(),
            born: &people.born,
            followees: &people.followees,
            followers: &people.followers,
            photos_of_user: &people.photos,
            likes_of_user: &people.likes,
            name_chars: people.name_chars,
            names_ending_in_digit: people.names_ending_in_digit,
            likes: &photos.likes,
            held_likes: likes,
            tags: &photos.tags,
            hours: photos.hours,
            last: photos.last,
            photos_out_of_order: photos.out_of_order,
            comments_out_of_order: texts.out_of_order,
            captions_at_odds: Some(photos.captions_at_odds()),
            edges: sample.edges,
            mutual: sample.mutual,
            sampled_likes: sample.likes,
            likes_of_followers: sample.likes_of_followers,
            delays: std::mem::take(&mut sample.delays),
            all_likes: likes,
            all_comments: comments,
            lengths: &texts.lengths,
            texts: seen,
            repeated_texts: std::mem::take(&mut texts.texts).repeated(),
            tag_uses: std::mem::take(&mut tags.uses),
        }
    }

    fn is_sampled(&self, person: usize) -> bool {
        let people = self.people.keys.len() as u64;
        people <= SAMPLED_USERS || hash(person.to_le_bytes().into_iter()) % people < SAMPLED_USERS
    }

    /// The place of the person whose key a column holds.
    fn person(&mut self, row: Row<'_>, at: usize) -> Option<usize> {
        let place = self.people.keys.place(row.cells[at].integer()?);
        self.findings.hold(Rule::Reference, place.is_some(), || format!("{}: no such user", row.describe()));
        place
    }

    fn photo(&mut self, row: Row<'_>, at: usize) -> Option<usize> {
        let place = self.photos.keys.place(row.cells[at].integer()?);
        self.findings.hold(Rule::Reference, place.is_some(), || format!("{}: no such photo", row.describe()));
        place
    }
}

/// A row on its way through the rules.
#[derive(Clone, Copy)]
struct Row<'a> {
    table: &'static Table,
    cells: &'a [Cell<'a>],
    key: (i64, i64),
    created: Option<u32>,
}

impl<'a> Row<'a> {
    fn text(&self, at: usize) -> Option<&'a str> {
        self.cells[at].text()
    }

    /// The table and the key, for an example.
    fn describe(&self) -> String {
        let (first, second) = self.key;
        if self.table.has_id() {
            format!("{} {first}", self.table.name)
        } else {
            format!("{} ({first}, {second})", self.table.name)
        }
    }
}

/// The place of the column that holds keys of an entity's table. Panics if there is none.
fn place_of(entity: Entity, table: &Table, edition: Edition) -> usize {
    let parent = edition.table_of(entity).map_or("", |parent| parent.name);
    let place = table.places_to(parent).next();
    place.unwrap_or_else(|| panic!("the table {} refers to {parent}", table.name))
}

fn repeated_keys(findings: &mut Findings, table: &Table, keys: Vec<i64>) {
    for key in keys {
        findings.broken(Rule::Key, || format!("{} {key}", table.name));
    }
}

fn repeated_texts(findings: &mut Findings, rule: Rule, texts: Texts) {
    for _ in 0..texts.repeated() {
        findings.broken(rule, || "found by their hashes".to_owned());
    }
}

#[cfg(test)]
mod tests;

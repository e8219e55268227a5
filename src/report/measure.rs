//! What a data set is measured by: one pass over each table, and a second one over the follows.
//!
//! Memory grows with users only: about forty bytes each, because every figure about people needs their degrees, and a
//! distance needs to know who was reached. Of photos, every one is held up to a million, then every second, every
//! fourth and so on. Everything else is a histogram, or a sample of fixed size.

mod bins;
mod follows;
mod languages;
mod network;
mod photos;
mod rewired;
mod rows;

use std::collections::BTreeMap;

use serde::Serialize;

pub use bins::{Bin, Point};
pub use languages::LanguageShare;
pub use network::{Clustered, Network};

use crate::check::{Figure, Progress};
use crate::edition::{Cell, Cells, Edition, Table};
use crate::fingerprint::Fingerprint;
use crate::read::{ReadError, Source};
use crate::sink::digest::{Digest, Digester};
use crate::time::Time;
use rows::Survey;

/// Rows of each table that a page shows.
const SHOWN: usize = 3;
/// Rows between two reports of progress.
const ROWS_TOLD: u64 = 1 << 14;
/// A longer text is cut where it is shown.
const LONGEST_CELL: usize = 80;

/// Everything that was measured.
#[derive(Debug, Serialize)]
pub struct Measures {
    pub edition: &'static str,
    pub fingerprint: Fingerprint,
    pub rows: BTreeMap<&'static str, u64>,
    /// Single numbers, with the bands that they should be in.
    pub figures: Vec<Figure>,
    pub charts: Charts,
    /// The first rows of each table.
    #[serde(skip)]
    pub samples: Vec<Sample>,
    /// What each table adds up to.
    #[serde(skip)]
    pub digests: Vec<(&'static Table, Digest)>,
}

/// The points of the charts: all are binned, so that there are as many for a large data set as for a small one.
#[derive(Debug, Serialize)]
pub struct Charts {
    pub users: u64,
    pub photos: u64,
    /// Every how many photos one was held for the charts about photos.
    pub photos_step: u64,
    /// The share of users with at least so many followers, and who follow at least so many.
    pub followers: Vec<Point>,
    pub followees: Vec<Point>,
    pub most_followers: u32,
    /// The share of liked photos with at least so many likes.
    pub likes: Vec<Point>,
    /// Mean and standard deviation of the logarithm of the likes of liked photos.
    pub likes_ln: (f64, f64),
    /// Photos by the followers of their owner.
    pub engagement: Vec<Engagement>,
    /// Photos by day of the week, Monday first, and hour, UTC.
    pub week: [[u64; 24]; 7],
    /// The share of likes that came within so many seconds.
    pub delays: Vec<Point>,
    pub delays_seen: u64,
    pub months: Vec<Month>,
    /// Rank and uses of hashtags.
    pub tags: Vec<Point>,
    /// Photos with no tag, one, two and so on.
    pub tags_per_photo: Vec<u64>,
    /// Users by the number of their photos.
    pub photos_per_user: Vec<Bin>,
    pub network: Network,
    pub causality: Vec<Causality>,
    /// Comments by the number of their characters.
    pub comment_lengths: Vec<Bin>,
    pub languages: Vec<LanguageShare>,
}

/// Photos whose owners have about the same number of followers.
#[derive(Debug, Serialize)]
pub struct Engagement {
    /// From this many followers to less than the next one.
    pub from: u32,
    pub to: u32,
    pub photos: u64,
    pub median_likes: u32,
    pub mean_likes: f64,
    /// Likes of a photo for each follower of its owner.
    pub rate: f64,
}

/// What was new in a month.
#[derive(Debug, Serialize)]
pub struct Month {
    pub year: u32,
    pub month: u32,
    pub users: u64,
    pub photos: u64,
    pub likes: u64,
}

/// A rule about time, and how many rows keep it.
#[derive(Debug, Serialize)]
pub struct Causality {
    pub rule: &'static str,
    pub rows: u64,
    pub kept: u64,
}

/// The first rows of a table.
#[derive(Debug)]
pub struct Sample {
    pub table: &'static Table,
    pub rows: Vec<Vec<Option<String>>>,
}

/// Reads and measures everything. The tables must have the edition's columns.
pub fn measure(
    source: &mut dyn Source,
    edition: Edition,
    progress: &mut dyn Progress,
) -> Result<Measures, ReadError> {
    let mut survey = Survey::default();
    let mut digests = Vec::new();
    let mut samples = Vec::new();
    for table in edition.tables_by_entity() {
        let mut digester = Digester::default();
        let mut shown = Vec::new();
        let columns = rows::Columns::new(table, edition);
        each_row(source, table, progress, &mut |cells| {
            cells.iter().for_each(|cell| cell.put(&mut digester));
            digester.end_row();
            if shown.len() < SHOWN {
                shown.push(cells.iter().map(shown_cell).collect());
            }
            survey.row(&columns, cells);
        })?;
        survey.end(table);
        digests.push((table, digester.sum()));
        samples.push(Sample { table, rows: shown });
    }
    let mut links = survey.follows.links(survey.people.len());
    let follows = edition.tables().iter().find(|table| links.is_wanted(table));
    if let Some(table) = follows {
        let (from, to) = (table.place("follower_id"), table.place("followee_id"));
        each_row(source, table, progress, &mut |cells| {
            let place = |at: usize| survey.people.place(cells[at].integer()?);
            if let (Some(from), Some(to)) = (place(from), place(to)) {
                links.edge(from, to);
            }
        })?;
    }
    let rows: BTreeMap<_, _> = digests.iter().map(|(table, digest)| (table.name, digest.rows)).collect();
    let network = links.network(&survey.people.followees, &survey.people.followers);
    let (figures, charts) = survey.finish(edition, &rows, network);
    samples.sort_by_key(|sample| edition.tables().iter().position(|table| table.name == sample.table.name));
    Ok(Measures {
        edition: edition.name(),
        fingerprint: Fingerprint::new(edition, digests.iter().copied()),
        rows,
        figures,
        charts,
        samples,
        digests,
    })
}

fn each_row(
    source: &mut dyn Source,
    table: &'static Table,
    progress: &mut dyn Progress,
    each: &mut dyn FnMut(&[Cell<'_>]),
) -> Result<(), ReadError> {
    progress.begin(table);
    let mut untold = 0;
    source.read(table, &mut |cells| {
        each(cells);
        untold += 1;
        if untold == ROWS_TOLD {
            progress.rows(std::mem::take(&mut untold));
        }
        Ok(())
    })?;
    progress.rows(untold);
    progress.end(table);
    Ok(())
}

/// A cell as a page shows it; none is NULL.
fn shown_cell(cell: &Cell<'_>) -> Option<String> {
    match *cell {
        Cell::Null => None,
        Cell::Integer(number) => Some(number.to_string()),
        Cell::Time(Time(seconds)) => Some(Time(seconds).to_string()),
        Cell::Text(text) => Some(cut(text)),
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST_CELL) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

//! Loading on real engines: what arrives, what is put back, what an interruption leaves.

use std::ops::Range;
use std::sync::atomic::AtomicBool;

use instaseed::edition::{Cells, Edition, Fact, Keys, Rows, Table};
use instaseed::load::{self, DataSet, Mode, Options};
use instaseed::migration::{Goal, Runner, Source};
use instaseed::time::Time;

use crate::support::{self, TestDb};

/// A small world that needs no generator: so many users, each with a photo, a comment, some follows and likes.
struct Grid {
    users: u64,
}

const LIKES: u64 = 3;

impl Rows for Grid {
    type Scratch = String;

    fn scratch(&self) -> String {
        String::new()
    }

    fn units(&self, table: &'static Table) -> u64 {
        match table.fact {
            Fact::Tag => 5,
            _ => self.users,
        }
    }

    fn chunk_units(&self, _: &'static Table) -> u64 {
        100
    }

    fn keys(&self, table: &'static Table) -> Vec<Keys> {
        vec![Keys { table, count: self.units(table) * LIKES }]
    }

    fn count(&self, _: &'static Table, units: Range<u64>, _: &mut String) -> u64 {
        units.end - units.start
    }

    fn write<C: Cells>(
        &self,
        table: &'static Table,
        units: Range<u64>,
        first_id: i64,
        mut cells: C,
        text: &mut String,
    ) -> C {
        let time = |unit: u64| Time(1_600_000_000 + unit as u32);
        let say = |cells: &mut C, text: &mut String, words: std::fmt::Arguments<'_>| {
            text.clear();
            std::fmt::Write::write_fmt(text, words).unwrap();
            cells.text(text);
        };
        for (unit, id) in units.clone().zip(first_id..) {
            let key = unit as i64 + 1;
            let next = |step: u64| ((unit + step) % self.users) as i64 + 1;
            match table.fact {
                Fact::User => {
                    cells.integer(key);
                    say(&mut cells, text, format_args!("user_{unit}"));
                    cells.time(time(unit));
                    cells.end_row();
                }
                Fact::Photo => {
                    cells.integer(key);
                    say(&mut cells, text, format_args!("https://example.com/{unit}.jpg"));
                    cells.integer(next(1));
                    cells.time(time(unit));
                    cells.end_row();
                }
                Fact::Comment => {
                    cells.integer(id);
                    say(
                        &mut cells,
                        text,
                        format_args!("it's a \"tab\t\" and a \\ and\na line, \u{1F600} {unit}"),
                    );
                    cells.integer(next(2));
                    cells.integer(next(3));
                    if unit % 5 == 0 {
                        cells.null()
                    } else {
                        cells.time(time(unit))
                    }
                    cells.end_row();
                }
                Fact::Like => {
                    let mut photos: Vec<_> = (1..=LIKES).map(|step| next(step * 7)).collect();
                    photos.sort_unstable();
                    photos.dedup();
                    for photo in photos {
                        cells.integer(key);
                        cells.integer(photo);
                        cells.time(time(unit));
                        cells.end_row();
                    }
                }
                Fact::Follow => {
                    cells.integer(key);
                    cells.integer(next(1));
                    cells.time(time(unit));
                    cells.end_row();
                }
                Fact::Tag => {
                    cells.integer(key);
                    say(&mut cells, text, format_args!("tag{unit}"));
                    cells.time(time(unit));
                    cells.end_row();
                }
                Fact::PhotoTag => {
                    cells.integer(key);
                    cells.integer((unit % 5) as i64 + 1);
                    cells.end_row();
                }
                Fact::Media => unreachable!("the course has no media"),
            }
        }
        cells
    }
}

fn migrated(test: &TestDb) {
    let mut db = test.connect();
    let source = Source::embedded(test.engine()).unwrap();

    Runner::new(&mut db, &source, Default::default(), &mut ()).run(&Goal::To("course".into())).unwrap();
}

fn data() -> DataSet {
    DataSet {
        edition: Edition::Course,
        generator_version: 1,
        profile: "users = 5 # a \\ and a '\n".to_owned(),
    }
}

static NEVER: AtomicBool = AtomicBool::new(false);

fn options(mode: Mode) -> Options<'static> {
    Options { mode, threads: 2, stop: &NEVER, observer: &() }
}

#[test]
fn a_load_fills_every_table_and_leaves_the_catalogue_as_it_was() {
    support::each_engine(|test| {
        migrated(test);
        let before = test.connect().catalogue().unwrap().to_string();
        let rows = Grid { users: 5000 };
        let summary = load::load(test.target(), &data(), &rows, options(Mode::Fresh)).unwrap();
        assert_eq!(summary.rows(), 5000 * 8 + 5, "{:?}", summary.tables);
        assert_eq!(test.connect().catalogue().unwrap().to_string(), before);
        assert!(load::interrupted(&mut test.connect()).unwrap().is_none());
    });
}

//! The promise of docs/determinism.md: golden fingerprints of each profile, and what a cut by time keeps.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use instaseed::edition::{Cells, Edition, Entity, Kind, Rows, Table, WorldRows};
use instaseed::fingerprint::Fingerprint;
use instaseed::profile::{Profile, ProfileOverrides};
use instaseed::run::{Options, digest};
use instaseed::time::Time;
use instaseed::world::World;

static NEVER: AtomicBool = AtomicBool::new(false);

fn world(profile: &str, users: Option<i64>) -> World {
    let overrides = ProfileOverrides { users, ..ProfileOverrides::default() };
    World::new(&Profile::load(profile, &overrides).expect("the profile is there"))
        .expect("the world is possible")
}

fn fingerprint(world: &World, edition: Edition, threads: usize) -> Fingerprint {
    let rows = WorldRows::new(world, edition).expect("the words are embedded");
    let tables: Vec<_> = edition.tables().iter().collect();
    let options = Options { threads, stop: &NEVER, observer: &() };
    let digests = digest(&rows, &tables, options).expect("nothing can fail");
    Fingerprint::new(edition, tables.into_iter().zip(digests))
}

/// A change here changes what every user gets for a seed: raise `GENERATOR_VERSION` with it.
#[test]
fn every_profile_has_its_golden_fingerprint() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/fingerprints.json");
    let mut found = BTreeMap::new();
    for (profile, _) in Profile::list() {
        let world = world(profile, (profile == Profile::SCALING).then_some(3000));
        for edition in Edition::ALL {
            let fingerprint = fingerprint(&world, edition, 2);
            let fingerprint = serde_json::to_value(fingerprint).expect("a fingerprint is plain data");
            found.insert(format!("{profile} {edition}"), fingerprint);
        }
    }
    let found = serde_json::to_string_pretty(&found).expect("a map of plain data") + "\n";
    if std::env::var_os("INSTASEED_UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &found).expect("the repository can be written");
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == golden,
        "INSTASEED_UPDATE_GOLDEN=1 rewrites {}, if it is meant\n{found}",
        path.display()
    );
}

#[test]
fn another_seed_is_another_world() {
    let seeded = |seed| {
        let overrides =
            ProfileOverrides { seed: Some(seed), users: Some(300), ..ProfileOverrides::default() };
        let world = World::new(&Profile::load("social", &overrides).unwrap()).unwrap();
        fingerprint(&world, Edition::Course, 1).tables
    };
    let (one, two) = (seeded(1), seeded(2));
    for (table, digest) in &one {
        assert!(*table == "tags" || two[table] != *digest, "{table}");
    }
    assert_eq!(one, seeded(1));
}

/// The rows of a table as (integers, last time).
#[derive(Default)]
struct Kept {
    rows: Vec<(Vec<i64>, Option<Time>)>,
    now: (Vec<i64>, Option<Time>),
}

impl Cells for Kept {
    fn integer(&mut self, value: i64) {
        self.now.0.push(value);
    }

    fn text(&mut self, _: &str) {}

    fn time(&mut self, value: Time) {
        self.now.1 = Some(value);
    }

    fn null(&mut self) {}

    fn end_row(&mut self) {
        self.rows.push(std::mem::take(&mut self.now));
    }
}

fn rows_of(rows: &WorldRows<'_>, table: &'static Table, units: Range<u64>, first_id: i64) -> Kept {
    rows.write(table, units, first_id, Kept::default(), &mut rows.scratch())
}

#[test]
fn rows_do_not_depend_on_how_units_are_cut() {
    let world = world("social", Some(500));
    for edition in Edition::ALL {
        let rows = WorldRows::new(&world, edition).unwrap();
        for table in edition.tables() {
            let units = rows.units(table);
            let whole = rows_of(&rows, table, 0..units, 1).rows;
            for cut in [1, units / 3, units - 1] {
                let mut parts = rows_of(&rows, table, 0..cut, 1).rows;
                let next = if table.ids_are_counted() { parts.len() as i64 + 1 } else { 1 };
                assert_eq!(
                    rows.count(table, 0..cut, &mut rows.scratch()),
                    parts.len() as u64,
                    "{}",
                    table.name
                );
                parts.extend(rows_of(&rows, table, cut..units, next).rows);
                assert!(parts == whole, "{edition} {} cut at {cut}", table.name);
            }
        }
    }
}

/// Growing a data set means to choose its final size once and to cut it by time: what came before a moment is a
/// prefix of users, photos, comments and tags, and refers to nothing that came later.
#[test]
fn a_cut_by_time_is_a_whole_smaller_world() {
    let world = world("social", Some(1000));
    let edition = Edition::Course;
    let rows = WorldRows::new(&world, edition).unwrap();
    for moment in ["2013-06-01", "2016-01-01", "2020-07-15"].map(|text| Time::parse(text).unwrap()) {
        let mut kept: BTreeMap<&str, i64> = BTreeMap::new();
        for table in edition.tables() {
            let all = rows_of(&rows, table, 0..rows.units(table), 1).rows;
            let before = |row: &&(Vec<i64>, Option<Time>)| row.1.is_some_and(|time| time < moment);
            let early: Vec<_> = all.iter().filter(before).collect();
            if table.has_id() {
                let ids: Vec<_> = early.iter().map(|row| row.0[0]).collect();
                assert_eq!(ids, (1..=early.len() as i64).collect::<Vec<_>>(), "{} is a prefix", table.name);
                kept.insert(table.name, early.len() as i64);
            }
            assert!(
                table.entity == Entity::PhotoTag || early.len() < all.len() || table.entity == Entity::Tag
            );
            let integers: Vec<_> =
                table.columns.iter().filter(|column| column.kind == Kind::Integer).collect();
            for row in early {
                for (column, value) in integers.iter().zip(&row.0) {
                    let Some(parent) = column.references else { continue };
                    assert!(
                        *value <= kept[parent],
                        "{}.{} leads to what came later",
                        table.name,
                        column.name
                    );
                }
            }
        }
    }
}

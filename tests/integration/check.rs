//! `instaseed check`: what is whole is found whole, and every kind of damage is found.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use instaseed::check::check;
use instaseed::edition::{Edition, WorldRows};
use instaseed::fingerprint::{Fingerprint, GENERATOR_VERSION};
use instaseed::format::Format;
use instaseed::load::{self, DataSet};
use instaseed::migration::{Goal, Runner, Source};
use instaseed::profile::{Profile, ProfileOverrides};
use instaseed::read::Stored;
use instaseed::run;
use instaseed::world::World;

use crate::support::{each_engine, instaseed, object, scratch};

fn generated(edition: &str) -> PathBuf {
    let dir = scratch();
    let out = dir.to_str().unwrap();
    instaseed(&["generate", "--users", "300", "--edition", edition, "--out", out]).run().expect(0);
    // The rules are meant here: with a manifest, damage is found before them.
    fs::remove_file(dir.join("manifest.json")).unwrap();
    dir
}

fn checked(dir: &Path, code: i32) -> serde_json::Value {
    let call = instaseed(&["check", dir.to_str().unwrap(), "--json"]).run().expect(code);
    serde_json::from_str(&call.stdout).expect("one JSON object")
}

/// The rules that are broken.
fn broken(report: &serde_json::Value) -> Vec<&str> {
    let rules = report["rules"].as_array().unwrap().iter();
    rules.filter(|rule| rule["broken"] != 0).map(|rule| rule["rule"].as_str().unwrap()).collect()
}

#[test]
fn generated_files_are_whole_and_keep_their_fingerprint_in_every_format() {
    for edition in ["course", "platform"] {
        let fingerprint = |format: &Format| {
            let dir = scratch();
            let out = dir.to_str().unwrap();
            let dialect = format.dialect().map_or(vec![], |dialect| vec!["--dialect", dialect.name()]);
            let world = ["generate", "--users", "300", "--edition", edition, "--format", format.name()];
            let world = [&world[..], &dialect].concat();
            let call = instaseed(&[&world[..], &["--out", out, "--json"]].concat()).run().expect(0);
            let (written, report) = (object(&call), checked(&dir, 0));
            assert_eq!(report["ok"], true);
            assert_eq!(report["edition"], edition);
            assert_eq!(report["fingerprint"], written["fingerprint"]);
            assert_eq!(report["rows"], written["rows"]);
            assert_eq!(broken(&report), Vec::<&str>::new());
            let hashtags = "captions with other hashtags than the post";
            let shape = report["shape"].as_array().unwrap();
            let figure = shape.iter().find(|figure| figure["name"] == hashtags).expect("it is measured");
            assert_eq!(figure["value"], 0.0, "every script is read, Devanagari with its marks too");
            report["fingerprint"].clone()
        };
        let fingerprints: Vec<_> = Format::ALL.iter().map(fingerprint).collect();
        assert!(fingerprints.iter().all(|other| *other == fingerprints[0]), "{fingerprints:?}");
    }
}

/// Changes a line of a file, counted from 1 below the header.
fn change(dir: &Path, table: &str, line: usize, change: impl Fn(&str) -> String) {
    let path = dir.join(format!("{table}.csv"));
    let text = fs::read_to_string(&path).unwrap();
    let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
    lines[line] = change(&lines[line]);
    fs::write(path, lines.join("\n") + "\n").unwrap();
}

fn cell(line: &str, at: usize, value: &str) -> String {
    let mut cells: Vec<_> = line.split(',').collect();
    cells[at] = value;
    cells.join(",")
}

#[test]
fn every_kind_of_damage_is_found() {
    type Damage = fn(&Path);
    let cases: [(&str, &str, Damage); 16] = [
        ("course", "keys are unique", |dir| change(dir, "users", 5, |line| cell(line, 0, "4"))),
        ("course", "every reference exists", |dir| change(dir, "likes", 9, |line| cell(line, 0, "999999"))),
        ("course", "required values are not NULL", |dir| change(dir, "users", 5, |line| cell(line, 1, ""))),
        ("course", "no like, follow or tag of a photo", |dir| {
            change(dir, "follows", 9, |line| format!("{line}\n{line}"));
        }),
        ("course", "usernames are unique", |dir| {
            change(dir, "users", 9, |line| {
                let first = fs::read_to_string(dir.join("users.csv")).unwrap();
                cell(line, 1, &first.lines().nth(1).unwrap().split(',').nth(1).unwrap().to_uppercase())
            })
        }),
        ("course", "tag names are unique", |dir| {
            change(dir, "tags", 2, |line| cell(line, 1, "same"));
            change(dir, "tags", 3, |line| cell(line, 1, "same"));
        }),
        ("course", "texts fit their columns", |dir| {
            change(dir, "users", 9, |line| cell(line, 1, &"x".repeat(256)));
        }),
        ("course", "nobody follows himself", |dir| {
            change(dir, "follows", 9, |line| cell(line, 1, line.split(',').next().unwrap()));
        }),
        ("course", "no photo is older than", |dir| {
            change(dir, "photos", 9, |line| cell(line, 3, "1990-01-01 00:00:00"));
        }),
        ("course", "no like is older than", |dir| {
            change(dir, "likes", 9, |line| cell(line, 2, "1990-01-01 00:00:00"));
        }),
        ("course", "no follow is older than", |dir| {
            change(dir, "follows", 9, |line| cell(line, 2, "1990-01-01 00:00:00"));
        }),
        ("platform", "usernames have 3 to 50 letters", |dir| {
            change(dir, "users", 5, |line| cell(line, 1, "a.b"))
        }),
        ("platform", "e-mail addresses have one @", |dir| {
            change(dir, "users", 5, |line| cell(line, 2, "nobody"))
        }),
        ("platform", "media are IMAGE or VIDEO", |dir| {
            change(dir, "media", 5, |line| cell(line, 3, "AUDIO"))
        }),
        ("platform", "media_order is 1 to 10", |dir| change(dir, "media", 5, |line| cell(line, 4, "11"))),
        ("platform", "no like, follow or tag of a photo", |dir| {
            change(dir, "likes", 9, |line| format!("{line}\n{}", cell(line, 0, "77777777")));
        }),
    ];
    for (edition, rule, damage) in cases {
        let dir = generated(edition);
        damage(&dir);
        let report = checked(&dir, 1);
        assert_eq!(report["ok"], false);
        assert!(broken(&report).iter().any(|found| found.starts_with(rule)), "{rule}: {:?}", broken(&report));
    }
}

#[test]
fn a_row_that_was_altered_or_lost_changes_the_fingerprint() {
    let dir = generated("course");
    let whole = checked(&dir, 0);
    change(&dir, "users", 5, |line| cell(line, 1, "somebody_else"));
    change(&dir, "follows", 5, |line| cell(line, 2, "2021-11-30 00:00:00"));
    let other = checked(&dir, 0);
    for (table, digest) in whole["fingerprint"]["tables"].as_object().unwrap() {
        let same = other["fingerprint"]["tables"][table] == *digest;
        assert_eq!(same, !matches!(table.as_str(), "users" | "follows"), "{table}");
    }
}

#[test]
fn what_cannot_be_read_is_an_error_with_its_place() {
    let dir = generated("course");
    change(&dir, "likes", 3, |line| cell(line, 2, "yesterday"));
    let call = instaseed(&["check", dir.to_str().unwrap()]).run().expect(2);
    assert!(call.stderr.contains("likes.csv, line 4: created_at is not a valid time"), "{}", call.stderr);
    fs::remove_file(dir.join("tags.csv")).unwrap();
    let call = instaseed(&["check", dir.to_str().unwrap()]).run().expect(2);
    assert!(call.stderr.contains("does not have the tables of any edition"), "{}", call.stderr);
}

static NEVER: AtomicBool = AtomicBool::new(false);

fn load_options() -> load::Options<'static> {
    let lock_timeout = Duration::from_secs(60);
    load::Options { threads: 2, lock_timeout, ..load::Options::default() }
}

#[test]
fn what_every_engine_gives_back_has_the_generator_s_fingerprint() {
    let overrides = ProfileOverrides { users: Some(150), ..ProfileOverrides::default() };
    let world = World::new(&Profile::load("social", &overrides).unwrap()).unwrap();
    for edition in Edition::ALL {
        let rows = WorldRows::new(&world, edition).unwrap();
        let tables: Vec<_> = edition.tables().iter().collect();
        let options = run::Options { threads: 2, stop: &NEVER, observer: &() };
        let digests = run::digest(&rows, &tables, options).unwrap();
        let made = Fingerprint::new(edition, tables.iter().copied().zip(digests));
        each_engine(|test| {
            let mut db = test.connect();
            let source = Source::embedded(test.engine()).unwrap();
            Runner::new(&mut db, &source, Default::default()).run(&Goal::To(edition.to_string())).unwrap();
            let data = DataSet {
                edition,
                generator_version: GENERATOR_VERSION,
                profile: String::new(),
                origin: None,
            };
            load::load(test.target(), &data, &rows, load_options()).unwrap();
            let report = check(&mut Stored::new(&mut db, String::new()).unwrap(), edition, &mut ()).unwrap();
            assert_eq!(report.fingerprint, made);
            assert!(report.ok, "{:?}", report.rules);
            let call = instaseed(&["check", "--json", "--database-url", &test.url()]).run().expect(0);
            let told: serde_json::Value = serde_json::from_str(&call.stdout).unwrap();
            assert_eq!(told["fingerprint"], serde_json::to_value(&made).unwrap());
        });
    }
}

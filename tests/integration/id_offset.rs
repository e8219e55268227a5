//! Ids in a range of their own for each table: loaded, interrupted, undone, written to files, appended to.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use instaseed::edition::{Edition, WorldRows};
use instaseed::fingerprint::GENERATOR_VERSION;
use instaseed::load::{DataSet, Mode, Observer, Options, load};
use instaseed::plan::Part;
use instaseed::profile::{Profile, ProfileOverrides};
use instaseed::run;
use instaseed::world::World;

use crate::migrate::number;
use crate::support::{TestDb, each_engine, instaseed, object, on, scratch, sql};

const TINY: [&str; 6] = ["--profile", "tiny", "--edition", "platform", "--id-offset", "1000"];

#[test]
fn every_table_has_a_range_of_its_own_on_every_engine() {
    each_engine(|test| {
        let words = format!("setup {}", TINY.join(" "));
        on(test, &words).expect(0);
        let mut db = test.connect();
        let with_ids = Edition::Platform.tables().iter().filter(|table| table.has_id());
        for (table, place) in with_ids.zip(1..) {
            let (id, name, before) = (table.id().name, table.name, place * 1000);
            let count =
                |condition: &str| format!("SELECT count(*) AS number FROM {name} WHERE {id} {condition}");
            assert_eq!(number(&mut db, &count(&format!("= {}", before + 1))), 1, "{name}");
            let outside = format!("NOT BETWEEN {} AND {}", before + 1, before + 1000);
            assert_eq!(number(&mut db, &count(&outside)), 0, "{name}");
        }
        // A join of two columns that have nothing in common finds nothing.
        let wrong = "SELECT count(*) AS number FROM likes JOIN users ON users.user_id = likes.post_id";
        assert_eq!(number(&mut db, wrong), 0);
        drop(db);
        let checked = object(&on(test, "check --json").expect(0));
        let folder = scratch();
        let mut words = vec!["generate", "--json", "--out", folder.to_str().unwrap()];
        words.extend(TINY);
        let written = object(&instaseed(&words).run().expect(0));
        assert_eq!(checked["fingerprint"], written["fingerprint"]);
        // The next row of an application comes after them.
        sql(test, "INSERT INTO tags (tag_name, created_at) VALUES ('mine', '2021-01-01 00:00:00')");
        let next = "SELECT count(*) AS number FROM tags WHERE tag_name = 'mine' AND id BETWEEN 6034 AND 7000";
        assert_eq!(number(&mut test.connect(), next), 1);
    });
}

#[test]
fn an_interrupted_load_with_an_offset_is_undone_and_resumed() {
    each_engine(|test| {
        on(test, "migrate to platform").expect(0);
        interrupt(test);
        on(test, "seed --discard --yes").expect(0);
        assert_eq!(test.connect().count("users").unwrap(), 0);
        interrupt(test);
        on(test, "seed --resume").expect(0);
        on(test, "check").expect(0);
        let before = "SELECT count(*) AS number FROM users WHERE user_id <= 50000";
        assert_eq!(number(&mut test.connect(), before), 0);
    });
}

/// Stops a load as soon as rows are in.
struct Stop(Arc<AtomicBool>);

impl run::Observer for Stop {
    fn delivered(&self, _: &Part, _: u64, _: u64) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Observer for Stop {}

/// Begins a load of `app`, which does not come to its end.
fn interrupt(test: &TestDb) {
    let stop = Arc::new(AtomicBool::new(false));
    let overrides = ProfileOverrides { id_offset: Some(50_000), ..ProfileOverrides::default() };
    let profile = Profile::load("app", &overrides).unwrap();
    let world = World::new(&profile).unwrap();
    let rows = WorldRows::new(&world, Edition::Platform).unwrap();
    let data = DataSet {
        edition: Edition::Platform,
        generator_version: GENERATOR_VERSION,
        profile: profile.to_record(),
        origin: None,
    };
    let observer = Arc::new(Stop(stop.clone()));
    let options = Options { mode: Mode::Fresh, stop: stop.clone(), observer, ..Options::default() };
    load(test.target(), &data, &rows, options).expect_err("it was stopped");
}

#[test]
fn an_offset_that_does_not_fit_is_refused() {
    each_engine(|test| {
        let small = on(test, "setup --profile app --id-offset 100").expect(2);
        assert!(small.stderr.contains("help: use --id-offset 10000"), "{}", small.stderr);
        on(test, "setup --profile tiny").expect(0);
        let appended = on(test, "seed --append --profile tiny --id-offset").expect(2);
        assert!(appended.stderr.contains("help: leave out --id-offset"), "{}", appended.stderr);
    });
}

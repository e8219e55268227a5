//! Loading on real engines: what arrives, what is put back, what an interruption leaves.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use std::time::Duration;

use diesel::RunQueryDsl;
use instaseed::database::{Db, Engine};
use instaseed::edition::{Cells, Edition, Entity, Keys, Rows, Table};
use instaseed::fingerprint::GENERATOR_VERSION;
use instaseed::load::{self, DataSet, Mode, Options, Phase};
use instaseed::migration::{Goal, Runner, Source};
use instaseed::time::Time;

use crate::support::{self, StopAfter, TestDb};

/// A small world that needs no generator: so many users, each with a photo, a comment, some follows and likes.
pub struct Grid {
    pub users: u64,
}

const LIKES: u64 = 3;

impl Rows for Grid {
    type Scratch = String;

    fn scratch(&self) -> String {
        String::new()
    }

    fn units(&self, table: &'static Table) -> u64 {
        match table.entity {
            Entity::Tag => 5,
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
            match table.entity {
                Entity::User => {
                    cells.integer(key);
                    say(&mut cells, text, format_args!("user_{unit}"));
                    cells.time(time(unit));
                    cells.end_row();
                }
                Entity::Photo => {
                    cells.integer(key);
                    say(&mut cells, text, format_args!("https://example.com/{unit}.jpg"));
                    cells.integer(next(1));
                    cells.time(time(unit));
                    cells.end_row();
                }
                Entity::Comment => {
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
                Entity::Like => {
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
                Entity::Follow => {
                    cells.integer(key);
                    cells.integer(next(1));
                    cells.time(time(unit));
                    cells.end_row();
                }
                Entity::Tag => {
                    cells.integer(key);
                    say(&mut cells, text, format_args!("tag{unit}"));
                    cells.time(time(unit));
                    cells.end_row();
                }
                Entity::PhotoTag => {
                    cells.integer(key);
                    cells.integer((unit % 5) as i64 + 1);
                    cells.end_row();
                }
                Entity::Media => unreachable!("the course has no media"),
            }
        }
        cells
    }
}

pub fn migrated(test: &TestDb) {
    let mut db = test.connect();
    let source = Source::embedded(test.engine()).unwrap();

    Runner::new(&mut db, &source, Default::default()).run(&Goal::To("course".into())).unwrap();
}

pub fn data() -> DataSet {
    DataSet {
        edition: Edition::Course,
        generator_version: GENERATOR_VERSION,
        profile: "users = 5 # a \\ and a '\n".to_owned(),
        origin: None,
    }
}

pub const PATIENCE: Duration = Duration::from_secs(60);

pub fn options(mode: Mode) -> Options<'static> {
    Options { mode, threads: 2, lock_timeout: PATIENCE, ..Options::default() }
}

/// Every row of a table as text, in key order.
fn dump(test: &TestDb, table: &str, columns: &str) -> Vec<String> {
    #[derive(diesel::QueryableByName)]
    struct Line {
        #[diesel(sql_type = diesel::sql_types::Text)]
        line: String,
    }
    let cells: Vec<_> =
        columns.split(' ').map(|c| format!("COALESCE(CAST({c} AS CHAR(300)), 'NULL')")).collect();
    let joined = match test.engine() {
        Engine::Mysql => format!("CONCAT_WS('|', {})", cells.join(", ")),
        _ => cells.join(" || '|' || ").replace("CHAR(300)", "TEXT"),
    };
    let sql = format!("SELECT {joined} AS line FROM {table} ORDER BY 1");
    let rows: Vec<Line> = match &mut test.connect() {
        Db::Sqlite(c) => diesel::sql_query(sql).load(c).unwrap(),
        Db::Mysql(c) => diesel::sql_query(sql).load(c).unwrap(),
        Db::Postgres(c) => diesel::sql_query(sql).load(c).unwrap(),
    };
    rows.into_iter().map(|row| row.line).collect()
}

pub fn run(test: &TestDb, mode: Mode, users: u64) -> instaseed::Result<load::Summary> {
    Ok(load::load(test.target(), &data(), &Grid { users }, options(mode))?)
}

fn interrupt(test: &TestDb, mode: Mode, users: u64, chunks: u64) {
    let stop = Arc::default();
    let observer = Arc::new(StopAfter { chunks: AtomicU64::new(chunks), stop: Arc::clone(&stop) });
    let options = Options { mode, threads: 2, lock_timeout: PATIENCE, stop, observer };
    let error = load::load(test.target(), &data(), &Grid { users }, options).unwrap_err();
    assert_eq!(error.to_string(), "stopped before the end");
}

#[test]
fn a_load_fills_every_table_and_leaves_the_catalogue_as_it_was() {
    support::each_engine(|test| {
        migrated(test);
        let before = test.connect().catalogue().unwrap().to_string();
        let summary = run(test, Mode::Fresh, 5000).unwrap();
        assert_eq!(summary.rows(), 5000 * 8 + 5, "{:?}", summary.tables);
        assert_eq!(test.connect().catalogue().unwrap().to_string(), before);
        assert!(load::interrupted(&mut test.connect()).unwrap().is_none());
        let recorded = load::recorded(&mut test.connect()).unwrap();
        assert_eq!(recorded.len(), 1);
        assert_eq!(recorded[0].data, data());
        assert_eq!(recorded[0].tables["likes"].rows, 15_000);
        let comments = dump(test, "comments", "id comment_text photo_id user_id created_at");
        let text = "it's a \"tab\t\" and a \\ and\na line, \u{1F600}";
        assert!(comments.contains(&format!("1|{text} 0|3|4|NULL")), "{}", comments[0]);
        assert!(
            comments.contains(&format!("5000|{text} 4999|2|3|2020-09-13 13:49:59")),
            "{}",
            comments[4999]
        );
        assert_eq!(dump(test, "photo_tags", "photo_id tag_id").len(), 5000);
    });
}

#[test]
fn the_next_row_of_an_application_gets_the_next_id() {
    support::each_engine(|test| {
        migrated(test);
        run(test, Mode::Fresh, 500).unwrap();
        test.connect().batch("INSERT INTO users (username) VALUES ('somebody_else')").unwrap();
        assert!(dump(test, "users", "id username").contains(&"501|somebody_else".to_owned()));
    });
}

#[test]
fn rows_that_are_there_are_refused_and_left_alone() {
    support::each_engine(|test| {
        migrated(test);
        test.connect().batch("INSERT INTO tags (tag_name) VALUES ('mine')").unwrap();
        let error = run(test, Mode::Fresh, 50).unwrap_err();
        assert_eq!(error.to_string(), "tags is not empty; nothing was changed");
        assert_eq!(dump(test, "users", "id"), Vec::<String>::new());
        assert_eq!(dump(test, "tags", "id tag_name"), ["1|mine"]);
        assert_eq!(run(test, Mode::Replace, 50).unwrap().rows(), 50 * 8 + 5);
        assert_eq!(dump(test, "tags", "id tag_name")[0], "1|tag0");
    });
}

#[test]
fn rows_that_an_application_points_at_are_not_replaced() {
    support::each_engine(|test| {
        migrated(test);
        run(test, Mode::Fresh, 50).unwrap();
        let id = match test.engine() {
            Engine::Sqlite => "INTEGER",
            _ => "INT",
        };
        let create = format!(
            "CREATE TABLE notes (id {id} PRIMARY KEY, user_id {id} NOT NULL, FOREIGN KEY (user_id) REFERENCES users (id))"
        );
        test.connect().batch(&create).unwrap();
        test.connect().batch("INSERT INTO notes (id, user_id) VALUES (1, 50)").unwrap();
        let before = dump(test, "users", "id username");
        let error = run(test, Mode::Replace, 40).unwrap_err().to_string();
        assert!(error.starts_with("rows of ") && error.contains("notes"), "{error}");
        assert_eq!(dump(test, "users", "id username"), before);
        assert!(load::interrupted(&mut test.connect()).unwrap().is_none(), "nothing was begun");
        test.connect().batch("DELETE FROM notes").unwrap();
        let catalogue = test.connect().catalogue().unwrap().to_string();
        assert_eq!(run(test, Mode::Replace, 40).unwrap().rows(), 40 * 8 + 5);
        assert_eq!(test.connect().catalogue().unwrap().to_string(), catalogue);
    });
}

/// A server goes on with a statement whose client is gone: here a session stands for it.
#[test]
fn a_load_waits_for_whoever_still_works_for_one_that_was_killed() {
    support::on_engine(Engine::Postgres, |test| {
        migrated(test);
        let mut left = test.connect();
        left.batch("SELECT pg_advisory_lock_shared(307733998, 1293306495)").unwrap();
        let impatient = Options { lock_timeout: Duration::ZERO, ..options(Mode::Fresh) };
        let error = load::load(test.target(), &data(), &Grid { users: 50 }, impatient).unwrap_err();
        assert_eq!(error.to_string(), "another load or migration has the lock of this database: waited 0 s");
        drop(left);
        assert_eq!(run(test, Mode::Fresh, 50).unwrap().rows(), 50 * 8 + 5);
    });
}

#[test]
fn a_second_world_goes_beside_the_first() {
    support::each_engine(|test| {
        migrated(test);
        test.connect().batch("INSERT INTO tags (tag_name) VALUES ('tag3')").unwrap();
        test.connect().batch("INSERT INTO users (username) VALUES ('first')").unwrap();
        let summary = run(test, Mode::Append, 300).unwrap();
        assert_eq!(summary.rows(), 300 * 8 + 4, "the hashtag that is there is not made again");
        let tags = ["1|tag3", "2|tag0", "3|tag1", "4|tag2", "5|tag4"];
        assert_eq!(dump(test, "tags", "id tag_name"), tags);
        let used = dump(test, "photo_tags", "photo_id tag_id");
        assert!(used.contains(&"4|1".to_owned()) && used.contains(&"5|5".to_owned()), "{used:?}");
        let users = dump(test, "users", "id username");
        assert!(users.contains(&"1|first".to_owned()) && users.contains(&"301|user_299".to_owned()));
        assert_eq!(load::recorded(&mut test.connect()).unwrap().len(), 1);
    });
}

#[test]
fn an_interrupted_load_goes_on_to_the_same_rows() {
    support::each_engine(|test| {
        migrated(test);
        let whole = run(test, Mode::Fresh, 4000).unwrap();
        let catalogue = test.connect().catalogue().unwrap().to_string();
        for chunks in [1, 20, 60, 150, 240] {
            interrupt(test, Mode::Replace, 4000, chunks);
            let found = load::interrupted(&mut test.connect()).unwrap().expect("the load was interrupted");
            assert_eq!((found.phase, &found.data), (Phase::Loading, &data()));
            assert!(found.done < found.portions, "{} of {}", found.done, found.portions);
            let error = run(test, Mode::Fresh, 4000).unwrap_err();
            assert!(
                error.to_string().starts_with("an earlier load of the course edition was interrupted"),
                "{error}"
            );
            let resumed = run(test, Mode::Resume, 4000).unwrap();
            assert_eq!(resumed.digests, whole.digests, "after {chunks} chunks");
            assert_eq!(test.connect().catalogue().unwrap().to_string(), catalogue);
        }
    });
}

#[test]
fn an_interrupted_load_can_be_taken_back() {
    support::each_engine(|test| {
        migrated(test);
        let catalogue = test.connect().catalogue().unwrap().to_string();
        interrupt(test, Mode::Fresh, 4000, 100);
        load::discard(test.target(), Edition::Course, PATIENCE, &()).unwrap();
        assert_eq!(test.connect().catalogue().unwrap().to_string(), catalogue);
        assert_eq!(dump(test, "users", "id").len(), 0);
        assert!(load::interrupted(&mut test.connect()).unwrap().is_none());
        let again = load::discard(test.target(), Edition::Course, PATIENCE, &()).unwrap();
        assert!(!again.found, "there is nothing left to take back");

        test.connect().batch("INSERT INTO users (username) VALUES ('first')").unwrap();
        interrupt(test, Mode::Append, 4000, 100);
        load::discard(test.target(), Edition::Course, PATIENCE, &()).unwrap();
        assert_eq!(dump(test, "users", "username"), ["first"], "rows of others stay");
        assert_eq!(dump(test, "likes", "user_id").len(), 0);
    });
}

/// Keys and indexes such as an application may have added, of every kind that a load treats in its own way.
const ADDED: &str = "ALTER TABLE photos ADD CONSTRAINT photos_place UNIQUE (user_id, id) INCLUDE (image_url) WITH (fillfactor = 70) DEFERRABLE INITIALLY DEFERRED; \
     ALTER TABLE comments ADD CONSTRAINT \"Said once\" UNIQUE NULLS NOT DISTINCT (id, comment_text) DEFERRABLE; \
     ALTER TABLE tags ADD CONSTRAINT tags_apart EXCLUDE USING gist (int4range(id, id, '[]') WITH &&); \
     CREATE UNIQUE INDEX users_lower ON users (lower(username)) WHERE id > 0; \
     CREATE INDEX likes_cover ON likes USING btree (photo_id DESC NULLS LAST) INCLUDE (created_at); \
     CREATE INDEX \"Brin\" ON follows USING brin (follower_id); \
     CREATE TABLE \"Pins\" (photo_id INTEGER REFERENCES photos ON DELETE CASCADE, user_id INTEGER, likes_of INTEGER, liked INTEGER); \
     ALTER TABLE \"Pins\" ADD CONSTRAINT \"by whom\" FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID; \
     ALTER TABLE \"Pins\" ADD FOREIGN KEY (likes_of, liked) REFERENCES likes (user_id, photo_id) MATCH FULL DEFERRABLE; \
     ALTER TABLE comments SET (autovacuum_enabled = true, fillfactor = 90); ALTER TABLE likes SET (autovacuum_vacuum_threshold = 7); \
     ALTER TABLE photo_tags ADD CONSTRAINT photo_tags_again FOREIGN KEY (photo_id) REFERENCES photos (id) NOT VALID";

/// Everything that the server says of the keys, the indexes and the options of the tables.
fn keys_and_indexes(test: &TestDb) -> Vec<String> {
    let constraints = "SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) || ' ' || convalidated || condeferrable \
         || condeferred || conislocal || coninhcount || ' ' || conindid::regclass AS told FROM pg_constraint \
         WHERE connamespace = 'public'::regnamespace ORDER BY 1";
    let indexes = "SELECT pg_get_indexdef(indexrelid) || indisunique || indisprimary || indimmediate || indisvalid || indisready \
         || coalesce(array_to_string(reloptions, ','), '') AS told FROM pg_index JOIN pg_class ON oid = indexrelid \
         WHERE relnamespace = 'public'::regnamespace ORDER BY 1";
    let options = "SELECT relname || coalesce(array_to_string(reloptions, ','), '') AS told FROM pg_class \
         WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1";
    #[derive(diesel::QueryableByName)]
    struct Told {
        #[diesel(sql_type = diesel::sql_types::Text)]
        told: String,
    }
    let Db::Postgres(connection) = &mut test.connect() else { panic!("it is a PostgreSQL database") };
    let told =
        [constraints, indexes, options].map(|sql| diesel::sql_query(sql).load::<Told>(connection).unwrap());
    told.into_iter().flatten().map(|row| row.told).collect()
}

#[test]
fn keys_that_an_application_has_added_come_back_to_the_letter() {
    support::on_engine(Engine::Postgres, |test| {
        migrated(test);
        test.connect().batch(ADDED).unwrap();
        let before = keys_and_indexes(test);
        interrupt(test, Mode::Fresh, 2000, 3);
        assert_ne!(keys_and_indexes(test), before);
        load::discard(test.target(), Edition::Course, PATIENCE, &()).unwrap();
        assert_eq!(keys_and_indexes(test), before);
        interrupt(test, Mode::Fresh, 2000, 3);
        run(test, Mode::Resume, 2000).unwrap();
        assert_eq!(keys_and_indexes(test), before);
    });
}

/// Ends the load, as a lost connection would, when so many things have come back.
struct CutAfter<'a> {
    test: &'a TestDb,
    steps: AtomicU64,
    restoring: AtomicBool,
}

impl instaseed::run::Observer for CutAfter<'_> {}

impl load::Observer for CutAfter<'_> {
    fn phase(&self, phase: Phase, _: usize) {
        self.restoring.store(phase == Phase::Restoring, Ordering::Relaxed);
    }

    fn step(&self, _: &str) {
        if self.restoring.load(Ordering::Relaxed) && self.steps.fetch_sub(1, Ordering::Relaxed) == 1 {
            let others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                 WHERE datname = current_database() AND pid <> pg_backend_pid()";
            self.test.connect().batch(others).unwrap();
        }
    }
}

#[test]
fn a_load_that_is_cut_off_between_two_keys_goes_on() {
    support::on_engine(Engine::Postgres, |test| {
        migrated(test);
        test.connect().batch(ADDED).unwrap();
        let before = keys_and_indexes(test);
        let mut cut = 0;
        for steps in (1..60).step_by(4) {
            let (steps, restoring) = (AtomicU64::new(steps), AtomicBool::new(false));
            let observer = Arc::new(CutAfter { test, steps, restoring });
            let options = Options { observer, ..options(Mode::Fresh) };
            if load::load(test.target(), &data(), &Grid { users: 300 }, options).is_err() {
                cut += 1;
                run(test, Mode::Resume, 300).unwrap();
            }
            assert_eq!(keys_and_indexes(test), before);
            assert!(load::interrupted(&mut test.connect()).unwrap().is_none());
            test.connect().batch("TRUNCATE users CASCADE; TRUNCATE tags CASCADE").unwrap();
        }
        assert!(cut > 8, "only {cut} loads were cut off");
    });
}

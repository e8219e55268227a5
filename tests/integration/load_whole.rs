//! Tables that go in whole, in MariaDB's bulk mode: nothing that it drops is lost unseen, and a table that was cut off
//! begins again.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use instaseed::database::{Db, Engine};
use instaseed::edition::{Cells, Edition, Entity, Keys, Rows, Table};
use instaseed::load::{self, Mode, Options, Phase};
use instaseed::plan::Part;

use crate::load::{Grid, PATIENCE, data, migrated, options, run};
use crate::support::{TestDb, on_engine};

/// The grid with the first row of a table once more.
struct Doubled {
    grid: Grid,
    entity: Entity,
}

impl Rows for Doubled {
    type Scratch = String;

    fn scratch(&self) -> String {
        self.grid.scratch()
    }

    fn units(&self, table: &'static Table) -> u64 {
        self.grid.units(table)
    }

    fn chunk_units(&self, table: &'static Table) -> u64 {
        self.grid.chunk_units(table)
    }

    fn keys(&self, table: &'static Table) -> Vec<Keys> {
        self.grid.keys(table)
    }

    fn count(&self, table: &'static Table, units: Range<u64>, scratch: &mut String) -> u64 {
        self.grid.count(table, units, scratch)
    }

    fn write<C: Cells>(
        &self,
        table: &'static Table,
        units: Range<u64>,
        first_id: i64,
        cells: C,
        scratch: &mut String,
    ) -> C {
        let first = units.start == 0 && table.entity == self.entity;
        let cells = self.grid.write(table, units, first_id, cells, scratch);
        if first { self.grid.write(table, 0..1, 1, cells, scratch) } else { cells }
    }
}

fn is_bulk(test: &TestDb) -> bool {
    let outline = load::outline(test.target(), Edition::Course, &Grid { users: 10 }, options(Mode::Fresh));
    outline.unwrap().parked.is_empty()
}

#[test]
fn a_doubled_row_is_refused_and_nothing_of_its_table_is_kept() {
    on_engine(Engine::Mysql, |test| {
        migrated(test);
        let before = test.connect().catalogue().unwrap().to_string();
        let bulk = is_bulk(test);
        // A table with texts, which LOAD DATA fills, and one of keys and times, which goes by way of the stage.
        for (entity, name) in [(Entity::Photo, "photos"), (Entity::Follow, "follows")] {
            let rows = Doubled { grid: Grid { users: 2000 }, entity };
            let error = load::load(test.target(), &data(), &rows, options(Mode::Fresh)).unwrap_err();
            let words = error.to_string();
            assert!(words.contains(&format!("loading {name}: ")), "{words}");
            let left = load::interrupted(&mut test.connect()).unwrap().expect("it did not come to its end");
            assert_eq!(left.phase, Phase::Loading);
            assert!(left.done < left.portions);
            if bulk {
                assert_eq!(test.connect().count(name).unwrap(), 0);
            }
            load::discard(test.target(), Edition::Course, PATIENCE, &()).unwrap();
            assert_eq!(test.connect().catalogue().unwrap().to_string(), before);
            assert!(Edition::Course.tables().iter().all(|t| test.connect().count(t.name).unwrap() == 0));
        }
    });
}

/// Ends the connections of the load when it is in the middle of a table, as a server that is restarted does.
struct CutIn<'a> {
    test: &'a TestDb,
    entity: Entity,
    cut: AtomicBool,
}

impl instaseed::run::Observer for CutIn<'_> {
    fn delivered(&self, part: &Part, _: u64, _: u64) {
        if part.table.entity == self.entity && !self.cut.swap(true, Ordering::Relaxed) {
            end_sessions(self.test);
        }
    }
}

impl load::Observer for CutIn<'_> {}

/// Ends all other sessions of the database.
fn end_sessions(test: &TestDb) {
    #[derive(diesel::QueryableByName)]
    struct Session {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        number: i64,
    }
    let query = "SELECT CAST(id AS SIGNED) AS number FROM information_schema.processlist \
         WHERE db = DATABASE() AND id <> CONNECTION_ID()";
    let mut db = test.connect();
    let Db::Mysql(connection) = &mut db else { unreachable!("it is MySQL") };
    let found: Vec<Session> = diesel::RunQueryDsl::load(diesel::sql_query(query), connection).unwrap();
    assert!(found.len() > 1, "the load has its connections");
    for session in found {
        db.batch(&format!("KILL {}", session.number)).unwrap();
    }
}

#[test]
fn a_table_that_is_cut_off_in_the_middle_begins_again() {
    on_engine(Engine::Mysql, |test| {
        migrated(test);
        let before = test.connect().catalogue().unwrap().to_string();
        let whole = run(test, Mode::Fresh, 3000).unwrap();
        for entity in [Entity::Follow, Entity::Comment] {
            let observer = Arc::new(CutIn { test, entity, cut: AtomicBool::new(false) });
            let options = Options { observer, ..options(Mode::Replace) };
            load::load(test.target(), &data(), &Grid { users: 3000 }, options).unwrap_err();
            let left = load::interrupted(&mut test.connect()).unwrap().expect("it did not come to its end");
            assert!(left.done < left.portions);
            let resumed = run(test, Mode::Resume, 3000).unwrap();
            assert_eq!(resumed.digests, whole.digests);
            assert_eq!(test.connect().count("likes").unwrap(), 9000);
            assert_eq!(test.connect().catalogue().unwrap().to_string(), before);
        }
    });
}

/// Holds the records of a load as one does who is about to write one.
struct Beside<'a> {
    test: &'a TestDb,
    session: Mutex<Option<Db>>,
}

impl instaseed::run::Observer for Beside<'_> {
    fn begin(&self, _: &Part) {
        self.session.lock().unwrap().get_or_insert_with(|| {
            let mut db = self.test.connect();
            db.batch(
                "SET TRANSACTION ISOLATION LEVEL READ COMMITTED; BEGIN; \
                 SELECT * FROM __instaseed_load_portions FOR UPDATE",
            )
            .unwrap();
            db
        });
    }
}

impl load::Observer for Beside<'_> {
    fn phase(&self, phase: Phase, _: usize) {
        if phase > Phase::Loading {
            *self.session.lock().unwrap() = None;
        }
    }
}

#[test]
fn portions_are_recorded_side_by_side() {
    on_engine(Engine::Mysql, |test| {
        migrated(test);
        let observer = Arc::new(Beside { test, session: Mutex::default() });
        let options = Options { observer, ..options(Mode::Fresh) };
        load::load(test.target(), &data(), &Grid { users: 3000 }, options).unwrap();
    });
}

/// 60,000 units are 600 chunks of the grid: more than go in whole.
#[test]
fn tables_too_large_to_go_in_whole_go_by_portions() {
    on_engine(Engine::Mysql, |test| {
        migrated(test);
        let before = test.connect().catalogue().unwrap().to_string();
        let grid = Grid { users: 60_000 };
        let outline = load::outline(test.target(), Edition::Course, &grid, options(Mode::Fresh)).unwrap();
        let portions = |name: &str| outline.tables.iter().find(|table| table.table == name).unwrap().portions;
        assert!(portions("likes") > 1);
        assert_eq!(portions("tags"), 1);
        assert!(outline.parked.iter().any(|(_, table, _)| table == "likes"));
        assert!(!is_bulk(test) || outline.parked.iter().all(|(_, table, _)| table != "tags"));
        let summary = run(test, Mode::Fresh, 60_000).unwrap();
        assert_eq!(summary.rows(), 60_000 * 8 + 5);
        assert_eq!(test.connect().catalogue().unwrap().to_string(), before);
    });
}

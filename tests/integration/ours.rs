//! What is ours is what a load recorded: rows that an application writes meanwhile or afterwards are kept, named, and
//! never doubled, whatever becomes of the load.
//!
//! `INSTASEED_ROUNDS` sets how often each kind of load meets the application on each engine (twice by default).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use crate::load::{Grid, PATIENCE, data, migrated, options, run};
use crate::support::{self, TestDb, each_engine, from_environment, instaseed, object, on, on_engine};
use instaseed::database::{Db, Engine, Target};
use instaseed::load::{self, Mode, Options, Phase};
use instaseed::plan::Part;

fn ids(db: &TestDb, table: &str, condition: &str) -> Vec<i64> {
    let mut db = db.connect();
    let rows = support::select(&mut db, &["id"], &format!("FROM {table} WHERE {condition}"));
    let mut ids: Vec<i64> =
        rows.into_iter().map(|row| row[0].as_ref().expect("an id").parse().expect("a number")).collect();
    ids.sort_unstable();
    ids
}

/// Stops a load in the middle of a table, but not before all users are in: rows of the test point at them.
struct StopIn<'a> {
    table: &'a str,
    users: u64,
    reached: AtomicBool,
    users_in: AtomicU64,
    stop: Arc<AtomicBool>,
}

impl instaseed::run::Observer for StopIn<'_> {
    fn delivered(&self, part: &Part, _: u64, _: u64) {
        if part.table.name == self.table {
            self.reached.store(true, Ordering::SeqCst);
        }
        self.look();
    }

    /// The rows of a part are in.
    fn end(&self, part: &Part) {
        if part.table.name == "users" {
            self.users_in.fetch_add(part.units.end - part.units.start, Ordering::SeqCst);
        }
        self.look();
    }
}

impl StopIn<'_> {
    fn look(&self) {
        if self.reached.load(Ordering::SeqCst) && self.users_in.load(Ordering::SeqCst) >= self.users {
            self.stop.store(true, Ordering::SeqCst);
        }
    }
}

impl load::Observer for StopIn<'_> {}

/// Cuts a load off when its users are in and nothing has come back. MariaDB takes the largest tables first.
fn interrupt(db: &TestDb, mode: Mode, users: u64) {
    interrupt_at(db.target(), mode, users);
}

fn interrupt_at(target: &Target, mode: Mode, users: u64) {
    let stop = Arc::default();
    let table = if target.engine() == Engine::Mysql && mode == Mode::Fresh { "photo_tags" } else { "likes" };
    let (reached, users_in) = (AtomicBool::default(), AtomicU64::default());
    let observer = Arc::new(StopIn { table, users, reached, users_in, stop: Arc::clone(&stop) });
    let options = Options { stop, observer, threads: 1, ..options(mode) };
    let error = load::load(target, &data(), &Grid { users }, options).unwrap_err();
    assert_eq!(error.to_string(), "stopped before the end");
    let found = load::interrupted(&mut connect(target)).unwrap().expect("the load was interrupted");
    assert_eq!(found.phase, Phase::Loading);
}

fn own_table(db: &TestDb) {
    let id = if db.engine() == Engine::Sqlite { "INTEGER" } else { "INT" };
    db.connect()
        .batch(&format!(
            "CREATE TABLE notes (id {id} PRIMARY KEY, user_id {id}, CONSTRAINT of_user FOREIGN KEY (user_id) REFERENCES users (id))"
        ))
        .unwrap();
}

#[test]
fn a_row_of_an_application_gets_no_id_of_the_load_and_outlives_it() {
    each_engine(|db| {
        for resume in [true, false] {
            if resume {
                migrated(db);
            } else {
                on(db, "reset --yes --no-seed").expect(0);
            }
            interrupt(db, Mode::Fresh, 3000);
            db.connect().batch("INSERT INTO users (username) VALUES ('app user')").unwrap();
            let own = ids(db, "users", "username = 'app user'");
            assert!(own[0] > 3000, "{own:?}");
            if resume {
                run(db, Mode::Resume, 3000).unwrap();
                assert_eq!(db.connect().count("users").unwrap(), 3001);
            } else {
                let done =
                    load::discard(db.target(), instaseed::edition::Edition::Course, PATIENCE, &()).unwrap();
                assert!(done.found && done.rows > 0);
                assert_eq!(ids(db, "users", "1 = 1"), own, "only the load's rows go");
                assert_eq!(db.connect().count("likes").unwrap(), 0);
            }
            assert_eq!(ids(db, "users", "username = 'app user'"), own);
            assert!(load::interrupted(&mut db.connect()).unwrap().is_none());
        }
    });
}

#[test]
fn a_discard_refuses_before_it_removes_while_rows_of_others_point_at_the_load() {
    each_engine(|db| {
        migrated(db);
        own_table(db);
        interrupt(db, Mode::Fresh, 3000);
        let before: Vec<u64> = counts(db);
        db.connect().batch("INSERT INTO users (username) VALUES ('app user')").unwrap();
        let own = ids(db, "users", "username = 'app user'")[0];
        db.connect()
            .batch(&format!(
                "INSERT INTO notes VALUES (1, 7); INSERT INTO notes VALUES (2, {own}); \
                 INSERT INTO follows (follower_id, followee_id) VALUES ({own}, 8)"
            ))
            .unwrap();
        let refused = on(db, "seed --discard --yes").expect(2);
        assert!(refused.stderr.contains("nothing was removed"), "{}", refused.stderr);
        assert!(refused.stderr.contains("1 row of follows pointing at the load's own"), "{}", refused.stderr);
        let named = refused.stderr.lines().any(|line| line.contains("notes") && line.contains("1 row of "));
        assert!(named, "{}", refused.stderr);
        assert!(
            refused.stderr.contains("delete these rows, which instaseed did not load"),
            "{}",
            refused.stderr
        );
        let mut after = before;
        after[0] += 1;
        after[4] += 1;
        assert_eq!(counts(db), after, "nothing went");
        assert_eq!(load::interrupted(&mut db.connect()).unwrap().unwrap().phase, Phase::Loading);
        db.connect()
            .batch("DELETE FROM notes WHERE id = 1; DELETE FROM follows WHERE followee_id = 8 AND follower_id > 3000")
            .unwrap();
        let done = object(&on(db, "seed --discard --yes --json").expect(0));
        assert_eq!(done["discarded"], true);
        assert_eq!(ids(db, "users", "1 = 1"), [own]);
        assert_eq!(ids(db, "notes", "1 = 1"), [2]);
    });
}

fn counts(db: &TestDb) -> Vec<u64> {
    let tables = instaseed::edition::Edition::Course.tables().iter();
    tables.map(|table| db.connect().count(table.name).unwrap()).collect()
}

#[test]
fn a_row_that_somebody_put_among_those_of_the_load_makes_a_discard_refuse() {
    each_engine(|db| {
        migrated(db);
        interrupt(db, Mode::Fresh, 3000);
        db.connect().batch("INSERT INTO follows (follower_id, followee_id) VALUES (5, 2999)").unwrap();
        let refused = on(db, "seed --discard --yes").expect(2);
        assert!(refused.stderr.contains("1 row of follows among the load's own"), "{}", refused.stderr);
        db.connect().batch("DELETE FROM follows WHERE follower_id = 5 AND followee_id = 2999").unwrap();
        on(db, "seed --discard --yes").expect(0);
        assert_eq!(counts(db), [0; 7]);
    });
}

#[test]
fn an_appended_world_keeps_every_key_in_place() {
    each_engine(|db| {
        migrated(db);
        run(db, Mode::Fresh, 500).unwrap();
        rename(db);
        let catalogue = db.connect().catalogue().unwrap().to_string();
        interrupt(db, Mode::Append, 3000);
        if db.engine() != Engine::Sqlite {
            assert_eq!(db.connect().catalogue().unwrap().tables["users"].indexes.len(), 1);
        }
        db.connect().batch("INSERT INTO users (username) VALUES ('user_7')").unwrap_err();
        db.connect().batch("INSERT INTO users (username) VALUES ('old_7')").unwrap_err();
        if db.engine() != Engine::Sqlite {
            db.connect().batch("INSERT INTO likes (user_id, photo_id) VALUES (999999, 1)").unwrap_err();
        }
        on(db, "seed --discard --yes").expect(0);
        assert_eq!(counts(db), [500, 500, 500, 1500, 500, 5, 500]);
        assert_eq!(unbooked(&db.connect().catalogue().unwrap().to_string()), unbooked(&catalogue));
    });
}

/// Makes room for the names of a second grid.
fn rename(db: &TestDb) {
    db.connect().batch("UPDATE users SET username = concat('old_', id)").unwrap();
    db.connect().batch("UPDATE tags SET tag_name = concat('old_', id)").unwrap();
}

/// A catalogue without our bookkeeping.
fn unbooked(catalogue: &str) -> Vec<&str> {
    catalogue.lines().filter(|line| !line.contains("__instaseed")).collect()
}

#[test]
fn check_and_doctor_say_what_is_not_ours() {
    each_engine(|db| {
        on(db, "setup --profile tiny -q").expect(0);
        on(db, "doctor").expect(0);
        db.connect().batch("INSERT INTO users (username) VALUES ('app user')").unwrap();
        let done = on(db, "check").expect(1);
        assert!(
            done.stdout.contains(
                "10 rows then, 11 now, and another digest. 1 of them were not written by instaseed"
            ),
            "{}",
            done.stdout
        );
        let altered = object(&on(db, "check --json").expect(1))["altered"].clone();
        assert_eq!(altered[0]["rows_of_others"], 1, "{altered}");
        let done = on(db, "doctor");
        assert!(done.stdout.contains("users 10 then, 11 now"), "{}", done.stdout);
        on(db, "migrate to platform").expect(0);
        let done = on(db, "doctor");
        assert!(done.stdout.contains("users 10 then, 11 now"), "{}", done.stdout);
        assert!(!done.stdout.contains("posts"), "{}", done.stdout);
        on(db, "migrate to course --yes").expect(0);
        db.connect().batch("DELETE FROM photo_tags").unwrap();
        assert!(on(db, "doctor").stdout.contains("photo_tags "), "rows that are gone are named");
    });
}

#[test]
fn check_says_that_a_migration_took_what_differs() {
    each_engine(|db| {
        on(db, "setup --edition platform --profile tiny -q").expect(0);
        on(db, "migrate to course --yes").expect(0);
        on(db, "migrate to platform").expect(0);
        let done = on(db, "check").expect(1);
        let told = "10 rows then, 10 now, and another digest. migrations have run since: what they dropped comes back empty.";
        assert!(done.stdout.contains(told), "{}", done.stdout);
        let told = "21 rows then, 12 now, and another digest. migrations have run since: rows that they deleted do not come back.";
        assert!(done.stdout.contains(told), "{}", done.stdout);
    });
}

#[test]
fn a_discard_after_somebody_has_deleted_rows_of_the_load_removes_and_counts_the_rest() {
    each_engine(|db| {
        crate::retried::cut_off(db);
        let before: u64 = counts(db).iter().sum();
        // Which tables have rows by then depends on the engine.
        for rows in ["photo_tags", "likes", "comments", "follows", "photos", "users WHERE id < 200"] {
            db.connect().batch(&format!("DELETE FROM {rows}")).unwrap();
        }
        let left: u64 = counts(db).iter().sum();
        assert!(left < before);
        let done = object(&on(db, "seed --discard --yes --json").expect(0));
        assert_eq!(done["rows"], left);
        assert_eq!(counts(db), [0; 7]);
    });
}

/// An application at work: it signs people up, lets them post and like, and remembers whatever was committed.
struct Application<'a> {
    target: &'a Target,
    stop: AtomicBool,
}

/// Stops an application when it is dropped.
struct AtEnd<'a>(&'a AtomicBool);

impl Drop for AtEnd<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[derive(Default)]
struct Work {
    users: Vec<i64>,
    photos: usize,
    refused: usize,
}

impl Application<'_> {
    fn run(&self, round: usize) -> Work {
        let mut work = Work::default();
        let mut db = connect(self.target);
        for number in 0.. {
            if self.stop.load(Ordering::Relaxed) {
                break;
            }
            let name = format!("app_{round}_{number}");
            let sign_up = format!("INSERT INTO users (username) VALUES ('{name}')");
            // On SQLite the load has the file alone; on a server a statement may be the victim of a deadlock.
            if db.batch(&sign_up).is_err() {
                work.refused += 1;
                db = connect(self.target);
                continue;
            }
            let id = support::one(&mut db, "id", &format!("FROM users WHERE username = '{name}'"));
            let id: i64 = id.expect("it was committed").parse().expect("a number");
            work.users.push(id);
            let post = format!("INSERT INTO photos (image_url, user_id) VALUES ('app', {id})");
            work.photos += usize::from(db.batch(&post).is_ok());
            thread::sleep(Duration::from_millis(5));
        }
        work
    }
}

fn connect(target: &Target) -> Db {
    loop {
        if let Ok(db) = Db::connect(target) {
            return db;
        }
        thread::sleep(Duration::from_millis(20));
    }
}

/// Whatever becomes of the load: each row of the application is there once, and none of the load's is doubled.
fn beside_an_application(db: &TestDb, round: usize, act: impl FnOnce()) -> Work {
    let application = Application { target: db.target(), stop: AtomicBool::new(false) };
    let work = thread::scope(|scope| {
        let work = scope.spawn(|| application.run(round));
        // Also when the deed fails: the application must not go on for ever.
        let end = AtEnd(&application.stop);
        thread::sleep(Duration::from_millis(50));
        act();
        thread::sleep(Duration::from_millis(50));
        drop(end);
        work.join().expect("the application goes on")
    });
    let mut signed_up = work.users.clone();
    signed_up.sort_unstable();
    assert!(!signed_up.is_empty(), "the application came to nothing");
    assert_eq!(ids(db, "users", &format!("username LIKE 'app_{round}_%'")), signed_up);
    let photos = ids(db, "photos", "image_url = 'app'").len();
    assert!(photos >= work.photos, "{photos} of {} photos", work.photos);
    work
}

#[test]
fn an_application_writes_while_a_world_is_loaded_appended_and_discarded() {
    each_engine(|db| {
        on(db, "setup --no-seed -q").expect(0);
        for round in 0..from_environment("INSTASEED_ROUNDS", 2_usize) {
            let kind = db.engine();
            on(db, "reset --yes --no-seed -q").expect(0);
            let work = beside_an_application_after_begin(db, round * 10);
            println!("{kind}: loaded beside {} sign-ups, {} refused", work.users.len(), work.refused);
            let before = db.connect().count("users").unwrap();
            let mut appended = 0;
            let work = beside_an_application(db, round * 10 + 1, || {
                let done = object(&on(db, "seed --append --users 1500 --seed 3 --json").expect(0));
                appended = done["tables"][0]["rows"].as_u64().expect("a number");
            });
            println!("{kind}: appended beside {} sign-ups, {} refused", work.users.len(), work.refused);
            assert_eq!(appended, 1500);
            assert_eq!(db.connect().count("users").unwrap(), before + appended + work.users.len() as u64);
            let before = db.connect().count("users").unwrap();
            interrupt(db, Mode::Append, 2000);
            let work = beside_an_application(db, round * 10 + 2, || {
                on(db, "seed --discard --yes").expect(0);
            });
            println!("{kind}: discarded beside {} sign-ups, {} refused", work.users.len(), work.refused);
            assert_eq!(db.connect().count("users").unwrap(), before + work.users.len() as u64);
            assert!(load::interrupted(&mut db.connect()).unwrap().is_none());
        }
    });
}

/// A fresh load wants empty tables, so the application begins when the load has recorded its ids.
fn beside_an_application_after_begin(db: &TestDb, round: usize) -> Work {
    let url = db.url();
    let line = "seed --users 1500 --seed 4 --quiet --threads 1";
    let arguments: Vec<&str> = line.split(' ').chain(["--database-url", &url]).collect();
    let mut child = instaseed(&arguments).spawn();
    if db.engine() == Engine::Sqlite {
        // The load has the file alone: it has begun when the file grows.
        let size = || std::fs::metadata(db.target().path().expect("a file")).map_or(0, |file| file.len());
        let before = size();
        while size() < before + (200 << 10) && child.try_wait().expect("a child").is_none() {
            thread::sleep(Duration::from_millis(1));
        }
    } else {
        while load::interrupted(&mut db.connect()).is_ok_and(|found| found.is_none()) {
            assert!(child.try_wait().expect("a child").is_none(), "the load was not seen");
        }
    }
    let work = beside_an_application(db, round, || {
        let done = child.wait_with_output().expect("its output");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    });
    assert_eq!(db.connect().count("users").unwrap(), 1500 + work.users.len() as u64);
    assert!(work.users.iter().all(|id| *id > 1500), "{:?}", work.users);
    work
}

#[test]
fn an_append_goes_table_by_table_where_the_server_looks_at_each_row() {
    on_engine(Engine::Postgres, |db| {
        on(db, "setup --profile tiny -q").expect(0);
        let mut admin = db.connect();
        // A trigger of an application has to see our rows too: then the server looks at every foreign key.
        admin
            .batch(
                "CREATE TABLE seen (id INTEGER); CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN INSERT INTO seen VALUES (NEW.id); RETURN NEW; END $$; \
                 CREATE TRIGGER see AFTER INSERT ON users FOR EACH ROW EXECUTE FUNCTION see()",
            )
            .unwrap();
        on(db, "seed --append --users 1500 -q").expect(0);
        assert_eq!(admin.count("seen").unwrap(), 1500);
    });
}

#[test]
fn rows_that_a_trigger_takes_away_again_are_missed() {
    on_engine(Engine::Sqlite, |db| {
        on(db, "setup --profile tiny -q").expect(0);
        db.connect()
            .batch("CREATE TRIGGER thief AFTER INSERT ON likes BEGIN DELETE FROM likes WHERE user_id = new.user_id - 1; END")
            .unwrap();
        let done = on(db, "seed --append --users 30 --seed 7 -q").expect(2);
        assert!(
            done.stderr.contains("error: likes has ") && done.stderr.contains(" rows instead of "),
            "{}",
            done.stderr
        );
    });
}

#[test]
fn an_ordinary_account_that_owns_its_database_appends_resumes_and_discards() {
    on_engine(Engine::Postgres, |db| {
        db.connect()
            .batch(
                "CREATE ROLE ordinary_owner LOGIN PASSWORD 'w'; DO $$ BEGIN \
                 EXECUTE format('ALTER DATABASE %I OWNER TO ordinary_owner', current_database()); END $$",
            )
            .unwrap();
        let admin = db.url();
        let (_, place) = admin.rsplit_once('@').expect("an account and a place");
        let url = format!("postgres://ordinary_owner:w@{place}");
        let target = Target::parse(&url).unwrap();
        let call = |words: &str| {
            let arguments: Vec<&str> = words.split(' ').chain(["--database-url", &url]).collect();
            instaseed(&arguments).run().expect(0)
        };
        call("setup --no-seed -q");
        load::load(&target, &data(), &Grid { users: 500 }, options(Mode::Fresh)).unwrap();
        rename(db);
        interrupt_at(&target, Mode::Append, 3000);
        load::load(&target, &data(), &Grid { users: 3000 }, options(Mode::Resume)).unwrap();
        db.connect().batch("UPDATE users SET username = concat('two_', id)").unwrap();
        db.connect().batch("UPDATE tags SET tag_name = concat('two_', id)").unwrap();
        interrupt_at(&target, Mode::Append, 3000);
        call("seed --discard --yes");
        assert_eq!(db.connect().count("users").unwrap(), 3500);
        call("seed --append --users 150 --seed 3 -q");
        assert_eq!(db.connect().count("users").unwrap(), 3650);
    });
}

#[test]
fn a_row_of_a_table_whose_key_is_away_is_waited_for_and_makes_a_discard_refuse() {
    for engine in [Engine::Postgres, Engine::Mysql] {
        on_engine(engine, |db| {
            migrated(db);
            own_table(db);
            interrupt(db, Mode::Fresh, 3000);
            let mut application = db.connect();
            // MariaDB keeps the key: the user has to be there, and two connections finish in no certain order.
            while engine == Engine::Mysql && application.count("users").unwrap() == 0 {
                on(db, "seed --discard --yes").expect(0);
                interrupt(db, Mode::Fresh, 3000);
            }
            application.batch("BEGIN; INSERT INTO notes VALUES (1, 7)").unwrap();
            let refused = on(db, "seed --discard --yes --lock-timeout 1").expect(2);
            let told = "waiting for other sessions to leave the tables";
            assert!(refused.stderr.contains(told), "{}", refused.stderr);
            application.batch("COMMIT").unwrap();
            let refused = on(db, "seed --discard --yes").expect(2);
            assert!(refused.stderr.contains("nothing was removed: 1 row of "), "{}", refused.stderr);
            application.batch("DELETE FROM notes").unwrap();
            on(db, "seed --discard --yes").expect(0);
            assert_eq!(counts(db), [0; 7]);
        });
    }
}

#[test]
fn a_reader_of_a_table_whose_key_is_to_go_is_waited_for_no_longer_than_is_said() {
    on_engine(Engine::Postgres, |db| {
        on(db, "setup --no-seed -q").expect(0);
        own_table(db);
        let mut reader = db.connect();
        reader.batch("BEGIN").unwrap();
        assert_eq!(reader.count("notes").unwrap(), 0);
        let refused = on(db, "seed --profile tiny --lock-timeout 1").expect(2);
        let told = "waiting for other sessions to leave the tables";
        assert!(refused.stderr.contains(told), "{}", refused.stderr);
        reader.batch("COMMIT").unwrap();
        on(db, "seed --resume").expect(0);
        assert_eq!(counts(db)[0], 10);
    });
}

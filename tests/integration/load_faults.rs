//! What goes wrong while a database is being filled: each is told clearly, and nothing is half done in silence.

use std::process::Child;
use std::sync::Arc;
use std::time::Duration;

use instaseed::database::{Db, Engine, Target};
use instaseed::load::{self, Mode};
use instaseed::plan::Part;
use serde_json::Value;

use crate::load::{Grid, data, options};
use crate::support::{
    Finished, Kind, PASSWORD, Server, SmallDisk, TestDb, each_engine, instaseed, object, on_engine, scratch,
};

const WORLD: &str = "--users 300 --seed 3";

fn call(url: &str, words: &str) -> Finished {
    start(url, words).run()
}

fn start(url: &str, words: &str) -> crate::support::Call {
    let words: Vec<&str> = words.split(' ').chain(["--database-url", url]).collect();
    instaseed(&words)
}

/// What the tables hold, by their digests.
fn fingerprint(url: &str) -> Value {
    object(&call(url, "check --json").expect(0))["fingerprint"].clone()
}

/// What they hold after a load without trouble.
fn expected() -> Value {
    let folder = scratch();
    let url = format!("sqlite://{}", folder.join("expected.db").display());
    call(&url, &format!("setup {WORLD} --quiet")).expect(0);
    fingerprint(&url)
}

/// Two servers of the tests' own: global settings and kills must not reach other tests.
fn each_own_server(test: impl Fn(&Server)) {
    for kind in [Kind::Mysql, Kind::Postgres] {
        if let Some(server) = Server::own(kind) {
            eprintln!("--- {kind:?}");
            test(&server);
        }
    }
}

fn administrator(server: &Server) -> Db {
    Db::connect(&Target::parse(&server.url(server.maintenance())).unwrap()).unwrap()
}

/// Waits until a load has begun to send rows, or has ended.
fn wait_for_rows(url: &str, child: &mut Child) {
    let mut db = Db::connect(&Target::parse(url).unwrap()).unwrap();
    for _ in 0..2000 {
        let under_way = instaseed::load::interrupted(&mut db).ok().flatten();
        if under_way.is_some_and(|load| load.done > 0) || child.try_wait().unwrap().is_some() {
            return;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    panic!("the load never began");
}

#[test]
fn a_server_that_is_killed_in_the_middle_of_a_load_loses_nothing() {
    let expected = expected();
    each_own_server(|server| {
        let url = server.url("killed");
        call(&url, "setup --no-seed").expect(0);
        let mut cut_off = 0;
        for _ in 0..3 {
            let mut child = start(&url, &format!("seed {WORLD} --replace --yes --quiet --threads 1")).spawn();
            wait_for_rows(&url, &mut child);
            server.kill();
            let output = child.wait_with_output().unwrap();
            server.restart();
            if output.status.code() == Some(2) {
                let words = String::from_utf8_lossy(&output.stderr).into_owned();
                assert!(words.contains("connection was lost") || words.contains("--resume"), "{words}");
                cut_off += 1;
            }
            if object(&call(&url, "migrate status --json").expect(0)).get("load").is_some() {
                call(&url, "seed --resume").expect(0);
            }
            assert_eq!(fingerprint(&url), expected);
        }
        println!("{:?}: cut off {cut_off} of 3 times", server.kind);
    });
}

#[test]
fn a_connection_that_is_cut_is_told_and_the_load_goes_on() {
    let expected = expected();
    each_own_server(|server| {
        let url = server.url("cut");
        call(&url, "setup --no-seed").expect(0);
        let mut child = start(&url, &format!("seed {WORLD} --quiet --threads 1")).spawn();
        wait_for_rows(&url, &mut child);
        cut_connections(server);
        let output = child.wait_with_output().unwrap();
        if output.status.code() != Some(0) {
            let words = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(2), "{words}");
            assert!(words.contains("--resume"), "{words}");
            call(&url, "seed --resume").expect(0);
        }
        assert_eq!(fingerprint(&url), expected);
    });
}

fn cut_connections(server: &Server) {
    let mut db = administrator(server);
    match server.kind {
        Kind::Postgres => {
            db.batch("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'cut'").unwrap()
        }
        Kind::Mysql => {
            #[derive(diesel::QueryableByName)]
            struct Connection {
                #[diesel(sql_type = diesel::sql_types::BigInt)]
                number: i64,
            }
            let query =
                "SELECT CAST(id AS SIGNED) AS number FROM information_schema.processlist WHERE db = 'cut'";
            let Db::Mysql(connection) = &mut db else { unreachable!("the server is MySQL's") };
            let found: Vec<Connection> =
                diesel::RunQueryDsl::load(diesel::sql_query(query), connection).unwrap();
            for connection in found {
                // It may have ended by itself meanwhile.
                let _ = db.batch(&format!("KILL {}", connection.number));
            }
        }
    }
}

#[test]
fn without_local_infile_rows_go_in_by_insert_and_the_load_says_so() {
    let expected = expected();
    let Some(server) = Server::own(Kind::Mysql) else { return };
    administrator(&server)
        .batch("SET GLOBAL local_infile = 0; SET GLOBAL max_allowed_packet = 65536")
        .unwrap();
    let url = server.url("insert");
    let done = call(&url, &format!("setup {WORLD}")).expect(0);
    assert!(done.stderr.contains("local_infile is off"), "{}", done.stderr);
    assert_eq!(fingerprint(&url), expected);
}

/// Lets the server refuse LOAD DATA when a load that counts on it is about to begin.
struct Forbid<'a>(&'a Server);

impl instaseed::run::Observer for Forbid<'_> {
    fn begin(&self, _: &Part) {
        administrator(self.0).batch("SET GLOBAL local_infile = 0").unwrap();
    }
}

impl load::Observer for Forbid<'_> {}

#[test]
fn a_statement_that_is_refused_before_it_asks_for_rows_ends_the_load() {
    let Some(server) = Server::own(Kind::Mysql) else { return };
    let url = server.url("refused");
    call(&url, "setup --no-seed").expect(0);
    let target = Target::parse(&url).unwrap();
    // More chunks than may wait on their way to the server.
    let rows = Grid { users: 3000 };
    let observer = Arc::new(Forbid(&server));
    let forbidden = load::Options { observer, ..options(Mode::Fresh) };
    let error = load::load(&target, &data(), &rows, forbidden).unwrap_err();
    assert!(error.to_string().contains("loading "), "{error}");
    administrator(&server).batch("SET GLOBAL local_infile = 1").unwrap();
    load::load(&target, &data(), &rows, options(Mode::Resume)).unwrap();
}

#[test]
fn a_server_that_commits_nothing_by_itself_keeps_everything() {
    let expected = expected();
    let Some(server) = Server::own(Kind::Mysql) else { return };
    administrator(&server).batch("SET GLOBAL autocommit = 0").unwrap();
    let url = server.url("uncommitted");
    call(&url, &format!("setup {WORLD}")).expect(0);
    assert_eq!(fingerprint(&url), expected);
    call(&url, "migrate to platform").expect(0);
    assert_eq!(object(&call(&url, "migrate status --json").expect(0))["edition"], "platform");
}

#[test]
fn small_packets_are_enough() {
    let expected = expected();
    let Some(server) = Server::own(Kind::Mysql) else { return };
    // smaller than what is made in one piece
    administrator(&server).batch("SET GLOBAL max_allowed_packet = 65536").unwrap();
    let url = server.url("packets");
    call(&url, &format!("setup {WORLD}")).expect(0);
    assert_eq!(fingerprint(&url), expected);
}

#[test]
fn an_account_that_may_only_read_is_refused_and_nothing_changes() {
    each_own_server(|server| {
        let url = server.url("readonly");
        call(&url, "setup --no-seed").expect(0);
        let password = PASSWORD.replace('\'', "''");
        let rights = match server.kind {
            Kind::Mysql => {
                format!("CREATE USER reader IDENTIFIED BY '{password}'; GRANT SELECT ON readonly.* TO reader")
            }
            Kind::Postgres => format!("CREATE ROLE reader LOGIN PASSWORD '{password}'"),
        };
        administrator(server).batch(&rights).unwrap();
        if server.kind == Kind::Postgres {
            let mut db = Db::connect(&Target::parse(&url).unwrap()).unwrap();
            db.batch("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader").unwrap();
        }
        let reader = server.url_of("reader", Some(PASSWORD), "readonly");
        let done = call(&reader, &format!("seed {WORLD}")).expect(2);
        assert!(done.stderr.contains("not allowed"), "{}", done.stderr);
        assert!(object(&call(&url, "migrate status --json").expect(0)).get("load").is_none());
    });
}

#[test]
fn an_account_that_may_not_lock_tables_fills_empty_ones_and_is_told_what_the_rest_needs() {
    let expected = expected();
    let Some(server) = Server::own(Kind::Mysql) else { return };
    let admin = server.url("unlocked");
    call(&admin, "setup --no-seed").expect(0);
    let password = PASSWORD.replace('\'', "''");
    administrator(&server)
        .batch(&format!(
            "CREATE USER filler IDENTIFIED BY '{password}'; \
             GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER, INDEX, REFERENCES ON unlocked.* TO filler"
        ))
        .unwrap();
    let filler = server.url_of("filler", Some(PASSWORD), "unlocked");
    call(&filler, &format!("seed {WORLD}")).expect(0);
    assert_eq!(fingerprint(&admin), expected);
    for words in ["seed --append --users 10", "seed --replace --users 10 --yes"] {
        let done = call(&filler, words).expect(2);
        assert!(done.stderr.contains("holding the tables: not allowed"), "{}", done.stderr);
        let grant = "GRANT LOCK TABLES ON `unlocked`.* TO 'filler'@'%'";
        assert!(done.stderr.contains(grant), "{}", done.stderr);
        let mut db = Db::connect(&Target::parse(&admin).unwrap()).unwrap();
        let left = db.tables().unwrap();
        assert!(!left.iter().any(|table| table.starts_with("__instaseed_load")), "{left:?}");
    }
    assert_eq!(fingerprint(&admin), expected);
}

#[test]
fn a_file_that_may_only_be_read_is_refused() {
    on_engine(Engine::Sqlite, |db| {
        call(&db.url(), "setup --no-seed").expect(0);
        let path = db.target().path().unwrap().to_owned();
        let mut rights = std::fs::metadata(&path).unwrap().permissions();
        rights.set_readonly(true);
        std::fs::set_permissions(&path, rights).unwrap();
        let done = call(&db.url(), &format!("seed {WORLD}"));
        // Root may write what nobody may write.
        if !rustix::process::getuid().is_root() {
            assert!(done.clone().expect(2).stderr.contains("read"), "{}", done.stderr);
        }
    });
}

#[test]
fn a_session_that_holds_a_table_makes_a_load_wait_or_refuse() {
    on_engine(Engine::Sqlite, |db| {
        call(&db.url(), "setup --no-seed").expect(0);
        let mut other = db.connect();
        other.batch("BEGIN IMMEDIATE").unwrap();
        let done = call(&db.url(), &format!("seed {WORLD} --lock-timeout 2")).expect(2);
        assert!(done.stderr.contains("another session holds a lock"), "{}", done.stderr);
        assert!(done.stderr.contains("waiting for other connections to leave the file"), "{}", done.stderr);
        other.batch("ROLLBACK").unwrap();
        drop(other);
        call(&db.url(), &format!("seed {WORLD}")).expect(0);
    });
}

#[test]
fn a_second_seeder_waits_or_is_refused() {
    each_engine(|db| {
        call(&db.url(), "setup --no-seed").expect(0);
        let children: Vec<_> =
            (0..2).map(|_| start(&db.url(), &format!("seed {WORLD} --quiet")).spawn()).collect();
        let codes: Vec<_> = children
            .into_iter()
            .map(|child| {
                let output = child.wait_with_output().unwrap();
                let words = String::from_utf8_lossy(&output.stderr).into_owned();
                let told = ["is not empty", "has the lock", "holds a lock", "was interrupted", "is locked"];
                assert!(output.status.success() || told.iter().any(|text| words.contains(text)), "{words}");
                output.status.code()
            })
            .collect();
        assert_eq!(codes.iter().filter(|code| **code == Some(0)).count(), 1, "{codes:?}");
        assert_eq!(fingerprint(&db.url()), expected());
    });
}

#[test]
fn a_schema_that_is_not_whole_is_refused() {
    each_engine(|db| {
        call(&db.url(), "migrate to create_likes").expect(0);
        let done = call(&db.url(), &format!("seed {WORLD}")).expect(2);
        assert!(done.stderr.contains("is between two editions"), "{}", done.stderr);
        call(&db.url(), "setup --no-seed").expect(0);
        let done = call(&db.url(), &format!("seed {WORLD} --edition platform")).expect(2);
        assert!(done.stderr.contains("is at edition course, not platform"), "{}", done.stderr);
        call(&db.url(), "migrate down --yes").expect(0);
        call(&db.url(), &format!("seed {WORLD}")).expect(2);
        call(&db.url(), "migrate up 1").expect(0);
        db.connect().batch("INSERT INTO __diesel_schema_migrations (version) VALUES ('20990101')").unwrap();
        let done = call(&db.url(), &format!("seed {WORLD}")).expect(2);
        assert!(done.stderr.contains("is not complete"), "{}", done.stderr);
    });
}

#[test]
fn a_full_disk_is_told_and_the_load_goes_on_when_there_is_room() {
    let expected = expected();
    let Some(disk) = SmallDisk::mount(1 << 20) else {
        println!("no right to mount a small disk here: skipped");
        return;
    };
    let url = format!("sqlite://{}", disk.folder.join("full.db").display());
    call(&url, "setup --no-seed").expect(0);
    let done = call(&url, &format!("seed {WORLD}")).expect(2);
    assert!(done.stderr.contains("no space left"), "{}", done.stderr);
    assert!(object(&call(&url, "migrate status --json").expect(0)).get("load").is_some());
    disk.resize(64 << 20);
    call(&url, "seed --resume").expect(0);
    assert_eq!(fingerprint(&url), expected);
}

/// Rows of a database that a test looks into are told apart by a change of one of them.
#[test]
fn a_row_that_was_altered_or_deleted_by_hand_is_found() {
    each_engine(|db: &TestDb| {
        call(&db.url(), &format!("setup {WORLD} --quiet")).expect(0);
        call(&db.url(), "check").expect(0);
        for change in [
            "UPDATE comments SET comment_text = 'something else' WHERE id = 7",
            "DELETE FROM likes WHERE user_id = (SELECT m FROM (SELECT min(user_id) AS m FROM likes) AS first_one)",
        ] {
            db.connect().batch(change).unwrap();
            let done = call(&db.url(), "check").expect(1);
            assert!(done.stdout.contains("and another digest"), "{}", done.stdout);
            call(&db.url(), &format!("seed {WORLD} --replace --yes --quiet")).expect(0);
            call(&db.url(), "check").expect(0);
        }
    });
}

//! Every wait of a run ends in the time that `--lock-timeout` gives, and says for whom it was.

use std::process::Child;
use std::time::{Duration, Instant};

use instaseed::database::{self, Db, Engine};

use crate::lock::migrate;
use crate::migrate::{folder, number};
use crate::support::{TestDb, at_course, instaseed, on, on_engine, one};

/// A table, and a migration that needs it for itself.
fn two() -> std::path::PathBuf {
    folder(&[
        ("0001_t", "CREATE TABLE t (a INT);", "DROP TABLE t;"),
        ("0002_more", "ALTER TABLE t ADD COLUMN b INT;", "ALTER TABLE t DROP COLUMN b;"),
    ])
}

/// A program that has read the table and left its transaction open.
fn idle_reader(test: &TestDb) -> Db {
    let mut db = test.connect();
    db.batch("BEGIN").expect("begun");
    one(&mut db, "count(*)", "FROM t");
    db
}

#[test]
fn an_idle_reader_is_named_and_the_wait_ends() {
    for engine in [Engine::Postgres, Engine::Mysql] {
        on_engine(engine, |test| {
            let root = two();
            let path = root.to_str().expect("UTF-8");
            at_course(test);
            migrate(test, &["up", "1", "--migrations", path]).run().expect(0);
            let mut reader = idle_reader(test);
            let id = match engine {
                Engine::Mysql => number(&mut reader, "SELECT CAST(CONNECTION_ID() AS SIGNED) AS number"),
                _ => number(&mut reader, "SELECT pg_backend_pid()::bigint AS number"),
            };
            let verb = ["up", "1", "--migrations", path, "--lock-timeout", "3"];
            let said = migrate(test, &verb).run().expect(2).stderr;
            let end = if engine == Engine::Mysql { "KILL" } else { "SELECT pg_terminate_backend" };
            assert!(said.contains(&format!("waiting for a lock that connection {id} ")), "{said}");
            assert!(said.contains(&format!("blocked by: connection {id} ")), "{said}");
            assert!(said.contains(end), "{said}");
            reader.batch("ROLLBACK").expect("ended");
            migrate(test, &["up", "1", "--migrations", path]).run().expect(0);
        });
    }
}

/// Undoing a load needs the tables for itself; whoever uses them need not be connected to their database.
#[test]
fn a_reader_without_a_database_is_named_when_a_load_is_undone() {
    on_engine(Engine::Mysql, |test| {
        crate::retried::cut_off(test);
        let elsewhere = TestDb::absent(Engine::Mysql).expect("the server is there");
        database::create(elsewhere.target()).expect("created");
        let mut reader = elsewhere.connect();
        reader.batch(&format!("DROP DATABASE `{}`", elsewhere.target().database())).expect("dropped");
        reader.batch("BEGIN").expect("begun");
        one(&mut reader, "count(*)", &format!("FROM `{}`.users", test.target().database()));
        let id = number(&mut reader, "SELECT CAST(CONNECTION_ID() AS SIGNED) AS number");
        let said = on(test, "seed --discard --yes --lock-timeout 3").expect(2).stderr;
        assert!(
            said.contains(&format!("connection {id} ")) && said.contains(&format!("KILL {id}")),
            "{said}"
        );
        reader.batch("ROLLBACK").expect("ended");
        on(test, "seed --discard --yes").expect(0);
    });
}

#[test]
fn the_lock_is_free_soon_after_a_waiting_client_was_killed() {
    on_engine(Engine::Postgres, |test| {
        let root = two();
        let path = root.to_str().expect("UTF-8");
        at_course(test);
        migrate(test, &["up", "1", "--migrations", path]).run().expect(0);
        let mut reader = idle_reader(test);
        let mut waiting: Child =
            migrate(test, &["up", "1", "--migrations", path, "--lock-timeout", "100000"]).spawn();
        let sessions = "SELECT count(*) AS number FROM pg_locks l JOIN pg_database d ON d.oid = l.database \
                        WHERE d.datname = current_database() AND NOT l.granted";
        while number(&mut reader, sessions) == 0 {
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        waiting.kill().expect("it was there");
        waiting.wait().expect("it is gone");
        // The reader still has its lock: only the server can end the wait of the dead client.
        while number(&mut reader, sessions) > 0 {
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
    });
}

#[test]
fn the_holder_of_an_sqlite_file_is_named_by_every_verb() {
    on_engine(Engine::Sqlite, |test| {
        let url = test.url();
        instaseed(&["setup", "--no-seed", "--quiet", "--database-url", &url]).run().expect(0);
        let mut holder =
            migrate(test, &["to", "platform"]).env("INSTASEED_FAULT", "migrate:pause:600000").spawn();
        let status = ["status", "--lock-timeout", "0"];
        while migrate(test, &status).run().code == 0 {
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        let name = format!("process {} (instaseed)", holder.id());
        let locked = format!("another run holds the lock: {name}");
        for verb in [
            "migrate to platform",
            "migrate up",
            "migrate protect",
            "migrate unprotect --yes",
            "seed --profile tiny",
            "setup --profile tiny",
            "reset --yes",
            "check",
        ] {
            let begun = Instant::now();
            let said = on(test, &format!("{verb} --lock-timeout 1")).expect(2).stderr;
            assert!(said.contains(&locked), "{verb}: {said}");
            assert!(said.contains("waiting for another run"), "{verb}: {said}");
            assert!(begun.elapsed() < Duration::from_secs(8), "{verb}: {:?}", begun.elapsed());
        }
        let said = on(test, "doctor").expect(1).stdout;
        assert!(said.contains(&format!("BAD   lock           {locked}")), "{said}");
        holder.kill().expect("it was there");
        holder.wait().expect("it is gone");
        on(test, "seed --profile tiny --lock-timeout 1").expect(0);
    });
}

#[test]
fn the_reader_that_keeps_a_mark_from_being_written_is_named() {
    on_engine(Engine::Sqlite, |test| {
        on(test, "setup --no-seed --quiet").expect(0);
        let mut reader = test.connect();
        reader.batch("BEGIN").expect("begun");
        one(&mut reader, "count(*)", "FROM users");
        let said = on(test, "migrate protect --lock-timeout 1").expect(2).stderr;
        assert!(
            said.contains(&format!("another run holds the lock: process {}", std::process::id())),
            "{said}"
        );
        reader.batch("ROLLBACK").expect("ended");
        on(test, "migrate protect").expect(0);
    });
}

/// A migration of its own that makes an index beside the readers and writers of its table.
fn concurrently(test: &TestDb, statement: &str) -> crate::support::Finished {
    let root = folder(&[("0001_x", statement, "SELECT 1;")]);
    std::fs::write(root.join("0001_x/metadata.toml"), "run_in_transaction = false\n").expect("written");
    at_course(test);
    migrate(test, &["up", "1", "--migrations", root.to_str().expect("UTF-8")]).run()
}

/// Leaves an invalid index, as an interrupted one does.
fn invalid(db: &mut Db, index: &str, table: &str) {
    db.batch(&format!("INSERT INTO {table} VALUES (1), (1)")).expect("rows");
    db.batch(&format!("CREATE UNIQUE INDEX CONCURRENTLY {index} ON {table} (b)")).unwrap_err();
}

fn valid(db: &mut Db, index: &str) -> Option<String> {
    one(db, "bool_and(indisvalid)", &format!("FROM pg_index WHERE indexrelid = to_regclass('{index}')"))
}

#[test]
fn only_the_invalid_index_that_a_statement_names_is_cleared_away() {
    on_engine(Engine::Postgres, |test| {
        let mut db = test.connect();
        db.batch("CREATE TABLE t (b INT); CREATE TABLE other (b INT)").expect("tables");
        invalid(&mut db, "b", "other");
        invalid(&mut db, "t_b_idx_c", "t");
        concurrently(test, "CREATE INDEX CONCURRENTLY t_b_idx_c ON t (b);").expect(0);
        assert_eq!(valid(&mut db, "t_b_idx_c").as_deref(), Some("true"));
        assert_eq!(valid(&mut db, "b").as_deref(), Some("false"));
    });
    on_engine(Engine::Postgres, |test| {
        let mut db = test.connect();
        db.batch(
            "CREATE TABLE ord (d INT, c INT) PARTITION BY RANGE (d); \
             CREATE TABLE ord_1 PARTITION OF ord FOR VALUES FROM (0) TO (10); CREATE INDEX ord_c_idx ON ONLY ord (c)",
        )
        .expect("tables");
        concurrently(test, "CREATE INDEX CONCURRENTLY ord_c_idx_1 ON ord_1 (c);").expect(0);
        assert_eq!(valid(&mut db, "ord_c_idx").as_deref(), Some("false"));
    });
    on_engine(Engine::Postgres, |test| {
        let mut db = test.connect();
        db.batch("CREATE TABLE t (b INT); CREATE TABLE other (b INT)").expect("tables");
        invalid(&mut db, "i", "other");
        let said = concurrently(test, "CREATE INDEX CONCURRENTLY i ON t (b);").expect(2).stderr;
        assert!(said.contains("already exists"), "{said}");
        assert_eq!(valid(&mut db, "i").as_deref(), Some("false"));
    });
}

//! How fast a database is filled: `instaseed seed` (making the rows included) against the engine's own client loading
//! the same rows from CSV files made beforehand, into the same final schema, in turn, as ratios of medians.
//!
//!     cargo bench --bench load [-- USERS [RUNS [ENGINE...]]]     (8,000 users, 5 runs, every engine)
//!
//! 8,000 users are about a million rows, 80,000 about ten million. It needs the engines' clients (sqlite3, psql and
//! pg_dump, mariadb) and servers; the servers are private ones, with durable settings, on this machine. Each run
//! asserts that both sides have loaded the same number of rows.

#[path = "../tests/integration"]
mod integration {
    pub mod support;
}

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::Ordering;
use std::time::Instant;

use instaseed::database::{Db, Engine};
use instaseed::edition::Edition;
use integration::support::{self, TestDb, instaseed};

/// A way to load.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    Ours,
    /// SQLite only: without secondary indexes, on our side and on the client's.
    OursWithoutIndexes,
    ClientWithoutIndexes,
    /// The client with everything in place.
    ClientConstraintsKept,
    /// The client in the best known order: rows first, the rest of the schema after them.
    ClientBestOrder,
}

fn main() {
    support::DURABLE.store(true, Ordering::Relaxed);
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with("--")).collect();
    let users = args.first().map_or("8000", String::as_str);
    let runs: usize = args.get(1).map_or(5, |runs| runs.parse().expect("a number of runs"));
    let files = support::scratch();
    let generate =
        ["generate", "--format", "csv", "--users", users, "--out", files.to_str().expect("UTF-8"), "--quiet"];
    instaseed(&generate).run().expect(0);
    for engine in Engine::ALL {
        if args.len() > 2 && !args[2..].iter().any(|name| name == engine.name()) {
            continue;
        }
        let ways = match engine {
            Engine::Sqlite => vec![
                (Way::OursWithoutIndexes, Way::ClientWithoutIndexes, 0.35),
                (Way::Ours, Way::ClientBestOrder, 0.6),
            ],
            Engine::Postgres => {
                vec![(Way::Ours, Way::ClientBestOrder, 0.9), (Way::Ours, Way::ClientConstraintsKept, 0.15)]
            }
            Engine::Mysql => vec![(Way::Ours, Way::ClientBestOrder, 0.8)],
        };
        for (ours, client, aim) in ways {
            compare(engine, users, &files, runs, ours, client, aim);
        }
    }
}

fn compare(engine: Engine, users: &str, files: &Path, runs: usize, ours: Way, client: Way, aim: f64) {
    let mut times = [Vec::new(), Vec::new()];
    let mut rows = None;
    let mut share = String::new();
    for _ in 0..runs {
        for (way, times) in [ours, client].into_iter().zip(&mut times) {
            let Some(db) = TestDb::absent(engine) else { return };
            prepare(&db, way);
            let begun = Instant::now();
            if matches!(way, Way::Ours | Way::OursWithoutIndexes) {
                share = seed(&db, users);
            } else {
                load_with_client(&db, way, files);
            }
            times.push(begun.elapsed().as_secs_f64());
            let found = count(&db);
            assert_eq!(*rows.get_or_insert(found), found, "{way:?} has loaded other rows");
        }
    }
    let [ours_seconds, client_seconds] = times.map(|mut times| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    });
    let ratio = ours_seconds / client_seconds;
    println!(
        "{engine:<10} {:>10} rows  {ours:?} {ours_seconds:.2} s  {client:?} {client_seconds:.2} s  ratio {ratio:.2} (aim {aim}){}  engine at work {share} of the loading",
        rows.unwrap_or_default(),
        if ratio <= aim { "" } else { "  NOT REACHED" },
    );
}

/// The schema, and what a way wants gone beforehand: not counted.
fn prepare(db: &TestDb, way: Way) {
    call(db, &["setup", "--no-seed", "--quiet"]);
    let drop_indexes = "DROP INDEX photo_tags_tag_id_photo_id_idx; DROP INDEX follows_followee_id_idx; DROP INDEX likes_photo_id_idx; DROP INDEX comments_user_id_idx; DROP INDEX comments_photo_id_created_at_idx; DROP INDEX photos_user_id_created_at_idx";
    match (db.engine(), way) {
        (Engine::Sqlite, Way::Ours) | (_, Way::ClientConstraintsKept) => {}
        (Engine::Sqlite, _) => db.connect().batch(drop_indexes).expect("the indexes are there"),
        _ => {}
    }
}

fn call(db: &TestDb, words: &[&str]) -> support::Finished {
    let url = match db.engine() {
        // The client goes by the socket too.
        Engine::Mysql => {
            let server = support::Server::shared(support::Kind::Mysql).expect("the database is on it");
            server.socket_url(db.target().database())
        }
        Engine::Sqlite | Engine::Postgres => db.url(),
    };
    let words: Vec<&str> = words.iter().copied().chain(["--database-url", &url]).collect();
    instaseed(&words).run().expect(0)
}

/// Returns the share of the time for which the engine kept us waiting.
fn seed(db: &TestDb, users: &str) -> String {
    let done = call(db, &["seed", "--users", users, "--json", "--quiet"]);
    let answer: serde_json::Value = serde_json::from_str(&done.stdout).expect("one object");
    format!("{:.0} %", answer["engine_share"].as_f64().unwrap_or_default() * 100.0)
}

fn count(db: &TestDb) -> u64 {
    let mut connection: Db = db.connect();
    Edition::Course
        .tables()
        .iter()
        .map(|table| connection.count(table.name).expect("the table is there"))
        .sum()
}

fn tables() -> impl Iterator<Item = &'static str> {
    Edition::Course.tables().iter().map(|table| table.name)
}

fn load_with_client(db: &TestDb, way: Way, files: &Path) {
    match db.engine() {
        Engine::Sqlite => sqlite(db, way, files),
        Engine::Postgres => postgres(db, way, files),
        Engine::Mysql => mariadb(db, files),
    }
}

fn sqlite(db: &TestDb, way: Way, files: &Path) {
    let mut script = String::from(".mode csv\n");
    for table in tables() {
        script += &format!(".import --skip 1 {}/{table}.csv {table}\n", files.display());
    }
    if way == Way::ClientBestOrder {
        script += include_str!("../migrations/sqlite/2026-01-01-000800_index_course_lookups/up.sql");
    }
    let path = db.target().path().expect("an SQLite file").display().to_string();
    pipe(Command::new("sqlite3").arg("-bail").arg(path), &script);
}

fn postgres(db: &TestDb, way: Way, files: &Path) {
    let url = db.url();
    let copy: String = tables()
        .map(|table| {
            format!("\\copy {table} FROM '{}/{table}.csv' WITH (FORMAT csv, HEADER)\n", files.display())
        })
        .collect();
    if way == Way::ClientConstraintsKept {
        return pipe(Command::new("psql").args(["-qX", "-v", "ON_ERROR_STOP=1", &url]), &copy);
    }
    // The dump of the empty schema gives its parts in the best order: tables, (rows,) keys, indexes, references.
    // Making it and taking the tables anew is quick and counted on the client's side: a few milliseconds of seconds.
    let dump = |section: &str| {
        let dump = Command::new("pg_dump").args(["--schema-only", "--section", section, &url]).output();
        String::from_utf8(dump.expect("pg_dump is installed").stdout).expect("SQL is text")
    };
    let (before, after) = (dump("pre-data"), dump("post-data"));
    let anew = "DROP SCHEMA public CASCADE;\n";
    let public = if before.contains("CREATE SCHEMA public") { "" } else { "CREATE SCHEMA public;\n" };
    let path = "SET search_path = public;\n";
    let script = [anew, public, &before, path, &copy, &after].concat();
    let mut psql = Command::new("psql");
    // It says of each thing that goes with the schema that it goes.
    psql.env("PGOPTIONS", "-c client_min_messages=warning");
    pipe(psql.args(["-qX", "-v", "ON_ERROR_STOP=1", &url]), &script);
}

/// The tables side by side, two at a time, each over a connection of its own, with the checks off.
fn mariadb(db: &TestDb, files: &Path) {
    let target = db.target();
    let server = support::Server::shared(support::Kind::Mysql).expect("the database is on it");
    std::thread::scope(|scope| {
        let queue = std::sync::Arc::new(std::sync::Mutex::new(tables().collect::<Vec<_>>()));
        for _ in 0..2 {
            let queue = std::sync::Arc::clone(&queue);
            scope.spawn(move || {
                loop {
                    let Some(table) = queue.lock().expect("no panic holds it").pop() else { break };
                    let script = format!(
                        "SET unique_checks = 0, foreign_key_checks = 0, time_zone = '+00:00';\n\
                         LOAD DATA LOCAL INFILE '{}/{table}.csv' INTO TABLE {table} CHARACTER SET utf8mb4 FIELDS TERMINATED BY ',' \
                         OPTIONALLY ENCLOSED BY '\"' ESCAPED BY '' IGNORE 1 LINES;\n",
                        files.display()
                    );
                    let socket = format!("--socket={}", server.socket.display());
                    let (user, password) = (format!("-u{}", support::USER), format!("-p{}", support::PASSWORD));
                    let mut client = Command::new("mariadb");
                    client.args(["--no-defaults", "--local-infile=1", &socket, &user, &password, target.database()]);
                    pipe(&mut client, &script);
                }
            });
        }
    });
}

/// Runs a client with a script on its standard input, to the end.
fn pipe(command: &mut Command, script: &str) {
    use std::io::Write;
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().expect("the client is installed");
    child
        .stdin
        .take()
        .expect("it is piped")
        .write_all(script.as_bytes())
        .expect("the client reads its script");
    assert!(child.wait().expect("it ends").success(), "{command:?} failed");
}

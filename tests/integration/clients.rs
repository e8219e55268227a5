//! SQL files on the engines' own clients: sqlite3, mariadb (or mysql) and psql load them without a warning, and so do
//! dumps that the engines' own tools make. A client that is not installed is one line.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use instaseed::database::Engine;

use crate::support::{
    Finished, Kind, PASSWORD, Server, TestDb, USER, each_engine, instaseed, missing, object, on, scratch,
};

/// The client of an engine, or its tool for dumps, with the account of a test's database; the name of the database
/// comes last.
fn tool(db: &TestDb, names: &[&str], options: &[&str]) -> Option<Command> {
    let name = names.iter().find(|name| {
        let found = Command::new(name).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        found.is_ok_and(|status| status.success())
    });
    let Some(name) = name else {
        missing(&format!("the client {}", names[0]));
        return None;
    };
    let mut command = Command::new(name);
    match db.engine() {
        Engine::Sqlite => {
            command.args(options).arg(db.target().path().expect("a file"));
        }
        Engine::Mysql => {
            let server = Server::shared(Kind::Mysql)?;
            command.args(["--no-defaults", &format!("--socket={}", server.socket.display())]);
            command
                .args(["-u", USER, &format!("--password={PASSWORD}")])
                .args(options)
                .arg(db.target().database());
        }
        Engine::Postgres => {
            let server = Server::shared(Kind::Postgres)?;
            command.args(["-h", "127.0.0.1", "-p", &server.port.to_string(), "-U", USER]);
            command.env("PGPASSWORD", PASSWORD).args(options).arg(db.target().database());
        }
    }
    Some(command)
}

/// Loads a script with the plain client of the engine; no client says a word of complaint.
fn load(db: &TestDb, script: &[u8], before: &str) -> bool {
    let client = match db.engine() {
        Engine::Sqlite => tool(db, &["sqlite3"], &["-bail"]),
        Engine::Mysql => tool(db, &["mariadb", "mysql"], &["--show-warnings"]),
        Engine::Postgres => tool(db, &["psql"], &["-X", "-q", "-v", "ON_ERROR_STOP=1"]),
    };
    let Some(mut client) = client else { return false };
    client.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = client.spawn().expect("a client can be run");
    let mut input = child.stdin.take().expect("a pipe");
    let all = [before.as_bytes(), script].concat();
    let writer = std::thread::spawn(move || drop(input.write_all(&all)));
    let Output { status, stdout, stderr } = child.wait_with_output().expect("it ends");
    writer.join().expect("it was written");
    let (said, complaint) = (String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    assert!(status.success(), "{}: {complaint}", db.engine());
    assert_eq!((said.trim(), complaint.trim()), ("", ""), "{}: no warning, no output", db.engine());
    true
}

/// The script that `generate` writes to standard output.
fn script(engine: Engine, edition: &str, more: &[&str]) -> Finished {
    let fixed = ["generate", "--users", "300", "--edition", edition, "--format", "sql"];
    let dialect = ["--dialect", engine.name(), "--schema", "--out", "-"];
    instaseed(&[&fixed[..], &dialect, more].concat()).run().expect(0)
}

fn fingerprint(edition: &str) -> serde_json::Value {
    let out = scratch();
    let out = out.to_str().expect("UTF-8");
    let call = ["generate", "--users", "300", "--edition", edition, "--json", "--force", "--out", out];
    object(&instaseed(&call).run().expect(0))["fingerprint"].clone()
}

/// What `check` says of a database.
fn checked(db: &TestDb) -> serde_json::Value {
    let report = object(&on(db, "check --json").expect(0));
    report["fingerprint"].clone()
}

/// Settings of a session under which a careless script means something else. A migration of PostgreSQL prints what a
/// function returns.
fn hostile(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "PRAGMA foreign_keys = ON;\n",
        Engine::Mysql => {
            "SET SESSION time_zone = '+07:00', sql_mode = 'ANSI,NO_BACKSLASH_ESCAPES,TRADITIONAL', autocommit = 0, sql_safe_updates = 1;\nSET NAMES latin1;\n"
        }
        Engine::Postgres => {
            "\\o /dev/null\nSET TimeZone = 'Asia/Bangkok'; SET DateStyle = 'SQL, DMY'; SET standard_conforming_strings = off; SET escape_string_warning = off; SET client_encoding = 'LATIN1';\n"
        }
    }
}

#[test]
fn plain_clients_load_the_script_and_the_database_is_as_if_seeded() {
    each_engine(|db| {
        for (edition, before) in [("course", ""), ("platform", hostile(db.engine()))] {
            let Some(fresh) = TestDb::absent(db.engine()) else { return };
            if !db.engine().is_file() {
                instaseed::database::create(fresh.target()).expect("the harness can create a database");
            }
            let text = script(db.engine(), edition, &[]).stdout;
            if !load(&fresh, text.as_bytes(), before) {
                return;
            }
            assert_eq!(checked(&fresh), fingerprint(edition), "{} {edition}", db.engine());
            let status = object(&on(&fresh, "migrate status --json").expect(0));
            assert_eq!(status["edition"], edition, "{status}");
            let goes_on = match edition {
                "course" => "seed --users 20 --append",
                _ => "migrate to course --yes",
            };
            on(&fresh, goes_on).expect(0);
        }
    });
}

#[test]
fn rows_alone_load_into_migrated_tables_and_new_ids_follow() {
    each_engine(|db| {
        on(db, "setup --edition platform --no-seed").expect(0);
        let dir = scratch();
        let out = dir.to_str().expect("UTF-8");
        let fixed = ["generate", "--users", "300", "--edition", "platform", "--dialect", db.engine().name()];
        instaseed(&[&fixed[..], &["--out", out, "--force"]].concat()).run().expect(0);
        let mut names: Vec<_> = fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().path()).collect();
        names.retain(|path| path.extension().is_some_and(|ending| ending == "sql"));
        names.sort();
        assert_eq!(names.len(), 8, "a file for each table, and no schema");
        for name in names {
            if !load(db, &fs::read(name).unwrap(), "") {
                return;
            }
        }
        assert_eq!(checked(db), fingerprint("platform"));
        crate::support::sql(
            db,
            "INSERT INTO users (username, email, password_hash) VALUES ('nobody_else', 'n@example.com', '!')",
        );
        let newest = crate::support::one(&mut db.connect(), "max(user_id)", "FROM users");
        assert_eq!(newest.as_deref(), Some("301"), "{}", db.engine());
    });
}

#[test]
fn dumps_by_the_engines_own_tools_keep_the_fingerprint() {
    each_engine(|db| {
        on(db, "setup --users 300").expect(0);
        let dump = match db.engine() {
            Engine::Sqlite => tool(db, &["sqlite3"], &[]).map(|mut tool| {
                tool.arg(".dump");
                tool
            }),
            Engine::Mysql => tool(db, &["mariadb-dump", "mysqldump"], &["--skip-comments"]),
            Engine::Postgres => tool(db, &["pg_dump"], &[]),
        };
        let Some(mut dump) = dump else { return };
        let dumped = dump.output().expect("it can be run");
        if !dumped.status.success() {
            let complaint = String::from_utf8_lossy(&dumped.stderr);
            assert!(complaint.contains("version mismatch"), "{complaint}");
            return missing("a pg_dump as new as the server");
        }
        let Some(elsewhere) = TestDb::absent(db.engine()) else { return };
        if !db.engine().is_file() {
            instaseed::database::create(elsewhere.target()).expect("the harness can create a database");
        }
        let text = String::from_utf8(dumped.stdout).expect("UTF-8");
        if !load_dump(&elsewhere, &text) {
            return;
        }
        assert_eq!(checked(&elsewhere), checked(db), "{}", db.engine());
        assert_eq!(checked(&elsewhere), fingerprint("course"), "{}", db.engine());
    });
}

/// Loads a dump, whose client may print what its statements return.
fn load_dump(db: &TestDb, text: &str) -> bool {
    let quiet = match db.engine() {
        Engine::Postgres => "\\o /dev/null\n",
        _ => "",
    };
    load(db, text.as_bytes(), quiet)
}

#[test]
fn files_of_shards_load_in_the_order_of_their_names() {
    each_engine(|db| {
        let parts: Vec<_> = (1..=3).map(|_| scratch()).collect();
        for (dir, index) in parts.iter().zip(1..) {
            let fixed = ["generate", "--users", "300", "--format", "sql.gz", "--dialect", db.engine().name()];
            let shard = format!("{index}/3");
            let more = ["--shard", &shard, "--out", dir.to_str().unwrap()];
            instaseed(&[&fixed[..], &more].concat()).run().expect(0);
        }
        on(db, "setup --no-seed").expect(0);
        for table in
            ["01_users", "02_photos", "03_comments", "04_likes", "05_follows", "06_tags", "07_photo_tags"]
        {
            for dir in &parts {
                let unpacked =
                    Command::new("gzip").arg("-dc").arg(dir.join(format!("{table}.sql.gz"))).output();
                let unpacked = unpacked.expect("gzip can be run");
                assert!(unpacked.status.success());
                if !load(db, &unpacked.stdout, "") {
                    return;
                }
            }
        }
        assert_eq!(checked(db), fingerprint("course"), "{}", db.engine());
    });
}

#[test]
fn packers_read_what_is_compressed() {
    let plain = scratch();
    let write = |dir: &Path, format: &str, more: &[&str]| {
        let fixed =
            ["generate", "--users", "400", "--force", "--format", format, "--out", dir.to_str().unwrap()];
        instaseed(&[&fixed[..], more].concat()).run().expect(0);
    };
    write(&plain, "csv", &[]);
    for (format, packer) in [("csv.gz", "gzip"), ("csv.zst", "zstd")] {
        let Ok(_) = Command::new(packer).arg("--version").output() else {
            missing(packer);
            continue;
        };
        let ending = format.strip_prefix("csv.").unwrap();
        let bytes = |dir: &Path, table: &str| fs::read(dir.join(format!("{table}.csv.{ending}"))).unwrap();
        let first = scratch();
        write(&first, format, &["--threads", "1"]);
        for threads in ["2", "5"] {
            let again = scratch();
            write(&again, format, &["--threads", threads]);
            for table in ["users", "photos", "follows", "photo_tags"] {
                assert!(
                    bytes(&first, table) == bytes(&again, table),
                    "{format} {table} on {threads} threads"
                );
            }
        }
        for table in ["users", "comments", "photo_tags"] {
            let unpacked =
                Command::new(packer).arg("-dc").arg(first.join(format!("{table}.csv.{ending}"))).output();
            let unpacked = unpacked.unwrap();
            assert!(unpacked.status.success() && unpacked.stderr.is_empty());
            assert!(
                unpacked.stdout == fs::read(plain.join(format!("{table}.csv"))).unwrap(),
                "{format} {table}"
            );
        }
        let streamed =
            instaseed(&["generate", "--users", "400", "--format", format, "--table", "users", "--out", "-"]);
        let mut child = streamed.spawn();
        let mut all = Vec::new();
        std::io::Read::read_to_end(&mut child.stdout.take().unwrap(), &mut all).unwrap();
        child.wait().unwrap();
        assert!(all == bytes(&first, "users"), "{format}");
    }
}

#[test]
fn sql_is_the_same_to_the_byte_on_any_number_of_threads() {
    for engine in Engine::ALL {
        let one = script(engine, "platform", &["--threads", "1"]).stdout;
        for threads in ["2", "5"] {
            assert!(script(engine, "platform", &["--threads", threads]).stdout == one, "{engine} {threads}");
        }
    }
}

#[test]
fn options_that_contradict_each_other_are_refused() {
    let cases: [(&[&str], &str, &str); 4] = [
        (
            &["--format", "csv", "--dialect", "mysql"],
            "--dialect is for SQL files, and the format is csv",
            "--format sql",
        ),
        (
            &["--format", "jsonl", "--schema"],
            "--schema is for SQL files, and the format is jsonl",
            "--format sql",
        ),
        (
            &["--format", "csv.gz", "--compress", "zstd"],
            "--format csv.gz and --compress zstd contradict",
            "--format csv.gz alone",
        ),
        (&["--dialect", "oracle"], "invalid value 'oracle' for '--dialect <ENGINE>'", "sqlite, mysql"),
    ];
    for (options, problem, way_out) in cases {
        let call = instaseed(&[&["generate", "--out", "nowhere"], options].concat()).run().expect(2);
        assert!(call.stderr.contains(problem) && call.stderr.contains(way_out), "{}", call.stderr);
    }
    let taken = scratch();
    fs::write(taken.join("00_schema.sql"), "mine").unwrap();
    let out = taken.to_str().unwrap();
    let call = instaseed(&["generate", "--users", "10", "--schema", "--out", out]).run().expect(2);
    assert!(call.stderr.contains("00_schema.sql already exists"), "{}", call.stderr);
    assert_eq!(fs::read_dir(&taken).unwrap().count(), 1);
}

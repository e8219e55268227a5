//! What others wrote cannot command the terminal nor forge a line of ours: servers, files, rows, arguments.

use std::fs;

use instaseed::database::{Db, Engine, Target};

use super::fake::{Mysql, serve};
use crate::support::{Finished, Kind, Server, TestDb, each_engine, instaseed, scratch};

/// Clears the screen, goes back to the line's beginning, rings, begins a C1 sequence, turns the writing around.
const EVIL: &str = "\u{1b}[2J\rx\u{7}\u{9b}31m\u{202e}y\u{2066}z\u{2028}w\u{7f}";

#[track_caller]
fn is_tame(done: &Finished) {
    for text in [&done.stdout, &done.stderr] {
        let wild = text.chars().find(|c| {
            c.is_control() && *c != '\n' && *c != '\t' || matches!(c, '\u{202e}' | '\u{2066}' | '\u{2028}')
        });
        assert_eq!(wild, None, "{done:?}");
    }
}

#[test]
fn the_words_of_a_server_are_shown_not_obeyed() {
    let port = serve(|stream| {
        let mut server = Mysql::greet(stream, "mysql_native_password", b"0123456789abcdefghij");
        server.read();
        server.refuse(1045, EVIL);
        server.read();
    });
    let url = format!("mysql://u:p@127.0.0.1:{port}/d");
    let refused = instaseed(&["doctor", "--database-url", &url]).run().expect(2);
    is_tame(&refused);
    assert!(refused.stderr.contains("\\u{1b}[2J\\u{d}x\\u{7}\\u{9b}31m\\u{202e}y"), "{}", refused.stderr);
    let refused = instaseed(&["doctor", "--json", "--database-url", &url]).run().expect(2);
    is_tame(&refused);
    let answer: serde_json::Value = serde_json::from_str(&refused.stdout).unwrap();
    assert!(answer["error"]["causes"].to_string().contains("\\u001b[2J"), "{answer}");
    assert!(refused.stdout.contains("\\u009b31m\\u202ey\\u2066z\\u2028w\\u007f"), "{}", refused.stdout);
}

#[test]
fn a_name_forges_no_line_of_doctor() {
    let Some(server) = Server::shared(Kind::Postgres) else { return };
    let mut administrator = Db::connect(&Target::parse(&server.url("postgres")).unwrap()).unwrap();
    administrator
        .batch("CREATE ROLE \"x\nBAD   forged         line\u{1b}[2J\" LOGIN PASSWORD 'W0ng'")
        .unwrap();
    let url = server.url_of(
        "x%0ABAD%20%20%20forged%20%20%20%20%20%20%20%20%20line%1B%5B2J",
        Some("W0ng"),
        "postgres",
    );
    let seen = instaseed(&["doctor", "--database-url", &url]).run();
    is_tame(&seen);
    assert!(seen.stdout.contains("x\\u{a}BAD   forged"), "{seen:?}");
    assert!(!seen.stdout.lines().any(|line| line.starts_with("BAD   forged")), "{seen:?}");
    administrator.batch("DROP ROLE \"x\nBAD   forged         line\u{1b}[2J\"").unwrap();
}

#[test]
fn rows_are_shown_not_obeyed() {
    each_engine(|db| {
        let url = db.url();
        instaseed(&["setup", "--profile", "tiny", "--database-url", &url]).run().expect(0);
        let mut connection = db.connect();
        connection
            .batch(&format!("UPDATE users SET username = '{EVIL}\nBROKEN forged' WHERE id = 1"))
            .unwrap();
        connection.batch("UPDATE users SET created_at = '2031-01-01 00:00:00' WHERE id = 1").unwrap();
        drop(connection);
        for verb in [&["show", "users"][..], &["check"], &["show", "users", "--json"], &["check", "--json"]] {
            let seen = instaseed(&[verb, &["--database-url", &url]].concat()).run();
            is_tame(&seen);
            assert!(!seen.stdout.lines().any(|line| line.starts_with("BROKEN forged")), "{seen:?}");
        }
    });
}

#[test]
fn cells_of_files_and_arguments_are_shown_not_obeyed() {
    let folder = scratch();
    instaseed(&["generate", "--profile", "tiny", "--out", "data"]).dir(&folder).run().expect(0);
    // the manifest would say so before a row is read
    fs::remove_file(folder.join("data/manifest.json")).unwrap();
    let path = folder.join("data/users.csv");
    let text = fs::read_to_string(&path).unwrap();
    let cut = text.split_once('\n').unwrap().0;
    fs::write(&path, format!("{cut}\n{EVIL},name,2020-01-01 00:00:00\n")).unwrap();
    is_tame(&instaseed(&["check", "data"]).dir(&folder).run().expect(2));
    is_tame(&instaseed(&["check", &format!("data{EVIL}")]).dir(&folder).run().expect(2));
    is_tame(&instaseed(&[&format!("{EVIL}verb")]).run().expect(2));
    is_tame(&instaseed(&["setup", "--profile", EVIL]).run().expect(2));
    is_tame(&instaseed(&["setup", "--users", EVIL]).run().expect(2));
}

#[test]
fn the_ledger_is_shown_not_obeyed() {
    let Some(db) = TestDb::absent(Engine::Sqlite) else { return };
    instaseed(&["setup", "--no-seed", "--database-url", &db.url()]).run().expect(0);
    let strange =
        format!("INSERT INTO __diesel_schema_migrations (version) VALUES ('2{EVIL}\n  applied forged')");
    db.connect().batch(&strange).unwrap();
    let seen = instaseed(&["migrate", "status", "--database-url", &db.url()]).run();
    is_tame(&seen);
    assert!(!seen.stdout.lines().any(|line| line.starts_with("  applied forged")), "{seen:?}");
}

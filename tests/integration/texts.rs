//! Errors as a person sees them, whole: what was typed, the exit code and standard error, in tests/snapshots/errors.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use instaseed::database::{self, Db, Engine, Target};

use crate::migrate::write;
use crate::retried::cut_off;
use crate::snapshot::{hold, normal};
use crate::support::{
    Finished, Kind, Server, TestDb, by_another_user, certificates, instaseed, on, scratch, sql, tls_server,
};

/// The texts of one test, by name.
#[derive(Default)]
struct Texts {
    all: BTreeMap<String, String>,
    /// The calls that ended well.
    wrong: String,
}

impl Texts {
    fn add(&mut self, name: &str, words: &str, done: &Finished) {
        if done.code != 2 {
            self.wrong += &format!("  {name}: exit code {}: {}\n", done.code, done.stderr);
        }
        let text = format!("$ instaseed {words}\n{}exit code {}\n", done.stderr, done.code);
        let before = self.all.insert(name.to_owned(), normal(&text));
        assert!(before.is_none(), "{name} is there twice");
    }

    /// A verb in a folder, without a database of the harness.
    fn typed(&mut self, name: &str, folder: &Path, words: &str) {
        let typed: Vec<&str> = words.split(' ').collect();
        self.add(name, words, &instaseed(&typed).dir(folder).run());
    }

    /// A verb on a database.
    fn run(&mut self, name: &str, db: &TestDb, words: &str) {
        self.add(name, words, &on(db, words));
    }

    /// A verb with the URL of some database.
    fn at(&mut self, name: &str, words: &str, url: &str) {
        let typed: Vec<&str> = words.split(' ').chain(["--database-url", url]).collect();
        self.add(name, words, &instaseed(&typed).run());
    }

    /// A verb with a folder of own migrations.
    fn own(&mut self, name: &str, db: &TestDb, folder: &Path, words: &str) {
        let url = db.url();
        let folder = folder.to_str().expect("UTF-8");
        let more = ["--migrations", folder, "--database-url", &url];
        let typed: Vec<&str> = words.split(' ').chain(more).collect();
        self.add(name, words, &instaseed(&typed).run());
    }
}

#[test]
fn errors_of_the_command_line_are_as_written_down() {
    let mut all = Texts::default();
    let folder = scratch();
    fs::write(folder.join("notes.db"), "no database, but longer than the head of one. ".repeat(40)).unwrap();
    fs::write(folder.join("odd.toml"), "users = 10\nfollwers = 3\n").unwrap();
    fs::create_dir(folder.join("d.db")).unwrap();
    let cases = [
        ("unknown-verb", "setpu"),
        ("unknown-option", "seed --bogus"),
        ("words-without-options", "copy a.db b.db"),
        ("verb-of-migrate", "status"),
        ("no-number", "seed --users many"),
        ("unknown-edition", "setup --edition full"),
        ("no-such-file", "show --database-url missing.db"),
        ("no-such-folder", "setup --database-url missing/x.db"),
        ("a-folder", "setup --database-url d.db"),
        ("not-a-database", "setup --database-url notes.db"),
        ("bare-word", "setup --database-url localhost"),
        ("unknown-scheme", "setup --database-url oracle://u:secret@h/d"),
        ("no-database", "setup --database-url mysql://u:secret@h"),
        ("bad-port", "setup --database-url mysql://u:secret@h:port/d"),
        ("bad-parameter", "setup --database-url postgres://u:secret@h/d?sslmode=maybe"),
        ("unknown-parameter", "setup --database-url postgres://u:secret@h/d?speed=1"),
        ("in-memory", "setup --database-url sqlite::memory:"),
        ("connection-refused", "setup --database-url mysql://u:secret@127.0.0.1:1/d"),
        ("unknown-profile", "setup --profile clasic"),
        ("unknown-profile-key", "setup --profile odd.toml"),
        ("no-such-profile-file", "setup --profile missing.toml"),
        ("too-few-users", "setup --profile app --users 20"),
        ("exact-counts", "setup --profile classic --users 200"),
        ("planted-facts", "setup --profile course --as-of 2025-01-01"),
        ("exact-counts-mean", "setup --profile classic --likes-per-photo 3"),
        ("unknown-language", "setup --languages en,tlh"),
        ("zero-users", "setup --users 0"),
        ("too-many-follows", "generate --users 2000 --follows-per-user 1990 --out data"),
        ("ends-before-start", "generate --as-of 1999-01-01 --out data"),
        ("impossible-mean", "generate --users 10 --likes-per-photo 50 --out data"),
        ("unknown-table", "generate --table fotos --out data"),
        ("shard-outside", "generate --shard 8/7 --out data"),
        ("shard-unreadable", "generate --shard x --out data"),
        ("several-tables", "generate --out -"),
        (
            "out-of-keys",
            "generate --users 20000000 --likes-per-photo 9 --edition platform --table likes --out data",
        ),
        ("check-no-folder", "check missing"),
        ("check-a-file", "check notes.db"),
        ("no-migrations-folder", "migrate new add_ideas"),
        ("bad-migration-name", "migrate new Add-Ideas --migrations mine"),
    ];
    for (name, words) in cases {
        all.typed(name, &folder, words);
    }
    fs::create_dir(folder.join("data")).unwrap();
    fs::write(folder.join("data/tags.csv"), "id,tag_name,created_at\n1,a,yesterday\n").unwrap();
    all.typed("files-there", &folder, "generate --users 10 --out data");
    all.typed("check-no-edition", &folder, "check data");
    fs::write(folder.join(".env"), "A=1\nthis is no line\n").unwrap();
    all.typed("bad-dot-env", &folder, "show");
    finish("command-line", &all);
}

#[test]
fn errors_of_databases_are_as_written_down() {
    let mut all = Texts::default();
    for engine in Engine::ALL {
        let name = |name: &str| format!("{}-{name}", engine.name());
        let Some(db) = TestDb::absent(engine) else { continue };
        all.run(&name("missing"), &db, "show");
        on(&db, "setup --profile tiny -q").expect(0);
        all.run(&name("rows-there"), &db, "seed --users 5 --seed 3");
        all.run(&name("edition-stays"), &db, "setup --edition platform");
        all.run(&name("other-edition"), &db, "seed --edition platform");
        all.run(&name("nobody-to-ask"), &db, "migrate down");
        all.run(&name("unknown-version"), &db, "migrate to 99");
        all.run(&name("near-version"), &db, "migrate to platfrom");
        all.run(&name("no-table"), &db, "show fotos");
        all.run(&name("sql-writes"), &db, "sql DELETE/**/FROM/**/likes");
        all.run(&name("sql-several"), &db, "sql DELETE/**/FROM/**/likes;SELECT/**/1");
        all.run(&name("sql-no-table"), &db, "sql SELECT/**/id/**/FROM/**/usres");
        all.run(
            &name("sql-undone"),
            &db,
            "sql --write DELETE/**/FROM/**/likes;SELECT/**/id/**/FROM/**/nowhere",
        );
        all.run(&name("nothing-to-repair"), &db, "migrate repair --done --yes");
        on(&db, "migrate protect -q").expect(0);
        all.run(&name("protected"), &db, "reset --yes");
        all.run(&name("sql-protected"), &db, "sql --write DELETE/**/FROM/**/likes");
        on(&db, "migrate unprotect --yes -q").expect(0);
        on(&db, "migrate down --yes -q").expect(0);
        all.run(&name("between-editions"), &db, "seed");
        on(&db, "reset --drop --yes --no-seed -q").expect(0);
        cut_off(&db);
        all.run(&name("interrupted-load"), &db, "seed");
        all.run(&name("interrupted-load-of-others"), &db, "seed --resume --users 7");
        all.run(&name("interrupted-load-and-migrations"), &db, "migrate to platform");
        on(&db, "seed --discard --yes -q").expect(0);
        let Some(foreign) = TestDb::absent(engine) else { continue };
        database::create(foreign.target()).expect("created");
        sql(&foreign, "CREATE TABLE users (id INTEGER)");
        all.run(&name("foreign-table"), &foreign, "setup");
        all.run(&name("check-foreign"), &foreign, "check");
    }
    finish("databases", &all);
}

#[test]
fn errors_of_own_migrations_are_as_written_down() {
    let mut all = Texts::default();
    for engine in Engine::ALL {
        let Some(db) = TestDb::absent(engine) else { continue };
        on(&db, "setup --no-seed -q").expect(0);
        let root = scratch();
        let mut own =
            |name: &str, words: &str| all.own(&format!("{}-{name}", engine.name()), &db, &root, words);
        write(&root, "2030_ideas", "CREATE TABLE ideas (id INTEGER);", "DROP TABLE ideas;");
        on(&db, &format!("migrate up -q --migrations {}", root.display())).expect(0);
        write(&root, "2030_ideas", "CREATE TABLE ideas (id BIGINT);", "DROP TABLE ideas;");
        own("changed", "migrate up");
        write(&root, "2030_ideas", "CREATE TABLE ideas (id INTEGER);", "DROP TABLE ideas;");
        write(&root, "2029_late", "CREATE TABLE late (id INTEGER);", "DROP TABLE late;");
        own("out-of-order", "migrate up");
        fs::remove_dir_all(root.join("2029_late")).unwrap();
        write(
            &root,
            "2031_half",
            "CREATE TABLE a (id INTEGER);\nCREATE TABLE ideas (id INTEGER);",
            "DROP TABLE a;",
        );
        own("statement", "migrate up");
        fs::write(root.join("2031_half/metadata.toml"), "run_in_transaction = false\n").unwrap();
        if engine != Engine::Mysql {
            own("statement-stepwise", "migrate up");
        }
        own("half-applied", "migrate down --yes");
        own("no-such-statement", "migrate repair --from 9 --yes");
        fs::remove_dir_all(root.join("2031_half")).unwrap();
        write(
            &root,
            "2031_half",
            "CREATE TABLE b (id INTEGER);\nCREATE TABLE ideas (id INTEGER);",
            "DROP TABLE b;",
        );
        fs::write(root.join("2031_half/metadata.toml"), "run_in_transaction = false\n").unwrap();
        own("cannot-resume", "migrate repair");
        fs::remove_dir_all(root.join("2031_half")).unwrap();
        own("missing-file", "migrate down --yes");
        fs::remove_dir_all(root.join("2030_ideas")).unwrap();
        write(&root, "2033_ends", "COMMIT;", "SELECT 1;");
        own("ends-transaction", "migrate plan");
        write(&root, "2033_ends", "DELIMITER //", "SELECT 1;");
        own("delimiter", "migrate plan");
        write(&root, "2033_ends", "-- soon", "SELECT 1;");
        own("empty-script", "migrate plan");
        write(&root, "2033_ends", "SELECT 1;", "SELECT 1;");
        fs::remove_file(root.join("2033_ends/down.sql")).unwrap();
        own("no-way-back", "migrate plan");
    }
    finish("own-migrations", &all);
}

#[test]
fn errors_of_accounts_and_connections_are_as_written_down() {
    let mut all = Texts::default();
    let db = TestDb::absent(Engine::Sqlite).expect("SQLite needs no server");
    on(&db, "setup --profile tiny -q").expect(0);
    let file = db.target().path().expect("a file").to_owned();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o000)).unwrap();
    all.add("sqlite-not-readable", "show", &by_another_user(&["show", "--database-url", &db.url()]).run());
    for kind in [Kind::Mysql, Kind::Postgres] {
        let Some(server) = Server::shared(kind) else { continue };
        let name = |name: &str| match kind {
            Kind::Mysql => format!("mysql-{name}"),
            Kind::Postgres => format!("postgres-{name}"),
        };
        all.at(&name("wrong-password"), "setup", &server.url_of("nobody", Some("secret"), "d"));
        let plain = server.url(server.maintenance());
        let mut administrator = Db::connect(&Target::parse(&plain).expect("a URL")).expect("a server");
        let (make, unmake) = match kind {
            Kind::Mysql => ("CREATE USER 'modest'@'%' IDENTIFIED BY 'W0ng'", "DROP USER 'modest'@'%'"),
            Kind::Postgres => ("CREATE ROLE modest LOGIN PASSWORD 'W0ng'", "DROP ROLE modest"),
        };
        administrator.batch(make).expect("an account");
        all.at(&name("no-right-to-create"), "setup", &server.url_of("modest", Some("W0ng"), "modest"));
        administrator.batch(unmake).expect("no account");
        all.at(&name("no-tls"), "doctor", &format!("{plain}?sslmode=require"));
        if let (Some(server), Some(made)) = (tls_server(kind), certificates()) {
            let url = server.url(server.maintenance());
            let verify = format!("{url}?sslmode=verify-full&sslrootcert={}", made.authority.display());
            all.at(&name("tls-wrong-name"), "doctor", &verify);
            let stranger = format!("{url}?sslmode=verify-ca&sslrootcert={}", made.stranger.display());
            all.at(&name("tls-unknown-issuer"), "doctor", &stranger);
        }
    }
    finish("connections", &all);
}

fn finish(folder: &str, texts: &Texts) {
    assert!(texts.wrong.is_empty(), "{}", texts.wrong);
    hold(&format!("errors/{folder}"), "txt", &texts.all);
}

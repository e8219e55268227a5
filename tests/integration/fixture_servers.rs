//! Fixtures on servers: templates and originals, clones, pools of ready clones, leftovers; and many processes at once.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Child;

use instaseed::database::{self, Db, Engine, Target};
use instaseed::fixture::{Fixture, Place};
use serde_json::Value;

use crate::fixture::{builders, line};
use crate::migrate::write;
use crate::support::{Call, Finished, Kind, Server, instaseed, object, scratch};

/// A server of one test alone: what `gc` finds on it is of this test.
fn each_server(test: impl Fn(&Server)) {
    for kind in [Kind::Postgres, Kind::Mysql] {
        if let Some(server) = Server::own(kind) {
            eprintln!("--- {kind:?}");
            test(&server);
        }
    }
}

fn call(server: &Server, words: &str) -> Call {
    let url = server.url(server.maintenance());
    let typed: Vec<&str> = ["fixture"].into_iter().chain(words.split(' ')).collect();
    instaseed(&typed).env("DATABASE_URL", url)
}

fn on(server: &Server, words: &str) -> Finished {
    call(server, words).run()
}

fn connect(url: &str) -> Db {
    Db::connect(&Target::parse(url).expect("a URL")).expect("a clone can be opened")
}

fn is_there(url: &str) -> bool {
    database::exists(&Target::parse(url).expect("a URL")).expect("the server answers")
}

/// What `gc` would remove of any age.
fn leftovers(server: &Server) -> Vec<Value> {
    let done = object(&on(server, "gc --older-than 0s --dry-run --json").expect(0));
    [&done["removed"], &done["kept"]]
        .iter()
        .flat_map(|list| list.as_array().expect("a list").clone())
        .collect()
}

#[test]
fn a_server_builds_clones_checks_and_cleans_up() {
    each_server(|server| {
        let name = line(on(server, "build --profile tiny"));
        assert!(on(server, "build --profile tiny").expect(0).stderr.contains("already there"));
        assert_eq!(line(on(server, "build --profile tiny --print-key")), name);
        let listed = object(&on(server, "list --json").expect(0));
        assert_eq!(listed["fixtures"][0]["name"], name);
        assert!(listed["fixtures"][0]["way"].is_string() || server.kind == Kind::Postgres);
        let dropped = line(on(server, "clone --profile tiny"));
        on(server, &format!("drop {dropped}")).expect(0);
        assert!(!is_there(&dropped));
        on(server, &format!("drop {}", server.url(server.maintenance()))).expect(2);
        let urls: Vec<String> = (0..3).map(|_| line(on(server, "clone --profile tiny"))).collect();
        assert_eq!(urls.iter().collect::<BTreeSet<_>>().len(), 3);
        for url in &urls[..2] {
            instaseed(&["check", "--database-url", url]).run().expect(0);
            instaseed(&["migrate", "status", "--check", "--database-url", url]).run().expect(0);
        }
        instaseed(&["migrate", "to", "platform", "-q", "--database-url", &urls[0]]).run().expect(0);
        connect(&urls[1]).batch("DELETE FROM likes").expect("deleted");
        assert!(connect(&urls[2]).count("likes").expect("counted") > 0);
        on(server, "check --profile tiny").expect(0);
        on(server, &format!("check {name} --against {}", urls[2])).expect(0);
        connect(&urls[2])
            .batch("ALTER TABLE users ADD COLUMN plan INTEGER NOT NULL DEFAULT 1")
            .expect("added");
        let done = on(server, &format!("check {name} --against {}", urls[2])).expect(1);
        assert!(done.stdout.contains("column users.plan ("), "{}", done.stdout);
        // In use, old, ours; and the fixture itself only with a yes.
        let held = connect(&urls[1]);
        assert!(on(server, "gc").expect(0).stdout.contains("Nothing to remove"));
        let done = object(&on(server, "gc --older-than 0s --json").expect(0));
        assert_eq!(done["removed"].as_array().map(Vec::len), Some(2), "{done:#}");
        assert_eq!(done["kept"].as_array().map(Vec::len), Some(1), "{done:#}");
        assert!(!is_there(&urls[0]) && is_there(&urls[1]));
        drop(held);
        on(server, "gc --all").expect(2);
        on(server, "gc --all --yes").expect(0);
        assert!(!is_there(&urls[1]) && leftovers(server).is_empty());
        on(server, "clone --profile tiny --no-build").expect(2);
    });
}

#[test]
fn own_migrations_with_views_and_triggers_are_in_the_clone() {
    each_server(|server| {
        let own = scratch();
        let (folder, up) = match server.kind {
            Kind::Postgres => (
                "postgres",
                "CREATE TABLE log (id SERIAL PRIMARY KEY, what TEXT NOT NULL);\n\
                 CREATE VIEW names AS SELECT id, username FROM users;\n\
                 CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO log (what) VALUES ('tag'); RETURN NEW; END $$;\n\
                 CREATE TRIGGER note AFTER INSERT ON tags FOR EACH ROW EXECUTE FUNCTION noted();",
            ),
            Kind::Mysql => (
                "mysql",
                "CREATE TABLE log (id INT AUTO_INCREMENT PRIMARY KEY, what VARCHAR(9) NOT NULL, size INT AS (length(what)) STORED);\n\
                 CREATE VIEW names AS SELECT id, username FROM users;\n\
                 CREATE TRIGGER note AFTER INSERT ON tags FOR EACH ROW INSERT INTO log (what) VALUES ('tag');",
            ),
        };
        write(&own.join(folder), "2030_log", up, "SELECT 1;");
        let words = format!("clone --profile tiny --migrations {}", own.display());
        let url = line(on(server, &words));
        let mut db = connect(&url);
        assert_eq!(db.count("users").expect("counted"), 10);
        let (before, tags) = (db.count("log").expect("counted"), db.count("tags").expect("counted"));
        assert!(before == 0 || before == tags, "what building wrote, and nothing by cloning");
        db.batch("INSERT INTO tags (tag_name) VALUES ('brandnew')").expect("inserted");
        assert_eq!(db.count("log").expect("counted"), before + 1, "the trigger of the clone runs");
        db.batch("SELECT count(*) FROM names").expect("the view is there");
        on(server, &format!("check --profile tiny --migrations {}", own.display())).expect(0);
        drop(db);
        on(server, "gc --all --yes").expect(0);
    });
}

#[test]
fn a_pool_is_filled_and_each_clone_is_taken_once() {
    each_server(|server| {
        let name = line(on(server, "build --profile tiny"));
        let made = object(&on(server, &format!("fill {name} --size 3 --json")).expect(0));
        assert_eq!(made["made"], 3);
        let ready = leftovers(server);
        assert!(ready.len() == 3 && ready.iter().all(|left| left["kind"] == "ready"), "{ready:?}");
        let children: Vec<Child> = (0..5).map(|_| call(server, "clone --profile tiny").spawn()).collect();
        let urls: BTreeSet<String> = children
            .into_iter()
            .map(|child| String::from_utf8(child.wait_with_output().expect("it ends").stdout).expect("UTF-8"))
            .collect();
        assert_eq!(urls.len(), 5, "{urls:?}");
        for url in &urls {
            assert_eq!(connect(url.trim()).count("users").expect("counted"), 10);
        }
        assert!(leftovers(server).iter().all(|left| left["kind"] == "clone"), "the pool is empty");
        line(on(server, "clone --profile tiny --pool 2"));
        let is_full = || leftovers(server).iter().filter(|left| left["kind"] == "ready").count() == 2;
        while !is_full() {
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        // The last one may still be being filled, and is in use then.
        on(server, "gc --all --yes").expect(0);
        while !leftovers(server).is_empty() {
            std::thread::sleep(std::time::Duration::from_millis(100));
            on(server, "gc --all --yes").expect(0);
        }
    });
}

#[test]
fn the_guard_of_a_server_removes_its_clone() {
    each_server(|server| {
        let url = server.url(server.maintenance());
        let db = Fixture::profile("tiny").pool(1).at(&url).expect("a clone");
        let clone = db.url().to_owned();
        assert_eq!(db.connect().expect("open").count("users").expect("counted"), 10);
        // A connection that is still open is ended.
        let held = connect(&clone);
        drop(db);
        assert!(!is_there(&clone));
        drop(held);
        match server.kind {
            Kind::Postgres => drop(Fixture::profile("tiny").postgres(&url).expect("a clone")),
            Kind::Mysql => drop(Fixture::profile("tiny").mysql(&url).expect("a clone")),
        }
        let other = if server.kind == Kind::Postgres { "mysql://h/x" } else { "postgres://h/x" };
        assert!(Fixture::profile("tiny").seed(3).at(other).is_err());
        let place = Place::Server(Target::parse(&url).expect("a URL"));
        let name = Fixture::profile("tiny").name(place.engine().expect("an engine")).expect("a name");
        assert!(place.find(&name).is_ok());
    });
}

#[test]
fn two_builds_at_once_are_one_and_a_killed_one_is_built_again() {
    each_server(|server| {
        let start = || call(server, "build --users 200 --json").spawn();
        assert_eq!(builders((0..3).map(|_| start()).collect()), 1);
        let mut child = call(server, "build --users 5000").spawn();
        std::thread::sleep(std::time::Duration::from_millis(600));
        child.kill().expect("killed");
        child.wait().expect("it has ended");
        line(on(server, "build --users 5000"));
        on(server, "gc --all --yes").expect(0);
        assert!(leftovers(server).is_empty());
    });
}

#[test]
fn what_is_not_ours_is_refused_and_left_alone() {
    each_server(|server| {
        let name = line(on(server, "build --profile tiny"));
        let base = format!("instaseed_{}", name.replace('-', "_"));
        let planted = format!("{base}_c00000000112233");
        let target = Target::parse(&server.url(&planted)).expect("a URL");
        database::create(&target).expect("created");
        Db::connect(&target).and_then(|mut db| db.batch("CREATE TABLE mine (id INTEGER)")).expect("created");
        on(server, "gc --all --yes").expect(0);
        assert!(database::exists(&target).expect("asked"), "a name is no proof");
        database::remove(&target).expect("removed");
        // The name of a fixture, with something else in it.
        let target = Target::parse(&server.url(&base)).expect("a URL");
        database::create(&target).expect("created");
        Db::connect(&target).and_then(|mut db| db.batch("CREATE TABLE mine (id INTEGER)")).expect("created");
        let done = on(server, "clone --profile tiny").expect(2);
        assert!(done.stderr.contains("something else is in it"), "{}", done.stderr);
        assert!(database::exists(&target).expect("asked"));
        database::remove(&target).expect("removed");
        for to in ["mysql", "postgres://me:secret@h/x", "a-b\"c`d'e"] {
            let typed = ["fixture", "clone", "--profile", "tiny", "--to", to];
            let done = instaseed(&typed).env("DATABASE_URL", server.url(server.maintenance())).run();
            assert!(!done.stderr.contains("secret"), "{}", done.stderr);
            if to.starts_with("a-b") {
                let url = line(done);
                assert_eq!(connect(&url).count("users").expect("counted"), 10);
                database::remove(&Target::parse(&url).expect("a URL")).expect("removed");
            }
        }
        on(server, "gc --all --yes").expect(0);
    });
}

#[test]
fn what_a_build_that_was_killed_at_once_has_left_is_built_again() {
    let Some(server) = Server::own(Kind::Mysql) else { return };
    let name = line(on(&server, "build --profile tiny --print-key"));
    let database = format!("instaseed_{}", name.replace('-', "_"));
    let mut admin = connect(&server.url(server.maintenance()));
    for left in [database.as_str(), "instaseed_dev"] {
        admin.batch(&format!("CREATE DATABASE {left}")).expect("created");
        let table = "CREATE TABLE __instaseed_facts (name VARCHAR(64) PRIMARY KEY, value LONGTEXT)";
        connect(&server.url(left)).batch(table).expect("created");
    }
    assert_eq!(leftovers(&server).len(), 0, "neither has an age in its name");
    line(on(&server, "build --profile tiny"));
    on(&server, "gc --all --yes").expect(0);
    assert!(is_there(&server.url("instaseed_dev")) && !is_there(&server.url(&database)));
}

#[test]
fn every_way_to_fill_a_clone_gives_the_same_rows() {
    let Some(server) = Server::own(Kind::Mysql) else { return };
    let name = line(on(&server, "build --profile tiny"));
    let database = format!("instaseed_{}", name.replace('-', "_"));
    let mut admin = connect(&server.url(&database));
    let fastest = object(&on(&server, "list --json").expect(0))["fixtures"][0]["way"].clone();
    let mut before = format!("\"way\": {fastest}");
    let mut found = BTreeSet::new();
    for way in ["insert", "insert on two connections", "files of tables"] {
        let after = format!("\"way\": \"{way}\"");
        let sql = format!(
            "UPDATE __instaseed_facts SET value = replace(value, '{before}', '{after}') WHERE name = 'fixture_seal'"
        );
        admin.batch(&sql).expect("changed");
        before = after;
        assert_eq!(object(&on(&server, "list --json").expect(0))["fixtures"][0]["way"], way);
        let url = line(on(&server, "clone --profile tiny"));
        let checked = object(&instaseed(&["check", "--json", "--database-url", &url]).run().expect(0));
        found.insert(checked["fingerprint"].to_string());
        connect(&url).batch("INSERT INTO tags (tag_name) VALUES ('one more')").expect("its next id is free");
    }
    assert_eq!(found.len(), 1, "{found:?}");
}

#[test]
fn a_template_in_use_is_named_with_its_users_and_kept() {
    let Some(server) = Server::own(Kind::Postgres) else { return };
    let name = line(on(&server, "build --profile tiny"));
    let database = format!("instaseed_{}", name.replace('-', "_"));
    let mut admin = connect(&server.url(server.maintenance()));
    admin.batch(&format!("ALTER DATABASE {database} WITH ALLOW_CONNECTIONS true")).expect("opened");
    let mut user = connect(&(server.url(&database) + "?application_name=psql"));
    assert_eq!(user.count("users").expect("counted"), 10);
    let done = on(&server, "clone --profile tiny").expect(2);
    assert!(done.stderr.contains("psql") && done.stderr.contains("help: "), "{}", done.stderr);
    let done = object(&on(&server, "gc --all --yes --json").expect(0));
    assert_eq!(done["kept"][0]["name"], database.as_str(), "{done:#}");
    assert_eq!(user.count("users").expect("counted"), 10);
    drop(user);
    line(on(&server, "clone --profile tiny"));
}

/// A session that is connected elsewhere may hold a lock of a table: the server would be waited for a day.
#[test]
fn a_clone_whose_table_another_session_holds_is_kept() {
    let Some(server) = Server::own(Kind::Mysql) else { return };
    let clone = line(on(&server, "clone --profile tiny"));
    let database = Target::parse(&clone).expect("a URL").database().to_owned();
    let mut other = connect(&server.url(server.maintenance()));
    other.batch("BEGIN").expect("begun");
    other.batch(&format!("SELECT count(*) FROM {database}.users")).expect("read");
    let done = on(&server, &format!("drop {clone}")).expect(1);
    assert!(
        done.stdout.contains("it is in use") && done.stderr.contains("end their transactions"),
        "{done:?}"
    );
    let done = object(&on(&server, "gc --older-than 0s --json").expect(0));
    assert_eq!(done["kept"][0]["name"], database.as_str(), "{done:#}");
    assert!(is_there(&clone));
    other.batch("COMMIT").expect("ended");
    on(&server, &format!("drop {clone}")).expect(0);
    assert!(!is_there(&clone));
}

/// Whoever changes a template must open it first: that is seen even if it was closed again.
#[test]
fn a_template_that_somebody_has_changed_or_removed_is_named_and_built_again() {
    let Some(server) = Server::own(Kind::Postgres) else { return };
    let built = || object(&on(&server, "build --profile tiny --json").expect(0));
    let name = built()["name"].as_str().expect("a name").to_owned();
    assert_eq!(built()["built"], false);
    let database = format!("instaseed_{}", name.replace('-', "_"));
    let mut admin = connect(&server.url(server.maintenance()));
    let mut alter = |options: &str| {
        admin.batch(&format!("ALTER DATABASE {database} WITH {options}")).expect("altered");
    };
    for change in ["DELETE FROM likes", "DROP TABLE photo_tags", "SELECT 1"] {
        alter("ALLOW_CONNECTIONS true");
        connect(&server.url(&database)).batch(change).expect("changed");
        alter("ALLOW_CONNECTIONS false");
        let refused = on(&server, &format!("clone {name}")).expect(2);
        assert!(
            refused.stderr.contains("has been opened or altered since it was built"),
            "{}",
            refused.stderr
        );
        assert!(refused.stderr.contains("`instaseed fixture build`"), "{}", refused.stderr);
        let done = on(&server, "build --profile tiny").expect(0);
        assert!(done.stderr.contains("it is built again"), "{}", done.stderr);
        let clone = line(on(&server, &format!("clone {name}")));
        instaseed(&["check", "--database-url", &clone]).run().expect(0);
    }
    alter("IS_TEMPLATE false");
    assert_eq!(built()["built"], true, "somebody was about to remove it");
    alter("IS_TEMPLATE false");
    admin.batch(&format!("DROP DATABASE {database}")).expect("removed");
    assert!(on(&server, &format!("clone {name}")).expect(2).stderr.contains("there is no fixture"));
    assert_eq!(built()["built"], true);
    assert_eq!(built()["built"], false);
    line(on(&server, &format!("clone {name}")));
}

/// How many clones each of eight processes takes: 200 where `INSTASEED_ROUNDS` is set.
fn rounds() -> usize {
    if std::env::var_os("INSTASEED_ROUNDS").is_some() { 200 } else { 6 }
}

/// Eight processes take clones at the same time, through the library's door and through the command alike.
fn many_at_once(place: &Path, env: &[(&str, String)]) {
    let program = env!("CARGO_BIN_EXE_instaseed");
    let script = format!(
        "i=0; while [ $i -lt {} ]; do {program} fixture clone --profile tiny --worker $W || exit 3; i=$((i+1)); done",
        rounds()
    );
    let start = |worker: usize| {
        let mut command = std::process::Command::new("sh");
        command.args(["-c", &script]).env("W", worker.to_string()).current_dir(place);
        command.env_remove("DATABASE_URL").envs(env.iter().map(|(name, value)| (*name, value.as_str())));
        command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
        command.spawn().expect("a shell")
    };
    let children: Vec<Child> = (0..8).map(start).collect();
    let mut urls = BTreeSet::new();
    for child in children {
        let output = child.wait_with_output().expect("it ends");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        for url in text.lines() {
            assert!(urls.insert(url.to_owned()), "{url} was given twice");
        }
    }
    assert_eq!(urls.len(), 8 * rounds());
    for url in urls.iter().step_by(37) {
        assert_eq!(connect(url).count("users").expect("counted"), 10);
    }
    let gc = |words: &str| {
        let words: Vec<&str> = words.split(' ').collect();
        let call = env.iter().fold(instaseed(&words), |call, (name, value)| call.env(name, value));
        object(&call.run().expect(0))
    };
    let done = gc("fixture gc --older-than 0s --json");
    assert_eq!(done["removed"].as_array().map(Vec::len), Some(urls.len()));
    assert!(!urls.iter().any(|url| is_there(url)));
    let done = gc("fixture gc --all --yes --json");
    assert_eq!(done["removed"].as_array().map(Vec::len), Some(1), "only the fixture was left");
}

#[test]
fn eight_processes_at_once_never_get_the_same_clone_and_nothing_is_left() {
    let folder = scratch();
    many_at_once(&folder, &[("INSTASEED_FIXTURES", folder.join("store").display().to_string())]);
    each_server(|server| {
        many_at_once(&folder, &[("DATABASE_URL", server.url(server.maintenance()))]);
    });
    assert_eq!(Engine::ALL.len(), 3);
}

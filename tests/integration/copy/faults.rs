//! What goes wrong around a copy and a backup: a source that dies, a target that is held, a schema that is no edition, a
//! full disk. Each is said with a way out, and leaves nothing half done.

use std::fs;
use std::process::Command;
use std::time::Instant;

use instaseed::database::Engine;
use serde_json::Value;

use super::{absent, copied, digests};
use crate::support::{Finished, Kind, Server, TestDb, each_engine, instaseed, object, on, scratch, sql};

fn call(words: &[&str]) -> Finished {
    instaseed(words).run()
}

fn digests_of(url: &str) -> Value {
    object(&call(&["check", "--json", "--database-url", url]))["fingerprint"]["tables"].clone()
}

#[test]
fn a_source_whose_server_dies_is_read_again_when_it_is_back() {
    for kind in [Kind::Mysql, Kind::Postgres] {
        let Some(server) = Server::own(kind) else { continue };
        let source = server.url("source");
        call(&["setup", "--edition", "platform", "--users", "600", "-q", "--database-url", &source])
            .expect(0);
        let before = digests_of(&source);
        let whole = absent(Engine::Sqlite);
        let begun = Instant::now();
        call(&["copy", "--from", &source, "--to", &whole.url(), "-q"]).expect(0);
        let took = begun.elapsed();
        let mut resumed = 0;
        for engine in Engine::ALL {
            // The copy may be done before its source dies: then it is killed earlier.
            for share in [0.6, 0.4, 0.2] {
                let Some(to) = TestDb::absent(engine) else { break };
                let target = to.url();
                let line = ["copy", "--from", &source, "--to", &target, "--json", "-q"];
                let child = instaseed(&line).spawn();
                std::thread::sleep(took.mul_f64(share));
                server.kill();
                let ended = child.wait_with_output().expect("it ends");
                server.restart();
                if ended.status.success() {
                    assert_eq!(digests(&to), before, "{kind:?} to {engine}");
                    continue;
                }
                let stderr = String::from_utf8_lossy(&ended.stderr);
                assert_eq!(ended.status.code(), Some(2), "{stderr}");
                assert!(stderr.contains("error"), "{stderr}");
                resumed += u32::from(object(&call(&line).expect(0))["resumed"] == true);
                assert_eq!(digests(&to), before, "{kind:?} to {engine}");
                break;
            }
        }
        eprintln!("{kind:?}: {resumed} copies were continued");
        assert!(resumed > 0, "{kind:?}: the source always died too early or too late");
    }
}

#[test]
fn a_target_that_a_run_of_migrations_holds_is_waited_for_and_named() {
    let from = absent(Engine::Sqlite);
    on(&from, "setup --profile tiny -q").expect(0);
    each_engine(|to| {
        let url = to.url();
        let fault = ("INSTASEED_FAULT", "migrate:pause:600000");
        let line = ["migrate", "to", "course", "-q", "--database-url", &url];
        let mut holder = instaseed(&line).env(fault.0, fault.1).spawn();
        let check = ["check", "--lock-timeout", "1", "--database-url", &url];
        let is_held = || call(&check).stderr.contains("another run holds the lock");
        while !is_held() {
            assert!(holder.try_wait().expect("a child").is_none(), "it holds the lock");
        }
        let refused =
            call(&["copy", "--from", &from.url(), "--to", &url, "--lock-timeout", "1", "-q"]).expect(2);
        assert!(refused.stderr.contains("another run holds the lock"), "{}", refused.stderr);
        holder.kill().expect("it was there");
        holder.wait().expect("it is gone");
        on(to, "migrate to course -q").expect(0);
        copied(&from, to).expect(0);
        assert_eq!(digests(to), digests(&from));
    });
}

#[test]
fn a_schema_between_two_editions_is_refused_with_a_way_out() {
    each_engine(|from| {
        on(from, "migrate to create_likes -q").expect(0);
        let (to, folder) = (absent(Engine::Sqlite), scratch().join("monday"));
        let folder = folder.to_str().expect("UTF-8");
        for refused in [copied(from, &to).expect(2), on(from, &format!("backup --out {folder}")).expect(2)] {
            assert!(refused.stderr.contains("is between two editions"), "{}", refused.stderr);
            assert!(refused.stderr.contains("migrate"), "{}", refused.stderr);
        }
        assert!(!instaseed::database::exists(to.target()).expect("it is there or not"));
        // A target that has gone further than the source keeps what it has.
        on(from, "setup --profile tiny -q").expect(0);
        on(&to, "setup --no-seed --edition platform -q").expect(0);
        let refused = copied(from, &to).expect(2);
        assert!(
            refused.stderr.contains("is applied, which is not applied in the source"),
            "{}",
            refused.stderr
        );
        on(&to, "migrate to course --yes -q").expect(0);
        copied(from, &to).expect(0);
    });
}

#[test]
fn a_full_disk_leaves_no_backup_and_an_earlier_one_as_it_was() {
    let (from, dir) = (absent(Engine::Sqlite), scratch());
    on(&from, "setup --profile tiny -q").expect(0);
    on(&from, &format!("backup --out {}/monday -q", dir.display())).expect(0);
    let manifest = || fs::read(dir.join("monday/manifest.json")).expect("read");
    let before = manifest();
    on(&from, "seed --append --users 400 -q").expect(0);
    // A file that may not grow any more, as on a disk without room.
    let full = "trap '' XFSZ; ulimit -f 20; exec \"$0\" backup --force --out monday --database-url \"$1\"";
    let failed = Command::new("sh")
        .args(["-c", full, env!("CARGO_BIN_EXE_instaseed"), &from.url()])
        .current_dir(&dir)
        .output()
        .expect("a shell can be run");
    let stderr = String::from_utf8_lossy(&failed.stderr);
    assert_eq!(failed.status.code(), Some(2), "{stderr}");
    assert!(stderr.contains("cannot write") && stderr.contains("free some space"), "{stderr}");
    // Not every backup has --out.
    assert!(!stderr.contains("--out"), "{stderr}");
    assert!(manifest() == before, "the earlier backup is still there");
    assert_eq!(fs::read_dir(&dir).expect("listed").count(), 1, "nothing private is left");
    call(&["restore", &dir.join("monday").display().to_string(), "--verify-only"]).expect(0);
}

#[test]
fn files_that_are_no_backup_and_a_database_with_other_things_are_refused() {
    let (from, dir) = (absent(Engine::Sqlite), scratch());
    on(&from, "setup --profile tiny -q").expect(0);
    sql(
        &from,
        "CREATE TABLE letters (id INTEGER PRIMARY KEY, text VARCHAR(40)); INSERT INTO letters VALUES (1, 'dear')",
    );
    let folder = dir.join("monday").display().to_string();
    on(&from, &format!("backup --out {folder} -q")).expect(0);
    each_engine(|to| {
        sql(to, "CREATE TABLE mine (id INTEGER PRIMARY KEY)");
        let refused = on(to, &format!("restore {folder}")).expect(2);
        assert!(refused.stderr.contains("it has a table mine; nothing was changed"), "{}", refused.stderr);
        assert_eq!(to.connect().tables().expect("listed"), ["mine"]);
    });
    // The table of an application is looked after like the others.
    let own = dir.join("monday/own-1.jsonl.zst");
    let bytes = fs::read(&own).expect("read");
    fs::write(&own, &bytes[..bytes.len() - 1]).expect("written");
    let to = absent(Engine::Sqlite);
    let refused = on(&to, &format!("restore {folder}")).expect(2);
    assert!(refused.stderr.contains("own-1.jsonl.zst is damaged"), "{}", refused.stderr);
    let files = dir.join("files").display().to_string();
    call(&["generate", "--profile", "tiny", "--out", &files, "-q"]).expect(0);
    let refused = on(&to, &format!("restore {files}")).expect(2);
    assert!(refused.stderr.contains("does not contain a backup"), "{}", refused.stderr);
    assert!(!instaseed::database::exists(to.target()).expect("it is there or not"));
}

#[test]
fn a_manifest_of_the_first_version_is_read() {
    let (from, dir) = (absent(Engine::Sqlite), scratch());
    on(&from, "setup --profile tiny -q").expect(0);
    sql(
        &from,
        "CREATE TABLE letters (id INTEGER PRIMARY KEY, text VARCHAR(40)); CREATE INDEX by_text ON letters (text)",
    );
    sql(&from, "ALTER TABLE users ADD COLUMN nick VARCHAR(40); INSERT INTO letters VALUES (1, 'dear')");
    let folder = dir.join("monday").display().to_string();
    on(&from, &format!("backup --out {folder} -q")).expect(0);
    let path = dir.join("monday/manifest.json");
    let mut manifest: Value = serde_json::from_slice(&fs::read(&path).expect("read")).expect("JSON");
    manifest["manifest_version"] = 1.into();
    without_definitions(&mut manifest);
    assert!(!manifest.to_string().contains("CREATE"), "{manifest}");
    fs::write(&path, manifest.to_string()).expect("written");
    each_engine(|to| {
        on(to, &format!("restore {folder} -q")).expect(0);
        assert_eq!(digests(to), digests(&from));
        assert_eq!(to.connect().catalogue().expect("read").tables["letters"].indexes.len(), 1);
    });
}

/// Takes away what version 2 has added.
fn without_definitions(value: &mut Value) {
    match value {
        Value::Object(map) => {
            for key in ["definition", "after", "objects", "counters"] {
                map.remove(key);
            }
            map.values_mut().for_each(without_definitions);
        }
        Value::Array(list) => list.iter_mut().for_each(without_definitions),
        _ => {}
    }
}

//! Nothing is written through a link or over a stranger's file; names mean the files that they name.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use crate::support::{instaseed, scratch};

const TABLES: [&str; 7] = ["users", "photos", "comments", "likes", "follows", "tags", "photo_tags"];

fn listing(dir: &Path) -> Vec<String> {
    let names = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

fn fifo(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

#[test]
fn links_and_pipes_under_temporary_names_do_not_matter() {
    let folder = scratch();
    let out = folder.join("out");
    fs::create_dir(&out).unwrap();
    fs::write(folder.join("precious.txt"), "mine").unwrap();
    symlink("../precious.txt", out.join(".users.csv.partial")).unwrap();
    fs::hard_link(folder.join("precious.txt"), out.join(".photos.csv.partial")).unwrap();
    fifo(&out.join(".likes.csv.partial"));
    instaseed(&["generate", "--profile", "tiny", "--out", "out"]).dir(&folder).run().expect(0);
    assert_eq!(fs::read_to_string(folder.join("precious.txt")).unwrap(), "mine");
    for table in TABLES {
        let path = out.join(format!("{table}.csv"));
        assert!(path.symlink_metadata().unwrap().is_file(), "{table}");
    }
    assert_eq!(
        listing(&out).len(),
        TABLES.len() + 4,
        "the manifest is there, and what others left there stays"
    );
}

#[test]
fn what_is_no_plain_file_is_never_replaced() {
    let folder = scratch();
    fs::write(folder.join("precious.txt"), "mine").unwrap();
    for (number, kind) in ["a link", "a folder", "not a regular file"].into_iter().enumerate() {
        let out = folder.join(format!("out{number}"));
        fs::create_dir(&out).unwrap();
        let path = out.join("tags.csv");
        match kind {
            "a link" => symlink("../precious.txt", &path).unwrap(),
            "a folder" => fs::create_dir(&path).unwrap(),
            _ => fifo(&path),
        }
        let out = out.to_str().unwrap();
        let refused = instaseed(&["generate", "--profile", "tiny", "--force", "--out", out]).run().expect(2);
        assert!(refused.stderr.contains(&format!("is {kind}; it is not replaced")), "{}", refused.stderr);
        assert_eq!(listing(Path::new(out)), ["tags.csv"]);
    }
    assert_eq!(fs::read_to_string(folder.join("precious.txt")).unwrap(), "mine");
}

#[test]
fn the_files_of_two_runs_do_not_mix() {
    for round in 0..4 {
        let folder = scratch();
        let run = |seed: &str, more: &[&str]| {
            let fixed = ["generate", "--users", "300", "--seed", seed, "--out", "data"];
            instaseed(&[&fixed[..], more].concat()).dir(&folder).spawn()
        };
        let more: &[&str] = if round % 2 == 0 { &[] } else { &["--force"] };
        let (mut first, mut second) = (run("1", more), run("2", more));
        let codes = [first.wait().unwrap().code(), second.wait().unwrap().code()];
        match round % 2 {
            0 => assert!(codes.contains(&Some(0)) && codes.contains(&Some(2)), "{codes:?}"),
            _ => assert_eq!(codes, [Some(0), Some(0)]),
        }
        assert_eq!(listing(&folder.join("data")).len(), TABLES.len() + 1);
        instaseed(&["check", "data"]).dir(&folder).run().expect(0);
    }
}

#[test]
fn a_failure_leaves_the_folder_as_it_was() {
    let folder = scratch();
    fs::create_dir(folder.join("data")).unwrap();
    fs::write(folder.join("data/tags.csv"), "mine").unwrap();
    instaseed(&["generate", "--profile", "tiny", "--out", "data"]).dir(&folder).run().expect(2);
    assert_eq!(listing(&folder.join("data")), ["tags.csv"]);
    assert_eq!(fs::read_to_string(folder.join("data/tags.csv")).unwrap(), "mine");
}

#[test]
fn a_name_that_begins_with_file_is_a_name() {
    let folder = scratch();
    let setup = |url: &str, more: &[&str]| {
        instaseed(&[&["setup", "--profile", "tiny", "--database-url", url], more].concat()).dir(&folder).run()
    };
    setup("victim.db", &["--no-seed"]).expect(0);
    let before = fs::read(folder.join("victim.db")).unwrap();
    setup("sqlite:file:victim.db", &[]).expect(0);
    assert!(fs::read(folder.join("victim.db")).unwrap() == before);
    assert_eq!(listing(&folder), ["file:victim.db", "victim.db"]);
    let shown = instaseed(&["show", "--rows", "0", "--database-url", "./file:victim.db"]).dir(&folder).run();
    assert!(shown.expect(0).stdout.contains("users: 10 rows"));
    setup("sqlite:file:victim.db%3Fmode=memory", &[]).expect(0);
    assert_eq!(listing(&folder), ["file:victim.db", "file:victim.db?mode=memory", "victim.db"]);
}

#[test]
fn a_link_is_no_database_to_remove() {
    let folder = scratch();
    let call = |words: &[&str]| instaseed(words).dir(&folder).run();
    call(&["setup", "--profile", "tiny", "--database-url", "real.db"]).expect(0);
    symlink("real.db", folder.join("link.db")).unwrap();
    let before = fs::read(folder.join("real.db")).unwrap();
    let refused = call(&["reset", "--drop", "--yes", "--database-url", "link.db"]).expect(2);
    assert!(refused.stderr.contains("this is a link"), "{}", refused.stderr);
    assert!(fs::read(folder.join("real.db")).unwrap() == before);
    assert!(folder.join("link.db").is_symlink());
    // to read and write through it is what it is for
    call(&["show", "--rows", "0", "--database-url", "link.db"]).expect(0);
    symlink("nowhere.db", folder.join("dangling.db")).unwrap();
    for verb in [&["setup"][..], &["doctor"], &["reset", "--drop", "--yes"]] {
        let refused = call(&[verb, &["--database-url", "dangling.db"]].concat()).expect(2);
        assert!(refused.stderr.contains("a link to a file that does not exist"), "{}", refused.stderr);
    }
    assert_eq!(listing(&folder), ["dangling.db", "link.db", "real.db"]);
}

#[test]
fn files_without_an_end_are_not_read_to_their_end() {
    let profile = instaseed(&["setup", "--profile", "/dev/zero"]).run().expect(2);
    assert!(profile.stderr.contains("longer than a megabyte"), "{}", profile.stderr);
    let folder = scratch();
    let own = folder.join("own/20300101000000_mine");
    fs::create_dir_all(&own).unwrap();
    fs::write(own.join("up.sql"), "CREATE TABLE mine (id INTEGER);").unwrap();
    fs::write(own.join("down.sql"), "DROP TABLE mine;").unwrap();
    // neither is part of a migration
    symlink("/dev/zero", own.join("endless")).unwrap();
    fs::File::create(own.join("blob.bin")).unwrap().set_len(1 << 40).unwrap();
    let status = ["migrate", "status", "--migrations", "own", "--database-url", "x.db"];
    instaseed(&["setup", "--no-seed", "--database-url", "x.db"]).dir(&folder).run().expect(0);
    instaseed(&status).dir(&folder).run().expect(0);
    fs::File::create(own.join("up.sql")).unwrap().set_len(1 << 40).unwrap();
    let refused = instaseed(&status).dir(&folder).run().expect(2);
    assert!(refused.stderr.contains("longer than 64 megabytes"), "{}", refused.stderr);
}

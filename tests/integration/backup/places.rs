//! The folders that backups are written into: many runs at once, killed runs, and files of others in any place.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use super::{absent, back_up, backed_up, text};
use crate::support::{Finished, SmallDisk, TestDb, instaseed, object, on, scratch};

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("listed").map(|entry| entry.expect("an entry").file_name());
    let mut names: Vec<String> = entries.map(|name| name.into_string().expect("UTF-8")).collect();
    names.sort();
    names
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir(to).expect("made");
    for name in names(from) {
        fs::copy(from.join(&name), to.join(&name)).expect("copied");
    }
}

fn verify(folder: &Path) -> Finished {
    instaseed(&["restore", text(folder), "--verify-only", "--quiet"]).run()
}

/// The last part of a path in an answer.
fn name(found: &Value) -> &str {
    found.as_str().or(found["folder"].as_str()).and_then(|path| path.rsplit('/').next()).expect("a path")
}

fn last(paths: &Value) -> Vec<&str> {
    paths.as_array().expect("a list").iter().map(name).collect()
}

#[test]
fn what_is_there_is_replaced_only_if_it_is_a_backup_and_that_is_wanted() {
    let (db, folder) = backed_up();
    let refused = back_up(&db, &folder).expect(2);
    assert!(refused.stderr.contains("--force"), "{}", refused.stderr);
    on(&db, &format!("backup --out {} --force --quiet", text(&folder))).expect(0);
    let mine = scratch();
    fs::write(mine.join("letter.txt"), "dear").expect("written");
    let refused = on(&db, &format!("backup --out {} --force", text(&mine))).expect(2);
    assert!(refused.stderr.contains("not a backup"), "{}", refused.stderr);
    assert_eq!(names(&mine), ["letter.txt"]);
    let parent = folder.parent().expect("it has one");
    assert_eq!(names(parent), ["monday"], "nothing private is left");
    // A backup with a file of the user in it.
    fs::write(folder.join("mine.txt"), "dear").expect("written");
    let before = names(&folder);
    let refused = on(&db, &format!("backup --out {} --force", text(&folder))).expect(2);
    assert!(refused.stderr.contains("mine.txt"), "{}", refused.stderr);
    assert_eq!((names(&folder), names(parent)), (before, vec!["monday".to_owned()]));
}

#[test]
fn runs_at_once_do_not_touch_each_other() {
    let (db, _) = backed_up();
    let parent = scratch();
    for round in 0..2 {
        let folder = parent.join(round.to_string());
        let out = |name: &str| format!("backup --out {} --quiet", text(&folder.join(name)));
        let lines = ["a", "b", "c", "d", "day", "day", "day"].map(out);
        let done: Vec<Finished> = thread::scope(|scope| {
            let runs: Vec<_> = lines.iter().map(|line| scope.spawn(|| on(&db, line))).collect();
            runs.into_iter().map(|run| run.join().expect("it ends")).collect()
        });
        for (line, done) in lines.iter().zip(&done).take(4) {
            assert_eq!(done.code, 0, "{line}: {}", done.stderr);
        }
        assert_eq!(done.iter().skip(4).filter(|done| done.code == 0).count(), 1);
        assert_eq!(names(&folder), ["a", "b", "c", "d", "day"]);
        for name in names(&folder) {
            verify(&folder.join(name)).expect(0);
        }
    }
}

#[test]
fn runs_of_the_same_second_each_get_a_folder() {
    let (db, _) = backed_up();
    let into = scratch();
    let line = format!("backup --into {} --json --quiet", text(&into));
    let folders: Vec<Value> = thread::scope(|scope| {
        let runs: Vec<_> = (0..4).map(|_| scope.spawn(|| object(&on(&db, &line).expect(0)))).collect();
        runs.into_iter().map(|run| run.join().expect("it ends")["folder"].clone()).collect()
    });
    let mut folders: Vec<&str> = folders.iter().filter_map(Value::as_str).collect();
    folders.sort_unstable();
    folders.dedup();
    assert_eq!(folders.len(), 4);
    folders.iter().for_each(|folder| drop(verify(Path::new(folder)).expect(0)));
}

#[test]
fn a_replacement_that_is_killed_at_any_moment_leaves_a_whole_backup() {
    let (db, folder) = backed_up();
    let line = ["backup", "--out", text(&folder), "--force", "--quiet", "--database-url"];
    let url = db.url();
    for wait in (0..12).map(|round| round * 40) {
        let mut run = std::process::Command::new(env!("CARGO_BIN_EXE_instaseed"))
            .args(line)
            .arg(&url)
            .spawn()
            .expect("started");
        thread::sleep(Duration::from_millis(wait));
        // It may have ended already.
        let _ = run.kill();
        run.wait().expect("ended");
        verify(&folder).expect(0);
    }
    on(&db, &format!("backup --out {} --force --quiet", text(&folder))).expect(0);
    let parent = folder.parent().expect("it has one");
    // A kill before a private folder had its marker leaves it, empty: nothing shows whose it is.
    for left in names(parent).into_iter().filter(|name| name != "monday") {
        assert!(left.starts_with(".instaseed-backup-"), "{left}");
        assert!(names(&parent.join(&left)).iter().all(|file| file == "private-folder.new"), "{left}");
    }
}

#[test]
fn what_others_have_put_next_to_backups_stays() {
    let (db, folder) = backed_up();
    let parent = folder.parent().expect("it has one");
    fs::create_dir(parent.join(".mine.partial")).expect("made");
    // A version before this one left whole backups under such names.
    for name in [".day.partial", ".day.earlier.partial"] {
        copy_folder(&folder, &parent.join(name));
    }
    fs::create_dir(parent.join(".data.partial")).expect("made");
    fs::write(parent.join(".data.partial/users.jsonl.zst"), "mine").expect("written");
    let before = names(parent);
    on(&db, &format!("backup --out {} --force --quiet", text(&folder))).expect(0);
    assert_eq!(names(parent), before);
    assert_eq!(names(&parent.join(".data.partial")), ["users.jsonl.zst"]);
    verify(&parent.join(".day.partial")).expect(0);
}

#[test]
fn the_newest_backups_are_kept_and_nothing_else_is_removed() {
    let (db, folder) = backed_up();
    let into = scratch();
    for old in
        ["backup-20200101-000000", "backup-20210101-000000", "backup-20220101-000000", "backup-x", "mine"]
    {
        copy_folder(&folder, &into.join(old));
    }
    fs::create_dir(into.join("backup-20190101-000000")).expect("made");
    let done = object(&on(&db, &format!("backup --into {} --keep 2 --json", text(&into))).expect(0));
    assert_eq!(last(&done["removed"]), ["backup-20200101-000000", "backup-20210101-000000"]);
    let newest = name(&done["folder"]);
    let left = ["backup-20190101-000000", "backup-20220101-000000", newest, "backup-x", "mine"];
    assert_eq!(names(&into), left);
}

#[test]
fn backups_of_other_databases_do_not_count() {
    let (db, _) = backed_up();
    let other: TestDb = absent();
    on(&other, "setup --profile tiny -q").expect(0);
    let into = scratch();
    let keep = |db: &TestDb| on(db, &format!("backup --into {} --keep 1 --quiet", text(&into))).expect(0);
    keep(&db);
    keep(&other);
    assert_eq!(names(&into).len(), 2);
    keep(&db);
    keep(&other);
    assert_eq!(names(&into).len(), 2);
    let from = |name: &String| {
        let manifest = fs::read_to_string(into.join(name).join("manifest.json")).expect("read");
        serde_json::from_str::<Value>(&manifest).expect("JSON")["database"].clone()
    };
    let databases: Vec<Value> = names(&into).iter().map(from).collect();
    assert_ne!(databases[0], databases[1]);
}

#[test]
fn damaged_backups_do_not_count_and_files_of_others_are_kept() {
    let (db, folder) = backed_up();
    let into = scratch();
    let dated = |year: u32| into.join(format!("backup-{year}0101-000000"));
    for year in 2018..=2022 {
        copy_folder(&folder, &dated(year));
    }
    fs::write(dated(2018).join("letter.txt"), "dear").expect("written");
    fs::remove_file(dated(2021).join("users.jsonl.zst")).expect("removed");
    fs::write(dated(2022).join("users.jsonl.zst"), "short").expect("written");
    let done = on(&db, &format!("backup --into {} --keep 2 --json", text(&into))).expect(0);
    for said in ["letter.txt", "users.jsonl.zst is damaged: it is missing"] {
        assert!(done.stderr.contains(said), "{}", done.stderr);
    }
    let done = object(&done);
    assert_eq!(last(&done["removed"]), ["backup-20190101-000000"]);
    let kept = ["backup-20180101-000000", "backup-20210101-000000", "backup-20220101-000000"];
    assert_eq!(last(&done["kept"]), kept);
    assert!(dated(2018).join("letter.txt").exists() && dated(2018).join("manifest.json").exists());
    verify(&dated(2020)).expect(0);
}

#[test]
fn a_link_and_a_path_without_a_name_are_refused_in_words() {
    let (db, folder) = backed_up();
    let parent = scratch();
    let (real, link): (PathBuf, PathBuf) = (parent.join("real"), parent.join("link"));
    fs::create_dir(&real).expect("made");
    std::os::unix::fs::symlink(&real, &link).expect("linked");
    for end in ["", "/", "/."] {
        let refused = on(&db, &format!("backup --out {}{end}", text(&link))).expect(2);
        assert!(refused.stderr.contains("is a link"), "{end}: {}", refused.stderr);
    }
    let refused = on(&db, &format!("backup --out {}/..", text(&real))).expect(2);
    assert!(refused.stderr.contains("cannot be the name of a new folder"), "{}", refused.stderr);
    assert_eq!(names(&parent), ["link", "real"]);
    // A slash at the end of a plain folder means the folder.
    let new = folder.with_file_name("new");
    on(&db, &format!("backup --out {}/ --quiet", text(&new))).expect(0);
    verify(&new).expect(0);
}

#[test]
fn a_full_disk_is_named_by_backup_and_restore() {
    let (db, folder) = backed_up();
    let Some(disk) = SmallDisk::mount(40 << 10) else {
        println!("no right to mount a small disk here: skipped");
        return;
    };
    let out = disk.folder.join("day");
    for kib in [8, 16, 24] {
        disk.resize(kib << 10);
        let refused = back_up(&db, &out).expect(2);
        assert!(
            refused.stderr.contains("No space") && refused.stderr.contains("help: free"),
            "{}",
            refused.stderr
        );
        assert!(names(&disk.folder).is_empty());
    }
    let url = format!("sqlite://{}", text(&disk.folder.join("new.db")));
    let restore = || instaseed(&["restore", text(&folder), "--quiet", "--database-url", &url]).run();
    let mut refusals = 0;
    for kib in [16, 40, 80, 160, 240, 320, 400] {
        disk.resize(kib << 10);
        let done = restore();
        if done.code != 0 {
            refusals += 1;
            let said = &done.stderr;
            assert!(said.contains("full") || said.to_lowercase().contains("no space"), "{kib}: {said}");
            assert!(!said.contains("doctor") && said.contains("help: free"), "{kib}: {said}");
        }
    }
    assert!(refusals > 1, "{refusals}");
    disk.resize(64 << 20);
    // A restore that was whole before the last one is not repeated.
    let done = restore();
    assert!(done.code == 0 || done.stderr.contains("is not empty"), "{}", done.stderr);
}

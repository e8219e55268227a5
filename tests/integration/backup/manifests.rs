//! Manifests: any change of one is found before anything is written, and those of earlier versions are read.

use std::fs;
use std::path::Path;
use std::process::Command;

use sha2::{Digest as _, Sha256};

use super::{absent, backed_up, is_there, restore, text};
use crate::support::{instaseed, object, on, scratch};

/// The text of a manifest without the digest of itself, and with one.
fn unsealed(text: &str) -> &str {
    text.split_once(",\n  \"sha256\": \"").filter(|(_, rest)| rest.ends_with("\"\n}\n")).map_or(text, |_| {
        let at = text.rfind(",\n  \"sha256\": \"").expect("it ends in one");
        &text[..at]
    })
}

fn sealed(unsealed: &str) -> String {
    let sum: String = Sha256::digest(unsealed).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{unsealed},\n  \"sha256\": \"{sum}\"\n}}\n")
}

fn verify(folder: &Path) -> crate::support::Finished {
    instaseed(&["restore", text(folder), "--verify-only", "--json"]).run()
}

#[test]
fn a_manifest_that_lies_is_refused() {
    let (_, folder) = backed_up();
    let path = folder.join("manifest.json");
    let whole = fs::read_to_string(&path).expect("read");
    assert_eq!(sealed(unsealed(&whole)), whole);
    for (from, to, said) in [
        ("\"manifest_version\": 3", "\"manifest_version\": 4", "has version 4"),
        (
            "\"manifest\": \"instaseed database backup\"",
            "\"manifest\": \"letters\"",
            "does not contain a backup",
        ),
        ("users.jsonl.zst", "../users.jsonl.zst", "not the name of the file"),
        ("\"edition\": \"course\",\n", "\"edition\": \"opera\",\n", "no edition"),
        ("\"offset\": 0", "\"offset\": 9", "do not fit"),
        ("\"name\": \"username\"", "\"name\": \"nick\"", "the columns"),
        ("{", "[", "does not contain a backup"),
    ] {
        fs::write(&path, sealed(&unsealed(&whole).replacen(from, to, 1))).expect("written");
        let to = absent();
        let refused = restore(&folder, &to).expect(2);
        assert!(refused.stderr.contains(said), "{said}: {}", refused.stderr);
        assert!(!is_there(&to));
    }
    fs::remove_file(&path).expect("removed");
    let refused = restore(&folder, &absent()).expect(2);
    assert!(refused.stderr.contains("does not contain a backup"), "{}", refused.stderr);
}

#[test]
fn a_change_of_the_manifest_alone_is_found_before_a_database_is_made() {
    let (_, folder) = backed_up();
    let path = folder.join("manifest.json");
    let whole = fs::read_to_string(&path).expect("read");
    let value: serde_json::Value = serde_json::from_str(&whole).expect("JSON");
    let version = value["records"]["versions"][0].as_str().expect("a version").to_owned();
    for (from, to) in [
        (format!("\"{version}\",\n"), String::new()),
        ("\"facts\": {".to_owned(), "\"facts\": { \"other\": \"one\",".to_owned()),
        ("\"plain_bytes\": ".to_owned(), "\"plain_bytes\": 1".to_owned()),
        ("\"rows\": ".to_owned(), "\"rows\": 1".to_owned()),
        ("\"digest\": \"".to_owned(), "\"digest\": \"0".to_owned()),
        ("\"sha256\"\n".to_owned(), String::new()),
        ("\n}\n".to_owned(), "\n}\n\n".to_owned()),
    ] {
        let changed = whole.replacen(&from, &to, 1);
        if changed == whole {
            continue;
        }
        fs::write(&path, changed).expect("written");
        let to = absent();
        for refused in [restore(&folder, &to).expect(2), verify(&folder).expect(2)] {
            assert!(refused.stderr.contains("its digest of itself"), "{from}: {}", refused.stderr);
        }
        assert!(!is_there(&to));
    }
    fs::write(&path, whole).expect("written");
    verify(&folder).expect(0);
}

#[test]
fn rows_are_compared_with_the_manifest_without_a_database() {
    let (_, folder) = backed_up();
    let path = folder.join("manifest.json");
    let whole = fs::read_to_string(&path).expect("read");
    let value: serde_json::Value = serde_json::from_str(&whole).expect("JSON");
    let table = &value["tables"][0];
    let (rows, digest) = (&table["rows"], table["digest"].as_str().expect("a digest"));
    let changes = [
        (format!("\"digest\": \"{digest}\""), format!("\"digest\": \"{}\"", "0".repeat(32))),
        (format!("\"rows\": {rows},\n      \"digest\""), "\"rows\": 11,\n      \"digest\"".to_owned()),
    ];
    for (from, to) in changes {
        let changed = unsealed(&whole).replacen(&from, &to, 1);
        assert_ne!(changed, unsealed(&whole));
        fs::write(&path, sealed(&changed)).expect("written");
        let refused = verify(&folder).expect(2);
        assert!(refused.stderr.contains("and the manifest says"), "{}", refused.stderr);
        // A manifest of an earlier version has no digest of itself: its rows are compared before any is written.
        let earlier = changed.replacen("\"manifest_version\": 3", "\"manifest_version\": 2", 1) + "\n}\n";
        fs::write(&path, earlier).expect("written");
        let to = absent();
        let refused = restore(&folder, &to).expect(2);
        assert!(refused.stderr.contains("and the manifest says"), "{}", refused.stderr);
        assert!(!is_there(&to));
    }
    let earlier =
        unsealed(&whole).replacen("\"manifest_version\": 3", "\"manifest_version\": 2", 1) + "\n}\n";
    fs::write(&path, earlier).expect("written");
    let done = on(&absent(), &format!("restore {} --json", text(&folder))).expect(0);
    assert!(done.stderr.contains("has no digest of itself"), "{}", done.stderr);
    assert_eq!(object(&done)["ok"], true);
}

#[test]
fn a_manifest_that_is_a_pipe_is_not_waited_for() {
    let (db, folder) = backed_up();
    let into = scratch();
    let old = into.join("backup-20200101-000000");
    fs::rename(&folder, &old).expect("renamed");
    fs::remove_file(old.join("manifest.json")).expect("removed");
    let made = Command::new("mkfifo").arg(old.join("manifest.json")).status().expect("mkfifo runs");
    assert!(made.success());
    for refused in [
        restore(&old, &absent()).expect(2),
        verify(&old).expect(2),
        on(&db, &format!("backup --out {} --force", text(&old))).expect(2),
    ] {
        assert!(refused.stderr.contains("manifest.json"), "{}", refused.stderr);
    }
    let done = object(&on(&db, &format!("backup --into {} --keep 1 --json", text(&into))).expect(0));
    assert_eq!(done["removed"].as_array().map(Vec::len), Some(0));
    assert!(done["kept"][0]["why"].as_str().is_some_and(|why| why.contains("manifest.json")), "{done}");
}

#[test]
fn a_folder_of_backups_names_the_newest() {
    let (db, folder) = backed_up();
    let into = folder.parent().expect("it has one").join("many");
    for _ in 0..2 {
        on(&db, &format!("backup --into {} --quiet", text(&into))).expect(0);
    }
    let mut names: Vec<_> =
        fs::read_dir(&into).expect("listed").map(|entry| entry.expect("one").path()).collect();
    names.sort();
    let refused = restore(&into, &absent()).expect(2);
    let newest = text(&names[1]).to_owned();
    assert!(
        refused.stderr.contains(&format!("contains 2 backups; the newest is {newest}")),
        "{}",
        refused.stderr
    );
    assert!(refused.stderr.contains(&format!("instaseed restore {newest}")), "{}", refused.stderr);
    let refused = restore(Path::new("tuesday"), &absent()).expect(2);
    assert!(refused.stderr.contains("there is no folder tuesday"), "{}", refused.stderr);
}

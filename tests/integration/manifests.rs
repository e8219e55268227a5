//! Manifests of files: damage is found and named, and shards are the whole or not.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{Finished, instaseed, object, scratch};

fn generated(more: &[&str]) -> PathBuf {
    let dir = scratch();
    let fixed = ["generate", "--users", "300", "--out", dir.to_str().unwrap()];
    instaseed(&[&fixed[..], more].concat()).run().expect(0);
    dir
}

fn check(dir: &Path) -> Finished {
    instaseed(&["check", dir.to_str().unwrap()]).run()
}

fn merge(dirs: &[&Path], more: &[&str]) -> Finished {
    let dirs: Vec<_> = dirs.iter().map(|dir| dir.to_str().unwrap()).collect();
    instaseed(&[&["manifest", "merge"], &dirs[..], more].concat()).run()
}

#[test]
fn damage_is_named_before_or_after_rows_are_read() {
    for format in ["csv", "jsonl", "sql", "csv.gz", "sql.zst"] {
        let dir = generated(&["--format", format]);
        let whole = check(&dir).expect(0);
        assert!(whole.stdout.contains("Every file has the rows that were written."), "{}", whole.stdout);
        let mut names =
            fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let name = names.find(|name| name.contains("follows")).unwrap();
        let path = dir.join(&name);
        let bytes = fs::read(&path).unwrap();
        fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
        let cut = check(&dir).expect(1);
        let expected = format!("{name} has {} bytes instead of {}", bytes.len() / 2, bytes.len());
        assert!(cut.stdout.contains(&expected) && cut.stdout.contains("no row was read"), "{}", cut.stdout);
        fs::remove_file(&path).unwrap();
        assert!(check(&dir).expect(1).stdout.contains(&format!("{name} is missing")));
    }
    let dir = generated(&[]);
    let path = dir.join("follows.csv");
    let text = fs::read_to_string(&path).unwrap();
    let (at, _) = text.match_indices(":0").last().unwrap();
    fs::write(&path, format!("{}:1{}", &text[..at], &text[at + 2..])).unwrap();
    let altered = check(&dir).expect(1);
    assert!(altered.stdout.contains("follows differs from what was written"), "{}", altered.stdout);
    assert!(!altered.stdout.contains("likes differs"), "{}", altered.stdout);
}

#[test]
fn a_file_that_the_manifest_does_not_name_is_not_read() {
    let dir = generated(&["--compress", "gzip"]);
    fs::write(dir.join("users.csv"), "mine").unwrap();
    check(&dir).expect(0);
}

#[test]
fn a_manifest_of_a_newer_version_is_refused() {
    let dir = generated(&[]);
    let path = dir.join("manifest.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("\"manifest_version\": 2", "\"manifest_version\": 3")).unwrap();
    for refused in [check(&dir).expect(2), merge(&[&dir], &[]).expect(2)] {
        assert!(refused.stderr.contains("version 3 of the manifest"), "{}", refused.stderr);
        assert!(refused.stderr.contains("or a newer one"), "{}", refused.stderr);
    }
}

#[test]
fn an_altered_manifest_is_found_and_an_earlier_one_without_a_seal_is_read() {
    let dir = generated(&[]);
    let path = dir.join("manifest.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("\"seed\": 1,", "\"seed\": 2,")).unwrap();
    for refused in [check(&dir).expect(2), merge(&[&dir], &[]).expect(2)] {
        assert!(refused.stderr.contains("is not as it was written"), "{}", refused.stderr);
        assert!(refused.stderr.contains("`instaseed generate --force`"), "{}", refused.stderr);
    }
    let (unsealed, _) = text.split_once(",\n  \"sha256\"").unwrap();
    let earlier = unsealed.replace("\"manifest_version\": 2", "\"manifest_version\": 1") + "\n}\n";
    fs::write(&path, earlier).unwrap();
    check(&dir).expect(0);
    merge(&[&dir], &[]).expect(0);
}

#[test]
fn shards_are_the_whole_when_each_is_there_once() {
    let parts: Vec<_> = (1..=4).map(|index| generated(&["--shard", &format!("{index}/4")])).collect();
    let all: Vec<&Path> = parts.iter().map(PathBuf::as_path).collect();
    let whole = object(&instaseed(&["check", generated(&[]).to_str().unwrap(), "--json"]).run().expect(0));
    let out = scratch().join("whole.json");
    let merged = object(&merge(&all, &["--json", "--out", out.to_str().unwrap()]).expect(0));
    for entry in merged["whole"]["tables"].as_array().unwrap() {
        let table = entry["table"].as_str().unwrap();
        assert_eq!(entry["digest"], whole["fingerprint"]["tables"][table], "{table}");
        assert_eq!(entry["rows"], whole["rows"][table], "{table}");
    }
    let mut written: serde_json::Value = serde_json::from_str(&fs::read_to_string(&out).unwrap()).unwrap();
    assert!(written.as_object_mut().unwrap().remove("sha256").is_some(), "it is sealed");
    assert_eq!(written, merged["whole"]);
    let again = merge(&all, &["--out", out.to_str().unwrap()]).expect(2);
    assert!(again.stderr.contains("already exists") && again.stderr.contains("--force"), "{}", again.stderr);
    merge(&all, &["--out", out.to_str().unwrap(), "--force"]).expect(0);
    // What no merge has written is not replaced: the manifest of a part, another file, a link, a pipe.
    let place = scratch();
    let (mine, link, pipe) = (place.join("mine"), place.join("link"), place.join("pipe"));
    fs::write(&mine, "mine").unwrap();
    std::os::unix::fs::symlink(&out, &link).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    for path in [all[0].join("manifest.json"), mine, link, pipe] {
        let refused = merge(&all, &["--out", path.to_str().unwrap(), "--force"]).expect(2);
        assert!(refused.stderr.contains("is not a merged manifest"), "{}", refused.stderr);
    }
    merge(&all, &[]).expect(0);

    let other = generated(&["--seed", "7", "--shard", "2/4"]);
    let packed = generated(&["--compress", "gzip", "--shard", "2/4"]);
    let cases: [(Vec<&Path>, &str); 6] = [
        (vec![all[0], all[2], all[3]], "shard 2/4 is missing"),
        (vec![all[0]], "shards 2/4 to 4/4 are missing"),
        (vec![all[0], all[1], all[1], all[2], all[3]], "shard 2 is there twice"),
        (vec![all[0], &other, all[2], all[3]], "has another seed: 7 instead of 1"),
        (vec![all[0], &packed, all[2], all[3]], "has another compression: gzip instead of none"),
        (vec![all[1], all[2]], "shard 1/4 is missing"),
    ];
    for (dirs, problem) in cases {
        let merged = merge(&dirs, &[]).expect(1);
        assert!(merged.stdout.contains(problem), "{problem}: {}", merged.stdout);
    }
    let nothing = merge(&[&scratch()], &[]).expect(2);
    assert!(nothing.stderr.contains("has no manifest"), "{}", nothing.stderr);

    let part = check(all[1]).expect(0);
    assert!(part.stdout.contains("only shard 2/4 of a data set"), "{}", part.stdout);
}

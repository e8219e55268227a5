//! Manifests as they are written, and as somebody may have changed them.

use serde_json::{Value, json};

use super::*;
use crate::format::Format;
use crate::profile::ProfileOverrides;

/// The manifest of two small files.
fn manifest() -> Manifest {
    let profile = Profile::load("tiny", &ProfileOverrides::default()).unwrap();
    let edition = Edition::Course;
    let origin = Origin { edition, profile: &profile, files: Format::Csv.plain(), shard: Shard::WHOLE };
    let digest = |rows, digit: &str| Digest::parse(rows, &digit.repeat(32)).unwrap();
    let table = |name| edition.table(name).unwrap();
    let digests = [(table("users"), digest(2, "a")), (table("tags"), digest(0, "0"))];
    let file = |table: &'static Table, rows, bytes| {
        let name = format!("{}.csv", table.name);
        let path = PathBuf::from("data").join(&name);
        Written { table: Some(table), path, name, rows, bytes }
    };
    Manifest::new(origin, &digests, &[file(table("users"), 2, 40), file(table("tags"), 0, 12)])
}

/// What reading a manifest with one change says.
fn changed(change: impl FnOnce(&mut Value)) -> String {
    let dir = tempfile::tempdir().unwrap();
    let mut value = serde_json::to_value(manifest()).unwrap();
    change(&mut value);
    let text = serde_json::to_string_pretty(&value).unwrap();
    std::fs::write(dir.path().join(FILE_NAME), sha256::sealed(&text)).unwrap();
    Manifest::of_folder(dir.path()).unwrap_err().to_string()
}

#[test]
fn what_is_written_is_read_back() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(Manifest::of_folder(dir.path()).unwrap(), None);
    let text = manifest().to_text();
    std::fs::write(dir.path().join(FILE_NAME), &text).unwrap();
    assert_eq!(Manifest::of_folder(dir.path()).unwrap(), Some(manifest()));
    assert!(
        text.starts_with("{\n  \"manifest\": \"instaseed files\",\n  \"manifest_version\": 2,\n"),
        "{text}"
    );
    let record = manifest().profile_record.to_string();
    assert_eq!(Profile::from_record(&record).map(|profile| profile.name).as_deref(), Some("tiny"));
}

#[test]
fn a_newer_manifest_is_refused_whatever_else_it_says() {
    let text =
        changed(|value| *value = json!({"manifest": KIND, "manifest_version": 3, "tables": "elsewhere"}));
    assert!(
        text.ends_with("has version 3 of the manifest, and this program knows versions up to 2"),
        "{text}"
    );
}

#[test]
fn no_byte_of_a_manifest_can_be_changed_and_an_earlier_one_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(FILE_NAME);
    let text = manifest().to_text();
    for at in (0..text.len()).step_by(11) {
        let mut other = text.clone().into_bytes();
        other[at] ^= 1;
        std::fs::write(&path, &other).unwrap();
        assert!(Manifest::read(&path).is_err(), "{at}: {}", String::from_utf8_lossy(&other));
    }
    let (unsealed, _) = text.split_once(",\n  \"sha256\"").unwrap();
    std::fs::write(&path, format!("{unsealed}\n}}\n")).unwrap();
    let refused = Manifest::read(&path).unwrap_err().to_string();
    assert!(refused.ends_with("is not as it was written: its digest of itself does not fit"), "{refused}");
    let earlier = Manifest { manifest_version: SEALED - 1, ..manifest() };
    std::fs::write(&path, serde_json::to_string_pretty(&earlier).unwrap() + "\n").unwrap();
    assert_eq!(Manifest::read(&path).unwrap(), earlier);
}

#[test]
fn what_no_manifest_of_ours_says_is_refused() {
    let cases: [(&str, Value, &str); 8] = [
        ("/manifest", json!("instaseed backup"), "it is of another kind, \"instaseed backup\""),
        ("/edition", json!("x"), "there is no edition \"x\""),
        ("/shard", json!("3/2"), "\"3/2\" is not a shard"),
        ("/tables/0/table", json!("fotos"), "edition course has no table \"fotos\""),
        ("/tables/1/table", json!("users"), "table users is there twice"),
        ("/tables/0/digest", json!("abc"), "\"abc\" is not a digest"),
        (
            "/tables/0/files/0/name",
            json!("../users.csv"),
            "\"../users.csv\" is not the name of a file in its folder",
        ),
        (
            "/tables/0/files/0/bytes",
            json!(41),
            "the files of table users do not add up to its rows and bytes",
        ),
    ];
    for (place, value, expected) in cases {
        let text = changed(|manifest| *manifest.pointer_mut(place).unwrap() = value);
        assert!(text.ends_with(&format!(" is not a manifest: {expected}")), "{text}");
    }
    let huge = changed(|manifest| {
        manifest["tables"][0]["files"] = json!([
            {"name": "a", "rows": u64::MAX, "bytes": 1}, {"name": "b", "rows": 3, "bytes": 1}
        ]);
    });
    assert!(huge.ends_with("do not add up to its rows and bytes"), "{huge}");
}

#[test]
fn a_file_that_is_gone_or_cut_off_is_named() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("users.csv"), "0123456789").unwrap();
    let problems: Vec<_> = manifest().problems(dir.path()).iter().map(FileProblem::to_string).collect();
    assert_eq!(problems, ["users.csv has 10 bytes instead of 40", "tags.csv is missing"]);
}

#[test]
fn files_of_the_replaced_output_are_stale() {
    let dir = tempfile::tempdir().unwrap();
    let mut new = manifest();
    new.tables[0].files[0].name = "users.jsonl".to_owned();
    assert_eq!(new.completing(dir.path()), Last { manifest: new.to_text(), stale: Vec::new() });
    std::fs::write(dir.path().join(FILE_NAME), manifest().to_text()).unwrap();
    assert_eq!(new.completing(dir.path()).stale, [dir.path().join("users.csv")]);
    std::fs::write(dir.path().join(FILE_NAME), "{}").unwrap();
    assert_eq!(new.completing(dir.path()).stale, Vec::<PathBuf>::new());
}

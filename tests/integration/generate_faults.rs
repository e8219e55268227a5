//! `instaseed generate` on a full disk, and killed at any moment: no file under its final name is incomplete, in any
//! format, and the next run needs nobody to clean up.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::support::{Call, SmallDisk, instaseed, scratch};

/// One of each kind of file: lines, statements, each compression, columns.
const FORMATS: [&str; 5] = ["jsonl", "sql", "csv.gz", "csv.zst", "parquet"];

fn formats() -> impl Iterator<Item = &'static str> {
    FORMATS.into_iter().filter(|format| cfg!(feature = "parquet") || *format != "parquet")
}

fn generate(format: &str, users: &str, out: &Path) -> Call {
    let out = out.to_str().expect("the folder's name is UTF-8");
    instaseed(&["generate", "--users", users, "--format", format, "--out", out])
}

/// The names in a folder, and in the folders in it, with their bytes.
fn files(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let Ok(entries) = fs::read_dir(dir) else { return BTreeMap::new() };
    let mut all = BTreeMap::new();
    for entry in entries {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        match entry.file_type().unwrap().is_dir() {
            true => {
                all.extend(files(&entry.path()).into_iter().map(|(inner, b)| (format!("{name}/{inner}"), b)))
            }
            // a run may rename a file while it is looked at
            false => drop(fs::read(entry.path()).map(|bytes| all.insert(name, bytes))),
        }
    }
    all
}

fn is_partial(name: &str) -> bool {
    name.starts_with('.') && name.ends_with(".partial")
}

#[test]
fn a_full_disk_leaves_nothing_whatever_the_format_and_wherever_the_room_ends() {
    for format in formats() {
        let whole = scratch();
        generate(format, "60", &whole).run().expect(0);
        let Some(disk) = SmallDisk::mount(4096) else {
            println!("no right to mount a small disk here: skipped");
            return;
        };
        let out = disk.folder.join("data");
        let has_room = |pages: u64| {
            disk.resize(pages * 4096);
            let done = generate(format, "60", &out).run();
            if done.code == 0 {
                return true;
            }
            assert_eq!(done.code, 2, "{format}: {}", done.stderr);
            for said in ["cannot write", "No space left on device", "no file was left under its final name"] {
                assert!(done.stderr.contains(said), "{format}, {pages} pages: {}", done.stderr);
            }
            assert!(!out.exists(), "{format}, {pages} pages: {:?}", files(&out).keys());
            false
        };
        // from next to nothing to the last page that is missing: in the first table, in a later one, in the manifest
        let (mut too_few, mut enough) = (1, 2);
        while !has_room(enough) {
            (too_few, enough) = (enough, enough + enough.div_ceil(2));
        }
        while enough - too_few > 1 {
            fs::remove_dir_all(&out).unwrap_or_default();
            let between = too_few.midpoint(enough);
            match has_room(between) {
                true => enough = between,
                false => too_few = between,
            }
        }
        assert!(too_few > 4, "{format}: it never failed in the middle");
        fs::remove_dir_all(&out).unwrap_or_default();
        assert!(has_room(enough));
        assert!(files(&out) == files(&whole), "{format}: the run with enough room is like any other");
    }
}

#[test]
fn a_kill_in_the_middle_leaves_only_partial_files_and_the_next_run_removes_them() {
    for format in formats() {
        let parent = scratch();
        let out = parent.join("data");
        let mut child = generate(format, "500000", &out).spawn();
        let written = || files(&out).values().map(Vec::len).sum::<usize>();
        while written() == 0 {
            assert!(child.try_wait().unwrap().is_none(), "{format}: it is still at work");
            std::thread::sleep(Duration::from_millis(5));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let left = files(&out);
        assert!(!left.is_empty() && left.keys().all(|name| is_partial(name)), "{format}: {:?}", left.keys());

        let whole = scratch();
        generate(format, "60", &whole).run().expect(0);
        generate(format, "60", &out).run().expect(0);
        assert!(files(&out) == files(&whole), "{format}: {:?}", files(&out).keys());
    }
}

#[test]
fn a_kill_at_any_moment_leaves_no_incomplete_file_under_its_final_name() {
    for format in formats() {
        let whole = scratch();
        let begun = Instant::now();
        generate(format, "60", &whole).run().expect(0);
        let time = begun.elapsed();
        let whole = files(&whole);
        const ROUNDS: u32 = 5;
        for round in 0..=ROUNDS {
            let out = scratch();
            let mut child = generate(format, "60", &out).spawn();
            std::thread::sleep(time * round / ROUNDS);
            child.kill().unwrap();
            child.wait().unwrap();
            let left = files(&out);
            for (name, bytes) in left.iter().filter(|(name, _)| !is_partial(name)) {
                assert!(whole.get(name) == Some(bytes), "{format}, round {round}: {name} is not whole");
            }
            if left.contains_key("manifest.json") {
                assert!(left == whole, "{format}, round {round}: {:?}", left.keys());
                continue;
            }
            let again = generate(format, "60", &out).run();
            match left.keys().find(|name| !is_partial(name)) {
                None => drop(again.expect(0)),
                Some(_) => {
                    let refused = again.expect(2);
                    assert!(refused.stderr.contains("already exists"), "{format}: {}", refused.stderr);
                    assert!(refused.stderr.contains("--force"), "{format}: {}", refused.stderr);
                    let out = out.to_str().unwrap();
                    let force = ["generate", "--users", "60", "--format", format, "--force", "--out", out];
                    instaseed(&force).run().expect(0);
                }
            }
            assert!(files(&out) == whole, "{format}, round {round}: {:?}", files(&out).keys());
        }
    }
}

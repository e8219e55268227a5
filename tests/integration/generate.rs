//! `instaseed generate`: what the files hold, how parts fit together, what is refused, what an accident leaves.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Command;

use instaseed::edition::Edition;

use crate::support::{instaseed, object, scratch};

const COURSE: [&str; 7] = ["users", "photos", "comments", "likes", "follows", "tags", "photo_tags"];

fn platform() -> impl Iterator<Item = &'static str> {
    Edition::Platform.tables().iter().map(|table| table.name)
}

fn generate(out: &Path, options: &[&str]) {
    let out = out.to_str().expect("the folder's name is UTF-8");
    let fixed = ["generate", "--users", "400", "--out", out];
    instaseed(&[&fixed[..], options].concat()).run().expect(0);
}

fn read(dir: &Path, table: &str) -> String {
    fs::read_to_string(dir.join(format!("{table}.csv"))).expect("the file was written")
}

#[test]
fn headers_and_formats_are_those_that_scripts_rely_on() {
    let dir = scratch();
    generate(&dir, &[]);
    for (table, header) in [
        ("users", "id,username,created_at"),
        ("photos", "id,image_url,user_id,created_at"),
        ("comments", "id,comment_text,photo_id,user_id,created_at"),
        ("likes", "user_id,photo_id,created_at"),
        ("follows", "follower_id,followee_id,created_at"),
        ("tags", "id,tag_name,created_at"),
        ("photo_tags", "photo_id,tag_id"),
    ] {
        let text = read(&dir, table);
        assert_eq!(text.lines().next(), Some(header));
        assert!(text.ends_with('\n') && !text.contains('\r'), "{table}");
    }
    let users = read(&dir, "users");
    assert_eq!(users.lines().count(), 401);
    for (line, id) in users.lines().skip(1).zip(1..) {
        let cells: Vec<_> = line.split(',').collect();
        assert_eq!(cells[0], id.to_string());
        let shape: String = cells[2].chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
        assert_eq!(shape, "0000-00-00 00:00:00");
    }
    let names = fs::read_dir(&dir).unwrap().count();
    assert_eq!(names, COURSE.len() + 1, "nothing but the files of the tables and the manifest");
}

#[test]
fn threads_do_not_change_a_byte() {
    for (edition, tables) in [("course", COURSE.to_vec()), ("platform", platform().collect())] {
        let dirs = ["1", "2", "3", "8"].map(|threads| {
            let dir = scratch();
            generate(&dir, &["--edition", edition, "--threads", threads]);
            dir
        });
        for table in tables {
            let one = read(&dirs[0], table);
            for dir in &dirs[1..] {
                assert!(read(dir, table) == one, "{edition} {table}");
            }
        }
    }
}

#[test]
fn shards_put_together_are_the_whole() {
    for (edition, tables) in [("course", COURSE.to_vec()), ("platform", platform().collect())] {
        let whole = scratch();
        generate(&whole, &["--edition", edition]);
        for count in [1, 2, 7] {
            let parts: Vec<_> = (1..=count)
                .map(|index| {
                    let dir = scratch();
                    generate(&dir, &["--edition", edition, "--shard", &format!("{index}/{count}")]);
                    dir
                })
                .collect();
            for table in &tables {
                let mut together = String::new();
                for (i, dir) in parts.iter().enumerate() {
                    let text = read(dir, table);
                    let rows = text.split_once('\n').expect("there is a header").1;
                    together += if i == 0 { &text } else { rows };
                }
                assert!(together == read(&whole, table), "{edition} {table} of {count} shards");
            }
        }
    }
}

#[test]
fn one_table_streams_to_standard_output() {
    let dir = scratch();
    generate(&dir, &[]);
    let call = instaseed(&["generate", "--users", "400", "--table", "follows", "--out", "-"]).run().expect(0);
    assert!(call.stdout == read(&dir, "follows"));
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let call = instaseed(&["generate", "--users", "20000", "--table", "follows", "--out", "-"]);
    let mut child = call.spawn();
    let mut first = String::new();
    BufReader::new(child.stdout.take().expect("standard output is a pipe")).read_line(&mut first).unwrap();
    assert_eq!(first, "follower_id,followee_id,created_at\n");
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn what_cannot_be_is_refused_with_a_way_out() {
    let cases: [(&[&str], &str, &str); 11] = [
        (&["--table", "fotos"], "edition course has no table \"fotos\"", "did you mean \"photos\"?"),
        (&["--table", "media"], "edition course has no table \"media\"", "use one of these: users, photos"),
        (&["--shard", "8/7"], "there is no shard 8 of 7", "from 1/7 to 7/7"),
        (&["--shard", "x"], "\"x\" is not a shard", "such as 1/4"),
        (&["--users", "0"], "--users 0 is not possible", ""),
        (&["--users", "-5"], "--users -5 is not possible", ""),
        (&["--users", "3000000000"], "--users 3000000000 is not possible", ""),
        (
            &["--likes-per-photo", "99"],
            "--likes-per-photo 99 cannot be reached with 1,000 users: at most ",
            "or more --users",
        ),
        (
            &["--profile", "classic", "--users", "200"],
            "--users 200 is not possible: profile classic has exactly 100 users",
            "use --profile social --users 200, or omit --profile",
        ),
        (&["--profile", "clasic"], "there is no profile 'clasic'", "did you mean \"classic\"?"),
        (&["--as-of", "1999-01-01"], "--as-of 1999-01-01 is not after the start", "--start"),
    ];
    for (options, problem, way_out) in cases {
        let dir = scratch();
        let call = instaseed(&[&["generate", "--out", "data"], options].concat()).dir(&dir).run().expect(2);
        assert!(call.stderr.contains(problem), "{options:?}: {}", call.stderr);
        assert!(call.stderr.contains(way_out), "{options:?}: {}", call.stderr);
        assert!(!dir.join("data").exists(), "{options:?}: nothing is written before everything is looked at");
    }
    let both = instaseed(&["generate", "--out", "-"]).run().expect(2);
    assert!(both.stderr.contains("standard output can have only one table"), "{}", both.stderr);
}

#[test]
fn keys_beyond_the_schema_are_refused_before_anything_is_made() {
    let many = ["generate", "--users", "20000000", "--likes-per-photo", "9"];
    let platform = ["--edition", "platform", "--table", "likes", "--out", "data"];
    let refused = instaseed(&[&many[..], &platform].concat()).run().expect(2);
    assert!(refused.stderr.contains("likes would need about 2"), "{}", refused.stderr);
    assert!(refused.stderr.contains("an INT id cannot exceed 2,147,483,647"), "{}", refused.stderr);
}

#[test]
fn files_that_are_there_stay_unless_told_otherwise() {
    let dir = scratch();
    fs::write(dir.join("tags.csv"), "mine").unwrap();
    let out = dir.to_str().unwrap();
    let refused = instaseed(&["generate", "--users", "10", "--out", out]).run().expect(2);
    assert!(refused.stderr.contains("tags.csv already exists") && refused.stderr.contains("--force"));
    assert_eq!(fs::read_dir(&dir).unwrap().count(), 1);
    instaseed(&["generate", "--users", "10", "--out", out, "--force"]).run().expect(0);
    assert!(read(&dir, "tags").starts_with("id,"));
}

#[test]
fn force_replaces_the_whole_output_and_nothing_else() {
    let dir = scratch();
    generate(&dir, &[]);
    fs::write(dir.join("notes.txt"), "mine").unwrap();
    let out = dir.to_str().unwrap();
    let again = instaseed(&["generate", "--users", "10", "--format", "jsonl", "--out", out]).run().expect(2);
    assert!(again.stderr.contains("manifest.json already exists"), "{}", again.stderr);
    generate(&dir, &["--format", "jsonl", "--force"]);
    let mut names: Vec<_> =
        fs::read_dir(&dir).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    let mut expected: Vec<_> = COURSE.iter().map(|table| format!("{table}.jsonl")).collect();
    expected.extend(["manifest.json".to_owned(), "notes.txt".to_owned()]);
    expected.sort();
    assert_eq!(names, expected);
}

#[test]
fn a_manifest_says_what_the_files_hold() {
    let dir = scratch();
    let out = dir.to_str().unwrap();
    let call =
        instaseed(&["generate", "--users", "400", "--shard", "2/3", "--out", out, "--json"]).run().expect(0);
    let said = object(&call);
    let manifest: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(dir.join("manifest.json")).unwrap()).unwrap();
    assert_eq!(manifest["shard"], "2/3");
    assert_eq!((&manifest["edition"], &manifest["format"]), (&"course".into(), &"csv".into()));
    assert_eq!((&manifest["profile"], &manifest["users"]), (&said["profile"], &said["users"]));
    let tables = manifest["tables"].as_array().unwrap();
    assert_eq!(tables.iter().map(|table| table["table"].as_str().unwrap()).collect::<Vec<_>>(), COURSE);
    for entry in tables {
        let table = entry["table"].as_str().unwrap();
        assert_eq!(entry["rows"], said["rows"][table]);
        assert_eq!(entry["digest"], said["fingerprint"]["tables"][table]);
        let file = &entry["files"][0];
        let size = fs::metadata(dir.join(file["name"].as_str().unwrap())).unwrap().len();
        assert_eq!((&file["bytes"], &entry["bytes"]), (&size.into(), &size.into()));
    }
    let again = scratch();
    generate(&again, &["--shard", "2/3", "--threads", "1"]);
    let text = |dir: &Path| fs::read(dir.join("manifest.json")).unwrap();
    assert!(text(&dir) == text(&again), "no time and no path is in it");
}

#[test]
fn a_full_disk_leaves_no_file_under_its_final_name() {
    let dir = scratch();
    // a file that may not grow any more, as on a disk without room
    let full = "trap '' XFSZ; ulimit -f 20; exec \"$0\" generate --users 400 --out data";
    let failed = Command::new("sh")
        .args(["-c", full, env!("CARGO_BIN_EXE_instaseed")])
        .current_dir(&dir)
        .output()
        .expect("a shell can be run");
    let stderr = String::from_utf8_lossy(&failed.stderr);
    assert_eq!(failed.status.code(), Some(2), "{stderr}");
    assert!(
        stderr.contains("cannot write") && stderr.contains("no file was left under its final name"),
        "{stderr}"
    );
    assert_eq!(fs::read_dir(&dir).unwrap().count(), 0);
}

#[test]
fn an_interruption_leaves_no_file_under_its_final_name() {
    let dir = scratch();
    let out = dir.to_str().unwrap();
    let mut child =
        instaseed(&["generate", "--users", "2000000", "--table", "follows", "--out", out]).spawn();
    let begun = || fs::read_dir(&dir).unwrap().count() > 0;
    while !begun() {
        assert!(child.try_wait().unwrap().is_none(), "it is still at work");
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(fs::read_dir(&dir).unwrap().count(), 0);
}

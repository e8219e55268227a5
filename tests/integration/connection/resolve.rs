//! Which database is meant, through the real binary: flag, environment, `.env`, default; and what a bad one says.

use std::fs;
use std::path::Path;

use crate::support::{Finished, instaseed, scratch};

fn setup(folder: &Path, flag: Option<&str>, variable: Option<&str>) -> Finished {
    let mut words = vec!["setup"];
    words.extend(flag.into_iter().flat_map(|url| ["--database-url", url]));
    let call = instaseed(&words).dir(folder);
    match variable {
        Some(url) => call.env("DATABASE_URL", url),
        None => call,
    }
    .run()
}

/// The database files of a folder.
fn databases(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|name| name.ends_with(".db")).collect();
    names.sort();
    names
}

#[test]
fn the_flag_comes_before_the_environment_before_dot_env_before_the_default() {
    for (flag, variable, dot_env, made) in [
        (Some("sqlite://flag.db"), Some("sqlite://variable.db"), Some("DATABASE_URL=dot.db"), "flag.db"),
        (None, Some("sqlite://variable.db"), Some("DATABASE_URL=dot.db"), "variable.db"),
        (None, None, Some("OTHER=1\nexport DATABASE_URL=\"sqlite://dot.db\"  # ours\n"), "dot.db"),
        (None, Some(""), Some("DATABASE_URL=dot.db"), "dot.db"),
        (None, Some(""), Some("DATABASE_URL="), "instaseed.db"),
        (None, None, Some("OTHER=1"), "instaseed.db"),
        (None, None, None, "instaseed.db"),
    ] {
        let folder = scratch();
        if let Some(text) = dot_env {
            fs::write(folder.join(".env"), text).unwrap();
        }
        setup(&folder, flag, variable).expect(0);
        assert_eq!(databases(&folder), [made]);
    }
}

#[test]
fn dot_env_is_found_in_a_folder_above() {
    let folder = scratch();
    fs::write(folder.join(".env"), "DATABASE_URL=sqlite://found.db").unwrap();
    fs::create_dir_all(folder.join("a/b")).unwrap();
    setup(&folder.join("a/b"), None, None).expect(0);
    assert_eq!(databases(&folder), ["found.db"], "a relative file is meant from the folder of the .env");
    assert!(databases(&folder.join("a/b")).is_empty());
}

#[test]
fn a_malformed_dot_env_is_an_error_only_where_it_is_needed() {
    for (text, line) in [
        (
            b"A=1\n\n# why\nthis is no line W0ng\nDATABASE_URL=x.db\n".as_slice(),
            ".env, line 4: the line is not NAME=value\n",
        ),
        (b"DATABASE_URL='W0ng\n".as_slice(), ".env, line 1: the line is not NAME=value\n"),
        (b"DATABASE_URL=\xff\xfe\n".as_slice(), ".env: the file is not UTF-8 text\n"),
    ] {
        let folder = scratch();
        fs::write(folder.join(".env"), text).unwrap();
        let refused = setup(&folder, None, None).expect(2);
        assert!(refused.stderr.contains(line), "{}", refused.stderr);
        assert!(
            refused.stderr.contains("--database-url") && !refused.stderr.contains("W0ng"),
            "{}",
            refused.stderr
        );
        assert!(refused.stdout.is_empty() && databases(&folder).is_empty());
        setup(&folder, Some("flag.db"), None).expect(0);
        setup(&folder, None, Some("variable.db")).expect(0);
        assert_eq!(databases(&folder), ["flag.db", "variable.db"]);
    }
}

#[test]
fn a_bad_target_changes_nothing_and_ends_with_two() {
    let folder = scratch();
    fs::write(folder.join("letter.txt"), "no database at all, but a text that is long enough. ".repeat(40))
        .unwrap();
    for (url, words) in [
        ("oracle://u:W0ng@h/d", "unknown kind of database `oracle:`"),
        ("mysql://u:W0ng@h", "it names no database"),
        ("postgres://u:W0ng@h:port/d", "the port is not a number"),
        ("postgres://u:W0ng@h/d?sslmode=maybe", "the value of `sslmode` is not valid"),
        ("postgres://u:W0ng@h/d?speed=1", "unknown parameter `speed`"),
        ("mysql://u:W0ng@127.0.0.1:1/d", "connection refused"),
        ("postgres://u:W0ng@127.0.0.1:1/d", "connection refused"),
        ("sqlite::memory:", "in memory"),
        (".", "this is a folder"),
        ("no/such/folder/x.db", "the folder of this file does not exist"),
        ("letter.txt", "not an SQLite database"),
    ] {
        let refused = setup(&folder, Some(url), None).expect(2);
        assert!(refused.stderr.contains(words), "{url}: {}", refused.stderr);
        assert!(refused.stderr.contains("help: "), "{url}: {}", refused.stderr);
        assert!(!refused.stderr.contains("W0ng") && refused.stdout.is_empty(), "{url}: {refused:?}");
    }
    assert!(databases(&folder).is_empty());
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
}

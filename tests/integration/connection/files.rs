//! SQLite files: every kind of path, and every reason why one cannot be used.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use instaseed::database::{self, DatabaseError, Db, FileProblem, Target};

use super::{failure, refusal, target};
use crate::support::{instaseed, scratch, without_root};

#[test]
fn a_file_that_cannot_be_a_database_is_told_why() {
    let folder = scratch();
    let problem = |url: &str| match refusal(url) {
        DatabaseError::File { problem, path, .. } => (problem, path),
        other => panic!("{url}: {other:?}"),
    };
    let at = |name: &str| folder.join(name).display().to_string();
    fs::write(at("letter.txt"), "Dear reader, this is no database, however long it may go on. ".repeat(100))
        .unwrap();
    fs::write(at("empty.db"), "").unwrap();
    assert_eq!(problem(&at("")).0, FileProblem::Directory);
    assert_eq!(problem(&at("missing.db")).0, FileProblem::Missing);
    assert_eq!(problem(&at("letter.txt")).0, FileProblem::NotADatabase);
    assert!(refusal(&at("letter.txt")).hint().is_some());
    Db::connect(&target(&at("empty.db"))).unwrap();

    let create = |url: &str| match failure(database::create(&target(url)).unwrap_err()) {
        DatabaseError::File { problem, .. } => problem,
        other => panic!("{url}: {other:?}"),
    };
    assert_eq!(create(&at("no/such/folder.db")), FileProblem::NoFolder);
    assert_eq!(create(&at("letter.txt/x.db")), FileProblem::NoFolder);
    assert_eq!(create(&at("")), FileProblem::Directory);
    // a file that is no database is not ours to remove
    assert!(matches!(
        failure(database::remove(&target(&at("letter.txt"))).unwrap_err()),
        DatabaseError::File { problem: FileProblem::NotADatabase, .. }
    ));
    assert!(folder.join("letter.txt").exists());
    assert!(!folder.join("missing.db").exists(), "connecting creates nothing");
}

#[test]
fn what_is_no_regular_file_is_refused_instead_of_waited_for() {
    let folder = scratch();
    let pipe = |name: &str| {
        let path = folder.join(name);
        assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
        path
    };
    let database = pipe("pipe.db");
    std::os::unix::fs::symlink(&database, folder.join("link.db")).unwrap();
    for name in ["pipe.db", "link.db"] {
        for verb in
            ["doctor", "setup", "show", "check", "seed", "migrate status", "migrate up", "reset --drop --yes"]
        {
            let words: Vec<&str> = verb.split(' ').chain(["--database-url", name]).collect();
            let refused = instaseed(&words).dir(&folder).run().expect(2);
            assert!(refused.stderr.contains("a pipe, a socket or a device"), "{verb}: {}", refused.stderr);
            assert!(refused.stderr.contains("help: use another file name"), "{verb}: {}", refused.stderr);
        }
    }
    assert!(database.exists());
    fs::write(folder.join("x.db"), "").unwrap();
    pipe("x.db-journal");
    assert!(matches!(
        refusal(&folder.join("x.db").display().to_string()),
        DatabaseError::File { problem: FileProblem::NotAFile, .. }
    ));
}

#[test]
fn odd_characters_in_a_file_name_are_taken_as_they_are() {
    let folder = scratch();
    for name in
        ["a b.db", "100%.db", "q?mode=ro.db", "h#sh.db", "sq'dq\".db", "größe ☃.db", "file:x.db", "%41.db"]
    {
        let place = Target::file(folder.join(name)).unwrap();
        database::create(&place).unwrap();
        Db::connect(&place).unwrap().batch("CREATE TABLE t (a)").unwrap();
        assert!(fs::metadata(folder.join(name)).unwrap().len() > 0, "{name}");
        database::remove(&place).unwrap();
    }
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0, "nothing else was made");
}

#[test]
fn removing_a_file_takes_its_side_files_along() {
    let folder = scratch();
    let place = Target::file(folder.join("x.db")).unwrap();
    database::create(&place).unwrap();
    let mut connection = Db::connect(&place).unwrap();
    connection.batch("PRAGMA journal_mode = wal; CREATE TABLE t (a); INSERT INTO t VALUES (1)").unwrap();
    std::mem::forget(connection);
    assert!(folder.join("x.db-wal").exists());
    fs::write(folder.join("x.db-other"), "").unwrap();
    database::remove(&place).unwrap();
    let left: Vec<_> = fs::read_dir(&folder).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left, ["x.db-other"]);
}

#[test]
fn a_read_only_file_can_be_read_and_says_so_when_written() {
    let folder = scratch();
    let path = folder.join("x.db");
    let place = Target::file(&path).unwrap();
    database::create(&place).unwrap();
    Db::connect(&place).unwrap().batch("CREATE TABLE t (a)").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
    let mut command = without_root(&std::env::current_exe().unwrap());
    command.args(["--exact", "connection::files::as_a_reader", "--ignored"]).env("INSTASEED_READ", &path);
    let output = command.current_dir("/").output().unwrap();
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
#[ignore = "run by another test, as another user"]
fn as_a_reader() {
    let path = std::path::PathBuf::from(std::env::var_os("INSTASEED_READ").unwrap());
    let place = Target::file(&path).unwrap();
    let mut connection = Db::connect(&place).unwrap();
    assert_eq!(connection.tables().unwrap(), ["t"]);
    let hint = failure(connection.batch("INSERT INTO t VALUES (1)").unwrap_err()).hint().unwrap();
    assert_eq!(hint, instaseed::database::Hint::MakeWritable);
    let new = Target::file(path.with_file_name("new.db")).unwrap();
    let error = failure(database::create(&new).unwrap_err());
    assert!(matches!(error, DatabaseError::File { problem: FileProblem::ReadOnly, .. }), "{error:?}");
}

//! What a user mistypes or meets: each is one clear error with a way out on standard error, exit code 2, and
//! nothing is changed.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use instaseed::database::{self, Engine};

use crate::support::{Finished, Kind, Server, TestDb, each_engine, instaseed, scratch};

/// Runs a verb on a test's database, with a folder of own migrations.
fn with_folder(db: &TestDb, verb: &str, folder: &Path) -> Finished {
    let (url, folder) = (db.url(), folder.display().to_string());
    let arguments: Vec<&str> =
        verb.split(' ').chain(["--database-url", &url, "--migrations", &folder]).collect();
    instaseed(&arguments).run()
}

/// Writes the files of an own migration.
fn migration(root: &Path, name: &str, files: &[(&str, &[u8])]) {
    let folder = root.join(name);
    fs::create_dir_all(&folder).expect("a folder can be made");
    for (file, text) in files {
        fs::write(folder.join(file), text).expect("a file can be written");
    }
}

/// A folder with one good migration behind ours.
fn own_folder() -> std::path::PathBuf {
    let root = scratch();
    let files: [(&str, &[u8]); 2] =
        [("up.sql", b"CREATE TABLE mine (id INTEGER);\n"), ("down.sql", b"DROP TABLE mine;\n")];
    migration(&root, "20270101000000_create_mine", &files);
    root
}

/// Everything that a refusal must leave as it was.
fn state(db: &TestDb) -> String {
    format!("{:?}", db.connect().catalogue().expect("the catalogue can be read"))
}

/// What is printed is an error, whose message and way out hold these words, and nothing on standard output.
#[track_caller]
fn refused(done: Finished, message: &str, way_out: &str) {
    let done = done.expect(2);
    assert_eq!(done.stdout, "");
    let (error, help) = done.stderr.split_once("\nhelp: ").unwrap_or((&done.stderr, ""));
    assert!(error.starts_with("error: "), "{}", done.stderr);
    assert!(error.contains(message), "the message should hold {message:?}:\n{}", done.stderr);
    assert!(help.contains(way_out), "the way out should hold {way_out:?}:\n{}", done.stderr);
    assert!(!done.stderr.contains("panicked"), "{}", done.stderr);
}

#[test]
fn a_url_that_is_none_is_explained() {
    let setup = |url: &str| instaseed(&["setup", "--no-seed", "--database-url", url]).run();
    refused(setup("oracle://scott:tiger@db/orcl"), "unknown kind of database `oracle:`", "postgres://");
    refused(setup("mysql://root@localhost"), "names no database", "add the database after the host");
    refused(setup("mysql://root@localhost:99999/x"), "the port is not a number", "scheme://");
    refused(setup("postgres://me@localhost/x?sslmoed=require"), "unknown parameter `sslmoed`", "sslmode");
    refused(setup(""), "it is empty", "");
    refused(setup("sqlite://:memory:"), "in memory does not outlive the program", "name a file");
}

#[test]
fn a_password_is_in_no_message() {
    for url in [
        "mysql://root:s3cret%40x@127.0.0.1:1/x",
        "postgres://root:s3cret%40x@127.0.0.1:1/x",
        "mysql://root:s3cret@x@127.0.0.1:1/x",
        "postgres://root:s3cret@x/y",
        "oracle://root:s3cret@x/y",
    ] {
        for verb in [["setup", "--no-seed"], ["doctor", "--json"], ["migrate", "status"]] {
            let done = instaseed(&[verb[0], verb[1], "--database-url", url]).run().expect(2);
            assert!(!format!("{}{}", done.stdout, done.stderr).contains("s3cret"), "{}", done.stderr);
        }
    }
}

#[test]
fn a_wrong_password_and_a_silent_server_are_told_apart() {
    for (engine, kind) in [(Engine::Mysql, Kind::Mysql), (Engine::Postgres, Kind::Postgres)] {
        let (Some(server), Some(db)) = (Server::shared(kind), TestDb::absent(engine)) else { continue };
        let url = server.url_of(crate::support::USER, Some("wrong"), db.target().database());
        refused(
            instaseed(&["setup", "--no-seed", "--database-url", &url]).run(),
            "refused the login",
            "correct user and password",
        );
        let scheme = engine.name();
        let url = format!("{scheme}://me:pw@127.0.0.1:1/x");
        refused(
            instaseed(&["setup", "--no-seed", "--database-url", &url]).run(),
            "connection refused",
            "start the server",
        );
        let arguments = ["setup", "--no-seed", "--wait", "1", "--database-url", &url];
        refused(instaseed(&arguments).run(), "no server after 1 s of waiting", "start the server");
        assert!(!database::exists(db.target()).expect("the server answers"));
    }
}

#[test]
fn a_missing_database_is_named_with_the_way_to_make_it() {
    for engine in Engine::ALL {
        let Some(db) = TestDb::absent(engine) else { continue };
        for verb in [&["migrate", "up"][..], &["show"], &["reset", "--yes"]] {
            let url = db.url();
            let arguments: Vec<&str> = verb.iter().copied().chain(["--database-url", &url]).collect();
            refused(
                instaseed(&arguments).run(),
                if engine == Engine::Sqlite {
                    "there is no such database file"
                } else {
                    "the server has no such database"
                },
                "`instaseed setup --database-url ",
            );
        }
        assert!(!database::exists(db.target()).expect("it can be asked"));
    }
}

#[test]
fn a_path_that_is_no_database_is_left_alone() {
    let folder = scratch();
    let setup = |path: &str| instaseed(&["setup", "--no-seed", "--database-url", path]).dir(&folder).run();
    fs::create_dir(folder.join("d.db")).expect("a folder");
    refused(setup("d.db"), "this is a folder", "name a file in the folder");
    let text =
        "just some notes, long enough to be looked at as a database file and found to be none at all......";
    fs::write(folder.join("notes.db"), text.repeat(20)).expect("a file");
    refused(setup("notes.db"), "not an SQLite database", "another file name");
    assert_eq!(fs::read_to_string(folder.join("notes.db")).expect("it is there"), text.repeat(20));
    refused(setup("missing/x.db"), "the folder of this file does not exist", "mkdir");
    assert!(!folder.join("missing").exists());
}

#[test]
fn a_file_that_may_not_be_written_is_left_alone() {
    use std::os::unix::process::CommandExt;
    let folder = scratch();
    instaseed(&["migrate", "status", "--database-url", "x.db"]).dir(&folder).run().expect(2);
    fs::write(folder.join("x.db"), "").expect("a file");
    fs::set_permissions(folder.join("x.db"), fs::Permissions::from_mode(0o444)).expect("it is ours");
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_instaseed"));
    command.args(["setup", "--no-seed", "--database-url", "x.db"]).current_dir(&folder).env_clear();
    // root may write anything, and the folders above are not everybody's: open them to look in, as nobody
    if fs::metadata(&folder).expect("it is there").permissions().mode() & 0o005 == 0 {
        for above in folder.ancestors().take(2) {
            fs::set_permissions(above, fs::Permissions::from_mode(0o755)).expect("it is ours");
        }
    }
    let is_root = std::process::Command::new("id").arg("-u").output().is_ok_and(|out| out.stdout == b"0\n");
    if is_root {
        command.uid(65534).gid(65534);
    }
    let Ok(output) = command.output() else {
        // the binary stands where nobody may not reach it
        return;
    };
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    let code = output.status.code().unwrap_or(-1);
    refused(Finished { stdout: String::new(), stderr, code }, "readonly", "instaseed doctor");
    assert_eq!(fs::metadata(folder.join("x.db")).expect("it is there").len(), 0);
}

#[test]
fn tables_of_another_program_are_not_taken_for_ours() {
    each_engine(|db| {
        db.connect().batch("CREATE TABLE users (name VARCHAR(10))").expect("a foreign table");
        let before = state(db);
        for verb in ["setup --no-seed", "migrate up", "migrate to course"] {
            let url = db.url();
            let arguments: Vec<&str> = verb.split(' ').chain(["--database-url", &url]).collect();
            refused(instaseed(&arguments).run(), "already has a table `users`", "another database");
            assert_eq!(state(db), before, "{verb} changed something");
        }
    });
}

#[test]
fn a_broken_folder_of_migrations_is_refused_before_anything_runs() {
    each_engine(|db| {
        let before = state(db);
        let refused_folder = |root: &Path, message: &str, way_out: &str| {
            for verb in ["migrate up", "migrate plan", "setup --no-seed"] {
                refused(with_folder(db, verb, root), message, way_out);
                assert_eq!(state(db), before, "{verb} changed something");
            }
            // Who only looks sees it beside the rest.
            let looked = with_folder(db, "migrate status", root);
            let said = format!("{}{}", looked.stdout, looked.stderr);
            assert!(said.contains(message) && said.contains(way_out), "{said}");
            assert_eq!(looked.code, if root.is_dir() { 0 } else { 2 });
        };
        let root = own_folder();
        fs::create_dir(root.join("20270102000000_empty")).expect("a folder");
        refused_folder(&root, "it has no up.sql", "or remove the folder");

        let root = own_folder();
        migration(&root, "2027-01-01-000000_twin", &[("up.sql", b"SELECT 1"), ("down.sql", b"SELECT 1")]);
        refused_folder(&root, "two migrations have version 20270101000000", "another version");

        let root = own_folder();
        migration(&root, "20270102000000_one_way", &[("up.sql", b"SELECT 1")]);
        refused_folder(&root, "has no down.sql", "irreversible");

        let root = own_folder();
        let latin1: &[u8] = b"-- a comment\n-- caf\xe9\nSELECT 1;\n";
        migration(&root, "20270102000000_latin1", &[("up.sql", latin1), ("down.sql", b"SELECT 1")]);
        refused_folder(&root, "up.sql:2: invalid UTF-8", "save the file as UTF-8");

        refused_folder(&scratch().join("nowhere"), "cannot read", "");
    });
}

#[test]
fn a_syntax_error_is_named_with_its_line_and_nothing_of_it_stays() {
    each_engine(|db| {
        let root = own_folder();
        let lines: String = (1..40).map(|number| format!("-- line {number}\n")).collect();
        let text = format!("{lines}CREATE TABEL oops (id INTEGER);\n");
        migration(&root, "20270102000000_oops", &[("up.sql", text.as_bytes()), ("down.sql", b"SELECT 1")]);
        with_folder(db, "migrate to platform", &root).expect(0);
        let done = with_folder(db, "migrate up", &root).expect(2);
        assert!(done.stderr.contains("20270102000000_oops/up.sql:40: "), "{}", done.stderr);
        assert!(done.stderr.contains("in: CREATE TABEL oops"), "{}", done.stderr);
        assert!(done.stderr.contains("help: "), "{}", done.stderr);
        assert!(!db.connect().tables().expect("the catalogue").contains(&"oops".to_owned()));
        with_folder(db, "migrate status", &root).expect(0);
    });
}

#[test]
fn a_changed_file_is_named_but_line_endings_are_no_change() {
    each_engine(|db| {
        let root = own_folder();
        with_folder(db, "migrate up", &root).expect(0);
        let up = root.join("20270101000000_create_mine/up.sql");
        fs::write(&up, "CREATE TABLE mine (id INTEGER);  \r\n\r\n").expect("a file");
        with_folder(db, "migrate status --check", &root).expect(0);
        with_folder(db, "migrate up", &root).expect(0);
        fs::write(&up, "CREATE TABLE mine (id BIGINT);\n").expect("a file");
        let before = state(db);
        with_folder(db, "migrate status --check", &root).expect(1);
        for verb in ["migrate up", "migrate down --yes", "setup --no-seed"] {
            refused(
                with_folder(db, verb, &root),
                "was changed after version 20270101000000",
                "--accept-changed",
            );
            assert_eq!(state(db), before, "{verb} changed something");
        }
        with_folder(db, "migrate repair --accept-changed 20270101000000", &root).expect(0);
        with_folder(db, "migrate status --check", &root).expect(0);
    });
}

#[test]
fn an_unknown_version_is_named_with_its_nearest() {
    each_engine(|db| {
        let url = db.url();
        let to = |version: &str| instaseed(&["migrate", "to", version, "--database-url", &url]).run();
        refused(to("platfrom"), "there is no migration platfrom", "did you mean platform?");
        refused(to("create_user"), "there is no migration create_user", "did you mean create_users?");
        refused(to("2026"), "names more than one migration", "");
    });
}

#[test]
fn a_malformed_dot_env_is_an_error_only_where_it_is_needed() {
    let folder = scratch();
    fs::write(folder.join(".env"), "# ours\nTHIS IS 'no line\nDATABASE_URL=sqlite://s3cret.db\n")
        .expect("a file");
    let done = instaseed(&["migrate", "status"]).dir(&folder).run();
    assert!(!done.stderr.contains("s3cret") && !done.stderr.contains("THIS"), "{}", done.stderr);
    refused(done, ".env, line 2", "--database-url");
    instaseed(&["setup", "--no-seed", "--database-url", "x.db"]).dir(&folder).run().expect(0);
    instaseed(&["setup", "--no-seed"]).dir(&folder).env("DATABASE_URL", "y.db").run().expect(0);
    instaseed(&["completions", "bash"]).dir(&folder).run().expect(0);
}

#[test]
fn a_mistyped_word_is_named_with_its_nearest() {
    let done = instaseed(&["setpu"]).run().expect(2);
    assert!(done.stderr.contains("unrecognized subcommand 'setpu'") && done.stderr.contains("'setup'"));
    let done = instaseed(&["setup", "--editoin", "course"]).run().expect(2);
    assert!(done.stderr.contains("--edition"), "{}", done.stderr);
    let done = instaseed(&["setup", "--edition", "coarse"]).run().expect(2);
    assert!(done.stderr.contains("'course'"), "{}", done.stderr);
    let done = instaseed(&["migrate", "down", "none"]).run().expect(2);
    assert!(done.stderr.contains("give a number from 1, or all"), "{}", done.stderr);
}

#[test]
fn with_json_an_error_is_an_object_too() {
    let done = instaseed(&["setup", "--no-seed", "--json", "--database-url", "oracle://x"]).run().expect(2);
    let object: serde_json::Value = serde_json::from_str(&done.stdout).expect("one object");
    assert_eq!(object["ok"], false);
    assert_eq!(object["error"]["message"], "unknown kind of database `oracle:`");
    assert!(object["error"]["hint"].as_str().is_some_and(|hint| hint.contains("sqlite://")));
    assert!(done.stderr.starts_with("error: unknown kind"), "{}", done.stderr);
}

#[test]
fn every_verb_answers_json_with_one_object() {
    let folder = scratch();
    for (line, code) in [
        ("setup --profile tiny", 0),
        ("setup --profile tiny", 0),
        ("show", 0),
        ("check", 0),
        ("doctor", 0),
        ("seed --profile tiny", 2),
        ("seed --profile tiny --replace --yes", 0),
        ("reset --profile tiny --yes", 0),
        ("reset --profile tiny", 2),
        ("generate --profile tiny --out files", 0),
        ("check files", 0),
        ("migrate status --check", 0),
        ("migrate plan to platform", 0),
        ("migrate to platform", 0),
        ("migrate down", 2),
        ("migrate redo --yes", 0),
        ("migrate repair", 0),
        ("migrate new add_stories --migrations own", 0),
        ("migrate protect", 0),
        ("migrate unprotect --yes", 0),
        ("migrate to none --yes", 0),
        ("migrate status --check", 1),
    ] {
        let arguments: Vec<&str> = line.split(' ').chain(["--json"]).collect();
        let done = instaseed(&arguments).dir(&folder).run().expect(code);
        let object: serde_json::Value = serde_json::from_str(&done.stdout).expect("one object");
        assert_eq!(object["ok"].as_bool(), Some(code == 0), "{line}");
        assert_eq!(object["error"].is_object(), code == 2, "{line}");
        let quiet: Vec<&str> = arguments.iter().copied().chain(["--quiet"]).collect();
        if code == 0 && line.starts_with("check") {
            assert_eq!(instaseed(&quiet).dir(&folder).run().expect(0).stderr, "", "{line}");
        }
    }
}

#[test]
fn a_reader_that_leaves_early_is_no_error() {
    use std::io::Read;
    let mut child = instaseed(&["completions", "zsh"]).spawn();
    drop(child.stdout.take());
    let mut stderr = String::new();
    child.stderr.take().expect("it is piped").read_to_string(&mut stderr).expect("it can be read");
    assert_eq!((child.wait().expect("it ends").code(), stderr.as_str()), (Some(0), ""));
}

#[test]
fn what_is_not_a_terminal_gets_no_colours() {
    let folder = scratch();
    for arguments in
        [&["setup", "--no-seed"][..], &["migrate", "status"], &["show"], &["doctor"], &["migrate", "down"]]
    {
        let done = instaseed(arguments).dir(&folder).run();
        assert!(!format!("{}{}", done.stdout, done.stderr).contains('\x1b'), "{arguments:?}");
    }
}

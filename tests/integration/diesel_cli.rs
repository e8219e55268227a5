//! The commands of migrations/README.md, run by the real `diesel` (`DIESEL_BIN`, else the one in the path): what it
//! migrates, instaseed takes on. Where it is missing, or knows no client of an engine, one line says so.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use instaseed::database::Engine;

use crate::line::crossing;
use crate::support::{TestDb, each_engine, history, instaseed};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The words of each documented command after `diesel`, in the `text` block of the page.
fn documented() -> Vec<Vec<String>> {
    let page = std::fs::read_to_string(root().join("migrations/README.md")).expect("the page is there");
    let block =
        page.split("```text\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a text block");
    let words = |line: &str| line.split_whitespace().skip(1).map(str::to_owned).collect();
    block.lines().filter(|line| line.starts_with("diesel ")).map(words).collect()
}

/// The word after an option.
fn value(words: &[String], option: &str) -> String {
    let at = words.iter().position(|word| word == option).unwrap_or_else(|| panic!("{option} in {words:?}"));
    words[at + 1].clone()
}

/// A documented command of an engine, with another database and another last word.
fn command(engine: Engine, url: &str, verb: &[&str]) -> Vec<String> {
    let folder = format!("migrations/{}", engine.name());
    let commands = documented();
    let command = commands.iter().find(|words| value(words, "--migration-dir") == folder);
    let command = command.unwrap_or_else(|| panic!("no command for {folder}"));
    let documented_url = value(command, "--database-url");
    let (_, words) = command.split_last().expect("a command has words");
    let words = words.iter().map(|word| if *word == documented_url { url.to_owned() } else { word.clone() });
    words.chain(verb.iter().map(|word| (*word).to_owned())).collect()
}

fn not_tested(what: &str) {
    // past the test runner, which captures the other standard error
    let _ = writeln!(std::io::stderr(), "NOT TESTED: {what}");
}

struct Diesel {
    program: PathBuf,
    backends: String,
}

impl Diesel {
    fn find() -> Option<Diesel> {
        let in_path = || {
            let path = std::env::var_os("PATH").unwrap_or_default();
            std::env::split_paths(&path).map(|folder| folder.join("diesel")).find(|program| program.is_file())
        };
        let program = std::env::var_os("DIESEL_BIN").map(PathBuf::from).or_else(in_path)?;
        let output = Command::new(&program).arg("--version").output().expect("diesel can be started");
        let version = String::from_utf8_lossy(&output.stdout).into_owned();
        let backends = version.split("Supported Backends:").nth(1).unwrap_or_default().trim().to_owned();
        Some(Diesel { program, backends })
    }

    fn run(&self, db: &TestDb, verb: &[&str]) -> String {
        let url = db.target().path().map_or_else(|| db.url(), |path| path.display().to_string());
        let words = command(db.engine(), &url, verb);
        let mut command = Command::new(&self.program);
        let output = command.args(&words).current_dir(root()).env_remove("DATABASE_URL").output();
        let output = output.expect("diesel can be started");
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "diesel {words:?}: {out}{err}");
        out.into_owned()
    }

    /// How many migrations are applied, of how many.
    fn applied(&self, db: &TestDb) -> (usize, usize) {
        let list = self.run(db, &["list"]);
        (list.matches("[X]").count(), list.matches("[X]").count() + list.matches("[ ]").count())
    }
}

/// Runs a test on each engine with the real `diesel`; a line says where that cannot be.
fn with_diesel(test: impl Fn(&Diesel, &TestDb)) {
    let Some(diesel) = Diesel::find() else {
        return not_tested("the diesel command is not installed (DIESEL_BIN names it)");
    };
    each_engine(|db| {
        if !diesel.backends.contains(db.engine().name()) {
            return not_tested(&format!("diesel was built without a client of {}", db.engine()));
        }
        test(&diesel, db);
    });
}

#[test]
fn the_documented_commands_name_the_folder_of_each_engine() {
    for engine in Engine::ALL {
        let words = command(engine, "there", &["run"]);
        assert_eq!(value(&words, "--database-url"), "there");
        assert!(root().join(value(&words, "--migration-dir")).is_dir());
        // `--migration-dir` is an option of `migration`, not of `diesel`.
        let at = |word: &str| words.iter().position(|other| other == word).expect("the word is there");
        assert!(at("migration") < at("--migration-dir"), "{words:?}");
    }
}

#[test]
fn the_documented_commands_run_and_instaseed_goes_on_from_there() {
    with_diesel(|diesel, db| {
        let all = history(db.engine()).len();
        let checked = |edition: &str| {
            // The way through the course takes e-mails and captions: then it is not what was loaded, but no rule breaks.
            let call = instaseed(&["check", "--json", "--database-url", &db.url()]).run();
            let report: serde_json::Value = serde_json::from_str(&call.stdout).expect("one object");
            assert_eq!(report["edition"], edition);
            let rules = report["rules"].as_array().expect("rules");
            assert!(rules.iter().all(|rule| rule["broken"] == 0), "{rules:?}");
            report["fingerprint"].clone()
        };

        diesel.run(db, &["run"]);
        assert_eq!(diesel.applied(db), (all, all));
        diesel.run(db, &["revert"]);
        assert_eq!(diesel.applied(db), (all - 1, all));
        diesel.run(db, &["redo"]);
        diesel.run(db, &["run"]);
        assert_eq!(diesel.applied(db), (all, all));

        let status = instaseed(&["migrate", "status", "--database-url", &db.url()]).run().expect(0);
        assert!(status.stdout.contains("platform"), "{}", status.stdout);
        instaseed(&["--quiet", "seed", "--users", "50", "--database-url", &db.url()]).run().expect(0);
        let seeded = checked("platform");
        diesel.run(db, &["redo"]);
        assert_eq!(checked("platform"), seeded);

        // Down to the course and up again with the rows, half of the way by each program.
        let crossing = crossing().len();
        diesel.run(db, &["revert", "--number", &crossing.to_string()]);
        assert_eq!(diesel.applied(db), (all - crossing, all));
        let course = checked("course");
        diesel.run(db, &["run"]);
        checked("platform");
        instaseed(&["migrate", "to", "course", "--yes", "--database-url", &db.url()]).run().expect(0);
        assert_eq!(diesel.applied(db), (all - crossing, all));
        assert_eq!(checked("course"), course);
    });
}

/// What the diesel command takes back whole is a database without ours, whatever it leaves behind.
fn begins_anew(db: &TestDb) {
    let status = instaseed(&["migrate", "status", "--database-url", &db.url()]).run().expect(0);
    assert!(!status.stderr.contains("__instaseed_kept"), "{}", status.stderr);
    let kept =
        |db: &TestDb| db.connect().tables().expect("readable").contains(&"__instaseed_kept".to_owned());
    assert!(kept(db), "the scripts alone leave the table");
    instaseed(&["migrate", "up", "--database-url", &db.url()]).run().expect(0);
    assert!(!kept(db), "a run takes it away");
}

#[test]
fn after_a_way_back_of_all_by_the_scripts_alone_every_verb_begins_anew() {
    each_engine(|test| {
        let mut db = test.connect();
        let steps = history(test.engine());
        let verbs: [&[&str]; 4] = [
            &["migrate", "up"],
            &["setup", "--users", "50", "--edition", "platform"],
            &["reset", "--yes", "--users", "50"],
            &["migrate", "to", "platform"],
        ];
        // As diesel leaves a database that instaseed has never met, and then one that it has.
        steps.iter().for_each(|step| step.up(&mut db));
        steps.iter().rev().for_each(|step| step.down(&mut db));
        begins_anew(test);
        for verb in verbs {
            instaseed(&["migrate", "to", "platform", "--database-url", &test.url()]).run().expect(0);
            steps.iter().rev().for_each(|step| step.down(&mut db));
            db.batch("DELETE FROM __diesel_schema_migrations").expect("forgotten");
            let words: Vec<&str> = verb.iter().copied().chain(["--database-url"]).collect();
            let url = test.url();
            instaseed(&[&words[..], &[&url]].concat()).run().expect(0);
            instaseed(&["doctor", "--database-url", &url]).run().expect(0);
        }
    });
}

#[test]
fn after_revert_all_every_verb_begins_anew() {
    with_diesel(|diesel, db| {
        diesel.run(db, &["run"]);
        diesel.run(db, &["revert", "--all"]);
        begins_anew(db);
        for verb in [&["setup", "--users", "50"][..], &["reset", "--yes", "--users", "50"]] {
            diesel.run(db, &["run"]);
            diesel.run(db, &["revert", "--all"]);
            instaseed(&[verb, &["--database-url", &db.url()]].concat()).run().expect(0);
        }
    });
}

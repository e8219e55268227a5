//! The object of each verb's `--json`, whole, in tests/snapshots/json; and docs/json.md names exactly their keys.

mod paths;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use instaseed::database::Engine;
use serde_json::Value;

use self::paths::{begins_as, matches, paths};
use crate::course_page;
use crate::course_verbs::{course_in, mistake, model};
use crate::migrate::write;
use crate::retried::cut_off;
use crate::snapshot::{hold, normal_object};
use crate::support::{Finished, TestDb, instaseed, object, on, scratch, sql};

/// The objects of one test, by name.
#[derive(Default)]
struct Objects {
    all: BTreeMap<String, Value>,
    /// The calls that ended with another code than they should.
    wrong: String,
}

impl Objects {
    fn add(&mut self, name: &str, done: &Finished, code: i32) {
        if done.code != code {
            self.wrong += &format!("  {name}: exit code {}, not {code}: {}\n", done.code, done.stderr);
        }
        let value: Value = serde_json::from_str(&done.stdout)
            .unwrap_or_else(|error| panic!("{name}: {error}\n{}{}", done.stdout, done.stderr));
        let before = self.all.insert(name.to_owned(), normal_object(&value));
        assert!(before.is_none(), "{name} is there twice");
    }

    /// Runs a verb on a database and keeps its object.
    fn run(&mut self, name: &str, db: &TestDb, words: &str, code: i32) {
        self.add(name, &on(db, &format!("{words} --json")), code);
    }

    /// The same with a folder of own migrations.
    fn own(&mut self, name: &str, db: &TestDb, folder: &Path, words: &str, code: i32) {
        let folder = folder.to_str().expect("UTF-8");
        self.run(name, db, &format!("{words} --migrations {folder}"), code);
    }
}

/// A database file that is not there yet.
fn absent() -> TestDb {
    TestDb::absent(Engine::Sqlite).expect("SQLite needs no server")
}

fn of_loads(all: &mut Objects) {
    let db = absent();
    all.run("error-missing", &db, "show", 2);
    all.run("setup", &db, "setup --profile tiny", 0);
    all.run("setup-again", &db, "setup --profile tiny", 0);
    all.run("error-rows-there", &db, "seed --users 5", 2);
    all.run("seed-dry-run", &db, "seed --dry-run --replace --profile tiny", 0);
    all.run("seed", &db, "seed --profile tiny --replace --yes", 0);
    all.run("seed-resume-nothing", &db, "seed --resume", 1);
    all.run("seed-discard-nothing", &db, "seed --discard", 0);
    all.run("seed-discard-dry-run-nothing", &db, "seed --discard --dry-run", 0);
    all.run("show", &db, "show --rows 1", 0);
    all.run("show-table", &db, "show tags --rows 2", 0);
    all.run("sql", &db, "sql VALUES(1,NULL,'x')", 0);
    all.run("sql-several", &db, "sql --write VALUES(1);VALUES(2)", 0);
    all.run("check", &db, "check", 0);
    all.run("doctor", &db, "doctor", 0);
    sql(
        &db,
        "PRAGMA foreign_keys = OFF; DELETE FROM photo_tags WHERE photo_id = 1; UPDATE photos SET user_id = 77 WHERE id = 2",
    );
    all.run("check-broken", &db, "check", 1);
    all.run("doctor-changed", &db, "doctor", 0);
    all.run("reset-refused", &db, "reset", 2);
    all.run("reset", &db, "reset --drop --yes --profile tiny", 0);
}

fn of_interrupted_loads(all: &mut Objects) {
    let db = absent();
    cut_off(&db);
    all.run("seed-interrupted", &db, "seed", 2);
    all.run("check-interrupted", &db, "check", 1);
    all.run("migrate-status-interrupted", &db, "migrate status", 0);
    all.run("doctor-interrupted", &db, "doctor", 1);
    all.run("migrate-up-interrupted", &db, "migrate to platform", 2);
    all.run("seed-discard-dry-run", &db, "seed --discard --dry-run", 0);
    all.run("seed-discard", &db, "seed --discard --yes", 0);
    cut_off(&db);
    all.run("seed-resume", &db, "seed --resume", 0);
    let db = absent();
    cut_off(&db);
    sql(&db, "UPDATE __instaseed_load SET content = 'asleep' WHERE name = 'phase'");
    all.run("check-unreadable-load", &db, "check", 1);
    all.run("migrate-status-unreadable-load", &db, "migrate status", 0);
}

fn of_editions(all: &mut Objects) {
    let db = absent();
    on(&db, "setup --profile tiny -q").expect(0);
    all.run("migrate-plan", &db, "migrate plan to platform", 0);
    all.run("migrate-to", &db, "migrate to platform", 0);
    sql(&db, "CREATE INDEX own_time ON likes (created_at)");
    all.run("migrate-plan-down", &db, "migrate plan to none", 0);
    all.run("migrate-plan-to-course", &db, "migrate plan to course", 0);
    all.run("migrate-status", &db, "migrate status", 0);
    all.run("migrate-protect", &db, "migrate protect", 0);
    all.run("error-protected", &db, "migrate down --yes", 2);
    all.run("migrate-unprotect", &db, "migrate unprotect --yes", 0);
    all.run("error-nobody-to-ask", &db, "migrate down", 2);
    all.run("migrate-down", &db, "migrate down 2 --yes", 0);
    all.run("error-between", &db, "seed", 2);
    all.run("migrate-up", &db, "migrate up", 0);
    all.run("migrate-up-nothing", &db, "migrate up", 0);
    all.run("migrate-redo", &db, "migrate redo --yes", 0);
    all.run("migrate-to-course", &db, "migrate to course --yes", 0);
}

fn of_own_migrations(all: &mut Objects) {
    let db = absent();
    let root = scratch();
    let folder = root.to_str().expect("UTF-8");
    on(&db, "setup --profile tiny -q").expect(0);
    all.add(
        "migrate-new",
        &instaseed(&["migrate", "new", "add_ideas", "--migrations", folder, "--json"]).run(),
        0,
    );
    fs::remove_dir_all(&root).expect("removed");
    fs::create_dir_all(&root).expect("made");
    write(&root, "2030_ideas", "CREATE TABLE ideas (id INTEGER);", "DROP TABLE ideas;");
    all.own("migrate-up-own", &db, &root, "migrate up", 0);
    write(&root, "2030_ideas", "CREATE TABLE ideas (id INTEGER, a INTEGER);", "DROP TABLE ideas;");
    all.own("migrate-status-changed", &db, &root, "migrate status", 0);
    all.own("migrate-repair-accept-changed", &db, &root, "migrate repair --accept-changed 2030", 0);
    all.own("migrate-repair-nothing", &db, &root, "migrate repair", 0);
    sql(&db, "INSERT INTO ideas VALUES (1), (2)");
    write(&root, "2031_plans", "DELETE FROM ideas WHERE id = 1;\nDROP TABLE ideas;", "SELECT 1;");
    all.own("migrate-plan-loss", &db, &root, "migrate plan", 0);
    all.own("setup-loss", &db, &root, "setup --profile tiny", 0);
    write(
        &root,
        "2032_half",
        "CREATE TABLE a (id INTEGER);\nCREATE TABLE b (id INTEGER);",
        "DROP TABLE b;\nDROP TABLE a;",
    );
    fs::write(root.join("2032_half/metadata.toml"), "run_in_transaction = false\n").expect("written");
    sql(&db, "CREATE TABLE b (id INTEGER)");
    all.own("error-statement", &db, &root, "migrate up", 2);
    all.own("migrate-status-half-applied", &db, &root, "migrate status", 0);
    all.own("error-half-applied", &db, &root, "migrate down --yes", 2);
    sql(&db, "DROP TABLE b");
    all.own("migrate-repair", &db, &root, "migrate repair", 0);
    write(&root, "2033_empty", "-- soon", "SELECT 1;");
    all.own("migrate-status-unreadable", &db, &root, "migrate status", 0);
}

fn of_files(all: &mut Objects) {
    let folder = scratch();
    let run = |words: &str| {
        let words: Vec<&str> = words.split(' ').collect();
        instaseed(&words).dir(&folder).run()
    };
    all.add("generate", &run("generate --profile tiny --out data --json"), 0);
    all.add("check-files", &run("check data --json"), 0);
    all.add("error-files-there", &run("generate --profile tiny --out data --json"), 2);
    all.add("report", &run("report data --json"), 0);
    all.add("report-diagram", &run("report data --diagram mermaid --json"), 0);
    all.add("generate-shard", &run("generate --users 50 --shard 1/2 --out part --json"), 0);
    all.add("check-shard", &run("check part --json"), 0);
    all.add("manifest-merge-missing", &run("manifest merge part --json"), 1);
    run("generate --users 50 --shard 2/2 --out rest").expect(0);
    all.add("manifest-merge", &run("manifest merge part rest --out whole.json --json"), 0);
    let cut = |name: &str| std::fs::write(folder.join(name), "id\n").expect("the folder is writable");
    cut("rest/tags.csv");
    all.add("check-files-cut", &run("check rest --json"), 1);
    std::fs::remove_file(folder.join("part/manifest.json")).expect("it is there");
    all.add("check-shard-alone", &run("check part --json"), 1);
    all.add("completions", &run("completions bash --json"), 0);
    all.add("man", &run("man man1 --json"), 0);
    all.add("help", &run("seed --help --json"), 0);
    all.add("version", &run("--version --json"), 0);
    all.add("error-usage", &run("seed --bogus --json"), 2);
}

fn of_copies(all: &mut Objects) {
    let (from, to) = (absent(), absent());
    on(&from, "setup --profile tiny -q").expect(0);
    let (from, target) = (from.url(), to.url());
    let copy = || instaseed(&["copy", "--from", &from, "--to", &target, "--json"]).run();
    all.add("copy", &copy(), 0);
    all.add("copy-already", &copy(), 0);
    sql(&to, "DELETE FROM photo_tags");
    all.add("error-copy-not-empty", &copy(), 2);
    let root = scratch();
    let folder = root.join("monday").to_str().expect("UTF-8").to_owned();
    let backup = || instaseed(&["backup", "--database-url", &from, "--out", &folder, "--json"]).run();
    all.add("backup", &backup(), 0);
    all.add("error-backup-exists", &backup(), 2);
    let db = absent();
    all.run("restore", &db, &format!("restore {folder}"), 0);
    all.add("restore-verify", &instaseed(&["restore", &folder, "--verify-only", "--json"]).run(), 0);
    std::fs::write(root.join("monday/users.jsonl.zst"), "short").expect("written");
    all.add("error-restore-damaged", &instaseed(&["restore", &folder, "--verify-only", "--json"]).run(), 2);
}

fn of_fixtures(all: &mut Objects) {
    let folder = scratch();
    let own = scratch();
    let dir = folder.to_str().expect("UTF-8");
    let run = |words: &str| {
        let words: Vec<&str> = ["fixture"].into_iter().chain(words.split(' ')).chain(["--json"]).collect();
        instaseed(&[&words[..], &["--dir", dir]].concat()).run()
    };
    all.add("fixture-print-key", &run("build --profile tiny --print-key"), 0);
    all.add("fixture-constants", &run("build --profile tiny --constants json"), 0);
    all.add("error-fixture-missing", &run("clone --profile tiny --no-build"), 2);
    all.add("fixture-build", &run("build --profile tiny"), 0);
    all.add("fixture-build-again", &run("build --profile tiny"), 0);
    let cloned = run("clone --profile tiny");
    let clone = object(&cloned)["url"].as_str().expect("a URL").to_owned();
    all.add("fixture-clone", &cloned, 0);
    all.add("fixture-drop", &run(&format!("drop {clone}")), 0);
    all.add("fixture-list", &run("list"), 0);
    all.add("fixture-check", &run("check --profile tiny"), 0);
    write(&own, "2030_ideas", "CREATE TABLE ideas (id INTEGER);", "DROP TABLE ideas;");
    let up =
        "ALTER TABLE tags ADD COLUMN lang TEXT NOT NULL DEFAULT 'en'; CREATE INDEX by_lang ON tags (lang);";
    write(&own, "2031_languages", up, "SELECT 1;");
    let migrations = format!("check --profile tiny --migrations {}", own.display());
    all.add("fixture-check-differs", &run(&migrations), 1);
    all.add("fixture-gc-dry-run", &run("gc --older-than 0s --dry-run"), 0);
    all.add("fixture-gc", &run("gc --all --yes"), 0);
}

fn of_courses(all: &mut Objects) {
    let folder = scratch();
    let home = folder.join("sql");
    all.add("course-init", &course_in(&folder, "init sql --json").run(), 0);
    all.all.insert("course-serve".to_owned(), course_page::object_of_serve(&home));
    let mut run = |name: &str, words: &str, stdin: &str, code: i32| {
        let call = course_in(&home, &format!("{words} --json"));
        all.add(name, &call.stdin(stdin).run(), code);
    };
    run("course-init-again", "init .", "", 0);
    run("course-list", "list --concept escape", "", 0);
    run("course-list-nothing", "list --concept teapots", "", 1);
    run("course-next", "next", "", 0);
    run("course-show-given", "show double-likes", "", 0);
    run("course-run", "run - --steps --limit 2", "SELECT id FROM tags WHERE id < 9", 0);
    run("course-run-refused", "run -", "SELECT id FROM tag", 1);
    run("course-run-empty", "run -", "", 1);
    run("course-check", "check oldest-users -", &model("oldest-users"), 0);
    run("course-check-wrong", "check average-photos -", &mistake("average-photos", "integer-division").0, 1);
    run("course-check-error", "check ghosts -", "SELECT usernam FROM users", 1);
    run("course-check-nothing", "check ghosts", "", 1);
    run("course-check-script", "check no-self-follow -", "SELECT 1", 1);
    run("course-hint", "hint ghosts", "", 0);
    run("error-course-solution", "solution ghosts", "", 2);
    run("course-solution", "solution ghosts --yes", "", 0);
    run("course-reset", "reset ghosts", "", 0);
    run("course-schema", "schema likes", "", 0);
    run("error-course-replay", "replay --seed 2", "", 2);
    run("course-replay", "replay --seed 2 --yes", "", 0);
    run("course-progress", "progress", "", 0);
    run("error-course-unknown", "show goasts", "", 2);
    run("error-course-watch", "watch", "", 2);
}

fn of_servers(all: &mut Objects) {
    let Some(db) = TestDb::absent(Engine::Postgres) else { return };
    on(&db, "setup --no-seed -q").expect(0);
    sql(
        &db,
        "CREATE SCHEMA side; CREATE TABLE side.users (id INTEGER); INSERT INTO side.users VALUES (1), (2)",
    );
    let root = scratch();
    let up = "DELETE FROM side.users WHERE id = 1;\nDO $$ BEGIN EXECUTE 'DROP TABLE IF EXISTS a'; END $$;";
    write(&root, "2030_side", up, "SELECT 1;");
    all.own("postgres-migrate-plan", &db, &root, "migrate plan", 0);
    all.own("postgres-migrate-up", &db, &root, "migrate up", 0);
    let up = "DELETE FROM side.users;\nDO $$ BEGIN EXECUTE 'DROP TABLE IF EXISTS a'; END $$;";
    write(&root, "2031_side", up, up);
    all.own("postgres-setup", &db, &root, "setup --no-seed", 0);
    all.own("postgres-reset", &db, &root, "reset --no-seed --yes", 0);
}

fn of_classes(all: &mut Objects) {
    let folder = scratch();
    let mut run = |name: &str, words: &str, code: i32| {
        all.add(name, &course_in(&folder, &format!("{words} --json")).run(), code);
    };
    run("course-new", "new users-with-photos --in mine", 0);
    run("error-course-new", "new users-with-photos --in mine", 2);
    run("course-lint-stub", "lint mine --seeds 1", 1);
    let fill = |name: &str, text: &str| {
        fs::write(folder.join("mine/users-with-photos").join(name), text).expect("written");
    };
    let head = fs::read_to_string(folder.join("mine/users-with-photos/exercise.toml")).expect("read");
    fill("exercise.toml", &head.replace("FILL IN", "x"));
    fill("task.md", "Who has photos?\n\nColumns: `username`. Any order.\n");
    fill("explain.md", "EXISTS looks for one photo.\n");
    let users = "SELECT username FROM users u";
    let solution = format!("{users} WHERE EXISTS (SELECT 1 FROM photos p WHERE p.user_id = u.id);\n");
    fill("solution.sql", &solution);
    let wrong = format!("{users} JOIN photos p ON p.user_id = u.id;\n");
    fill("wrong/first-mistake.sql", &format!("-- A join repeats the user for each photo.\n{wrong}"));
    run("course-lint", "lint mine --seeds 1", 0);
    for (student, text) in [("kim", &solution), ("zoe", &wrong)] {
        fs::create_dir_all(folder.join("class").join(student)).expect("made");
        fs::write(folder.join("class").join(student).join("1.sql"), text).expect("written");
    }
    fs::write(folder.join("class/zoe/notes.sql"), "").expect("written");
    run("course-grade", "grade class --exercises mine --at 2026-12-01", 0);
    run("course-grade-to", "grade class --exercises mine --at 2026-12-01 --to marks.csv", 0);
    fs::write(folder.join("secret"), "nobody can guess this secret").expect("written");
    run("course-key", "key --exercises mine --student kim --secret-file secret", 0);
    run("error-course-key", "key --exercises mine --secret-file secret", 2);
    run("error-course-grade", "grade mine", 2);
}

fn objects() -> BTreeMap<String, Value> {
    let mut all = Objects::default();
    of_loads(&mut all);
    of_interrupted_loads(&mut all);
    of_editions(&mut all);
    of_own_migrations(&mut all);
    of_files(&mut all);
    of_copies(&mut all);
    of_fixtures(&mut all);
    of_courses(&mut all);
    of_servers(&mut all);
    of_classes(&mut all);
    assert!(all.wrong.is_empty(), "{}", all.wrong);
    all.all
}

/// The sections of docs/json.md, each with the objects that it describes: whole names, without the engine.
const SECTIONS: &[(&str, &[&str])] = &[
    ("`setup`", &["setup", "setup-again", "setup-loss"]),
    ("`reset`", &["reset"]),
    ("`seed`", &["seed", "seed-resume"]),
    ("`seed --dry-run`", &["seed-dry-run"]),
    ("`seed --resume`", &["seed-resume-nothing"]),
    ("`seed --discard`", &["seed-discard", "seed-discard-nothing"]),
    ("`seed --discard --dry-run`", &["seed-discard-dry-run", "seed-discard-dry-run-nothing"]),
    ("`show`", &["show", "show-table"]),
    ("`sql`", &["sql", "sql-several"]),
    ("`generate`", &["generate", "generate-shard"]),
    ("`report`", &["report"]),
    ("`report --diagram`", &["report-diagram"]),
    ("`manifest merge`", &["manifest-merge", "manifest-merge-missing"]),
    ("`copy`", &["copy", "copy-already"]),
    ("`backup`", &["backup"]),
    ("`restore`", &["restore"]),
    ("`restore --verify-only`", &["restore-verify"]),
    (
        "`check`",
        &[
            "check",
            "check-broken",
            "check-interrupted",
            "check-unreadable-load",
            "check-files",
            "check-shard",
            "check-shard-alone",
            "check-files-cut",
        ],
    ),
    (
        "`migrate up`, `down`, `redo`, `to`, `repair`",
        &[
            "migrate-up",
            "migrate-up-nothing",
            "migrate-up-own",
            "migrate-to",
            "migrate-to-course",
            "migrate-down",
            "migrate-redo",
            "migrate-repair",
            "migrate-repair-nothing",
        ],
    ),
    ("`migrate repair --accept-changed`", &["migrate-repair-accept-changed"]),
    (
        "`migrate status`",
        &[
            "migrate-status",
            "migrate-status-changed",
            "migrate-status-half-applied",
            "migrate-status-interrupted",
            "migrate-status-unreadable",
            "migrate-status-unreadable-load",
        ],
    ),
    ("`migrate plan`", &["migrate-plan", "migrate-plan-down", "migrate-plan-loss", "migrate-plan-to-course"]),
    ("`migrate new`", &["migrate-new"]),
    ("`migrate protect`, `unprotect`", &["migrate-protect", "migrate-unprotect"]),
    ("`doctor`", &["doctor", "doctor-changed", "doctor-interrupted"]),
    ("`fixture build`", &["fixture-build", "fixture-build-again"]),
    ("`fixture build --print-key`", &["fixture-print-key"]),
    ("`fixture build --constants`", &["fixture-constants"]),
    ("`fixture clone`", &["fixture-clone"]),
    ("`fixture check`", &["fixture-check", "fixture-check-differs"]),
    ("`fixture drop`", &["fixture-drop"]),
    ("`fixture list`", &["fixture-list"]),
    ("`fixture gc`", &["fixture-gc", "fixture-gc-dry-run"]),
    ("`course init`", &["course-init", "course-init-again"]),
    ("`course list`", &["course-list", "course-list-nothing"]),
    ("`course next`, `show`", &["course-next", "course-show-given"]),
    ("`course run`", &["course-run", "course-run-refused", "course-run-empty"]),
    (
        "`course check`",
        &[
            "course-check",
            "course-check-wrong",
            "course-check-error",
            "course-check-nothing",
            "course-check-script",
        ],
    ),
    ("`course hint`", &["course-hint"]),
    ("`course solution`", &["course-solution"]),
    ("`course progress`", &["course-progress"]),
    ("`course schema`", &["course-schema"]),
    ("`course serve`", &["course-serve"]),
    ("`course reset`", &["course-reset"]),
    ("`course replay`", &["course-replay"]),
    ("`completions`", &["completions"]),
    ("`man`", &["man"]),
    ("`course grade`", &["course-grade", "course-grade-to"]),
    ("`course key`", &["course-key"]),
    ("`course lint`", &["course-lint", "course-lint-stub"]),
    ("`course new`", &["course-new"]),
];

/// Keys whose objects another section describes: the key, and that section.
const ELSEWHERE: &[(&str, &str)] = &[
    ("seeded", "`seed`"),
    ("fingerprint", "Fingerprint"),
    ("fixtures[]", "`fixture build`"),
    ("exercise", "Exercise"),
    ("exercises[]", "Exercise"),
    ("verdict", "Verdict"),
    ("losses[]", "Losses"),
    ("steps[].losses[]", "Losses"),
    ("marks[]", "Marks"),
];

/// Keys that are described as a whole.
const WHOLE: &[&str] = &[
    "load",
    "under_way",
    "phases[]",
    "parked[]",
    "tables.NAME.first[]",
    "losses[]",
    "unclear[]",
    "tables[]",
    "whole",
    "missing",
    "extra",
    "example",
    "work",
    "key[].expected",
];

/// Keys that no object here has: they need another run at the same moment, or a server.
const RARE: &[&str] = &["under_way", "left[]", "removed[]", "way", "exercises[].seconds", "notes[]"];

#[test]
fn every_object_is_as_written_down_and_described() {
    let objects = objects();
    let texts = objects.iter().map(|(name, object)| (name.clone(), format!("{object:#}\n"))).collect();
    hold("json", "json", &texts);
    let sections = described();
    let mut breaches = String::new();
    for (section, keys) in &sections {
        let listed = SECTIONS.iter().any(|(name, _)| name == section);
        let is_part = ELSEWHERE.iter().any(|(_, name)| name == section);
        if !listed && !is_part && !keys.is_empty() && section != "Progress" && section != "exit code" {
            breaches += &format!("  section {section}: no object of it here\n");
        }
    }
    let mut seen = BTreeSet::new();
    for (section, names) in SECTIONS {
        let Some(keys) = sections.get(*section) else {
            breaches += &format!("  docs/json.md has no section {section}\n");
            continue;
        };
        let mut used = BTreeSet::new();
        for (name, object) in &objects {
            let plain = name.strip_prefix("postgres-").unwrap_or(name);
            if !names.contains(&plain) {
                continue;
            }
            seen.insert(name);
            for path in paths(object) {
                match describing(&path, keys, &sections) {
                    Some(key) => drop(used.insert(key)),
                    None => breaches += &format!("  {section}: `{path}` of {name} is not described\n"),
                }
            }
        }
        for key in keys.iter().filter(|key| !used.contains(*key) && !RARE.contains(&key.as_str())) {
            breaches += &format!("  {section}: `{key}` is described, and no object here has it\n");
        }
    }
    for name in objects.keys().filter(|name| !seen.contains(name)) {
        let object = &objects[name];
        let is_error = object["error"].is_object() && object["ok"] == false;
        let is_known = is_error || matches!(name.as_str(), "help" | "version");
        if !is_known {
            breaches += &format!("  {name} belongs to no section\n");
        }
    }
    assert!(breaches.is_empty(), "docs/json.md and the objects differ:\n{breaches}");
}

/// The keys that each section of docs/json.md lists.
fn described() -> BTreeMap<String, BTreeSet<String>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/json.md");
    let text = fs::read_to_string(file).expect("the page is there");
    let mut sections: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut section = "exit code".to_owned();
    for line in text.lines() {
        if line.starts_with('#') {
            section = line.trim_start_matches('#').trim().to_owned();
            sections.entry(section.clone()).or_default();
        } else if let Some((key, _)) = line.strip_prefix("| `").and_then(|rest| rest.split_once("` |")) {
            sections.entry(section.clone()).or_default().insert(key.to_owned());
        }
    }
    sections
}

/// The described key that covers a path, in this section or in the one that it refers to.
fn describing(
    path: &str,
    keys: &BTreeSet<String>,
    sections: &BTreeMap<String, BTreeSet<String>>,
) -> Option<String> {
    if let Some(key) = keys.iter().find(|key| matches(key, path)) {
        return Some(key.clone());
    }
    // Of an empty list nothing is seen but that it is one.
    if path.ends_with("[]") && keys.iter().any(|key| key.starts_with(&format!("{path}."))) {
        return Some(path.to_owned());
    }
    let under =
        |key: &&String| path.strip_prefix(key.as_str()).is_some_and(|rest| rest.starts_with(['.', '[']));
    if let Some(key) = keys
        .iter()
        .filter(|key| WHOLE.contains(&key.as_str()))
        .find(|key| under(key) || path.len() > key.len() && begins_as(key, path))
    {
        return Some(key.clone());
    }
    for (begin, section) in ELSEWHERE {
        let Some(rest) = path.strip_prefix(begin).and_then(|rest| rest.strip_prefix('.')) else { continue };
        let there = sections.get(*section)?;
        if there.iter().any(|key| matches(key, rest)) || describing(rest, there, sections).is_some() {
            return Some(keys.get(*begin).cloned().unwrap_or_else(|| (*begin).to_owned()));
        }
    }
    None
}

//! A learner's course from the terminal: the folder, the verbs, and that nothing of the learner's is ever lost.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use instaseed::database::Engine;
use instaseed::exercise::Catalogue;
use serde_json::Value;

use crate::support::{Call, Finished, TestDb, instaseed, object, on_engine, process_folder, scratch, sql};

/// A call of a verb of `course` in a folder; the data sets are built once for all tests of this process.
pub fn course_in(folder: &Path, words: &str) -> Call {
    let words: Vec<&str> = ["course"].into_iter().chain(words.split_whitespace()).collect();
    instaseed(&words).dir(folder).env("INSTASEED_FIXTURES", fixtures())
}

/// Where the data sets are.
pub fn fixtures() -> PathBuf {
    process_folder().join("course-fixtures")
}

pub fn run(folder: &Path, words: &str) -> Finished {
    course_in(folder, words).run()
}

/// A new course.
pub fn begun() -> PathBuf {
    let folder = scratch().join("sql");
    course_in(folder.parent().expect("a parent"), "init sql --quiet").run().expect(0);
    folder
}

/// The path of an exercise's answer.
pub fn answer(folder: &Path, id: &str) -> PathBuf {
    let catalogue = Catalogue::embedded().expect("it is sound");
    folder.join("answers").join(catalogue.find(id).expect("it is there").file_name())
}

/// The model's text.
pub fn model(id: &str) -> String {
    let catalogue = Catalogue::embedded().expect("it is sound");
    catalogue.find(id).expect("it is there").solution(Engine::Sqlite).to_owned()
}

/// A known mistake's text.
pub fn mistake(id: &str, name: &str) -> (String, String) {
    let catalogue = Catalogue::embedded().expect("it is sound");
    let exercise = catalogue.find(id).expect("it is there");
    let found = exercise.mistakes(Engine::Sqlite).into_iter().find(|one| one.name == name);
    let found = found.expect("it is known");
    (found.sql.to_owned(), found.hint.to_owned())
}

fn write(path: &Path, text: &str) {
    fs::write(path, text).expect("an answer can be written");
}

/// What `list --json` says of an exercise.
fn listed(folder: &Path, id: &str) -> Value {
    let all = object(&run(folder, "list --json").expect(0));
    let all = all["exercises"].as_array().expect("a list").clone();
    all.into_iter().find(|one| one["id"] == id).expect("it is listed")
}

#[test]
fn a_folder_has_all_that_a_learner_needs() {
    let folder = begun();
    let names = |below: &str| {
        let entries = fs::read_dir(folder.join(below)).expect("it is there");
        let mut names: Vec<String> = entries
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    };
    let count = Catalogue::embedded().expect("it is sound").exercises().len();
    assert_eq!((names("answers").len(), names("tasks").len()), (count, count));
    assert_eq!(names("answers")[0], "01-oldest-users.sql");
    assert_eq!(fs::read_to_string(folder.join("README.md")).expect("it is there").lines().count(), 3);
    let state = fs::read_to_string(folder.join("instaseed-course.toml")).expect("it is there");
    assert!(state.contains("engine = \"sqlite\"") && state.contains("[round.1]"), "{state}");
    let show = instaseed(&["show", "--rows", "0", "--database-url", "instagram.db"]).dir(&folder).run();
    assert!(show.expect(0).stdout.contains("users: 100 rows"));
    // From a folder below, and by name from elsewhere.
    run(&folder.join("answers"), "next").expect(0);
    let named = format!("next --course {}", folder.display());
    assert!(run(&scratch(), &named).expect(0).stdout.contains("oldest accounts"));
    assert!(run(&scratch(), "next").expect(2).stderr.contains("no course"));
}

#[test]
fn a_folder_that_is_in_use_stays_as_it_is() {
    let folder = scratch();
    write(&folder.join("thesis.txt"), "mine");
    let done = run(&folder, "init .").expect(2);
    assert!(
        done.stderr.contains("thesis.txt") && done.stderr.contains("nothing was changed"),
        "{}",
        done.stderr
    );
    assert_eq!(fs::read_dir(&folder).expect("it is there").count(), 1);
    // A second call completes the course, and another seed is refused.
    let folder = begun();
    fs::remove_file(answer(&folder, "ghosts")).expect("it is there");
    write(&answer(&folder, "bots"), "SELECT 1");
    assert_eq!(object(&run(&folder, "init . --json").expect(0))["changed"], true);
    assert!(answer(&folder, "ghosts").exists());
    assert_eq!(fs::read_to_string(answer(&folder, "bots")).expect("it is there"), "SELECT 1");
    assert_eq!(object(&run(&folder, "init . --json").expect(0))["changed"], false);
    assert!(run(&folder, "init . --seed 9").expect(2).stderr.contains("seed 1 instead of 9"));
}

#[test]
fn an_exercise_is_solved_and_the_next_one_follows() {
    let folder = begun();
    let unsolved = run(&folder, "check").expect(1);
    assert!(unsolved.stdout.contains("no answer yet"), "{}", unsolved.stdout);
    assert_eq!(listed(&folder, "oldest-users")["standing"], "todo");
    write(&answer(&folder, "oldest-users"), &model("oldest-users"));
    let solved = run(&folder, "check").expect(0);
    assert!(solved.stdout.contains("1 of ") && solved.stdout.contains("percent-names"), "{}", solved.stdout);
    assert_eq!(listed(&folder, "oldest-users")["standing"], "passed");
    assert!(run(&folder, "next").expect(0).stdout.contains("percent sign"));
    // What is passed once stays passed, and wrong answers after that are no attempts.
    write(&answer(&folder, "oldest-users"), "SELECT 1");
    run(&folder, "check oldest-users").expect(1);
    let entry = listed(&folder, "oldest-users");
    assert_eq!((&entry["standing"], &entry["attempts"]), (&"passed".into(), &1.into()));
    let progress = object(&run(&folder, "progress --json").expect(0));
    assert_eq!((&progress["passed"], &progress["points"]), (&1.into(), &5.into()));
}

#[test]
fn a_wrong_answer_is_shown_on_few_rows() {
    let folder = begun();
    let (wrong, hint) = mistake("likes-and-comments", "fan-out");
    write(&answer(&folder, "likes-and-comments"), &wrong);
    let done = run(&folder, "check 21").expect(1);
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words(&done.stdout).contains(&words(&hint)), "{}", done.stdout);
    for text in
        ["Missing rows", "smallest part", "Yours", "Expected", "clause by clause", "LEFT JOIN comments"]
    {
        assert!(done.stdout.contains(text), "{text}: {}", done.stdout);
    }
    assert!(done.stdout.lines().all(|line| line.chars().count() <= 100), "{}", done.stdout);
    let object = object(&run(&folder, "check 21 --json").expect(1));
    assert_eq!(object["ok"], false);
    assert_eq!(object["verdict"]["mistake"]["name"], "fan-out");
    assert!(object["verdict"]["example"]["rows"].as_u64().expect("a number") <= 12);
    assert_eq!(listed(&folder, "likes-and-comments")["standing"], "tried");
}

#[test]
fn answers_come_from_files_and_standard_input_too() {
    let folder = begun();
    let piped = course_in(&folder, "check ghosts -").stdin(model("ghosts")).run();
    assert!(piped.expect(0).stdout.contains("1 of "));
    write(&folder.join("draft.sql"), &model("no-photos"));
    run(&folder, "check no-photos draft.sql").expect(0);
    let caret =
        course_in(&folder, "check oldest-users -").stdin("SELECT usernam\nFROM users").run().expect(1);
    assert!(caret.stdout.contains("  line 1: SELECT usernam\n                 ^\n"), "{}", caret.stdout);
    let many = course_in(&folder, "run -").stdin("SELECT id, NULL AS n FROM comments").run().expect(0);
    assert_eq!(many.stdout.lines().count(), 42, "a heading, 40 rows, and how many more");
    assert!(
        many.stdout
            .lines()
            .last()
            .is_some_and(|line| line.starts_with("and ") && line.ends_with("more rows"))
    );
    assert!(many.stdout.lines().nth(1).is_some_and(|line| line.ends_with("NULL")), "{}", many.stdout);
    let refused = course_in(&folder, "run -").stdin("DROP TABLE users").run().expect(1);
    assert!(refused.stdout.contains("DROP"), "{}", refused.stdout);
    let steps =
        course_in(&folder, "run - --steps").stdin("SELECT id FROM users WHERE id < 4").run().expect(0);
    assert!(steps.stdout.contains("100 rows  FROM users"), "{}", steps.stdout);
    fs::write(answer(&folder, "bots"), [0x53, 0xff]).expect("written");
    assert!(run(&folder, "check bots").expect(2).stderr.contains("UTF-8"));
    fs::remove_file(answer(&folder, "bots")).expect("it is there");
    assert!(run(&folder, "check bots").expect(2).stderr.contains("course reset bots"));
    assert!(
        run(&folder, "show likes-and-coments").expect(2).stderr.contains("did you mean likes-and-comments")
    );
}

#[test]
fn nothing_in_the_learners_database_changes_what_is_graded() {
    let folder = begun();
    write(&answer(&folder, "oldest-users"), &model("oldest-users"));
    let url = folder.join("instagram.db").display().to_string();
    let target = instaseed::database::Target::parse(&url).expect("a file");
    let mut db = instaseed::database::Db::connect(&target).expect("it is there");
    db.batch("DELETE FROM likes; DELETE FROM comments; DROP TABLE likes").expect("it is the learner's");
    drop(db);
    run(&folder, "check oldest-users").expect(0);
    assert!(
        course_in(&folder, "run -").stdin("SELECT * FROM likes").run().expect(0).stdout.contains("more rows")
    );
}

#[test]
fn hints_come_one_by_one_and_solutions_with_consent() {
    let folder = begun();
    for number in 1..=3 {
        let hint = run(&folder, "hint ghosts").expect(0);
        assert!(hint.stdout.starts_with(&format!("Hint {number} of 3: ")), "{}", hint.stdout);
    }
    assert!(run(&folder, "hint ghosts").expect(0).stdout.contains("course solution ghosts --yes"));
    assert!(run(&folder, "show ghosts").expect(0).stdout.contains("Hint 3"));
    let refused = run(&folder, "solution ghosts").expect(2);
    assert!(
        refused.stderr.contains("not passed") && !refused.stdout.contains("SELECT"),
        "{}",
        refused.stderr
    );
    let seen = run(&folder, "solution ghosts --yes").expect(0);
    assert!(seen.stdout.starts_with(model("ghosts").trim()), "{}", seen.stdout);
    assert_eq!(object(&run(&folder, "progress --json").expect(0))["solutions"], 1);
    // After passing nobody is asked.
    course_in(&folder, "check bots -").stdin(model("bots")).run().expect(0);
    run(&folder, "solution bots").expect(0);
    assert_eq!(object(&run(&folder, "progress --json").expect(0))["solutions"], 1);
}

#[test]
fn a_reset_keeps_what_was_written() {
    let folder = begun();
    let path = answer(&folder, "ghosts");
    let stub = fs::read_to_string(&path).expect("it is there");
    for (text, kept) in [("SELECT 1", "before-reset"), ("SELECT 2", "before-reset-2")] {
        write(&path, text);
        run(&folder, "check ghosts").expect(1);
        run(&folder, "reset ghosts").expect(0);
        let kept = PathBuf::from(format!("{}.{kept}", path.display()));
        assert_eq!(fs::read_to_string(kept).expect("it is kept"), text);
        assert_eq!(fs::read_to_string(&path).expect("it is there"), stub);
        assert_eq!(listed(&folder, "ghosts")["standing"], "todo");
    }
    // A file that is as at first needs no copy.
    assert_eq!(object(&run(&folder, "reset ghosts --json").expect(0))["kept"], Value::Null);
}

#[test]
fn a_replay_is_another_round_on_other_data() {
    let folder = begun();
    write(&answer(&folder, "top-tags"), &model("top-tags"));
    run(&folder, "check top-tags").expect(0);
    let rows = |seed: &str| {
        let rows = object(&run(&folder, "run top-followers --json").expect(0))["rows"].clone();
        assert!(!rows.is_null(), "seed {seed}");
        rows
    };
    write(&answer(&folder, "top-followers"), &model("top-followers"));
    let before = rows("1");
    assert!(run(&folder, "replay --seed 5").expect(2).stderr.contains("--yes"));
    assert_eq!(listed(&folder, "top-tags")["standing"], "passed");
    let done = object(&run(&folder, "replay --seed 5 --yes --json").expect(0));
    assert_eq!((&done["round"], &done["seed"]), (&2.into(), &5.into()));
    assert_ne!(rows("5"), before);
    assert_eq!(fs::read_to_string(answer(&folder, "top-tags")).expect("it is there"), model("top-tags"));
    assert_eq!(listed(&folder, "top-tags")["standing"], "todo");
    let progress = object(&run(&folder, "progress --json").expect(0));
    assert_eq!((&progress["round"], &progress["earlier"][0]["passed"]), (&2.into(), &1.into()));
    run(&folder, "check top-tags").expect(0);
    let own = instaseed(&["check", "--database-url", "instagram.db"]).dir(&folder).run();
    own.expect(0);
}

#[test]
fn many_programs_write_the_state_at_once() {
    let folder = begun();
    let ids: Vec<String> = Catalogue::embedded()
        .expect("it is sound")
        .exercises()
        .iter()
        .take(16)
        .map(|one| one.id.clone())
        .collect();
    let children: Vec<_> =
        ids.iter().map(|id| course_in(&folder, &format!("hint {id} --quiet")).spawn()).collect();
    for mut child in children {
        assert!(child.wait().expect("it ends").success());
    }
    for id in &ids {
        assert_eq!(listed(&folder, id)["hints"], 1, "{id}");
    }
}

#[test]
fn a_kill_at_any_moment_leaves_the_state_whole() {
    let folder = begun();
    course_in(&folder, "check ghosts -").stdin(model("ghosts")).run().expect(0);
    for round in 0..24 {
        let mut child = course_in(&folder, "hint bots --quiet").spawn();
        thread::sleep(Duration::from_millis(round));
        child.kill().expect("it is ours");
        child.wait().expect("it ends");
        let entry = listed(&folder, "ghosts");
        assert_eq!(entry["standing"], "passed", "round {round}");
    }
    // What a killed program has half written is written over.
    write(&folder.join(".instaseed-course.new"), "format = ");
    let before = listed(&folder, "bots")["hints"].as_u64().expect("a number");
    run(&folder, "hint bots").expect(0);
    assert_eq!(listed(&folder, "bots")["hints"], (before + 1).min(3));
}

#[test]
fn two_states_are_merged_by_hand() {
    let folder = begun();
    let path = folder.join("instaseed-course.toml");
    let state = fs::read_to_string(&path).expect("it is there");
    let conflict = "<<<<<<< HEAD\nghosts = { attempts = 2, passed_at = \"2026-01-01 10:00:00\" }\n=======\n\
                    ghosts = { attempts = 4 }\nnot-here-any-more = { attempts = 1 }\n>>>>>>> laptop\n";
    write(&path, &(state + conflict));
    let entry = listed(&folder, "ghosts");
    assert_eq!((&entry["standing"], &entry["attempts"]), (&"passed".into(), &4.into()));
    run(&folder, "hint ghosts").expect(0);
    let state = fs::read_to_string(&path).expect("it is there");
    assert!(!state.contains("<<<") && state.contains("not-here-any-more"), "{state}");
    write(&path, &(state + "ghosts = {\n"));
    let refused = run(&folder, "next").expect(2);
    assert!(refused.stderr.contains("line ") && refused.stderr.contains("remove it"), "{}", refused.stderr);
}

#[test]
fn tables_are_shown_with_their_connections() {
    let folder = begun();
    let all = run(&folder, "schema").expect(0);
    assert!(all.stdout.lines().all(|line| line.chars().count() <= 80), "{}", all.stdout);
    assert!(all.stdout.contains("key <──┐") && all.stdout.contains("users (100 rows)"), "{}", all.stdout);
    let one = run(&folder, "schema likes").expect(0);
    assert!(one.stdout.contains("photos.id") && one.stdout.contains("more rows"), "{}", one.stdout);
    let platform = run(&folder, "schema --edition platform").expect(0);
    assert!(platform.stdout.lines().all(|line| line.chars().count() <= 80), "{}", platform.stdout);
    assert!(platform.stdout.contains("posts ("), "{}", platform.stdout);
    assert!(run(&folder, "schema like").expect(2).stderr.contains("did you mean \"likes\""));
}

#[test]
fn exercises_are_found_by_concept() {
    let folder = begun();
    let found = object(&run(&folder, "list --concept recurs --json").expect(0));
    let all = found["exercises"].as_array().expect("a list");
    assert!(!all.is_empty());
    for one in all {
        assert!(one["concepts"].to_string().contains("recursi"), "{one}");
    }
    run(&folder, "list --concept nothing-like-it").expect(1);
    course_in(&folder, "check oldest-users -").stdin(model("oldest-users")).run().expect(0);
    assert!(!run(&folder, "list --todo").expect(0).stdout.contains("oldest-users"));
}

#[test]
fn a_course_on_a_server_fills_an_empty_database_only() {
    for engine in [Engine::Postgres, Engine::Mysql] {
        on_engine(engine, server_course);
    }
}

fn server_course(test: &TestDb) {
    let folder = scratch();
    let init = |name: &str| {
        let words = ["course", "init", name, "--database-url", &test.url()];
        instaseed(&words).dir(&folder).env("INSTASEED_FIXTURES", fixtures()).run()
    };
    sql(test, "CREATE TABLE mine (id INTEGER)");
    let refused = init("one").expect(2);
    assert!(refused.stderr.contains("mine") && refused.stderr.contains("empty"), "{}", refused.stderr);
    assert!(!folder.join("one").exists());
    sql(test, "DROP TABLE mine");
    init("one").expect(0);
    let one = folder.join("one");
    let state = fs::read_to_string(one.join("instaseed-course.toml")).expect("it is there");
    assert!(!state.contains(crate::support::PASSWORD) && state.contains("://"), "{state}");
    assert_eq!(test.connect().count("users").expect("counted"), 100);
    write(&answer(&one, "oldest-users"), &model("oldest-users"));
    let check = course_in(&one, "check oldest-users").env("DATABASE_URL", test.url()).run();
    check.expect(0);
}

//! A class graded through the real binary, and the check of exercises, of ours and of one's own.

use std::fs;
use std::path::{Path, PathBuf};

use instaseed::database::Engine;
use instaseed::exercise::{Catalogue, Exercise};
use serde_json::Value;

use crate::course_verbs::{course_in, fixtures, run};
use crate::support::{Call, instaseed, object, scratch};

/// A call of a verb of `course` with whole arguments.
fn course(words: &[&str]) -> Call {
    instaseed(&[&["course"], words].concat()).env("INSTASEED_FIXTURES", fixtures())
}

/// What a student of this number hands in for an exercise: nothing, the model, or a known mistake.
fn answer(exercise: &Exercise, student: usize) -> Option<(bool, String)> {
    let mistakes = exercise.mistakes(Engine::Sqlite);
    let choice = (student * 7 + exercise.number) % 5;
    match choice {
        0 => None,
        1 | 2 if student > 0 => Some((false, mistakes[student % mistakes.len()].sql.to_owned())),
        _ => Some((true, exercise.solution(Engine::Sqlite).to_owned())),
    }
}

/// Writes a class; the first student has no wrong answer.
fn class(students: usize) -> PathBuf {
    let catalogue = Catalogue::embedded().expect("exercises");
    let root = scratch();
    for student in 0..students {
        let folder = root.join(format!("student-{student:03}/answers"));
        fs::create_dir_all(&folder).expect("made");
        for exercise in catalogue.exercises() {
            if let Some((_, text)) = answer(exercise, student) {
                fs::write(folder.join(exercise.file_name()), text).expect("written");
            }
        }
    }
    root
}

fn grade(folder: &Path, words: &str) -> Vec<u8> {
    let to = scratch().join("marks");
    let folder = folder.to_str().expect("UTF-8");
    let own = ["grade", folder, "--at", "2026-12-01", "--to", to.to_str().expect("UTF-8"), "--quiet"];
    let words: Vec<&str> = own.into_iter().chain(words.split_whitespace()).collect();
    course(&words).run().expect(0);
    fs::read(to).expect("written")
}

#[test]
fn a_class_gets_the_same_marks_in_every_run() {
    let students = if std::env::var_os("INSTASEED_ROUNDS").is_some() { 200 } else { 20 };
    let folder = class(students);
    let first = grade(&folder, "--out json --details none --threads 1");
    let second = grade(&folder, "--out json --details none --threads 2");
    assert!(first == second, "two runs differ");
    let marks: Value = serde_json::from_slice(&first).expect("JSON");
    let marks = marks.as_array().expect("a list");
    assert_eq!(marks.len(), students);
    let catalogue = Catalogue::embedded().expect("exercises");
    for (student, marks) in marks.iter().enumerate() {
        assert_eq!(marks["student"], format!("student-{student:03}"));
        for (exercise, mark) in
            catalogue.exercises().iter().zip(marks["exercises"].as_array().expect("a list"))
        {
            let about = format!("{}, student {student}: {mark}", exercise.id);
            assert_eq!(mark["id"], exercise.id.as_str());
            match answer(exercise, student) {
                None => assert_eq!(mark["verdict"], "missing", "{about}"),
                Some((true, _)) => assert_eq!(mark["verdict"], "correct", "{about}"),
                Some((false, _)) => assert!(mark["verdict"] != "correct" && mark["points"] == 0, "{about}"),
            }
            assert!(
                mark["message"].is_null() && mark["feedback"].is_null() && mark["mistake"].is_null(),
                "{about}"
            );
        }
    }
}

/// What is said takes a search, which a busy machine must not end earlier.
#[test]
fn a_class_is_told_the_same_in_every_run() {
    let folder = class(4);
    let first = grade(&folder, "--out json --details full --threads 1");
    let second = grade(&folder, "--out json --details full --threads 8");
    assert!(first == second, "two runs differ");
}

/// A class of three with a few answers.
fn small_class() -> PathBuf {
    let root = scratch();
    let write = |path: &str, text: &str| {
        let path = root.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("written");
    };
    let catalogue = Catalogue::embedded().expect("exercises");
    let exercise = catalogue.find("likes-and-comments").expect("an exercise");
    let fan_out =
        exercise.mistakes(Engine::Sqlite).into_iter().find(|one| one.name == "fan-out").expect("known");
    write("=kim/likes-and-comments.sql", exercise.solution(Engine::Sqlite));
    write("lea/answers/21-likes-and-comments.sql", fan_out.sql);
    write("lea/answers/notes.sql", "-- mine");
    write("zoe/21.sql", "SELEC 1");
    write("weights.toml", "only = ['likes-and-comments']\n[points]\nlikes-and-comments = 8\n");
    root
}

#[test]
fn results_have_the_form_that_was_asked_for() {
    let root = small_class();
    let weights = format!("--weights {}", root.join("weights.toml").display());
    let text = |words: &str| String::from_utf8(grade(&root, &format!("{words} {weights}"))).expect("UTF-8");
    assert_eq!(
        text("--out csv --partial"),
        "student,score,max_score,percent,correct,missing,likes-and-comments\n\
         '=kim,8,8,100.00,1,0,8\nlea,4.8,8,60.00,0,0,4.8\nzoe,0,8,0.00,0,0,0\n"
    );
    let long = text("--out csv-long");
    assert!(long.contains("lea,21,likes-and-comments,0,8,wrong,fan-out,"), "{long}");
    assert!(long.contains("zoe,21,likes-and-comments,0,8,error,,"), "{long}");
    let junit = text("--out junit");
    assert!(
        junit.contains(
            "<testsuites name=\"exercises\" tests=\"3\" failures=\"2\" errors=\"0\" skipped=\"0\">"
        ),
        "{junit}"
    );
    let own: Value = serde_json::from_str(&text("--out json --details own")).expect("JSON");
    let full: Value = serde_json::from_str(&text("--out json --details full")).expect("JSON");
    let feedback = |marks: &Value| marks[1]["exercises"][0]["feedback"].as_str().expect("a text").to_owned();
    assert!(!feedback(&own).contains("\nExpected:") && feedback(&full).contains("\nExpected:"));
    let done = course(&["grade", root.to_str().expect("UTF-8"), "--at", "2026-12-01"]).run().expect(0);
    assert!(done.stderr.contains("lea: answers/notes.sql is not graded"), "{}", done.stderr);
}

#[test]
fn a_secret_gives_other_data_and_the_same_marks() {
    let root = small_class();
    let secret = root.join("secret");
    fs::write(&secret, "a secret that nobody can guess\n").expect("written");
    let words = format!(
        "--out json --details none --weights {} --secret-file {} --data-sets 2",
        root.join("weights.toml").display(),
        secret.display()
    );
    let first = grade(&root, &words);
    assert!(first == grade(&root, &words), "two runs differ");
    let marks: Value = serde_json::from_slice(&first).expect("JSON");
    assert_eq!(marks[0]["seeds"]["rule"], "hmac-sha256");
    assert_eq!(marks[0]["exercises"][0]["verdict"], "correct");
    assert_eq!(marks[1]["exercises"][0]["verdict"], "wrong");
    let seed = marks[0]["exercises"][0]["seed"].as_u64().expect("a seed");
    let secret = secret.to_str().expect("UTF-8");
    let key =
        course(&["key", "--student", "=kim", "--secret-file", secret, "--data-sets", "2"]).run().expect(0);
    assert!(
        key.stdout.contains(&format!("`likes-and-comments`, profile course, edition course, seed {seed}"))
    );
    course(&["key", "--secret-file", secret]).run().expect(2);
    fs::write(root.join("secret"), "short").expect("written");
    course(&["grade", root.to_str().expect("UTF-8"), "--secret-file", secret]).run().expect(2);
}

#[test]
fn results_of_graders_are_files_of_one_student() {
    let root = small_class();
    let weights = root.join("weights.toml");
    let words = ["--weights", weights.to_str().expect("UTF-8"), "--at", "2026-12-01T10:00:00Z", "--out"];
    let class = root.to_str().expect("UTF-8");
    let results = scratch().join("results");
    let to = results.to_str().expect("UTF-8");
    let refused = course(&[&["grade", class], &words[..], &["gradescope"]].concat()).run().expect(2);
    assert!(refused.stderr.contains("--to"), "{}", refused.stderr);
    course(&[&["grade", class], &words[..], &["gradescope", "--to", to]].concat()).run().expect(0);
    let value: Value =
        serde_json::from_slice(&fs::read(results.join("lea.json")).expect("written")).expect("JSON");
    assert_eq!((&value["score"], &value["tests"][0]["status"]), (&Value::from(0), &Value::from("failed")));
    course(&[&["grade", class], &words[..], &["gradescope", "--to", to]].concat()).run().expect(2);

    let one = root.join("=kim");
    let one = one.to_str().expect("UTF-8");
    let coderunner = course(&[&["grade", one], &words[..], &["coderunner"]].concat()).run().expect(0);
    let value: Value = serde_json::from_str(&coderunner.stdout).expect("JSON");
    assert_eq!((&value["fraction"], &value["testresults"][1][0]), (&Value::from(1.0), &Value::from(1)));
    let call = || course(&[&["grade", one], &words[..], &["classroom50"]].concat());
    let missing = call().run().expect(2);
    assert!(missing.stderr.contains("COMMIT_URL"), "{}", missing.stderr);
    let runner = [
        ("CLASSROOM", "sql"),
        ("ASSIGNMENT", "joins"),
        ("SUBMISSION_TAG", "submit/1"),
        ("COMMIT_URL", "https://example.test/c"),
        ("RELEASE_URL", "https://example.test/r"),
    ];
    let done = runner.into_iter().fold(call(), |call, (name, value)| call.env(name, value)).run().expect(0);
    let value: Value = serde_json::from_str(&done.stdout).expect("JSON");
    assert_eq!(
        (&value["score"], &value["review"]),
        (&Value::from(8), &Value::from("https://example.test/c"))
    );
}

#[test]
fn a_grading_that_fails_leaves_the_results_of_an_earlier_one() {
    let root = small_class();
    let marks = root.join("marks.csv");
    fs::write(&marks, "earlier").expect("written");
    let (class, to) = (root.to_str().expect("UTF-8"), marks.to_str().expect("UTF-8"));
    let weights = root.join("wrong.toml");
    fs::write(&weights, "only = ['likes-and-coments']").expect("written");
    let failed =
        course(&["grade", class, "--to", to, "--weights", weights.to_str().expect("UTF-8")]).run().expect(2);
    assert!(failed.stderr.contains("did you mean likes-and-comments?"), "{}", failed.stderr);
    let nowhere = root.join("none/marks.csv");
    course(&["grade", class, "--to", nowhere.to_str().expect("UTF-8")]).run().expect(2);
    assert_eq!(fs::read_to_string(&marks).expect("read"), "earlier");
    // a kill in the middle of grading, too
    let mut child = course(&["grade", class, "--to", to]).spawn();
    child.kill().expect("killed");
    child.wait().expect("ended");
    let text = fs::read_to_string(&marks).expect("read");
    assert!(text == "earlier" || text.starts_with("student,") && text.ends_with('\n'), "{text}");
}

#[test]
fn an_own_exercise_is_a_stub_until_it_is_filled_in() {
    let root = scratch();
    run(&root, "new busy-mondays --in mine").expect(0);
    let found = run(&root, "lint mine --seeds 1 --json").expect(1);
    let report = object(&found);
    assert_eq!(report["findings"][0]["what"], "the text is not filled in");
    assert_eq!(report["findings"].as_array().map(Vec::len), Some(5));
    run(&root, "new busy-mondays --in mine").expect(2);
    let fill =
        |name: &str, text: &str| fs::write(root.join("mine/busy-mondays").join(name), text).expect("written");
    let head = fs::read_to_string(root.join("mine/busy-mondays/exercise.toml")).expect("read");
    fill("exercise.toml", &head.replace("FILL IN", "x"));
    fill("task.md", "Who has photos?\n\nColumns: `username`. Any order.\n");
    fill("explain.md", "EXISTS looks for one photo.\n");
    let all = "SELECT username FROM users u";
    fill("solution.sql", &format!("{all} WHERE EXISTS (SELECT 1 FROM photos p WHERE p.user_id = u.id);\n"));
    fill(
        "wrong/first-mistake.sql",
        &format!("-- A join repeats the user for each photo.\n{all} JOIN photos p ON p.user_id = u.id;\n"),
    );
    run(&root, "lint mine --seeds 1").expect(0);
    course_in(&root, "init sql --exercises mine --quiet").run().expect(0);
}

/// The gate for our own exercises.
#[test]
fn our_exercises_have_no_findings() {
    let seeds = if std::env::var_os("INSTASEED_ROUNDS").is_some() { "200" } else { "2" };
    let found = course(&["lint", "--seeds", seeds, "--json"]).run();
    let report = object(&found);
    assert_eq!(report["findings"].as_array().map(Vec::len), Some(0), "{report:#}");
    assert!(report["exercises"].as_u64() >= Some(52), "{report:#}");
    assert!(report["examples"]["median_rows"].as_u64() <= Some(8), "{report:#}");
    found.expect(0);
}

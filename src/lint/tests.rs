//! A small catalogue with mistakes of each kind, and what is found in it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::{Flaw, Lint, LintError, Report};
use crate::exercise::{Catalogue, Kind, scaffold};

const HEAD: &str = "kind = 'query'\nlevel = 1\npoints = 5\nconcepts = ['count']\nedition = 'course'\n\
    hints = ['one', 'two', 'three']\nengines = ['sqlite']\n";

/// Writes an exercise: more of its head, the model, and the known mistakes.
fn exercise(root: &Path, id: &str, more: &str, model: &str, wrong: &[(&str, &str)]) {
    scaffold(root, id, Kind::Query, None).expect("made");
    let folder = root.join(id);
    let write = |name: &str, text: String| fs::write(folder.join(name), text).expect("written");
    fs::remove_dir_all(folder.join("wrong")).expect("removed");
    fs::create_dir(folder.join("wrong")).expect("made");
    write("exercise.toml", format!("title = '{id}'\n{HEAD}{more}"));
    write("task.md", "Columns: `username`, `n`.\n".to_owned());
    write("explain.md", "Because.\n".to_owned());
    write("solution.sql", model.to_owned());
    for (name, sql) in wrong {
        write(&format!("wrong/{name}.sql"), format!("-- The hint of {name}.\n{sql}\n"));
    }
}

fn lint(root: &Path) -> Report {
    tried(root).expect("looked at")
}

fn tried(root: &Path) -> Result<Report, LintError> {
    let (catalogue, unreadable) = Catalogue::read_what_can_be(root).expect("a catalogue");
    let lint = Lint {
        catalogue: &catalogue,
        unreadable: &unreadable,
        seed: 1,
        others: 2,
        servers: Vec::new(),
        shrink_all: false,
        threads: 2,
    };
    lint.run(&())
}

fn flaws(report: &Report, id: &str) -> Vec<Flaw> {
    let own = report.findings.iter().filter(|one| one.exercise.as_deref() == Some(id));
    own.map(|one| one.flaw.clone()).collect()
}

/// How many photos each user has.
const MODEL: &str =
    "SELECT u.username, COUNT(p.id) AS n FROM users u LEFT JOIN photos p ON p.user_id = u.id GROUP BY u.id;";
const INNER: &str =
    "SELECT u.username, COUNT(*) AS n FROM users u JOIN photos p ON p.user_id = u.id GROUP BY u.id;";
const STAR: &str =
    "SELECT u.username, COUNT(*) AS n FROM users u LEFT JOIN photos p ON p.user_id = u.id GROUP BY u.id;";

#[test]
fn a_good_exercise_has_no_findings() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    exercise(
        root,
        "photos",
        "columns = ['username', 'n']\n",
        MODEL,
        &[("inner-join", INNER), ("count-star", STAR)],
    );
    let report = lint(root);
    assert_eq!(report.findings, []);
    assert_eq!((report.exercises, report.mistakes, report.seeds.len()), (1, 2, 3));
    assert_eq!(report.answers.get("photos"), Some(&3));
    assert!(report.few_answers.is_empty());
    assert!(report.example_rows.iter().all(|rows| *rows <= 4), "{:?}", report.example_rows);
}

#[test]
fn each_mistake_of_an_author_is_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let columns = "columns = ['username', 'n']\n";
    let by_n = "columns = ['username', 'n']\norder_by = ['n desc']\n";
    exercise(root, "same-as-model", columns, MODEL, &[("no-mistake", MODEL), ("inner-join", INNER)]);
    exercise(root, "two-alike", columns, STAR, &[("first", INNER), ("second", INNER)]);
    let tie = "SELECT u.username, 7 AS n FROM users u ORDER BY n DESC LIMIT 3;";
    exercise(root, "tie", by_n, tie, &[("all", "SELECT username, 7 AS n FROM users")]);
    let empty = "SELECT username, 1 AS n FROM users WHERE id < 0;";
    exercise(root, "empty", columns, empty, &[("all", "SELECT username, 1 AS n FROM users")]);
    let nulls = "SELECT username, CASE WHEN username < 'm' THEN 1 END AS n FROM users ORDER BY n DESC;";
    exercise(root, "nulls", by_n, nulls, &[("ones", "SELECT username, 1 AS n FROM users")]);
    let texts = "SELECT username, CAST(length(username) AS TEXT) AS n FROM users ORDER BY n DESC;";
    exercise(root, "texts", by_n, texts, &[("ones", "SELECT username, 1 AS n FROM users")]);
    exercise(root, "broken", columns, "SELECT nothing FROM nowhere;", &[("inner-join", INNER)]);
    exercise(
        root,
        "broken-wrong",
        columns,
        &MODEL.replace("p.id", "p.id + 0"),
        &[("x", "SELECT x FROM nowhere")],
    );
    scaffold(root, "stub", Kind::Query, None).expect("made");
    scaffold(root, "torn", Kind::Query, None).expect("made");
    fs::write(root.join("torn/exercise.toml"), "title = ").expect("written");
    let report = lint(root);
    assert!(flaws(&report, "same-as-model").contains(&Flaw::NotTold));
    assert!(flaws(&report, "two-alike").contains(&Flaw::OtherHint { given: "first".to_owned() }));
    assert!(flaws(&report, "tie").contains(&Flaw::Tie { kept: 3 }));
    assert!(flaws(&report, "empty").contains(&Flaw::NoRows));
    assert!(flaws(&report, "nulls").contains(&Flaw::NullInOrder { column: "n".to_owned() }));
    assert!(flaws(&report, "texts").contains(&Flaw::NumbersAsText { column: "n".to_owned() }));
    assert!(
        flaws(&report, "broken")
            .iter()
            .any(|flaw| matches!(flaw, Flaw::ModelFails(_) | Flaw::ModelIsRefused(_)))
    );
    assert!(flaws(&report, "broken-wrong").iter().any(|flaw| matches!(flaw, Flaw::MistakeFails(_))));
    assert!(flaws(&report, "broken-wrong").contains(&Flaw::SameAnswer { other: "same-as-model".to_owned() }));
    let open: BTreeSet<&str> = report
        .findings
        .iter()
        .filter(|one| one.flaw == Flaw::NotFilledIn)
        .map(|one| one.file.as_str())
        .collect();
    let all = ["exercise.toml", "explain.md", "solution.sql", "task.md", "wrong/first-mistake.sql"];
    assert_eq!(open, all.map(|file| format!("stub/{file}")).iter().map(String::as_str).collect());
    assert!(
        report.findings.iter().any(|one| one.exercise.is_none() && one.file.ends_with("torn/exercise.toml"))
    );
}

#[test]
fn rows_at_the_edge_tell_a_mistake_that_the_data_does_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let urls = MODEL.replace("COUNT(p.id)", "COUNT(DISTINCT p.image_url)");
    let wrong = [("inner-join", INNER), ("urls", urls.as_str())];
    exercise(root, "photos", "columns = ['username', 'n']\n", MODEL, &wrong);
    assert_eq!(flaws(&lint(root), "photos"), [Flaw::NotTold]);
    let write = |sql: &str| fs::write(root.join("photos/edge.sql"), sql).expect("written");
    write(
        "INSERT INTO users (id, username) VALUES (1, 'ann');\n\
         INSERT INTO photos (id, image_url, user_id) VALUES (1, 'same.jpg', 1), (2, 'same.jpg', 1);\n",
    );
    assert_eq!(lint(root).findings, []);
    write("INSERT INTO nowhere VALUES (1);\n");
    let found = flaws(&lint(root), "photos");
    assert!(
        found.iter().any(|flaw| matches!(flaw, Flaw::ModelFails(why) if why.contains("edge.sql"))),
        "{found:?}"
    );
}

#[test]
fn statements_before_a_task_that_fail_are_named_after_their_exercise() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    exercise(root, "photos", "columns = ['username', 'n']\n", MODEL, &[("inner-join", INNER)]);
    fs::write(root.join("photos/given.sql"), "CREATE TABLE users (id INTEGER);\n").expect("written");
    let error = tried(root).expect_err("the table exists").to_string();
    assert!(error.starts_with("what precedes the task of 'photos' fails: "), "{error}");
}

#[test]
fn findings_of_several_seeds_are_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    exercise(
        root,
        "empty",
        "columns = ['username', 'n']\n",
        "SELECT username, 1 AS n FROM users WHERE id < 0;",
        &[("all", "SELECT username, 1 AS n FROM users")],
    );
    let report = lint(root);
    let empty: Vec<_> = report.findings.iter().filter(|one| one.flaw == Flaw::NoRows).collect();
    assert_eq!(empty.len(), 1);
    assert_eq!(empty[0].seeds.len(), 3);
    let json = serde_json::to_value(empty[0]).expect("json");
    assert_eq!(json["what"], "the model returns no rows");
    assert!(json["way_out"].as_str().is_some_and(|text| !text.is_empty()));
}

//! Every exercise of the course whose answer is a script or is measured, on SQLite: the model passes, known mistakes do not.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::*;
use crate::edition::Edition;
use crate::exercise::{Catalogue, Give};
use crate::fixture::Fixture;
use crate::grade::contents::bag;
use crate::grade::verdict::Stage;
use crate::grade::work::WorkJudge;
use crate::sandbox::{Answer, Sandbox, sqlite::SqliteSandbox};

type Pages = Arc<[u8]>;

/// The bytes of a data set, which is built once.
fn pages(profile: &str, edition: Edition) -> Pages {
    static BUILT: Mutex<BTreeMap<(String, String), Pages>> = Mutex::new(BTreeMap::new());
    let mut built = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
    let build = || {
        let folder = tempfile::tempdir().expect("a folder");
        let fixture = Fixture::profile(profile).edition(edition).folder(folder.path());
        let db = fixture.sqlite().expect("the fixture is built");
        let path = db.url().strip_prefix("sqlite://").expect("a file").to_owned();
        Pages::from(std::fs::read(path).expect("the file is read"))
    };
    Arc::clone(built.entry((profile.to_owned(), edition.to_string())).or_insert_with(build))
}

fn scratch(exercise: &Exercise) -> Result<Box<dyn Sandbox>> {
    Ok(Box::new(SqliteSandbox::scratch(pages(&exercise.profile, exercise.edition))?))
}

fn course() -> Catalogue {
    Catalogue::embedded().expect("the course is whole")
}

/// What is wrong with rows; only as much as these tests need.
fn rows(exercise: &Exercise) -> impl FnMut(&Answer, &Answer) -> Option<Verdict> {
    let ordered = !exercise.order_by.is_empty();
    move |wanted: &Answer, found: &Answer| {
        let keys = |answer: &Answer| -> Vec<(String, usize)> {
            bag(&answer.rows).into_iter().map(|(key, (count, _))| (key, count)).collect()
        };
        let same = if ordered { wanted.rows == found.rows } else { keys(wanted) == keys(found) };
        (!same).then(|| Verdict { stage: Some(Stage::Rows), ..Verdict::blank(exercise, Outcome::Wrong) })
    }
}

#[derive(Default)]
struct Judges {
    script: ScriptJudge,
    work: WorkJudge,
}

impl Judges {
    fn judge(&mut self, exercise: &Exercise, text: &str) -> Verdict {
        let verdict = match exercise.work.as_ref().map(|work| work.give) {
            None => self.script.judge(&mut scratch, exercise, text),
            Some(Give::Query) => self.work.query(&mut scratch, exercise, text, &mut rows(exercise)),
            Some(_) => self.work.indexes(&mut scratch, exercise, text),
        };
        verdict.unwrap_or_else(|error| panic!("{}: {error:?}", exercise.id))
    }
}

/// Judges the model and all known mistakes of the exercises of a kind; returns how many mistakes there were, and how many of
/// them were named.
fn models_pass_and_mistakes_do_not(kind: Kind) -> (usize, usize) {
    let course = course();
    let (mut count, mut named, mut problems) = (0, 0, Vec::new());
    for exercise in course.exercises().iter().filter(|one| one.kind == kind && one.is_for(Engine::Sqlite)) {
        let mut judges = Judges::default();
        let id = &exercise.id;
        let model = judges.judge(exercise, exercise.solution(Engine::Sqlite));
        if model.outcome != Outcome::Correct {
            problems.push(format!("{id}: the model fails: {model:#?}"));
        }
        for mistake in exercise.mistakes(Engine::Sqlite) {
            let verdict = judges.judge(exercise, mistake.sql);
            if std::env::var_os("INSTASEED_SHOW").is_some() {
                println!(
                    "{id}/{}: {:?} {} {:?}",
                    mistake.name, verdict.outcome, verdict.message, verdict.notes
                );
                for probe in verdict.probes.iter().filter(|probe| !probe.passed) {
                    println!("    {}: {}", probe.name, probe.found.as_deref().unwrap_or_default());
                }
                if let Some(work) = &verdict.work {
                    println!("    {:?}", work.plan);
                }
            }
            count += 1;
            if verdict.outcome == Outcome::Correct || verdict.share >= 1.0 {
                problems.push(format!("{id}/{}: passes: {}", mistake.name, verdict.message));
            }
            match &verdict.mistake {
                Some(found) if found.name == mistake.name => named += 1,
                None => println!("{id}/{}: not named", mistake.name),
                Some(found) => problems.push(format!("{id}/{}: taken for {}", mistake.name, found.name)),
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    (count, named)
}

#[test]
fn rules_are_probed() {
    let (count, named) = models_pass_and_mistakes_do_not(Kind::Integrity);
    println!("{named} of {count} mistakes are named");
    assert!(named * 10 >= count * 7 && count > 10);
}

#[test]
fn migrations_are_taken_up_down_and_up() {
    let (count, named) = models_pass_and_mistakes_do_not(Kind::Migration);
    println!("{named} of {count} mistakes are named");
    assert!(named * 10 >= count * 7 && count > 10);
}

#[test]
fn work_is_counted() {
    let (count, named) = models_pass_and_mistakes_do_not(Kind::Performance);
    println!("{named} of {count} mistakes are named");
    assert!(named * 10 >= count * 7 && count > 10);
}

fn exercise<'a>(course: &'a Catalogue, id: &str) -> &'a Exercise {
    course.find(id).expect("an exercise of the course")
}

#[test]
fn a_script_that_drops_everything_is_wrong_in_words() {
    let course = course();
    let drop = "DROP TABLE photo_tags; DROP TABLE likes; DROP TABLE comments; DROP TABLE follows; DROP TABLE photos; \
                DROP TABLE tags; DROP TABLE users;";
    let verdict = Judges::default().judge(exercise(&course, "no-self-follow"), drop);
    assert_eq!((verdict.outcome, verdict.stage), (Outcome::Wrong, Some(Stage::Probes)));
    assert_eq!(verdict.probes[0].found.as_deref(), Some("the table users is missing"));
    assert!(
        verdict.probes.iter().all(|probe| !probe.passed || probe.name.contains("refused")),
        "{verdict:#?}"
    );

    let verdict = Judges::default().judge(exercise(&course, "add-bio"), &format!("{drop}\n-- down\n"));
    let last = verdict.probes.last().expect("a check");
    assert_eq!(last.name, "down restores the schema");
    assert!(
        last.found.as_deref().is_some_and(|found| found.contains("the table comments is missing")),
        "{last:?}"
    );
}

#[test]
fn a_rule_for_the_ids_of_probes_only_does_not_pass() {
    let course = course();
    let no_self_follow = exercise(&course, "no-self-follow");
    let rule = |event: &str| {
        format!(
            "CREATE TRIGGER on_{event} BEFORE {event} ON follows WHEN NEW.follower_id > 900000
             AND NEW.follower_id = NEW.followee_id BEGIN SELECT RAISE(ABORT, 'no'); END;"
        )
    };
    let text = rule("INSERT") + &rule("UPDATE");
    let verdict = Judges::default().judge(no_self_follow, &text);
    assert_eq!(verdict.outcome, Outcome::Wrong, "{verdict:#?}");
    let verdict = Judges::default().judge(no_self_follow, &text.replace("900000", "0"));
    assert_eq!(verdict.outcome, Outcome::Correct, "{verdict:#?}");

    let found = |seed: u64| {
        let mut judges = Judges { script: ScriptJudge::new(seed), ..Judges::default() };
        judges.judge(no_self_follow, "CREATE TABLE x (i INTEGER);").probes
    };
    assert_eq!(found(1), found(1));
    assert_ne!(found(1), found(2), "the ids follow from the seed");
}

#[test]
fn what_would_never_end_is_stopped() {
    let course = course();
    let no_self_follow = exercise(&course, "no-self-follow");
    let endless = "CREATE TABLE numbers AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n";
    let verdict = Judges::default().judge(no_self_follow, endless);
    assert_eq!(verdict.outcome, Outcome::TooSlow, "{verdict:#?}");
    assert_eq!(verdict.message, "Your script does too much work: it was stopped.");

    // A trigger that a probe fires: every follow adds another one.
    let chain = "CREATE TABLE a (i INTEGER); CREATE TABLE b (i INTEGER);
        CREATE TRIGGER one AFTER INSERT ON a BEGIN INSERT INTO b VALUES (NEW.i + 1); END;
        CREATE TRIGGER two AFTER INSERT ON b BEGIN INSERT INTO a VALUES (NEW.i + 1); END;
        CREATE TRIGGER three AFTER INSERT ON follows BEGIN
            INSERT INTO a SELECT x.id FROM users AS x, users AS y, users AS z, follows; END;";
    let verdict = Judges::default().judge(no_self_follow, chain);
    assert_eq!(verdict.outcome, Outcome::Wrong, "{verdict:#?}");
    let found: Vec<&str> = verdict.probes.iter().filter_map(|probe| probe.found.as_deref()).collect();
    assert!(found[0].ends_with("` does not end"), "{found:?}");
    assert!(found[1..].iter().all(|found| found.starts_with("not tried")), "{found:?}");
}

#[test]
fn a_table_that_cannot_be_read_is_a_verdict() {
    let course = course();
    let poison = "ALTER TABLE follows ADD COLUMN x INTEGER AS (abs(-9223372036854775807 - 1));";
    let verdict = Judges::default().judge(exercise(&course, "no-self-follow"), poison);
    assert_eq!(verdict.outcome, Outcome::Wrong, "{verdict:#?}");
    let found = verdict.probes.iter().find_map(|probe| probe.found.as_deref());
    let wanted = "the table follows cannot be read: A number gets too large for an integer";
    assert_eq!(found, Some(wanted));
    let verdict = Judges::default().judge(exercise(&course, "add-bio"), poison);
    assert_eq!(verdict.outcome, Outcome::Wrong, "{verdict:#?}");
}

#[test]
fn a_huge_script_is_refused() {
    let course = course();
    let huge = "SELECT 1;\n".repeat(1 << 20);
    for id in ["no-self-follow", "add-bio", "follower-list"] {
        let verdict = Judges::default().judge(exercise(&course, id), &huge);
        assert_eq!(verdict.outcome, Outcome::Refused, "{id}: {}", verdict.message);
    }
}

#[test]
fn an_error_has_its_place_in_the_whole_text() {
    let course = course();
    let text = "ALTER TABLE users ADD COLUMN bio TEXT NOT NULL DEFAULT '';\n-- down\n\nALTER TABLE users DROP COLUM bio;\n";
    let verdict = Judges::default().judge(exercise(&course, "add-bio"), text);
    assert_eq!(verdict.outcome, Outcome::Wrong);
    assert_eq!(verdict.probes.last().map(|probe| probe.name.as_str()), Some("down runs"));
    assert_eq!(verdict.at.as_ref().map(|at| at.line), Some(4), "{:?}", verdict.at);
    let text =
        "CREATE TABLE emails (email TEXT);\nDROP TABLE emails;\nINSERT INTO emails VALUES ('é');\n-- down\n";
    let verdict = Judges::default().judge(exercise(&course, "add-bio"), text);
    let at = verdict.at.as_ref().map(|at| (at.line, at.column));
    assert_eq!(
        at,
        Some((3, 13)),
        "the statement that fails, not the first one with the name: {:?}",
        verdict.at
    );
    let verdict =
        Judges::default().judge(exercise(&course, "follower-list"), "\nCREATE TABLE x (i INTEGER);");
    assert_eq!(verdict.outcome, Outcome::Refused);
    assert_eq!(verdict.message, "Only CREATE INDEX is wanted here; this statement begins with CREATE TABLE.");
    assert_eq!(verdict.at.map(|at| at.line), Some(2));
}

#[test]
fn an_answer_that_is_not_begun_is_missing() {
    let course = course();
    for id in ["no-self-follow", "add-bio", "follower-list"] {
        let exercise = exercise(&course, id);
        let verdict = Judges::default().judge(exercise, &exercise.start(Engine::Sqlite));
        let found = (verdict.outcome, verdict.message.as_str(), verdict.share);
        assert_eq!(found, (Outcome::Missing, "There is no statement yet.", 0.0), "{id}");
    }
}

#[test]
fn a_table_that_grows_without_bounds_is_a_verdict() {
    let course = course();
    let fill = "CREATE TABLE x AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500000) \
                SELECT i FROM n;\n-- down\n";
    let verdict = Judges::default().judge(exercise(&course, "add-bio"), fill);
    assert_eq!(verdict.outcome, Outcome::Wrong, "{verdict:#?}");
}

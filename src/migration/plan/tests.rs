//! Checks which plans follow from goals and states.

use super::super::ledger::Entry;
use super::*;
use crate::database::Engine;

fn source() -> Source {
    let up = "CREATE TABLE t (id INTEGER);";
    let list = [
        ("editions.toml", "course = '2'\n"),
        ("sqlite/1_a/up.sql", up),
        ("sqlite/1_a/down.sql", "DROP TABLE t;"),
        ("sqlite/2_b/up.sql", "SELECT 1;"),
        ("sqlite/2_b/down.sql", "SELECT 1;"),
        ("sqlite/3_c/up.sql", "SELECT 1;"),
        ("sqlite/3_c/metadata.toml", "run_in_transaction = true\nirreversible = 'it forgets'\n"),
    ];
    Source::from_list(Engine::Sqlite, &list).expect("good")
}

fn state(versions: &[&str]) -> State {
    State { versions: versions.iter().map(|version| (*version).to_owned()).collect(), ..State::default() }
}

/// `+1 -2`, or the words of the refusal.
fn planned(state: &State, goal: Goal) -> String {
    planned_of(&source(), state, &goal)
}

fn planned_of(source: &Source, state: &State, goal: &Goal) -> String {
    match make(source, state, goal, false) {
        Ok(plan) => {
            let sign = |direction| if direction == Direction::Up { '+' } else { '-' };
            let steps = plan.steps.iter().map(|step| format!("{}{}", sign(step.direction), step.version));
            steps.collect::<Vec<_>>().join(" ")
        }
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_goal_and_a_state_make_a_plan() {
    let to = |wanted: &str| Goal::To(wanted.to_owned());
    for (applied, goal, plan) in [
        (&[][..], Goal::Up(None), "+1 +2"),
        (&["1"], Goal::Up(Some(1)), "+2"),
        (&["1", "2"], Goal::Down(1), "-2"),
        (&["1", "2"], Goal::Down(9), "-2 -1"),
        (&["1", "2"], Goal::Redo(2), "-2 -1 +1 +2"),
        (&[], to("course"), "+1 +2"),
        (&["1", "2"], to("course"), ""),
        (&["1", "2"], to("a"), "-2"),
        (&["1"], to("none"), "-1"),
        (&["1"], Goal::Repair, ""),
        (&["2"], Goal::Up(None), "1 is pending, but the newer 2 is already applied"),
        (&["1", "2", "3"], Goal::Down(1), "version 3 cannot be undone: it forgets"),
        (&["1", "9"], Goal::Down(1), "version 9 is applied, but its files are missing"),
    ] {
        assert_eq!(planned(&state(applied), goal.clone()), plan, "{applied:?} {goal:?}");
    }
}

#[test]
fn what_was_cut_off_is_finished_first_and_undone_by_its_other_direction() {
    let source = source();
    let second = source.find("2").expect("there");
    for (direction, applied, undone, up) in [
        (Direction::Up, &["1"][..], "+2 -2", "+2"),
        (
            Direction::Down,
            &["1", "2"],
            "-2 +2",
            "version 2 (b) is half undone: 0 of 1 statements of its down.sql have run",
        ),
    ] {
        let mut state = state(applied);
        state.ledger.insert("2".to_owned(), (Entry::running(second, direction), Default::default()));
        assert_eq!(planned(&state, Goal::Undo), undone);
        assert_eq!(planned(&state, Goal::Up(None)), up);
    }
}

#[test]
fn tables_of_somebody_else_are_left_alone() {
    let foreign = State { tables: vec!["T".to_owned()], ..State::default() };
    assert!(planned(&foreign, Goal::Up(None)).contains("already has a table `T`"));
    let ours = State { tables: vec!["t".to_owned()], ..state(&["1"]) };
    assert_eq!(planned(&ours, Goal::Up(Some(1))), "+2");
}

/// Two editions of two migrations each, and own ones for the course, for both and for the platform.
fn two_editions() -> (tempfile::TempDir, Source) {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, editions) in [("15_lesson", Some("course")), ("16_audit", None), ("17_feed", Some("platform"))]
    {
        let path = folder.path().join(name);
        std::fs::create_dir(&path).expect("a folder");
        let editions = editions.map_or_else(String::new, |edition| format!("editions = ['{edition}']\n"));
        let metadata = format!("run_in_transaction = true\n{editions}");
        for (file, text) in [("up.sql", "SELECT 1;"), ("down.sql", "SELECT 1;"), ("metadata.toml", &metadata)]
        {
            std::fs::write(path.join(file), text).expect("a file");
        }
    }
    let list = [
        ("editions.toml", "course = '2'\nplatform = '4'\n"),
        ("sqlite/1_a/up.sql", "SELECT 1;"),
        ("sqlite/1_a/down.sql", "SELECT 1;"),
        ("sqlite/2_b/up.sql", "SELECT 1;"),
        ("sqlite/2_b/down.sql", "SELECT 1;"),
        ("sqlite/3_c/up.sql", "SELECT 1;"),
        ("sqlite/3_c/down.sql", "SELECT 1;"),
        ("sqlite/4_d/up.sql", "SELECT 1;"),
        ("sqlite/4_d/down.sql", "SELECT 1;"),
    ];
    let ours = Source::from_list(Engine::Sqlite, &list).expect("good");
    let source = ours.with_folder(folder.path()).expect("good");
    (folder, source)
}

#[test]
fn own_migrations_stand_on_the_editions_that_they_fit() {
    let (_folder, source) = two_editions();
    let to = |wanted: &str| Goal::To(wanted.to_owned());
    let setup = |wanted: &str| Goal::Setup(Some(wanted.to_owned()));
    let course = &["1", "15", "16", "2"][..];
    let middle = &["1", "15", "16", "2", "3"][..];
    let platform = &["1", "15", "16", "17", "2", "3", "4"][..];
    for (applied, recorded, goal, plan) in [
        (&[][..], None, Goal::Up(None), "+1 +2 +15 +16"),
        (&[], None, Goal::Up(Some(3)), "+1 +2 +15"),
        (&[], None, setup("platform"), "+1 +2 +3 +4 +16 +17"),
        (&[], Some("platform"), Goal::Setup(None), "+1 +2 +3 +4 +16 +17"),
        (course, None, Goal::Up(None), ""),
        (course, Some("platform"), Goal::Up(None), "+3 +4 +17"),
        (course, None, Goal::Redo(1), "-16 +16"),
        (course, None, Goal::Down(3), "-16 -15 -2"),
        (course, None, to("platform"), "+3 +4"),
        (course, None, to("lesson"), "-16"),
        (
            course,
            None,
            to("feed"),
            "version 17 belongs to edition platform, but the database is meant for course",
        ),
        (
            course,
            None,
            setup("platform"),
            "the database is meant for edition course, not platform, and `setup` does not change the edition",
        ),
        (middle, Some("course"), Goal::Up(None), "+4 +17"),
        (middle, None, Goal::Down(2), "-3 -16"),
        (middle, None, to("course"), "-3"),
        (middle, None, to("3"), ""),
        (platform, None, Goal::Down(4), "-17 -16 -4 -3"),
        (platform, None, to("course"), "-17 -4 -3"),
        (platform, None, to("3"), "-17 -4"),
        (platform, None, to("1"), "-17 -16 -4 -3 -15 -2"),
        (platform, None, to("none"), "-17 -16 -4 -3 -15 -2 -1"),
        (&["1", "2", "17"], None, Goal::Up(None), "16 is pending, but the newer 17 is already applied"),
        (&["1", "2", "16"], None, Goal::Up(None), "+15"),
        (&["1", "2", "15", "20"], None, Goal::Down(1), "version 20 is applied, but its files are missing"),
        (&["1", "2", "15", "20"], None, to("platform"), "+3 +4"),
    ] {
        let state = State { goal: recorded.map(str::to_owned), ..state(applied) };
        assert_eq!(planned_of(&source, &state, &goal), plan, "{applied:?} {recorded:?} {goal:?}");
    }
}

#[test]
fn the_goal_is_recorded_by_what_sets_it_and_by_the_first_way_up() {
    let (_folder, source) = two_editions();
    let to = |wanted: &str| Goal::To(wanted.to_owned());
    let setup = |wanted: &str| Goal::Setup(Some(wanted.to_owned()));
    for (applied, recorded, goal, records) in [
        (&[][..], None, Goal::Up(None), Some("course")),
        (&[], None, Goal::Setup(None), Some("course")),
        (&[], Some("course"), setup("platform"), Some("platform")),
        (&[], None, to("platform"), Some("platform")),
        (&[], None, to("1"), None),
        (&["1", "2", "15", "16"], None, Goal::Up(None), None),
        (&["1", "2"], Some("course"), Goal::Up(None), None),
        (&["1", "2"], Some("course"), to("course"), None),
        (&["1", "2"], Some("course"), to("platform"), Some("platform")),
        (&["1", "2"], Some("platform"), to("course"), Some("course")),
        (&["1", "2"], Some("course"), Goal::Down(1), None),
        (&["1", "2"], Some("course"), to("none"), None),
    ] {
        let state = State { goal: recorded.map(str::to_owned), ..state(applied) };
        let plan = make(&source, &state, &goal, false).expect("a plan");
        assert_eq!(plan.records.as_deref(), records, "{applied:?} {recorded:?} {goal:?}");
    }
}

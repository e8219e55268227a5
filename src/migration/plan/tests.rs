//! Goals and states against the plans that they make.

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
    match make(&source(), state, &goal, false) {
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
        (&["1", "2", "3"], Goal::Down(1), "version 3 cannot be reverted: it forgets"),
        (&["1", "9"], Goal::Down(1), "version 9 is applied, but no file of it is here"),
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
            "version 2 (b) is half taken back: 0 of 1 statements of its down.sql have run",
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

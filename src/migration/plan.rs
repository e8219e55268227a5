//! From a goal and a state to a list of steps: a pure function, so that `plan` shows exactly what a run would do
//! and touches nothing.
//!
//! All refusals that need no SQL happen here, before anything is locked or written.

use serde::Serialize;

use super::state::State;
use super::{Direction, Migration, MigrationError, Source};

/// Where a run shall lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Goal {
    /// Apply the next pending migrations: so many, or all.
    Up(Option<usize>),
    /// Revert the newest applied ones.
    Down(usize),
    /// Revert the newest ones and apply them again.
    Redo(usize),
    /// To a version, a name or an edition, in whichever direction it lies; `none` is the empty schema.
    To(String),
    /// Finish what was cut off, and nothing else.
    Repair,
    /// Finish what was cut off, then run its other direction.
    Undo,
}

/// The steps of a run, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Plan {
    pub steps: Vec<Step>,
}

/// One migration in one direction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    pub direction: Direction,
    pub version: String,
    pub name: String,
    pub file: String,
    /// In one transaction, or one statement at a time with its progress recorded.
    pub transaction: bool,
    /// It finishes a migration that was cut off; some of its statements may have run.
    pub resumes: bool,
    pub statements: Vec<PlannedStatement>,
}

/// A statement as it stands in its file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlannedStatement {
    pub line: usize,
    pub sql: String,
}

impl Plan {
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }
}

pub(crate) fn make(
    source: &Source,
    state: &State,
    goal: &Goal,
    allow_out_of_order: bool,
) -> Result<Plan, MigrationError> {
    let mut planner = Planner { source, state, applied: state.versions.clone(), plan: Plan::default() };
    planner.refuse_changed(goal)?;
    planner.refuse_foreign()?;
    planner.finish_half_applied()?;
    match goal {
        Goal::Up(limit) => planner.up(None, *limit, allow_out_of_order)?,
        Goal::Down(count) => planner.down(None, *count).map(|_| ())?,
        Goal::Redo(count) => {
            let reverted = planner.down(None, *count)?;
            for migration in reverted.into_iter().rev() {
                planner.push(migration, Direction::Up, false)?;
            }
        }
        Goal::To(wanted) => match source.resolve(wanted)? {
            None => planner.down(None, usize::MAX).map(|_| ())?,
            Some(version) => {
                planner.down(Some(version), usize::MAX)?;
                planner.up(Some(version), None, allow_out_of_order)?;
            }
        },
        Goal::Repair => {}
        Goal::Undo => planner.undo()?,
    }
    Ok(planner.plan)
}

struct Planner<'a> {
    source: &'a Source,
    state: &'a State,
    applied: Vec<String>,
    plan: Plan,
}

impl<'a> Planner<'a> {
    /// Redoing is how an own migration is tried out: its `up.sql` may be another one each time, as long as the
    /// `down.sql` still is the one that belongs to what was applied.
    fn refuse_changed(&self, goal: &Goal) -> Result<(), MigrationError> {
        let redone = match goal {
            Goal::Redo(count) => self.state.versions.len().saturating_sub(*count),
            _ => usize::MAX,
        };
        let redone = self.state.versions.get(redone..).unwrap_or_default();
        for migration in self.source.migrations() {
            if redone.contains(&migration.version) && self.state.is_way_back_unchanged(migration) {
                continue;
            }
            if let Some(file) = self.state.changed_file(migration) {
                return Err(MigrationError::Changed { version: migration.version.clone(), file });
            }
        }
        Ok(())
    }

    /// A table that our first migrations would create, in a database that none of ours has touched, is somebody's.
    fn refuse_foreign(&self) -> Result<(), MigrationError> {
        let touched = |migration: &Migration| {
            self.state.is_applied(&migration.version) || self.state.ledger.contains_key(&migration.version)
        };
        if self.source.migrations().iter().any(touched) {
            return Ok(());
        }
        for migration in self.source.migrations() {
            let created = migration.up.statements.iter().filter_map(super::Statement::created_table);
            for name in created {
                if let Some(table) = self.state.tables.iter().find(|table| table.eq_ignore_ascii_case(&name))
                {
                    return Err(MigrationError::ForeignDatabase { table: table.clone() });
                }
            }
        }
        Ok(())
    }

    fn finish_half_applied(&mut self) -> Result<(), MigrationError> {
        let Some(entry) = self.state.half_applied() else { return Ok(()) };
        let migration = self
            .source
            .find(&entry.version)
            .ok_or_else(|| MigrationError::MissingFile { version: entry.version.clone() })?;
        self.push(migration, entry.direction(), true)
    }

    fn undo(&mut self) -> Result<(), MigrationError> {
        let Some(entry) = self.state.half_applied() else { return Ok(()) };
        let other = match entry.direction() {
            Direction::Up => Direction::Down,
            Direction::Down => Direction::Up,
        };
        match self.source.find(&entry.version) {
            Some(migration) => self.push(migration, other, false),
            None => Err(MigrationError::MissingFile { version: entry.version.clone() }),
        }
    }

    fn up(
        &mut self,
        last: Option<&str>,
        limit: Option<usize>,
        allow_out_of_order: bool,
    ) -> Result<(), MigrationError> {
        let source = self.source;
        let pending: Vec<&Migration> = source
            .migrations()
            .iter()
            .filter(|migration| !self.applied.contains(&migration.version))
            .filter(|migration| last.is_none_or(|last| migration.version.as_str() <= last))
            .take(limit.unwrap_or(usize::MAX))
            .collect();
        let newest = self.applied.iter().max().cloned().unwrap_or_default();
        if let Some(late) = pending.iter().find(|migration| migration.version < newest && !allow_out_of_order)
        {
            return Err(MigrationError::OutOfOrder { version: late.version.clone(), newest });
        }
        for migration in pending {
            self.push(migration, Direction::Up, false)?;
        }
        Ok(())
    }

    /// Newest first, down to (and without) `above`; answers what it reverts, in that order.
    fn down(&mut self, above: Option<&str>, count: usize) -> Result<Vec<&'a Migration>, MigrationError> {
        let source = self.source;
        let mut versions = self.applied.clone();
        versions.sort();
        let mut reverted = Vec::new();
        for version in versions
            .iter()
            .rev()
            .filter(|version| above.is_none_or(|above| version.as_str() > above))
            .take(count)
        {
            let migration = source
                .find(version)
                .ok_or_else(|| MigrationError::MissingFile { version: version.clone() })?;
            self.push(migration, Direction::Down, false)?;
            reverted.push(migration);
        }
        Ok(reverted)
    }

    fn push(
        &mut self,
        migration: &Migration,
        direction: Direction,
        resumes: bool,
    ) -> Result<(), MigrationError> {
        let script = migration.script(direction).ok_or_else(|| migration.irreversible())?;
        self.applied.retain(|version| *version != migration.version);
        if direction == Direction::Up {
            self.applied.push(migration.version.clone());
        }
        self.plan.steps.push(Step {
            direction,
            version: migration.version.clone(),
            name: migration.name.clone(),
            file: script.file.clone(),
            transaction: migration.metadata.run_in_transaction
                && !super::dialect::dialect(self.source.engine()).commits_ddl,
            resumes,
            statements: script
                .statements
                .iter()
                .map(|statement| PlannedStatement { line: statement.line, sql: statement.sql.clone() })
                .collect(),
        });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
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
            (&[][..], Goal::Up(None), "+1 +2 +3"),
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
            (Direction::Up, &["1"][..], "+2 -2", "+2 +3"),
            (Direction::Down, &["1", "2"], "-2 +2", "-2 +2 +3"),
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
}

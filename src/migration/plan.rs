//! Computes the steps from a goal and a state: a pure function, so that `plan` shows exactly what a
//! run would do and changes nothing.
//!
//! All refusals that need no SQL happen here, before anything is locked or written.

use serde::Serialize;

use super::line::{self, Line, Standing, is_own};
use super::losses::{self, Reader, StepLoss};
use super::state::State;
use super::statement::PlannedStatement;
use super::{Direction, Migration, MigrationError, Source};

/// The goal of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Goal {
    /// Apply what is pending for the edition that the database is meant for: the next few, or all.
    /// Undoes nothing, and never leads to another edition.
    Up(Option<usize>),
    /// Revert the newest applied migrations.
    Down(usize),
    /// Revert the newest applied migrations and apply them again.
    Redo(usize),
    /// Go to a version, a name or an edition, in either direction; `none` is the empty schema.
    To(String),
    /// Like `Up`, and if none of ours is applied yet, to the wanted edition. An existing database
    /// keeps its edition: asking for another one is an error.
    Setup(Option<String>),
    /// Finish an interrupted migration, and nothing else.
    Repair,
    /// Finish an interrupted migration, then run its other direction.
    Undo,
}

/// The steps of a run, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Plan {
    pub steps: Vec<Step>,
    /// The edition that the run records, before its first step, as the one that the database is meant for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub records: Option<String>,
}

/// One migration in one direction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    pub direction: Direction,
    pub version: String,
    pub name: String,
    pub file: String,
    /// It comes from the user's folder.
    pub own: bool,
    /// In one transaction, or one statement at a time with its progress recorded.
    pub transaction: bool,
    /// It finishes an interrupted migration; some of its statements may have run.
    pub resumes: bool,
    /// What it cannot keep.
    pub losses: Vec<StepLoss>,
    /// Statements of an own migration that remove something unknown.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unclear: Vec<PlannedStatement>,
    pub statements: Vec<PlannedStatement>,
}

impl Plan {
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Whether a step is committed or rolled back together with its neighbours, if the engine can hold several
    /// migrations in one transaction: ours in both directions, and own ones that are undone on the way. Own ones
    /// going up stay separate, because some statements (a new enum value) take effect only once they are committed.
    pub(crate) fn is_joined(&self, step: &Step) -> bool {
        let changes_ours = self.steps.iter().any(|step| !step.own);
        changes_ours && step.transaction && (!step.own || step.direction == Direction::Down)
    }
}

pub(crate) fn make(
    source: &Source,
    state: &State,
    goal: &Goal,
    allow_out_of_order: bool,
) -> Result<Plan, MigrationError> {
    let line = Line::new(source);
    let applied = state.versions.clone();
    let (reader, plan) = (Reader::default(), Plan::default());
    let mut planner = Planner { source, state, line, allow_out_of_order, applied, reader, plan };
    planner.refuse_changed(goal)?;
    if let Some(table) = line::foreign_tables(source, state).into_iter().next() {
        return Err(MigrationError::ForeignDatabase { table });
    }
    if matches!(goal, Goal::Up(_) | Goal::Setup(_)) {
        planner.refuse_half_reverted()?;
    }
    planner.finish_half_applied()?;
    match goal {
        Goal::Up(limit) => planner.up(*limit)?,
        Goal::Setup(wanted) => planner.setup(wanted.as_deref())?,
        Goal::Down(count) => planner.back(|_| true, *count).map(|_| ())?,
        Goal::Redo(count) => {
            let reverted = planner.back(|_| true, *count)?;
            for migration in reverted.into_iter().rev() {
                planner.push(migration, Direction::Up, false)?;
            }
        }
        Goal::To(wanted) => planner.to(wanted)?,
        Goal::Repair => {}
        Goal::Undo => planner.undo()?,
    }
    Ok(planner.plan)
}

struct Planner<'a> {
    source: &'a Source,
    state: &'a State,
    line: Line<'a>,
    allow_out_of_order: bool,
    applied: Vec<String>,
    reader: Reader,
    plan: Plan,
}

impl<'a> Planner<'a> {
    /// Redo is for trying out an own migration: its `up.sql` may differ each time, as long as the
    /// `down.sql` is still the one that belongs to what was applied.
    fn refuse_changed(&self, goal: &Goal) -> Result<(), MigrationError> {
        let stack = self.line.stack(&self.state.versions);
        let redone = match goal {
            Goal::Redo(count) => *count,
            _ => 0,
        };
        let redone = &stack[stack.len().saturating_sub(redone)..];
        for migration in self.source.migrations() {
            let way_back = self.state.is_way_back_unchanged(migration);
            if way_back && redone.iter().any(|standing| standing.version == migration.version) {
                continue;
            }
            if let Some(file) = self.state.changed_file(migration) {
                let newest = stack.last().is_some_and(|standing| standing.version == migration.version);
                let version = migration.version.clone();
                return Err(MigrationError::Changed { version, file, may_redo: newest && way_back });
            }
        }
        Ok(())
    }

    /// A goal that only goes forward must not finish an interrupted down migration: whoever began it decides.
    fn refuse_half_reverted(&self) -> Result<(), MigrationError> {
        match self.state.half_applied().filter(|entry| entry.direction() == Direction::Down) {
            None => Ok(()),
            Some(entry) => Err(MigrationError::HalfReverted {
                version: entry.version.clone(),
                name: entry.name.clone(),
                done: entry.done_count(),
                total: usize::try_from(entry.statements_total).unwrap_or_default(),
            }),
        }
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

    fn up(&mut self, limit: Option<usize>) -> Result<(), MigrationError> {
        let (line, goal) = (self.line, self.goal());
        self.forward(|migration| line.belongs(migration, goal), limit)?;
        if self.state.goal.is_none() && !self.plan.is_empty() {
            self.plan.records = line.name(goal).map(str::to_owned);
        }
        Ok(())
    }

    fn setup(&mut self, wanted: Option<&str>) -> Result<(), MigrationError> {
        let (line, meant) = (self.line, self.goal());
        let wanted = wanted.map(|name| self.named(name)).transpose()?;
        let begun = line.is_begun(&self.applied);
        let goal = match wanted {
            Some(wanted) if begun && wanted != meant => {
                let name = |edition| line.name(edition).unwrap_or_default().to_owned();
                return Err(MigrationError::EditionStays { goal: name(meant), wanted: name(wanted) });
            }
            wanted => wanted.unwrap_or(meant),
        };
        self.forward(|migration| line.belongs(migration, goal), None)?;
        if !begun || (self.state.goal.is_none() && !self.plan.is_empty()) {
            self.record(goal);
        }
        Ok(())
    }

    fn to(&mut self, wanted: &str) -> Result<(), MigrationError> {
        let source = self.source;
        let Some(version) = source.resolve(wanted)? else {
            return self.back(|_| true, usize::MAX).map(|_| ());
        };
        if let Some(migration) = source.find(version).filter(|migration| is_own(migration)) {
            return self.reach_own(migration);
        }
        let meant = self.goal();
        self.reach_ours(version)?;
        if let Some(edition) = self.line.edition(wanted)
            && (meant != edition || !self.plan.is_empty())
        {
            self.record(edition);
        }
        Ok(())
    }

    /// Own migrations stay applied if they follow an edition that stays, or fit the edition that is reached.
    fn reach_ours(&mut self, version: &str) -> Result<(), MigrationError> {
        let line = self.line;
        let edition = line.segment(version);
        let whole = self.source.milestones().iter().any(|milestone| milestone.version == version);
        let floor = if whole { Some(edition) } else { edition.checked_sub(1) };
        let goes = |standing: &Standing<'_>| {
            if !standing.own {
                return standing.version > version;
            }
            let stands_on_it = standing.on.is_some_and(|on| floor.is_some_and(|floor| on <= floor));
            let fits = |floor| standing.migration.is_none_or(|own| line.fits(own, floor));
            !stands_on_it && !floor.is_some_and(fits)
        };
        self.back(goes, usize::MAX)?;
        self.forward(|migration| !is_own(migration) && migration.version.as_str() <= version, None)
    }

    fn reach_own(&mut self, last: &Migration) -> Result<(), MigrationError> {
        let (line, goal) = (self.line, self.goal());
        if !line.fits(last, goal) {
            return Err(MigrationError::OfOtherEdition {
                version: last.version.clone(),
                editions: last.metadata.editions.clone().unwrap_or_default(),
                goal: line.name(goal).unwrap_or_default().to_owned(),
            });
        }
        let is_behind = |standing: &Standing<'_>| {
            let fits = standing.migration.is_none_or(|own| line.fits(own, goal));
            standing.own && fits && standing.version > last.version.as_str()
        };
        self.back(is_behind, usize::MAX)?;
        let leads_there = |migration: &Migration| {
            line.belongs(migration, goal) && (!is_own(migration) || migration.version <= last.version)
        };
        self.forward(leads_there, None)
    }

    fn goal(&self) -> usize {
        self.line.goal(self.state, &self.applied)
    }

    fn named(&self, edition: &str) -> Result<usize, MigrationError> {
        self.line.edition(edition).ok_or_else(|| MigrationError::UnknownVersion {
            wanted: edition.to_owned(),
            nearest: self.source.nearest(edition),
        })
    }

    fn record(&mut self, edition: usize) {
        let name = self.line.name(edition);
        self.plan.records = name.filter(|name| self.state.goal.as_deref() != Some(name)).map(str::to_owned);
    }

    /// Pending migrations, ours before own ones, each oldest first.
    fn forward(
        &mut self,
        wanted: impl Fn(&Migration) -> bool,
        limit: Option<usize>,
    ) -> Result<(), MigrationError> {
        let source = self.source;
        let is_pending =
            |migration: &&Migration| !self.applied.contains(&migration.version) && wanted(migration);
        let mut pending: Vec<&Migration> = source.migrations().iter().filter(is_pending).collect();
        pending.sort_by_key(|migration| is_own(migration));
        pending.truncate(limit.unwrap_or(usize::MAX));
        if !self.allow_out_of_order {
            for migration in &pending {
                if let Some(newest) = self.line.overtaken_by(migration, &self.applied) {
                    let (version, newest) = (migration.version.clone(), newest.to_owned());
                    return Err(MigrationError::OutOfOrder { version, newest });
                }
            }
        }
        pending.into_iter().try_for_each(|migration| self.push(migration, Direction::Up, false))
    }

    /// Reverts what `goes` selects, newest first along the line; returns it in that order.
    fn back(
        &mut self,
        goes: impl Fn(&Standing<'_>) -> bool,
        count: usize,
    ) -> Result<Vec<&'a Migration>, MigrationError> {
        let applied = self.applied.clone();
        let stack = self.line.stack(&applied);
        let versions = stack.iter().rev().filter(|standing| goes(standing)).take(count);
        let mut reverted = Vec::new();
        for version in versions.map(|standing| standing.version) {
            let migration = self
                .source
                .find(version)
                .ok_or_else(|| MigrationError::MissingFile { version: version.to_owned() })?;
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
        let (losses, unclear) = losses::of_step(migration, direction, &mut self.reader);
        self.plan.steps.push(Step {
            direction,
            version: migration.version.clone(),
            name: migration.name.clone(),
            file: script.file.clone(),
            own: is_own(migration),
            transaction: migration.metadata.run_in_transaction
                && !super::engines::dialect(self.source.engine()).commits_ddl,
            resumes,
            losses,
            unclear,
            statements: script.statements.iter().map(PlannedStatement::from).collect(),
        });
        Ok(())
    }
}

#[cfg(test)]
mod tests;

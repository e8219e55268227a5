//! The state of a database as a plain value: every migration that the files or the database know.

use serde::Serialize;

use super::holder::Holder;
use super::ledger::Entry;
use super::line::{self, Line, is_own};
use super::state::State;
use super::{Direction, Migration, Origin, Source};

/// The state of all migrations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Status {
    /// Nothing is missing, changed, out of order, interrupted or running, and everything that belongs
    /// to the goal is applied, ours and the user's own. Migrations of other editions do not count.
    pub ok: bool,
    /// An edition's name, `none`, or `between`.
    pub edition: String,
    /// The edition that the database is meant for and that `Goal::Up` leads to; `None` for a source without editions.
    pub goal: Option<String>,
    /// Tables with names of ours that our migrations did not create: setup and migrate refuse to touch them.
    pub foreign_tables: Vec<String>,
    /// Another run holds the lock right now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub under_way: Option<Holder>,
    /// Ordered by version.
    pub migrations: Vec<MigrationStatus>,
}

/// One migration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MigrationStatus {
    pub version: String,
    pub name: String,
    pub state: MigrationState,
    /// It is the user's own. If its file is missing, this is inferred from who applied it.
    pub own: bool,
    /// The direction that is running or was interrupted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
    /// How many of its statements are known to have run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub statements_done: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub statements_total: Option<usize>,
    /// The file that differs from what was applied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changed_file: Option<String>,
    /// False if another tool applied it, so nothing more is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recorded: Option<bool>,
    /// UTC, to the second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum MigrationState {
    Applied,
    Pending,
    /// Not applied, and not part of the edition that the database is meant for.
    OtherEdition,
    /// Applied, but its files are not here.
    Missing,
    /// Applied, and its file has changed since.
    Changed,
    /// Pending, although a newer one of its kind (ours, or own) is applied.
    OutOfOrder,
    /// Interrupted between two statements.
    HalfApplied,
    /// Another run is working on it.
    Running,
}

impl MigrationState {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Pending => "pending",
            Self::OtherEdition => "other-edition",
            Self::Missing => "missing",
            Self::Changed => "changed",
            Self::OutOfOrder => "out-of-order",
            Self::HalfApplied => "half-applied",
            Self::Running => "running",
        }
    }
}

impl Status {
    pub(crate) fn new(source: &Source, state: &State, under_way: Option<Holder>) -> Self {
        let mut migrations: Vec<MigrationStatus> = source
            .migrations()
            .iter()
            .map(|migration| known(source, migration, state, under_way.is_some()))
            .collect();
        for version in state.versions.iter().filter(|version| source.find(version).is_none()) {
            let name = state.entry(version).map_or(String::new(), |entry| entry.name.clone());
            let own = state.entry(version).is_some_and(is_from_this_history);
            let plain = MigrationStatus::plain(version, &name, MigrationState::Missing, own);
            migrations.push(plain.recorded(version, state));
        }
        migrations.sort_by(|a, b| a.version.cmp(&b.version));
        let ok = under_way.is_none()
            && migrations.iter().all(|migration| {
                matches!(migration.state, MigrationState::Applied | MigrationState::OtherEdition)
            });
        let line = Line::new(source);
        let goal = line.name(line.goal(state, &state.versions)).map(str::to_owned);
        let foreign_tables = line::foreign_tables(source, state);
        Self { ok, edition: edition(source, state), goal, foreign_tables, under_way, migrations }
    }

    /// Whether the tables of the edition can take rows: everything that belongs to the goal is
    /// applied as in the files. An own migration whose file is missing does not matter.
    pub fn takes_rows(&self) -> bool {
        self.migrations.iter().all(|migration| match migration.state {
            MigrationState::Applied | MigrationState::OtherEdition => true,
            MigrationState::Missing => migration.own,
            _ => false,
        })
    }
}

impl MigrationStatus {
    fn plain(version: &str, name: &str, state: MigrationState, own: bool) -> Self {
        Self {
            version: version.to_owned(),
            name: name.to_owned(),
            state,
            own,
            direction: None,
            statements_done: None,
            statements_total: None,
            changed_file: None,
            recorded: None,
            started_at: None,
            finished_at: None,
        }
    }

    fn recorded(mut self, version: &str, state: &State) -> Self {
        let row = state
            .ledger
            .get(version)
            .filter(|(entry, _)| entry.direction() == Direction::Up || entry.is_running());
        self.recorded = Some(row.is_some());
        if let Some((_, times)) = row {
            self.started_at.clone_from(&times.started_at);
            self.finished_at.clone_from(&times.finished_at);
        }
        self
    }
}

fn known(source: &Source, migration: &Migration, state: &State, under_way: bool) -> MigrationStatus {
    let plain = |kind| MigrationStatus::plain(&migration.version, &migration.name, kind, is_own(migration));
    if let Some(entry) = state.half_applied().filter(|entry| entry.version == migration.version) {
        let kind = if under_way { MigrationState::Running } else { MigrationState::HalfApplied };
        return MigrationStatus {
            direction: Some(entry.direction()),
            statements_done: Some(entry.done_count()),
            statements_total: usize::try_from(entry.statements_total).ok(),
            ..plain(kind).recorded(&migration.version, state)
        };
    }
    if state.is_applied(&migration.version) {
        let changed_file = state.changed_file(migration);
        let kind = if changed_file.is_some() { MigrationState::Changed } else { MigrationState::Applied };
        return MigrationStatus { changed_file, ..plain(kind).recorded(&migration.version, state) };
    }
    let line = Line::new(source);
    if !line.belongs(migration, line.goal(state, &state.versions)) {
        return plain(MigrationState::OtherEdition);
    }
    let late = line.overtaken_by(migration, &state.versions).is_some();
    plain(if late { MigrationState::OutOfOrder } else { MigrationState::Pending })
}

/// Whether a version without a file was applied by a version of this program that knew no more of
/// our migrations than this one: then it is not a newer one of ours, but was the user's own.
fn is_from_this_history(entry: &Entry) -> bool {
    let numbers = |version: &str| -> Option<Vec<u32>> {
        version.split(['.', '-']).take(3).map(|number| number.parse().ok()).collect()
    };
    numbers(&entry.tool_version).is_some_and(|then| numbers(env!("CARGO_PKG_VERSION")) >= Some(then))
}

fn edition(source: &Source, state: &State) -> String {
    let ours: Vec<&Migration> =
        source.migrations().iter().filter(|migration| migration.origin == Origin::Embedded).collect();
    let Some(newest) = ours.iter().rposition(|migration| state.is_applied(&migration.version)) else {
        return "none".to_owned();
    };
    let whole = ours[..=newest].iter().all(|migration| state.is_applied(&migration.version));
    let cut = state
        .half_applied()
        .is_some_and(|entry| ours.iter().any(|migration| migration.version == entry.version));
    let named = source.milestones().iter().find(|milestone| milestone.version == ours[newest].version);
    match named {
        Some(milestone) if whole && !cut => milestone.edition.clone(),
        _ => "between".to_owned(),
    }
}

//! Where a database stands, as a plain value: every migration that is known to the files or to the database.

use serde::Serialize;

use super::lock::Holder;
use super::state::State;
use super::{Direction, Migration, Origin, Source};

/// The whole picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Status {
    /// Nothing is missing, changed, out of order, cut off or under way, and nothing waits to be applied. At an
    /// edition, the migrations that lead to the next one are an offer, not a debt.
    pub ok: bool,
    /// An edition's name, `none`, or `between`.
    pub edition: String,
    /// Another run has the lock at this moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub under_way: Option<Holder>,
    /// By version.
    pub migrations: Vec<MigrationStatus>,
}

/// One migration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MigrationStatus {
    pub version: String,
    pub name: String,
    pub state: MigrationState,
    /// The direction that is under way or was cut off.
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
    /// False: another tool applied it, and nothing more is known.
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
    /// Applied, but no file of it is known here.
    Missing,
    /// Applied, and its file was changed since.
    Changed,
    /// Pending, although a newer one is applied.
    OutOfOrder,
    /// Cut off between two statements.
    HalfApplied,
    /// Another run is at it.
    Running,
}

impl MigrationState {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Pending => "pending",
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
            .map(|migration| known(migration, state, under_way.is_some()))
            .collect();
        for version in state.versions.iter().filter(|version| source.find(version).is_none()) {
            let name = state.entry(version).map_or(String::new(), |entry| entry.name.clone());
            let plain = MigrationStatus::plain(version, &name, MigrationState::Missing);
            migrations.push(plain.recorded(version, state));
        }
        migrations.sort_by(|a, b| a.version.cmp(&b.version));
        let edition = edition(source, state);
        let at_edition = source.milestones().iter().any(|milestone| milestone.edition == edition);
        let next = source.migrations().iter().find(|migration| !state.is_applied(&migration.version));
        let offered = at_edition && next.is_some_and(|migration| migration.origin == Origin::Embedded);
        let ok = under_way.is_none()
            && migrations.iter().all(|migration| match migration.state {
                MigrationState::Applied => true,
                MigrationState::Pending => offered,
                _ => false,
            });
        Self { ok, edition, under_way, migrations }
    }
}

impl MigrationStatus {
    fn plain(version: &str, name: &str, state: MigrationState) -> Self {
        Self {
            version: version.to_owned(),
            name: name.to_owned(),
            state,
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

fn known(migration: &Migration, state: &State, under_way: bool) -> MigrationStatus {
    let plain = |kind| MigrationStatus::plain(&migration.version, &migration.name, kind);
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
    let late = state.newest().is_some_and(|newest| migration.version.as_str() < newest);
    plain(if late { MigrationState::OutOfOrder } else { MigrationState::Pending })
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

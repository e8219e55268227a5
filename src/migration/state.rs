//! What a database records about itself, read at once without creating anything.

use std::collections::BTreeMap;

use super::ledger::{Entry, Times};
use super::session::Session;
use super::{Direction, Migration};
use crate::database::records::{FACTS_TABLE, LEDGER_TABLE, VERSION_TABLE};

/// The edition that a database is meant for.
pub(super) const EDITION: &str = "edition";

/// The contents of our tables, and the names of all others.
#[derive(Debug, Clone, Default)]
pub(crate) struct State {
    /// Applied versions, oldest first.
    pub versions: Vec<String>,
    pub ledger: BTreeMap<String, (Entry, Times)>,
    pub tables: Vec<String>,
    /// The recorded edition that the database is meant for.
    pub goal: Option<String>,
}

impl State {
    pub(crate) fn read(session: &mut dyn Session) -> diesel::QueryResult<Self> {
        let patience = session.patience()?;
        if patience.is_some() {
            session.set_patience(0)?;
        }
        let state = Self::read_now(session);
        if let Some(patience) = patience {
            session.set_patience(patience)?;
        }
        state
    }

    fn read_now(session: &mut dyn Session) -> diesel::QueryResult<Self> {
        let tables = session.tables()?;
        let has = |name: &str| tables.iter().any(|table| table.eq_ignore_ascii_case(name));
        let versions = if has(VERSION_TABLE) { session.versions()? } else { Vec::new() };
        let entries = if has(LEDGER_TABLE) { session.entries()? } else { Vec::new() };
        let ledger =
            entries.into_iter().map(|(entry, times)| (entry.version.clone(), (entry, times))).collect();
        let goal = if has(FACTS_TABLE) { session.property(EDITION)? } else { None };
        Ok(Self { versions, ledger, tables, goal })
    }

    pub(crate) fn is_applied(&self, version: &str) -> bool {
        self.versions.iter().any(|applied| applied == version)
    }

    pub(crate) fn entry(&self, version: &str) -> Option<&Entry> {
        self.ledger.get(version).map(|(entry, _)| entry)
    }

    /// Whether the version table already agrees with the finished migration: it is written last.
    pub(crate) fn version_agrees(&self, entry: &Entry) -> bool {
        self.is_applied(&entry.version) == (entry.direction() == Direction::Up)
    }

    /// The interrupted migration, if there is one. There is at most one: every run finishes it first.
    pub(crate) fn half_applied(&self) -> Option<&Entry> {
        self.ledger
            .values()
            .map(|(entry, _)| entry)
            .find(|entry| entry.is_running() && !self.version_agrees(entry))
    }

    /// Whether `down.sql` is the same as when the migration was applied.
    pub(crate) fn is_way_back_unchanged(&self, migration: &Migration) -> bool {
        let down = migration.down.as_ref().map(|script| &script.checksum);
        self.entry(&migration.version).is_none_or(|entry| entry.checksum_down.as_ref() == down)
    }

    /// The file that differs from what was applied.
    pub(crate) fn changed_file(&self, migration: &Migration) -> Option<String> {
        let entry = self.entry(&migration.version).filter(|entry| {
            self.is_applied(&entry.version) && !entry.is_running() && entry.direction() == Direction::Up
        })?;
        if entry.checksum_up != migration.up.checksum {
            return Some(migration.up.file.clone());
        }
        (!self.is_way_back_unchanged(migration)).then(|| format!("{}/down.sql", migration.folder))
    }
}

//! The runner's way out: finish what was cut off, take it back, accept a file that was changed, tidy the ledger.

use super::ledger::Entry;
use super::run::{Outcome, Runner, cannot_read, cannot_record};
use super::state::State;
use super::{Direction, Goal, Migration, MigrationError};
use crate::Result;

impl Runner<'_> {
    /// Finishes a migration that was cut off. With nothing to finish it does nothing.
    pub fn repair(&mut self) -> Result<Outcome> {
        self.run(&Goal::Repair)
    }

    /// Takes a migration that was cut off back to where it came from: finishes it, then runs its other direction.
    ///
    /// There is no other sound way: a `down.sql` is written for the whole of its `up.sql` and means nothing after
    /// a part of it. A migration that cannot be finished can therefore not be undone either; its cause must be
    /// corrected first. What the direction declares as lost is lost.
    pub fn undo(&mut self) -> Result<Outcome> {
        self.run(&Goal::Undo)
    }

    /// Takes the files of exactly these versions for what was applied.
    pub fn accept_changed(&mut self, versions: &[String]) -> Result<()> {
        self.locked(|runner| {
            let state = State::read(runner.session).map_err(cannot_read)?;
            let mut accepted = Vec::new();
            for version in versions {
                let changed =
                    runner.source.find(version).filter(|migration| state.changed_file(migration).is_some());
                let entry = state.entry(version);
                let (Some(migration), Some(entry)) = (changed, entry) else {
                    return Err(MigrationError::NotChanged { version: version.clone() });
                };
                let done = Entry::done(migration, Direction::Up);
                accepted.push(Entry { tool_version: entry.tool_version.clone(), ..done });
            }
            accepted.iter().try_for_each(|entry| runner.session.update(entry, false)).map_err(cannot_record())
        })
    }

    /// Rows to be written: for what another tool applied, and for runs cut off before their very last word.
    pub(super) fn untidy(&self, state: &State) -> Vec<Entry> {
        let mut rows = Vec::new();
        for (entry, _) in
            state.ledger.values().filter(|(entry, _)| entry.is_running() && state.version_agrees(entry))
        {
            let mut entry = entry.clone();
            entry.close();
            rows.push(entry);
        }
        for migration in
            self.source.migrations().iter().filter(|migration| state.is_applied(&migration.version))
        {
            let recorded = state
                .entry(&migration.version)
                .is_some_and(|e| e.is_running() || e.direction() == Direction::Up);
            if !recorded {
                rows.push(Entry::adopted(migration));
            }
        }
        rows
    }

    /// How many statements of a cut-off migration have run. The one that was under way has happened if the
    /// catalogue is no longer what it was before it.
    pub(super) fn resume_point(
        &mut self,
        migration: &Migration,
        direction: Direction,
        state: &State,
    ) -> Result<usize, MigrationError> {
        let script = migration.script(direction).ok_or_else(|| migration.irreversible())?;
        let Some(entry) = state.entry(&migration.version) else { return Ok(0) };
        let mut done = entry.done_count();
        let mut digest = entry.digest_done.as_ref();
        if entry.started_count() > done {
            let now =
                self.session.catalogue().map_err(MigrationError::engine("cannot read the catalogue"))?;
            if entry.catalogue_before.as_ref() != Some(&now) {
                done = entry.started_count();
                digest = entry.digest_started.as_ref();
            }
        }
        if done > script.statements.len() || digest != Some(&script.digest_of_first(done)) {
            return Err(MigrationError::CannotResume {
                version: migration.version.clone(),
                direction,
                done,
                total: entry.statements_total.max(0) as usize,
                file: script.file.clone(),
            });
        }
        Ok(done)
    }
}

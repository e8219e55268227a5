//! Repairs: finish or undo an interrupted migration, accept a changed file, tidy the ledger.

use super::engines::session;
use super::ledger::Entry;
use super::run::{Outcome, Runner, cannot_read, cannot_record};
use super::state::State;
use super::statement::SHOWN;
use super::{Direction, Goal, Migration, MigrationError, lost};
use crate::database::Db;
use crate::migration::Result;

/// Refuses a database with an interrupted migration that nobody is running now. Only reads.
pub fn refuse_half_applied(db: &mut Db) -> Result<()> {
    let session = session(db);
    let state = State::read(session).map_err(cannot_read)?;
    let Some(entry) = state.half_applied().filter(|_| !matches!(session.current_holder(), Ok(Some(_))))
    else {
        return Ok(());
    };
    Err(MigrationError::HalfApplied {
        version: entry.version.clone(),
        name: entry.name.clone(),
        direction: entry.direction(),
        done: entry.done_count(),
        total: usize::try_from(entry.statements_total).unwrap_or_default(),
    })
}

impl Runner<'_> {
    /// Finishes an interrupted migration. Does nothing if there is none.
    pub fn repair(&mut self) -> Result<Outcome> {
        self.run(&Goal::Repair)
    }

    /// Undoes an interrupted migration: finishes it, then runs its other direction.
    ///
    /// There is no other sound way: a `down.sql` is written for the whole of its `up.sql` and means
    /// nothing after a part of it. So a migration that cannot be finished cannot be undone either;
    /// correct its cause first. What the direction declares as lost is lost.
    pub fn undo(&mut self) -> Result<Outcome> {
        self.run(&Goal::Undo)
    }

    /// Accepts the present files of exactly these versions as what was applied.
    pub fn accept_changed(&mut self, versions: &[String]) -> Result<()> {
        self.locked(|runner| {
            let state = State::read(runner.session()).map_err(cannot_read)?;
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
            accepted
                .iter()
                .try_for_each(|entry| runner.session().update(entry, false))
                .map_err(cannot_record())
        })
    }

    /// Records how far an interrupted migration got, if only a person can find out: the statement
    /// with this number (from 1) is the next one.
    pub fn resume_from(&mut self, number: usize) -> Result<()> {
        self.locked(|runner| {
            let (migration, mut entry) = runner.cut_off()?;
            let script = migration.script(entry.direction()).ok_or_else(|| migration.irreversible())?;
            let total = script.statements.len();
            if number == 0 || number > total + 1 {
                return Err(MigrationError::NoSuchStatement { file: script.file.clone(), number, total });
            }
            entry.reach(number - 1, script.digest_of_first(number - 1));
            runner.session().update(&entry, false).map_err(cannot_record())
        })
    }

    /// Marks the interrupted migration as finished: a person has done the rest.
    pub fn take_for_done(&mut self) -> Result<String> {
        self.locked(|runner| {
            let (migration, entry) = runner.cut_off()?;
            let done = Entry::done(migration, entry.direction());
            let version = migration.version.clone();
            runner
                .session()
                .set_version(&version, entry.direction() == Direction::Up)
                .and_then(|()| runner.session().update(&done, true))
                .map_err(cannot_record())?;
            Ok(version)
        })
    }

    fn cut_off(&mut self) -> Result<(&Migration, Entry), MigrationError> {
        let state = State::read(self.session()).map_err(cannot_read)?;
        let entry = state.half_applied().cloned().ok_or(MigrationError::NothingCutOff)?;
        let source = self.source;
        let migration = source
            .find(&entry.version)
            .ok_or_else(|| MigrationError::MissingFile { version: entry.version.clone() })?;
        Ok((migration, entry))
    }

    /// Rows to write: for what another tool applied, and for runs interrupted just before their last record.
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

    /// How many statements of an interrupted migration have run. The one that was running has
    /// happened if the catalogue has changed since.
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
        let unit = script.statements.get(done..entry.started_count()).unwrap_or_default();
        if !unit.is_empty() {
            match &entry.catalogue_before {
                Some(before) => {
                    let now = self
                        .session()
                        .catalogue(script, &unit[0])
                        .map_err(MigrationError::engine("cannot read the catalogue"))?;
                    if *before != now {
                        done = entry.started_count();
                        digest = entry.digest_started.as_ref();
                    }
                }
                None => {
                    return Err(MigrationError::Uncertain {
                        file: script.file.clone(),
                        line: unit[0].line,
                        statement: unit[0].shortened(SHOWN),
                        number: done + 1,
                    });
                }
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
        lost::refuse_what_needs_the_session(self.session().dialect(), script, done)?;
        Ok(done)
    }
}

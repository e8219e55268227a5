//! Before anything that takes time, checks what a load would be refused for; and decides what to park.

use super::portion::Portions;
use super::session::Load;
use super::{LoadError, Mode};
use crate::load::Result;
use crate::sink::bulk::{Bulk, BulkError, Parked, Stage};

impl<B: Bulk> Load<'_, B> {
    /// Refuses what cannot be loaded, before anything that takes time.
    pub(super) fn expect_room(&mut self, mode: Mode) -> Result<()> {
        match mode {
            Mode::Fresh => self.expect_empty(),
            Mode::Replace => self.expect_unreferenced().map(drop),
            Mode::Append | Mode::Resume => Ok(()),
        }
    }

    pub(super) fn expect_empty(&mut self) -> Result<()> {
        for table in self.tables.clone() {
            if !self.control().rows(&format!("SELECT 1 FROM {} LIMIT 1", table.name))?.is_empty() {
                return Err(LoadError::NotEmpty { table: table.name });
            }
        }
        Ok(())
    }

    /// Refuses if an application's rows point at rows that are about to be deleted. Returns the
    /// tables that could have such rows.
    pub(super) fn expect_unreferenced(&mut self) -> Result<Vec<String>> {
        let tables = self.tables.clone();
        let others = self.control().referring(&tables)?;
        self.expect_no_rows(&others)?;
        Ok(others)
    }

    pub(super) fn expect_no_rows(&mut self, others: &[String]) -> Result<()> {
        for table in others {
            if !self.control().rows(&format!("SELECT 1 FROM {table} LIMIT 1"))?.is_empty() {
                return Err(LoadError::Referenced { table: table.clone() });
            }
        }
        Ok(())
    }

    /// What is parked until the rows are in. Next to other rows every key stays, so that an
    /// application can neither duplicate a row nor point at nothing; on a server the indexes stay too.
    pub(super) fn parked(&mut self, portions: &Portions, mode: Mode) -> Result<Vec<Parked>, BulkError> {
        let beside = mode == Mode::Append;
        if beside && !B::PARKS_BESIDE {
            return Ok(Vec::new());
        }
        let mut parked = self.control().parkable(&portions.divided)?;
        parked.retain(|parked| !beside || is_plain_index(parked));
        Ok(parked)
    }
}

/// An index that enforces nothing: without it an application can write nothing that it could not write with it.
fn is_plain_index(parked: &Parked) -> bool {
    let mut words = parked.restore.split_whitespace();
    parked.kept.stage == Stage::Index
        && !parked.drop.is_empty()
        && words.next().is_some_and(|word| word.eq_ignore_ascii_case("CREATE"))
        && words.next().is_some_and(|word| word.eq_ignore_ascii_case("INDEX"))
}

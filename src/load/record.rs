//! Begins a load: reserves its ids and records it while nobody else can write to the tables. From
//! then on no application is given one of its ids, even if the load is killed.

use std::collections::BTreeMap;

use super::begin::Begun;
use super::ours::Ours;
use super::portion::Portions;
use super::session::Load;
use super::state::{DataSet, Interrupted, Phase};
use super::{Mode, recorded};
use crate::edition::Rows;
use crate::load::Result;
use crate::sink::bulk::{Bulk, BulkError, ForeignKey, Parked, Problem};

/// A load that is about to begin.
#[derive(Clone, Copy)]
pub(super) struct NewLoad<'a> {
    pub data: &'a DataSet,
    pub portions: &'a Portions,
    pub mode: Mode,
    pub whole_chunks: u64,
}

impl<B: Bulk> Load<'_, B> {
    pub(super) fn begin<R: Rows>(&mut self, rows: &R, new: &NewLoad<'_>) -> Result<Begun> {
        let NewLoad { portions, mode, .. } = *new;
        let parked = self.parked(portions, mode)?;
        let tables = self.tables.clone();
        let pointing = self.control().foreign_keys(&tables)?;
        let others = if mode == Mode::Replace { self.expect_unreferenced()? } else { Vec::new() };
        if !B::ROLLS_BACK_DDL {
            self.journal().create()?;
        }
        let mut held = self.hold(&others, &[], mode == Mode::Replace);
        if B::ROLLS_BACK_DDL && held.is_ok() {
            held = self.journal().create();
        }
        match held {
            // Empty tables do not need the lock: an ALTER that moves a counter waits for running sessions anyway.
            Err(error)
                if mode == Mode::Fresh && B::RESERVING_WAITS && error.problem == Problem::NotAllowed =>
            {
                self.expect_empty().and_then(|()| Ok(self.reserve(&Ours::of(portions, None)?)?))
            }
            held => held.map_err(Into::into),
        }
        .inspect_err(|_| self.abandon())?;
        let recorded = self.record(rows, new, &parked, pointing, &others);
        match recorded {
            Ok(begun) => {
                self.control().release()?;
                Ok(begun)
            }
            Err(error) => {
                self.abandon();
                Err(error)
            }
        }
    }

    /// Reserves and records while the tables are held, unless they are empty and cannot be held.
    fn record<R: Rows>(
        &mut self,
        rows: &R,
        new: &NewLoad<'_>,
        parked: &[Parked],
        pointing: Vec<ForeignKey>,
        others: &[String],
    ) -> Result<Begun> {
        let NewLoad { data, portions, mode, whole_chunks } = *new;
        if mode == Mode::Fresh {
            self.expect_empty()?;
        }
        self.expect_no_rows(others)?;
        let offsets = if mode == Mode::Append { Some(self.offsets(rows)?) } else { None };
        let ours = Ours::of(portions, offsets.as_ref())?;
        let phase = if mode == Mode::Replace { Phase::Emptying } else { Phase::Parking };
        let state = Interrupted {
            data: data.clone(),
            phase,
            portions: portions.count(),
            done: 0,
            rows: Default::default(),
            offsets,
            ours,
            pointing,
            whole_chunks,
        };
        if mode == Mode::Replace {
            self.enter_phase(Phase::Emptying, self.tables.len());
            self.journal().begin(&state, parked)?;
            self.empty_held(&state.ours)?;
        } else {
            self.reserve(&state.ours)?;
            self.journal().begin(&state, parked)?;
        }
        Ok(Begun {
            phase,
            offsets: state.offsets,
            ours: state.ours,
            done: BTreeMap::new(),
            stale: Vec::new(),
        })
    }

    /// Releases the tables after a refusal. Ignores errors: the error to report is the earlier one.
    fn abandon(&mut self) {
        if B::ROLLS_BACK_DDL {
            let _ = self.control().run("ROLLBACK");
        } else {
            let _ = self.control().run("ROLLBACK").and_then(|()| self.control().release());
            let _ = self.journal().drop_tables();
        }
    }

    /// Continues an interrupted emptying.
    pub(super) fn empty_again(&mut self, ours: &Ours) -> Result<()> {
        let others = self.expect_unreferenced()?;
        self.hold(&others, &[], true)?;
        self.expect_no_rows(&others)?;
        self.empty_held(ours)?;
        Ok(self.control().release()?)
    }

    /// Deletes the old rows and what is recorded about them.
    fn empty_held(&mut self, ours: &Ours) -> Result<()> {
        let tables = self.tables.clone();
        recorded::forget(self.control())?;
        self.control().empty(&tables)?;
        Ok(self.reserve(ours)?)
    }

    pub(super) fn reserve(&mut self, ours: &Ours) -> Result<(), BulkError> {
        for table in self.tables.clone() {
            if let Some((_, last)) = ours.range(table.name).filter(|(first, last)| first <= last) {
                self.control().reserve(table, last)?;
            }
        }
        Ok(())
    }
}

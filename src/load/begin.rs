//! How a load begins: what stands in its way is looked for, its ids are reserved, and it is recorded, all while nobody
//! else can write the tables. From then on no application is given one of its ids, also if the load is killed.

use super::ours::Ours;
use super::portion::Portions;
use super::shift::Offsets;
use super::state::{self, DataSet, Interrupted, Phase};
use super::steps::Load;
use super::{LoadError, Mode, recorded};
use crate::edition::{Fact, Rows, Table};
use crate::load::Result;
use crate::sink::bulk::{Bulk, BulkError, ForeignKey, Parked, Problem, Stage};

/// Where a load goes on from.
pub(super) struct Begun {
    pub phase: Phase,
    pub offsets: Option<Offsets>,
    pub ours: Ours,
}

impl<B: Bulk> Load<'_, B> {
    /// What would be refused, looked for before anything that takes time.
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

    /// Rows of an application that point at ours would be left alone in the world. The tables that could have some.
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

    /// What waits until the rows are in. Beside rows of others every key stays, so that an application can neither
    /// double a row nor point at nothing; on a server it also keeps its indexes.
    pub(super) fn parked(&mut self, portions: &Portions, mode: Mode) -> Result<Vec<Parked>, BulkError> {
        let beside = mode == Mode::Append;
        if beside && !B::PARKS_BESIDE {
            return Ok(Vec::new());
        }
        let mut parked = self.control().parked(&portions.divided)?;
        parked.retain(|parked| !beside || is_plain_index(parked));
        Ok(parked)
    }

    pub(super) fn begin<R: Rows>(
        &mut self,
        data: &DataSet,
        rows: &R,
        portions: &Portions,
        mode: Mode,
    ) -> Result<Begun> {
        let parked = self.parked(portions, mode)?;
        let tables = self.tables.clone();
        let pointing = self.control().foreign_keys(&tables)?;
        let others = if mode == Mode::Replace { self.expect_unreferenced()? } else { Vec::new() };
        if !B::ROLLS_BACK_DDL {
            self.control().run(&state::create::<B>())?;
        }
        let mut held = self.hold(&others, &[], mode == Mode::Replace);
        if B::ROLLS_BACK_DDL && held.is_ok() {
            held = self.control().run(&state::create::<B>());
        }
        match held {
            // Into empty tables it also goes without: an ALTER that moves a counter waits for whoever is at work.
            Err(error)
                if mode == Mode::Fresh && B::RESERVING_WAITS && error.problem == Problem::NotAllowed =>
            {
                self.expect_empty().and_then(|()| Ok(self.reserve(&Ours::of(portions, None)?)?))
            }
            held => held.map_err(Into::into),
        }
        .inspect_err(|_| self.abandon())?;
        match self.record(data, rows, portions, mode, &parked, pointing, &others) {
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

    /// All of it while the tables are held, unless they are empty and cannot be held.
    #[allow(clippy::too_many_arguments, reason = "all that a record is made of, once")]
    fn record<R: Rows>(
        &mut self,
        data: &DataSet,
        rows: &R,
        portions: &Portions,
        mode: Mode,
        parked: &[Parked],
        pointing: Vec<ForeignKey>,
        others: &[String],
    ) -> Result<Begun> {
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
            whole_chunks: self.whole_chunks,
        };
        let record = state::record::<B>(&state, parked);
        if mode == Mode::Replace {
            self.tell(Phase::Emptying, self.tables.len());
            self.control().run(&record)?;
            self.empty_held(&state.ours)?;
        } else {
            self.reserve(&state.ours)?;
            self.control().run(&record)?;
        }
        Ok(Begun { phase, offsets: state.offsets, ours: state.ours })
    }

    /// Lets go of the tables after a refusal; the error to tell is the one that there was before.
    fn abandon(&mut self) {
        if B::ROLLS_BACK_DDL {
            let _ = self.control().run("ROLLBACK");
        } else {
            let _ = self.control().run("ROLLBACK").and_then(|()| self.control().release());
            let _ = self.control().run(&state::drop_tables());
        }
    }

    /// Goes on with emptying where an interruption has left it.
    pub(super) fn empty_again(&mut self, ours: &Ours) -> Result<()> {
        let others = self.expect_unreferenced()?;
        self.hold(&others, &[], true)?;
        self.expect_no_rows(&others)?;
        self.empty_held(ours)?;
        Ok(self.control().release()?)
    }

    /// The old rows go, and with them what is said of them.
    fn empty_held(&mut self, ours: &Ours) -> Result<()> {
        let tables = self.tables.clone();
        recorded::forget(self.control())?;
        self.control().empty(&tables)?;
        Ok(self.reserve(ours)?)
    }

    fn reserve(&mut self, ours: &Ours) -> Result<(), BulkError> {
        for table in self.tables.clone() {
            if let Some((_, last)) = ours.range(table.name).filter(|(first, last)| first <= last) {
                self.control().reserve(table, last)?;
            }
        }
        Ok(())
    }

    /// The ids that are in use or were given to somebody, behind which a second world goes.
    pub(super) fn offsets<R: Rows>(&mut self, rows: &R) -> Result<Offsets> {
        let mut offsets = Offsets::default();
        for table in self.tables.clone() {
            if table.has_id() {
                let last = self.control().last_id(table)?;
                offsets.keys.insert(table.name.to_owned(), last.max(0));
            }
            if table.fact == Fact::Tag {
                let sql = format!(
                    "SELECT {}, {} FROM {}",
                    table.columns[1].name, table.columns[0].name, table.name
                );
                let known = self.control().rows(&sql)?.into_iter().filter_map(|row| {
                    let [name, key] = <[Option<String>; 2]>::try_from(row).ok()?;
                    Some((name?, key?.parse().ok()?))
                });
                offsets.number_tags(rows, table, &known.collect());
            }
        }
        Ok(offsets)
    }
}

/// Where a load that was interrupted goes on; refuses a record that does not fit the rows.
pub(super) fn resumed<R: Rows>(
    found: Interrupted,
    tables: &[&'static Table],
    rows: &R,
    portions: &Portions,
) -> Result<Begun> {
    let unreadable =
        |what: &str| LoadError::Unreadable { what: format!("{what} are not those of its world") };
    if found.portions != portions.count() {
        return Err(unreadable("the portions"));
    }
    if let Some(offsets) = &found.offsets {
        let tags: u64 =
            tables.iter().filter(|table| table.fact == Fact::Tag).map(|table| rows.units(table)).sum();
        let whole = offsets.keys.values().all(|last| *last >= 0)
            && offsets.tags.len() as u64 == tags
            && offsets.tags.iter().all(|key| *key > 0);
        if !whole {
            return Err(unreadable("the offsets"));
        }
    }
    match Ours::of(portions, found.offsets.as_ref()) {
        Ok(ours) if ours == found.ours => {
            Ok(Begun { phase: found.phase, offsets: found.offsets, ours: found.ours })
        }
        _ => Err(unreadable("the ids")),
    }
}

/// An index that forbids nothing: without it an application can write nothing that it could not write with it.
fn is_plain_index(parked: &Parked) -> bool {
    let mut words = parked.restore.split_whitespace();
    parked.kept.stage == Stage::Index
        && !parked.drop.is_empty()
        && words.next().is_some_and(|word| word.eq_ignore_ascii_case("CREATE"))
        && words.next().is_some_and(|word| word.eq_ignore_ascii_case("INDEX"))
}

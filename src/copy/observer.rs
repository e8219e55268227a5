//! Watches a copy.

use std::sync::Arc;

use crate::database::Engine;
use crate::deployment;
use crate::edition::Table;
use crate::load;
use crate::plan::Part;
use crate::run;

/// How much of a table there is to move.
#[derive(Clone, Copy, Debug)]
pub struct TableAbout {
    pub table: &'static Table,
    /// About how many rows.
    pub rows: u64,
    pub units: u64,
}

/// Rows that are about to be moved.
#[derive(Clone, Copy, Debug)]
pub struct Moving<'a> {
    pub tables: &'a [TableAbout],
    /// The engine that receives them; `None` for files.
    pub engine: Option<Engine>,
}

/// Watches a copy; every method may stay empty.
pub trait Observer: deployment::Observer {
    /// Another copy or restore has the lock of the target.
    fn waits(&mut self) {}
    /// Rows are about to be moved. The returned observer watches that.
    fn moves(&mut self, _moving: Moving<'_>) -> Arc<dyn load::Observer> {
        Arc::new(())
    }
    /// Everything is done.
    fn moved(&mut self) {}
    /// Rows are about to be written into files. The returned observer watches that.
    fn writes(&mut self, _moving: Moving<'_>) -> Arc<dyn load::Observer> {
        Arc::new(())
    }
    /// The rows at both ends are about to be compared. The returned observer watches that.
    fn compares(&mut self, _moving: Moving<'_>) -> Arc<dyn load::Observer> {
        Arc::new(())
    }
    fn compared(&mut self) {}
}

/// Ignores everything.
impl Observer for () {}

/// Passes the events of a run to the observer of a load.
pub(super) struct Passed(pub Arc<dyn load::Observer>);

impl run::Observer for Passed {
    fn begin(&self, part: &Part) {
        self.0.begin(part);
    }

    fn delivered(&self, part: &Part, units: u64, rows: u64) {
        self.0.delivered(part, units, rows);
    }

    fn end(&self, part: &Part) {
        self.0.end(part);
    }
}

//! Sees how a copy goes.

use std::sync::Arc;

use crate::database::Engine;
use crate::deployment;
use crate::edition::Table;
use crate::load;

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
    /// The engine that takes them.
    pub engine: Engine,
}

/// Sees what happens; every method may stay empty.
pub trait Observer: deployment::Observer {
    /// Rows are about to be moved: the answer sees how it goes.
    fn moves(&mut self, _moving: Moving<'_>) -> Arc<dyn load::Observer> {
        Arc::new(())
    }
    /// Everything is done.
    fn moved(&mut self) {}
    /// The rows at both ends are about to be compared: the answer sees how it goes.
    fn compares(&mut self, _moving: Moving<'_>) -> Arc<dyn load::Observer> {
        Arc::new(())
    }
    fn compared(&mut self) {}
}

/// Sees nothing.
impl Observer for () {}

//! Reports tables as their portions begin and end, and what would be loaded again if the load stopped now.

use super::Observer;
use super::portion::Portions;
use crate::plan::Part;
use crate::run;

/// Passes the events of a run to the observer of the load.
pub(super) struct Tell<'a> {
    observer: &'a dyn Observer,
    portions: &'a Portions,
}

impl<'a> Tell<'a> {
    pub(super) fn new(observer: &'a dyn Observer, portions: &'a Portions) -> Self {
        Self { observer, portions }
    }
}

impl run::Observer for Tell<'_> {
    fn begin(&self, part: &Part) {
        let table = part.table.name;
        if self.portions.is_whole(table) {
            self.observer.whole(table, true);
        }
        self.observer.begin(part);
    }

    fn delivered(&self, part: &Part, units: u64, rows: u64) {
        self.observer.delivered(part, units, rows);
    }

    fn end(&self, part: &Part) {
        let table = part.table.name;
        if self.portions.is_whole(table) {
            self.observer.whole(table, false);
        }
        self.observer.end(part);
        self.observer.step(table);
    }
}

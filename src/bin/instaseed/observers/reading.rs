//! The bar of the table that is being read, for a check and for a report.

use crate::output::{Bar, Counter, Output, Progress};
use instaseed::check;
use instaseed::edition::Table;

/// A bar for the table at hand.
pub struct ReadingProgress {
    progress: Progress,
    bar: Option<Bar>,
}

impl ReadingProgress {
    pub fn new(out: &Output) -> ReadingProgress {
        ReadingProgress { progress: out.progress(), bar: None }
    }

    /// Takes the bars off the screen.
    pub fn clear(&self) {
        self.progress.clear();
    }
}

impl check::Progress for ReadingProgress {
    fn begin(&mut self, table: &'static Table) {
        let bar = self.progress.bar(table.name, Counter::new(None));
        bar.begin();
        self.bar = Some(bar);
    }

    fn rows(&mut self, rows: u64) {
        if let Some(bar) = &self.bar {
            bar.add(0, rows);
        }
    }

    fn end(&mut self, _table: &'static Table) {
        if let Some(bar) = &self.bar {
            bar.finish();
        }
    }
}

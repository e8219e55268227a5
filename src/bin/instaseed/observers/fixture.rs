//! Shows on standard error how a fixture is built; standard output is for its name.

use super::load::LoadProgress;
use crate::output::{Output, escape_line};
use instaseed::deployment::{self, Loading};
use instaseed::fixture::{self, FixtureError};
use instaseed::{load, migration};
use std::sync::Arc;
use std::time::Duration;

/// A shorter wait is not worth a line.
const SHORT: Duration = Duration::from_secs(1);

/// Shows how a fixture is built.
pub struct FixtureProgress<'a> {
    out: &'a Output,
    has_waited: bool,
    load: Option<Arc<LoadProgress>>,
}

impl<'a> FixtureProgress<'a> {
    pub fn new(out: &'a Output) -> FixtureProgress<'a> {
        FixtureProgress { out, has_waited: false, load: None }
    }
}

impl migration::Observer for FixtureProgress<'_> {}

impl deployment::Observer for FixtureProgress<'_> {
    fn loads(&mut self, load: Loading<'_>) -> Arc<dyn load::Observer> {
        let progress = Arc::new(LoadProgress::new(load.world, load.edition, load.target.engine(), self.out));
        self.load = Some(Arc::clone(&progress));
        progress
    }

    fn loaded(&mut self, _: bool) {
        if let Some(progress) = self.load.take() {
            progress.clear();
        }
    }
}

impl fixture::Observer for FixtureProgress<'_> {
    fn waits(&mut self, name: &str, waited: Duration) {
        if !self.has_waited && waited >= SHORT {
            self.has_waited = true;
            self.out.note(format_args!("waiting for another process that builds {name}"));
        }
    }

    fn replaces(&mut self, error: &FixtureError) {
        self.out.note(format_args!("{}: it is built again", escape_line(&error.to_string())));
    }

    fn builds(&mut self, name: &str, place: &str) {
        self.out.note(format_args!("building {name} in {}", escape_line(place)));
    }
}

//! What `copy`, `backup` and `restore` show, and what a signal does to them.

use super::load::LoadProgress;
use super::migration::MigrationProgress;
use crate::failure::Failure;
use crate::interrupt::{self, Work};
use instaseed::copy::{CopyError, Moving, Observer};
use instaseed::database::Engine;
use instaseed::load::{self, LoadError, Phase};
use instaseed::run::RunError;
use instaseed::sink::SinkError;
use std::sync::Arc;

impl Observer for MigrationProgress<'_> {
    fn waits(&mut self) {
        self.out.note("waiting for another copy or restore into this database");
    }

    fn moves(&mut self, moving: Moving<'_>) -> Arc<dyn load::Observer> {
        let progress = self.bars(moving);
        self.watch(&progress);
        progress
    }

    fn writes(&mut self, moving: Moving<'_>) -> Arc<dyn load::Observer> {
        let progress = self.bars(moving);
        let stopped = || CopyError::Stopped.into();
        self.deploying.work = Some(interrupt::begin_telling(Work::Generating, stopped));
        self.deploying.load = Some(Arc::clone(&progress));
        load::Observer::phase(&*progress, Phase::Loading, moving.tables.len());
        progress
    }

    fn moved(&mut self) {
        interrupt::done();
        self.compared();
    }

    fn compares(&mut self, moving: Moving<'_>) -> Arc<dyn load::Observer> {
        self.compared();
        let progress = self.bars(moving);
        self.watch(&progress);
        load::Observer::phase(&*progress, Phase::Verifying, moving.tables.len());
        progress
    }

    fn compared(&mut self) {
        if let Some(progress) = self.deploying.load.take() {
            progress.clear();
        }
        self.deploying.work = None;
    }
}

impl MigrationProgress<'_> {
    /// The failure that an error of a copy is, with what it has left.
    pub fn failed_copy(&mut self, error: CopyError) -> Failure {
        self.compared();
        match error {
            CopyError::Deployment(error) => self.failure(error),
            CopyError::Load(LoadError::Bulk(error))
            | CopyError::Run(RunError::Sink(SinkError::Bulk(error))) => Failure::CopyCutOff { error },
            CopyError::Load(error) if error.hint().is_some() => Failure::CopyLoad { error },
            error => error.into(),
        }
    }

    fn bars(&self, moving: Moving<'_>) -> Arc<LoadProgress> {
        // The pace of files is that of no engine: any is as good.
        let engine = moving.engine.unwrap_or(Engine::ALL[0]);
        Arc::new(LoadProgress::of(moving.tables, engine, self.out))
    }

    fn watch(&mut self, progress: &Arc<LoadProgress>) {
        let stopped = || CopyError::Stopped.into();
        self.deploying.work = Some(interrupt::begin_telling(Work::Loading, stopped));
        self.deploying.load = Some(Arc::clone(progress));
    }
}

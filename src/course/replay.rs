//! Another round: the same exercises on other data.

use super::{Course, Options, Result, database, state_file};
use crate::database::{Db, exists};
use crate::deployment::{Observer, ResetPlan};
use crate::edition::Edition;

/// A round that is about to start, and what happens to the learner's database.
pub struct Replay {
    pub seed: u64,
    options: Options,
    /// What is removed; nothing where the database is not there.
    reset: Option<(Db, ResetPlan)>,
}

impl Replay {
    /// The rows and tables that go, and whether the database is protected.
    pub fn removes(&self) -> Option<&ResetPlan> {
        self.reset.as_ref().map(|(_, plan)| plan)
    }
}

impl Course {
    /// What another round would do. Changes nothing.
    pub fn plan_replay(&self, options: &Options, observer: &mut dyn Observer) -> Result<Replay> {
        let reset = match exists(self.target())? {
            false => None,
            true => {
                let mut db = Db::connect(self.target())?;
                let profile = database::profile(options.seed)?;
                // A file is this course's alone; a server's database may have tables of somebody else.
                let whole = self.engine().is_file();
                let plan = database::deployment(self.target(), options)?.plan_reset(
                    &mut db,
                    Some(Edition::Course),
                    Some(&profile),
                    whole,
                    observer,
                )?;
                Some((db, plan))
            }
        };
        Ok(Replay { seed: options.seed, options: options.clone(), reset })
    }

    /// Builds the learner's database with other data, then starts the round. Answers and earlier rounds are kept. The caller
    /// must have asked for consent.
    pub fn replay(&self, replay: Replay, observer: &mut dyn Observer) -> Result<u32> {
        let Replay { seed, options, reset } = replay;
        match reset {
            Some((db, plan)) => {
                database::deployment(self.target(), &options)?.reset(db, plan, observer)?;
            }
            None => {
                database::set_up(self.target(), seed, &options, observer)?;
            }
        }
        state_file::change(&self.folder, |state| {
            let number = state.round() + 1;
            state.rounds.entry(number).or_default().seed = seed;
            self.catalogue.digest().clone_into(&mut state.digest);
            number
        })
    }
}

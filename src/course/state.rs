//! What a course records: its settings, and what was done with each exercise in each round.

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use super::Standing;
use crate::time::Time;

/// What is recorded about a course.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    /// The version of the program that wrote it.
    pub tool: String,
    /// The name of the engine.
    pub engine: String,
    /// A file relative to the folder, or a URL without a password.
    pub database: String,
    /// The folder of the exercises, relative to the course; `None` for the built-in ones.
    pub catalogue: Option<String>,
    /// SHA-256 of the exercises.
    pub digest: String,
    /// By number, from 1; the last one is the current one.
    pub rounds: BTreeMap<u32, Round>,
    /// Lines that this version does not know, by the section that they are in.
    pub(super) others: Vec<(String, String)>,
}

/// The exercises on one set of data.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Round {
    pub seed: u64,
    /// By the id of the exercise, including exercises that no longer exist.
    pub entries: BTreeMap<String, Entry>,
}

/// What was done with an exercise.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    /// How many times it was checked until it was right.
    pub attempts: u64,
    /// How many hints were taken.
    pub hints: usize,
    pub passed_at: Option<Time>,
    /// The solution was seen before passing.
    pub solution: bool,
}

impl State {
    /// The seed of the current round.
    pub fn seed(&self) -> u64 {
        self.rounds.last_key_value().map_or(0, |(_, round)| round.seed)
    }

    /// The smallest seed above 1 that no round has used, for the next round.
    pub fn unused_seed(&self) -> u64 {
        let is_used = |seed: &u64| self.rounds.values().any(|round| round.seed == *seed);
        (2..).find(|seed| !is_used(seed)).unwrap_or(2)
    }

    /// The number of the current round.
    pub fn round(&self) -> u32 {
        self.rounds.last_key_value().map_or(1, |(number, _)| *number)
    }

    /// What was done with an exercise in this round.
    pub fn entry(&self, id: &str) -> Entry {
        let round = self.rounds.last_key_value();
        round.and_then(|(_, round)| round.entries.get(id)).cloned().unwrap_or_default()
    }

    pub(super) fn entry_mut(&mut self, id: &str) -> &mut Entry {
        let number = self.round();
        self.rounds.entry(number).or_default().entries.entry(id.to_owned()).or_default()
    }
}

impl Entry {
    pub fn standing(&self) -> Standing {
        match (self.passed_at, self.attempts) {
            (Some(_), _) => Standing::Passed,
            (None, 0) => Standing::Todo,
            (None, _) => Standing::Tried,
        }
    }

    /// What two copies of a line say together.
    pub(super) fn merge(self, other: Entry) -> Entry {
        Entry {
            attempts: self.attempts.max(other.attempts),
            hints: self.hints.max(other.hints),
            passed_at: [self.passed_at, other.passed_at].into_iter().flatten().min(),
            solution: self.solution || other.solution,
        }
    }
}

/// This second.
pub(super) fn now() -> Time {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Time(u32::try_from(since.as_secs()).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_round_has_a_seed_of_its_own() {
        let of = |seeds: &[u64]| {
            let rounds =
                (1..).zip(seeds).map(|(number, seed)| (number, Round { seed: *seed, ..Round::default() }));
            State { rounds: rounds.collect(), ..State::default() }.unused_seed()
        };
        assert_eq!([of(&[1]), of(&[1, 2]), of(&[2, 3, 7]), of(&[])], [2, 3, 4, 2]);
    }
}

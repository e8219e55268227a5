//! How much a learner has passed, by chapter and by concept.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Course, Listed, Result, Standing};

/// How much of a course is passed in this round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Progress {
    pub round: u32,
    pub seed: u64,
    pub exercises: usize,
    pub passed: usize,
    pub tried: usize,
    /// The points of the exercises that are passed.
    pub points: u32,
    pub most_points: u32,
    pub hints: usize,
    /// How many solutions were seen before the exercise was passed.
    pub solutions: usize,
    pub chapters: Vec<Share>,
    /// By name.
    pub concepts: Vec<Share>,
    pub earlier: Vec<EarlierRound>,
}

/// How much of some exercises is passed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Share {
    pub name: String,
    pub title: String,
    pub passed: usize,
    pub exercises: usize,
}

/// A round before this one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EarlierRound {
    pub round: u32,
    pub seed: u64,
    pub passed: usize,
}

impl Share {
    fn of<'a>(name: &str, title: &str, exercises: impl Iterator<Item = &'a Listed<'a>>) -> Share {
        let mut share = Share { name: name.to_owned(), title: title.to_owned(), passed: 0, exercises: 0 };
        exercises.for_each(|one| share.add(one));
        share
    }

    fn add(&mut self, one: &Listed<'_>) {
        self.exercises += 1;
        self.passed += usize::from(one.standing == Standing::Passed);
    }
}

impl Course {
    /// How much of the course is passed.
    pub fn progress(&self) -> Result<Progress> {
        let state = self.state()?;
        let listed = self.exercises()?;
        let is = |standing| move |one: &&Listed<'_>| one.standing == standing;
        let passed = || listed.iter().filter(is(Standing::Passed));
        let chapters = self.catalogue.chapters().iter().map(|chapter| {
            let own = listed.iter().filter(|one| one.exercise.chapter == chapter.name);
            Share::of(&chapter.name, &chapter.title, own)
        });
        let mut concepts: BTreeMap<&str, Share> = BTreeMap::new();
        for one in &listed {
            for name in &one.exercise.concepts {
                let share = concepts.entry(name).or_insert_with(|| Share::of(name, name, [].iter()));
                share.add(one);
            }
        }
        let current = state.round();
        let earlier = state.rounds.iter().filter(|(number, _)| **number < current);
        Ok(Progress {
            round: current,
            seed: state.seed(),
            exercises: listed.len(),
            passed: passed().count(),
            tried: listed.iter().filter(is(Standing::Tried)).count(),
            points: passed().map(|one| one.exercise.points).sum(),
            most_points: listed.iter().map(|one| one.exercise.points).sum(),
            hints: listed.iter().map(|one| one.entry.hints).sum(),
            solutions: listed.iter().filter(|one| one.entry.solution).count(),
            chapters: chapters.filter(|share| share.exercises > 0).collect(),
            concepts: concepts.into_values().collect(),
            earlier: earlier
                .map(|(number, round)| EarlierRound {
                    round: *number,
                    seed: round.seed,
                    passed: round.entries.values().filter(|entry| entry.passed_at.is_some()).count(),
                })
                .collect(),
        })
    }
}

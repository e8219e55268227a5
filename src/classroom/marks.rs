//! The result of one student, from which every format is made. It contains everything that a regrade needs.

use serde::Serialize;

use super::points::Points;
use super::seeds::SeedRule;
use crate::grade::{Outcome, Verdict};

/// The name and version of this format.
pub const SCHEMA: &str = "instaseed.grade/v1";

/// What one student earned.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Marks {
    pub schema: &'static str,
    /// The version of this program.
    pub tool: &'static str,
    /// The digest of the exercises.
    pub catalogue: String,
    pub student: String,
    /// How the data sets were chosen.
    pub seeds: SeedRule,
    pub engine: &'static str,
    /// UTC, `YYYY-MM-DDTHH:MM:SSZ`.
    pub graded_at: String,
    pub score: Points,
    pub max_score: Points,
    pub exercises: Vec<Mark>,
    /// What was submitted and is not graded.
    pub notes: Vec<String>,
}

/// What one answer earned.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Mark {
    pub id: String,
    pub number: usize,
    pub title: String,
    pub chapter: String,
    pub points: Points,
    pub max_points: Points,
    pub verdict: Outcome,
    /// The name of the known mistake.
    pub mistake: Option<String>,
    /// One sentence, if students may see the reason.
    pub message: Option<String>,
    /// All that a student may see, as lines of text.
    pub feedback: Option<String>,
    /// How long judging took.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
    /// The data set.
    pub profile: String,
    pub edition: &'static str,
    pub seed: u64,
}

impl Mark {
    pub fn is_correct(&self) -> bool {
        self.verdict == Outcome::Correct
    }

    /// `21. Likes and comments of each photo`.
    pub fn heading(&self) -> String {
        format!("{}. {}", self.number, self.title)
    }
}

impl Marks {
    /// How many answers have this outcome.
    pub fn count(&self, outcome: Outcome) -> usize {
        self.exercises.iter().filter(|mark| mark.verdict == outcome).count()
    }

    /// How long judging took, if it is recorded.
    pub fn seconds(&self) -> Option<f64> {
        self.exercises.iter().map(|mark| mark.seconds).sum()
    }
}

/// The word for an outcome, as in JSON.
pub fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Correct => "correct",
        Outcome::Wrong => "wrong",
        Outcome::Error => "error",
        Outcome::Refused => "refused",
        Outcome::TooSlow => "too_slow",
        Outcome::Missing => "missing",
    }
}

/// The part of the points that a verdict earns.
pub(super) fn share(verdict: &Verdict, partial: bool) -> f64 {
    match (verdict.outcome, partial) {
        (Outcome::Correct, _) => 1.0,
        (Outcome::Wrong, true) => verdict.share,
        _ => 0.0,
    }
}

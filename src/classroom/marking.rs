//! Marks a class: every answer once, on all cores, with the same result for any number of threads.
//!
//! The work is divided into pieces of one data set and one exercise, in this order, so each thread has one data set open at a
//! time. Equal answers to the same exercise on the same data are judged once.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

use super::details::{Details, not_judged};
use super::error::{ClassroomError, Result};
use super::marks::{Mark, Marks, SCHEMA, share};
use super::points::Points;
use super::seeds::Seeds;
use super::submission::{Handed, Submission};
use super::weights::Weights;
use crate::database::Engine;
use crate::exercise::{Catalogue, Exercise};
use crate::grade::{GradeError, Grader, Outcome, Settings, Verdict};
use crate::time::Time;

/// How a class is marked.
#[derive(Debug, Clone)]
pub struct Marking<'a> {
    pub catalogue: &'a Catalogue,
    pub weights: Weights,
    pub seeds: Seeds,
    /// Whether an answer that is partly right earns some of the points.
    pub partial: bool,
    pub details: Details,
    pub engine: Engine,
    /// Where answers are judged; the seed in it is not used.
    pub settings: Settings,
    pub graded_at: Time,
    /// Whether to record how long judging took, which differs from run to run.
    pub timed: bool,
    pub threads: usize,
}

/// Watches the marking; called from any thread.
pub trait Observer: Sync {
    /// This many of all answers are marked.
    fn marked(&self, answers: usize, of: usize) {
        let _ = (answers, of);
    }
}

impl Observer for () {}

/// Judges answers on one data set.
pub(super) trait Judge {
    fn judge(&mut self, exercise: &Exercise, text: &str) -> Result<Verdict, GradeError>;
}

impl Judge for Grader {
    fn judge(&mut self, exercise: &Exercise, text: &str) -> Result<Verdict, GradeError> {
        self.check(exercise, text)
    }
}

/// One exercise on one data set: the students' answers by text, each with the students who gave it.
struct Piece<'a> {
    seed: u64,
    exercise: &'a Exercise,
    answers: BTreeMap<&'a str, Vec<usize>>,
}

/// What was found about an answer, and how long that took.
type Judged = (Verdict, f64);

impl Marking<'_> {
    /// Marks all submissions, in their order.
    pub fn mark(&self, submissions: &[Submission], observer: &dyn Observer) -> Result<Vec<Marks>> {
        let judge = |seed| {
            let examples = self.settings.examples && self.details.has_examples();
            Grader::new(Settings { seed, examples, ..self.settings.clone() })
        };
        self.mark_with(submissions, observer, judge)
    }

    /// What the students would get without any answer, to find out whether results can be written.
    pub fn blank(&self, submissions: &[Submission]) -> Vec<Marks> {
        let graded = self.weights.of(self.catalogue, self.engine);
        let missing = (not_judged(Outcome::Missing, None), 0.0);
        let of = |submission: &Submission| {
            let mark = |(exercise, points): &(&Exercise, Points)| self.one(exercise, *points, 0, &missing);
            self.sum_up(submission, graded.iter().map(mark).collect())
        };
        submissions.iter().map(of).collect()
    }

    pub(super) fn mark_with<J: Judge>(
        &self,
        submissions: &[Submission],
        observer: &dyn Observer,
        judge: impl Fn(u64) -> Result<J, GradeError> + Sync,
    ) -> Result<Vec<Marks>> {
        let graded = self.weights.of(self.catalogue, self.engine);
        let (pieces, of) = self.pieces(submissions, &graded);
        let (next, done, failed) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicBool::new(false));
        let found: Mutex<BTreeMap<(usize, &str), Judged>> = Mutex::default();
        let error: Mutex<Option<(usize, GradeError)>> = Mutex::new(None);
        let work = || {
            let mut open: Option<(u64, J)> = None;
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some(piece) = pieces.get(at).filter(|_| !failed.load(Ordering::Relaxed)) else { return };
                let judged = piece.judge(&mut open, &judge, |students| {
                    observer.marked(done.fetch_add(students, Ordering::Relaxed) + students, of);
                });
                match judged {
                    Ok(judged) => {
                        lock(&found).extend(judged.into_iter().map(|(text, judged)| ((at, text), judged)));
                    }
                    Err(source) => {
                        failed.store(true, Ordering::Relaxed);
                        let mut first = lock(&error);
                        if first.as_ref().is_none_or(|(before, _)| at < *before) {
                            *first = Some((at, source));
                        }
                    }
                }
            }
        };
        thread::scope(|scope| {
            for _ in 1..self.threads.clamp(1, pieces.len().max(1)) {
                scope.spawn(work);
            }
            work();
        });
        if let Some((_, source)) = error.into_inner().unwrap_or_else(PoisonError::into_inner) {
            return Err(ClassroomError::Grade(source));
        }
        let found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
        let by_place: BTreeMap<(u64, usize), usize> =
            pieces.iter().enumerate().map(|(at, piece)| ((piece.seed, piece.exercise.number), at)).collect();
        Ok(submissions
            .iter()
            .map(|submission| {
                let mark = |(exercise, points): &(&Exercise, Points)| {
                    let seed = self.seeds.of(&submission.student, &exercise.id);
                    let judged = match self.to_judge(submission, exercise) {
                        Ok(text) => {
                            let at = by_place.get(&(seed, exercise.number));
                            at.and_then(|at| found.get(&(*at, text))).cloned()
                        }
                        Err(verdict) => Some((*verdict, 0.0)),
                    };
                    let judged = judged.unwrap_or_else(|| (not_judged(Outcome::Missing, None), 0.0));
                    self.one(exercise, *points, seed, &judged)
                };
                self.sum_up(submission, graded.iter().map(mark).collect())
            })
            .collect())
    }

    /// All work, by seed and exercise, and how many answers there are.
    fn pieces<'a>(
        &'a self,
        submissions: &'a [Submission],
        graded: &[(&'a Exercise, Points)],
    ) -> (Vec<Piece<'a>>, usize) {
        let mut pieces: BTreeMap<(u64, usize), Piece<'a>> = BTreeMap::new();
        let mut answers = 0;
        for (at, submission) in submissions.iter().enumerate() {
            for (exercise, _) in graded {
                let Ok(text) = self.to_judge(submission, exercise) else { continue };
                let seed = self.seeds.of(&submission.student, &exercise.id);
                let piece = pieces.entry((seed, exercise.number)).or_insert_with(|| Piece {
                    seed,
                    exercise,
                    answers: BTreeMap::new(),
                });
                piece.answers.entry(text).or_default().push(at);
                answers += 1;
            }
        }
        (pieces.into_values().collect(), answers)
    }

    /// The text to judge, or the verdict on what cannot be judged: nothing, an untouched file, no text.
    fn to_judge<'a>(&self, submission: &'a Submission, exercise: &Exercise) -> Result<&'a str, Box<Verdict>> {
        match submission.answers.get(&exercise.id) {
            None => Err(Box::new(not_judged(Outcome::Missing, None))),
            Some(Handed::Unusable(why)) => Err(Box::new(not_judged(Outcome::Refused, Some(why)))),
            Some(Handed::Text(text)) => {
                let text = text.trim();
                match text.is_empty() || text == exercise.start(self.engine).trim() {
                    true => Err(Box::new(not_judged(Outcome::Missing, None))),
                    false => Ok(text),
                }
            }
        }
    }

    fn one(&self, exercise: &Exercise, most: Points, seed: u64, (verdict, seconds): &Judged) -> Mark {
        Mark {
            id: exercise.id.clone(),
            number: exercise.number,
            title: exercise.title.clone(),
            chapter: exercise.chapter.clone(),
            points: most.part(share(verdict, self.partial)),
            max_points: most,
            verdict: verdict.outcome,
            mistake: self.details.mistake(verdict).map(|mistake| mistake.name.clone()),
            message: self.details.message(verdict),
            feedback: self.details.feedback(verdict),
            seconds: self.timed.then(|| (seconds * 1000.0).round() / 1000.0),
            profile: exercise.profile.clone(),
            edition: exercise.edition.name(),
            seed,
        }
    }

    fn sum_up(&self, submission: &Submission, exercises: Vec<Mark>) -> Marks {
        Marks {
            schema: SCHEMA,
            tool: env!("CARGO_PKG_VERSION"),
            catalogue: format!("sha256:{}", self.catalogue.digest()),
            student: submission.student.clone(),
            seeds: self.seeds.rule(),
            engine: self.engine.name(),
            graded_at: format!("{}Z", self.graded_at.to_string().replace(' ', "T")),
            score: exercises.iter().map(|mark| mark.points).sum(),
            max_score: exercises.iter().map(|mark| mark.max_points).sum(),
            exercises,
            notes: submission.notes.clone(),
        }
    }
}

impl<'a> Piece<'a> {
    fn judge<J: Judge>(
        &self,
        open: &mut Option<(u64, J)>,
        judge: impl Fn(u64) -> Result<J, GradeError>,
        marked: impl Fn(usize),
    ) -> Result<Vec<(&'a str, Judged)>, GradeError> {
        let mut judged = Vec::with_capacity(self.answers.len());
        for (text, students) in &self.answers {
            let here = match open {
                Some((seed, here)) if *seed == self.seed => here,
                _ => {
                    // The other data set goes before there is another.
                    *open = None;
                    &mut open.insert((self.seed, judge(self.seed)?)).1
                }
            };
            let begun = Instant::now();
            let verdict = here.judge(self.exercise, text)?;
            judged.push((*text, (verdict, begun.elapsed().as_secs_f64())));
            marked(students.len());
        }
        Ok(judged)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

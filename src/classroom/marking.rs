//! Marks a class: every answer once, on all cores, with the same result for any number of threads.
//!
//! The work is divided into pieces of one data set and one exercise, in this order, so each thread has one data set open at a
//! time. Equal answers to the same exercise on the same data are judged once.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::details::{Details, not_judged};
use super::error::{ClassroomError, Result};
use super::marks::{Mark, Marks, SCHEMA, share};
use super::points::Points;
use super::seeds::Seeds;
use super::submission::{Handed, Submission};
use super::weights::Weights;
use crate::database::Engine;
use crate::exercise::{Catalogue, Exercise};
use crate::grade::{GradeError, Grader, Outcome, Settings, Verdict, parallel};
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

/// How long an example is searched for. Results must not depend on how busy the machine is: on SQLite, a limit on counted work
/// ends the search long before.
const PATIENCE: Duration = Duration::from_secs(60);

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
            Ok(Grader::new(Settings { seed, examples, ..self.settings.clone() })?.patience(PATIENCE))
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
        let done = AtomicUsize::new(0);
        let work = |open: &mut Option<(u64, J)>, piece: &Piece<'_>| {
            let marked = |students| {
                observer.marked(done.fetch_add(students, Ordering::Relaxed) + students, of);
            };
            let judged = piece.judge(open, &judge, marked);
            let judged = judged.map_err(|(student, source)| match source.may_be_the_answers_fault() {
                true => ClassroomError::Answer {
                    student: submissions[student].student.clone(),
                    exercise: piece.exercise.id.clone(),
                    source,
                },
                false => ClassroomError::Grade(source),
            })?;
            let judged = judged.into_iter().map(|(text, judged)| (text.to_owned(), judged));
            Ok::<BTreeMap<String, Judged>, ClassroomError>(judged.collect())
        };
        let found = parallel::each(self.threads, &pieces, || None, work, |_| {})?;
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
                            at.and_then(|at| found[*at].get(text)).cloned()
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
            Some(Handed::Text(text)) => match exercise.is_begun(self.engine, text) {
                true => Ok(text.trim()),
                false => Err(Box::new(not_judged(Outcome::Missing, None))),
            },
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
    /// Judges each answer once. An error names the first student who gave the answer.
    fn judge<J: Judge>(
        &self,
        open: &mut Option<(u64, J)>,
        judge: impl Fn(u64) -> Result<J, GradeError>,
        marked: impl Fn(usize),
    ) -> Result<Vec<(&'a str, Judged)>, (usize, GradeError)> {
        let mut judged = Vec::with_capacity(self.answers.len());
        for (text, students) in &self.answers {
            let of_first = |source| (students.first().copied().unwrap_or_default(), source);
            let here = match open {
                Some((seed, here)) if *seed == self.seed => here,
                _ => {
                    // The other data set goes before there is another.
                    *open = None;
                    &mut open.insert((self.seed, judge(self.seed).map_err(of_first)?)).1
                }
            };
            let begun = Instant::now();
            let verdict = here.judge(self.exercise, text).map_err(of_first)?;
            judged.push((*text, (verdict, begun.elapsed().as_secs_f64())));
            marked(students.len());
        }
        Ok(judged)
    }
}

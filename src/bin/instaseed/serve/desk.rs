//! What the routes work on: the course, its grader, the secrets, and the attempts of this session.

use super::connections::Limits;
use super::keys::Keys;
use super::view::{Attempt, Column, Shape};
use crate::failure::Failure;
use instaseed::course::{Course, CourseError, Saved};
use instaseed::exercise::Exercise;
use instaseed::grade::{GradeError, Grader, Table, TableInfo};
use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use tokio::sync::{Semaphore, broadcast};

/// How many rows of a table are shown.
const FIRST_ROWS: usize = 5;
/// How many attempts of an exercise are remembered.
const MOST_ATTEMPTS: usize = 50;
/// How many changes may wait for a slow browser.
const MOST_NEWS: usize = 64;

/// A change that is sent to browsers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// The answer to this exercise has another digest.
    Answer { id: String, digest: String },
    /// An exercise was passed, or a hint was taken.
    Progress,
}

/// Everything that the routes share.
pub struct Desk {
    pub port: u16,
    pub keys: Keys,
    pub course: Course,
    pub limits: Limits,
    /// Lets one answer be judged at a time.
    pub turn: Arc<Semaphore>,
    pub news: broadcast::Sender<News>,
    entered: mpsc::Sender<()>,
    grader: Mutex<Option<Grader>>,
    /// By the id of the exercise.
    shapes: Mutex<BTreeMap<String, Vec<Shape>>>,
    tried: Mutex<BTreeMap<String, Vec<Attempt>>>,
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Desk").field("port", &self.port).finish_non_exhaustive()
    }
}

impl Desk {
    pub fn new(course: Course, port: u16, limits: Limits, entered: mpsc::Sender<()>) -> io::Result<Desk> {
        Ok(Desk {
            port,
            keys: Keys::new()?,
            course,
            limits,
            turn: Arc::new(Semaphore::new(1)),
            news: broadcast::Sender::new(MOST_NEWS),
            entered,
            grader: Mutex::default(),
            shapes: Mutex::default(),
            tried: Mutex::default(),
        })
    }

    /// Called when a browser has used the link.
    pub fn has_entered(&self) {
        // Nobody may be listening any more.
        let _ = self.entered.send(());
    }

    /// Works with the grader. It is created when it is first needed, and again after the learner has started another round.
    pub fn grade<T>(&self, work: impl FnOnce(&mut Grader) -> Result<T, GradeError>) -> Result<T, Failure> {
        let mut grader = locked(&self.grader);
        let settings = self.course.grading()?;
        if grader.as_ref().is_none_or(|grader| grader.settings().seed != settings.seed) {
            locked(&self.shapes).clear();
            *grader = Some(Grader::new(settings)?);
        }
        match grader.as_mut() {
            Some(grader) => Ok(work(grader)?),
            None => unreachable!("it was just made"),
        }
    }

    /// The tables of an exercise.
    pub fn shapes(&self, exercise: &Exercise) -> Result<Vec<Shape>, Failure> {
        let known = locked(&self.shapes).get(&exercise.id).cloned();
        if let Some(shapes) = known {
            return Ok(shapes);
        }
        let tables = self.grade(|grader| grader.tables(exercise, FIRST_ROWS))?;
        let shapes: Vec<Shape> = tables.into_iter().map(shape).collect();
        locked(&self.shapes).insert(exercise.id.clone(), shapes.clone());
        Ok(shapes)
    }

    /// The attempts of this session, the oldest first.
    pub fn tried(&self, exercise: &Exercise) -> Vec<Attempt> {
        locked(&self.tried).get(&exercise.id).cloned().unwrap_or_default()
    }

    pub fn note(&self, exercise: &Exercise, attempt: Attempt) {
        let mut all = locked(&self.tried);
        let tried = all.entry(exercise.id.clone()).or_default();
        if tried.len() == MOST_ATTEMPTS {
            tried.remove(0);
        }
        tried.push(attempt);
    }

    /// The text of an answer and the digest of its file. Without a file, the text that it would contain, and an empty digest.
    pub fn answer(&self, exercise: &Exercise) -> Result<(String, String), CourseError> {
        match self.course.answer(exercise) {
            Ok(answer) => Ok((answer.text, answer.digest)),
            Err(CourseError::NoAnswer { .. }) => Ok((exercise.start(self.course.engine()), String::new())),
            Err(error) => Err(error),
        }
    }

    /// Saves a text over the version with this digest. A file with the same text is not a conflict, whoever wrote it.
    pub fn save(&self, exercise: &Exercise, text: &str, base: &str) -> Result<Saved, CourseError> {
        let (there, digest) = self.answer(exercise)?;
        if there == text && !digest.is_empty() {
            return Ok(Saved::Done { digest });
        }
        self.course.save_answer(exercise, text, Some(base))
    }
}

/// Prepares the data of the next exercise in the background, so that its page opens at once.
pub fn warm_up(desk: &Arc<Desk>) {
    let desk = Arc::downgrade(desk);
    thread::spawn(move || {
        let Some(desk) = desk.upgrade() else { return };
        if let Ok(Some(exercise)) = desk.course.next() {
            // The page itself says what is wrong.
            let _ = desk.shapes(exercise);
        }
    });
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A table as the page shows it.
fn shape(table: TableInfo) -> Shape {
    let columns = table.columns.iter().map(|column| Column {
        name: column.name.clone(),
        kind: column.kind.clone(),
        is_key: column.key,
        references: column.references.clone(),
    });
    let names = table.columns.iter().map(|column| column.name.clone()).collect();
    let first = Table { name: String::new(), columns: names, rows: table.rows, count: table.count };
    Shape { name: table.name, columns: columns.collect(), first }
}

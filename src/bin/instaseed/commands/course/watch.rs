//! `instaseed course watch`: one exercise after another, each checked whenever its file is saved.

use super::answer::Given;
use super::check::{self, Checked};
use super::keys::{Key, Keys};
use super::{CourseContext, grader, hint, list, progress, report, show, tables};
use crate::failure::{Answer, Failure};
use crate::output::{Output, Style};
use instaseed::course::{Course, CourseError, Standing};
use instaseed::exercise::Exercise;
use instaseed::grade::Grader;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

/// Check the current exercise whenever you save it
///
/// Shows the task, waits for your file to be saved, and shows the verdict. Saving the file of another exercise moves on to
/// that one. Keys: n next, p previous, t task, h hint, r run, c check, l list, q quit, ? help.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed course watch
  instaseed course watch 21
  instaseed course watch --plain    for screen readers: the screen is never cleared")]
pub struct Args {
    /// Exercise to begin with, by its name or number [default: the next one]
    exercise: Option<String>,
    /// Print one text after the other, and never clear the screen
    #[arg(long)]
    plain: bool,
}

const HELP: &str = "\
  n  next exercise that is not passed     r  run the query and show its rows
  p  previous exercise                    c  check again
  t  show the task                        l  list the exercises
  h  show the next hint                   q  quit
  Save the file in your editor, and it is checked at once.";
const KEYS: &str = "n next  t task  h hint  r run  l list  q quit  ? help";

/// A file is complete when it has not changed for this long.
const CALM: Duration = Duration::from_millis(25);

/// What changes when a file is saved.
type Stamp = (u64, i64, i64, u64);

struct Watch<'a> {
    course: &'a Course,
    grader: Grader,
    current: &'a Exercise,
    stamps: BTreeMap<PathBuf, Stamp>,
    plain: bool,
    out: &'a Output,
}

impl Args {
    pub fn run(self, context: &CourseContext<'_>, out: &Output) -> Result<Answer, Failure> {
        if out.is_json() {
            return Err(Failure::NoObject { verb: "course watch" });
        }
        let course = context.open()?;
        let first = super::chosen(&course, self.exercise.as_deref())?;
        let last = course.exercises()?.last().map(|one| one.exercise);
        let Some(current) = first.or(last) else { return Ok(Answer::Done) };
        let grader = grader(&course)?;
        let mut keys = Keys::new().ok_or(Failure::NoTerminal { verb: "course watch" })?;
        let stamps = BTreeMap::new();
        let mut watch = Watch { course: &course, grader, current, stamps, plain: self.plain, out };
        watch.saved();
        watch.show_task()?;
        loop {
            if let Some(exercise) = watch.saved() {
                watch.current = exercise;
                watch.check()?;
            }
            match keys.next() {
                Key::None => {}
                Key::Gone | Key::Char('q' | 'Q' | '\u{4}') => break,
                Key::Char(key) => watch.pressed(key)?,
            }
        }
        drop(keys);
        out.say(progress::line(&course.progress()?));
        Ok(Answer::Done)
    }
}

impl<'a> Watch<'a> {
    fn pressed(&mut self, key: char) -> Result<(), Failure> {
        match key {
            'n' | 'N' => match self.following()? {
                Some(next) => {
                    self.current = next;
                    self.show_task()
                }
                None => {
                    self.begin()?;
                    super::all_passed(self.out);
                    self.end();
                    Ok(())
                }
            },
            'p' | 'P' => {
                let all = self.course.exercises()?;
                let before = all.iter().rev().find(|one| one.exercise.number < self.current.number);
                self.current = before.map_or(self.current, |one| one.exercise);
                self.show_task()
            }
            't' | 'T' => self.show_task(),
            'h' | 'H' => {
                self.out.print("");
                hint::take(self.course, self.current, self.out)?;
                self.end();
                Ok(())
            }
            'r' | 'R' => self.show_rows(),
            'c' | 'C' | '\r' | '\n' => self.check(),
            'l' | 'L' => {
                self.begin()?;
                list::print(self.course, &self.course.exercises()?, self.out);
                self.end();
                Ok(())
            }
            '?' => {
                self.out.print("");
                self.out.print(HELP);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// The first exercise after this one that is not passed, else the first of all.
    fn following(&self) -> Result<Option<&'a Exercise>, Failure> {
        let all = self.course.exercises()?;
        let open = || all.iter().filter(|one| one.standing != Standing::Passed).map(|one| one.exercise);
        Ok(open().find(|one| one.number > self.current.number).or_else(|| open().next()))
    }

    fn begin(&self) -> Result<(), Failure> {
        match self.plain {
            true => self.out.print(""),
            false => self.out.clear_screen(),
        }
        self.out.print(self.out.style(Style::Faint, &progress::line(&self.course.progress()?)));
        self.out.print("");
        Ok(())
    }

    fn end(&self) {
        self.out.print("");
        self.out.print(self.out.style(Style::Faint, KEYS));
    }

    fn show_task(&self) -> Result<(), Failure> {
        self.begin()?;
        let entry = self.course.state()?.entry(&self.current.id);
        show::print_text(self.course, self.current, &entry, self.out);
        self.end();
        Ok(())
    }

    /// The answer; `None` if the file does not exist or is not text, which is printed.
    fn given(&self) -> Result<Option<Given<'a>>, Failure> {
        match self.course.answer(self.current) {
            Ok(answer) => Ok(Some(Given {
                exercise: self.current,
                text: answer.text,
                path: Some(answer.path),
                begun: answer.begun,
            })),
            Err(
                error @ (CourseError::NoAnswer { .. }
                | CourseError::NotText { .. }
                | CourseError::TooLong { .. }),
            ) => {
                self.out.print(self.out.style(Style::Bad, &error.to_string()));
                self.end();
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }

    fn check(&mut self) -> Result<(), Failure> {
        self.begin()?;
        let Some(given) = self.given()? else { return Ok(()) };
        let checked: Checked = check::check(self.course, &mut self.grader, &given)?;
        check::print(self.course, &given, &checked, self.out)?;
        if checked.is_right() {
            self.out.print("Press n for the next exercise.");
        }
        self.end();
        Ok(())
    }

    fn show_rows(&mut self) -> Result<(), Failure> {
        self.begin()?;
        let Some(given) = self.given()? else { return Ok(()) };
        match self.grader.run(self.current, &given.text)? {
            Ok(answer) => {
                let rows = &answer.rows[..answer.rows.len().min(20)];
                tables::print(&answer.columns, rows, answer.rows.len(), 0, self.out);
            }
            Err(refusal) => {
                self.out.print(self.out.style(Style::Bad, &refusal.to_string()));
                if let Some(place) = refusal.place() {
                    report::print_place(place, self.out);
                }
            }
        }
        self.end();
        Ok(())
    }

    /// The exercise whose file was saved since the last look; that of the current one first.
    fn saved(&mut self) -> Option<&'a Exercise> {
        let mut found = None;
        for exercise in self.course.catalogue().exercises() {
            let path = self.course.answer_path(exercise);
            let Some(mut stamp) = stamp(&path) else { continue };
            let before = self.stamps.insert(path.clone(), stamp);
            if before.is_none_or(|before| before == stamp) {
                continue;
            }
            // An editor may write a file in several pieces.
            loop {
                thread::sleep(CALM);
                let Some(now) = self::stamp(&path).filter(|now| *now != stamp) else { break };
                stamp = now;
            }
            self.stamps.insert(path, stamp);
            if found.is_none() || exercise.id == self.current.id {
                found = Some(exercise);
            }
        }
        found
    }
}

fn stamp(path: &PathBuf) -> Option<Stamp> {
    let data = fs::metadata(path).ok()?;
    Some((data.ino(), data.mtime(), data.mtime_nsec(), data.len()))
}

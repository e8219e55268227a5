//! `instaseed course watch`: one exercise after another, each checked whenever its file is saved.

use super::answer::Given;
use super::check::{self, Checked};
use super::keys::{Key, Keys};
use super::screen::Screen;
use super::{CourseContext, grader, hint, list, markdown, progress, report, show, tables};
use crate::args;
use crate::failure::{Answer, Failure};
use crate::output::{Output, Style};
use instaseed::course::{Course, Stamp, Standing, TakenHint, stamp};
use instaseed::exercise::Exercise;
use instaseed::grade::Grader;
use instaseed::sandbox::{self, Refusal};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

/// Check the current exercise whenever you save it
///
/// Shows the task, waits for your file to be saved, and shows the verdict. Saving the file of another exercise moves on to
/// that one. Keys: n next, p previous, t task, h hint, r run, c check, l list, q quit, ? help; space and b scroll.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed course watch
  instaseed course watch 21
  instaseed course watch --plain    for screen readers: never clears the screen

Exit codes: 0 after q, 2 error.")]
pub struct Args {
    /// Exercise to begin with, by its name or number [default: the next one]
    #[arg(value_parser = args::exercise(), hide_possible_values = true)]
    exercise: Option<String>,
    /// Print one text after the other, and never clear the screen
    #[arg(long)]
    plain: bool,
}

const HELP: &str = "\
  n      next exercise that is not passed
  p      previous exercise
  t      show the task
  h      show the next hint
  r      run the query and show its rows
  c      check again
  l      list the exercises
  q      quit
  space  next page of a long text; b goes back
  Save the file in your editor, and it is checked at once.";
const KEYS: [&str; 7] = ["n next", "t task", "h hint", "r run", "l list", "q quit", "? help"];
/// How many rows of an answer are shown.
const ROWS: usize = 20;

/// A file is complete when it has not changed for this long.
const CALM: Duration = Duration::from_millis(25);

/// What is shown.
enum View<'a> {
    Task,
    Verdict(Box<(Given<'a>, Checked)>),
    Rows(Result<sandbox::Answer, Refusal>),
    List,
    AllPassed,
    Trouble(Box<Failure>),
}

/// What is shown below it.
enum Below {
    Nothing,
    Hint(TakenHint),
    Help,
}

struct Watch<'a> {
    course: &'a Course,
    grader: Grader,
    current: &'a Exercise,
    stamps: BTreeMap<PathBuf, Stamp>,
    out: &'a Output,
    screen: Screen<'a>,
    view: View<'a>,
    below: Below,
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
        let mut watch = Watch {
            course: &course,
            grader,
            current,
            stamps: BTreeMap::new(),
            out,
            screen: Screen::new(self.plain, &KEYS, out),
            view: View::Task,
            below: Below::Nothing,
        };
        watch.saved();
        watch.draw()?;
        loop {
            if let Some(exercise) = watch.saved() {
                watch.current = exercise;
                watch.check()?;
            }
            match keys.next() {
                Key::None => watch.fit()?,
                Key::Gone | Key::Char('q' | 'Q' | '\u{4}') => break,
                key => watch.pressed(key)?,
            }
        }
        drop(keys);
        out.say(progress::line(&course.progress()?, out.width()));
        Ok(Answer::Done)
    }
}

impl<'a> Watch<'a> {
    fn pressed(&mut self, key: Key) -> Result<(), Failure> {
        let letter = match key {
            Key::Char(' ') => return self.scroll(Key::PageDown),
            Key::Char('b' | 'B') => return self.scroll(Key::PageUp),
            Key::Char(letter) => letter.to_ascii_lowercase(),
            other => return self.scroll(other),
        };
        match letter {
            'n' => match self.following()? {
                Some(next) => {
                    self.current = next;
                    self.show(View::Task)
                }
                None => self.show(View::AllPassed),
            },
            'p' => {
                let all = self.course.exercises()?;
                let before = all.iter().rev().find(|one| one.exercise.number < self.current.number);
                self.current = before.map_or(self.current, |one| one.exercise);
                self.show(View::Task)
            }
            't' => self.show(View::Task),
            'h' => match self.course.take_hint(self.current) {
                Ok(hint) => self.show_below(Below::Hint(hint)),
                Err(error) => self.show(View::Trouble(Box::new(error.into()))),
            },
            'r' => self.run_query(),
            'c' | '\r' | '\n' => self.check(),
            'l' => self.show(View::List),
            '?' => self.show_below(Below::Help),
            // Ctrl-L, as in a shell.
            '\u{c}' => self.draw(),
            _ => Ok(()),
        }
    }

    fn scroll(&mut self, key: Key) -> Result<(), Failure> {
        self.screen.scroll(key);
        Ok(())
    }

    /// The first exercise after this one that is not passed, else the first of all.
    fn following(&self) -> Result<Option<&'a Exercise>, Failure> {
        let all = self.course.exercises()?;
        let open = || all.iter().filter(|one| one.standing != Standing::Passed).map(|one| one.exercise);
        Ok(open().find(|one| one.number > self.current.number).or_else(|| open().next()))
    }

    fn show(&mut self, view: View<'a>) -> Result<(), Failure> {
        (self.view, self.below) = (view, Below::Nothing);
        self.screen.go_to_beginning();
        self.draw()
    }

    /// Shows something below the view. With --plain only the new part is printed, because a screen reader has read the rest.
    fn show_below(&mut self, below: Below) -> Result<(), Failure> {
        self.below = below;
        if self.screen.is_plain() {
            self.print_below();
            self.screen.print_keys();
            return Ok(());
        }
        self.screen.go_to_end();
        self.draw()
    }

    /// Redraws the screen if the size of the terminal has changed.
    fn fit(&mut self) -> Result<(), Failure> {
        match self.screen.is_outgrown() {
            true => self.draw(),
            false => Ok(()),
        }
    }

    fn draw(&mut self) -> Result<(), Failure> {
        let size = self.out.size();
        let lines = self.out.hold(|| {
            self.print_view()?;
            self.print_below();
            Ok(())
        })?;
        self.screen.show(size, lines);
        Ok(())
    }

    fn print_view(&self) -> Result<(), Failure> {
        let (course, current, out) = (self.course, self.current, self.out);
        markdown::print_styled(Style::Faint, &progress::line(&course.progress()?, out.width()), out);
        out.print("");
        match &self.view {
            View::Task => show::print_text(course, current, &course.state()?.entry(&current.id), out),
            View::Verdict(found) => {
                let (given, checked) = &**found;
                check::print(course, given, checked, out)?;
                if checked.is_right() {
                    out.print("Press n for the next exercise.");
                }
                if let Some(error) = &checked.unrecorded {
                    out.print("");
                    let text = format!("This is not recorded in your progress: {error}.");
                    markdown::print_styled(Style::Bad, &text, out);
                }
            }
            View::Rows(Ok(answer)) => {
                let rows = &answer.rows[..answer.rows.len().min(ROWS)];
                tables::print(&answer.columns, rows, answer.rows.len(), 0, out);
            }
            View::Rows(Err(refusal)) => {
                markdown::print_styled(Style::Bad, &refusal.to_string(), out);
                if let Some(place) = refusal.place() {
                    report::print_place(place, out);
                }
            }
            View::List => list::print(course, &course.exercises()?, out),
            View::AllPassed => super::all_passed(course, out)?,
            View::Trouble(failure) => {
                for line in out.told(failure) {
                    markdown::print_styled(Style::Bad, &line, out);
                }
            }
        }
        Ok(())
    }

    fn print_below(&self) {
        match &self.below {
            Below::Nothing => {}
            Below::Hint(hint) => {
                self.out.print("");
                hint::print(self.current, hint, self.out);
            }
            Below::Help => {
                self.out.print("");
                self.out.print(HELP);
            }
        }
    }

    fn given(&self) -> Result<Given<'a>, Failure> {
        let answer = self.course.answer(self.current)?;
        let path = Some(answer.path);
        Ok(Given { exercise: self.current, text: answer.text, path, begun: answer.begun })
    }

    /// Checks the answer. Errors are shown and do not end the program, because the next save may correct them.
    fn check(&mut self) -> Result<(), Failure> {
        let found = self.given().and_then(|given| {
            let checked = check::check(self.course, &mut self.grader, &given)?;
            Ok((given, checked))
        });
        self.show(match found {
            Ok(found) => View::Verdict(Box::new(found)),
            Err(failure) => View::Trouble(Box::new(failure)),
        })
    }

    fn run_query(&mut self) -> Result<(), Failure> {
        let found = self.given().and_then(|given| Ok(self.grader.run(self.current, &given.text)?));
        self.show(match found {
            Ok(rows) => View::Rows(rows),
            Err(failure) => View::Trouble(Box::new(failure)),
        })
    }

    /// The exercise whose file was saved since the last look; that of the current one first.
    fn saved(&mut self) -> Option<&'a Exercise> {
        let mut found = None;
        let is_first_look = self.stamps.is_empty();
        for exercise in self.course.catalogue().exercises() {
            let path = self.course.answer_path(exercise);
            let Some(mut stamp) = stamp(&path) else { continue };
            let before = self.stamps.insert(path.clone(), stamp);
            if before == Some(stamp) || before.is_none() && is_first_look {
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

//! What a button does: the text is saved first, then the response is the whole page.

use super::desk::Desk;
use super::form::Form;
use super::view::{self, Attempt, Frame, List, Sheet, Shown};
use crate::failure::Failure;
use axum::response::Html;
use instaseed::course::{CourseError, Listed, Saved, Standing};
use instaseed::exercise::Exercise;
use instaseed::grade::Outcome;
use std::collections::BTreeSet;
use std::error::Error;

/// The buttons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Press {
    Save,
    Run,
    Check,
    Steps,
    Hint,
    Solution,
    Reset,
    Look,
    Expected,
    /// Keeps this text, and overwrites that of another program.
    Keep,
    /// Takes the text of another program.
    Take,
}

impl Press {
    pub fn parse(verb: &str) -> Option<Press> {
        Some(match verb {
            "save" => Press::Save,
            "run" => Press::Run,
            "check" => Press::Check,
            "steps" => Press::Steps,
            "hint" => Press::Hint,
            "solution" => Press::Solution,
            "reset" => Press::Reset,
            "look" => Press::Look,
            "expected" => Press::Expected,
            "keep" => Press::Keep,
            "take" => Press::Take,
            _ => return None,
        })
    }

    /// Whether it runs the learner's SQL; only one request does so at a time.
    pub fn needs_turn(self) -> bool {
        matches!(self, Press::Run | Press::Check | Press::Steps)
    }
}

/// What a request carries besides its form.
#[derive(Clone, Debug)]
pub struct Visit {
    pub nonce: String,
    pub is_plain: bool,
}

/// The list of exercises.
pub fn list(desk: &Desk, visit: &Visit, search: &str) -> Result<Html<String>, Failure> {
    let all = desk.course.exercises()?;
    let next = desk.course.next()?.map(|one| (one.number, one.id.clone(), one.title.clone()));
    let mut frame = frame(desk, visit, &all, None);
    search.clone_into(&mut frame.search);
    frame.title = "Exercises".to_owned();
    let chapters = desk.course.catalogue().chapters().iter().map(|chapter| {
        let own = all.iter().filter(|one| one.exercise.chapter == chapter.name && is_found(one, search));
        (chapter.title.clone(), own.cloned().collect())
    });
    Ok(view::list(&List { frame, chapters: chapters.collect(), next }))
}

/// Each word that was typed is part of a concept, the title, the chapter or the id.
fn is_found(one: &Listed<'_>, search: &str) -> bool {
    let exercise = one.exercise;
    let text = format!(
        "{}\n{}\n{}\n{}",
        exercise.title,
        exercise.id,
        exercise.chapter,
        exercise.concepts.join("\n")
    );
    let text = text.to_lowercase();
    search.to_lowercase().split_whitespace().all(|word| text.contains(word))
}

fn frame(desk: &Desk, visit: &Visit, all: &[Listed<'_>], at: Option<&Exercise>) -> Frame {
    let concepts: BTreeSet<&str> =
        all.iter().flat_map(|one| one.exercise.concepts.iter().map(String::as_str)).collect();
    let place = at.and_then(|at| all.iter().position(|one| one.exercise.id == at.id));
    let neighbour = |place: Option<usize>| {
        let one = all.get(place?)?.exercise;
        Some((one.number, one.id.clone()))
    };
    Frame {
        title: at.map(|one| format!("{}. {}", one.number, one.title)).unwrap_or_default(),
        search: String::new(),
        passed: all.iter().filter(|one| one.standing == Standing::Passed).count(),
        count: all.len(),
        concepts: concepts.into_iter().map(str::to_owned).collect(),
        before: neighbour(place.and_then(|place| place.checked_sub(1))),
        after: neighbour(place.map(|place| place + 1)),
        number: at.map(|one| one.number),
        is_plain: visit.is_plain,
        token: desk.keys.form().to_owned(),
        path: at.map_or_else(|| "/".to_owned(), |one| format!("/x/{}", one.id)),
        folder: desk.course.folder().display().to_string(),
    }
}

/// The page of an exercise, as a link opens it.
pub fn open(desk: &Desk, visit: &Visit, id: &str) -> Result<Html<String>, Failure> {
    let exercise = desk.course.find(id)?;
    let (mut shown, mut text, mut base) = (Shown::Nothing, String::new(), String::new());
    match desk.answer(exercise) {
        Ok((there, digest)) => (text, base) = (there, digest),
        Err(error) => shown = trouble(error),
    }
    let sheet = sheet(desk, visit, exercise, Sent { text, base, shown, ..Sent::default() })?;
    Ok(view::exercise(&sheet))
}

/// What is shown after a button was pressed.
#[derive(Debug, Default)]
struct Sent {
    text: String,
    base: String,
    shown: Shown,
    opened: Option<usize>,
    solution: Option<instaseed::course::Solution>,
    expected: Option<instaseed::sandbox::Answer>,
    looked_at: Option<String>,
}

fn sheet<'a>(
    desk: &'a Desk,
    visit: &Visit,
    exercise: &'a Exercise,
    sent: Sent,
) -> Result<Sheet<'a>, Failure> {
    let all = desk.course.exercises()?;
    let listed = all.iter().find(|one| one.exercise.id == exercise.id);
    Ok(Sheet {
        frame: frame(desk, visit, &all, Some(exercise)),
        exercise,
        engine: desk.course.engine(),
        entry: listed.map(|one| one.entry.clone()).unwrap_or_default(),
        text: sent.text,
        base: sent.base,
        shown: sent.shown,
        opened: sent.opened,
        solution: sent.solution,
        expected: sent.expected,
        tried: desk.tried(exercise),
        shapes: desk.shapes(exercise).map_err(|failure| said(&failure)),
        looked_at: sent.looked_at,
        nonce: visit.nonce.clone(),
    })
}

/// Answers a press of a button.
pub fn act(desk: &Desk, visit: &Visit, id: &str, press: Press, form: &Form) -> Result<Html<String>, Failure> {
    let exercise = desk.course.find(id)?;
    let text = form.text("text").unwrap_or_default();
    let mut sent = Sent { base: form.get("base").unwrap_or_default().to_owned(), text, ..Sent::default() };
    if press == Press::Take {
        let (there, digest) = desk.answer(exercise)?;
        let mine = std::mem::replace(&mut sent.text, there);
        sent.base = digest;
        sent.shown = Shown::Took(mine);
    } else {
        let over = if press == Press::Keep { form.get("over").unwrap_or_default() } else { &sent.base };
        match desk.save(exercise, &sent.text, over) {
            Ok(Saved::Done { digest }) => {
                sent.base = digest;
                if let Err(failure) = answer(desk, exercise, press, form, &mut sent) {
                    sent.shown = trouble(failure);
                }
            }
            Ok(Saved::Conflict { there }) => {
                sent.shown = Shown::Conflict { text: there.text, digest: there.digest }
            }
            Err(error) => sent.shown = trouble(error),
        }
    }
    Ok(view::exercise(&sheet(desk, visit, exercise, sent)?))
}

/// What happens after the text was saved.
fn answer(
    desk: &Desk,
    exercise: &Exercise,
    press: Press,
    form: &Form,
    sent: &mut Sent,
) -> Result<(), Failure> {
    match press {
        Press::Save | Press::Keep | Press::Take => sent.shown = Shown::Saved,
        Press::Run => {
            let part = form.text("part").filter(|part| !part.trim().is_empty());
            let text = part.as_deref().unwrap_or(&sent.text);
            sent.shown = Shown::Ran(desk.grade(|grader| grader.run(exercise, text))?);
        }
        Press::Steps => {
            sent.shown = Shown::Steps(desk.grade(|grader| grader.steps(exercise, &sent.text))?);
        }
        Press::Check => {
            let verdict = desk.grade(|grader| grader.check(exercise, &sent.text))?;
            desk.course.record(exercise, &verdict)?;
            let is_right = verdict.outcome == Outcome::Correct;
            if verdict.outcome != Outcome::Missing {
                let attempt = Attempt { text: sent.text.clone(), message: verdict.message.clone(), is_right };
                desk.note(exercise, attempt);
            }
            sent.shown = Shown::Checked(Box::new(verdict));
        }
        Press::Hint => sent.opened = Some(desk.course.take_hint(exercise)?.number),
        Press::Solution => match desk.course.see_solution(exercise, form.get("consent") == Some("yes")) {
            Ok(solution) => sent.solution = Some(solution),
            Err(CourseError::NotPassed { .. }) => sent.shown = Shown::AskSolution,
            Err(error) => return Err(error.into()),
        },
        Press::Reset if form.get("sure") != Some("yes") => sent.shown = Shown::AskReset,
        Press::Reset => {
            let kept = desk.course.reset(exercise)?;
            let name = kept.as_ref().and_then(|path| path.file_name());
            sent.shown = Shown::WasReset(name.map(|name| name.to_string_lossy().into_owned()));
            (sent.text, sent.base) = desk.answer(exercise)?;
        }
        Press::Look => sent.looked_at = form.get("table").map(str::to_owned),
        Press::Expected => sent.expected = Some(desk.grade(|grader| grader.expected(exercise))?),
    }
    Ok(())
}

fn trouble(failure: impl Into<Failure>) -> Shown {
    let failure = failure.into();
    Shown::Trouble { message: said(&failure), hint: failure.hint() }
}

/// A failure with its causes, in one sentence.
pub fn said(failure: &Failure) -> String {
    let mut text = failure.to_string();
    let mut cause = failure.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = error.source();
    }
    text
}

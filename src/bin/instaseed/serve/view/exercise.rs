//! The page of an exercise: task, hints, editor, verdict and solution on the left; tables, expected rows, attempts on the
//! right.
//!
//! Every button posts the same form, which contains the text. So the page works without a script, and no button loses a text.
//! The script posts the same form and replaces the parts of the page with those of the response (`data-part`).

use super::super::assets;
use super::attempts::{Attempt, attempts};
use super::cells::{self, counted};
use super::layout::{self, Frame};
use super::lens::Lens;
use super::markdown::{markdown, words};
use super::shape::Shape;
use super::tables::tables;
use super::verdict::{self, Said};
use axum::response::Html;
use instaseed::course::{Entry, Solution, Standing};
use instaseed::database::Engine;
use instaseed::exercise::{Exercise, Kind};
use instaseed::grade::{Step, Verdict};
use instaseed::sandbox;
use maud::{Markup, html};

/// What the page of an exercise shows.
#[derive(Debug)]
pub struct Sheet<'a> {
    pub frame: Frame,
    pub exercise: &'a Exercise,
    pub engine: Engine,
    pub entry: Entry,
    /// The learner's text, and the digest of the version of the file that it comes from.
    pub text: String,
    pub base: String,
    pub shown: Shown,
    /// The hint that was just taken, from 1.
    pub opened: Option<usize>,
    pub solution: Option<Solution>,
    pub expected: Option<sandbox::Answer>,
    pub tried: Vec<Attempt>,
    pub shapes: Result<Vec<Shape>, String>,
    pub looked_at: Option<String>,
    /// The nonce for the styles of the editor.
    pub nonce: String,
}

/// The result of a button.
#[derive(Debug, Default)]
pub enum Shown {
    #[default]
    Nothing,
    Saved,
    Ran(Result<sandbox::Answer, sandbox::Refusal>),
    Checked(Box<Verdict>),
    Steps(Vec<Step>),
    /// Another program has changed the file; this is its text.
    Conflict {
        text: String,
        digest: String,
    },
    /// The text of the file was taken; this was the text of the page.
    Took(String),
    AskReset,
    /// The exercise was started again; the old text is in this file.
    WasReset(Option<String>),
    AskSolution,
    Trouble {
        message: String,
        hint: Option<String>,
    },
}

pub fn exercise(sheet: &Sheet<'_>) -> Html<String> {
    let Sheet { exercise, .. } = sheet;
    let action = format!("/x/{}", exercise.id);
    let content = html! {
        main data-exercise=(exercise.id) {
            (task(sheet))
            (form(sheet, &action))
            (found(sheet, &action))
            (solution(sheet, &action))
        }
        aside aria-label="Tables, expected result and attempts" {
            section aria-labelledby="tables-title" {
                h2 #tables-title { "Tables" }
                div #tables data-part { (shapes(sheet, &action)) }
            }
            @if exercise.is_query() { (expected(sheet, &action)) }
            section aria-labelledby="attempts-title" {
                h2 #attempts-title { "My attempts" }
                div #attempts data-part { (attempts(&sheet.entry, &sheet.tried)) }
            }
        }
    };
    layout::page(&sheet.frame, "exercise", ("sql", "Skip to the editor"), &content)
}

fn task(sheet: &Sheet<'_>) -> Markup {
    let Sheet { exercise, entry, .. } = sheet;
    html! {
        section.task aria-labelledby="title" {
            h1 #title { (exercise.number) ". " (exercise.title) }
            p.meta #standing data-part { (standing(entry)) " · level " (exercise.level) " of 3 · " (exercise.points) " points" }
            div.text { (markdown(&exercise.task)) }
            @if let Some(given) = exercise.given(sheet.engine) {
                details { summary { "What is run before your answer" } pre { code { (given.trim()) } } }
            }
            p.concepts {
                "About: "
                @for (at, concept) in exercise.concepts.iter().enumerate() {
                    @if at > 0 { ", " }
                    a href=(format!("/?q={}", concept.replace(' ', "+"))) { (concept) }
                }
            }
            div #hints data-part { (hints(sheet)) }
        }
    }
}

fn standing(entry: &Entry) -> Markup {
    html! {
        @match entry.standing() {
            Standing::Passed => span.passed { "✓ Passed" },
            Standing::Tried => span { "Tried " (counted(usize::try_from(entry.attempts).unwrap_or(usize::MAX), "time", "times")) },
            Standing::Todo => span { "New" },
        }
    }
}

/// The hints that were taken, and the next one, which counts as taken when it is opened.
fn hints(sheet: &Sheet<'_>) -> Markup {
    let all = &sheet.exercise.hints;
    let taken = sheet.entry.hints.min(all.len());
    html! {
        @for (at, hint) in all.iter().enumerate().take(taken + 1) {
            @let number = at + 1;
            @if at < taken {
                details open[sheet.opened == Some(number)] {
                    summary { "Hint " (number) " of " (all.len()) }
                    div { (markdown(hint)) }
                }
            } @else {
                details data-take=(number) {
                    summary { "Hint " (number) " of " (all.len()) }
                    p { button form="answer" formaction=(format!("/x/{}/hint#hints", sheet.exercise.id)) { "Show this hint" } }
                }
            }
        }
    }
}

fn form(sheet: &Sheet<'_>, action: &str) -> Markup {
    let Sheet { exercise, frame, .. } = sheet;
    let what = match exercise.kind {
        Kind::Query | Kind::Debug => "Your query",
        Kind::Migration => "Your migration",
        Kind::Integrity | Kind::Performance => "Your script",
    };
    let lines = sheet.text.lines().count().clamp(8, 24);
    // Without the script, the browser scrolls to the answer or to the verdict.
    let to = |verb: &str| format!("{action}/{verb}#answer");
    let judged = |verb: &str| format!("{action}/{verb}#verdict");
    html! {
        form #answer method="post" action=(judged("check")) {
            input type="hidden" name="token" value=(frame.token);
            div #base data-part { input type="hidden" name="base" value=(sheet.base); }
            h2 { label #sql-label for="sql" { (what) } }
            div #notice data-part { (notice(sheet, &to("keep"), &to("take"))) }
            textarea #sql name="text" rows=(lines) spellcheck="false" autocapitalize="off" autocomplete="off"
                aria-describedby="tip" { "\n" (sheet.text) }
            @if !frame.is_plain {
                div #editor hidden data-script=(assets::EDITOR.path) data-nonce=(sheet.nonce)
                    data-dialect=(sheet.engine.name()) data-schema=(schema(sheet)) {}
            }
            div.bar {
                @if exercise.is_query() {
                    button.run formaction=(judged("run")) aria-keyshortcuts="Control+Enter" { "Run " kbd { "Ctrl Enter" } }
                }
                button.check formaction=(judged("check")) aria-keyshortcuts="Control+Shift+Enter" { "Check " kbd { "Ctrl Shift Enter" } }
                button formaction=(to("save")) { "Save" }
                button formaction=(to("reset")) { "Reset" }
                span #saved {}
            }
            p #tip.tip {
                @if frame.is_plain { "Save, Run and Check write your text into its file." }
                @else { kbd { "Esc" } " then " kbd { "Tab" } " leaves the editor."
                    @if exercise.is_query() { " Run takes what is selected, or else the statement at the cursor." }
                }
            }
        }
    }
}

/// The tables and their columns, for the editor's completion.
fn schema(sheet: &Sheet<'_>) -> String {
    let shapes = sheet.shapes.as_ref().map(Vec::as_slice).unwrap_or_default();
    let columns = |shape: &Shape| shape.columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>();
    let tables = shapes.iter().map(|shape| (shape.name.clone(), columns(shape).into()));
    serde_json::Value::Object(tables.collect()).to_string()
}

/// Questions about the text, and what happened to it.
fn notice(sheet: &Sheet<'_>, keep: &str, take: &str) -> Markup {
    let action = format!("/x/{}", sheet.exercise.id);
    html! {
        @match &sheet.shown {
            Shown::Saved => p { "Saved." },
            Shown::Conflict { text, digest } => div.question role="alert" {
                p { b { "The file has been changed by another program." } " Nothing was written. Your text is in the editor; this is the file's:" }
                pre tabindex="0" aria-label="The text of the file" { code { (text) } }
                input type="hidden" name="over" value=(digest);
                p.bar {
                    button formaction=(keep) { "Keep my text" }
                    button formaction=(take) { "Take the file's text" }
                }
            },
            Shown::Took(mine) => div.question role="status" {
                p { "The editor has the text of the file now." }
                details { summary { "Your other text" } pre { code { (mine) } } }
            },
            Shown::AskReset => div.question role="alert" {
                p { b { "Begin this exercise again?" } " Your text is kept in a file next to it, and the exercise counts as not passed." }
                p.bar {
                    button formaction=(format!("{action}/reset#answer")) name="sure" value="yes" { "Begin again" }
                    button formaction=(format!("{action}/save#answer")) { "Keep my text" }
                }
            },
            Shown::WasReset(kept) => div.question role="status" {
                p {
                    "The exercise is as it was at first."
                    @if let Some(kept) = kept { " Your old text is in " code { (kept) } "." }
                }
            },
            _ => {}
        }
    }
}

fn lens(sheet: &Sheet<'_>) -> Lens {
    let Sheet { exercise, text, .. } = sheet;
    let shapes = sheet.shapes.as_ref().map(Vec::as_slice).unwrap_or_default();
    Lens::new(shapes, &[text, exercise.solution(sheet.engine), &exercise.task])
}

/// The verdict, or the rows of a run.
fn found(sheet: &Sheet<'_>, action: &str) -> Markup {
    let after = sheet.frame.after.as_ref().map(|(number, id)| (*number, id.as_str()));
    let said: Option<Said> = match &sheet.shown {
        Shown::Ran(answer) => Some(verdict::ran(answer, action)),
        Shown::Checked(found) => Some(verdict::verdict(found, after, &lens(sheet))),
        Shown::Steps(steps) => Some(verdict::taken_apart(steps, &lens(sheet))),
        Shown::Trouble { message, hint } => Some(verdict::trouble(message, hint.as_deref())),
        _ => None,
    };
    let class = said.as_ref().map_or("empty", |said| said.class);
    html! {
        section #verdict.(class) aria-label="Verdict" tabindex="-1" {
            div #said role="status" data-part { @if let Some(said) = &said { h2 { (words(&said.heading)) } } }
            div #found data-part { @if let Some(said) = &said { (said.rest) } }
        }
    }
}

fn solution(sheet: &Sheet<'_>, action: &str) -> Markup {
    let button = |text: &str, consent: bool| {
        html! {
            button form="answer" formaction=(format!("{action}/solution#solution")) name="consent" value=[consent.then_some("yes")] { (text) }
        }
    };
    html! {
        section #solution data-part aria-label="Solution" {
            @if let Some(solution) = &sheet.solution {
                h2 { "The model" }
                pre tabindex="0" aria-label="The model's text" { code { (solution.sql) } }
                div.text { (markdown(&solution.explain)) }
            } @else if sheet.entry.standing() == Standing::Passed || sheet.entry.solution {
                p { (button("Show the model and why it works", true)) }
            } @else if matches!(sheet.shown, Shown::AskSolution) {
                div.question role="alert" {
                    p { b { "See the solution before you have passed?" } " It is noted in your progress. A hint may be enough." }
                    p.bar { (button("Show the solution", true)) }
                }
            } @else {
                p { (button("Show the solution", false)) }
            }
        }
    }
}

fn shapes(sheet: &Sheet<'_>, action: &str) -> Markup {
    match &sheet.shapes {
        Ok(shapes) => tables(shapes, action, sheet.looked_at.as_deref()),
        Err(message) => html! { p { "The tables cannot be shown: " (message) } },
    }
}

fn expected(sheet: &Sheet<'_>, action: &str) -> Markup {
    let Sheet { exercise, .. } = sheet;
    let order = exercise.order_by.iter().map(|key| match key.descends {
        true => (&key.column, " (descending)"),
        false => (&key.column, ""),
    });
    let order: Vec<_> = order.collect();
    html! {
        section aria-labelledby="expected-title" {
            h2 #expected-title { "Expected result" }
            p {
                "Columns: "
                @for (at, column) in exercise.columns.iter().enumerate() { @if at > 0 { ", " } code { (column) } }
                @if order.is_empty() { ". Any order." } @else {
                    ". Ordered by "
                    @for (at, (column, way)) in order.iter().enumerate() { @if at > 0 { ", " } code { (column) } (way) }
                    "."
                }
            }
            div #expected data-part {
                @if let Some(answer) = &sheet.expected {
                    @let rows = answer.rows.len();
                    (cells::table(&format!("Expected: {}", counted(rows, "row", "rows")), &answer.columns, &answer.rows, rows))
                } @else {
                    p { button form="answer" formaction=(format!("{action}/expected#expected")) { "Show the rows" } }
                }
            }
        }
    }
}

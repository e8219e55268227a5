//! The verdict: one sentence, the mistake, the smallest example, rows that are missing or should not be there, probes, work.

use super::cells::{self, counted, thousands};
use super::example::{example, steps};
use super::lens::Lens;
use super::markdown::words;
use instaseed::grade::{Outcome, ProbeResult, Step, Table, Verdict, WorkDone};
use instaseed::sandbox::{Answer, Place, Refusal};
use maud::{Markup, html};

/// A region of the page whose heading is announced, and its contents.
#[derive(Clone, Debug)]
pub struct Said {
    /// `good`, `bad` or `plain`.
    pub class: &'static str,
    pub heading: String,
    pub rest: Markup,
}

impl Said {
    fn new(class: &'static str, heading: impl Into<String>, rest: Markup) -> Said {
        Said { class, heading: heading.into(), rest }
    }
}

/// The verdict of a check, in the same order as in the terminal, except that missing rows and rows too many come last, folded.
/// `next` is the exercise to continue with after a right answer.
pub fn verdict(verdict: &Verdict, next: Option<(usize, &str)>, lens: &Lens) -> Said {
    let is_right = verdict.outcome == Outcome::Correct;
    let rest = html! {
        @if let Some(at) = &verdict.at { (place(at)) }
        @for note in &verdict.notes { p { (words(note)) } }
        @if let Some(mistake) = &verdict.mistake { p.mistake { (words(&mistake.hint)) } }
        @if !verdict.probes.is_empty() { (probes(&verdict.probes)) }
        @if let Some(done) = &verdict.work { (work(done)) }
        @if let Some(one) = &verdict.example { (example(one, lens)) }
        (difference("Rows that are missing", verdict.missing.as_ref()))
        (difference("Rows that are too many", verdict.extra.as_ref()))
        @if is_right {
            p {
                @if let Some((number, id)) = next {
                    a.button.next href=(format!("/x/{id}")) { "On to exercise " (number) }
                } @else {
                    a.button.next href="/" { "All exercises" }
                }
            }
        }
    };
    Said::new(if is_right { "good" } else { "bad" }, &verdict.message, rest)
}

fn place(at: &Place) -> Markup {
    let caret = format!("{}^", " ".repeat(at.column.saturating_sub(1)));
    html! {
        pre.place role="group" tabindex="0" aria-label=(format!("Line {}, column {}", at.line, at.column)) {
            code { "line " (at.line) ": " (at.text) "\n" (" ".repeat(format!("line {}: ", at.line).len())) (caret) }
        }
    }
}

fn difference(title: &str, table: Option<&Table>) -> Markup {
    let Some(table) = table.filter(|table| !table.rows.is_empty()) else { return html! {} };
    let shown = table.rows.len();
    let caption = match table.count > shown {
        true => format!("{title}: the first {shown} of {}", thousands(table.count)),
        false => format!("{title}: {}", thousands(table.count)),
    };
    html! { details { summary { (caption) } (cells::table(&caption, &table.columns, &table.rows, shown)) } }
}

fn probes(probes: &[ProbeResult]) -> Markup {
    html! {
        h3 { "What was tried" }
        ul.probes {
            @for probe in probes {
                li.good[probe.passed].bad[!probe.passed] {
                    @if probe.passed { "✓ " span.unseen { "holds: " } } @else { "✗ " span.unseen { "does not hold: " } }
                    (words(&probe.name))
                    @if let Some(found) = &probe.found { p { (words(found)) } }
                    @if let Some(hint) = &probe.hint { p { (words(hint)) } }
                }
            }
        }
    }
}

fn work(work: &WorkDone) -> Markup {
    let number = |count: u64| crate::output::thousands(count);
    html! {
        p.work {
            "Your work: " b { @if work.stopped { "more than " } (number(work.yours)) } " " (work.unit)
            ". The model takes " b { (number(work.model)) } "; at most " (number(work.allowed())) " are allowed."
        }
        @if !work.plan.is_empty() {
            details open {
                summary { "What the engine does for your answer" }
                ul { @for step in &work.plan { li { (words(step)) } } }
            }
        }
    }
}

/// The rows of a query that was run.
pub fn ran(answer: &Result<Answer, Refusal>, action: &str) -> Said {
    match answer {
        Ok(answer) => {
            let count = answer.rows.len();
            let heading = counted(count, "row", "rows");
            let rest = html! {
                (cells::table("The result of your query", &answer.columns, &answer.rows, count))
                p { button form="answer" formaction=(format!("{action}/steps#verdict")) { "Show the query step by step" } }
            };
            Said::new("plain", heading, rest)
        }
        Err(refusal) => {
            let rest = html! { @if let Some(at) = refusal.place() { (place(at)) } };
            Said::new("bad", sentence(&refusal.to_string()), rest)
        }
    }
}

/// A fact in lower case as a sentence.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    let end = if text.ends_with(['.', '?', '!']) { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}

/// A query, clause by clause.
pub fn taken_apart(all: &[Step], lens: &Lens) -> Said {
    let rest = html! {
        @if all.is_empty() { p { "This query has no FROM clause to begin with, or cannot be cut into its clauses." } }
        (steps(all, lens))
        p { "This is the logical order of a query. The engine may choose another way to the same rows." }
    };
    Said::new("plain", "Your query, step by step", rest)
}

/// An error that kept the program from answering.
pub fn trouble(message: &str, hint: Option<&str>) -> Said {
    let rest = html! { @if let Some(hint) = hint { p { (hint) } } };
    Said::new("bad", sentence(message), rest)
}

#[cfg(test)]
mod tests {
    use super::super::lens::Lens;
    use super::{place, sentence, verdict};
    use instaseed::grade::{KnownMistake, Outcome, ProbeResult, Stage, Verdict, WorkDone};
    use instaseed::sandbox::Place;

    #[test]
    fn the_caret_is_under_the_place() {
        let html = place(&Place { line: 12, column: 8, text: "SELECT <b".to_owned() }).into_string();
        assert!(html.contains("line 12: SELECT &lt;b\n                ^"), "{html}");
    }

    #[test]
    fn what_was_found_is_said_in_the_order_of_the_terminal() {
        let probe =
            |name: &str, passed| ProbeResult { name: name.to_owned(), passed, found: None, hint: None };
        let work = WorkDone {
            unit: "steps",
            yours: 30_000,
            model: 1_000,
            at_most: 2.5,
            stopped: true,
            plan: vec!["reads all of `users`".to_owned()],
        };
        let found = Verdict {
            exercise: "ghosts".to_owned(),
            outcome: Outcome::Wrong,
            stage: Some(Stage::Rows),
            message: "Column `a` is missing.".to_owned(),
            notes: vec!["A <note>.".to_owned()],
            at: Some(Place { line: 1, column: 1, text: "SELECT".to_owned() }),
            mistake: Some(KnownMistake { name: "m".to_owned(), hint: "A mistake.".to_owned() }),
            missing: None,
            extra: None,
            example: None,
            probes: vec![probe("A probe", false)],
            work: Some(work),
            share: 0.0,
        };
        let said = verdict(&found, None, &Lens::new(&[], &[]));
        let html = said.rest.into_string();
        let parts = [
            "line 1: ",
            "A &lt;note&gt;.",
            "A mistake.",
            "A probe",
            "more than 30,000",
            "at most 2,500 are allowed",
            "<code>users</code>",
        ];
        let places: Vec<_> = parts.iter().map(|part| html.find(part)).collect();
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?} {html}");
    }

    #[test]
    fn facts_become_sentences() {
        assert_eq!(sentence("there is no statement"), "There is no statement.");
        assert_eq!(sentence("no such table: x?"), "No such table: x?");
        assert_eq!(sentence(""), ".");
    }
}

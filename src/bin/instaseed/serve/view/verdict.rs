//! The verdict: one sentence, the mistake, the smallest example, rows that are missing or should not be there, probes, work.

use super::cells::{self, counted, thousands};
use super::example::{example, steps};
use super::lens::Lens;
use super::markdown::words;
use instaseed::grade::{Outcome, ProbeResult, Step, Table, Verdict, WorkDone};
use instaseed::sandbox::{Answer, Place, Refusal};
use maud::{Markup, html};

/// How many missing rows, and how many that are too many, are shown.
const MOST_DIFFERENCES: usize = 3;

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

/// The verdict of a check. `next` is the exercise to continue with after a right answer.
pub fn verdict(verdict: &Verdict, next: Option<(usize, &str)>, lens: &Lens) -> Said {
    let is_right = verdict.outcome == Outcome::Correct;
    let rest = html! {
        @if let Some(at) = &verdict.at { (place(at)) }
        @if let Some(mistake) = &verdict.mistake { p.mistake { (words(&mistake.hint)) } }
        @for note in &verdict.notes { p { (words(note)) } }
        @if let Some(one) = &verdict.example { (example(one, lens)) }
        (difference("Rows that are missing", verdict.missing.as_ref()))
        (difference("Rows that are too many", verdict.extra.as_ref()))
        @if !verdict.probes.is_empty() { (probes(&verdict.probes)) }
        @if let Some(done) = &verdict.work { (work(done)) }
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
        pre.place aria-label=(format!("Line {}, column {}", at.line, at.column)) {
            code { "line " (at.line) ": " (at.text) "\n" (" ".repeat(format!("line {}: ", at.line).len())) (caret) }
        }
    }
}

fn difference(title: &str, table: Option<&Table>) -> Markup {
    let Some(table) = table.filter(|table| !table.rows.is_empty()) else { return html! {} };
    let shown = &table.rows[..table.rows.len().min(MOST_DIFFERENCES)];
    let caption = match table.count > shown.len() {
        true => format!("{title}: the first {} of {}", shown.len(), thousands(table.count)),
        false => format!("{title}: {}", thousands(table.count)),
    };
    html! { details { summary { (caption) } (cells::table(&caption, &table.columns, shown, shown.len())) } }
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
            "Your work: " b { (number(work.yours)) } " " (work.unit) ". The model's: " b { (number(work.model)) }
            ". Allowed: " (work.at_most) " times the model's."
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
                p { button form="answer" formaction=(format!("{action}/steps")) { "Show the query step by step" } }
            };
            Said::new("plain", heading, rest)
        }
        Err(refusal) => {
            let rest = html! { @if let Some(at) = place_of(refusal) { (place(at)) } };
            Said::new("bad", sentence(&refusal.to_string()), rest)
        }
    }
}

fn place_of(refusal: &Refusal) -> Option<&Place> {
    match refusal {
        Refusal::Several { at }
        | Refusal::NotAQuery { at, .. }
        | Refusal::Forbidden { at, .. }
        | Refusal::Invalid { at, .. } => at.as_ref(),
        _ => None,
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
    use super::{place, sentence};
    use instaseed::sandbox::Place;

    #[test]
    fn the_caret_is_under_the_place() {
        let html = place(&Place { line: 12, column: 8, text: "SELECT <b".to_owned() }).into_string();
        assert!(html.contains("line 12: SELECT &lt;b\n                ^"), "{html}");
    }

    #[test]
    fn facts_become_sentences() {
        assert_eq!(sentence("there is no statement"), "There is no statement.");
        assert_eq!(sentence("no such table: x?"), "No such table: x?");
        assert_eq!(sentence(""), ".");
    }
}

//! What the learner has tried in this session, the newest first.

use super::cells::counted;
use super::markdown::words;
use instaseed::course::Entry;
use maud::{Markup, html};

/// A check in this session.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// The text that was checked.
    pub text: String,
    /// The verdict, in a sentence.
    pub message: String,
    pub is_right: bool,
}

pub fn attempts(entry: &Entry, tried: &[Attempt]) -> Markup {
    let count = usize::try_from(entry.attempts).unwrap_or(usize::MAX);
    html! {
        p {
            @match (count, entry.passed_at) {
                (0, _) => { "Nothing checked yet." },
                (_, None) => { (counted(count, "attempt", "attempts")) ", not passed yet." },
                (_, Some(_)) => { "Passed after " (counted(count, "attempt", "attempts")) "." },
            }
        }
        @if !tried.is_empty() {
            ul.tried {
                @for (at, attempt) in tried.iter().enumerate().rev() {
                    li {
                        details {
                            summary { (at + 1) ". " @if attempt.is_right { "✓ " } (words(&attempt.message)) }
                            pre { code { (attempt.text) } }
                        }
                    }
                }
            }
        }
    }
}

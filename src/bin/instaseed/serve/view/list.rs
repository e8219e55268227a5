//! The list of exercises by chapter: all of them, or those that a search found.

use super::layout::{self, Frame};
use axum::response::Html;
use instaseed::course::{Listed, Standing};
use maud::{Markup, html};

/// The list of exercises.
#[derive(Debug)]
pub struct List<'a> {
    pub frame: Frame,
    /// Titles of the chapters, with their exercises.
    pub chapters: Vec<(String, Vec<Listed<'a>>)>,
    /// The exercise to continue with: number, id and title.
    pub next: Option<(usize, String, String)>,
}

pub fn list(list: &List<'_>) -> Html<String> {
    let found: usize = list.chapters.iter().map(|(_, exercises)| exercises.len()).sum();
    let search = list.frame.search.trim();
    let content = html! {
        main #list {
            h1 { @if search.is_empty() { "Exercises" } @else { "Exercises about " q { (search) } } }
            @if search.is_empty() {
                @if let Some((number, id, title)) = &list.next {
                    p { a.button.next href=(format!("/x/{id}")) { "Go on with " (number) ". " (title) } }
                } @else {
                    p { "All exercises are passed. For another round with other data, run " code { "instaseed course replay" } " in the terminal." }
                }
            } @else {
                p role="status" { (found) " found. " a href="/" { "Show all" } }
            }
            @for (title, exercises) in list.chapters.iter().filter(|(_, exercises)| !exercises.is_empty()) {
                (chapter(title, exercises))
            }
        }
    };
    layout::page(&list.frame, "index", ("list", "Skip to the exercises"), &content)
}

fn chapter(title: &str, exercises: &[Listed<'_>]) -> Markup {
    let passed = exercises.iter().filter(|one| one.standing == Standing::Passed).count();
    html! {
        section.chapter {
            h2 { (title) " " span.count { (passed) " of " (exercises.len()) } }
            ul.exercises {
                @for Listed { exercise, standing, .. } in exercises {
                    li {
                        a href=(format!("/x/{}", exercise.id)) { (exercise.number) ". " (exercise.title) }
                        " "
                        @match standing {
                            Standing::Passed => span.passed { "✓ passed" },
                            Standing::Tried => span.tried { "tried" },
                            Standing::Todo => {},
                        }
                        span.about { "level " (exercise.level) ", " (exercise.concepts.join(", ")) }
                    }
                }
            }
        }
    }
}

//! What all pages have in common: the head, the header with the progress and the search, the footer.

use super::super::assets;
use axum::response::Html;
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// What the frame of a page contains.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    pub title: String,
    /// The text of the search.
    pub search: String,
    pub passed: usize,
    pub count: usize,
    /// All concepts of the course, for the search.
    pub concepts: Vec<String>,
    /// The exercise before this one and the one after it, with numbers and ids.
    pub before: Option<(usize, String)>,
    pub after: Option<(usize, String)>,
    /// The number of this exercise, if the page shows one.
    pub number: Option<usize>,
    /// Whether a plain text field is wanted instead of the editor.
    pub is_plain: bool,
    /// The token of the forms.
    pub token: String,
    /// Where the switch of the editor returns to.
    pub path: String,
    /// The folder of the course, as it was typed.
    pub folder: String,
}

/// A page of the course.
pub fn page(frame: &Frame, body_id: &str, skip: (&str, &str), content: &Markup) -> Html<String> {
    let markup = html! {
        (head(&frame.title, true))
        body id=(body_id) {
            a.skip href=(format!("#{}", skip.0)) { (skip.1) }
            header {
                a.home href="/" { "instaseed course" }
                (neighbours(frame))
                div #progress {
                    label for="bar" { (frame.passed) " of " (frame.count) " passed" }
                    progress #bar max=(frame.count) value=(frame.passed) {}
                }
                form.search role="search" action="/" {
                    label.unseen for="q" { "Search by concept or title" }
                    input #q type="search" name="q" list="concepts" value=(frame.search) placeholder="Search by concept";
                    datalist #concepts {
                        @for concept in &frame.concepts { option value=(concept) {} }
                    }
                    button { "Search" }
                }
            }
            (content)
            footer {
                p { "Your answers are files in " code { (frame.folder) "/answers" } ": edit them here or in any editor." }
                form method="post" action="/editor" {
                    input type="hidden" name="token" value=(frame.token);
                    input type="hidden" name="back" value=(frame.path);
                    @if frame.is_plain {
                        button name="plain" value="no" { "Use the editor with colours" }
                    } @else {
                        button name="plain" value="yes" { "Use a plain text field" }
                    }
                }
            }
        }
    };
    Html(markup.into_string())
}

fn head(title: &str, has_script: bool) -> Markup {
    html! {
        (DOCTYPE)
        (PreEscaped("<html lang=\"en\">"))
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            title { (title) " - instaseed course" }
            link rel="icon" type="image/svg+xml" href=(assets::ICON.path);
            link rel="stylesheet" href=(assets::STYLE.path);
            @if has_script { script type="module" src=(assets::SCRIPT.path) {} }
        }
    }
}

fn neighbours(frame: &Frame) -> Markup {
    let Some(number) = frame.number else { return html! {} };
    html! {
        nav aria-label="Exercises" {
            @if let Some((before, id)) = &frame.before {
                a.button rel="prev" href=(format!("/x/{id}")) { span aria-hidden="true" { "← " } span.unseen { "Back to exercise " } (before) }
            }
            span { (number) " of " (frame.count) }
            @if let Some((after, id)) = &frame.after {
                a.button rel="next" href=(format!("/x/{id}")) { span.unseen { "On to exercise " } (after) span aria-hidden="true" { " →" } }
            }
        }
    }
}

/// A page for requests without a cookie. It reveals nothing about the course.
pub fn outside(title: &str, text: &str) -> Html<String> {
    let markup = html! {
        (head(title, false))
        body.outside {
            main {
                h1 { (title) }
                p { (text) }
                // A click on our own page sends the cookie, which a link from elsewhere does not.
                p { a.button href="/" { "Go on to the course" } }
            }
        }
    };
    Html(markup.into_string())
}

/// A page that says what went wrong.
pub fn trouble(title: &str, text: &str, hint: Option<&str>) -> Html<String> {
    let markup = html! {
        (head(title, false))
        body.outside {
            main {
                h1 { (title) }
                p { (text) }
                @if let Some(hint) = hint { p { (hint) } }
                p { a.button href="/" { "All exercises" } }
            }
        }
    };
    Html(markup.into_string())
}

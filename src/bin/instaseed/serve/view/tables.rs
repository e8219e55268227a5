//! The tables of an exercise: the diagram, a button for each table, and the rows of one of them.

use super::cells::{self, counted};
use super::diagram::diagram;
use super::shape::Shape;
use instaseed::grade::Table;
use maud::{Markup, html};

/// The diagram with the buttons. It scrolls if the screen is too small to read it. The buttons post the form with the answer,
/// so no text is lost without a script.
pub fn tables(shapes: &[Shape], action: &str, looked_at: Option<&str>) -> Markup {
    let shape = looked_at.and_then(|name| shapes.iter().find(|shape| shape.name == name));
    html! {
        @if !shapes.is_empty() {
            div.scroll role="region" aria-label="Diagram of the tables" tabindex="0" { (diagram(shapes)) }
        }
        p.hint-line { "Choose a table to see its first rows." }
        div.names role="group" aria-label="Look into a table" {
            @for one in shapes {
                @let is_open = shape.is_some_and(|shape| shape.name == one.name);
                button form="answer" formaction=(format!("{action}/look#tables")) name="table" value=(one.name)
                    aria-pressed=(is_open) { (one.name) }
            }
        }
        div #peek { @if let Some(shape) = shape { (peek(shape)) } }
    }
}

fn peek(shape: &Shape) -> Markup {
    let Table { columns, rows, count, .. } = &shape.first;
    let caption = match *count > rows.len() {
        true => format!("{}: {}, the first {}", shape.name, counted(*count, "row", "rows"), rows.len()),
        false => format!("{}: {}", shape.name, counted(*count, "row", "rows")),
    };
    html! {
        (cells::table(&caption, columns, rows, rows.len()))
        ul.columns {
            @for column in &shape.columns {
                li {
                    code { (column.name) } " " span.kind { (column.kind) }
                    @if column.is_key { ", key" }
                    @if let Some((table, name)) = &column.references { ", refers to " code { (table) "." (name) } }
                }
            }
        }
    }
}

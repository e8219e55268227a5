//! The tables of a page: sizes, all measurements, the first rows.

use std::fmt::Write;

use super::super::entity::Entity;
use super::super::html::{escape, short, size, thousands};
use super::super::measure::Measures;
use super::super::published::{PUBLISHED, Published};
use super::{range, verdict};
use crate::check::Figure;
use crate::edition::Kind;

/// The most tables that are listed.
const MOST: usize = 1000;

/// Rows and bytes of each table.
pub fn sizes(text: &mut String, tables: &[Entity]) {
    let is_sized = tables.iter().any(|table| table.bytes.is_some());
    let bytes = if is_sized { "<th scope=\"col\" class=\"number\">size</th>" } else { "" };
    let _ = write!(
        text,
        "<section class=\"scroll\" tabindex=\"0\" aria-label=\"Rows of the tables\">\n<table>\n\
         <thead><tr><th scope=\"col\">table</th><th scope=\"col\" class=\"number\">rows</th>{bytes}\
         <th scope=\"col\" class=\"number\">columns</th></tr></thead>\n<tbody>\n"
    );
    for table in tables.iter().take(MOST) {
        let rows = table.rows.map_or_else(|| "–".to_owned(), thousands);
        let bytes = match is_sized {
            true => format!("<td class=\"number\">{}</td>", table.bytes.map_or_else(|| "–".to_owned(), size)),
            false => String::new(),
        };
        let _ = writeln!(
            text,
            "<tr><th scope=\"row\">{}</th><td class=\"number\">{rows}</td>{bytes}<td class=\"number\">{}</td></tr>",
            escape(&table.name),
            table.columns.len()
        );
    }
    if let Some(more) = tables.len().checked_sub(MOST).filter(|more| *more > 0) {
        let _ = writeln!(text, "<tr><td colspan=\"4\">and {} more</td></tr>", thousands(more as u64));
    }
    text.push_str("</tbody>\n</table>\n</section>\n");
}

/// Every figure with its band and what it is held to.
pub fn measurements(text: &mut String, figures: &[Figure]) {
    text.push_str(
        "<section aria-labelledby=\"measurements\">\n<h2 id=\"measurements\">All measurements</h2>\n\
         <p class=\"lead\">A band surrounds what was published, with room for chance and for the size of the network. Most \
         bands apply from 10,000 users on. Where nothing was published that we have read, the band is a choice, and the \
         measurement does not count in the title.</p>\n\
         <section class=\"scroll\" tabindex=\"0\" aria-label=\"Values, bands and sources\">\n<table class=\"measures\">\n\
         <thead><tr><th scope=\"col\">measurement</th><th scope=\"col\" class=\"number\">value</th>\
         <th scope=\"col\">band</th><th scope=\"col\">in the band</th><th scope=\"col\">verdict</th>\
         <th scope=\"col\">published</th></tr></thead>\n<tbody>\n",
    );
    let known = PUBLISHED.iter().filter_map(|published| {
        Some((figures.iter().find(|figure| figure.name == published.figure)?, Some(published)))
    });
    let other = figures.iter().filter(|figure| PUBLISHED.iter().all(|known| known.figure != figure.name));
    for (figure, published) in known.chain(other.map(|figure| (figure, None))) {
        let _ = writeln!(
            text,
            "<tr><th scope=\"row\">{}</th><td class=\"number\">{}</td><td>{}</td><td>{}</td><td>{}</td>\
             <td class=\"source\">{}</td></tr>",
            escape(figure.name),
            short(figure.value),
            range(figure),
            strip(figure),
            verdict(figure),
            published.map_or_else(String::new, beside)
        );
    }
    text.push_str("</tbody>\n</table>\n</section>\n</section>\n");
}

/// What was published, and by whom.
fn beside(published: &Published) -> String {
    let measured = escape(published.measured);
    match published.source {
        Some(source) => format!("{measured} ({})", escape(source)),
        None => format!("a choice: {measured}"),
    }
}

/// A small bar: the band, and where the value is.
fn strip(figure: &Figure) -> String {
    let (low, high) = match (figure.low, figure.high) {
        (Some(low), Some(high)) if high > low => (low, high),
        // A band that is open at one side is drawn to twice or half of its end.
        (Some(low), None) => (low, low + low.abs().max(figure.value - low) * 1.1),
        (None, Some(high)) if high > 0.0 => (0.0, high),
        _ => return String::new(),
    };
    let margin = (high - low) * 0.45;
    let place =
        |value: f64| 4.0 + 112.0 * ((value - low + margin) / (high - low + 2.0 * margin)).clamp(0.0, 1.0);
    let (left, right, at) = (place(low), place(high), place(figure.value));
    let far = if figure.within == Some(false) { " far" } else { "" };
    format!(
        "<svg class=\"strip\" viewBox=\"0 0 120 16\" aria-hidden=\"true\"><path class=\"track\" d=\"M2 8H118\"/>\
         <rect class=\"band\" x=\"{left:.0}\" y=\"3\" width=\"{:.0}\" height=\"10\"/>\
         <path class=\"mark{far}\" d=\"M{at:.1} 2l4 6l-4 6l-4 -6z\"/></svg>",
        right - left
    )
}

/// The first rows of each table of the edition. Nobody asked to publish the rows of other tables.
pub fn first_rows(text: &mut String, measures: &Measures) {
    text.push_str(
        "<section aria-labelledby=\"rows\">\n<h2 id=\"rows\">First rows</h2>\n\
         <p class=\"lead\">By primary key, of the tables of the edition. Long texts are cut.</p>\n",
    );
    for sample in &measures.samples {
        let name = escape(sample.table.name);
        let _ = write!(
            text,
            "<section class=\"scroll\" tabindex=\"0\" aria-label=\"First rows of {name}\">\n\
             <table class=\"rows\">\n<caption>{name}</caption>\n<thead><tr>"
        );
        let class = |kind: Kind| if kind == Kind::Integer { " class=\"number\"" } else { "" };
        for column in sample.table.columns {
            let _ = write!(text, "<th scope=\"col\"{}>{}</th>", class(column.kind), column.name);
        }
        text.push_str("</tr></thead>\n<tbody>\n");
        for row in &sample.rows {
            text.push_str("<tr>");
            for (column, cell) in sample.table.columns.iter().zip(row) {
                let _ = match cell {
                    Some(cell) => write!(text, "<td{}>{}</td>", class(column.kind), escape(cell)),
                    None => write!(text, "<td class=\"null\">NULL</td>"),
                };
            }
            text.push_str("</tr>\n");
        }
        if sample.rows.is_empty() {
            let _ = writeln!(text, "<tr><td colspan=\"{}\">no rows</td></tr>", sample.table.columns.len());
        }
        text.push_str("</tbody>\n</table>\n</section>\n");
    }
    text.push_str("</section>\n");
}

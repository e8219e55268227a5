//! The figures of a page: a sentence, a chart, what was published next to it, and the numbers as a table.

mod network;
mod people;
mod photos;
mod times;

use std::fmt::Write;

use super::super::DataSet;
use super::super::html::{escape, short};
use super::super::measure::{Measures, Point};
use super::super::published;
use super::{range, verdict};
use crate::check::Figure;

/// A figure of the page.
struct Card {
    id: &'static str,
    title: &'static str,
    /// What the chart shows, in a sentence or two.
    says: String,
    drawing: String,
    /// The figures that are compared with published ones.
    beside: &'static [&'static str],
    /// The numbers of the chart.
    headings: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

/// All figures that the rows allow.
pub fn write(text: &mut String, measures: &Measures, data_sets: &[DataSet]) {
    let charts = &measures.charts;
    let cards = [
        people::degrees(charts),
        photos::likes(charts),
        photos::engagement(charts),
        times::week(charts),
        times::delays(charts),
        times::growth(charts),
        photos::hashtags(charts),
        photos::tags(charts),
        people::photos(charts),
        network::clustering(charts),
        network::distances(charts, &measures.figures),
        times::causality(charts),
        people::comments(charts),
        people::languages(charts, data_sets),
    ];
    for card in cards.into_iter().flatten() {
        card.write(text, &measures.figures);
    }
}

impl Card {
    fn write(&self, text: &mut String, figures: &[Figure]) {
        let Card { id, title, .. } = self;
        let _ = write!(
            text,
            "<section class=\"card\" aria-labelledby=\"{id}\">\n<h3 id=\"{id}\">{title}</h3>\n<p class=\"says\">{}</p>\n{}",
            escape(&self.says),
            self.drawing
        );
        let beside = self.beside.iter().filter_map(|name| figures.iter().find(|figure| figure.name == *name));
        let lines: Vec<String> = beside.map(line).collect();
        if !lines.is_empty() {
            let _ = write!(text, "<ul class=\"beside\">\n{}</ul>\n", lines.concat());
        }
        if !self.rows.is_empty() {
            self.numbers(text);
        }
        text.push_str("</section>\n");
    }

    fn numbers(&self, text: &mut String) {
        text.push_str("<details><summary>The numbers</summary>\n<table>\n<thead><tr>");
        for (at, heading) in self.headings.iter().enumerate() {
            let class = if at == 0 { "" } else { " class=\"number\"" };
            let _ = write!(text, "<th scope=\"col\"{class}>{heading}</th>");
        }
        text.push_str("</tr></thead>\n<tbody>\n");
        for row in &self.rows {
            text.push_str("<tr>");
            for (at, cell) in row.iter().enumerate() {
                let _ = match at {
                    0 => write!(text, "<th scope=\"row\">{}</th>", escape(cell)),
                    _ => write!(text, "<td class=\"number\">{}</td>", escape(cell)),
                };
            }
            text.push_str("</tr>\n");
        }
        text.push_str("</tbody>\n</table></details>\n");
    }
}

/// A figure, its band, and what was published.
fn line(figure: &Figure) -> String {
    let beside = match published::of(figure.name) {
        Some(published::Published { measured, source: Some(source), .. }) => {
            format!(" Published: {} ({}).", escape(measured), escape(source))
        }
        Some(published::Published { measured, .. }) => {
            format!(" The band is a choice: {}.", escape(measured))
        }
        None => String::new(),
    };
    let band = match figure.within {
        Some(_) => format!("; band {} {}", range(figure), verdict(figure)),
        None => String::new(),
    };
    let (name, value) = (escape(figure.name), short(figure.value));
    format!("<li><strong>{name}: {value}</strong>{band}.{beside}</li>\n")
}

/// The points of two lines side by side, where they have the same x or nearly.
fn points(
    line: &[Point],
    every: usize,
    x: impl Fn(f64) -> String,
    y: impl Fn(f64) -> String,
) -> Vec<Vec<String>> {
    let last = line.len().saturating_sub(1);
    let kept = line.iter().enumerate().filter(|(at, _)| at % every == 0 || *at == last);
    kept.map(|(_, point)| vec![x(point.x), y(point.y)]).collect()
}

/// What half of all have at most, on a falling line of those who have at least so many.
fn half(line: &[Point]) -> f64 {
    line.iter().rev().find(|point| point.y >= 0.5).map_or(0.0, |point| point.x)
}

/// `1`, `2 to 3`
fn from_to(from: u32, to: u32) -> String {
    let (from, to) = (u64::from(from), u64::from(to));
    match from == to {
        true => super::super::html::thousands(from),
        false => format!("{} to {}", super::super::html::thousands(from), super::super::html::thousands(to)),
    }
}

//! Tables for grade books and spreadsheets (RFC 4180).

use crate::classroom::marks::{Marks, word};
use crate::grade::Outcome;

/// A line for each student, with a column for each exercise.
pub(super) fn wide(class: &[Marks]) -> String {
    let exercises = class.first().map_or(&[][..], |marks| marks.exercises.as_slice());
    let head = ["student", "score", "max_score", "percent", "correct", "missing"].map(str::to_owned);
    let head = head.into_iter().chain(exercises.iter().map(|mark| mark.id.clone()));
    let mut text = line(head);
    for marks in class {
        let percent = marks.score.share_of(marks.max_score) * 100.0;
        let own = [
            name(&marks.student),
            marks.score.to_string(),
            marks.max_score.to_string(),
            format!("{percent:.2}"),
            marks.count(Outcome::Correct).to_string(),
            marks.count(Outcome::Missing).to_string(),
        ];
        text += &line(own.into_iter().chain(marks.exercises.iter().map(|mark| mark.points.to_string())));
    }
    text
}

/// A line for each student and exercise.
pub(super) fn long(class: &[Marks]) -> String {
    let head =
        ["student", "number", "exercise", "points", "max_points", "verdict", "mistake", "message", "seed"];
    let mut text = line(head.map(str::to_owned).into_iter());
    for marks in class {
        for mark in &marks.exercises {
            text += &line(
                [
                    name(&marks.student),
                    mark.number.to_string(),
                    mark.id.clone(),
                    mark.points.to_string(),
                    mark.max_points.to_string(),
                    word(mark.verdict).to_owned(),
                    name(mark.mistake.as_deref().unwrap_or_default()),
                    name(mark.message.as_deref().unwrap_or_default()),
                    mark.seed.to_string(),
                ]
                .into_iter(),
            );
        }
    }
    text
}

/// The characters with which a formula begins; in Japanese or Chinese spreadsheets also in full width.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// A stranger's text. A spreadsheet would run a text that looks like a formula, even after white space, so such a text gets an
/// apostrophe in front.
fn name(text: &str) -> String {
    match text.starts_with(['\t', '\r', '\n']) || text.trim_start().starts_with(FORMULA) {
        true => format!("'{text}"),
        false => text.to_owned(),
    }
}

fn line(cells: impl Iterator<Item = String>) -> String {
    // In locales where numbers have a comma, a spreadsheet may split at semicolons or tabs instead.
    let divides = ['"', ',', ';', '\t', '\n', '\r'];
    let quoted = cells.map(|cell| match cell.contains(divides) || cell.trim() != cell {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell,
    });
    let mut line = quoted.collect::<Vec<_>>().join(",");
    line.push('\n');
    line
}

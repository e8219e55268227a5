//! Results in the formats of other programs: grade books, test reports, graders. The same marks give the same bytes.

mod classroom50;
mod coderunner;
mod csv;
mod gradescope;
mod json;
mod junit;

use super::error::{ClassroomError, Result};
use super::marks::Marks;
use crate::sha256;
pub use classroom50::Subject;
pub use gradescope::Visibility;

/// A format for results.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A line for each student.
    Csv,
    /// A line for each student and exercise.
    CsvLong,
    /// The format of instaseed itself.
    Json,
    Junit,
    Gradescope,
    Classroom50,
    Coderunner,
}

/// What a format needs besides the marks.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// If a format has whole numbers only, points are in hundredths.
    pub scaled: bool,
    pub visibility: Visibility,
    /// What is graded, for Classroom 50.
    pub subject: Option<Subject>,
}

impl Format {
    pub const ALL: [Format; 7] = [
        Format::Csv,
        Format::CsvLong,
        Format::Json,
        Format::Junit,
        Format::Gradescope,
        Format::Classroom50,
        Format::Coderunner,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::CsvLong => "csv-long",
            Format::Json => "json",
            Format::Junit => "junit",
            Format::Gradescope => "gradescope",
            Format::Classroom50 => "classroom50",
            Format::Coderunner => "coderunner",
        }
    }

    /// Whether a file holds one student.
    pub fn is_of_one(self) -> bool {
        matches!(self, Format::Gradescope | Format::Classroom50 | Format::Coderunner)
    }

    /// One file for the whole class. With `single` it is the submission of one student: an object instead of a list.
    pub fn write(self, class: &[Marks], single: bool, options: &Options) -> Result<String> {
        match (self, class) {
            (Format::Csv, _) => Ok(csv::wide(class)),
            (Format::CsvLong, _) => Ok(csv::long(class)),
            (Format::Json, [one]) if single => Ok(json::one(one)),
            (Format::Json, _) => Ok(json::many(class)),
            (Format::Junit, _) => Ok(junit::write(class)),
            (Format::Gradescope, [one]) => Ok(gradescope::write(one, options)),
            (Format::Classroom50, [one]) => classroom50::write(one, options),
            (Format::Coderunner, [one]) => Ok(coderunner::write(one)),
            _ => Err(ClassroomError::NeedsFolder { format: self.name(), students: class.len() }),
        }
    }

    /// A file for each student, as name and text.
    pub fn write_each(self, class: &[Marks], options: &Options) -> Result<Vec<(String, String)>> {
        let of = |marks: &Marks| {
            let text = self.write(std::slice::from_ref(marks), true, options)?;
            let ending = match self {
                Format::Csv | Format::CsvLong => "csv",
                Format::Junit => "xml",
                _ => "json",
            };
            Ok((file_name(&marks.student, ending), text))
        };
        class.iter().map(of).collect()
    }
}

/// The name of a student's file. A name that leaves no room for the ending is cut, and gets a digest so that it stays unique.
fn file_name(student: &str, ending: &str) -> String {
    const LONGEST: usize = 255;
    if student.len() + 1 + ending.len() <= LONGEST {
        return format!("{student}.{ending}");
    }
    let digest = &sha256::of(student)[..12];
    let mut end = LONGEST - digest.len() - ending.len() - 2;
    while !student.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}-{digest}.{ending}", &student[..end])
}

/// A JSON text as a file has it.
fn pretty(value: &impl serde::Serialize) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}

/// Text for XML and HTML: what these may not contain is left out, what they would read as markup is spelled out.
fn markup(text: &str) -> String {
    let is_allowed =
        |c: char| matches!(c, '\t' | '\n' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    text.chars().filter(|c| is_allowed(*c)).fold(String::with_capacity(text.len()), |mut done, c| {
        match c {
            '&' => done.push_str("&amp;"),
            '<' => done.push_str("&lt;"),
            '>' => done.push_str("&gt;"),
            '"' => done.push_str("&quot;"),
            '\'' => done.push_str("&#39;"),
            c => done.push(c),
        }
        done
    })
}

#[cfg(test)]
pub(super) mod tests;

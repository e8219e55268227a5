//! JUnit's XML, which every CI system shows: a suite for each student, a test for each exercise.

use super::markup;
use crate::classroom::marks::{Mark, Marks, word};
use crate::grade::Outcome;

pub(super) fn write(class: &[Marks]) -> String {
    let all = || class.iter().flat_map(|marks| &marks.exercises);
    let seconds: Option<f64> = class.iter().map(Marks::seconds).sum();
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    text += &format!("<testsuites name=\"exercises\"{}>\n", counts(all(), seconds));
    for marks in class {
        let suite = counts(marks.exercises.iter(), marks.seconds());
        text += &format!("  <testsuite name=\"{}\"{suite}>\n", attribute(&marks.student));
        marks.exercises.iter().for_each(|mark| text += &case(mark));
        text += "  </testsuite>\n";
    }
    text + "</testsuites>\n"
}

fn counts<'a>(marks: impl Iterator<Item = &'a Mark>, seconds: Option<f64>) -> String {
    let (mut tests, mut failures, mut skipped) = (0, 0, 0);
    for mark in marks {
        tests += 1;
        match mark.verdict {
            Outcome::Correct => {}
            Outcome::Missing => skipped += 1,
            _ => failures += 1,
        }
    }
    format!(" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\"{}", time(seconds))
}

fn time(seconds: Option<f64>) -> String {
    seconds.map_or(String::new(), |seconds| format!(" time=\"{seconds:.3}\""))
}

fn case(mark: &Mark) -> String {
    let name = attribute(&mark.heading());
    let begin = format!(
        "    <testcase classname=\"{}\" name=\"{name}\"{}",
        attribute(&mark.chapter),
        time(mark.seconds)
    );
    let message = attribute(mark.message.as_deref().unwrap_or(word(mark.verdict)));
    match mark.verdict {
        Outcome::Correct => format!("{begin}/>\n"),
        Outcome::Missing => format!("{begin}>\n      <skipped message=\"{message}\"/>\n    </testcase>\n"),
        verdict => {
            let kind = attribute(mark.mistake.as_deref().unwrap_or(word(verdict)));
            let more = markup(mark.feedback.as_deref().unwrap_or_default());
            format!(
                "{begin}>\n      <failure message=\"{message}\" type=\"{kind}\">{more}</failure>\n    </testcase>\n"
            )
        }
    }
}

/// In an attribute, an end of line would be read as a space.
fn attribute(text: &str) -> String {
    markup(text).replace('\n', "&#10;").replace('\t', "&#9;")
}

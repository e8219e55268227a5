//! What a combinator template grader of Moodle's CodeRunner prints: the fraction of the mark, and a table of the exercises.

use serde_json::{Value, json};

use super::{markup, pretty};
use crate::classroom::marks::{Mark, Marks};

pub(super) fn write(marks: &Marks) -> String {
    let head = json!(["iscorrect", "Exercise", "Points", "What was found"]);
    let row = |mark: &Mark| {
        json!([
            u8::from(mark.is_correct()),
            mark.heading(),
            format!("{} of {}", mark.points, mark.max_points),
            mark.feedback.as_deref().unwrap_or_default(),
        ])
    };
    let table: Vec<Value> = std::iter::once(head).chain(marks.exercises.iter().map(row)).collect();
    let notes: String = marks.notes.iter().map(|note| format!("<p>Note: {}.</p>", markup(note))).collect();
    let instructor = format!(
        "<p>instaseed {}, exercises {}, {}, {}</p>",
        markup(marks.tool),
        markup(&marks.catalogue),
        markup(marks.engine),
        markup(&json!(marks.seeds).to_string()),
    );
    pretty(&json!({
        "fraction": marks.score.share_of(marks.max_score),
        "testresults": table,
        // `%s`: Moodle cleans the text and keeps its lines.
        "columnformats": ["%s", "%s", "%s"],
        "epiloguehtml": notes,
        "instructorhtml": instructor,
    }))
}

//! Gradescope's results.json: what an autograder leaves in /autograder/results.

use serde_json::{Map, Value, json};

use super::{Options, pretty};
use crate::classroom::marks::{Mark, Marks};

/// When students see tests. As long as one test is hidden, they do not see the total either.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Visibility {
    #[default]
    Visible,
    AfterDueDate,
    AfterPublished,
    Hidden,
}

impl Visibility {
    pub const ALL: [Visibility; 4] =
        [Visibility::Visible, Visibility::AfterDueDate, Visibility::AfterPublished, Visibility::Hidden];

    /// As Gradescope spells it.
    pub fn name(self) -> &'static str {
        match self {
            Visibility::Visible => "visible",
            Visibility::AfterDueDate => "after_due_date",
            Visibility::AfterPublished => "after_published",
            Visibility::Hidden => "hidden",
        }
    }
}

pub(super) fn write(marks: &Marks, options: &Options) -> String {
    let mut results = Map::new();
    results.insert("score".to_owned(), json!(marks.score));
    if let Some(seconds) = marks.seconds() {
        // The page has whole seconds.
        results.insert("execution_time".to_owned(), json!(seconds.ceil()));
    }
    results.insert("output".to_owned(), json!(overview(marks)));
    results.insert("output_format".to_owned(), json!("text"));
    results.insert("test_output_format".to_owned(), json!("text"));
    results.insert("test_name_format".to_owned(), json!("text"));
    results.insert("visibility".to_owned(), json!(options.visibility.name()));
    results.insert("stdout_visibility".to_owned(), json!("hidden"));
    let tests = marks.exercises.iter().map(|mark| test(mark, options.visibility)).collect::<Vec<Value>>();
    results.insert("tests".to_owned(), Value::Array(tests));
    let mut record = json!(marks);
    if let Some(record) = record.as_object_mut() {
        // Each test has its own.
        record.remove("exercises");
    }
    results.insert("extra_data".to_owned(), record);
    pretty(&results)
}

fn overview(marks: &Marks) -> String {
    let correct = marks.exercises.iter().filter(|mark| mark.is_correct()).count();
    let mut text = format!("{correct} of {} exercises are correct.", marks.exercises.len());
    for note in &marks.notes {
        text.push_str(&format!("\nNote: {note}."));
    }
    text
}

fn test(mark: &Mark, visibility: Visibility) -> Value {
    json!({
        "score": mark.points,
        "max_score": mark.max_points,
        "status": if mark.is_correct() { "passed" } else { "failed" },
        "name": mark.title,
        "number": mark.number.to_string(),
        "output": mark.feedback.as_deref().unwrap_or_default(),
        "tags": [mark.chapter],
        "visibility": visibility.name(),
        "extra_data": mark,
    })
}

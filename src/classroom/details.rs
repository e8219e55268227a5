//! How much of a verdict a student may see, as text.

use super::marks::word;
use crate::grade::{Example, KnownMistake, Outcome, Place, Table, Verdict, on_one_line};

/// How much a student sees.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Details {
    /// Everything, including expected rows and examples.
    Full,
    /// What the student's query returns and why it is wrong, but no expected rows and no row of a hidden data set.
    #[default]
    Own,
    /// Whether the answer is correct, without a reason.
    None,
}

/// More rows than this are no help.
const MOST_ROWS: usize = 12;
/// The most characters of a cell or a clause.
const MOST_CHARACTERS: usize = 120;

impl Details {
    pub const ALL: [Details; 3] = [Details::Full, Details::Own, Details::None];

    pub fn name(self) -> &'static str {
        match self {
            Details::Full => "full",
            Details::Own => "own",
            Details::None => "none",
        }
    }

    /// Whether examples are shown; otherwise the grader need not look for them.
    pub fn has_examples(self) -> bool {
        self != Details::None
    }

    /// The one sentence.
    pub(super) fn message(self, verdict: &Verdict) -> Option<String> {
        (self != Details::None).then(|| verdict.message.clone())
    }

    /// The mistake that was recognised.
    pub(super) fn mistake(self, verdict: &Verdict) -> Option<&KnownMistake> {
        verdict.mistake.as_ref().filter(|_| self != Details::None)
    }

    /// All that may be seen, as lines.
    pub(super) fn feedback(self, verdict: &Verdict) -> Option<String> {
        if self == Details::None {
            return None;
        }
        let mut text = vec![verdict.message.clone()];
        if let Some(place) = &verdict.at {
            text.push(pointed_at(place));
        }
        if let Some(mistake) = &verdict.mistake {
            text.push(mistake.hint.clone());
        }
        text.extend(verdict.notes.iter().cloned());
        for probe in verdict.probes.iter().filter(|probe| !probe.passed) {
            let found = probe.found.as_ref().map_or(String::new(), |found| format!(": {found}"));
            text.push(format!("Failed: {}{found}", probe.name));
            text.extend(probe.hint.clone());
        }
        if let Some(work) = &verdict.work {
            let (yours, model, unit) = (work.yours, work.model, work.unit);
            let most = work.at_most;
            text.push(format!(
                "Work: {yours} {unit}. The model needs {model}, and {most} times that is allowed."
            ));
        }
        let is_full = self == Details::Full;
        if let Some(missing) = verdict.missing.as_ref().filter(|_| is_full) {
            text.push(shown("Missing rows", missing));
        }
        if let Some(extra) = &verdict.extra {
            text.push(shown("Rows that should not be there", extra));
        }
        if let Some(example) = verdict.example.as_ref().filter(|example| is_full || !example.hidden) {
            text.extend(of_example(example, is_full));
        }
        Some(text.join("\n"))
    }
}

/// A line of the answer, with a mark below the place.
fn pointed_at(place: &Place) -> String {
    let begin = format!("Line {}: ", place.line);
    let line: String = place.text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let space = " ".repeat(begin.chars().count() + place.column.saturating_sub(1));
    // Only the beginning of a long line is shown, so the place may be outside it.
    let mark = if place.column <= line.chars().count() + 1 { format!("\n{space}^") } else { String::new() };
    format!("{begin}{}{mark}", line.trim_end())
}

fn of_example(example: &Example, is_full: bool) -> Vec<String> {
    let data = if example.hidden { "another database" } else { "the data" };
    let mut text = Vec::new();
    match (example.tables.is_empty(), example.hidden) {
        (false, _) => text.push(format!("The smallest part of {data} that shows it:")),
        (true, true) => text.push("Some of the rows that differ on another database:".to_owned()),
        // The rows that differ are above.
        (true, false) => return text,
    }
    text.extend(example.tables.iter().map(|table| shown(&table.name, table)));
    text.push(shown("Yours", &example.yours));
    if is_full {
        text.push(shown("Expected", &example.expected));
    }
    if !example.steps.is_empty() {
        text.push("Your query on these rows, clause by clause:".to_owned());
    }
    for (at, step) in example.steps.iter().enumerate() {
        let rows = if step.rows == 1 { "row" } else { "rows" };
        let clause = readable(&step.clause.split_whitespace().collect::<Vec<_>>().join(" "));
        let model = match example.diverges {
            Some((first, model)) if first == at && is_full => format!("  (the model has {model} here)"),
            _ => String::new(),
        };
        text.push(format!("{:>6} {rows:4}  {clause}{model}", step.rows));
    }
    text
}

/// A table as lines, its columns aligned.
pub(super) fn shown(title: &str, table: &Table) -> String {
    let count = table.count.max(table.rows.len());
    if count == 0 {
        return format!("{title}: no rows");
    }
    let rows = table.rows.iter().take(MOST_ROWS);
    let rows = rows.map(|row| row.iter().map(|cell| readable(&cell.shown())).collect::<Vec<String>>());
    let head: Vec<String> = table.columns.iter().map(|name| readable(name)).collect();
    let lines: Vec<Vec<String>> = std::iter::once(head).chain(rows).collect();
    let width =
        |at: usize| lines.iter().filter_map(|line| line.get(at)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..table.columns.len()).map(|at| width(at).unwrap_or(0)).collect();
    let mut text = format!("{title}:");
    for line in &lines {
        let cells = line.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        text.push_str(&format!("\n  {}", cells.collect::<Vec<_>>().join(" | ").trim_end()));
    }
    if count > lines.len() - 1 {
        text.push_str(&format!("\n  and {} more", count - (lines.len() - 1)));
    }
    text
}

/// A stranger's text, short enough to read.
fn readable(text: &str) -> String {
    on_one_line(text, MOST_CHARACTERS)
}

/// The feedback for an answer that was not judged.
pub(super) fn not_judged(outcome: Outcome, why: Option<&str>) -> Verdict {
    let message = match why {
        Some(why) => format!("The answer was not graded: {why}."),
        None => "There is no answer.".to_owned(),
    };
    debug_assert!(matches!(outcome, Outcome::Missing | Outcome::Refused), "{}", word(outcome));
    Verdict { message, ..Verdict::of(outcome) }
}

#[cfg(test)]
mod tests {
    use super::{Details, not_judged, shown};
    use crate::grade::{Example, KnownMistake, Outcome, Place, Step, Table, Verdict};
    use crate::sandbox::Cell;

    fn table(name: &str, cells: [i64; 2], count: usize) -> Table {
        let rows = vec![cells.map(Cell::Integer).to_vec()];
        let columns = ["photo_id", "n"].map(str::to_owned).to_vec();
        Table { name: name.to_owned(), columns, rows, count }
    }

    fn verdict(hidden: bool) -> Verdict {
        Verdict {
            message: "3 rows differ.".to_owned(),
            mistake: Some(KnownMistake {
                name: "fan-out".to_owned(),
                hint: "You counted joined rows.".to_owned(),
            }),
            missing: Some(table("", [7777, 1], 3)),
            extra: Some(table("", [8888, 2], 1)),
            example: Some(Example {
                tables: vec![table("photos", [163, 81], 1)],
                rows: 1,
                yours: table("", [163, 2], 1),
                expected: table("", [163, 9999], 1),
                steps: Vec::new(),
                diverges: None,
                hidden,
            }),
            ..not_judged(Outcome::Missing, None)
        }
    }

    #[test]
    fn full_details_have_expected_rows() {
        let text = Details::Full.feedback(&verdict(true)).expect("text");
        for part in
            ["3 rows differ.", "You counted joined rows.", "7777", "8888", "9999", "and 2 more", "163"]
        {
            assert!(text.contains(part), "{part}: {text}");
        }
    }

    #[test]
    fn own_details_have_no_expected_row_and_no_hidden_one() {
        let text = Details::Own.feedback(&verdict(false)).expect("text");
        assert!(text.contains("8888") && text.contains("photos:"), "{text}");
        assert!(!text.contains("7777") && !text.contains("9999"), "{text}");
        let text = Details::Own.feedback(&verdict(true)).expect("text");
        assert!(text.contains("8888") && !text.contains("163"), "{text}");
    }

    #[test]
    fn an_example_has_a_heading_for_each_part() {
        let step = |clause: &str, rows| Step { clause: clause.to_owned(), rows, table: None };
        let mut verdict = Verdict { missing: None, extra: None, mistake: None, ..verdict(false) };
        verdict.at = Some(Place { line: 2, column: 3, text: "\té x".to_owned() });
        if let Some(example) = &mut verdict.example {
            example.steps = vec![step("FROM users u", 1), step("JOIN photos p", 2)];
            example.diverges = Some((1, 4));
        }
        let text = |details: Details, verdict: &Verdict| details.feedback(verdict).expect("text");
        assert_eq!(
            text(Details::Own, &verdict),
            "3 rows differ.\nLine 2:  é x\n          ^\nThe smallest part of the data that shows it:\n\
             photos:\n  photo_id | n\n  163      | 81\nYours:\n  photo_id | n\n  163      | 2\n\
             Your query on these rows, clause by clause:\n     1 row   FROM users u\n     2 rows  JOIN photos p"
        );
        let full = text(Details::Full, &verdict);
        assert!(
            full.ends_with("JOIN photos p  (the model has 4 here)") && full.contains("Expected:"),
            "{full}"
        );
        if let Some(example) = &mut verdict.example {
            (example.tables, example.steps) = (Vec::new(), Vec::new());
        }
        assert_eq!(text(Details::Own, &verdict), "3 rows differ.\nLine 2:  é x\n          ^");
    }

    #[test]
    fn no_details_are_no_text() {
        let verdict = verdict(false);
        assert_eq!(Details::None.feedback(&verdict), None);
        assert_eq!(Details::None.message(&verdict), None);
        assert_eq!(Details::None.mistake(&verdict), None);
    }

    #[test]
    fn a_table_is_aligned_and_says_what_is_left_out() {
        assert_eq!(
            shown("rows", &table("", [163, 2], 3)),
            "rows:\n  photo_id | n\n  163      | 2\n  and 2 more"
        );
        assert_eq!(shown("rows", &Table::default()), "rows: no rows");
        let long = Table {
            columns: vec!["a\nb".to_owned()],
            rows: vec![vec![Cell::Text("x".repeat(200_000))]],
            ..table("", [0, 0], 1)
        };
        assert_eq!(shown("rows", &long), format!("rows:\n  a b\n  {}…", "x".repeat(120)));
    }
}

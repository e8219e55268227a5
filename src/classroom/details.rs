//! How much of a verdict a student may see, as text.

use super::marks::word;
use crate::grade::{Example, KnownMistake, Outcome, Table, Verdict};

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
            text.push(format!("line {}: {}", place.line, place.text.trim()));
        }
        if let Some(mistake) = &verdict.mistake {
            text.push(mistake.hint.clone());
        }
        text.extend(verdict.notes.iter().cloned());
        for probe in verdict.probes.iter().filter(|probe| !probe.passed) {
            let found = probe.found.as_ref().map_or(String::new(), |found| format!(": {found}"));
            text.push(format!("did not hold: {}{found}", probe.name));
            text.extend(probe.hint.clone());
        }
        if let Some(work) = &verdict.work {
            let (yours, model, unit) = (work.yours, work.model, work.unit);
            text.push(format!(
                "{yours} {unit}; the model needs {model}, and {} times that are allowed",
                work.at_most
            ));
        }
        let is_full = self == Details::Full;
        if let Some(missing) = verdict.missing.as_ref().filter(|_| is_full) {
            text.push(shown("rows that are missing", missing));
        }
        if let Some(extra) = &verdict.extra {
            text.push(shown("rows that should not be there", extra));
        }
        if let Some(example) = verdict.example.as_ref().filter(|example| is_full || !example.hidden) {
            text.extend(of_example(example, is_full));
        }
        Some(text.join("\n"))
    }
}

fn of_example(example: &Example, is_full: bool) -> Vec<String> {
    let mut text = Vec::new();
    if !example.tables.is_empty() {
        text.push("The smallest part of the data that shows it:".to_owned());
        text.extend(example.tables.iter().map(|table| shown(&table.name, table)));
    }
    text.push(shown("your query there", &example.yours));
    if is_full {
        text.push(shown("expected there", &example.expected));
    }
    text.extend(example.steps.iter().map(|step| {
        let rows = if step.rows == 1 { "row" } else { "rows" };
        format!("{:>6} {rows}  {}", step.rows, step.clause.split_whitespace().collect::<Vec<_>>().join(" "))
    }));
    text
}

/// A table as lines, its columns aligned.
pub(super) fn shown(title: &str, table: &Table) -> String {
    let count = table.count.max(table.rows.len());
    if count == 0 {
        return format!("{title}: no rows");
    }
    let rows = table.rows.iter().take(MOST_ROWS);
    let rows = rows.map(|row| row.iter().map(|cell| on_one_line(&cell.shown())).collect::<Vec<String>>());
    let lines: Vec<Vec<String>> = std::iter::once(table.columns.clone()).chain(rows).collect();
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

fn on_one_line(cell: &str) -> String {
    cell.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// The feedback for an answer that was not judged.
pub(super) fn not_judged(outcome: Outcome, why: Option<&str>) -> Verdict {
    let message = match why {
        Some(why) => format!("The answer was not graded: {why}."),
        None => "There is no answer.".to_owned(),
    };
    debug_assert!(matches!(outcome, Outcome::Missing | Outcome::Refused), "{}", word(outcome));
    Verdict {
        exercise: String::new(),
        outcome,
        stage: None,
        message,
        notes: Vec::new(),
        at: None,
        mistake: None,
        missing: None,
        extra: None,
        example: None,
        probes: Vec::new(),
        work: None,
        share: 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::{Details, not_judged, shown};
    use crate::grade::{Example, KnownMistake, Outcome, Table, Verdict};
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
    }
}

//! A verdict in words and tables, in the order that helps a learner most.

use super::{markdown, tables};
use crate::output::{Output, Style, counted, thousands};
use instaseed::grade::{Example, Outcome, ProbeResult, Table, Verdict, WorkDone};
use instaseed::sandbox::Place;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The column at which the name of a probe begins.
const BEFORE_PROBE: usize = 10;

/// Prints everything that was found about an answer, in the order of a verdict: notes come before the known mistake.
pub fn print(verdict: &Verdict, out: &Output) {
    let style = if verdict.outcome == Outcome::Correct { Style::Good } else { Style::Bad };
    markdown::print_styled(style, &verdict.message, out);
    if let Some(place) = &verdict.at {
        print_place(place, out);
    }
    for note in &verdict.notes {
        markdown::print(note, out);
    }
    if let Some(mistake) = &verdict.mistake {
        markdown::print(&mistake.hint, out);
    }
    print_probes(&verdict.probes, out);
    if let Some(work) = &verdict.work {
        print_work(work, out);
    }
    let some_rows = [("Missing rows", &verdict.missing), ("Rows that should not be there", &verdict.extra)];
    for (name, table) in some_rows {
        if let Some(table) = table {
            print_some(name, table, out);
        }
    }
    if let Some(example) = &verdict.example {
        print_example(example, out);
    }
}

/// The line of the text, with a caret below the place.
pub fn print_place(place: &Place, out: &Output) {
    let number = format!("  line {}: ", place.line);
    let (line, before) = excerpt(place, out.width().saturating_sub(number.width()));
    out.print(format_args!("{number}{line}"));
    out.print(format_args!("{}^", " ".repeat(number.width() + before)));
}

/// As much of the line as fits, with the place in it, and the number of columns before the place.
fn excerpt(place: &Place, width: usize) -> (String, usize) {
    let line: Vec<char> = place.text.chars().map(|c| if c == '\t' { ' ' } else { c }).collect();
    let at = place.column.saturating_sub(1).min(line.len());
    let wide = |from: usize, to: usize| line[from..to].iter().map(|c| c.width().unwrap_or(0)).sum::<usize>();
    let mut from = 0;
    // Shows some words on both sides of the place, if there is room for both.
    if wide(0, line.len()) > width {
        while from < at && wide(from, at) > width / 2 {
            from += 1;
        }
    }
    let mut to = line.len();
    while to > from && wide(from, to) > width {
        to -= 1;
    }
    (line[from..to].iter().collect(), wide(from, at))
}

fn print_some(name: &str, table: &Table, out: &Output) {
    out.print("");
    out.print(match table.rows.len() < table.count {
        true => format!("{name}, {} of {}:", table.rows.len(), thousands(table.count as u64)),
        false => format!("{name}:"),
    });
    let shown = Table { count: table.rows.len(), ..table.clone() };
    tables::print_table(&shown, 2, out);
}

fn print_example(example: &Example, out: &Output) {
    out.print("");
    let of = if example.hidden { "of another database, with other data," } else { "of the data" };
    let rows = counted(example.rows as u64, "row", "rows");
    if example.tables.is_empty() {
        markdown::print(&format!("It takes {rows} {of} to show the difference. On these:"), out);
    } else {
        let heading = format!("The smallest part {of} that shows it, {rows}:");
        markdown::print_styled(Style::Strong, &heading, out);
        for table in &example.tables {
            out.print(format_args!("  {}", table.name));
            tables::print_table(table, 4, out);
        }
    }
    for (name, table) in [("Yours", &example.yours), ("Expected", &example.expected)] {
        out.print(format_args!("  {name}"));
        tables::print_table(table, 4, out);
    }
    // A single step says no more than the rows above.
    if example.steps.len() > 1 || example.diverges.is_some() {
        out.print("");
        out.print("Your query on these rows, clause by clause:");
        tables::print_steps(&example.steps, example.diverges, out);
    }
}

fn print_probes(probes: &[ProbeResult], out: &Output) {
    if probes.is_empty() {
        return;
    }
    out.print("");
    for probe in probes {
        let (word, style) = if probe.passed { ("passed", Style::Good) } else { ("failed", Style::Bad) };
        markdown::print_behind(&format!("  {}  ", out.style(style, word)), BEFORE_PROBE, &probe.name, out);
        for text in [&probe.found, &probe.hint].into_iter().flatten() {
            markdown::print_field("         ", text, out);
        }
    }
}

fn print_work(work: &WorkDone, out: &Output) {
    let WorkDone { unit, yours, model, stopped, plan, .. } = work;
    let more = if *stopped { "more than " } else { "" };
    let line = format!(
        "Work: {more}{} {unit}. The model takes {}; at most {} are allowed.",
        thousands(*yours),
        thousands(*model),
        thousands(work.allowed())
    );
    out.print("");
    markdown::print(&line, out);
    for step in plan {
        markdown::print_field("  -", step, out);
    }
}

#[cfg(test)]
mod tests {
    use super::{Place, excerpt};

    #[test]
    fn a_long_line_is_shown_around_its_place() {
        let place = |column, text: &str| Place { line: 1, column, text: text.to_owned() };
        assert_eq!(excerpt(&place(8, "SELECT\tx"), 40), ("SELECT x".to_owned(), 7));
        let long = format!("SELECT {}, usernam FROM users", "id, ".repeat(40));
        let (line, before) = excerpt(&place(long.find("usernam").unwrap() + 1, &long), 40);
        assert!(line.len() <= 40, "{line}");
        assert_eq!(&line[before..before + 7], "usernam");
        assert_eq!(excerpt(&place(1, &long), 20), ("SELECT id, id, id, i".to_owned(), 0));
    }
}

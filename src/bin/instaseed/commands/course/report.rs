//! A verdict in words and tables, in the order that helps a learner most.

use super::{markdown, tables};
use crate::output::{Output, Style, counted, thousands};
use instaseed::grade::{Example, Outcome, ProbeResult, Table, Verdict, WorkDone};
use instaseed::sandbox::Place;
use unicode_width::UnicodeWidthStr;

/// Prints everything that was found about an answer.
pub fn print(verdict: &Verdict, out: &Output) {
    let style = if verdict.outcome == Outcome::Correct { Style::Good } else { Style::Bad };
    for line in markdown::wrap(&verdict.message, out.width()) {
        out.print(out.style(style, &line));
    }
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
    let before: String = place.text.chars().take(place.column.saturating_sub(1)).collect();
    let plain = |text: &str| text.replace('\t', " ");
    out.print(format_args!("{number}{}", plain(&place.text)));
    out.print(format_args!("{}^", " ".repeat(number.width() + plain(&before).width())));
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
    if example.tables.is_empty() {
        out.print(format_args!(
            "It takes {} {of} to show the difference. On these:",
            counted(example.rows as u64, "row", "rows")
        ));
    } else {
        out.print(out.style(
            Style::Strong,
            &format!(
                "The smallest part {of} that shows it, {}:",
                counted(example.rows as u64, "row", "rows")
            ),
        ));
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
        out.print(format_args!("  {}  {}", out.style(style, word), probe.name));
        for text in [&probe.found, &probe.hint].into_iter().flatten() {
            markdown::print_field("         ", text, out);
        }
    }
}

fn print_work(work: &WorkDone, out: &Output) {
    let WorkDone { unit, yours, model, at_most, stopped, plan } = work;
    let allowed = (*model as f64 * at_most).floor() as u64;
    let more = if *stopped { "more than " } else { "" };
    let line = format!(
        "Work: {more}{} {unit}. The model takes {}; at most {} are allowed.",
        thousands(*yours),
        thousands(*model),
        thousands(allowed)
    );
    out.print("");
    markdown::print(&line, out);
    for step in plan {
        markdown::print_field("  -", step, out);
    }
}

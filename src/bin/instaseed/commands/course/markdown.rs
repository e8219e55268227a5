//! Prints the texts of exercises on a terminal: wraps paragraphs to its width, and leaves code as it is.

use crate::output::{Output, Style};
use unicode_width::UnicodeWidthStr;

/// Prints a text.
pub fn print(text: &str, out: &Output) {
    for line in lines(text, out.width()) {
        out.print(line);
    }
}

/// Prints a text under its name: the lines after the first are moved below its beginning.
pub fn print_field(name: &str, text: &str, out: &Output) {
    print_behind(&format!("{name} "), name.width() + 1, text, out);
}

/// Prints a text, perhaps in a style, after something that takes some columns.
pub fn print_behind(first: &str, columns: usize, text: &str, out: &Output) {
    let space = " ".repeat(columns);
    let width = out.width().saturating_sub(columns).max(20);
    for (at, line) in wrap(text, width).into_iter().enumerate() {
        out.print(format_args!("{}{line}", if at == 0 { first } else { space.as_str() }));
    }
}

/// Prints a sentence in a style, on as many lines as it needs.
pub fn print_styled(style: Style, text: &str, out: &Output) {
    for line in wrap(text, out.width()) {
        out.print(out.style(style, &line));
    }
}

/// A text of Markdown as lines of at most this width.
pub fn lines(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut paragraph = String::new();
    let mut table = Vec::new();
    let mut is_code = false;
    for line in text.trim().lines() {
        if !is_code && line.trim_start().starts_with('|') {
            finish(&mut paragraph, width, &mut lines);
            table.extend(cells(line));
            continue;
        }
        finish_table(&mut table, width, &mut lines);
        let is_fence = line.trim_start().starts_with("```");
        let begins = line.trim_start().starts_with(['-', '*', '#']) || line.starts_with("    ");
        if is_fence || is_code || begins || line.trim().is_empty() {
            finish(&mut paragraph, width, &mut lines);
        }
        match (is_fence, is_code || line.starts_with("    "), line.trim().is_empty()) {
            (true, ..) => is_code = !is_code,
            (_, true, _) if is_code => lines.push(format!("    {line}")),
            (_, true, _) => lines.push(line.to_owned()),
            (.., true) => lines.push(String::new()),
            _ => {
                if !paragraph.is_empty() {
                    paragraph.push(' ');
                }
                paragraph.push_str(line.trim());
            }
        }
    }
    finish(&mut paragraph, width, &mut lines);
    finish_table(&mut table, width, &mut lines);
    lines
}

/// The cells of a row of a table; `None` for the line below its headings.
fn cells(line: &str) -> Option<Vec<String>> {
    let cells: Vec<String> =
        line.trim().trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect();
    let is_rule = cells.iter().all(|cell| cell.bytes().all(|byte| matches!(byte, b'-' | b':')));
    (!is_rule).then_some(cells)
}

/// A table in columns. If they do not fit, each row is a list item with the names of its cells.
fn finish_table(table: &mut Vec<Vec<String>>, width: usize, lines: &mut Vec<String>) {
    let rows = std::mem::take(table);
    let Some((head, body)) = rows.split_first() else { return };
    let widest = |at: usize| rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.width()).max();
    let widths: Vec<usize> = (0..head.len()).map(|at| widest(at).unwrap_or(0)).collect();
    if widths.iter().sum::<usize>() + 2 * (widths.len() - 1) <= width {
        for row in &rows {
            let cells = row.iter().zip(&widths);
            let cells = cells.map(|(cell, width)| format!("{cell}{}", " ".repeat(width - cell.width())));
            lines.push(cells.collect::<Vec<_>>().join("  ").trim_end().to_owned());
        }
        return;
    }
    for row in body {
        let named = head.iter().zip(row).map(|(name, cell)| format!("{name}: {cell}"));
        finish(&mut format!("- {}", named.collect::<Vec<_>>().join("; ")), width, lines);
    }
}

fn finish(paragraph: &mut String, width: usize, lines: &mut Vec<String>) {
    if !paragraph.is_empty() {
        let is_item = paragraph.starts_with("- ");
        let wrapped = wrap(paragraph, width - if is_item { 2 } else { 0 });
        lines.extend(wrapped.into_iter().enumerate().map(|(at, line)| match is_item && at > 0 {
            true => format!("  {line}"),
            false => line,
        }));
        paragraph.clear();
    }
}

/// Wraps words into lines. Code between backticks stays on one line if it fits.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in words(text) {
        if !line.is_empty() && line.width() + 1 + word.width() > width {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&word);
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

/// What must stay together: words, and short pieces of code.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut is_open = false;
    for word in text.split_whitespace() {
        match words.last_mut() {
            Some(last) if is_open && last.width() + word.width() < 40 => {
                last.push(' ');
                last.push_str(word);
            }
            _ => words.push(word.to_owned()),
        }
        is_open ^= word.matches('`').count() % 2 == 1;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::{lines, wrap};

    #[test]
    fn paragraphs_are_wrapped_and_code_is_not() {
        let text = "one two\nthree\n\n- four five six\n```sql\nSELECT 1,\n  2\n```\nend";
        let expected =
            ["one two", "three", "", "- four", "  five", "  six", "    SELECT 1,", "      2", "end"];
        assert_eq!(lines(text, 8), expected);
    }

    #[test]
    fn a_table_that_does_not_fit_is_a_list() {
        let text = "See:\n| name | key |\n|---|---|\n| `a` | id |\n| `long` | id, b |\nend";
        assert_eq!(lines(text, 40), ["See:", "name    key", "`a`     id", "`long`  id, b", "end"]);
        let list = ["See:", "- name:", "  `a`; key:", "  id", "- name:", "  `long`;", "  key: id, b", "end"];
        assert_eq!(lines(text, 12), list);
    }

    #[test]
    fn a_piece_of_code_stays_on_its_line() {
        assert_eq!(wrap("say `ORDER BY likes` now", 16), ["say", "`ORDER BY likes`", "now"]);
        assert_eq!(wrap("", 9), [""]);
    }
}

//! Rows as aligned columns. On a terminal a row stays on its line: the widest columns give way first.

use super::{Output, Style, escape_line};
use std::borrow::Cow;
use std::fmt::Write;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Between two columns.
const GAP: usize = 2;
/// A column is not cut below this width.
const NARROWEST: usize = 6;

impl Output {
    /// Prints rows under their headings; numbers stand at the right.
    pub fn table(&self, headings: &[&str], rows: &[Vec<String>]) {
        if self.is_json() {
            return;
        }
        let mut widths: Vec<usize> = headings.iter().map(|heading| heading.width()).collect();
        for row in rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(shown(cell).width());
            }
        }
        if let Some(columns) = self.columns {
            narrow(&mut widths, columns);
        }
        let numeric: Vec<bool> = (0..headings.len())
            .map(|at| {
                !rows.is_empty() && rows.iter().all(|row| row.get(at).is_some_and(|cell| is_number(cell)))
            })
            .collect();
        let head: Vec<String> = headings.iter().map(|heading| (*heading).to_owned()).collect();
        self.print(self.style(Style::Strong, &line(&head, &widths, &numeric)));
        for row in rows {
            self.print(line(row, &widths, &numeric));
        }
    }
}

/// A number with its thousands apart: 1,234,567.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut apart = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            apart.push(',');
        }
        apart.push(digit);
    }
    apart
}

fn is_number(cell: &str) -> bool {
    !cell.is_empty() && cell.chars().all(|c| c.is_ascii_digit() || c == ',')
}

/// A cell on one line: what would break the columns is spelled out.
fn shown(cell: &str) -> Cow<'_, str> {
    escape_line(cell)
}

fn line(cells: &[String], widths: &[usize], numeric: &[bool]) -> String {
    let mut line = String::new();
    for (at, (cell, width)) in cells.iter().zip(widths).enumerate() {
        let cell = cut(&shown(cell), *width);
        let space = " ".repeat(width.saturating_sub(cell.width()));
        let gap = if at > 0 { " ".repeat(GAP) } else { String::new() };
        let _ =
            if numeric[at] { write!(line, "{gap}{space}{cell}") } else { write!(line, "{gap}{cell}{space}") };
    }
    line.truncate(line.trim_end().len());
    line
}

/// The text in at most `width` columns, with an ellipsis where something is left out.
fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut used = 0;
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used >= width {
            break;
        }
        kept.push(c);
    }
    kept.push('…');
    kept
}

/// Takes from the widest columns until the line fits, or nothing more can be taken.
fn narrow(widths: &mut [usize], columns: usize) {
    let gaps = GAP * widths.len().saturating_sub(1);
    while widths.iter().sum::<usize>() + gaps > columns {
        match widths.iter_mut().max() {
            Some(widest) if *widest > NARROWEST => *widest -= 1,
            _ => break,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{cut, narrow, thousands};

    #[test]
    fn a_long_text_is_cut_with_an_ellipsis() {
        assert_eq!(cut("sunset over the sea", 8), "sunset …");
        assert_eq!(cut("short", 8), "short");
        assert_eq!(cut("日本の夕焼け", 7), "日本の…");
    }

    #[test]
    fn thousands_stand_apart() {
        assert_eq!([0, 999, 1000, 1_234_567].map(thousands), ["0", "999", "1,000", "1,234,567"]);
    }

    #[test]
    fn the_widest_columns_give_way_first() {
        let mut widths = [4, 60, 20];
        narrow(&mut widths, 48);
        assert_eq!(widths, [4, 20, 20]);
        let mut widths = [4, 60, 20];
        narrow(&mut widths, 5);
        assert_eq!(widths, [4, 6, 6]);
    }
}

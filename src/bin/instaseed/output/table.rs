//! Rows as aligned columns. On a terminal a row stays on its line: long addresses and hashes give way first, then
//! texts; numbers and times only where nothing else is left.

use super::{Output, Style, escape_line};
use std::borrow::Cow;
use std::fmt::Write;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Between two columns.
pub(super) const GAP: usize = 2;
/// A column is not cut below this width while another can be cut.
const STILL_READABLE: usize = 12;
/// A word of this width is an address, a hash or the like: nobody reads its end.
const LONG_WORD: usize = 25;
/// What gives way first, and down to which width.
pub(super) const READABLE: [(Holds, usize); 2] =
    [(Holds::LongWords, STILL_READABLE), (Holds::Text, STILL_READABLE)];
/// What gives way where that is not enough.
pub(super) const LAST: [(Holds, usize); 3] = [(Holds::LongWords, 3), (Holds::Text, 5), (Holds::Figures, 6)];

/// What a column holds, as far as it matters for cutting it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    /// Numbers and times: a part of one is worth nothing.
    Figures,
    Text,
    LongWords,
}

impl Output {
    /// Prints rows under their headings; numbers stand at the right.
    pub fn table(&self, headings: &[&str], rows: &[Vec<String>]) {
        self.grid(headings, rows, &is_numeric(headings.len(), rows), 0);
    }

    /// The same, moved to the right by `indent`, with the columns that stand at the right.
    pub fn grid(&self, headings: &[&str], rows: &[Vec<String>], numeric: &[bool], indent: usize) {
        if self.is_json() {
            return;
        }
        let mut widths: Vec<usize> = headings.iter().map(|heading| heading.width()).collect();
        for row in rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(shown(cell).width());
            }
        }
        if let Some(columns) = self.columns() {
            let holds: Vec<Holds> = (0..headings.len()).map(|at| holds(rows, at)).collect();
            narrow(&mut widths, &holds, columns.saturating_sub(indent));
        }
        let mark = if self.is_ascii() { '~' } else { '…' };
        let space = " ".repeat(indent);
        let head: Vec<String> = headings.iter().map(|heading| (*heading).to_owned()).collect();
        let line = |cells: &[String]| line(cells, &widths, numeric, mark);
        self.print(format_args!("{space}{}", self.style(Style::Strong, &line(&head))));
        for row in rows {
            self.print(format_args!("{space}{}", line(row)));
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

/// `1 rule`, `2 rules`.
pub fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", thousands(number), if number == 1 { one } else { many })
}

/// A number of bytes in the unit that suits it: `12 kB`, `3.4 MB`, `120 GB`.
pub fn size(bytes: u64) -> String {
    match bytes {
        ..1_000_000 => format!("{} kB", thousands(bytes.div_ceil(1000))),
        1_000_000..100_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        100_000_000..10_000_000_000 => format!("{} MB", thousands(bytes / 1_000_000)),
        _ => format!("{} GB", thousands(bytes / 1_000_000_000)),
    }
}

/// Which of so many columns have nothing but numbers.
pub(super) fn is_numeric(columns: usize, rows: &[Vec<String>]) -> Vec<bool> {
    let all = |at: usize| rows.iter().all(|row| row.get(at).is_some_and(|cell| is_number(cell)));
    (0..columns).map(|at| !rows.is_empty() && all(at)).collect()
}

fn is_number(cell: &str) -> bool {
    !cell.is_empty() && cell.chars().all(|c| c.is_ascii_digit() || c == ',')
}

/// A cell on one line: what would break the columns is spelled out.
pub(super) fn shown(cell: &str) -> Cow<'_, str> {
    escape_line(cell)
}

pub(super) fn line(cells: &[String], widths: &[usize], numeric: &[bool], mark: char) -> String {
    let mut line = String::new();
    for (at, (cell, width)) in cells.iter().zip(widths).enumerate() {
        let cell = cut(&shown(cell), *width, mark);
        let space = " ".repeat(width.saturating_sub(cell.width()));
        let gap = if at > 0 { " ".repeat(GAP) } else { String::new() };
        let _ =
            if numeric[at] { write!(line, "{gap}{space}{cell}") } else { write!(line, "{gap}{cell}{space}") };
    }
    line.truncate(line.trim_end().len());
    line
}

/// The text in at most `width` columns, with a mark if something is left out.
fn cut(text: &str, width: usize, mark: char) -> String {
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
    kept.push(mark);
    kept
}

pub(super) fn holds(rows: &[Vec<String>], at: usize) -> Holds {
    let mut cells = rows.iter().filter_map(|row| row.get(at)).filter(|cell| *cell != "NULL").peekable();
    if cells.peek().is_none() {
        return Holds::Text;
    }
    let (mut figures, mut words, mut widest) = (true, true, 0);
    for cell in cells {
        figures &= is_number(cell) || is_time(cell);
        words &= !cell.contains(char::is_whitespace);
        widest = widest.max(cell.width());
    }
    match (figures, words && widest >= LONG_WORD) {
        (true, _) => Holds::Figures,
        (_, true) => Holds::LongWords,
        _ => Holds::Text,
    }
}

/// `2026-01-31 23:59:59`, or the day alone.
fn is_time(cell: &str) -> bool {
    let pattern = "0000-00-00 00:00:00";
    matches!(cell.len(), 10 | 19)
        && cell.chars().zip(pattern.chars()).all(|(c, p)| if p == '0' { c.is_ascii_digit() } else { c == p })
}

/// Takes from the widest columns until the line fits, or nothing more can be taken.
fn narrow(widths: &mut [usize], holds: &[Holds], columns: usize) {
    shrink(widths, holds, columns, &READABLE);
    shrink(widths, holds, columns, &LAST);
}

/// Takes from the widest columns of each kind, down to the least that it may have, until the line fits.
pub(super) fn shrink(widths: &mut [usize], holds: &[Holds], columns: usize, steps: &[(Holds, usize)]) {
    let gaps = GAP * widths.len().saturating_sub(1);
    for (kind, least) in steps {
        while widths.iter().sum::<usize>() + gaps > columns {
            let of_kind = widths.iter_mut().zip(holds).filter(|(_, holds)| *holds == kind);
            match of_kind.map(|(width, _)| width).max() {
                Some(widest) if *widest > *least => *widest -= 1,
                _ => break,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Holds, cut, holds, narrow, size, thousands};

    #[test]
    fn a_long_text_is_cut_with_an_ellipsis() {
        assert_eq!(cut("sunset over the sea", 8, '…'), "sunset …");
        assert_eq!(cut("short", 8, '…'), "short");
        assert_eq!(cut("日本の夕焼け", 7, '…'), "日本の…");
        assert_eq!(cut("sunset over the sea", 8, '~'), "sunset ~");
    }

    #[test]
    fn a_size_has_the_unit_that_suits_it() {
        let sizes = [0, 1, 12_000, 3_440_000, 123_456_789, 120_000_000_000].map(size);
        assert_eq!(sizes, ["0 kB", "1 kB", "12 kB", "3.4 MB", "123 MB", "120 GB"]);
    }

    #[test]
    fn thousands_stand_apart() {
        assert_eq!([0, 999, 1000, 1_234_567].map(thousands), ["0", "999", "1,000", "1,234,567"]);
    }

    #[test]
    fn the_widest_columns_give_way_first() {
        let texts = [Holds::Text; 3];
        let mut widths = [4, 60, 20];
        narrow(&mut widths, &texts, 48);
        assert_eq!(widths, [4, 20, 20]);
        let mut widths = [4, 60, 20];
        narrow(&mut widths, &texts, 5);
        assert_eq!(widths, [4, 5, 5]);
    }

    #[test]
    fn figures_stay_whole_while_anything_else_can_be_cut() {
        let row =
            |id: &str, text: &str, url: &str, time: &str| [id, text, url, time].map(str::to_owned).to_vec();
        let rows = [
            row(
                "1234567",
                "a caption of some words",
                "https://picsum.photos/seed/1/1080",
                "2026-01-31 23:59:59",
            ),
            row("NULL", "another", "NULL", "NULL"),
        ];
        let holds: Vec<Holds> = (0..4).map(|at| holds(&rows, at)).collect();
        assert_eq!(holds, [Holds::Figures, Holds::Text, Holds::LongWords, Holds::Figures]);
        let mut widths = [7, 23, 33, 19];
        narrow(&mut widths, &holds, 80);
        assert_eq!(widths, [7, 23, 25, 19]);
        narrow(&mut widths, &holds, 60);
        assert_eq!(widths, [7, 16, 12, 19]);
        narrow(&mut widths, &holds, 40);
        assert_eq!(widths, [7, 5, 3, 19]);
        narrow(&mut widths, &holds, 36);
        assert_eq!(widths, [7, 5, 3, 15]);
    }
}

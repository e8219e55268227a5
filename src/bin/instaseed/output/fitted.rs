//! Tables whose columns fit the terminal: what matters least gives way first.
//!
//! Long words and texts are cut down to what is still readable; then columns are left out and named below the table, addresses
//! and hashes before the others, and the last one first. Keys and names stay: they are cut only where nothing else is left.

use super::table::{GAP, Holds, LAST, READABLE, holds, is_numeric, line, shown, shrink};
use super::{Output, Style};
use unicode_width::UnicodeWidthStr;

/// A name of this width is a text.
const LONG_NAME: usize = 32;
/// A word of this width is an address or a hash, of which a part is worth nothing.
const ADDRESS: usize = 36;

/// A table, and how its columns are shown.
#[derive(Debug, Clone, Copy)]
pub struct Sheet<'a> {
    pub headings: &'a [&'a str],
    pub rows: &'a [Vec<String>],
    /// The columns that stand at the right; those with nothing but numbers if it is not said.
    pub numeric: Option<&'a [bool]>,
    /// Nothing is cut or left out.
    pub wide: bool,
}

impl Output {
    /// Prints a table as wide as the terminal is.
    pub fn sheet(&self, sheet: Sheet<'_>) {
        if self.is_json() {
            return;
        }
        let Sheet { headings, rows, numeric, wide } = sheet;
        let numeric = numeric.map_or_else(|| is_numeric(headings.len(), rows), <[bool]>::to_vec);
        let mut widths: Vec<usize> = headings.iter().map(|heading| shown(heading).width()).collect();
        for row in rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(shown(cell).width());
            }
        }
        let kinds: Vec<Holds> = (0..headings.len()).map(|at| holds(rows, at)).collect();
        let all = || Fit { kept: (0..headings.len()).collect(), widths: widths.clone() };
        let fit = match self.columns() {
            Some(columns) if !wide => fit(headings, &widths, &kinds, columns),
            _ => all(),
        };
        let numeric: Vec<bool> = fit.kept.iter().map(|at| numeric[*at]).collect();
        let mark = if self.is_ascii() { '~' } else { '…' };
        let pick = |cells: &dyn Fn(usize) -> String| {
            let cells: Vec<String> = fit.kept.iter().map(|at| cells(*at)).collect();
            line(&cells, &fit.widths, &numeric, mark)
        };
        self.print(self.style(Style::Strong, &pick(&|at| headings[at].to_owned())));
        for row in rows {
            self.print(pick(&|at| row.get(at).cloned().unwrap_or_default()));
        }
        let left: Vec<_> =
            (0..headings.len()).filter(|at| !fit.kept.contains(at)).map(|at| shown(headings[at])).collect();
        if !left.is_empty() {
            let text = format!("not shown: {}; see all with --wide or --vertical", left.join(", "));
            self.print(self.style(Style::Faint, &text));
        }
    }

    /// Prints a row with each of its columns on a line, without cutting values.
    pub fn down(&self, number: usize, headings: &[&str], cells: &[String]) {
        let width = headings.iter().map(|heading| shown(heading).width()).max().unwrap_or(0);
        self.print(self.style(Style::Strong, &format!("row {number}")));
        for (heading, cell) in headings.iter().zip(cells) {
            let heading = shown(heading);
            let space = " ".repeat(width - heading.width());
            self.print(format_args!("  {heading}{space}  {}", shown(cell)));
        }
    }
}

/// The columns that are shown, and how wide each is.
#[derive(Debug, PartialEq, Eq)]
struct Fit {
    kept: Vec<usize>,
    widths: Vec<usize>,
}

/// Whether a column says which row it is.
fn stays(heading: &str, width: usize) -> bool {
    let heading = heading.to_ascii_lowercase();
    let is_key = heading == "id" || heading.ends_with("_id");
    is_key || heading.ends_with("name") && width <= LONG_NAME
}

fn fit(headings: &[&str], widths: &[usize], kinds: &[Holds], columns: usize) -> Fit {
    let mut kept: Vec<usize> = (0..headings.len()).collect();
    let words: Vec<usize> = (0..headings.len()).filter(|at| kinds[*at] == Holds::LongWords).collect();
    loop {
        let mut fitted: Vec<usize> = kept.iter().map(|at| widths[*at]).collect();
        let kind = |at: &usize| if stays(headings[*at], widths[*at]) { Holds::Figures } else { kinds[*at] };
        let kinds: Vec<Holds> = kept.iter().map(kind).collect();
        let fits =
            |widths: &[usize]| widths.iter().sum::<usize>() + GAP * (widths.len().max(1) - 1) <= columns;
        shrink(&mut fitted, &kinds, columns, &READABLE);
        if fits(&fitted) {
            return Fit { kept, widths: fitted };
        }
        // The first column says what a row is about, whatever its name.
        let may_go = |at: &usize| *at > 0 && !stays(headings[*at], widths[*at]);
        let is_address = |at: &usize| may_go(at) && widths[*at] >= ADDRESS && words.contains(at);
        let last = kept.iter().rposition(is_address).or_else(|| kept.iter().rposition(may_go));
        match last {
            Some(place) => drop(kept.remove(place)),
            None => {
                shrink(&mut fitted, &kinds, columns, &LAST);
                if fits(&fitted) || kept.len() < 2 {
                    return Fit { kept, widths: fitted };
                }
                kept.pop();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADINGS: [&str; 5] = ["id", "username", "bio", "avatar_url", "created_at"];
    const KINDS: [Holds; 5] =
        [Holds::Figures, Holds::LongWords, Holds::Text, Holds::LongWords, Holds::Figures];
    const WIDTHS: [usize; 5] = [7, 26, 60, 40, 19];

    fn at(columns: usize) -> (Vec<usize>, Vec<usize>) {
        let fit = fit(&HEADINGS, &WIDTHS, &KINDS, columns);
        (fit.kept, fit.widths)
    }

    #[test]
    fn texts_are_cut_before_columns_are_left_out() {
        assert_eq!(at(200), (vec![0, 1, 2, 3, 4], WIDTHS.to_vec()));
        assert_eq!(at(100), (vec![0, 1, 2, 3, 4], vec![7, 26, 28, 12, 19]));
        assert_eq!(at(84), (vec![0, 1, 2, 3, 4], vec![7, 26, 12, 12, 19]));
    }

    #[test]
    fn addresses_go_first_then_what_is_at_the_end_and_keys_and_names_are_cut_last() {
        assert_eq!(at(80), (vec![0, 1, 2, 4], vec![7, 26, 22, 19]));
        assert_eq!(at(55), (vec![0, 1, 2], vec![7, 26, 18]));
        assert_eq!(at(40), (vec![0, 1], vec![7, 26]));
        assert_eq!(at(30), (vec![0, 1], vec![7, 21]));
        assert_eq!(at(10), (vec![0], vec![7]));
    }
}

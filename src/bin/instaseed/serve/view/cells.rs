//! Rows as tables: numbers are right-aligned, NULL is a word, and long results end with the number of rows that are left out.

use instaseed::sandbox::{Cell, is_numeric};
use maud::{Markup, html};

/// How many rows of a result are shown.
const MOST_ROWS: usize = 200;
/// How many characters of a cell are shown.
const MOST_CHARACTERS: usize = 500;

/// How a cell is marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    Plain,
    /// It should not be there.
    Del,
    /// It should be there.
    Ins,
}

/// A table with a caption, in a frame that scrolls if the table is too wide.
pub fn table(caption: &str, columns: &[String], rows: &[Vec<Cell>], count: usize) -> Markup {
    marked(caption, columns, rows, count, |_, _| Mark::Plain)
}

pub fn marked(
    caption: &str,
    columns: &[String],
    rows: &[Vec<Cell>],
    count: usize,
    mark: impl Fn(usize, usize) -> Mark,
) -> Markup {
    let shown = &rows[..rows.len().min(MOST_ROWS)];
    let numeric: Vec<bool> = (0..columns.len()).map(|at| is_numeric(rows, at)).collect();
    let class = |at: usize| numeric.get(at).copied().unwrap_or(false).then_some("number");
    html! {
        div.scroll role="region" aria-label=(caption) tabindex="0" {
            table {
                caption { (caption) }
                thead { tr {
                    @for (at, column) in columns.iter().enumerate() { th scope="col" class=[class(at)] { (column) } }
                } }
                tbody {
                    @for (line, row) in shown.iter().enumerate() {
                        tr { @for (at, value) in row.iter().enumerate() { (cell(value, mark(line, at), class(at))) } }
                    }
                }
            }
            @if count > shown.len() { p.more { "and " (thousands(count - shown.len())) " more" } }
        }
    }
}

fn cell(value: &Cell, mark: Mark, class: Option<&str>) -> Markup {
    let text = value.shown();
    let cut: String = text.chars().take(MOST_CHARACTERS).collect();
    let text = if cut.len() < text.len() { format!("{cut}…") } else { text };
    let content = html! {
        @if *value == Cell::Null { span.null { "NULL" } } @else { (text) }
    };
    html! {
        @match mark {
            Mark::Plain => td class=[class] { (content) },
            Mark::Del => td.wrong.number[class.is_some()] { del { (content) } },
            Mark::Ins => td.right.number[class.is_some()] { ins { (content) } },
        }
    }
}

pub fn thousands(number: usize) -> String {
    crate::output::thousands(number as u64)
}

/// `1 row`, `1,234 rows`.
pub fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{} {}", thousands(count), if count == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::table;
    use instaseed::sandbox::Cell;

    #[test]
    fn cells_of_a_database_are_text_and_nothing_else() {
        let rows =
            vec![vec![Cell::Text("<script>alert(1)</script>".to_owned()), Cell::Integer(3), Cell::Null]];
        let columns = ["<b>".to_owned(), "n".to_owned(), "x\" onclick=\"y".to_owned()];
        let html = table("a & b", &columns, &rows, 4_133).into_string();
        assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "{html}");
        assert!(!html.contains("<script") && !html.contains("<b>"), "{html}");
        assert!(html.contains("<td class=\"number\">3</td>"), "{html}");
        assert!(html.contains("<span class=\"null\">NULL</span>"), "{html}");
        assert!(html.contains("and 4,132 more"), "{html}");
    }

    #[test]
    fn at_most_200_rows_are_shown() {
        let rows: Vec<Vec<Cell>> = (0..250).map(|number| vec![Cell::Integer(number)]).collect();
        let html = table("t", &["n".to_owned()], &rows, 250).into_string();
        assert_eq!(html.matches("<tr>").count(), 201);
        assert!(html.contains("and 50 more"), "{html}");
    }
}

//! A text on the terminal, one page at a time, with the keys below it. A screen that cannot be cleared gets one text after the
//! other.

use super::keys::Key;
use super::pages::Pages;
use crate::output::{Output, Size, Style, rows_of};

/// What is on the screen.
pub struct Screen<'a> {
    out: &'a Output,
    is_plain: bool,
    keys: &'static [&'static str],
    /// The lines of the text, drawn for a terminal of this size.
    lines: Vec<String>,
    size: Option<Size>,
    /// The first line on the screen.
    first: usize,
}

impl<'a> Screen<'a> {
    /// `keys` are the words about the keys. With `is_plain`, the screen is never cleared.
    pub fn new(is_plain: bool, keys: &'static [&'static str], out: &'a Output) -> Screen<'a> {
        // If the screen cannot be cleared, nothing can be overwritten.
        let is_plain = is_plain || !out.clear_screen();
        Screen { out, is_plain, keys, lines: Vec::new(), size: None, first: 0 }
    }

    pub fn is_plain(&self) -> bool {
        self.is_plain
    }

    /// Whether the text must be drawn again, because the size of the terminal has changed.
    pub fn is_outgrown(&self) -> bool {
        !self.is_plain && self.out.size() != self.size
    }

    /// The next text is shown from its beginning.
    pub fn go_to_beginning(&mut self) {
        self.first = 0;
    }

    /// The last page of the next text is shown.
    pub fn go_to_end(&mut self) {
        self.first = usize::MAX;
    }

    /// Shows a text that was drawn for a terminal of this size.
    pub fn show(&mut self, size: Option<Size>, lines: Vec<String>) {
        (self.size, self.lines) = (size, lines);
        self.print_page();
    }

    /// The pages of what was drawn; `None` if everything is printed.
    fn pages(&self) -> Option<Pages> {
        let Size { columns, rows } = self.size.filter(|_| !self.is_plain)?;
        let taken = self.lines.iter().map(|line| rows_of(line, columns)).collect();
        // Below the text are a line about the pages, the keys, and the line of the cursor.
        Some(Pages::new(taken, rows.saturating_sub(key_lines(self.keys, columns).len() + 2)))
    }

    pub fn scroll(&mut self, key: Key) {
        let Some(pages) = self.pages() else { return };
        let first = match key {
            Key::Up => self.first.saturating_sub(1),
            Key::PageUp => pages.before(self.first),
            Key::Down => self.first.saturating_add(1),
            _ => pages.end(self.first),
        };
        let first = first.min(pages.last());
        if first != self.first {
            self.first = first;
            self.print_page();
        }
    }

    fn print_page(&mut self) {
        let (first, end) = match self.pages() {
            None => {
                self.out.print("");
                (0, self.lines.len())
            }
            Some(pages) => {
                self.out.clear_screen();
                self.first = self.first.min(pages.last());
                (self.first, pages.end(self.first))
            }
        };
        self.out.print_held(&self.lines[first..end]);
        self.out.print(match end - first < self.lines.len() {
            false => String::new(),
            true => {
                let text = format!("-- {} to {end} of {} lines: space, b --", first + 1, self.lines.len());
                self.out.style(Style::Strong, &text)
            }
        });
        self.print_key_lines();
    }

    /// Prints the keys below what was printed last.
    pub fn print_keys(&self) {
        self.out.print("");
        self.print_key_lines();
    }

    fn print_key_lines(&self) {
        for line in key_lines(self.keys, self.size.map_or(80, |size| size.columns)) {
            self.out.print(self.out.style(Style::Faint, &line));
        }
    }
}

/// The keys, on as many lines as they need.
fn key_lines(keys: &[&str], width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for &key in keys {
        let line = lines.len() - 1;
        if lines[line].is_empty() {
            lines[line] += key;
        } else if lines[line].len() + 2 + key.len() <= width {
            lines[line] += &format!("  {key}");
        } else {
            lines.push(key.to_owned());
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::key_lines;

    #[test]
    fn keys_are_not_divided() {
        let keys = ["n next", "t task", "h hint", "r run", "l list", "q quit", "? help"];
        assert_eq!(key_lines(&keys, 80), ["n next  t task  h hint  r run  l list  q quit  ? help"]);
        assert_eq!(key_lines(&keys, 30), ["n next  t task  h hint  r run", "l list  q quit  ? help"]);
    }
}

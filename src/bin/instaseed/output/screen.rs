//! The terminal as a screen: its current size, text that is held back until it is shown, and clearing the screen.

use super::{Output, Told};
use crate::failure::Failure;
use std::io::{self, IsTerminal};
use unicode_width::UnicodeWidthStr;

/// Columns and rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    pub columns: usize,
    pub rows: usize,
}

impl Output {
    /// How many columns a text may have: those of the terminal, at most 100; 80 without a terminal.
    pub fn width(&self) -> usize {
        self.columns().map_or(80, |columns| columns.clamp(20, 100))
    }

    /// The size of the terminal on standard output; `None` without a terminal.
    pub fn size(&self) -> Option<Size> {
        let size = rustix::termios::tcgetwinsize(io::stdout()).ok()?;
        let size = Size { columns: usize::from(size.ws_col), rows: usize::from(size.ws_row) };
        (size.columns > 0 && size.rows > 0).then_some(size)
    }

    /// Clears the screen if standard output is a terminal that can do so. Returns whether it can.
    pub fn clear_screen(&self) -> bool {
        let is_dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
        let can = !self.is_json() && !is_dumb && io::stdout().is_terminal();
        if can {
            self.write(format_args!("\x1b[H\x1b[2J\x1b[3J"));
        }
        can
    }

    /// An error within a text: what happened, why, and what to do.
    pub fn told(&self, failure: &Failure) -> Vec<String> {
        let Told { message, causes, hint } = self.words_of(failure);
        let mut lines = vec![format!("error: {message}")];
        lines.extend(causes.iter().map(|cause| format!("because: {cause}")));
        lines.extend(hint.map(|hint| format!("help: {hint}")));
        lines
    }

    /// Collects what some work prints as lines for [`Output::print_held`], instead of printing it.
    pub fn hold(&self, work: impl FnOnce() -> Result<(), Failure>) -> Result<Vec<String>, Failure> {
        *self.held.borrow_mut() = Some(String::new());
        let done = work();
        let text = self.held.take().unwrap_or_default();
        done.map(|()| text.lines().map(str::to_owned).collect())
    }

    /// Prints lines that were held back.
    pub fn print_held(&self, lines: &[String]) {
        for line in lines {
            self.write(format_args!("{line}\n"));
        }
    }
}

/// How many rows a held line takes, because the terminal wraps long lines.
pub fn rows_of(line: &str, columns: usize) -> usize {
    let mut shown = String::new();
    let mut rest = line;
    // The codes of styles take no room, and there are no other control codes.
    while let Some((before, code)) = rest.split_once("\u{1b}[") {
        shown.push_str(before);
        rest = code.split_once('m').map_or("", |(_, after)| after);
    }
    shown.push_str(rest);
    shown.width().div_ceil(columns.max(1)).max(1)
}

#[cfg(test)]
mod tests {
    use super::rows_of;

    #[test]
    fn colours_take_no_room() {
        assert_eq!(rows_of("", 10), 1);
        assert_eq!(rows_of("\u{1b}[1;31m0123456789\u{1b}[0m", 10), 1);
        assert_eq!(rows_of("\u{1b}[2m01234567890\u{1b}[0m", 10), 2);
    }
}

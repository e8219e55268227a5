//! A small prompt, where the engine's own shell is not installed: a statement ends with a semicolon.

use super::Asked;
use crate::failure::Failure;
use crate::output::{Output, escape_line};
use instaseed::query::{Access, Query, is_complete};
use std::io;

pub fn run(asked: &Asked<'_>, out: &Output) -> Result<(), Failure> {
    let mut connection = asked.connect()?;
    out.note(match asked.access {
        Access::Read => format!("{}, read only; --write allows changes", asked.target),
        Access::Write => asked.target.to_string(),
    });
    out.note("end a statement with ;   .tables lists the tables, .quit or Ctrl-D ends");
    let mut text = String::new();
    loop {
        out.prompt(if text.is_empty() { "sql> " } else { "...> " });
        let mut line = String::new();
        if io::stdin().read_line(&mut line).map_err(Failure::Input)? == 0 {
            out.print("");
            return Ok(());
        }
        match line.trim() {
            "" if text.is_empty() => continue,
            ".quit" | ".exit" if text.is_empty() => return Ok(()),
            ".tables" if text.is_empty() => {
                for table in connection.tables()? {
                    out.print(escape_line(&table));
                }
                continue;
            }
            word if text.is_empty() && word.starts_with('.') => {
                out.note("here are only .tables and .quit");
                continue;
            }
            _ => text.push_str(&line),
        }
        let engine = asked.target.engine();
        if !is_complete(engine, &text) {
            continue;
        }
        let text = std::mem::take(&mut text);
        let query = Query::parse(engine, &text, asked.access).map_err(Failure::from);
        match query.and_then(|query| asked.run(&mut connection, &query, out)) {
            Err(failure) if failure.is_a_stop() => return Err(failure),
            Err(failure) => out.failure(&failure),
            Ok(()) => {}
        }
    }
}

//! The last lines of the verbs that fill a database.

use crate::output::{Output, Style, thousands};
use instaseed::database::Target;
use instaseed::deployment::{Seeded, TableCount};
use instaseed::edition::Edition;
use instaseed::load::Summary;

/// The lines that end a load.
pub fn seeded(done: &Seeded, out: &Output) {
    let Summary { seconds, megabytes, rows_before, .. } = &done.summary;
    let size = megabytes.map_or_else(String::new, |size| format!("; the database is {size:.1} MB large"));
    if done.rows_now == 0 && *rows_before > 0 {
        out.say(format_args!(
            "Resumed: all {} rows were already loaded; the rest of the load was done in {seconds:.2} s{size}.",
            thousands(*rows_before)
        ));
        return;
    }
    if *rows_before > 0 {
        out.say(format_args!(
            "Resumed: {} rows now, {} were already loaded.",
            thousands(done.rows_now),
            thousands(*rows_before)
        ));
    }
    out.say(format_args!(
        "Loaded {} rows in {seconds:.2} s, {} rows/s{size}.",
        thousands(done.rows_now),
        thousands(done.rows_per_second),
    ));
}

/// The last lines of `setup` and `reset`: what is there, and what to do with it.
pub fn ready(target: &Target, edition: Edition, tables: &[TableCount], out: &Output) {
    let rows: Vec<Vec<String>> =
        tables.iter().map(|count| vec![count.table.to_owned(), thousands(count.rows)]).collect();
    if out.wants_talk() {
        out.table(&["table", "rows"], &rows);
    }
    out.say("");
    out.say(out.style(Style::Good, &format!("{target} is ready, edition {edition}.")));
    out.say(out.advice("Look at it:  instaseed show"));
}

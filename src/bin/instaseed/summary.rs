//! The first line and the last lines of the verbs that make rows.

use crate::output::{Output, Style, counted, size, thousands};
use instaseed::database::Target;
use instaseed::deployment::{Seeded, TableCount};
use instaseed::edition::{self, Edition};
use instaseed::load::Summary;
use instaseed::profile::Profile;
use instaseed::world::World;

/// The first line: what will be made.
pub fn begins(world: &World, edition: Edition, out: &Output) {
    out.say(of_world(world.profile(), edition::all_rows_about(world, edition)));
}

/// `Profile social: 1,000 users, about 96,000 rows.`
pub fn of_world(profile: &Profile, rows: u64) -> String {
    let users = counted(u64::from(profile.users), "user", "users");
    format!("Profile {}: {users}, about {} rows.", profile.name, thousands(rounded(rows)))
}

/// Two digits say how many there are about.
fn rounded(rows: u64) -> u64 {
    let unit = 10_u64.pow(rows.checked_ilog10().unwrap_or(0).saturating_sub(1));
    (rows + unit / 2) / unit * unit
}

/// The lines that end a load.
pub fn seeded(done: &Seeded, out: &Output) {
    let Summary { seconds, megabytes, rows_before, .. } = &done.summary;
    let size =
        megabytes.map_or_else(String::new, |of| format!("; the database takes {}", size((of * 1e6) as u64)));
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

#[cfg(test)]
mod tests {
    use super::rounded;

    #[test]
    fn rows_are_rounded_to_two_digits() {
        let cases =
            [(0, 0), (7, 7), (93, 93), (137, 140), (995, 1000), (96_180, 96_000), (1_950_000, 2_000_000)];
        for (rows, about) in cases {
            assert_eq!(rounded(rows), about);
        }
    }
}

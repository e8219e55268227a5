//! The table in which our steps store the values they changed: who owns it, and when it is removed.
//!
//! The `diesel` command leaves the table behind, so its existence proves nothing. If it has our
//! columns and no row, it is ours to remove. Anything else with that name belongs to the user and
//! is reported before a step needs the table.

use super::carrier::Carrier;
use super::way::{Surroundings, Way};
use super::{Direction, MigrationError, Obstacle, Session, literals, model};
use crate::database::records::KEPT_TABLE;

const COLUMNS: [&str; 6] = ["what", "id", "second_id", "given", "given_at", "original"];

/// The steps that store values, and the kinds of values that each stores.
const KEEPERS: [(&str, &[&str]); 4] = [
    (model::USERS, &["username", "user_time"]),
    (model::POSTS, &["post_time"]),
    (model::COMMENTS, &["comment_text", "comment_time"]),
    (model::LIKES, &["like_time"]),
];

/// Whether this is the table's name.
pub(crate) fn is_kept_table(name: &str) -> bool {
    name.eq_ignore_ascii_case(KEPT_TABLE)
}

fn has_our_columns(columns: &[String]) -> bool {
    COLUMNS.iter().all(|ours| columns.iter().any(|column| column.eq_ignore_ascii_case(ours)))
}

/// Removes the table once it is empty.
pub(crate) fn forget_if_empty(session: &mut dyn Carrier) -> Result<(), MigrationError> {
    let failed = || MigrationError::engine(format!("cannot remove the empty table {KEPT_TABLE}"));
    if !session.tables().map_err(failed())?.iter().any(|table| table == KEPT_TABLE) {
        return Ok(());
    }
    let surroundings = session.surroundings().map_err(failed())?;
    let columns = surroundings.tables.get(KEPT_TABLE);
    if !columns.is_some_and(|columns| columns.len() == COLUMNS.len() && has_our_columns(columns)) {
        return Ok(());
    }
    let rows = session.lines(&format!("SELECT what AS line FROM {KEPT_TABLE} LIMIT 1")).map_err(failed())?;
    if rows.is_empty() {
        session.batch(&format!("DROP TABLE {KEPT_TABLE}")).map_err(failed())
    } else {
        Ok(())
    }
}

/// A user's table or view with this name, if a step needs the name.
pub(super) fn collision(way: &Way<'_>, surroundings: &Surroundings) -> Option<Obstacle> {
    let needs =
        |(version, _): &(&str, _)| way.has(version, Direction::Up) || way.has(version, Direction::Down);
    if !KEEPERS.iter().any(needs) {
        return None;
    }
    if let Some(view) = surroundings.views.iter().find(|view| is_kept_table(view)) {
        return Some(Obstacle {
            kind: "view".to_owned(),
            name: view.clone(),
            because: "a step makes a table of this name".to_owned(),
            way_out: format!("DROP VIEW {}; make it again under another name", way.named(view)).into(),
        });
    }
    let (table, _) = surroundings
        .tables
        .iter()
        .find(|(table, columns)| is_kept_table(table) && !has_our_columns(columns))?;
    Some(in_the_way(way, table, "a step makes a table of this name, with other columns".to_owned()))
}

/// Refuses rows of a kind that only a pending step writes: they come from elsewhere, and would be
/// mistaken for values that the step has changed.
pub(super) fn rows_of_others(
    session: &mut dyn Session,
    way: &Way<'_>,
) -> diesel::QueryResult<Option<Obstacle>> {
    let begins_up = |version: &str| way.first(version) == Some(Direction::Up);
    let kinds = KEEPERS.iter().filter(|(version, _)| begins_up(version)).flat_map(|(_, kinds)| kinds.iter());
    let kinds: Vec<&str> = kinds.copied().collect();
    if kinds.is_empty() || !way.keeps(KEPT_TABLE) {
        return Ok(None);
    }
    let found = session.lines(&format!(
        "SELECT DISTINCT what AS line FROM {KEPT_TABLE} WHERE what IN ({}) ORDER BY 1",
        literals(kinds)
    ))?;
    let because = || format!("it holds rows that no applied step has kept ({})", found.join(", "));
    Ok((!found.is_empty()).then(|| in_the_way(way, KEPT_TABLE, because())))
}

fn in_the_way(way: &Way<'_>, table: &str, because: String) -> Obstacle {
    let way_out =
        format!("ALTER TABLE {} RENAME TO {}", way.named(table), way.named(&format!("own_{table}")));
    Obstacle { kind: "table".to_owned(), name: table.to_owned(), because, way_out: way_out.into() }
}

//! What belongs to the user and meets our steps: it is carried, or it is named before the first statement.
//!
//! Own tables, views, triggers, indexes and columns are nobody's to lose. Renaming in place lets the engine rewrite
//! what points at a name; what it cannot follow is found here, from the catalogue alone, and refused as a whole.
//! SQLite rebuilds tables, so what hangs on them is put aside before such a step and put back after it.

mod kept;
mod model;
mod mysql;
mod postgres;
mod rehearse;
mod sqlite;
mod views;
mod way;
mod words;

use serde::Serialize;

use super::bookkeeping::cells;
use super::session::Session;
use super::{Direction, Migration, MigrationError, Origin, Plan, Source, Step};

pub(crate) use kept::{forget_if_empty, is_kept_table};
pub(crate) use mysql::{belongings as mysql_belongings, obstacles as mysql_obstacles};
pub(crate) use postgres::{belongings as postgres_belongings, obstacles as postgres_obstacles};
pub(crate) use rehearse::obstacles as sqlite_obstacles;
pub(crate) use sqlite::{Aside, belongings as sqlite_belongings, put_aside, put_back};
pub(crate) use views::put_aside as put_views_aside;
pub(crate) use way::{Surroundings, Way};

/// Something of the user's that the steps cannot bring along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Obstacle {
    /// `view`, `trigger`, `table`, ...
    pub kind: String,
    pub name: String,
    pub because: String,
    pub way_out: String,
}

/// Something of the user's that goes with a table which a plan takes away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Belonging {
    pub kind: String,
    pub name: String,
    pub table: String,
}

impl std::fmt::Display for Belonging {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.kind.as_str() {
            "column" => write!(f, "column {}", self.name),
            kind => write!(f, "{kind} {} on {}", self.name, self.table),
        }
    }
}

/// Names as a list of SQL strings.
fn literals<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let quoted: Vec<String> =
        names.into_iter().map(|name| format!("'{}'", name.replace('\'', "''"))).collect();
    if quoted.is_empty() { "''".to_owned() } else { quoted.join(", ") }
}

/// A name for a statement that a person is advised to run: as it is where it is plain, else in quotes.
fn named(name: &str, quote: fn(&str) -> String) -> String {
    let plain = |c: char| c == '_' || c.is_ascii_lowercase() || c.is_ascii_digit();
    if !name.is_empty() && name.chars().all(plain) && !name.starts_with(|c: char| c.is_ascii_digit()) {
        name.to_owned()
    } else {
        quote(name)
    }
}

/// Refuses a plan that cannot bring everything along, naming each thing.
pub(crate) fn examine(session: &mut dyn Session, source: &Source, plan: &Plan) -> Result<(), MigrationError> {
    let Some(way) = way(session, source, plan)? else { return Ok(()) };
    let failed = || MigrationError::engine("cannot look for what the steps would meet");
    let mut obstacles = way.collisions.clone();
    if obstacles.is_empty() {
        obstacles.extend(kept::rows_of_others(session, &way).map_err(failed())?);
    }
    // Names that collide would stop a rehearsal at once, and hide what comes behind them.
    if obstacles.is_empty() {
        let found = session.obstacles(&way).map_err(failed())?;
        obstacles = found.into_iter().filter(|found| !way.is_dropped_by_own_step(&found.name)).collect();
        obstacles.dedup();
    }
    if obstacles.is_empty() { Ok(()) } else { Err(MigrationError::Obstacles { obstacles }) }
}

/// What goes with the tables that a plan takes away: own triggers, indexes and columns.
pub(crate) fn belongings(
    session: &mut dyn Session,
    source: &Source,
    plan: &Plan,
) -> Result<Vec<Belonging>, MigrationError> {
    let Some(way) = way(session, source, plan)? else { return Ok(Vec::new()) };
    let mut all = Vec::new();
    for table in &way.lost_tables {
        let found = session
            .belongings(table)
            .map_err(MigrationError::engine(format!("cannot read what hangs on {table}")))?;
        all.extend(
            found
                .into_iter()
                .filter(|(_, name)| !way.is_dropped_by_own_step(name))
                .map(|(kind, name)| Belonging { kind, name, table: table.clone() }),
        );
    }
    Ok(all)
}

/// The way of a plan through the names; none if it cannot meet anything of the user's.
fn way<'a>(
    session: &mut dyn Session,
    source: &'a Source,
    plan: &Plan,
) -> Result<Option<Way<'a>>, MigrationError> {
    // What was cut off half-way was examined before it began; the names of now are those of no version.
    if plan.steps.iter().any(|step| step.resumes) {
        return Ok(None);
    }
    let steps = plan.steps.iter().filter_map(|step| found(source, step)).collect::<Vec<_>>();
    let touches = |(migration, direction): &(&Migration, Direction)| {
        migration.origin == Origin::Embedded && !model::changes(&migration.version, *direction).is_empty()
            || rebuilds(migration, *direction)
    };
    if !steps.iter().any(touches) {
        return Ok(None);
    }
    let surroundings = session.surroundings().map_err(MigrationError::engine("cannot read the catalogue"))?;
    let quote = session.dialect().quote;
    Ok((!surroundings.tables.is_empty()).then(|| Way::new(steps, surroundings, quote)))
}

fn found<'a>(source: &'a Source, step: &Step) -> Option<(&'a Migration, Direction)> {
    Some((source.find(&step.version)?, step.direction))
}

/// Whether a step of ours builds a table anew.
fn rebuilds(migration: &Migration, direction: Direction) -> bool {
    !sqlite::rebuilt(migration, direction).is_empty()
}

/// The foreign keys of the course, which a step drops by name: table, column, parent, key of the parent.
const COURSE_KEYS: [(&str, &str, &str); 9] = [
    ("photos", "user_id", "users"),
    ("comments", "photo_id", "photos"),
    ("comments", "user_id", "users"),
    ("likes", "user_id", "users"),
    ("likes", "photo_id", "photos"),
    ("follows", "follower_id", "users"),
    ("follows", "followee_id", "users"),
    ("photo_tags", "photo_id", "photos"),
    ("photo_tags", "tag_id", "tags"),
];

/// Foreign keys of the course under other names, as in a database that was made by other means. `keys` lists name,
/// table, column and parent of all.
fn renamed_keys(
    session: &mut dyn Session,
    way: &Way<'_>,
    keys: &str,
    verb: &str,
    found: &mut Vec<Obstacle>,
) -> diesel::QueryResult<()> {
    let lines = session.lines(keys)?;
    let all = lines.iter().map(|line| cells(line)).collect::<diesel::QueryResult<Vec<[String; 4]>>>()?;
    // What is not there yet is made by the steps themselves, under the right names.
    for (table, column, parent) in COURSE_KEYS.into_iter().filter(|(table, ..)| way.keeps(table)) {
        let expected = format!("{table}_{column}_fkey");
        let same: Vec<&[String; 4]> = all.iter().filter(|key| key[1..] == [table, column, parent]).collect();
        if same.iter().any(|key| key[0] == expected) {
            continue;
        }
        let add = format!("ADD CONSTRAINT {expected} FOREIGN KEY ({column}) REFERENCES {parent} (id)");
        let (because, way_out) = match same.first().map(|key| &key[0]) {
            Some(name) if verb == "RENAME CONSTRAINT" => (
                format!("the foreign key from {table}.{column} to {parent} is named {name}"),
                format!("ALTER TABLE {table} RENAME CONSTRAINT {} TO {expected}", way.named(name)),
            ),
            Some(name) => (
                format!("the foreign key from {table}.{column} to {parent} is named {name}"),
                format!("ALTER TABLE {table} {verb} {}, {add}", way.named(name)),
            ),
            None => (
                format!("{table}.{column} has no foreign key to {parent}"),
                format!("ALTER TABLE {table} {add}"),
            ),
        };
        found.push(Obstacle { kind: "foreign key".to_owned(), name: expected, because, way_out });
    }
    Ok(())
}

/// Indexes that our migrations make, on any engine.
fn is_our_index(name: &str) -> bool {
    const NAMES: [&str; 27] = [
        "primary",
        "username",
        "email",
        "tag_name",
        "user_id",
        "photo_id",
        "followee_id",
        "tag_id",
        "users_username_key",
        "users_email_key",
        "users_username_lower_key",
        "tags_tag_name_key",
        "media_post_id_media_order_key",
        "likes_user_id_post_id_key",
        "photos_user_id_created_at_idx",
        "posts_user_id_created_at_idx",
        "posts_created_at_idx",
        "comments_photo_id_created_at_idx",
        "comments_post_id_created_at_idx",
        "comments_user_id_idx",
        "likes_photo_id_idx",
        "likes_post_id_idx",
        "likes_post_id_created_at_idx",
        "follows_followee_id_idx",
        "follows_followee_id_created_at_idx",
        "photo_tags_tag_id_photo_id_idx",
        "post_tags_tag_id_post_id_idx",
    ];
    let name = name.to_lowercase();
    NAMES.contains(&name.as_str()) || name.strip_suffix("_pkey").is_some_and(model::is_our_table)
}

/// Checks that our migrations make.
fn is_our_check(name: &str) -> bool {
    const NAMES: [&str; 5] = [
        "users_username_check",
        "users_email_check",
        "comments_content_check",
        "media_media_type_check",
        "media_media_order_check",
    ];
    NAMES.contains(&name)
}

/// Foreign keys that our migrations make: `<table>_<column>_fkey`.
fn is_our_key(name: &str) -> bool {
    const COLUMNS: [&str; 6] = ["user_id", "photo_id", "post_id", "follower_id", "followee_id", "tag_id"];
    let Some(stem) = name.strip_suffix("_fkey") else { return false };
    COLUMNS.iter().any(|column| {
        let table = stem.strip_suffix(column).and_then(|stem| stem.strip_suffix('_'));
        table.is_some_and(model::is_our_table)
    })
}

/// Of lines of `kind` and `name`, those that are not ours; a column is named with its table.
fn own(
    session: &mut dyn Session,
    table: &str,
    queries: &[String],
) -> diesel::QueryResult<Vec<(String, String)>> {
    let mut found = Vec::new();
    for query in queries {
        for line in session.lines(query)? {
            let [kind, name] = &cells(&line)?;
            match kind.as_str() {
                "column" if model::is_our_column(table, name) => {}
                "column" => found.push((kind.clone(), format!("{table}.{name}"))),
                "index" if is_our_index(name) || is_our_key(name) => {}
                _ => found.push((kind.clone(), name.clone())),
            }
        }
    }
    Ok(found)
}

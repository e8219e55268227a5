//! What belongs to the user and is affected by our steps: it is carried along, or named before the first statement.
//!
//! Own tables, views, triggers, indexes and columns must never get lost. Renaming in place lets the
//! engine rewrite whatever refers to a name. What the engine cannot follow is found here, from the
//! catalogue alone, and the whole plan is refused. SQLite rebuilds tables, so what depends on them
//! is put aside before such a step and put back after it.

pub(super) mod aside;
mod carrier;
mod kept;
pub(super) mod model;
pub(super) mod way;
pub(super) mod words;

use serde::Serialize;

use super::bookkeeping::cells;
use super::session::Session;
use super::{Direction, Migration, MigrationError, Origin, Plan, Source, Step};

pub(crate) use carrier::Carrier;
pub(crate) use kept::{forget_if_empty, is_kept_table};
pub(crate) use way::{Surroundings, Way};

/// Something of the user's that the steps cannot carry along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Obstacle {
    /// `view`, `trigger`, `table`, ...
    pub kind: String,
    pub name: String,
    pub because: String,
    pub way_out: WayOut,
}

/// How to remove an obstacle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "way", content = "text", rename_all = "snake_case")]
pub enum WayOut {
    /// A statement, perhaps with a note on what must follow it.
    Run(String),
    /// A sentence that says how to restore a part of the schema to the form that its edition has.
    MendSchema(String),
}

impl WayOut {
    /// The statement or the sentence.
    pub fn text(&self) -> &str {
        match self {
            Self::Run(text) | Self::MendSchema(text) => text,
        }
    }
}

impl From<String> for WayOut {
    fn from(statement: String) -> Self {
        Self::Run(statement)
    }
}

pub(crate) use model::is_our_check;

/// Something of the user's that is dropped with a table.
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
pub(super) fn literals<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let quoted: Vec<String> =
        names.into_iter().map(|name| format!("'{}'", name.replace('\'', "''"))).collect();
    if quoted.is_empty() { "''".to_owned() } else { quoted.join(", ") }
}

/// A name for a statement that the user is advised to run: bare if it is plain, otherwise quoted.
pub(super) fn named(name: &str, quote: fn(&str) -> String) -> String {
    let plain = |c: char| c == '_' || c.is_ascii_lowercase() || c.is_ascii_digit();
    if !name.is_empty() && name.chars().all(plain) && !name.starts_with(|c: char| c.is_ascii_digit()) {
        name.to_owned()
    } else {
        quote(name)
    }
}

/// Refuses a plan that cannot carry everything along, and names each obstacle.
pub(crate) fn examine(session: &mut dyn Carrier, source: &Source, plan: &Plan) -> Result<(), MigrationError> {
    let Some(way) = way(session, source, plan)? else { return Ok(()) };
    let failed = || MigrationError::engine("cannot look for what the steps would meet");
    let mut obstacles = way.collisions.clone();
    if obstacles.is_empty() {
        obstacles.extend(kept::rows_of_others(session, &way).map_err(failed())?);
    }
    // Colliding names would stop a rehearsal at once and hide later obstacles.
    if obstacles.is_empty() {
        let found = session.obstacles(&way).map_err(failed())?;
        obstacles = found.into_iter().filter(|found| !way.is_dropped_by_own_step(&found.name)).collect();
        obstacles.dedup();
    }
    if obstacles.is_empty() { Ok(()) } else { Err(MigrationError::Obstacles { obstacles }) }
}

/// What is dropped with the tables of a plan: own triggers, indexes and columns.
pub(crate) fn belongings(
    session: &mut dyn Carrier,
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

/// The effect of a plan on names; `None` if it cannot affect anything of the user's.
fn way<'a>(
    session: &mut dyn Carrier,
    source: &'a Source,
    plan: &Plan,
) -> Result<Option<Way<'a>>, MigrationError> {
    // An interrupted migration was examined before it began, and the present names are those of no version.
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
    if surroundings.tables.is_empty() {
        return Ok(None);
    }
    let mut way = Way::new(steps, &surroundings, session.dialect().quote);
    way.collisions.extend(kept::collision(&way, &surroundings));
    way.walk(&surroundings);
    Ok(Some(way))
}

fn found<'a>(source: &'a Source, step: &Step) -> Option<(&'a Migration, Direction)> {
    Some((source.find(&step.version)?, step.direction))
}

/// Whether a step of ours rebuilds a table.
fn rebuilds(migration: &Migration, direction: Direction) -> bool {
    !aside::rebuilt(migration, direction).is_empty()
}

/// The foreign keys of the course that a step drops by name: table, column, parent, key of the parent.
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

/// Foreign keys of the course that have other names, as in a database that was created by other
/// means. `keys` is a query for the name, table, column and parent of all foreign keys.
pub(super) fn renamed_keys(
    session: &mut dyn Session,
    way: &Way<'_>,
    keys: &str,
    verb: &str,
    found: &mut Vec<Obstacle>,
) -> diesel::QueryResult<()> {
    let lines = session.lines(keys)?;
    let all = lines.iter().map(|line| cells(line)).collect::<diesel::QueryResult<Vec<[String; 4]>>>()?;
    // Keys that do not exist yet are created by the steps themselves, under the right names.
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
        found.push(Obstacle {
            kind: "foreign key".to_owned(),
            name: expected,
            because,
            way_out: way_out.into(),
        });
    }
    Ok(())
}

/// Whether our migrations create a foreign key with this name: `<table>_<column>_fkey`.
pub(super) fn is_our_key(name: &str) -> bool {
    const COLUMNS: [&str; 6] = ["user_id", "photo_id", "post_id", "follower_id", "followee_id", "tag_id"];
    let Some(stem) = name.strip_suffix("_fkey") else { return false };
    COLUMNS.iter().any(|column| {
        let table = stem.strip_suffix(column).and_then(|stem| stem.strip_suffix('_'));
        table.is_some_and(model::is_our_table)
    })
}

/// Of lines of `kind` and `name`, those that are not ours; a column is named together with its table.
pub(super) fn own(
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
                "index" if model::is_our_index(name) || is_our_key(name) => {}
                _ => found.push((kind.clone(), name.clone())),
            }
        }
    }
    Ok(found)
}

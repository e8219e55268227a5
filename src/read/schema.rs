//! How the tables of a database differ from an edition's: what a check cannot read, and what it only notes.
//!
//! A schema that somebody else wrote is often nearly an edition. Its rows can be checked as long as every table and
//! column is there; a width or a constraint that differs says nothing about the rows, so it is told and breaks no rule.

use std::fmt;

use crate::database::{Catalogue, Engine, Table as StoredTable};
use crate::distance::distance;
use crate::edition::{Column, Edition, Table};

/// One difference between the tables that are there and those of an edition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    NoTable {
        table: &'static str,
    },
    NoColumn {
        table: &'static str,
        column: &'static str,
        /// The nearest name among the columns that the edition does not know.
        near: Option<String>,
    },
    Width {
        table: &'static str,
        column: &'static str,
        ours: usize,
        theirs: usize,
    },
    NotUnique {
        table: &'static str,
        columns: String,
    },
    NoPrimaryKey {
        table: &'static str,
        columns: String,
    },
    NoForeignKey {
        table: &'static str,
        column: &'static str,
        parent: &'static str,
    },
}

impl Difference {
    /// Whether the rows cannot be read because of it.
    pub fn hides_rows(&self) -> bool {
        matches!(self, Difference::NoTable { .. } | Difference::NoColumn { .. })
    }

    /// The statement that mends it, where one is enough.
    pub fn remedy(&self) -> Option<String> {
        match self {
            Difference::NoColumn { table, column, near: Some(near) } if is_plain(near) => {
                Some(format!("ALTER TABLE {table} RENAME COLUMN {near} TO {column}"))
            }
            _ => None,
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Difference::NoTable { table } => write!(f, "there is no table {table}"),
            Difference::NoColumn { table, column, near: None } => write!(f, "{table} has no column {column}"),
            Difference::NoColumn { table, column, near: Some(near) } => {
                write!(f, "{table} has {near} instead of {column}")
            }
            Difference::Width { table, column, ours, theirs } => {
                write!(f, "{table}.{column} is VARCHAR({theirs}), not VARCHAR({ours})")
            }
            Difference::NotUnique { table, columns } => write!(f, "{table} ({columns}) is not UNIQUE"),
            Difference::NoPrimaryKey { table, columns } => {
                write!(f, "{table} ({columns}) is not the primary key")
            }
            Difference::NoForeignKey { table, column, parent } => {
                write!(f, "{table}.{column} is not a foreign key to {parent}")
            }
        }
    }
}

/// What an edition keeps unique beside its primary keys.
fn unique(edition: Edition) -> &'static [(&'static str, &'static [&'static str])] {
    match edition {
        Edition::Course => &[("users", &["username"]), ("tags", &["tag_name"])],
        Edition::Platform => &[
            ("users", &["username"]),
            ("users", &["email"]),
            ("media", &["post_id", "media_order"]),
            ("likes", &["user_id", "post_id"]),
            ("tags", &["tag_name"]),
        ],
    }
}

/// All differences, table by table in the edition's order.
pub(super) fn differences(catalogue: &Catalogue, edition: Edition, engine: Engine) -> Vec<Difference> {
    let mut found = Vec::new();
    for table in edition.tables() {
        match catalogue.tables.get(table.name) {
            Some(stored) => compare(table, stored, edition, engine, &mut found),
            None => found.push(Difference::NoTable { table: table.name }),
        }
    }
    found
}

fn compare(
    table: &'static Table,
    stored: &StoredTable,
    edition: Edition,
    engine: Engine,
    found: &mut Vec<Difference>,
) {
    let name = table.name;
    // Not every engine tells columns apart by case.
    let same = |a: &str, b: &str| a == b || (!engine.case_matters() && a.eq_ignore_ascii_case(b));
    let is_there = |column: &str| stored.columns.iter().find(|there| same(&there.name, column));
    for column in table.columns {
        let Some(there) = is_there(column.name) else {
            found.push(Difference::NoColumn {
                table: name,
                column: column.name,
                near: near(table, column, stored),
            });
            continue;
        };
        if let (Some(ours), Some(theirs)) = (column.max_chars, width(&there.kind))
            && ours != theirs
        {
            found.push(Difference::Width { table: name, column: column.name, ours, theirs });
        }
        if let Some(parent) = column.references
            && !stored
                .foreign_keys
                .iter()
                .any(|key| matches!(&key.columns[..], [of] if same(of, column.name)))
        {
            found.push(Difference::NoForeignKey { table: name, column: column.name, parent });
        }
    }
    let have = |columns: &[&str], keys: &[String]| {
        columns.len() == keys.len()
            && columns.iter().all(|column| keys.iter().any(|key| same(bare(key), column)))
    };
    let is_known = |columns: &[&str]| columns.iter().all(|column| is_there(column).is_some());
    let key: Vec<&str> = table.key().iter().map(|column| column.name).collect();
    if is_known(&key) && !have(&key, &stored.primary_key) {
        found.push(Difference::NoPrimaryKey { table: name, columns: key.join(", ") });
    }
    for (_, columns) in unique(edition).iter().filter(|(of, columns)| *of == name && is_known(columns)) {
        let mut indexes = stored.indexes.values();
        let whole = |condition: &String| !condition.starts_with("where ") && condition != "invalid";
        let held = indexes
            .any(|index| index.unique && index.extra.iter().all(whole) && have(columns, &index.columns));
        if !held && !have(columns, &stored.primary_key) {
            found.push(Difference::NotUnique { table: name, columns: columns.join(", ") });
        }
    }
}

/// The column of an index's part, without its direction or collation.
fn bare(part: &str) -> &str {
    part.split_once(' ').map_or(part, |(column, _)| column)
}

/// The characters that a `varchar(255)` or `character varying(255)` holds.
fn width(kind: &str) -> Option<usize> {
    let (of, rest) = kind.split_once('(')?;
    let of = of.trim();
    let is_varying = of.eq_ignore_ascii_case("varchar") || of.eq_ignore_ascii_case("character varying");
    is_varying.then(|| rest.split_once(')')?.0.trim().parse().ok())?
}

/// The column that is most likely meant: unknown to the edition, and a few letters away.
fn near(table: &Table, column: &Column, stored: &StoredTable) -> Option<String> {
    let unknown = stored.columns.iter().map(|there| there.name.as_str());
    let unknown = unknown.filter(|name| table.columns.iter().all(|known| known.name != *name));
    let steps = |name: &str| distance(&name.to_lowercase(), column.name);
    unknown
        .filter(|name| steps(name) <= column.name.chars().count().div_ceil(3))
        .min_by_key(|name| steps(name))
        .map(str::to_owned)
}

/// Whether a name can stand in a statement without quotes.
fn is_plain(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_read_from_the_words_of_each_engine() {
        assert_eq!(width("varchar(355)"), Some(355));
        assert_eq!(width("VARCHAR (50)"), Some(50));
        assert_eq!(width("character varying(255)"), Some(255));
        for other in ["text", "int(11)", "enum('IMAGE','VIDEO')", "character varying", "varchar(x)"] {
            assert_eq!(width(other), None, "{other}");
        }
    }

    #[test]
    fn a_statement_is_offered_only_for_names_that_need_no_quotes() {
        let rename = |near: &str| {
            let near = Some(near.to_owned());
            Difference::NoColumn { table: "photos", column: "created_at", near }.remedy()
        };
        let expected = "ALTER TABLE photos RENAME COLUMN created_dat TO created_at";
        assert_eq!(rename("created_dat").as_deref(), Some(expected));
        for name in ["created at", "Created_at", "created_at; DROP TABLE users", "1created", ""] {
            assert_eq!(rename(name), None, "{name}");
        }
    }
}

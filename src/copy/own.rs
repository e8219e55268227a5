//! The tables of an application next to ours: what they are, in words that every engine understands. They are made in
//! the target after our rows are in, filled by inserts of many rows, and compared by digests like ours. What cannot be
//! carried is named before anything is written.

mod ddl;
mod kinds;
mod rows;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Result;
use crate::database::{self, Catalogue, Db, Engine};
use crate::edition::{self, Edition};
use crate::migration::{self, Belonging};

pub(super) use ddl::{Words, add_columns, create, drop_all, finish, stage};
pub use kinds::OwnKind;
pub(super) use rows::{Inserting, digest_of, line, read_line, select};

/// What an application has added to a database.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Own {
    pub tables: Vec<OwnTable>,
    /// Columns in tables of the edition: each with the key of its table, and with indexes that an application has added.
    #[serde(default)]
    pub columns: Vec<OwnTable>,
    /// Named lists of values, where the engine has such types: the name, and the values as SQL strings.
    pub enums: Vec<(String, String)>,
    /// What is not carried, whatever the target is.
    pub left: Vec<String>,
}

/// A table of an application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnTable {
    pub table: String,
    pub columns: Vec<OwnColumn>,
    pub key: Vec<String>,
    pub indexes: Vec<OwnIndex>,
    pub foreign_keys: Vec<OwnForeignKey>,
}

/// A column of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnColumn {
    pub name: String,
    /// Its type in the engine's own words.
    pub native: String,
    pub kind: OwnKind,
    pub nullable: bool,
    /// In the engine's own words.
    pub default: Option<String>,
    /// The engine gives it the next number.
    pub counts: bool,
}

/// An index on plain columns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnIndex {
    pub name: String,
    pub unique: bool,
    /// Each with ` desc` where it applies.
    pub columns: Vec<String>,
}

/// A foreign key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnForeignKey {
    pub columns: Vec<String>,
    pub parent: String,
    pub parent_columns: Vec<String>,
    pub on_delete: String,
    pub on_update: String,
}

/// The table in which a change of editions keeps values for the way back: it goes along as if it were an application's.
const KEPT: &str = crate::database::records::KEPT_TABLE;

impl Own {
    /// What an application has added to the tables of an edition and next to them.
    pub(super) fn of(db: &mut Db, edition: Edition) -> Result<Own> {
        let engine = db.engine();
        let catalogue = db.catalogue()?;
        let mut own = Own::default();
        let is_ours = |name: &str| edition.tables().iter().any(|table| table.name == name);
        for table in edition.tables() {
            let added = migration::belongings_of(db, table.name)?;
            if let Some(stored) = catalogue.tables.get(table.name) {
                own.add_to(table, stored, &added);
            }
        }
        // Our migrations make a routine for a trigger of ours.
        let objects = catalogue.objects.iter().filter(|(name, _)| !name.contains(" __instaseed_"));
        for (name, definition) in objects {
            match name.strip_prefix("enum ") {
                Some(name) => own.enums.push((name.to_owned(), definition.clone())),
                None => own.left.push(format!("the {name}")),
            }
        }
        for (name, table) in catalogue.tables.iter().filter(|(name, _)| !is_ours(name)) {
            own.add(name, table, &catalogue, engine.is_file());
        }
        if db.tables()?.iter().any(|name| name == KEPT) {
            own.tables.push(kept());
        }
        Ok(own)
    }

    /// What is added to a table of the edition.
    fn add_to(&mut self, table: &edition::Table, stored: &database::Table, added: &[Belonging]) {
        let mut whole = Own::default();
        let none = Catalogue::default();
        whole.add(table.name, &database::Table { primary_key: Vec::new(), ..stored.clone() }, &none, false);
        let Some(mut part) = whole.tables.pop() else { return };
        let named = |kind: &str, name: &str| {
            added.iter().any(|added| {
                added.kind == kind && added.name.trim_start_matches(&format!("{}.", table.name)) == name
            })
        };
        let is_key = |name: &str| table.key().iter().any(|column| column.name == name);
        part.columns.retain(|column| is_key(&column.name) || named("column", &column.name));
        for column in &mut part.columns {
            column.counts = false;
        }
        part.key = table.key().iter().map(|column| column.name.to_owned()).collect();
        part.indexes.retain(|index| named("index", &index.name));
        let is_carried = |added: &&Belonging| match added.kind.as_str() {
            "column" => {
                part.columns.iter().any(|column| added.name == format!("{}.{}", table.name, column.name))
            }
            "index" => part.indexes.iter().any(|index| index.name == added.name),
            _ => false,
        };
        self.left.extend(added.iter().filter(|added| !is_carried(added)).map(|added| format!("the {added}")));
        let ours = |key: &&database::ForeignKey| {
            let column =
                |name: &String| table.columns.iter().any(|column| column.name.eq_ignore_ascii_case(name));
            key.columns.iter().all(column)
        };
        let keys = stored.foreign_keys.iter().filter(|key| !ours(key));
        self.left.extend(
            keys.map(|key| format!("the foreign key of {} ({})", table.name, key.columns.join(", "))),
        );
        let checks =
            stored.checks.iter().filter(|(name, _)| !name.is_empty() && !migration::is_our_check(name));
        self.left.extend(checks.map(|(name, _)| format!("the check {name} on {}", table.name)));
        part.foreign_keys.clear();
        if part.columns.len() > part.key.len() || !part.indexes.is_empty() {
            self.columns.push(part);
        }
    }

    /// All of them, in the order in which their rows are carried.
    pub(super) fn all(&self) -> impl Iterator<Item = &OwnTable> {
        self.tables.iter().chain(&self.columns)
    }

    fn add(&mut self, name: &str, table: &database::Table, catalogue: &Catalogue, is_file: bool) {
        let counts_itself = table.options.iter().any(|option| option == "autoincrement");
        let alone = table.primary_key.len() == 1;
        let mut columns = Vec::new();
        for column in &table.columns {
            if column.extra.iter().any(|extra| extra.starts_with("as ") || extra.starts_with("generated")) {
                self.left.push(format!("the generated column {name}.{}", column.name));
                continue;
            }
            // SQLite itself counts a single key of this type: it is the number of the row.
            let is_key = alone && table.primary_key[0] == column.name;
            let says = |word: &str| column.extra.iter().any(|extra| extra.contains(word));
            let default = column.default.clone().filter(|default| !default.starts_with("nextval("));
            let counts = says("auto_increment")
                || says("identity")
                || column.default != default
                || is_key && (counts_itself || is_file && column.kind == "integer");
            let (native, kind) = (column.kind.clone(), OwnKind::of(&column.kind));
            columns.push(OwnColumn {
                name: column.name.clone(),
                native,
                kind,
                nullable: column.nullable && !is_key,
                default,
                counts,
            });
        }
        let mut indexes = Vec::new();
        for (index, definition) in &table.indexes {
            let parts: Option<Vec<String>> =
                definition.columns.iter().map(|part| plain_part(part, &columns)).collect();
            match parts.filter(|_| definition.extra.is_empty()) {
                Some(columns) => {
                    let (name, unique) = (index.clone(), definition.unique);
                    indexes.push(OwnIndex { name, unique, columns });
                }
                None => self.left.push(format!("the index {index} on {name}")),
            }
        }
        let foreign_keys = table.foreign_keys.iter().map(|key| OwnForeignKey {
            columns: key.columns.clone(),
            parent: key.parent.clone(),
            parent_columns: match key.parent_columns.is_empty() {
                true => {
                    catalogue.tables.get(&key.parent).map(|of| of.primary_key.clone()).unwrap_or_default()
                }
                false => key.parent_columns.clone(),
            },
            on_delete: key.on_delete.clone(),
            on_update: key.on_update.clone(),
        });
        let foreign_keys = foreign_keys.collect();
        let check = |check: &String| match check.is_empty() {
            true => format!("a check on {name}"),
            false => format!("the check {check} on {name}"),
        };
        // A server that has no type for JSON keeps its columns by a check of its own.
        let is_of_json = |text: &str| text.contains("json_valid");
        self.left
            .extend(table.checks.iter().filter(|(_, text)| !is_of_json(text)).map(|(name, _)| check(name)));
        self.left.extend(table.triggers.keys().map(|trigger| format!("the trigger {trigger} on {name}")));
        let key = table.primary_key.clone();
        self.tables.push(OwnTable { table: name.to_owned(), columns, key, indexes, foreign_keys });
    }

    /// The tables as they will be in an engine, and what cannot be carried there.
    pub(super) fn on(&self, from: &str, to: Engine, edition: Edition) -> (Own, Vec<String>) {
        let mut left: BTreeSet<String> = self.left.iter().cloned().collect();
        if from == to.name() {
            return (self.clone(), left.into_iter().collect());
        }
        let enums: Vec<&str> = self.enums.iter().map(|(name, _)| name.as_str()).collect();
        let tables = self.all().map(|table| ddl::translated(table, to, edition, &enums, &mut left));
        let mut tables: Vec<OwnTable> = tables.collect();
        let columns = tables.split_off(self.tables.len());
        for table in &columns {
            left.extend(ddl::not_required(table, to));
        }
        (Own { tables, columns, ..Own::default() }, left.into_iter().collect())
    }
}

/// A part of an index, if it is a plain column.
fn plain_part(part: &str, columns: &[OwnColumn]) -> Option<String> {
    let (name, down) = part.strip_suffix(" desc").map_or((part, ""), |name| (name, " desc"));
    let bare =
        name.strip_prefix('"').and_then(|name| name.strip_suffix('"')).map(|name| name.replace("\"\"", "\""));
    let name = bare.unwrap_or_else(|| name.to_owned());
    columns.iter().any(|column| column.name == name).then(|| format!("{name}{down}"))
}

fn kept() -> OwnTable {
    let column = |name: &str, native: &str, nullable: bool| OwnColumn {
        name: name.to_owned(),
        native: native.to_owned(),
        kind: OwnKind::of(native),
        nullable,
        default: (name == "second_id").then(|| "0".to_owned()),
        counts: false,
    };
    OwnTable {
        table: KEPT.to_owned(),
        columns: vec![
            column("what", "varchar(20)", false),
            column("id", "integer", false),
            column("second_id", "integer", false),
            column("given", "varchar(500)", true),
            column("given_at", "timestamp", true),
            column("original", "varchar(255)", true),
        ],
        key: ["what", "id", "second_id"].map(str::to_owned).to_vec(),
        indexes: Vec::new(),
        foreign_keys: Vec::new(),
    }
}

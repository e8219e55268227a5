//! The tables that an application has next to those of the edition, described independently of the engine. They are created in
//! the target after the rows of the edition are loaded, filled by inserts of many rows, and compared by digests too. What
//! cannot be carried is named before anything is written.

mod ddl;
mod kinds;
mod made;
mod objects;
mod ours;
mod rows;
mod stated;
mod survey;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::definitions::Definitions;
pub use super::definitions::{OwnCounter, OwnObject};
use super::{CopyError, Result};
use crate::database::{self, Catalogue, Db, Engine};
use crate::edition::{self, Edition};
use crate::migration;

#[cfg(feature = "server")]
pub(super) use ddl::Lock;
pub(super) use ddl::{Words, add_columns, create, create_stage, finish, stage};
pub use kinds::OwnKind;
pub(super) use made::Made;
pub(super) use objects::{complete, prepare, set_counters, undo};
pub(super) use rows::{Inserting, digest_of, line, read_line, select};
pub use survey::OwnPeculiar;
pub(super) use survey::{Finding, expect_references};

/// What an application has added to a database.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Own {
    pub tables: Vec<OwnTable>,
    /// Columns that were added to tables of the edition, each with the key of its table, and added indexes.
    #[serde(default)]
    pub columns: Vec<OwnTable>,
    /// Enumerated types, if the engine has them: the name, and the values as SQL strings.
    pub enums: Vec<(String, String)>,
    /// What only the engine of the source understands.
    #[serde(default)]
    pub objects: Vec<OwnObject>,
    /// Of all tables.
    #[serde(default)]
    pub counters: Vec<OwnCounter>,
    /// What is not carried to any target.
    pub left: Vec<String>,
    /// What only some engines can hold.
    #[serde(default)]
    pub peculiar: Vec<OwnPeculiar>,
}

/// A table of an application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnTable {
    pub table: String,
    pub columns: Vec<OwnColumn>,
    pub key: Vec<String>,
    pub indexes: Vec<OwnIndex>,
    pub foreign_keys: Vec<OwnForeignKey>,
    /// The statement that creates it on the engine of the source, and what completes it there after its rows are loaded.
    #[serde(default)]
    pub definition: Option<String>,
    #[serde(default)]
    pub after: Vec<String>,
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
    /// Whether the engine gives it the next number.
    pub counts: bool,
    /// How it is added on the engine of the source.
    #[serde(default)]
    pub definition: Option<String>,
}

/// An index on plain columns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnIndex {
    pub name: String,
    pub unique: bool,
    /// Each with ` desc` where it applies.
    pub columns: Vec<String>,
    /// The statement that creates it on the engine of the source.
    #[serde(default)]
    pub definition: Option<String>,
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

/// The table in which a change of editions keeps values for the way back. It is carried like a table of an application.
const KEPT: &str = crate::database::records::KEPT_TABLE;

impl Own {
    /// What an application has added to the tables of an edition and next to them.
    pub(super) fn of(db: &mut Db, edition: Edition, mut definitions: Definitions) -> Result<Own> {
        let engine = db.engine();
        let catalogue = db.catalogue()?;
        let mut own = Own {
            objects: std::mem::take(&mut definitions.objects),
            left: std::mem::take(&mut definitions.left),
            ..Own::default()
        };
        let is_ours = |name: &str| edition.tables().iter().any(|table| table.name == name);
        for table in edition.tables() {
            let added = migration::belongings_of(db, table.name)?;
            let stored = catalogue.tables.get(table.name);
            if let Some(lacking) = lacking(table, stored) {
                return Err(CopyError::Lacks { what: lacking });
            }
            if let Some(stored) = stored {
                let changes = stated::changes(edition, table.name, stored, engine.is_file());
                own.add_to(table, stored, &added, &changes, &definitions);
            }
        }
        // Our migrations make a routine for a trigger of ours.
        let objects = catalogue.objects.iter().filter(|(name, _)| !name.contains(" __instaseed_"));
        for (name, definition) in objects {
            match name.strip_prefix("enum ") {
                Some(name) => own.enums.push((name.to_owned(), definition.clone())),
                None => own.name(format!("the {name}"), None),
            }
        }
        let is_table = |name: &&String| !is_ours(name) && !definitions.skip.contains(*name);
        for (name, table) in catalogue.tables.iter().filter(|(name, _)| is_table(name)) {
            own.add(name, table, &catalogue, engine.is_file(), &definitions);
        }
        own.count(edition, &definitions);
        if db.tables()?.iter().any(|name| name == KEPT) {
            own.tables.push(kept());
        }
        Ok(own)
    }

    /// Carries something if it has a definition; otherwise lists it as left behind.
    fn name(&mut self, what: String, object: Option<OwnObject>) {
        if self.objects.iter().any(|known| known.what == what) {
            return;
        }
        match object {
            Some(object) => self.objects.push(object),
            None => self.left.push(what),
        }
    }

    /// The next ids, of columns that count.
    fn count(&mut self, edition: Edition, definitions: &Definitions) {
        for (table, column, next) in &definitions.counters {
            let ours =
                edition.tables().iter().find(|known| known.name == *table).map(|table| table.id().name);
            let own = self.tables.iter().find(|known| known.table == *table);
            let own = own.and_then(|table| table.columns.iter().find(|column| column.counts));
            let own = own.map(|column| column.name.as_str());
            if let Some(column) = column.as_deref().or(ours).or(own) {
                let (table, column) = (table.clone(), column.to_owned());
                self.counters.push(OwnCounter { table, column, next: *next });
            }
        }
    }

    /// All of them, in the order in which their rows are carried.
    pub(super) fn all(&self) -> impl Iterator<Item = &OwnTable> {
        self.tables.iter().chain(&self.columns)
    }

    fn add(
        &mut self,
        name: &str,
        table: &database::Table,
        catalogue: &Catalogue,
        is_file: bool,
        definitions: &Definitions,
    ) {
        let defined = definitions.tables.get(name);
        // What is part of the table goes along with its statement.
        let within = |what: String| defined.map(|_| OwnObject::within(what));
        let counts_itself = table.options.iter().any(|option| option == "autoincrement");
        let alone = table.primary_key.len() == 1;
        let mut columns = Vec::new();
        for column in &table.columns {
            if is_generated(column) {
                let what = format!("the generated column {name}.{}", column.name);
                self.name(what.clone(), within(what));
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
                definition: None,
            });
            self.particulars(name, column, &within);
        }
        let mut indexes = Vec::new();
        for (index, definition) in &table.indexes {
            let parts: Option<Vec<String>> =
                definition.columns.iter().map(|part| plain_part(part, &columns)).collect();
            match parts.filter(|_| definition.extra.is_empty()) {
                Some(columns) => {
                    let (name, unique) = (index.clone(), definition.unique);
                    indexes.push(OwnIndex { name, unique, columns, definition: None });
                }
                None => {
                    let what = format!("the index {index} on {name}");
                    self.name(what.clone(), within(what));
                }
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
        // A server that has no type for JSON keeps its columns by a check of its own.
        let is_of_json = |text: &str| text.contains("json_valid");
        for (check, _) in table.checks.iter().filter(|(_, text)| !is_of_json(text)) {
            let what = match check.is_empty() {
                true => format!("a check on {name}"),
                false => format!("the check {check} on {name}"),
            };
            self.name(what.clone(), within(what));
        }
        for trigger in table.triggers.keys() {
            self.name(format!("the trigger {trigger} on {name}"), None);
        }
        let key = table.primary_key.clone();
        let definition = defined.map(|defined| defined.create.clone());
        let after = defined.map(|defined| defined.after.clone()).unwrap_or_default();
        self.tables.push(OwnTable {
            table: name.to_owned(),
            columns,
            key,
            indexes,
            foreign_keys,
            definition,
            after,
        });
    }

    /// What a column has that is not carried to another engine.
    fn particulars(
        &mut self,
        table: &str,
        column: &database::Column,
        within: &dyn Fn(String) -> Option<OwnObject>,
    ) {
        for extra in &column.extra {
            let bare = extra.trim_start_matches("collate ");
            let is_word = bare.chars().all(|c| c.is_alphanumeric() || c == '_');
            let is_binary = bare.ends_with("_bin") || bare.eq_ignore_ascii_case("c");
            let what = match extra.as_str() {
                "auto_increment" => continue,
                said if said.contains("on update") => format!("the ON UPDATE of {table}.{}", column.name),
                "invisible" => format!("the invisibility of {table}.{}", column.name),
                _ if is_word && !is_binary => format!("the collation {bare} of {table}.{}", column.name),
                _ => continue,
            };
            self.name(what.clone(), within(what));
        }
    }

    /// The tables as they will be on an engine, and what cannot be carried there.
    pub(super) fn on(&self, from: &str, to: Engine, edition: Edition) -> (Own, Vec<String>) {
        let mut left: BTreeSet<String> = self.left.iter().cloned().collect();
        if from == to.name() {
            left.extend(self.columns.iter().flat_map(|part| ddl::not_added(part, to)));
            return (self.clone(), left.into_iter().collect());
        }
        // An extension is there for what uses it, which is named.
        let named = self.objects.iter().filter(|object| !object.what.starts_with("the extension "));
        left.extend(named.map(|object| object.what.clone()));
        let enums: Vec<&str> = self.enums.iter().map(|(name, _)| name.as_str()).collect();
        let tables = self.all().map(|table| ddl::translated(table, to, edition, &enums, &mut left));
        let mut tables: Vec<OwnTable> = tables.collect();
        let columns = tables.split_off(self.tables.len());
        for table in &columns {
            left.extend(ddl::not_added(table, to));
        }
        let counters = self.counters.clone();
        (Own { tables, columns, counters, ..Own::default() }, left.into_iter().collect())
    }
}

/// What a table of the edition lacks.
fn lacking(table: &edition::Table, stored: Option<&database::Table>) -> Option<String> {
    let Some(stored) = stored else { return Some(format!("table {}", table.name)) };
    let has = |name: &str| stored.columns.iter().any(|column| column.name.eq_ignore_ascii_case(name));
    let lacking = table.columns.iter().find(|column| !has(column.name));
    lacking.map(|column| format!("column {}.{}", table.name, column.name))
}

fn is_generated(column: &database::Column) -> bool {
    column.extra.iter().any(|extra| extra.starts_with("as ") || extra.starts_with("generated"))
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
        definition: None,
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
        definition: None,
        after: Vec::new(),
    }
}

//! Finds what an application has added to a table of the edition, and what it has changed there.

use super::stated::Changes;
use super::{Own, OwnObject, OwnTable};
use crate::copy::definitions::Definitions;
use crate::database::{Catalogue, Table};
use crate::edition;
use crate::migration::{self, Belonging};

impl Own {
    /// What was added to a table of the edition, and what was changed in it.
    pub(super) fn add_to(
        &mut self,
        table: &edition::Table,
        stored: &Table,
        added: &[Belonging],
        changes: &Changes,
        definitions: &Definitions,
    ) {
        let mut whole = Own::default();
        let none = Catalogue::default();
        let bare = Table { primary_key: Vec::new(), ..stored.clone() };
        whole.add(table.name, &bare, &none, false, definitions);
        let Some(mut part) = whole.tables.pop() else { return };
        let named = |kind: &str, name: &str| {
            added.iter().any(|added| {
                added.kind == kind && added.name.trim_start_matches(&format!("{}.", table.name)) == name
            })
        };
        let key = |name: &str| (table.name.to_owned(), name.to_owned());
        let is_key = |name: &str| table.key().iter().any(|column| column.name == name);
        part.columns.retain(|column| is_key(&column.name) || named("column", &column.name));
        for column in &mut part.columns {
            column.counts = false;
            let definition = definitions.column(table.name, &column.name);
            column.definition = definition.filter(|_| !is_key(&column.name)).cloned();
        }
        for column in &stored.columns {
            let own = part.columns.iter().find(|own| own.name == column.name && !is_key(&own.name));
            if let Some(own) = own {
                let within = |what: String| own.definition.as_ref().map(|_| OwnObject::within(what));
                self.particulars(table.name, column, &within);
            }
        }
        part.key = table.key().iter().map(|column| column.name.to_owned()).collect();
        part.indexes.retain(|index| named("index", &index.name));
        for index in &mut part.indexes {
            index.definition = definitions.indexes.get(&key(&index.name)).cloned();
        }
        part.foreign_keys.clear();
        (part.definition, part.after) = (None, Vec::new());
        for added in added {
            let name = added.name.trim_start_matches(&format!("{}.", table.name));
            match added.kind.as_str() {
                "column" if part.columns.iter().any(|column| column.name == name) => {}
                "index" if part.indexes.iter().any(|index| index.name == name) => {}
                "column" => self.generated(table.name, name, definitions),
                "index" => {
                    let drop = (definitions.drop_index)(table.name, name);
                    let sql = definitions.indexes.get(&key(name));
                    let what = format!("the index {name} on {}", table.name);
                    self.name(what.clone(), sql.map(|sql| OwnObject::new(what, sql, drop)));
                }
                _ => self.name(format!("the {added}"), None),
            }
        }
        self.constraints(table.name, stored, &part, changes, definitions);
        if part.columns.len() > part.key.len() || !part.indexes.is_empty() {
            self.columns.push(part);
        }
    }

    /// A column whose values follow from others.
    fn generated(&mut self, table: &str, name: &str, definitions: &Definitions) {
        let what = format!("the generated column {table}.{name}");
        let definition = definitions.column(table, name);
        let quote = definitions.quote;
        let drop = format!("ALTER TABLE {} DROP COLUMN {}", quote(table), quote(name));
        let add = |definition| format!("ALTER TABLE {} ADD COLUMN {definition}", quote(table));
        self.name(what.clone(), definition.map(|definition| OwnObject::new(what, add(definition), drop)));
    }

    /// Checks, foreign keys and changes.
    fn constraints(
        &mut self,
        table: &str,
        stored: &Table,
        part: &OwnTable,
        changes: &Changes,
        definitions: &Definitions,
    ) {
        let object = |name: &str, what: String| {
            let found = definitions.constraints.get(&(table.to_owned(), name.to_owned()));
            found.map(|(sql, drop)| OwnObject::new(what, sql, drop))
        };
        // Whether the definition of an added column says it.
        let said_by_column = |text: &str| {
            let bare = |text: &str| text.replace([' ', '\n', '\t', '"', '`', '[', ']'], "").to_lowercase();
            let definitions = part.columns.iter().filter_map(|column| column.definition.as_ref());
            definitions.map(|definition| bare(definition)).any(|definition| definition.contains(&bare(text)))
        };
        for (name, expression) in &stored.checks {
            let is_named_by_column =
                part.columns.iter().any(|column| column.name == *name && column.definition.is_some());
            if name.is_empty() || migration::is_our_check(name) || is_named_by_column {
                continue;
            }
            let what = format!("the check {name} on {table}");
            let within =
                said_by_column(&format!("check({expression})")).then(|| OwnObject::within(what.clone()));
            self.name(what.clone(), object(name, what).or(within));
        }
        for expression in &changes.checks {
            let what = format!("a check on {table}: {expression}");
            let within =
                said_by_column(&format!("check({expression})")).then(|| OwnObject::within(what.clone()));
            self.name(what, within);
        }
        for at in &changes.foreign_keys {
            let key = &stored.foreign_keys[*at];
            let what = format!("the foreign key of {table} ({})", key.columns.join(", "));
            let parent = format!("references{}", key.parent);
            let within = said_by_column(&parent).then(|| OwnObject::within(what.clone()));
            self.name(what.clone(), object(&key.name, what).or(within));
        }
        for (column, is) in &changes.columns {
            let what = format!("the change of {table}.{column}, now {is}");
            let change = definitions.changes.get(&(table.to_owned(), column.clone()));
            self.name(what.clone(), change.map(|change| OwnObject::first(what, change)));
        }
        for columns in &changes.unique {
            self.name(format!("the unique constraint of {table} ({columns})"), None);
        }
        for option in &changes.options {
            self.name(format!("the option {option} of {table}"), None);
        }
    }
}

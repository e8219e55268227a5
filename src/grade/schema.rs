//! The tables of a database for the shrinker: keys, and which rows reference which. Parents come first.

use crate::database::{Catalogue, Engine, Table};

/// The tables, parents before children.
#[derive(Debug, Clone, Default)]
pub(super) struct Schema {
    pub tables: Vec<Relation>,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Relation {
    pub name: String,
    /// The columns that can be written, with the names of their types.
    pub columns: Vec<(String, String)>,
    /// The positions of the primary key's columns.
    pub key: Vec<usize>,
    pub references: Vec<Reference>,
    /// Columns whose texts identify a row.
    pub names: Vec<usize>,
    /// The names of its triggers, and of its foreign keys that have one.
    pub triggers: Vec<String>,
    pub constraints: Vec<String>,
}

/// A foreign key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reference {
    /// Positions of columns.
    pub columns: Vec<usize>,
    /// The position of the table in the schema.
    pub parent: usize,
    pub parent_columns: Vec<usize>,
}

impl Schema {
    pub(super) fn of(catalogue: &Catalogue) -> Schema {
        let names = parents_first(catalogue);
        let mut tables: Vec<Relation> = Vec::new();
        for name in &names {
            tables.push(relation(name, &catalogue.tables[*name]));
        }
        for at in 0..tables.len() {
            let keys = &catalogue.tables[names[at]].foreign_keys;
            let found = keys.iter().filter_map(|key| {
                let parent = tables.iter().position(|table| table.name == key.parent)?;
                let columns = places(&tables[at], &key.columns)?;
                // Without columns, the key of the parent is meant.
                let parent_columns = match key.parent_columns.is_empty() {
                    true => tables[parent].key.clone(),
                    false => places(&tables[parent], &key.parent_columns)?,
                };
                (columns.len() == parent_columns.len()).then_some(Reference {
                    columns,
                    parent,
                    parent_columns,
                })
            });
            tables[at].references = found.collect();
        }
        Schema { tables }
    }

    /// The table of people, with which everything begins.
    pub(super) fn people(&self) -> Option<usize> {
        self.tables.iter().position(|table| table.name == "users")
    }
}

impl Relation {
    /// The names of the key's columns, as they are written.
    pub(super) fn key_columns(&self, engine: Engine) -> Vec<String> {
        self.key.iter().map(|at| engine.quote(&self.columns[*at].0)).collect()
    }
}

fn relation(name: &str, table: &Table) -> Relation {
    let is_generated = |extra: &[String]| extra.iter().any(|word| word.contains("generated"));
    let columns: Vec<_> = table.columns.iter().filter(|column| !is_generated(&column.extra)).collect();
    let place = |name: &String| columns.iter().position(|column| column.name == *name);
    let is_text = |at: &usize| {
        let kind = &columns[*at].kind;
        kind.contains("char") || kind.contains("text")
    };
    let unique = table.indexes.values().filter(|index| index.unique && index.columns.len() == 1);
    Relation {
        name: name.to_owned(),
        key: table.primary_key.iter().filter_map(place).collect(),
        references: Vec::new(),
        names: unique.filter_map(|index| place(&index.columns[0])).filter(is_text).collect(),
        triggers: table.triggers.keys().cloned().collect(),
        constraints: table
            .foreign_keys
            .iter()
            .map(|key| key.name.clone())
            .filter(|name| !name.is_empty())
            .collect(),
        columns: columns.iter().map(|column| (column.name.clone(), column.kind.clone())).collect(),
    }
}

fn places(table: &Relation, columns: &[String]) -> Option<Vec<usize>> {
    columns.iter().map(|name| table.columns.iter().position(|(column, _)| column == name)).collect()
}

/// The names of all tables, parents first; if tables reference each other in a circle, in the order of their names. Among
/// unrelated tables, those with more descendants come first, because removing one of their rows removes most other rows.
fn parents_first(catalogue: &Catalogue) -> Vec<&str> {
    let parents = |name: &str| -> Vec<&str> {
        let keys = catalogue.tables[name].foreign_keys.iter().map(|key| key.parent.as_str());
        keys.filter(|parent| *parent != name && catalogue.tables.contains_key(*parent)).collect()
    };
    let mut left: Vec<&str> = catalogue.tables.keys().map(String::as_str).collect();
    let children =
        |name: &str| catalogue.tables.keys().filter(|child| parents(child).contains(&name)).count();
    left.sort_by_key(|name| std::cmp::Reverse(children(name)));
    let mut ordered: Vec<&str> = Vec::new();
    while !left.is_empty() {
        let is_free = |name: &&str| parents(name).iter().all(|parent| ordered.contains(parent));
        let next = left.iter().position(is_free).unwrap_or(0);
        ordered.push(left.remove(next));
    }
    ordered
}

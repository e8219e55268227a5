//! The tables of a schema as a diagram and a page know them, whether a database, a folder or a seed has them.

use serde::Serialize;

use crate::database::Catalogue;
use crate::edition::{self, Edition};

/// A table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Entity {
    pub name: String,
    /// It is no table of an edition: somebody else's.
    pub own: bool,
    pub columns: Vec<EntityColumn>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// With its indexes in a database; of its files in a folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
}

/// A column.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct EntityColumn {
    pub name: String,
    /// In the engine's own words.
    #[serde(rename = "type")]
    pub kind: String,
    /// Whether it is a part of the primary key.
    pub key: bool,
    pub nullable: bool,
    /// The table and the column that it references.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub references: Option<(String, String)>,
}

/// The tables of a database: those of the edition in its order, then the others by name.
pub fn of_catalogue(catalogue: &Catalogue, edition: Option<Edition>) -> Vec<Entity> {
    let known: Vec<&str> = edition.map_or(&[][..], Edition::tables).iter().map(|table| table.name).collect();
    let rank = |name: &str| known.iter().position(|known| *known == name);
    let mut tables: Vec<_> = catalogue.tables.iter().collect();
    tables.sort_by_key(|(name, _)| (rank(name).unwrap_or(known.len()), *name));
    let entity = |(name, table): (&String, &crate::database::Table)| {
        let column = |column: &crate::database::Column| {
            let of_key = |key: &crate::database::ForeignKey| {
                let at = key.columns.iter().position(|name| *name == column.name)?;
                // A key that names no columns of its parent means the parent's primary key.
                let primary = catalogue.tables.get(&key.parent).map(|parent| &parent.primary_key);
                let to = key.parent_columns.get(at).or_else(|| primary?.get(at));
                Some((key.parent.clone(), to.cloned().unwrap_or_default()))
            };
            EntityColumn {
                name: column.name.clone(),
                kind: column.kind.clone(),
                key: table.primary_key.contains(&column.name),
                nullable: column.nullable,
                references: table.foreign_keys.iter().find_map(of_key),
            }
        };
        Entity {
            name: name.clone(),
            own: rank(name).is_none(),
            columns: table.columns.iter().map(column).collect(),
            ..Entity::default()
        }
    };
    tables.into_iter().map(entity).collect()
}

/// The tables of an edition, without a database.
pub fn of_edition(edition: Edition) -> Vec<Entity> {
    let column = |column: &edition::Column, key: bool| EntityColumn {
        name: column.name.to_owned(),
        kind: match (column.kind, column.max_chars) {
            (edition::Kind::Integer, _) => "integer".to_owned(),
            (edition::Kind::Time, _) => "timestamp".to_owned(),
            (edition::Kind::Text, Some(most)) => format!("varchar({most})"),
            (edition::Kind::Text, None) => "text".to_owned(),
        },
        key,
        nullable: column.nullable,
        references: column.references.map(|parent| {
            let id = edition.table(parent).map_or("id", |table| table.id().name);
            (parent.to_owned(), id.to_owned())
        }),
    };
    let entity = |table: &edition::Table| Entity {
        name: table.name.to_owned(),
        columns: table
            .columns
            .iter()
            .enumerate()
            .map(|(at, one)| column(one, at < table.key_columns))
            .collect(),
        ..Entity::default()
    };
    edition.tables().iter().map(entity).collect()
}

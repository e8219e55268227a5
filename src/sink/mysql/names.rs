//! Which tables are ours and which refer to ours. The server compares names in its catalogue without
//! case, whatever the file system does; here they are compared the way the server distinguishes tables.

use super::MysqlBulk;
use crate::database::mysql::quote;
use crate::edition::Table;
use crate::sink::bulk::{Bulk, BulkError, ForeignKey, Strange, StrangeKind, names_of};

impl MysqlBulk {
    /// What has the names of our tables but is not a table that can roll back a portion.
    pub(super) fn strange_tables(&mut self, tables: &[&'static Table]) -> Result<Vec<Strange>, BulkError> {
        let found = self.rows(
            "SELECT table_name, table_type, engine FROM information_schema.tables WHERE table_schema = DATABASE()",
        )?;
        let narrow = self.rows(
            "SELECT table_name, column_name, character_set_name FROM information_schema.columns \
             WHERE table_schema = DATABASE() AND character_set_name <> 'utf8mb4' ORDER BY table_name, ordinal_position",
        )?;
        let narrow = |table: &'static Table| {
            let ours = |row: &&Vec<Option<String>>| {
                let is = |at: usize, name: &str| {
                    row[at].as_deref().is_some_and(|found| self.is_called(found, name))
                };
                is(0, table.name) && table.columns.iter().any(|column| is(1, column.name))
            };
            let set = narrow.iter().find(ours)?[2].clone()?;
            let what = format!("a table in the character set {set}, which cannot hold every text");
            Some(Strange { table: table.name, kind: StrangeKind::CharacterSet, what })
        };
        let strange = |table: &&'static Table| {
            let mut rows = found.iter();
            let found =
                rows.find(|row| row[0].as_deref().is_some_and(|name| self.is_called(name, table.name)));
            let what = match found.map(|row| (row[1].as_deref(), row[2].as_deref())) {
                None => return Some(Strange::missing(table.name)),
                Some((Some("BASE TABLE"), Some("InnoDB"))) => return narrow(table),
                Some((Some("BASE TABLE"), engine)) => {
                    format!(
                        "a table of the engine {}, which cannot roll a portion back",
                        engine.unwrap_or("?")
                    )
                }
                Some((kind, _)) => format!("a {}", kind.unwrap_or("?").to_lowercase()),
            };
            Some(Strange::other(table.name, what))
        };
        Ok(tables.iter().filter_map(strange).collect())
    }

    /// The foreign keys from other tables to one of ours, in all databases that the account sees.
    pub(super) fn keys_referring(&mut self, tables: &[&'static Table]) -> Result<Vec<ForeignKey>, BulkError> {
        let found = self.rows(&format!(
            "SELECT ordinal_position, table_schema, table_name, column_name, \
             referenced_table_schema, referenced_table_name, referenced_column_name \
             FROM information_schema.key_column_usage WHERE referenced_table_name IN ({}) \
             ORDER BY table_schema, table_name, constraint_name, ordinal_position",
            names_of(tables)
        ))?;
        let is_home = |database: &str| self.is_called(database, &self.home);
        let keys = found.into_iter().filter_map(|row| {
            let [number, schema, table, column, parent_schema, parent, parent_column] =
                <[Option<String>; 7]>::try_from(row).ok()?;
            let (schema, table, parent) = (schema?, table?, parent?);
            let ours = tables.iter().find(|ours| self.is_called(&parent, ours.name));
            let parent = ours.filter(|_| parent_schema.is_some_and(|schema| is_home(&schema)))?.name;
            if is_home(&schema) && self.is_one_of(&table, tables) {
                return None;
            }
            let table = match is_home(&schema) {
                true => quote(&table),
                false => format!("{}.{}", quote(&schema), quote(&table)),
            };
            let parent = Some(parent.to_owned());
            Some(vec![number, Some(table), Some(quote(&column?)), parent, Some(quote(&parent_column?))])
        });
        Ok(ForeignKey::of_rows(keys.collect()))
    }

    /// Databases and tables that match a condition and have a foreign key to one of ours.
    pub(super) fn names_referring(
        &mut self,
        condition: &str,
        tables: &[&'static Table],
    ) -> Result<Vec<(String, String)>, BulkError> {
        let found = self.rows(&format!(
            "SELECT constraint_schema, table_name, unique_constraint_schema, referenced_table_name \
             FROM information_schema.referential_constraints WHERE {condition} AND referenced_table_name IN ({}) ORDER BY 1, 2",
            names_of(tables)
        ))?;
        let is_ours =
            |database: &str, name: &str| self.is_called(database, &self.home) && self.is_one_of(name, tables);
        let names = found.into_iter().filter_map(|row| {
            let [schema, table, parent_schema, parent] = <[Option<String>; 4]>::try_from(row).ok()?;
            let (schema, table) = (schema?, table?);
            (is_ours(&parent_schema?, &parent?) && !is_ours(&schema, &table)).then_some((schema, table))
        });
        let mut names: Vec<_> = names.collect();
        names.sort();
        names.dedup();
        Ok(names)
    }

    pub(super) fn is_one_of(&self, name: &str, tables: &[&'static Table]) -> bool {
        tables.iter().any(|table| self.is_called(name, table.name))
    }

    /// Whether two names mean the same table (or database) on this server.
    pub(super) fn is_called(&self, name: &str, other: &str) -> bool {
        if self.folds_case { name.to_lowercase() == other.to_lowercase() } else { name == other }
    }
}

//! The names in a database, for the nearest to a mistyped one.

use super::session::Unknown;
use super::{Cell, Rows};
use crate::distance::distance;

/// Pairs of a table and one of its columns, in the order of the tables.
#[derive(Debug, Default)]
pub(super) struct Names(Vec<(String, String)>);

impl Rows for Names {
    fn columns(&mut self, _: &[String]) {}

    fn row(&mut self, cells: Vec<Cell>) -> bool {
        if let [table, column] = &cells[..] {
            self.0.push((table.to_string(), column.to_string()));
        }
        true
    }

    fn done(&mut self, _: Option<u64>) {}
}

impl Names {
    /// Each table once.
    pub(super) fn tables(&self) -> Vec<String> {
        let mut tables: Vec<String> = self.0.iter().map(|(table, _)| table.clone()).collect();
        tables.dedup();
        tables
    }

    /// The name that was probably meant.
    pub(super) fn nearest(&self, unknown: &Unknown) -> Option<String> {
        let (name, known): (&str, Vec<&str>) = match unknown {
            Unknown::Table(name) => (name, self.0.iter().map(|(table, _)| table.as_str()).collect()),
            Unknown::Column(name) => (name, self.0.iter().map(|(_, column)| column.as_str()).collect()),
        };
        // The name of a schema or of a table may be before it.
        let name = name.rsplit('.').next().unwrap_or(name).to_lowercase();
        let scored = known.into_iter().map(|known| (distance(&name, &known.to_lowercase()), known));
        let (edits, nearest) = scored.filter(|(edits, _)| *edits > 0).min()?;
        (edits <= 1 + name.chars().count() / 4).then(|| nearest.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_near_is_found_and_one_that_is_far_is_not() {
        let mut names = Names::default();
        for (table, column) in [("users", "id"), ("users", "username"), ("photos", "image_url")] {
            assert!(names.row(vec![Cell::Text(table.to_owned()), Cell::Text(column.to_owned())]));
        }
        let table = |name: &str| names.nearest(&Unknown::Table(name.to_owned()));
        let column = |name: &str| names.nearest(&Unknown::Column(name.to_owned()));
        assert_eq!(table("user").as_deref(), Some("users"));
        assert_eq!(table("main.usres").as_deref(), Some("users"));
        assert_eq!(table("invoices"), None);
        assert_eq!(column("u.usernam").as_deref(), Some("username"));
        assert_eq!(column("photos"), None);
        assert_eq!(names.tables(), ["users", "photos"]);
    }
}

//! Which rows are a load's own: those whose ids are in the ranges that it reserved before its first row.
//!
//! Ids are counted before rows are sent, so the ranges are exact, and each table's counter moves past
//! them together with the record. A row with another id never belongs to the load, no matter who wrote it
//! or when. A pair (a like, a follow) has no id: it can belong to the load only if both of its ends do.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::portion::Portions;
use super::shift::Offsets;
use crate::edition::{Entity, Table};
use crate::load::Result;
use crate::plan::{MAX_KEYS, PlanError};

/// The first and last id of each table that has ids. For a table without rows, the last is before the first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ours {
    pub ids: BTreeMap<String, (i64, i64)>,
}

impl Ours {
    /// The ids of a load after these keys. Refuses ids that do not fit in an INT.
    pub(super) fn of(portions: &Portions, offsets: Option<&Offsets>) -> Result<Self> {
        let mut ids = BTreeMap::new();
        for (table, first, count) in &portions.ids {
            let before =
                offsets.and_then(|offsets| offsets.keys.get(table.name)).copied().unwrap_or(0) + first;
            let last = match offsets {
                // Hashtags that already exist are not created again.
                Some(offsets) if table.entity == Entity::Tag => {
                    offsets.tags.iter().copied().max().unwrap_or(0).max(before)
                }
                _ => before.saturating_add(i64::try_from(*count).unwrap_or(i64::MAX)),
            };
            if last > MAX_KEYS as i64 {
                return Err(PlanError::TooManyKeys { table: table.name, count: last as u64 }.into());
            }
            ids.insert(table.name.to_owned(), (before + 1, last));
        }
        Ok(Self { ids })
    }

    pub(super) fn range(&self, table: &str) -> Option<(i64, i64)> {
        self.ids.get(table).copied()
    }

    /// SQL condition for the rows of a table that can belong to the load.
    pub fn condition(&self, table: &Table) -> String {
        let name = table.name;
        let within = |column: &str, of: &str| match self.range(of) {
            Some((first, last)) => format!("{name}.{column} BETWEEN {first} AND {last}"),
            None => "1 = 0".to_owned(),
        };
        if table.has_id() {
            return within(table.id().name, name);
        }
        // The hashtag may have existed before the load, so the photo alone decides who owns the row.
        let decides = if table.entity == Entity::PhotoTag { &table.key()[..1] } else { table.key() };
        let ends = decides.iter().filter_map(|column| Some((column.name, column.references?)));
        let conditions: Vec<_> = ends.map(|(column, of)| within(column, of)).collect();
        format!("({})", conditions.join(" AND "))
    }

    /// SQL condition for the rows of a table that do not belong to the load but point at one of its rows.
    pub(super) fn strangers(&self, table: &Table) -> Option<String> {
        let points = table.columns.iter().filter_map(|column| {
            let (first, last) = self.range(column.references?)?;
            Some(format!("{}.{} BETWEEN {first} AND {last}", table.name, column.name))
        });
        let points: Vec<_> = points.collect();
        (!points.is_empty()).then(|| format!("NOT {} AND ({})", self.condition(table), points.join(" OR ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edition::Edition;

    #[test]
    fn a_row_is_ours_by_its_id_or_by_both_of_its_ends() {
        let ids = [("users", (11, 20)), ("photos", (5, 9)), ("comments", (1, 0)), ("tags", (3, 4))];
        let ours = Ours { ids: ids.map(|(name, range)| (name.to_owned(), range)).into() };
        let of = |name: &str| ours.condition(Edition::Course.table(name).unwrap());
        assert_eq!(of("users"), "users.id BETWEEN 11 AND 20");
        assert_eq!(of("likes"), "(likes.user_id BETWEEN 11 AND 20 AND likes.photo_id BETWEEN 5 AND 9)");
        assert_eq!(of("photo_tags"), "(photo_tags.photo_id BETWEEN 5 AND 9)");
        let strangers = |name: &str| ours.strangers(Edition::Course.table(name).unwrap());
        assert_eq!(strangers("users"), None);
        assert_eq!(
            strangers("photos").unwrap(),
            "NOT photos.id BETWEEN 5 AND 9 AND (photos.user_id BETWEEN 11 AND 20)"
        );
        assert!(strangers("photo_tags").unwrap().ends_with("OR photo_tags.tag_id BETWEEN 3 AND 4)"));
    }
}

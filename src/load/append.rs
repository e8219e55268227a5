//! A second world next to existing rows (`--append`): which keys are free.

use super::session::Load;
use super::shift::Offsets;
use crate::edition::{Entity, Rows};
use crate::load::Result;
use crate::sink::bulk::Bulk;

impl<B: Bulk> Load<'_, B> {
    /// The last ids that are in use or have been given out: the second world's ids come after them.
    pub(super) fn offsets<R: Rows>(&mut self, rows: &R) -> Result<Offsets> {
        let mut offsets = Offsets::default();
        for table in self.tables.clone() {
            if table.has_id() {
                let last = self.control().last_id(table)?;
                offsets.keys.insert(table.name.to_owned(), last.max(0));
            }
            if let Some(label) = table.label().filter(|_| table.entity == Entity::Tag) {
                let sql = format!("SELECT {}, {} FROM {}", label.name, table.id().name, table.name);
                let known = self.control().rows(&sql)?.into_iter().filter_map(|row| {
                    let [name, key] = <[Option<String>; 2]>::try_from(row).ok()?;
                    Some((name?, key?.parse().ok()?))
                });
                offsets.number_tags(rows, table, &known.collect());
            }
        }
        Ok(offsets)
    }
}

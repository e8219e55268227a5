//! The range of ids that each table has. Usually all begin at 1; with an id offset each table has a range of its own, so that
//! a join of two columns that have nothing in common finds no row.

use super::{Edition, EditionError, Entity, Result, Table, estimate};
use crate::world::World;
use crate::world::id::{PhotoId, TagId, UserId};

/// What comes before the first id of each table.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct IdRanges {
    before: [i64; Entity::COUNT],
}

impl IdRanges {
    /// Refuses an offset that is too small for the rows of a table.
    pub(super) fn new(world: &World, edition: Edition) -> Result<IdRanges> {
        let offset = world.profile().id_offset;
        let mut ranges = IdRanges::default();
        for table in edition.tables() {
            ranges.before[table.entity as usize] = ids_before(edition, table, offset);
            let rows = estimate::rows_about(world, table.entity);
            if offset > 0 && table.has_id() && rows > u64::from(offset) {
                return Err(EditionError::IdsOverlap { table: table.name, rows, offset });
            }
        }
        Ok(ranges)
    }

    #[inline(always)]
    pub(super) fn before(&self, entity: Entity) -> i64 {
        self.before[entity as usize]
    }

    #[inline(always)]
    pub(super) fn user(&self, user: UserId) -> i64 {
        self.before(Entity::User) + user.key()
    }

    #[inline(always)]
    pub(super) fn photo(&self, photo: PhotoId) -> i64 {
        self.before(Entity::Photo) + photo.key()
    }

    #[inline(always)]
    pub(super) fn tag(&self, tag: TagId) -> i64 {
        self.before(Entity::Tag) + tag.key()
    }
}

/// What comes before the first id of a table: one offset for the first table with ids, two for the second, and so on.
pub fn ids_before(edition: Edition, table: &Table, offset: u32) -> i64 {
    let with_ids = edition.tables().iter().filter(|table| table.has_id());
    let place = with_ids.zip(1..).find(|(other, _)| other.name == table.name).map_or(0, |(_, place)| place);
    place * i64::from(offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_table_with_ids_has_its_own_range() {
        let before = |name: &str| ids_before(Edition::Course, Edition::Course.table(name).unwrap(), 1000);
        assert_eq!(["users", "photos", "comments", "likes", "tags"].map(before), [1000, 2000, 3000, 0, 4000]);
    }
}

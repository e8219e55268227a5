//! The named rows of a world, with their tables and keys.

use super::{Entity, WorldRows};

/// A row that tests can rely on.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct NamedRow {
    pub name: &'static str,
    pub table: &'static str,
    /// The column of the key.
    pub column: &'static str,
    pub key: i64,
    /// One line for people.
    pub about: &'static str,
}

impl WorldRows<'_> {
    /// The rows with a role: users first. Takes a moment, because likes are counted.
    pub fn named(&self) -> Vec<NamedRow> {
        let world = self.world();
        let row = |entity: Entity, name, key, about| {
            let table = self.edition().table_of(entity).expect("both editions have users and photos");
            NamedRow { name, table: table.name, column: table.id().name, key, about }
        };
        let users = world.named().users.iter();
        let users =
            users.map(|(role, user)| row(Entity::User, role.name(), self.ids().user(*user), role.about()));
        let photos = world.named_photos().into_iter();
        let photos = photos
            .map(|(role, photo)| row(Entity::Photo, role.name(), self.ids().photo(photo), role.about()));
        users.chain(photos).collect()
    }
}

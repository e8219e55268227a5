//! The rows of a world as typed values, by iterator or by index: no database, no file, nothing kept.
//!
//! ```
//! use instaseed::profile::{Profile, ProfileOverrides};
//! use instaseed::rows::Course;
//! use instaseed::world::World;
//! use instaseed::world::named::Role;
//!
//! # fn main() -> instaseed::Result<()> {
//! let world = World::new(&Profile::load("tiny", &ProfileOverrides::default())?)?;
//! let course = Course::of(&world)?;
//! for user in course.users() {
//!     println!("{} {} {}", user.id, user.username, user.created_at);
//! }
//! assert_eq!(course.users().len(), 10);
//! let third = course.photos().get(2).expect("there are 12 photos");
//! assert_eq!(third.id, 3);
//! let alice = course.user(Role::Alice).expect("tiny has an alice");
//! assert_eq!(alice.username, "alice");
//! # Ok(())
//! # }
//! ```

#[macro_use]
mod line;
pub mod constants;
pub mod course;
pub mod platform;
mod table;

use crate::edition::{self, Edition, NamedRow, WorldRows};
use crate::world::World;
use crate::world::named::{PhotoRole, Role};
pub use line::Row;
pub use table::{Iter, Table};

type Result<T> = std::result::Result<T, edition::EditionError>;

/// The tables of the course edition.
pub struct Course<'w> {
    rows: WorldRows<'w>,
}

impl<'w> Course<'w> {
    pub fn of(world: &'w World) -> Result<Course<'w>> {
        Ok(Course { rows: WorldRows::new(world, Edition::Course)? })
    }

    pub fn users(&self) -> Table<'_, course::User> {
        Table::new(&self.rows)
    }

    pub fn photos(&self) -> Table<'_, course::Photo> {
        Table::new(&self.rows)
    }

    pub fn comments(&self) -> Table<'_, course::Comment> {
        Table::new(&self.rows)
    }

    pub fn likes(&self) -> Table<'_, course::Like> {
        Table::new(&self.rows)
    }

    pub fn follows(&self) -> Table<'_, course::Follow> {
        Table::new(&self.rows)
    }

    pub fn tags(&self) -> Table<'_, course::Tag> {
        Table::new(&self.rows)
    }

    pub fn photo_tags(&self) -> Table<'_, course::PhotoTag> {
        Table::new(&self.rows)
    }

    /// The user with a role, unless the world is too small for it.
    pub fn user(&self, role: Role) -> Option<course::User> {
        self.users().get(u64::from(self.rows.world().named().user(role)?.0))
    }

    /// The photo with a role.
    pub fn photo(&self, role: PhotoRole) -> Option<course::Photo> {
        self.photos().get(photo(&self.rows, role)?)
    }

    /// All rows with a role.
    pub fn named(&self) -> Vec<NamedRow> {
        self.rows.named()
    }
}

/// The tables of the platform edition.
pub struct Platform<'w> {
    rows: WorldRows<'w>,
}

impl<'w> Platform<'w> {
    /// Hashes the password of the accounts, which takes a few milliseconds.
    pub fn of(world: &'w World) -> Result<Platform<'w>> {
        Ok(Platform { rows: WorldRows::new(world, Edition::Platform)? })
    }

    pub fn users(&self) -> Table<'_, platform::User> {
        Table::new(&self.rows)
    }

    pub fn posts(&self) -> Table<'_, platform::Post> {
        Table::new(&self.rows)
    }

    pub fn media(&self) -> Table<'_, platform::Medium> {
        Table::new(&self.rows)
    }

    pub fn comments(&self) -> Table<'_, platform::Comment> {
        Table::new(&self.rows)
    }

    pub fn likes(&self) -> Table<'_, platform::Like> {
        Table::new(&self.rows)
    }

    pub fn follows(&self) -> Table<'_, platform::Follow> {
        Table::new(&self.rows)
    }

    pub fn tags(&self) -> Table<'_, platform::Tag> {
        Table::new(&self.rows)
    }

    pub fn post_tags(&self) -> Table<'_, platform::PostTag> {
        Table::new(&self.rows)
    }

    /// The user with a role, unless the world is too small for it.
    pub fn user(&self, role: Role) -> Option<platform::User> {
        self.users().get(u64::from(self.rows.world().named().user(role)?.0))
    }

    /// The post with a role.
    pub fn post(&self, role: PhotoRole) -> Option<platform::Post> {
        self.posts().get(photo(&self.rows, role)?)
    }

    /// All rows with a role.
    pub fn named(&self) -> Vec<NamedRow> {
        self.rows.named()
    }
}

/// The index of the photo with a role.
fn photo(rows: &WorldRows<'_>, role: PhotoRole) -> Option<u64> {
    let photos = rows.world().named_photos();
    photos.into_iter().find(|(of, _)| *of == role).map(|(_, photo)| u64::from(photo.0))
}

#[cfg(test)]
mod tests;

//! The rows of a world: facts become cells, in the order of an edition's columns.
//!
//! Every loop takes its cells by value and gives them back (see [`Rows::write`]); texts are made in buffers that
//! are used again for each row.

use std::ops::Range;

use super::wording::Wording;
use super::{Cells, Edition, Fact, Keys, Rows, Table, course, platform};
use crate::Result;
use crate::world::World;
use crate::world::follow::FollowScratch;
use crate::world::user::UserId;

/// Rows of a chunk that make about a megabyte of text.
const CHUNK_ROWS: u64 = 1 << 15;

/// A world, told as the tables of an edition.
pub struct WorldRows<'w> {
    world: &'w World,
    edition: Edition,
    wording: Wording,
    /// The one hash of every account's password; the course has no accounts.
    password_hash: String,
}

/// Room that rows are made in.
#[derive(Default)]
pub struct Scratch {
    follows: FollowScratch,
    pub(super) name: String,
    pub(super) text: String,
}

impl<'w> WorldRows<'w> {
    pub fn new(world: &'w World, edition: Edition) -> Result<WorldRows<'w>> {
        let password_hash = match edition {
            Edition::Course => String::new(),
            Edition::Platform => platform::password_hash(world.profile())?,
        };
        Ok(WorldRows { world, edition, wording: Wording::new(world)?, password_hash })
    }

    fn users<C: Cells>(&self, units: Range<u64>, mut cells: C, scratch: &mut Scratch) -> C {
        for id in units {
            let user = self.world.user(UserId(id as u32));
            scratch.name.clear();
            let handle = self.wording.username(&user, &mut scratch.name);
            match self.edition {
                Edition::Course => course::user(&user, scratch, &mut cells),
                Edition::Platform => {
                    platform::user(&self.wording, &user, &handle, &self.password_hash, scratch, &mut cells)
                }
            }
            cells.end_row();
        }
        cells
    }

    fn follows<C: Cells>(&self, units: Range<u64>, mut cells: C, scratch: &mut Scratch) -> C {
        for id in units {
            let follower = UserId(id as u32);
            let born = self.world.signed_up(follower);
            for &followee in self.world.followees(follower, &mut scratch.follows) {
                cells.integer(follower.key());
                cells.integer(followee.key());
                cells.time(self.world.follow_time(follower, born, followee));
                cells.end_row();
            }
        }
        cells
    }

    /// About how many rows a unit of the table has.
    fn rows_per_unit(&self, fact: Fact) -> f64 {
        let profile = self.world.profile();
        match fact {
            Fact::User | Fact::Photo | Fact::Tag => 1.0,
            Fact::Media => 1.4,
            Fact::Follow => profile.follows_per_user,
            Fact::Like => profile.likes_per_photo * profile.photos_per_user,
            Fact::PhotoTag => profile.tags_per_photo,
            Fact::Comment => CHUNK_ROWS as f64,
        }
    }
}

impl Rows for WorldRows<'_> {
    type Scratch = Scratch;

    fn scratch(&self) -> Scratch {
        Scratch::default()
    }

    fn units(&self, table: &'static Table) -> u64 {
        let users = u64::from(self.world.user_count());
        match table.fact {
            Fact::User | Fact::Follow | Fact::Like => users,
            _ => 0,
        }
    }

    fn chunk_units(&self, table: &'static Table) -> u64 {
        let units = CHUNK_ROWS as f64 / self.rows_per_unit(table.fact).max(1.0);
        (units as u64).max(1).next_power_of_two()
    }

    fn keys(&self, table: &'static Table) -> Vec<Keys> {
        Vec::new()
    }

    fn count(&self, table: &'static Table, units: Range<u64>, scratch: &mut Scratch) -> u64 {
        0
    }

    #[inline(never)]
    fn write<C: Cells>(
        &self,
        table: &'static Table,
        units: Range<u64>,
        first_id: i64,
        cells: C,
        scratch: &mut Scratch,
    ) -> C {
        match table.fact {
            Fact::User => self.users(units, cells, scratch),
            Fact::Follow => self.follows(units, cells, scratch),
            _ => cells,
        }
    }
}

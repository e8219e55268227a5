//! Of how many units a table is made, and about how many rows: without counting, for chunks, plans and progress.

use super::{Edition, Entity};
use crate::world::World;

/// Media of a post, about.
const MEDIA_PER_POST: f64 = 1.4;

/// Of how many units the rows of an entity are made.
pub fn units(world: &World, entity: Entity) -> u64 {
    match entity {
        Entity::User | Entity::Follow | Entity::Like => u64::from(world.user_count()),
        Entity::Photo | Entity::Media | Entity::PhotoTag => world.photo_count(),
        Entity::Tag => u64::from(world.tag_count()),
        Entity::Comment => u64::from(world.comment_windows()),
    }
}

/// About how many rows an entity has.
pub fn rows_about(world: &World, entity: Entity) -> u64 {
    (units(world, entity) as f64 * rows_per_unit(world, entity)).round() as u64
}

/// About how many rows the tables of an edition have together.
pub fn all_rows_about(world: &World, edition: Edition) -> u64 {
    edition.tables().iter().map(|table| rows_about(world, table.entity)).sum()
}

/// About how many rows a unit of an entity has.
pub(super) fn rows_per_unit(world: &World, entity: Entity) -> f64 {
    let profile = world.profile();
    match entity {
        Entity::User | Entity::Photo | Entity::Tag => 1.0,
        Entity::Media => MEDIA_PER_POST,
        Entity::Follow => profile.follows_per_user,
        Entity::Like => profile.likes_per_photo * profile.photos_per_user,
        Entity::PhotoTag => profile.tags_per_photo,
        Entity::Comment => {
            let windows = f64::from(world.comment_windows().max(1));
            profile.comments_per_photo * world.photo_count() as f64 / windows
        }
    }
}

#[cfg(test)]
mod tests;

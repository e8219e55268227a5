//! One kind of world at every size: the figures of a person grow smoothly with the network, and are those asked for.

use super::*;
use crate::edition::{Rows, WorldRows};
use crate::profile::{Profile, ProfileOverrides};

/// How much a figure may change from one of these sizes to the next.
const STEP: f64 = 1.6;
const SIZES: [u32; 16] = [
    10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000,
];
/// Up to this size rows are counted; above, they are estimated from the profile.
const COUNTED: u32 = 2000;

fn world(users: u32) -> World {
    let overrides = ProfileOverrides { users: Some(users.into()), ..Default::default() };
    let profile = Profile::load(Profile::SCALING, &overrides).expect("a valid profile");
    World::new(&profile).expect("a possible world")
}

/// Photos and follows of a user; likes, comments and tags of a photo.
fn figures(rows: impl Fn(Entity) -> u64, users: u32) -> [(Entity, f64); 5] {
    let photos = rows(Entity::Photo);
    [
        (Entity::Photo, photos as f64 / f64::from(users)),
        (Entity::Follow, rows(Entity::Follow) as f64 / f64::from(users)),
        (Entity::Like, rows(Entity::Like) as f64 / photos as f64),
        (Entity::Comment, rows(Entity::Comment) as f64 / photos as f64),
        (Entity::PhotoTag, rows(Entity::PhotoTag) as f64 / photos as f64),
    ]
}

fn counted(world: &World) -> [(Entity, f64); 5] {
    let rows = WorldRows::new(world, Edition::Course).expect("rows of the course");
    let count = |entity| {
        let tables = Edition::Course.tables().iter();
        let table = tables.into_iter().find(|table| table.entity == entity).expect("a table");
        rows.count(table, 0..rows.units(table), &mut rows.scratch())
    };
    figures(count, world.user_count())
}

fn estimated(world: &World) -> [(Entity, f64); 5] {
    figures(|entity| rows_about(world, entity), world.user_count())
}

#[test]
fn the_figures_of_a_person_change_little_from_one_size_to_the_next() {
    let of = |users| {
        let world = world(users);
        if users <= COUNTED { counted(&world) } else { estimated(&world) }
    };
    let by_size = SIZES.map(of);
    for (pair, sizes) in by_size.windows(2).zip(SIZES.windows(2)) {
        for (&(entity, smaller), (_, larger)) in pair[0].iter().zip(pair[1]) {
            let factor = larger / smaller;
            assert!((1.0 / STEP..STEP).contains(&factor), "{entity:?} at {sizes:?}: {smaller} to {larger}");
        }
    }
}

#[test]
fn what_is_counted_is_what_is_estimated() {
    for (users, tolerance) in [(20, 0.3), (100, 0.1), (1000, 0.02), (1001, 0.02), (5000, 0.02)] {
        let world = world(users);
        for ((entity, found), (_, about)) in counted(&world).into_iter().zip(estimated(&world)) {
            assert!(
                (found / about - 1.0).abs() < tolerance,
                "{entity:?}, {users} users: {found} not {about}"
            );
        }
    }
}

#[test]
fn a_handful_of_users_is_a_world_for_every_seed() {
    for users in 1..=6 {
        for seed in 1..=40 {
            let overrides = ProfileOverrides { users: Some(users), seed: Some(seed), ..Default::default() };
            let profile = Profile::load(Profile::SCALING, &overrides).expect("a valid profile");
            assert!(World::new(&profile).is_ok(), "{users} users, seed {seed}");
        }
    }
}

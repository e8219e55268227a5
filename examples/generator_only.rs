//! Rows without a database: the library without any of its features.
//!
//! Prints who of a small world is followed by most, and what the named rows are. Run it with
//! `cargo run --no-default-features --example generator_only`.

use std::collections::BTreeMap;

use instaseed::profile::{Profile, ProfileOverrides};
use instaseed::rows::Course;
use instaseed::world::World;
use instaseed::world::named::{PhotoRole, Role};

fn main() -> instaseed::Result<()> {
    let overrides = ProfileOverrides { users: Some(500), seed: Some(7), ..ProfileOverrides::default() };
    let world = World::new(&Profile::load("social", &overrides)?)?;
    let course = Course::of(&world)?;

    let mut followers: BTreeMap<i64, u32> = BTreeMap::new();
    for follow in course.follows() {
        *followers.entry(follow.followee_id).or_default() += 1;
    }
    let mut most: Vec<_> = followers.into_iter().collect();
    most.sort_unstable_by_key(|(user, followers)| (std::cmp::Reverse(*followers), *user));
    for (id, followers) in most.into_iter().take(5) {
        // The ids of users begin at 1, and their places at 0.
        let user = course.users().get(id as u64 - 1).expect("a follow leads to a user");
        println!("{followers:>4} follow {}", user.username);
    }

    let celebrity = course.user(Role::Celebrity).expect("500 users have a celebrity");
    let viral = course.photo(PhotoRole::Viral).expect("and a most liked photo");
    println!("the celebrity has the id {}, the most liked photo {}", celebrity.id, viral.id);
    Ok(())
}

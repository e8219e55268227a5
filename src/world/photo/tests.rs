//! The slot map compared with its promises.

use super::*;
use crate::profile::{Growth, Profile, ProfileOverrides};
use crate::world::clock::Clock;
use crate::world::user::Users;

struct Given {
    clock: Clock,
    users: Users,
    photos: Photos,
}

fn given(users: u32, per_user: u32) -> Given {
    let overrides = ProfileOverrides {
        users: Some(users as i64),
        growth: Some(Growth::Exponential),
        ..ProfileOverrides::default()
    };
    let profile = Profile::load("social", &overrides).expect("a valid profile");
    let clock = Clock::new(profile.start, profile.as_of, profile.growth);
    let users = Users::new(&profile, &clock, 28);
    let photos = Photos::new(&clock, &users, 1, users.count * per_user, 0.25);
    Given { clock, users, photos }
}

fn gini(counts: &mut [u32]) -> f64 {
    counts.sort_unstable();
    let n = counts.len() as f64;
    let sum: f64 = counts.iter().map(|&c| c as f64).sum();
    let weighted: f64 = counts.iter().enumerate().map(|(i, &c)| (i + 1) as f64 * c as f64).sum();
    2.0 * weighted / (n * sum) - (n + 1.0) / n
}

#[test]
fn the_slot_map_is_a_bijection_in_time_order_after_every_sign_up() {
    for (count, per_user) in
        [(1, 25), (2, 25), (3, 1), (7, 25), (100, 12), (1000, 12), (3000, 25), (20_000, 12)]
    {
        let Given { clock, users, photos } = given(count, per_user);
        assert_eq!(photos.count(), count * per_user, "{count} users");
        let (mut posted, mut last) = (vec![0u32; count as usize], Time(0));
        for photo in (0..photos.count()).map(PhotoId) {
            let (user, ordinal) = photos.owner_of(photos.epoch_of(photo), photo);
            assert_eq!(photos.photo_of(user, ordinal), photo, "{count} users");
            assert!(ordinal < photos.slots_of(user).count);
            let time = photos.time_of(photos.epoch_of(photo), photo);
            assert!(time >= last && time < clock.end() && time > users.signed_up(&clock, user));
            last = time;
            posted[user.0 as usize] += 1;
        }
        for user in 0..count {
            assert_eq!(photos.slots_of(UserId(user)).count, posted[user as usize]);
        }
        let silent = posted.iter().filter(|&&p| p == 0).count() as f64 / count as f64;
        let gini = gini(&mut posted);
        if count >= 100 {
            assert!(
                (0.25..0.37).contains(&silent) && (0.7..0.85).contains(&gini),
                "{count}: {silent} {gini}"
            );
        }
    }
}

#[test]
fn a_world_without_photos_is_empty() {
    let photos = given(10, 0).photos;
    assert_eq!((photos.count(), photos.slots_of(UserId(3)).count), (0, 0));
}

#[test]
fn evenings_are_four_times_as_busy_as_mornings() {
    let photos = given(5000, 25).photos;
    let mut hours = [0f64; 24];
    for photo in (0..photos.count()).map(PhotoId) {
        hours[(photos.time_of(photos.epoch_of(photo), photo).0 / 3600 % 24) as usize] += 1.0;
    }
    assert!((3.3..4.8).contains(&(hours[20] / hours[8])), "{hours:?}");
}

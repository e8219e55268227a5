//! Likes compared with their promises: order, causes, totals, refusal.

use super::*;
use crate::profile::{Profile, ProfileOverrides};
use crate::world::WorldError;

fn world(users: i64, likes_per_photo: Option<f64>) -> World {
    let overrides = ProfileOverrides { users: Some(users), likes_per_photo, ..ProfileOverrides::default() };
    World::new(&Profile::load("social", &overrides).expect("a valid profile")).expect("a possible world")
}

fn total(world: &World) -> usize {
    let mut scratch = LikeScratch::new();
    (0..world.user_count()).map(|user| world.likes(UserId(user), &mut scratch).len()).sum()
}

#[test]
fn likes_ascend_and_follow_their_causes() {
    for users in [1, 2, 3, 7, 100, 2000] {
        let world = world(users, None);
        let (mut scratch, mut follows) = (LikeScratch::new(), FollowScratch::new());
        let (mut followed, mut all) = (0, 0);
        for user in (0..world.user_count()).map(UserId) {
            let followees = world.followees(user, &mut follows).to_vec();
            let likes = world.likes(user, &mut scratch);
            assert!(likes.is_sorted_by(|a, b| a.photo < b.photo), "user {user:?} of {users}");
            for like in likes {
                let photo = world.photo(like.photo);
                assert!(like.created_at >= photo.created_at.max(world.signed_up(user)));
                assert!(like.created_at < world.clock().end());
                if followees.contains(&photo.owner) {
                    let since = world.follow_time(user, world.signed_up(user), photo.owner);
                    assert!(like.created_at >= since);
                    followed += 1;
                }
                all += 1;
            }
        }
        if users >= 2000 {
            assert!((0.75..0.92).contains(&(followed as f64 / all as f64)), "{followed} of {all}");
        }
    }
}

#[test]
fn asked_totals_are_met() {
    for (users, mean) in [(100, None), (1000, None), (1000, Some(3.0)), (10_000, None), (20_000, None)] {
        let world = world(users, mean);
        let wanted = world.profile().likes_per_photo * world.photo_count() as f64;
        let got = total(&world) as f64;
        assert!((got - wanted).abs() < (0.01 * wanted).max(10.0), "{got} of {wanted} with {users} users");
    }
}

#[test]
fn more_than_the_network_gives_is_refused_with_the_most() {
    let overrides = |likes| ProfileOverrides {
        users: Some(1000),
        likes_per_photo: Some(likes),
        ..ProfileOverrides::default()
    };
    let world = |likes| World::new(&Profile::load("social", &overrides(likes)).expect("a valid profile"));
    let error = world(500.0).expect_err("too many");
    let WorldError::TooMuch { key: "likes_per_photo", max, .. } = &error else { panic!("{error}") };
    let max: f64 = max.parse().expect("a number");
    let possible = world(max).expect("the most is possible");
    assert!((total(&possible) as f64 / possible.photo_count() as f64 / max - 1.0).abs() < 0.02);
}

#[test]
fn friends_like_each_other_nearly_twice_as_much() {
    let world = world(10_000, None);
    let (mut likes, mut follows) = (LikeScratch::new(), FollowScratch::new());
    let users = || (0..world.user_count()).map(UserId);
    let followees: Vec<Vec<UserId>> = users().map(|u| world.followees(u, &mut follows).to_vec()).collect();
    let returned = |u: UserId, v: UserId| followees[v.0 as usize].binary_search(&u).is_ok();
    // Of each owner: pairs and likes of those whom the owner follows, and of the others.
    let mut of_owner = vec![[[0.0; 2]; 2]; world.user_count() as usize];
    for u in users() {
        let liked = world.likes(u, &mut likes);
        for &v in followees[u.0 as usize].iter().filter(|&&v| !world.is_bot(v) && !world.is_bot(u)) {
            of_owner[v.0 as usize][usize::from(returned(u, v))][0] += 1.0;
        }
        for owner in liked.iter().map(|like| world.photo(like.photo).owner) {
            if followees[u.0 as usize].binary_search(&owner).is_ok() && !world.is_bot(u) {
                of_owner[owner.0 as usize][usize::from(returned(u, owner))][1] += 1.0;
            }
        }
    }
    // What friends like, and what they would like if they were as the others of the same owner.
    let (mut real, mut wanted) = (0.0, 0.0);
    for [[others, by_others], [friends, by_friends]] in of_owner {
        if others > 0.0 && friends > 0.0 {
            real += by_friends;
            wanted += by_others / others * friends;
        }
    }
    assert!((1.6..2.1).contains(&(real / wanted)), "{}", real / wanted);
}

#[test]
fn no_likes_can_be_asked_for() {
    assert_eq!(total(&world(200, Some(0.0))), 0);
}

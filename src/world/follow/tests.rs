//! The graph compared with its promises: both directions agree, order, caps, totals.

use super::*;
use crate::profile::ProfileOverrides;
use crate::world::World;

fn world(users: i64, mean: Option<f64>) -> World {
    let overrides = ProfileOverrides { users: Some(users), follows_per_user: mean, ..Default::default() };
    let profile = Profile::load("social", &overrides).expect("a valid profile");
    World::new(&profile).expect("a possible world")
}

fn all(world: &World) -> Vec<Vec<UserId>> {
    let mut room = FollowScratch::new();
    (0..world.user_count()).map(|u| world.followees(UserId(u), &mut room).to_vec()).collect()
}

#[test]
fn followers_are_the_transposed_followees() {
    for n in [3000, 50, 7, 2, 1] {
        let world = world(n, None);
        let mut transposed = vec![vec![]; n as usize];
        for (u, followees) in all(&world).into_iter().enumerate() {
            assert!(followees.is_sorted_by(|a, b| a < b), "ascending, each once");
            assert!(!followees.contains(&UserId(u as u32)), "nobody follows oneself");
            for v in followees {
                transposed[v.0 as usize].push(UserId(u as u32));
            }
        }
        let mut room = FollowScratch::new();
        for (v, wanted) in transposed.iter().enumerate() {
            assert_eq!(world.followers(UserId(v as u32), &mut room), wanted, "of user {v} of {n}");
        }
    }
}

#[test]
fn asked_totals_are_met() {
    for (n, mean) in
        [(100, None), (1000, None), (1000, Some(40.0)), (10_000, None), (40_000, None), (2000, Some(300.0))]
    {
        let world = world(n, mean);
        let total: usize = all(&world).iter().map(Vec::len).sum();
        let wanted = world.profile().follows();
        assert!((total as f64 / wanted as f64 - 1.0).abs() < 0.01, "{total} of {wanted} with {n} users");
    }
}

#[test]
fn nobody_follows_more_than_the_platform_allows() {
    let world = world(60_000, Some(1200.0));
    let mut room = FollowScratch::new();
    let max = (0..60_000).step_by(7).map(|u| world.followees(UserId(u), &mut room).len()).max();
    assert!(max > Some(5000) && max <= Some(7500), "{max:?}");
}

#[test]
fn follows_happen_after_both_signed_up_and_before_the_end() {
    let world = world(500, None);
    for (u, followees) in all(&world).into_iter().enumerate() {
        let u = UserId(u as u32);
        for v in followees {
            let time = world.follow_time(u, world.signed_up(u), v);
            assert!(time >= world.signed_up(u).max(world.signed_up(v)) && time < world.clock().end());
        }
    }
}

#[test]
fn sign_ups_ascend_and_other_seeds_are_other_worlds() {
    let world = world(20_000, None);
    let times: Vec<Time> = (0..20_000).map(|u| world.signed_up(UserId(u))).collect();
    assert!(times.is_sorted_by(|a, b| a < b));
    assert_eq!(world.users_before(times[777]), 777);
    let other = Profile { seed: 2, ..world.profile().clone() };
    let other = World::new(&other).expect("a possible world");
    assert_ne!(all(&world)[..100], all(&other)[..100]);
}

#[test]
fn the_places_of_an_audience_are_its_followers() {
    let world = world(3000, None);
    let super::super::Backing::Computed(computed) = &world.backing else { unreachable!("a computed world") };
    let mut room = FollowScratch::new();
    for v in (0..3000).step_by(11).map(UserId) {
        let audience = computed.follows.audience(&world.users, v);
        let at = |place| computed.follows.follower_at(&world.users, &audience, place);
        let mut met: Vec<UserId> = (0..audience.len()).filter_map(at).collect();
        met.sort_unstable();
        met.dedup();
        assert_eq!(met, world.followers(v, &mut room));
        assert_eq!(at(audience.len()), None);
    }
}

#[test]
fn a_small_world_is_not_refused_what_a_greater_mean_is_given() {
    let asked = |users: i64, mean: f64| {
        let overrides =
            ProfileOverrides { users: Some(users), follows_per_user: Some(mean), ..Default::default() };
        World::new(&Profile::load("social", &overrides).expect("a valid profile")).map(|_| ())
    };
    for (users, most) in [(10, 10), (20, 20), (50, 50)] {
        for mean in (1..=most).map(|half| f64::from(half) / 2.0) {
            assert!(asked(users, mean).is_ok(), "{mean} of {users}");
        }
        let refused = asked(users, users as f64 - 1.0).expect_err("not everybody follows everybody");
        let crate::world::WorldError::TooMuch { max, .. } = &refused else { panic!("{refused}") };
        assert!(asked(users, max.parse().expect("a number")).is_ok(), "{refused}");
    }
}

#[test]
fn bots_have_their_share() {
    let world = world(20_000, None);
    let bots = (0..20_000).filter(|&u| world.is_bot(UserId(u))).count() as f64 / 20_000.0;
    assert!((bots - 0.08).abs() < 0.01, "{bots}");
}

#[test]
fn bots_follow_many_and_are_followed_by_few() {
    for n in [3000, 20_000] {
        let world = world(n, None);
        let mut room = FollowScratch::new();
        // By whether they are bots: users, follows, followers.
        let mut sums = [[0.0; 3]; 2];
        for u in (0..n as u32).map(UserId) {
            let sum = &mut sums[usize::from(world.is_bot(u))];
            sum[0] += 1.0;
            sum[1] += world.followees(u, &mut room).len() as f64;
            sum[2] += world.followers(u, &mut room).len() as f64;
        }
        let [[people, follows, followers], [bots, by_bots, of_bots]] = sums;
        assert!(by_bots / bots > 1.2 * follows / people, "{n}: {}", by_bots / bots);
        assert!((25.0..60.0).contains(&(by_bots / of_bots)), "{n}: {}", by_bots / of_bots);
        assert!((0.75..1.0).contains(&(follows / followers)), "{n}: {}", follows / followers);
    }
}

#[test]
fn a_world_may_have_no_bots_or_be_full_of_them() {
    for (bots, least, most) in [(0.0, 0, 0), (0.3, 800, 1000), (0.31, 850, 1010), (1.0, 3000, 3000)] {
        let overrides = ProfileOverrides { users: Some(3000), bots: Some(bots), ..Default::default() };
        let profile = Profile::load("social", &overrides).expect("a valid profile");
        let world = World::new(&profile).expect("a possible world");
        let found = (0..3000).filter(|&u| world.is_bot(UserId(u))).count();
        assert!((least..=most).contains(&found), "{found} of {bots}");
    }
}

#[test]
fn friends_are_followees_who_follow_back() {
    let world = world(3000, None);
    let super::super::Backing::Computed(computed) = &world.backing else { unreachable!("a computed world") };
    let (mut room, mut other) = (FollowScratch::new(), FollowScratch::new());
    let (mut known, mut returned) = (0, 0);
    for u in (0..3000).map(UserId) {
        let alone = world.followees(u, &mut other).to_vec();
        let (followees, friends) = computed.follows.followees_and_friends(&world.users, u, &mut room);
        assert_eq!(followees, alone);
        assert!(friends.iter().all(|v| followees.binary_search(v).is_ok()));
        known += friends.len();
        returned += followees.iter().filter(|&&v| world.followees(v, &mut other).contains(&u)).count();
    }
    assert!(known <= returned && known * 10 > returned * 7, "{known} of {returned}");
}

#[test]
fn impossible_means_are_refused_with_the_most_there_can_be() {
    let overrides =
        ProfileOverrides { users: Some(4000), follows_per_user: Some(3990.0), ..Default::default() };
    let profile = Profile::load("social", &overrides).expect("a valid profile");
    let error = World::new(&profile).expect_err("nobody can follow so many").to_string();
    assert!(error.contains(": at most ") && error.ends_with(" is possible"), "{error}");
}

//! Roles compared with what they promise, counted from the rows.

use super::*;
use crate::profile::{Profile, ProfileOverrides};
use crate::world::comment::CommentScratch;

/// What is counted of every user, and the likes of every photo.
struct Counts {
    photos: Vec<u32>,
    likes: Vec<u32>,
    comments: Vec<u32>,
    follows: Vec<Vec<UserId>>,
    followers: Vec<u32>,
    liked: Vec<u32>,
}

fn count(world: &World) -> Counts {
    let users = world.user_count() as usize;
    let mut counts = Counts {
        photos: vec![0; users],
        likes: vec![0; users],
        comments: vec![0; users],
        follows: vec![vec![]; users],
        followers: vec![0; users],
        liked: vec![0; world.photo_count() as usize],
    };
    let (mut follows, mut likes) = (FollowScratch::new(), LikeScratch::new());
    for photo in (0..world.photo_count() as u32).map(PhotoId) {
        counts.photos[world.photo(photo).owner.0 as usize] += 1;
    }
    for user in (0..users as u32).map(UserId) {
        for like in world.likes(user, &mut likes) {
            counts.likes[user.0 as usize] += 1;
            counts.liked[like.photo.0 as usize] += 1;
        }
        for &followee in world.followees(user, &mut follows) {
            counts.follows[user.0 as usize].push(followee);
            counts.followers[followee.0 as usize] += 1;
        }
    }
    let mut room = CommentScratch::new();
    for window in 0..world.comment_windows() {
        for comment in world.comments_in(window, &mut room) {
            counts.comments[comment.author.0 as usize] += 1;
        }
    }
    counts
}

fn world(profile: &str, seed: u64, users: Option<i64>) -> World {
    let overrides = ProfileOverrides { seed: Some(seed), users, ..ProfileOverrides::default() };
    World::new(&Profile::load(profile, &overrides).expect("a valid profile")).expect("a possible world")
}

/// Checks what every role promises, and returns the roles that nobody has.
fn missing(world: &World) -> Vec<&'static str> {
    let (counts, named) = (count(world), world.named());
    let at = |user: UserId| user.0 as usize;
    let follows = |a: UserId, b: UserId| counts.follows[at(a)].contains(&b);
    let mut holders: Vec<UserId> = named.users.iter().map(|(_, user)| *user).collect();
    holders.sort_unstable();
    holders.dedup();
    assert_eq!(holders.len(), named.users.len(), "nobody has two roles");
    for &(role, user) in &named.users {
        assert_eq!(world.is_bot(user), role == Role::Bot1, "{world:?}: {role:?}");
        let i = at(user);
        match role {
            Role::Alice => {
                assert!(counts.photos[i] > 0, "{world:?}");
                assert!(counts.followers[i] > 0 && !counts.follows[i].is_empty());
            }
            Role::Bob => {
                let alice = named.user(Role::Alice).expect("bob has a friend");
                assert!(follows(user, alice) && follows(alice, user));
            }
            Role::Celebrity => {
                let people = (0..world.user_count()).map(UserId).filter(|&user| !world.is_bot(user));
                let most = people.map(|user| counts.followers[at(user)]).max();
                assert_eq!(Some(counts.followers[i]), most, "{world:?}");
            }
            Role::Newcomer => {
                let people = (0..world.user_count()).map(UserId).filter(|&user| !world.is_bot(user));
                let last = world.signed_up(user);
                let later = people
                    .filter(|other| world.signed_up(*other) > last && holders.binary_search(other).is_err());
                assert_eq!(later.count(), 0);
            }
            Role::Lurker => {
                assert_eq!(counts.photos[i], 0);
                assert!(counts.likes[i] > 0 && !counts.follows[i].is_empty());
            }
            Role::EmptyUser => {
                let rows = [counts.photos[i], counts.likes[i], counts.comments[i], counts.followers[i]];
                assert!(rows == [0; 4] && counts.follows[i].is_empty(), "{world:?}: {rows:?}");
            }
            Role::Bot1 => {}
        }
    }
    let photos = world.named_photos();
    for &(role, photo) in &photos {
        match role {
            PhotoRole::Viral => {
                let most = counts.liked.iter().max().copied();
                assert_eq!(Some(counts.liked[photo.0 as usize]), most, "{world:?}");
            }
            PhotoRole::OfAlice => {
                assert_eq!(Some(world.photo(photo).owner), named.user(Role::Alice));
            }
        }
    }
    let users = Role::ALL.into_iter().filter(|role| named.user(*role).is_none()).map(Role::name);
    let nobody = |role: &PhotoRole| photos.iter().all(|(of, _)| of != role);
    users.chain(PhotoRole::ALL.into_iter().filter(nobody).map(PhotoRole::name)).collect()
}

#[test]
fn every_profile_has_every_role_and_each_keeps_its_promise() {
    for (profile, _) in Profile::list() {
        assert_eq!(missing(&world(profile, 1, None)), Vec::<&str>::new(), "{profile}");
        for seed in 2..=5 {
            // ten users of another seed may be ten people who all post
            let missing = missing(&world(profile, seed, None));
            let may_miss = |role| profile == "tiny" && ["bob", "lurker", "bot_1"].contains(role);
            assert!(missing.iter().all(may_miss), "{profile}, seed {seed}: {missing:?}");
        }
    }
    for (users, seed) in [(300, 1), (5_000, 2), (20_000, 1)] {
        assert_eq!(missing(&world("social", seed, Some(users))), Vec::<&str>::new(), "{users} users");
    }
}

#[test]
fn a_world_may_be_too_small_for_a_role() {
    for users in [1, 2, 5, 20] {
        let _ = missing(&world("social", 1, Some(users)));
    }
    assert!(missing(&world("social", 1, Some(1))).contains(&"bob"));
}

#[test]
fn the_photo_that_is_expected_to_be_liked_most_is_one_of_the_most_liked() {
    for seed in 1..=3 {
        let world = world("social", seed, Some(20_000));
        let counts = count(&world);
        let photo = world.most_promising().expect("there are photos");
        let likes = counts.liked[photo.0 as usize];
        let more = counts.liked.iter().filter(|&&other| other > likes).count();
        assert!(more * 1000 < counts.liked.len(), "seed {seed}: {more} of {} have more", counts.liked.len());
    }
}

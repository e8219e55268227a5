//! Planted facts, each counted from the rows of 200 seeds as a query of an exercise would.

mod graph;
mod rows;

use super::*;
use crate::profile::ProfileOverrides;
use crate::time::DAY;
use crate::world::World;
use std::collections::BTreeSet;

/// What is counted in a world.
struct Facts {
    seed: u64,
    people: People,
    planted: Planted,
}

fn facts(seed: u64) -> Facts {
    let profile = profile(seed);
    let planted = Planted::of(&profile).expect("a planted profile");
    Facts { seed, people: People::new(seed), planted }
}

fn profile(seed: u64) -> Profile {
    let overrides = ProfileOverrides { seed: Some(seed), ..ProfileOverrides::default() };
    Profile::load("course", &overrides).expect("a valid profile")
}

fn day(text: &str) -> Time {
    Time::parse(text).expect("a day")
}

fn users() -> impl Iterator<Item = UserId> {
    (0..100).map(UserId)
}

/// How often each comes up, by what it is.
fn tally<T: Ord>(all: impl IntoIterator<Item = T>) -> BTreeMap<T, usize> {
    let mut counts = BTreeMap::new();
    all.into_iter().for_each(|one| *counts.entry(one).or_default() += 1);
    counts
}

fn greatest(counts: impl IntoIterator<Item = usize>) -> Vec<usize> {
    let mut counts: Vec<usize> = counts.into_iter().collect();
    counts.sort_unstable_by(|a, b| b.cmp(a));
    counts
}

impl Facts {
    fn likers(&self, photo: PhotoId) -> BTreeSet<UserId> {
        users().filter(|user| self.likes(*user, photo)).collect()
    }

    fn likes(&self, user: UserId, photo: PhotoId) -> bool {
        self.planted.likes[user.0 as usize].binary_search_by_key(&photo, |like| like.photo).is_ok()
    }

    fn photos_of(&self, user: UserId) -> Vec<&Photo> {
        self.planted.photos.iter().filter(|photo| photo.owner == user).collect()
    }

    fn comments_of(&self, user: UserId) -> Vec<&Comment> {
        self.planted.comments.iter().filter(|comment| comment.author == user).collect()
    }

    fn followees(&self, user: UserId) -> BTreeSet<UserId> {
        self.planted.follows.keys().filter(|(by, _)| *by == user).map(|(_, of)| *of).collect()
    }

    fn followers(&self, user: UserId) -> BTreeSet<UserId> {
        self.planted.follows.keys().filter(|(_, of)| *of == user).map(|(by, _)| *by).collect()
    }

    fn likes_of_photos(&self) -> Vec<usize> {
        let mut counts = vec![0; self.planted.photos.len()];
        self.planted.likes.iter().flatten().for_each(|like| counts[like.photo.0 as usize] += 1);
        counts
    }
}

#[test]
fn every_fact_holds_for_each_of_200_seeds() {
    for seed in 1..=200 {
        let facts = facts(seed);
        facts.sign_ups();
        facts.groups();
        facts.photos();
        facts.likes_and_their_traps();
        facts.tags();
        facts.comments();
        facts.causes();
        facts.ranks_of_followers();
        facts.follow_backs();
        facts.suggestion();
        facts.chain();
    }
}

#[test]
fn the_same_seed_is_the_same_world_and_another_is_another() {
    let rows = |seed| format!("{:?}", facts(seed).planted);
    assert_eq!(rows(7), rows(7));
    assert_ne!(rows(7), rows(8));
    assert_ne!(rows(0), rows(u64::MAX));
}

#[test]
fn a_world_has_the_planted_rows() {
    let facts = facts(3);
    let world = World::new(&profile(3)).expect("a possible world");
    let ids: Vec<UserId> = users().collect();
    assert!(!ids.is_sorted_by_key(|user| world.signed_up(*user)));
    let moment = day("2023-07-01");
    let before = ids.iter().filter(|user| world.signed_up(**user) < moment).count();
    assert_eq!(world.users_before(moment) as usize, before);
    for (&(follower, followee), &time) in &facts.planted.follows {
        assert_eq!(world.follow_time(follower, world.signed_up(follower), followee), time);
    }
    for (ordinal, photo) in (0..).zip(facts.photos_of(facts.people.alice).len().checked_sub(1)) {
        assert_eq!(world.photo(world.photo_of(facts.people.alice, photo as u32)).owner, facts.people.alice);
        assert_eq!(world.photo(world.photo_of(facts.people.alice, ordinal)).ordinal, ordinal);
    }
    let bots: Vec<UserId> = ids.into_iter().filter(|user| world.is_bot(*user)).collect();
    assert_eq!(bots, facts.planted.bots);
}

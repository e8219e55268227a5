//! Exact worlds compared with their counts, their causes, and the edge cases that `tiny` is for.

mod questions;

use crate::profile::{ExactCounts, Profile, ProfileOverrides};
use crate::time::Time;
use crate::world::comment::Comment;
use crate::world::follow::FollowScratch;
use crate::world::id::{PhotoId, UserId};
use crate::world::like::LikeScratch;
use crate::world::tag::TagList;
use crate::world::{Backing, World};
use std::collections::{BTreeMap, BTreeSet};

fn world(name: &str, overrides: &ProfileOverrides) -> World {
    World::new(&Profile::load(name, overrides).expect("a valid profile")).expect("a possible world")
}

fn users(world: &World) -> impl Iterator<Item = UserId> + use<> {
    (0..world.user_count()).map(UserId)
}

fn tags_of(world: &World, photo: u32) -> TagList {
    let mut list = TagList::default();
    world.tags_of(&world.photo(PhotoId(photo)), &mut list);
    list
}

fn real_counts(world: &World) -> ExactCounts {
    let (mut follows, mut likes) = (FollowScratch::new(), LikeScratch::new());
    let photos = world.photo_count() as u32;
    let Backing::Stored(exact) = &world.backing else { unreachable!("an exact world") };
    let likes_of: Vec<u32> = users(world).map(|u| world.likes(u, &mut likes).len() as u32).collect();
    let tags: Vec<TagList> = (0..photos).map(|photo| tags_of(world, photo)).collect();
    let used: BTreeSet<_> = tags.iter().flat_map(|list| list.as_slice().to_vec()).collect();
    assert_eq!(used.len(), world.tag_count() as usize, "every tag is used");
    ExactCounts {
        photos,
        follows: users(world).map(|u| world.followees(u, &mut follows).len() as u32).sum(),
        likes: likes_of.iter().sum(),
        comments: exact.comments().len() as u32,
        tags: world.tag_count(),
        photo_tags: tags.iter().map(|list| list.as_slice().len() as u32).sum(),
        users_without_photo: users(world).filter(|&u| world.photos_of(u) == 0).count() as u32,
        users_who_like_all: likes_of.iter().filter(|&&count| count == photos).count() as u32,
        course: world.profile().exact.and_then(|counts| counts.course),
    }
}

/// Nothing before its causes, keys ascending, nobody follows oneself.
fn holds_the_rules(world: &World) {
    let (mut follows, mut likes) = (FollowScratch::new(), LikeScratch::new());
    let Backing::Stored(exact) = &world.backing else { unreachable!("an exact world") };
    let end = world.clock().end();
    for u in users(world) {
        let born = world.signed_up(u);
        let followees = world.followees(u, &mut follows).to_vec();
        assert!(followees.is_sorted_by(|a, b| a < b) && !followees.contains(&u));
        for v in followees {
            let time = world.follow_time(u, born, v);
            assert!(time >= born.max(world.signed_up(v)) && time < end);
            assert!(world.followers(v, &mut follows).contains(&u));
        }
        let likes = world.likes(u, &mut likes);
        assert!(likes.is_sorted_by(|a, b| a.photo < b.photo));
        for like in likes {
            assert!(like.created_at >= born.max(world.photo(like.photo).created_at) && like.created_at < end);
        }
        for ordinal in 0..world.photos_of(u) {
            let photo = world.photo(world.photo_of(u, ordinal));
            assert_eq!((photo.owner, photo.ordinal), (u, ordinal));
        }
    }
    let mut last = Time(0);
    for photo in (0..world.photo_count() as u32).map(PhotoId) {
        let photo = world.photo(photo);
        assert!(photo.created_at >= last.max(world.signed_up(photo.owner)) && photo.created_at < end);
        last = photo.created_at;
        for &tag in tags_of(world, photo.id.0).as_slice() {
            assert!(world.tag_time(tag) <= photo.created_at);
        }
    }
    for (i, comment) in exact.comments().iter().enumerate() {
        let photo = world.photo(comment.photo);
        assert!(comment.created_at >= photo.created_at.max(world.signed_up(comment.author)));
        assert!(comment.created_at < end);
        assert!(i == 0 || exact.comments()[i - 1].created_at <= comment.created_at);
        if let Some(answered) = comment.parent().map(|j| exact.comments()[j as usize]) {
            assert!(answered.photo == comment.photo && answered.created_at < comment.created_at);
            assert!(answered.parent().is_none() && answered.author != comment.author);
        }
    }
}

#[test]
fn an_owner_answers_and_never_comes_first_where_others_can_comment() {
    for seed in 1..=3 {
        let world = world("classic", &ProfileOverrides { seed: Some(seed), ..Default::default() });
        let Backing::Stored(exact) = &world.backing else { unreachable!("an exact world") };
        let mut on_photo: BTreeMap<(PhotoId, UserId), u32> = BTreeMap::new();
        let (mut by_owner, mut first) = (0.0, BTreeSet::new());
        for comment in exact.comments() {
            *on_photo.entry((comment.photo, comment.author)).or_default() += 1;
            let owner = comment.author == comment.owner;
            by_owner += f64::from(owner);
            assert!(!owner || comment.parent().is_some(), "{comment:?}");
            assert!(!first.insert(comment.photo) || !owner, "{comment:?}");
        }
        let share = by_owner / exact.comments().len() as f64;
        assert!((0.1..0.2).contains(&share), "{share}");
        let mut often: Vec<u32> = on_photo
            .iter()
            .filter(|((photo, user), _)| world.photo(*photo).owner != *user)
            .map(|(_, n)| *n)
            .collect();
        often.sort_unstable();
        let most = often[often.len() - 1 - often.len() / 1000];
        // Some photos have more comments than there are users.
        assert!(most <= 5, "{most}");
    }
}

#[test]
fn the_classic_counts_are_met_to_the_row() {
    for seed in 1..=3 {
        let world = world("classic", &ProfileOverrides { seed: Some(seed), ..Default::default() });
        assert_eq!(real_counts(&world), world.profile().exact.expect("classic states its counts"));
        holds_the_rules(&world);
    }
}

#[test]
fn dense_exact_worlds_are_possible_and_impossible_ones_refused() {
    let mut profile = Profile::load("tiny", &ProfileOverrides::default()).expect("a valid profile");
    let counts = ExactCounts {
        photos: 40,
        follows: 380,
        likes: 720,
        comments: 60,
        tags: 12,
        photo_tags: 160,
        users_without_photo: 5,
        users_who_like_all: 0,
        course: None,
    };
    (profile.users, profile.exact) = (20, Some(counts));
    let world = World::new(&profile).expect("a possible world");
    assert_eq!(real_counts(&world), counts);
    holds_the_rules(&world);
    profile.exact = Some(ExactCounts { likes: 800, ..counts });
    let error = World::new(&profile).expect_err("nobody likes everything here").to_string();
    assert!(error.contains("at most"), "{error}");
}

#[test]
fn other_seeds_are_other_worlds_and_the_same_seed_is_the_same() {
    let of = |seed| world("tiny", &ProfileOverrides { seed: Some(seed), ..Default::default() });
    let mut room = FollowScratch::new();
    let mut edges =
        |world: &World| users(world).map(|u| world.followees(u, &mut room).to_vec()).collect::<Vec<_>>();
    assert_eq!(edges(&of(1)), edges(&of(1)));
    assert_ne!(edges(&of(1)), edges(&of(2)));
}

#[test]
fn classic_is_skewed_and_its_questions_have_one_answer() {
    let world = world("classic", &ProfileOverrides::default());
    let mut room = FollowScratch::new();
    let mut followers: Vec<usize> = users(&world).map(|u| world.followers(u, &mut room).len()).collect();
    followers.sort_unstable();
    assert!(followers[10] + 15 < followers[90], "{followers:?}");
    let mut likes = vec![0; world.photo_count() as usize];
    let mut room = LikeScratch::new();
    users(&world)
        .for_each(|u| world.likes(u, &mut room).iter().for_each(|like| likes[like.photo.0 as usize] += 1));
    likes.sort_unstable();
    assert!(likes[128] * 3 < likes[256] * 2 && likes[255] < likes[256], "{likes:?}");
}

#[test]
fn tiny_has_each_edge_case() {
    let world = world("tiny", &ProfileOverrides::default());
    holds_the_rules(&world);
    let Backing::Stored(exact) = &world.backing else { unreachable!("an exact world") };
    let (mut room, mut other) = (FollowScratch::new(), FollowScratch::new());
    let some = |what: &str, found: bool| assert!(found, "tiny has {what}");
    let photos = || (0..world.photo_count() as u32).map(PhotoId);
    let comments = exact.comments();

    some("a user without a photo", users(&world).any(|u| world.photos_of(u) == 0));
    some("a user with one photo", users(&world).any(|u| world.photos_of(u) == 1));
    some("a user with several photos", users(&world).any(|u| world.photos_of(u) > 1));
    some("a user who follows nobody", users(&world).any(|u| world.followees(u, &mut room).is_empty()));
    some("a user whom nobody follows", users(&world).any(|u| world.followers(u, &mut room).is_empty()));
    let mut returned = |u: UserId, wanted: bool| {
        let followees = world.followees(u, &mut room);
        followees.iter().any(|&v| world.followees(v, &mut other).contains(&u) == wanted)
    };
    some("a pair who follow each other", users(&world).any(|u| returned(u, true)));
    some("a follow that is not returned", users(&world).any(|u| returned(u, false)));
    let liked =
        |p| users(&world).any(|u| world.likes(u, &mut LikeScratch::new()).iter().any(|l| l.photo == p));
    some("a photo without a like", photos().any(|p| !liked(p)));
    some(
        "a user who likes nothing",
        users(&world).any(|u| world.likes(u, &mut LikeScratch::new()).is_empty()),
    );
    some("a photo without a comment", photos().any(|p| comments.iter().all(|c| c.photo != p)));
    some("a user who never comments", users(&world).any(|u| comments.iter().all(|c| c.author != u)));
    some("an owner who comments", comments.iter().any(|c| world.photo(c.photo).owner == c.author));
    some("an answer", comments.iter().any(|c| c.parent().is_some()));
    let twice =
        |c: &Comment| comments.iter().filter(|d| (d.photo, d.author) == (c.photo, c.author)).count() > 1;
    some("someone who comments twice", comments.iter().any(twice));
    some("a photo without a tag", photos().any(|p| tags_of(&world, p.0).as_slice().is_empty()));
    some("a photo with thirty tags", photos().any(|p| tags_of(&world, p.0).as_slice().len() == 30));
}

//! The questions of the course, asked of `classic` with 200 seeds: each has one answer, and none is empty.
//!
//! The answers are counted here from single rows, as SQL would count them, and not taken from the counts that the
//! world was made from.

use super::{tags_of, users, world};
use crate::profile::{CourseCounts, ExactCounts, Profile, ProfileOverrides};
use crate::world::id::PhotoId;
use crate::world::like::LikeScratch;
use crate::world::{Backing, World};

/// How often each number comes up.
fn tally(size: usize, of: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut counts = vec![0; size];
    of.for_each(|i| counts[i] += 1);
    counts
}

/// Fails unless the greatest `ranks` counts differ from each other and from the next.
#[track_caller]
fn assert_no_tie(seed: u64, what: &str, counts: &[usize], ranks: usize) {
    let mut sorted = counts.to_vec();
    sorted.sort_unstable_by(|a, b| b.cmp(a));
    assert!(sorted[..=ranks].is_sorted_by(|a, b| a > b), "seed {seed}, {what}: {sorted:?}");
}

/// Rows of a world, as plain numbers.
struct Rows {
    born: Vec<u32>,
    owners: Vec<usize>,
    /// (user, photo)
    likes: Vec<(usize, usize)>,
    authors: Vec<usize>,
    /// The tag of each photo tag.
    tags: Vec<usize>,
}

fn rows(world: &World) -> Rows {
    let photos = world.photo_count() as u32;
    let Backing::Stored(exact) = &world.backing else { unreachable!("an exact world") };
    let mut room = LikeScratch::new();
    let mut likes = vec![];
    for user in users(world) {
        likes.extend(world.likes(user, &mut room).iter().map(|l| (user.0 as usize, l.photo.0 as usize)));
    }
    Rows {
        born: users(world).map(|user| world.signed_up(user).0).collect(),
        owners: (0..photos).map(|photo| world.photo(PhotoId(photo)).owner.0 as usize).collect(),
        likes,
        authors: exact.comments().iter().map(|comment| comment.author.0 as usize).collect(),
        tags: (0..photos)
            .flat_map(|photo| tags_of(world, photo).as_slice().to_vec())
            .map(|tag| tag.0 as usize)
            .collect(),
    }
}

#[test]
fn the_questions_of_the_course_have_one_answer_for_each_of_200_seeds() {
    for seed in 1..=200 {
        let world = world("classic", &ProfileOverrides { seed: Some(seed), ..Default::default() });
        let Rows { born, owners, likes, authors, tags } = rows(&world);
        super::holds_the_rules(&world);

        let mut oldest = born.clone();
        oldest.sort_unstable();
        assert!(oldest[..6].is_sorted_by(|a, b| a < b), "seed {seed}: {:?}", &oldest[..6]);
        // 1970-01-01 was a Thursday.
        let weekdays = tally(7, born.iter().map(|time| (time / 86_400 + 3) as usize % 7));
        assert_no_tie(seed, "weekday with most sign-ups", &weekdays, 1);

        let photos_of = tally(100, owners.iter().copied());
        assert_eq!(
            photos_of.iter().filter(|&&photos| photos == 0).count(),
            26,
            "seed {seed}: without a photo"
        );
        assert_no_tie(seed, "most active posters", &photos_of, 3);
        assert_eq!(owners.len(), 257, "2.57 photos a user");

        let liked = tally(257, likes.iter().map(|like| like.1));
        assert_no_tie(seed, "most liked photo", &liked, 1);
        let likes_of = tally(100, likes.iter().map(|like| like.0));
        assert_eq!(likes_of.iter().filter(|&&likes| likes == 257).count(), 13, "seed {seed}: bots");

        assert_no_tie(seed, "most used hashtags", &tally(21, tags.into_iter()), 5);

        let comments_of = tally(100, authors.into_iter());
        let never_commented = comments_of.iter().filter(|&&comments| comments == 0).count();
        assert_eq!(never_commented, 23, "seed {seed}: never commented");
        let silent = (0..100).filter(|&u| photos_of[u] + likes_of[u] + comments_of[u] == 0).count();
        assert_eq!(silent, 13, "seed {seed}: no photo, no like, no comment");
        let robots_or_mute = (0..100).filter(|&u| likes_of[u] == 257 || comments_of[u] == 0).count();
        assert_eq!(robots_or_mute, 36, "seed {seed}: bots, and those who never commented");
    }
}

#[test]
fn counts_of_the_questions_that_contradict_the_others_are_refused() {
    type Change = fn(&mut ExactCounts);
    let refused = |change: Change| {
        let mut profile = Profile::load("classic", &ProfileOverrides::default()).expect("a valid profile");
        change(profile.exact.as_mut().expect("classic states its counts"));
        World::new(&profile).expect_err("these counts contradict each other").to_string()
    };
    let course =
        |nothing, never| Some(CourseCounts { users_who_do_nothing: nothing, users_who_never_comment: never });
    let cases: [(Change, &str); 5] = [
        (|c| c.course.as_mut().unwrap().users_who_do_nothing = 14, "users_who_do_nothing = 14"),
        (|c| c.course.as_mut().unwrap().users_who_never_comment = 75, "users_who_never_comment = 75"),
        (
            |c| c.course.as_mut().unwrap().users_who_never_comment = 12,
            "users_who_never_comment = 12 is too few",
        ),
        (|c| c.comments = 76, "exact.comments = 76 is too few: the other counts need 77"),
        (|c| c.likes = 22_029, "at most 22028 is possible"),
    ];
    for (change, told) in cases {
        let error = refused(change);
        assert!(error.contains(told), "{error}");
    }
    // The limits themselves are possible.
    let mut profile = Profile::load("classic", &ProfileOverrides::default()).expect("a valid profile");
    let exact = profile.exact.as_mut().expect("classic states its counts");
    (exact.course, exact.comments) = (course(13, 74), 26);
    let world = World::new(&profile).expect("a possible world");
    let mut authors = rows(&world).authors;
    authors.sort_unstable();
    authors.dedup();
    assert_eq!(authors.len(), 26, "everyone who may comment does so once");
}

#[test]
fn a_world_too_small_for_clear_answers_is_still_made() {
    let course = CourseCounts { users_who_do_nothing: 0, users_who_never_comment: 0 };
    for users in 1..=4 {
        let counts = ExactCounts {
            photos: users,
            follows: 0,
            likes: 0,
            comments: users,
            tags: 1,
            photo_tags: users,
            users_without_photo: 0,
            users_who_like_all: 0,
            course: Some(course),
        };
        let overrides = ProfileOverrides { users: Some(users.into()), ..Default::default() };
        let mut profile = Profile::load("social", &overrides).expect("a valid profile");
        profile.exact = Some(counts);
        let world = World::new(&profile).expect("a possible world");
        assert_eq!(super::real_counts(&world), counts);
        super::holds_the_rules(&world);
    }
}

//! Comments compared with their promises: order, causes, totals, windows.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::profile::ProfileOverrides;

fn world(users: i64, comments_per_photo: Option<f64>) -> World {
    let overrides =
        ProfileOverrides { users: Some(users), comments_per_photo, ..ProfileOverrides::default() };
    World::new(&Profile::load("social", &overrides).expect("a valid profile")).expect("a possible world")
}

/// All comments, each with the id of its parent.
fn all(world: &World) -> Vec<(Comment, Option<usize>)> {
    let (mut scratch, mut all) = (CommentScratch::new(), vec![]);
    for window in 0..world.comment_windows() {
        let first = all.len();
        let comments = world.comments_in(window, &mut scratch);
        assert_eq!(first as u64, world.comments_before(window), "window {window}");
        all.extend(comments.iter().map(|c| (*c, c.parent().map(|parent| first + parent as usize))));
    }
    all
}

#[test]
fn comments_ascend_in_time_and_follow_their_causes() {
    for (users, mean) in
        [(1, None), (2, None), (7, Some(3.0)), (100, Some(2.0)), (2000, None), (3000, Some(4.0))]
    {
        let world = world(users, mean);
        let all = all(&world);
        let mut last = Time(0);
        for (comment, parent) in &all {
            let photo = world.photo(comment.photo);
            assert_eq!(comment.owner, photo.owner);
            assert!(comment.created_at >= last && comment.created_at < world.clock().end());
            assert!(comment.created_at >= photo.created_at.max(world.signed_up(comment.author)));
            if let Some(parent) = parent {
                let (parent, answered) = all[*parent];
                assert!(parent.photo == comment.photo && parent.created_at < comment.created_at);
                assert!(answered.is_none() && parent.author != comment.author);
            }
            last = comment.created_at;
        }
        if users >= 2000 {
            let replies = all.iter().filter(|c| c.1.is_some()).count();
            assert!(replies * 20 > all.len(), "{replies} of {}", all.len());
        }
    }
}

#[test]
fn asked_totals_are_met() {
    for (users, mean) in [(100, None), (1000, None), (1000, Some(5.0)), (20_000, None)] {
        let world = world(users, mean);
        let wanted = world.profile().comments_per_photo * world.photo_count() as f64;
        let got = all(&world).len() as f64;
        assert!((got - wanted).abs() <= 0.01 * wanted, "{got} of {wanted} with {users} users");
    }
}

#[test]
fn the_first_id_of_a_window_is_a_formula_and_windows_are_alike() {
    let world = world(20_000, None);
    let windows = world.comment_windows();
    assert!(windows > 8, "{windows}");
    let sizes = (0..windows).map(|w| world.comments_before(w + 1) - world.comments_before(w));
    let total = world.comments_before(windows);
    assert!(sizes.clone().all(|size| size.abs_diff(total / windows as u64) <= 1));
    assert_eq!(sizes.sum::<u64>(), total);
}

#[test]
fn windows_are_many_in_large_worlds_and_none_of_them_is_large() {
    for (comments, photos) in [(0, 0), (1, 1), (5000, 3), (432_000, 1_200_000), (98_000_000, 120_000_000)] {
        let windows = Windows::new(comments, photos);
        assert_eq!(windows.before(windows.count()), comments);
        assert!(windows.quota(0) <= 1 << 17, "{comments}");
    }
    assert!(Windows::new(432_000, 1_200_000).count() >= 64);
    assert!(Windows::new(98_000_000, 120_000_000).count() >= 1000);
    assert!(Windows::new(1_200_000_000, 1_200_000_000).count() >= 18_000);
}

#[test]
fn any_window_is_made_alone_and_lies_in_its_span() {
    let world = world(20_000, None);
    let Backing::Computed(computed) = &world.backing else { unreachable!("a computed world") };
    let scene = world.scene(computed);
    let table = computed.comments.table(scene, &computed.likes);
    let whole = all(&world);
    let mut end = world.clock().start();
    for window in (0..world.comment_windows()).rev() {
        let first = world.comments_before(window) as usize;
        let mut scratch = CommentScratch::new();
        let span = table.span(scene, window);
        for (comment, (again, parent)) in world.comments_in(window, &mut scratch).iter().zip(&whole[first..])
        {
            assert_eq!((comment, comment.parent().map(|p| first + p as usize)), (again, *parent));
            assert!(span.contains(&comment.created_at));
        }
    }
    for window in 0..world.comment_windows() {
        let span = table.span(scene, window);
        assert!(span.start == end && span.end > span.start, "window {window}");
        end = span.end;
    }
    assert_eq!(end, world.clock().end());
}

#[test]
fn what_is_kept_changes_no_comment() {
    for (users, mean) in [(1200, Some(3.0)), (20_000, None)] {
        let world = world(users, mean);
        let Backing::Computed(computed) = &world.backing else { unreachable!("a computed world") };
        let (scene, rule, likes) = (world.scene(computed), &computed.comments, &computed.likes);
        let mut table = Table::new(rule, scene, likes);
        assert!(table.kept.take().is_some());
        let (mut with, mut without) = (CommentScratch::new(), CommentScratch::new());
        for window in 0..world.comment_windows() {
            let made = rule.write_in(scene, likes, &table, window, &mut without);
            assert_eq!(world.comments_in(window, &mut with), made, "window {window}");
        }
    }
}

#[test]
fn scarce_photos_are_talked_about_all_the_same() {
    for (users, photos, comments) in [(2000, 0.001, 3000.0), (3000, 0.01, 700.0), (1500, 1.0, 0.01)] {
        let overrides = ProfileOverrides {
            users: Some(users),
            photos_per_user: Some(photos),
            comments_per_photo: Some(comments),
            follows_per_user: Some(if users == 3000 { 0.0 } else { 5.0 }),
            likes_per_photo: Some(0.0),
            ..ProfileOverrides::default()
        };
        let profile = Profile::load("social", &overrides).expect("a valid profile");
        let world = World::new(&profile).expect("a possible world");
        let all = all(&world);
        assert_eq!(all.len(), (comments * world.photo_count() as f64).round() as usize);
        let mut last = Time(0);
        for (comment, _) in &all {
            assert!(comment.created_at >= last.max(world.photo(comment.photo).created_at));
            assert!(comment.created_at < world.clock().end());
            last = comment.created_at;
        }
    }
}

#[test]
fn owners_answer_and_never_come_first() {
    for (users, mean) in [(1500, None), (10_000, None), (3000, Some(4.0))] {
        let world = world(users, mean);
        let (mut by_owner, mut answers, mut first) = (0.0, 0.0, BTreeSet::new());
        let mut on_photo: BTreeMap<(PhotoId, UserId), u32> = BTreeMap::new();
        let mut names = BTreeSet::new();
        let all = all(&world);
        for (comment, parent) in &all {
            let owner = comment.author == comment.owner;
            assert!(owner <= parent.is_some(), "{comment:?}");
            assert!(!first.insert(comment.photo) || !owner, "{comment:?}");
            assert!(names.insert((comment.photo, comment.ordinal)), "{comment:?}");
            by_owner += f64::from(owner);
            answers += f64::from(parent.is_some());
            if !owner {
                *on_photo.entry((comment.photo, comment.author)).or_default() += 1;
            }
        }
        let share = by_owner / all.len() as f64;
        assert!((0.12..0.18).contains(&share), "{share} by owners with {users} users");
        let others = 1.0 - by_owner / answers;
        assert!((0.1..0.3).contains(&others), "{others} of the answers by others");
        let mut often: Vec<u32> = on_photo.into_values().collect();
        often.sort_unstable();
        let most = often[often.len() - 1 - often.len() / 1000];
        assert!(most <= 4, "{most} with {users} users");
    }
}

#[test]
fn comments_come_as_likes_do() {
    let world = world(10_000, None);
    let delay = |c: &Comment| c.created_at.0 - world.photo(c.photo).created_at.0;
    let mut delays: Vec<u32> = all(&world).iter().map(|(c, _)| delay(c)).collect();
    delays.sort_unstable();
    let share = |hours: u32| delays.partition_point(|&d| d < hours * 3600) as f64 / delays.len() as f64;
    assert!(
        (0.18..0.32).contains(&share(1)) && (0.75..0.9).contains(&share(24)),
        "{} {}",
        share(1),
        share(24)
    );
    let median = delays[delays.len() / 2] as f64 / 3600.0;
    assert!((3.0..8.0).contains(&median), "{median} hours");
    assert!(share(8 * 24) > 0.999);
}

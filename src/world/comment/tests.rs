//! Comments held against their promises: order, causes, totals, windows.

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
        assert_eq!(comments.len() as u64, world.comment_count(window), "window {window}");
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
                let parent = all[*parent].0;
                assert!(parent.photo == comment.photo && parent.created_at < comment.created_at);
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
fn the_cut_into_windows_changes_no_comment() {
    let world = world(3000, Some(4.0));
    let Backing::Computed(computed) = &world.backing else { unreachable!("a computed world") };
    let (scene, rule, likes) = (world.scene(computed), &computed.comments, &computed.likes);
    let made = |cuts: &[usize]| {
        let mut table = Table::new(rule, scene, likes);
        table.windows = cuts.windows(2).map(|cut| cut[0]..cut[1]).collect();
        let (mut scratch, mut all) = (CommentScratch::new(), vec![]);
        for window in 0..table.windows.len() {
            let first = all.len() as u32;
            let comments = rule.write_in(scene, likes, &table, window, &mut scratch);
            assert_eq!(comments.len() as u64, rule.count_in(scene, likes, &table, window));
            all.extend(comments.iter().map(|c| {
                (c.photo, c.author, c.created_at, c.ordinal, c.parent().map(|parent| first + parent))
            }));
        }
        all
    };
    let epochs = scene.photos.epoch_count();
    let whole = made(&[0, epochs]);
    assert_eq!(whole, made(&[0, 1, 5, epochs / 2, epochs - 1, epochs]));
    assert_eq!(whole, made(&(0..=epochs).collect::<Vec<_>>()));
    assert_eq!(whole.len(), all(&world).len());
}

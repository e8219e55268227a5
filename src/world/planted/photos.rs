//! Photos: a few of everybody who posts, one of `dana`'s in every month of 2023, and a streak of nine days with a double
//! post, a gap, and four days more.

use super::Post;
use super::draw::Draw;
use super::people::{People, everybody};
use crate::profile::PlantedFacts;
use crate::random::hash::stream;
use crate::time::{DAY, Time};

const POSTS: u64 = stream("planted.photo");
const HOUR: u32 = 3600;

/// All photos in the order of time, no two in the same second.
pub(super) fn posts(seed: u64, people: &People, sign_ups: &[Time], end: Time) -> Vec<Post> {
    let mut draw = Draw::of(seed, POSTS);
    let day = |year, month, day| Time::of_day(year, month, day).unwrap_or_default();
    // Everybody has three weeks to react.
    let last = Time(end.0 - 20 * DAY);
    let mut posts = Vec::new();
    for owner in everybody().filter(|user| people.posts(*user)) {
        let own = match owner {
            _ if owner == people.prolific => 6,
            _ if owner == people.streak => 0,
            _ if owner == people.winner => 2,
            _ => 1 + draw.below(3),
        };
        let from = Time(sign_ups[owner.0 as usize].0 + 60);
        posts.extend((0..own).map(|_| Post { owner, created_at: draw.between(from, last) }));
    }
    let dana = people.prolific;
    for month in 1..=12 {
        let from = day(2023, month, 1).max(Time(sign_ups[dana.0 as usize].0 + HOUR));
        let to = day(2023 + month / 12, month % 12 + 1, 1);
        posts.push(Post { owner: dana, created_at: draw.between(from, to) });
    }
    for (from, to) in [(day(2023, 8, 2), day(2023, 8, 31)), (day(2024, 2, 2), day(2024, 2, 22))] {
        posts.push(Post { owner: people.alice, created_at: draw.between(from, to) });
    }
    let begin = day(2024, 3, 4).0 + 9 * HOUR;
    let mut on_day = |after: u32, hours: u32| {
        let at = begin + after * DAY + hours * HOUR;
        posts.push(Post { owner: people.streak, created_at: draw.between(Time(at), Time(at + HOUR)) });
    };
    (0..9).for_each(|after| on_day(after, 0));
    on_day(3, 5);
    (11..15).for_each(|after| on_day(after, 0));
    // No whole number of photos for each user: a mean that is cut off is not the mean.
    if posts.len().is_multiple_of(PlantedFacts::Course.users() as usize) {
        let at = begin + 40 * DAY;
        posts.push(Post { owner: people.streak, created_at: draw.between(Time(at), Time(at + HOUR)) });
    }
    in_order(posts)
}

fn in_order(mut posts: Vec<Post>) -> Vec<Post> {
    posts.sort_unstable_by_key(|post| (post.created_at, post.owner));
    let mut free = Time(0);
    for post in &mut posts {
        post.created_at = post.created_at.max(free);
        free = Time(post.created_at.0 + 1);
    }
    posts
}

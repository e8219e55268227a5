//! Which worlds are exact: those whose profile states their counts. Counts that contradict each other are refused.

use crate::profile::{ExactCounts, Profile};
use crate::world::error::WorldError;
use crate::world::tag::MAX_TAGS;

/// All rows are kept in memory.
const MOST_ROWS: u64 = 1_000_000;

/// The counts of a world that is exact; `None` if it is computed.
pub(super) fn from_profile(profile: &Profile) -> Result<Option<ExactCounts>, WorldError> {
    if let Some(counts) = &profile.exact {
        possible(profile.users, counts)?;
    }
    Ok(profile.exact)
}

/// Refuses counts that contradict each other.
fn possible(users: u32, counts: &ExactCounts) -> Result<(), WorldError> {
    let (n, photos) = (users as u64, counts.photos as u64);
    let posters = users.saturating_sub(counts.users_without_photo);
    let quiet = counts.course;
    let silent = quiet.map_or(0, |quiet| quiet.users_who_do_nothing);
    let mute = quiet.map_or(0, |quiet| quiet.users_who_never_comment);
    let others = if quiet.is_some() { users.saturating_sub(mute) } else { 0 };
    let can_comment = photos > 0 && (quiet.is_none() || others > 0);
    let limits = [
        ("exact.follows", counts.follows as u64, (n * (n - 1)).min(MOST_ROWS)),
        ("exact.users_without_photo", counts.users_without_photo as u64, n),
        ("exact.photos", photos, if posters == 0 { 0 } else { MOST_ROWS }),
        ("exact.users_who_like_all", counts.users_who_like_all as u64, n),
        ("exact.likes", counts.likes as u64, max_likes(users, counts).min(MOST_ROWS)),
        ("exact.comments", counts.comments as u64, if can_comment { MOST_ROWS } else { 0 }),
        (
            "exact.photo_tags",
            counts.photo_tags as u64,
            (photos * u64::from(counts.tags.min(MAX_TAGS as u32))).min(MOST_ROWS),
        ),
        ("exact.tags", counts.tags as u64, counts.photo_tags as u64),
        (
            "exact.course.users_who_do_nothing",
            silent as u64,
            counts.users_without_photo.saturating_sub(counts.users_who_like_all) as u64,
        ),
        (
            "exact.course.users_who_never_comment",
            mute as u64,
            (silent + posters.saturating_sub(counts.users_who_like_all)) as u64,
        ),
    ];
    let min = [
        ("exact.photos", photos, posters as u64),
        ("exact.likes", counts.likes as u64, counts.users_who_like_all as u64 * photos),
        ("exact.comments", counts.comments as u64, others as u64),
        ("exact.course.users_who_never_comment", mute as u64, silent as u64),
    ];
    for (key, asked, max) in limits {
        if asked > max {
            let (asked, max) = (asked.to_string(), max.to_string());
            return Err(WorldError::TooMuch { key, asked, max, users });
        }
    }
    for (key, asked, min) in min {
        if asked < min {
            return Err(WorldError::TooFew { key, asked: asked.to_string(), min: min.to_string() });
        }
    }
    Ok(())
}

/// Some like all, some nothing; nobody else likes their own photos, nor everything.
fn max_likes(users: u32, counts: &ExactCounts) -> u64 {
    let silent = counts.course.map_or(0, |quiet| quiet.users_who_do_nothing);
    let (n, photos) = (users.saturating_sub(silent) as u64, counts.photos as u64);
    let all = (counts.users_who_like_all as u64).min(n);
    (n * photos).saturating_sub(photos + n - all).max(all * photos)
}

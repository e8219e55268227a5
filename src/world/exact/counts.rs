//! Which worlds are exact, and the counts they shall have: those of the profile, or the rounded means.

use crate::profile::{ExactCounts, Profile};
use crate::world::error::WorldError;

/// Worlds up to this size are held in memory, unless their photos make too many candidates for likes.
const MAX_USERS: u32 = 1000;
const MAX_CANDIDATES: f64 = 20e6;
/// Users without a photo, beyond the inactive: the newcomers.
const NEWCOMERS: f64 = 0.08;
/// Uses of a tag, on average, in worlds that do not say how many tags there are.
const USES_OF_A_TAG: f64 = 6.0;
const MAX_TAGS: u32 = 30;

/// The counts of a world that shall be exact; `None` if it is to be computed.
pub(super) fn from_profile(profile: &Profile) -> Result<Option<ExactCounts>, WorldError> {
    let n = profile.users as f64;
    let photos = (n * profile.photos_per_user).round();
    if profile.exact.is_none() && (profile.users > MAX_USERS || n * (n + photos) > MAX_CANDIDATES) {
        return Ok(None);
    }
    let counts = profile.exact.unwrap_or_else(|| rounded(profile, photos as u32));
    match possible(profile.users, &counts) {
        Err(error) if profile.exact.is_none() => Err(in_means(error, profile, &counts)),
        checked => checked.map(|()| Some(counts)),
    }
}

/// The refusal in the words of the profile, where counts were only rounded from its means.
fn in_means(error: WorldError, profile: &Profile, counts: &ExactCounts) -> WorldError {
    let WorldError::TooMuch { key, max, users, .. } = &error else { return error };
    let photos = f64::from(counts.photos.max(1));
    let (mean, asked, by) = match *key {
        "exact.likes" => ("likes_per_photo", profile.likes_per_photo, photos),
        "exact.comments" => ("comments_per_photo", profile.comments_per_photo, photos),
        "exact.photo_tags" => ("tags_per_photo", profile.tags_per_photo, photos),
        "exact.follows" => ("follows_per_user", profile.follows_per_user, f64::from(profile.users)),
        "exact.photos" => ("photos_per_user", profile.photos_per_user, f64::from(profile.users)),
        _ => return error,
    };
    // Rounded down, so that what is named can be asked for.
    let max = (max.parse().unwrap_or(0.0) / by * 10.0).floor() / 10.0;
    WorldError::TooMuch { key: mean, asked: asked.to_string(), max: max.to_string(), users: *users }
}

fn rounded(profile: &Profile, photos: u32) -> ExactCounts {
    let n = profile.users;
    let of_photos = |mean: f64| (photos as f64 * mean).round() as u32;
    let photo_tags = of_photos(profile.tags_per_photo);
    let vocabulary = (30.0 * libm::sqrt(n as f64)).min(photo_tags as f64 / USES_OF_A_TAG) as u32;
    let quiet = ((profile.inactive + NEWCOMERS).min(1.0) * n as f64).round() as u32;
    ExactCounts {
        photos,
        follows: profile.follows() as u32,
        likes: of_photos(profile.likes_per_photo),
        comments: of_photos(profile.comments_per_photo),
        tags: vocabulary.max(u32::from(photo_tags > 0)).max(photo_tags.div_ceil(photos.max(1))),
        photo_tags,
        users_without_photo: if photos == 0 { n } else { quiet.clamp(n.saturating_sub(photos), n - 1) },
        users_who_like_all: 0,
        course: None,
    }
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
        ("exact.follows", counts.follows as u64, n * (n - 1)),
        ("exact.users_without_photo", counts.users_without_photo as u64, n),
        ("exact.photos", photos, if posters == 0 { 0 } else { u32::MAX as u64 }),
        ("exact.users_who_like_all", counts.users_who_like_all as u64, n),
        ("exact.likes", counts.likes as u64, max_likes(users, counts)),
        ("exact.comments", counts.comments as u64, if can_comment { u32::MAX as u64 } else { 0 }),
        ("exact.photo_tags", counts.photo_tags as u64, photos * counts.tags.min(MAX_TAGS) as u64),
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
    (n * photos).saturating_sub(photos + n - (counts.users_who_like_all as u64).min(n))
}

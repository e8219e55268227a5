//! From what was said to a whole profile: overrides over the file, defaults for the rest, every value checked.
//!
//! The defaults follow the number of users, as the real networks do: the mean number of follows by the formula of the
//! LDBC benchmark (fitted to Facebook), likes by the audience that those follows make.

use super::error::{Origin, ProfileError};
use super::file::{ProfileOverrides, Source};
use super::languages::shares;
use super::{ExactCounts, Growth, Profile, limits, planted};
use crate::time::{DAY, Time};

const START: &str = "2010-10-06";
/// With this start, the default growth passes through the announced milestones on their days.
const AS_OF: &str = "2021-12-02";
const IMAGES: &str = "https://picsum.photos/seed";

/// The mean number of follows in a network of `users`, by LDBC's formula, as far as there are others to follow.
pub(super) fn mean_follows(users: u32) -> f64 {
    let n = users as f64;
    libm::pow(n, 0.512 - 0.028 * libm::log10(n)).min((n - 1.0) / 2.0)
}

pub(super) fn complete(
    name: &str,
    base: ProfileOverrides,
    source: Source,
    over: &ProfileOverrides,
) -> Result<Profile, ProfileError> {
    let base = planted::with_facts(name, base, &source, over)?;
    /// A fractional knob: from the override, else from the file, else the default.
    macro_rules! fraction {
        ($key:ident, $default:expr) => {
            match (over.$key, base.$key) {
                (Some(value), _) => limits::fraction(stringify!($key), value, Origin::Override)?,
                (None, Some(value)) => {
                    limits::fraction(stringify!($key), value, source.origin(stringify!($key)))?
                }
                (None, None) => $default,
            }
        };
    }
    let origin = |said: bool, key: &str| if said { Origin::Override } else { source.origin(key) };

    let users_origin = origin(over.users.is_some(), "users");
    let users = limits::users(over.users.or(base.users).unwrap_or(1000), users_origin.clone())?;
    if let Some(exact) = &base.exact {
        if let Some((key, value)) = contradicted(exact, &base, over) {
            let (profile, users) = (name.to_owned(), base.users.unwrap_or(users.into()));
            return Err(ProfileError::FixedCounts { profile, users, key, value });
        }
        limits::exact(users, users_origin)?;
    }
    let per = |rows: fn(&ExactCounts) -> u32, by: fn(&ExactCounts) -> u32| {
        base.exact.map(|e| rows(&e) as f64 / (by(&e) as f64).max(1.0))
    };
    let per_user = |rows: fn(&ExactCounts) -> u32| base.exact.map(|e| rows(&e) as f64 / users.max(1) as f64);

    let density = fraction!(density, 1.0);
    let follows =
        fraction!(follows_per_user, per_user(|e| e.follows).unwrap_or_else(|| mean_follows(users))) * density;
    let photos = fraction!(photos_per_user, per_user(|e| e.photos).unwrap_or(12.0)) * density;
    let likes = fraction!(likes_per_photo, per(|e| e.likes, |e| e.photos).unwrap_or(0.06 * follows));
    let comments = fraction!(comments_per_photo, per(|e| e.comments, |e| e.photos).unwrap_or(likes / 12.0));
    let tags = fraction!(tags_per_photo, per(|e| e.photo_tags, |e| e.photos).unwrap_or(4.0));

    let max = (users as f64 - 1.0).clamp(0.0, 7500.0);
    let follows_said = over.follows_per_user.is_some();
    // An exact world is refused in the words of its counts.
    if follows > max && base.exact.is_none() {
        let origin = origin(follows_said, "follows_per_user");
        return Err(ProfileError::TooFewUsers { follows, users: users.into(), max, origin });
    }
    let photo_rows = users as f64 * photos;
    limits::rows(
        "photos_per_user",
        photos,
        photo_rows,
        origin(over.photos_per_user.is_some(), "photos_per_user"),
    )?;
    limits::rows(
        "comments_per_photo",
        comments,
        photo_rows * comments,
        origin(over.comments_per_photo.is_some(), "comments_per_photo"),
    )?;

    let time = |key: &'static str, said: &Option<String>, file: &Option<String>, default: &str| {
        let text = said.as_ref().or(file.as_ref()).map_or(default, String::as_str);
        let origin = origin(said.is_some(), key);
        let allowed =
            "it must be from 1970-01-01 to 2106-02-07, written YYYY-MM-DD or YYYY-MM-DD HH:MM:SS".to_owned();
        let wrong = ProfileError::OutOfRange { key, value: format!("'{text}'"), allowed, origin };
        Time::parse(text).ok_or(wrong)
    };
    let start = time("start", &over.start, &base.start, START)?;
    let as_of = time("as_of", &over.as_of, &base.as_of, AS_OF)?;
    if u64::from(as_of.0) < u64::from(start.0) + u64::from(DAY) {
        let origin = origin(over.as_of.is_some(), "as_of");
        return Err(ProfileError::EndsBeforeStart {
            start: start.to_string(),
            as_of: as_of.to_string(),
            origin,
        });
    }

    let image_base_url = match over.image_base_url.as_ref().or(base.image_base_url.as_ref()) {
        Some(url) => {
            let origin = origin(over.image_base_url.is_some(), "image_base_url");
            limits::image_base_url(url.clone(), origin)?
        }
        None => IMAGES.to_owned(),
    };

    Ok(Profile {
        name: name.to_owned(),
        description: over.description.clone().or(base.description.clone()).unwrap_or_default(),
        seed: over.seed.or(base.seed).unwrap_or(1),
        users,
        start,
        as_of,
        growth: over.growth.or(base.growth).unwrap_or(Growth::Instagram),
        follows_per_user: follows,
        photos_per_user: photos,
        likes_per_photo: likes,
        comments_per_photo: comments,
        tags_per_photo: tags,
        languages: languages(&base, &source, over)?,
        bots: fraction!(bots, 0.08),
        inactive: fraction!(inactive, 0.25),
        image_base_url,
        password: over.password.clone().or(base.password.clone()).unwrap_or_else(|| "instaseed".to_owned()),
        name_suffix: String::new(),
        id_offset: limits::id_offset(
            over.id_offset.or(base.id_offset).unwrap_or(0),
            origin(over.id_offset.is_some(), "id_offset"),
        )?,
        exact: base.exact,
        planted: base.planted,
    })
}

/// The override that would change stated counts, with its value: they belong to the world they were written for.
fn contradicted(
    exact: &ExactCounts,
    base: &ProfileOverrides,
    over: &ProfileOverrides,
) -> Option<(&'static str, String)> {
    let users = over.users.filter(|users| base.users.is_some_and(|stated| stated != *users));
    let bots = over.bots.filter(|_| exact.users_who_like_all > 0);
    let shares = [
        ("density", over.density.filter(|factor| *factor != 1.0)),
        ("follows_per_user", over.follows_per_user),
        ("photos_per_user", over.photos_per_user),
        ("likes_per_photo", over.likes_per_photo),
        ("comments_per_photo", over.comments_per_photo),
        ("tags_per_photo", over.tags_per_photo),
        ("inactive", over.inactive),
        ("bots", bots),
    ];
    let of_shares = || shares.into_iter().find_map(|(key, value)| Some((key, value?.to_string())));
    users.map(|users| ("users", users.to_string())).or_else(of_shares)
}

fn languages(
    base: &ProfileOverrides,
    source: &Source,
    over: &ProfileOverrides,
) -> Result<Vec<(String, f64)>, ProfileError> {
    let known = shares();
    let Some(said) = over.languages.as_ref().or(base.languages.as_ref()) else {
        return Ok(known.into_iter().map(|(code, share)| (code.to_owned(), share)).collect());
    };
    let origin = || if over.languages.is_some() { Origin::Override } else { source.origin("languages") };
    let sum: f64 = said.values().sum();
    for (code, share) in said {
        if !known.iter().any(|(known, _)| known == code) {
            let known: Vec<_> = known.iter().map(|(known, _)| *known).collect();
            let known = known.into_iter().map(str::to_owned).collect();
            return Err(ProfileError::UnknownLanguage { code: code.clone(), known, origin: origin() });
        }
        if !(*share > 0.0 && *share <= 1e9) {
            return Err(ProfileError::OutOfRange {
                key: "languages",
                value: format!("{code}: {share}"),
                allowed: format!("the part of {code} must be more than 0 and at most 1000000000"),
                origin: origin(),
            });
        }
    }
    if said.is_empty() {
        return Err(ProfileError::OutOfRange {
            key: "languages",
            value: "{}".to_owned(),
            allowed: "it must have at least one language".to_owned(),
            origin: origin(),
        });
    }
    Ok(said.iter().map(|(code, share)| (code.clone(), share / sum)).collect())
}

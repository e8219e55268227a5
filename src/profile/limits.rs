//! What the numbers of a profile may be, one line a key.

use super::error::{Origin, ProfileError};

/// The largest number of users, and of rows in a table whose key is an INT.
pub(super) const INT_MAX: i64 = i32::MAX as i64;

/// The largest number of users of a world with exact counts.
const MAX_EXACT_USERS: u32 = 500;

/// Several tables have a range of ids each.
const MAX_ID_OFFSET: u32 = 300_000_000;

/// (key, min, max) of the fractional numbers.
const RANGES: [(&str, f64, f64); 8] = [
    ("density", 0.001, 1000.0),
    ("follows_per_user", 0.0, 7500.0),
    ("photos_per_user", 0.0, 10_000.0),
    ("likes_per_photo", 0.0, 1_000_000.0),
    ("comments_per_photo", 0.0, 100_000.0),
    ("tags_per_photo", 0.0, 30.0),
    ("bots", 0.0, 1.0),
    ("inactive", 0.0, 1.0),
];

/// Refuses a fraction that is out of its range.
pub(super) fn fraction(key: &'static str, value: f64, origin: Origin) -> Result<f64, ProfileError> {
    let (_, min, max) = *RANGES.iter().find(|r| r.0 == key).expect("every fractional key has a range");
    if (min..=max).contains(&value) {
        return Ok(value);
    }
    let allowed = format!("it must be from {min} to {max}");
    Err(ProfileError::OutOfRange { key, value: value.to_string(), allowed, origin })
}

/// Refuses a number of users that no database of ours can hold.
pub(super) fn users(value: i64, origin: Origin) -> Result<u32, ProfileError> {
    match value {
        1..=INT_MAX => Ok(value as u32),
        _ => Err(ProfileError::OutOfRange {
            key: "users",
            value: value.to_string(),
            allowed: format!("it must be from 1 to {INT_MAX}"),
            origin,
        }),
    }
}

/// Refuses a distance between ids that an INT key cannot hold for every table.
pub(super) fn id_offset(value: i64, origin: Origin) -> Result<u32, ProfileError> {
    match u32::try_from(value).ok().filter(|&offset| offset <= MAX_ID_OFFSET) {
        Some(offset) => Ok(offset),
        None => Err(ProfileError::OutOfRange {
            key: "id_offset",
            value: value.to_string(),
            allowed: format!("it must be from 0 to {MAX_ID_OFFSET}"),
            origin,
        }),
    }
}

/// Refuses a beginning of URLs that no program would open.
pub(super) fn image_base_url(url: String, origin: Origin) -> Result<String, ProfileError> {
    if ["http://", "https://"].iter().any(|scheme| url.starts_with(scheme)) {
        return Ok(url);
    }
    let allowed = "it must begin with http:// or https://".to_owned();
    Err(ProfileError::OutOfRange { key: "image_base_url", value: format!("'{url}'"), allowed, origin })
}

/// Refuses exact counts where there are more users than can be held in memory with all their rows.
pub(super) fn exact(users: u32, origin: Origin) -> Result<(), ProfileError> {
    match users <= MAX_EXACT_USERS {
        true => Ok(()),
        false => Err(ProfileError::TooManyForExact { users, max: MAX_EXACT_USERS, origin }),
    }
}

/// Refuses a number of rows beyond the end of an INT key.
pub(super) fn rows(key: &'static str, mean: f64, rows: f64, origin: Origin) -> Result<(), ProfileError> {
    if rows <= INT_MAX as f64 {
        return Ok(());
    }
    let allowed = format!("it would need {rows:.0} rows, and an INT key ends at {INT_MAX}");
    Err(ProfileError::OutOfRange { key, value: mean.to_string(), allowed, origin })
}

//! Whether a profile that was read from a record could have been asked for: it goes through the same completion as
//! one that is typed, so that a changed record is an error and never a world without end.

use super::complete::complete;
use super::file::{ProfileOverrides, Source};
use super::{ExactCounts, Profile};

/// Users times rows that an exact world goes through, and its rows, at most.
const MAX_STEPS: f64 = 1e9;
const MAX_ROWS: u64 = 100_000_000;
/// Longer texts fit no column of ours.
const MAX_TEXT: usize = 10_000;

pub(super) fn is_possible(profile: &Profile) -> bool {
    let texts = [&profile.name, &profile.description, &profile.image_base_url, &profile.password];
    texts.iter().all(|text| text.len() <= MAX_TEXT)
        && is_suffix(&profile.name_suffix)
        && languages_are_whole(&profile.languages)
        && profile.exact.is_none_or(|exact| fits_memory(profile.users, &exact))
        && complete(
            &profile.name,
            said(profile),
            Source::nowhere(&profile.name),
            &ProfileOverrides::default(),
        )
        .is_ok()
}

/// The profile as if a file had said all of it. A density may have carried photos beyond what can be said without one.
fn said(profile: &Profile) -> ProfileOverrides {
    let density = (profile.photos_per_user / 10_000.0).clamp(1.0, 1000.0);
    ProfileOverrides {
        seed: Some(profile.seed),
        users: Some(i64::from(profile.users)),
        start: Some(profile.start.to_string()),
        as_of: Some(profile.as_of.to_string()),
        density: Some(density),
        follows_per_user: Some(profile.follows_per_user / density),
        photos_per_user: Some(profile.photos_per_user / density),
        likes_per_photo: Some(profile.likes_per_photo),
        comments_per_photo: Some(profile.comments_per_photo),
        tags_per_photo: Some(profile.tags_per_photo),
        languages: Some(profile.languages.iter().cloned().collect()),
        bots: Some(profile.bots),
        inactive: Some(profile.inactive),
        id_offset: Some(i64::from(profile.id_offset)),
        exact: profile.exact,
        planted: profile.planted,
        ..ProfileOverrides::default()
    }
}

/// Shares of languages, each named once, which sum to 1.
fn languages_are_whole(languages: &[(String, f64)]) -> bool {
    let once = |i: usize| languages[..i].iter().all(|(code, _)| *code != languages[i].0);
    let sum: f64 = languages.iter().map(|(_, share)| share).sum();
    (0..languages.len()).all(once)
        && languages.iter().all(|(_, share)| *share > 0.0)
        && (sum - 1.0).abs() < 1e-6
}

/// Nothing, or what sets a second world apart: `_w2`.
fn is_suffix(suffix: &str) -> bool {
    suffix.is_empty()
        || suffix.strip_prefix("_w").is_some_and(|number| {
            (1..=10).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit())
        })
}

fn fits_memory(users: u32, exact: &ExactCounts) -> bool {
    let ExactCounts { photos, follows, likes, comments, photo_tags, .. } = *exact;
    let rows: u64 = [photos, follows, likes, comments, photo_tags].map(u64::from).iter().sum();
    f64::from(users) * (f64::from(users) + f64::from(photos)) <= MAX_STEPS && rows <= MAX_ROWS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let load = |name: &str, over: ProfileOverrides| Profile::load(name, &over).unwrap();
        let over = || ProfileOverrides { users: Some(20_000), ..ProfileOverrides::default() };
        let dense = ProfileOverrides {
            users: Some(5),
            density: Some(1000.0),
            follows_per_user: Some(0.001),
            photos_per_user: Some(9000.0),
            ..ProfileOverrides::default()
        };
        for (name, _) in Profile::list() {
            let profile = load(name, ProfileOverrides::default());
            assert_eq!(Profile::from_record(&profile.to_record()), Some(profile));
        }
        for profile in [
            load("social", over()),
            load("social", dense),
            Profile { name_suffix: "_w12".into(), ..load("app", over()) },
        ] {
            assert_eq!(Profile::from_record(&profile.to_record()), Some(profile));
        }
    }

    #[test]
    fn a_planted_record_has_the_size_and_the_means_of_its_facts() {
        let text = Profile::of("course").unwrap().to_record();
        for (key, value) in [("users", "50"), ("likes_per_photo", "1e300"), ("as_of", "1700000000")] {
            let mut object: serde_json::Value = serde_json::from_str(&text).unwrap();
            object[key] = serde_json::from_str(value).unwrap();
            assert_eq!(Profile::from_record(&object.to_string()), None, "{key}");
        }
    }

    #[test]
    fn a_record_that_was_changed_is_no_profile() {
        let text = Profile::load("social", &ProfileOverrides::default()).unwrap().to_record();
        let with = |key: &str, value: serde_json::Value| {
            let mut object: serde_json::Value = serde_json::from_str(&text).unwrap();
            object[key] = value;
            Profile::from_record(&object.to_string())
        };
        assert!(with("seed", 7.into()).is_some());
        for (key, value) in [
            ("users", 0.into()),
            ("users", 4_000_000_000_u32.into()),
            ("as_of", serde_json::json!(0)),
            ("languages", serde_json::json!([])),
            ("languages", serde_json::json!([["xx", 1.0]])),
            ("languages", serde_json::json!([["en", 1e300]])),
            ("photos_per_user", 1e9.into()),
            ("comments_per_photo", 1e300.into()),
            ("likes_per_photo", (-1.0).into()),
            ("bots", 2.0.into()),
            ("name_suffix", "' OR 1".into()),
            (
                "exact",
                serde_json::json!({"photos": 4_000_000_000_u32, "follows": 0, "likes": 0, "comments": 0, "tags": 0, "photo_tags": 0, "users_without_photo": 0, "users_who_like_all": 0}),
            ),
        ] {
            assert_eq!(with(key, value.clone()), None, "{key} = {value}");
        }
    }
}

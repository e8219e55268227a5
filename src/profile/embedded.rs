//! The profiles that the library carries: every file of `seeds/profiles/`.

use std::sync::OnceLock;

use serde::Deserialize;

use crate::embedded::EMBEDDED_SEEDS;

/// What a profile is sorted by.
#[derive(Deserialize)]
struct Size {
    users: Option<i64>,
}

/// The profiles that the library carries, each a name and a text: every file of `seeds/profiles/`, the smallest world first.
pub(super) fn embedded() -> &'static [(&'static str, &'static str)] {
    static PROFILES: OnceLock<Vec<(&str, &str)>> = OnceLock::new();
    PROFILES.get_or_init(listed)
}

fn listed() -> Vec<(&'static str, &'static str)> {
    let profile = |&(path, text): &(&'static str, &'static str)| {
        Some((path.strip_prefix("profiles/")?.strip_suffix(".toml")?, text))
    };
    let mut profiles: Vec<_> = EMBEDDED_SEEDS.iter().filter_map(profile).collect();
    profiles.sort_by_cached_key(|(_, text)| toml::from_str::<Size>(text).ok().and_then(|size| size.users));
    profiles
}

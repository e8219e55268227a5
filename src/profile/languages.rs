//! The languages, read from the first lines of their word lists: codes, names, and how common each is.
//!
//! `--help` lists them and every profile is complete with them, and to parse all word lists would make every command a
//! twentieth of a second slower.

use crate::embedded::EMBEDDED_SEEDS;

/// What the first lines say.
struct Head {
    rank: u32,
    code: &'static str,
    name: &'static str,
    share: f64,
}

/// (code, name in the language itself), in the order of their ranks.
pub(super) fn languages() -> Vec<(&'static str, &'static str)> {
    heads().into_iter().map(|head| (head.code, head.name)).collect()
}

/// The codes of the languages with their parts of all people, which sum to 1, in the order of their ranks.
pub(super) fn shares() -> Vec<(&'static str, f64)> {
    let heads = heads();
    let sum: f64 = heads.iter().map(|head| head.share).sum();
    // What sums to 1 but for rounding is taken as it is written.
    let sum = if (sum - 1.0).abs() < 1e-9 { 1.0 } else { sum };
    heads.into_iter().map(|head| (head.code, head.share / sum)).collect()
}

fn heads() -> Vec<Head> {
    let mut heads: Vec<_> = EMBEDDED_SEEDS.iter().filter_map(|&(path, text)| head(path, text)).collect();
    heads.sort_unstable_by_key(|head| (head.rank, head.code));
    heads
}

fn head(path: &'static str, text: &'static str) -> Option<Head> {
    let code = path.strip_prefix("words/languages/")?.strip_suffix(".toml")?;
    let value = |key: &str| {
        let entries = text.lines().take_while(|line| !line.starts_with('['));
        let mut entries = entries.filter_map(|line| line.split_once('='));
        entries.find(|(name, _)| name.trim() == key).map(|(_, value)| value.trim())
    };
    let (rank, share) = (value("rank")?.parse().ok()?, value("share")?.parse().ok()?);
    Some(Head { rank, code, name: value("name")?.trim_matches('"'), share })
}

#[cfg(test)]
mod tests {
    use super::heads;
    use crate::words::Words;

    #[test]
    fn the_first_lines_say_what_the_word_lists_say() {
        let mut languages: Vec<_> = Words::embedded().expect("valid word lists").languages().iter().collect();
        languages.sort_by_key(|language| language.rank);
        let said: Vec<_> =
            languages.iter().map(|one| (&*one.code, &*one.name, one.rank, one.share)).collect();
        let heads = heads();
        assert_eq!(
            heads.iter().map(|one| (one.code, one.name, one.rank, one.share)).collect::<Vec<_>>(),
            said
        );
    }
}

//! The codes and names of the languages, read from the first lines of their word lists.
//!
//! `--help` lists them, and to parse all word lists would make every command a twentieth of a second slower.

use crate::embedded::EMBEDDED_SEEDS;

/// (code, name in the language itself), in the order of their ranks.
pub(super) fn languages() -> Vec<(&'static str, &'static str)> {
    let mut languages: Vec<_> = EMBEDDED_SEEDS.iter().filter_map(|&(path, text)| head(path, text)).collect();
    languages.sort_unstable();
    languages.into_iter().map(|(_, code, name)| (code, name)).collect()
}

/// The rank, the code and the name of a language.
fn head(path: &'static str, text: &'static str) -> Option<(u32, &'static str, &'static str)> {
    let code = path.strip_prefix("words/languages/")?.strip_suffix(".toml")?;
    let value = |key: &str| {
        let entries = text.lines().take_while(|line| !line.starts_with('['));
        let mut entries = entries.filter_map(|line| line.split_once('='));
        entries.find(|(name, _)| name.trim() == key).map(|(_, value)| value.trim())
    };
    let rank = value("rank")?.parse().ok()?;
    Some((rank, code, value("name")?.trim_matches('"')))
}

#[cfg(test)]
mod tests {
    use super::languages;
    use crate::words::Words;

    #[test]
    fn the_first_lines_say_what_the_word_lists_say() {
        let words = Words::embedded().expect("valid word lists");
        let name = |code: &str| &words.language(words.language_of(code).expect("a known code")).name;
        let listed = languages();
        let ranked: Vec<_> = words.shares().into_iter().map(|(code, _)| code).collect();
        assert_eq!(listed.iter().map(|(code, _)| *code).collect::<Vec<_>>(), ranked);
        for (code, listed) in listed {
            assert_eq!(listed, name(code), "{code}");
        }
    }
}

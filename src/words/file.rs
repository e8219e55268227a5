//! The files as they are written: TOML, each entry remembered with its line.

use super::WordsError;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use toml::Spanned;

/// One text of a list, with its place in the file.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    pub text: String,
    source: Source<'a>,
    offset: usize,
}

impl Entry<'_> {
    /// An error that names this entry.
    pub fn problem(&self, problem: &str) -> WordsError {
        self.problem_with(problem.to_owned())
    }

    /// The same, with words made for it.
    pub fn problem_with(&self, problem: String) -> WordsError {
        self.source.problem(self.offset, &self.text, problem)
    }

    /// Fails if the entry holds one of these characters.
    pub fn refuse(&self, characters: &[char], problem: &str) -> Result<(), WordsError> {
        if self.text.contains(characters) { Err(self.problem(problem)) } else { Ok(()) }
    }

    /// What holds for every text: not empty, no space at its ends, no sign with a meaning of its own, one line.
    pub fn clean(&self) -> Result<(), WordsError> {
        if self.text.trim() != self.text || self.text.is_empty() {
            return Err(self.problem("is empty or has spaces at an end"));
        }
        self.refuse(&['#', '@'], "holds '#' or '@', which only hashtags and mentions may")?;
        if self.text.chars().any(char::is_control) {
            return Err(self.problem("holds a control character"));
        }
        Ok(())
    }
}

/// A list as serde sees it.
pub type List = Vec<Spanned<String>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GenericFile {
    pub hashtags: List,
    pub emoji: List,
    /// Places that every language has a name for.
    pub abroad: List,
    pub compose: ComposeSection,
    pub usernames: UsernamesSection,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComposeSection {
    pub before: List,
    pub after: List,
    pub place_before: List,
    pub place_after: List,
    pub years: [u16; 2],
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UsernamesSection {
    pub after: List,
    pub before: List,
    pub second: List,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandlesSection {
    pub after: List,
    #[serde(default)]
    pub before: List,
    pub alone: List,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopicFile {
    pub popularity: u32,
    pub handles: HandlesSection,
    pub hashtags: List,
    pub words: List,
    pub qualities: List,
    pub emoji: List,
    pub subjects: BTreeMap<String, SubjectSection>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubjectSection {
    pub kind: Spanned<String>,
    /// Whether a photo of it may be at a place.
    #[serde(default = "yes")]
    pub place: bool,
    pub tags: List,
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LanguageFile {
    pub name: Spanned<String>,
    pub share: Spanned<f64>,
    pub rank: u32,
    pub full_name: Spanned<String>,
    pub gap: Option<Spanned<String>>,
    pub marks: List,
    #[serde(default)]
    pub keep_capital: Vec<String>,
    pub classes: List,
    pub forms: List,
    pub place_forms: List,
    pub names: NamesSection,
    pub places: PlacesSection,
    pub hashtags: BTreeMap<Spanned<String>, List>,
    pub subjects: BTreeMap<Spanned<String>, BTreeMap<Spanned<String>, Spanned<String>>>,
    pub captions: BTreeMap<Spanned<String>, CaptionLists>,
    pub comments: BTreeMap<Spanned<String>, CommentLists>,
    pub replies: RepliesSection,
    pub bots: BotsSection,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamesSection {
    pub fake: Option<Spanned<String>>,
    #[serde(default)]
    pub skip: Vec<String>,
    pub first: Spanned<String>,
    pub last: Spanned<String>,
    pub towns: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlacesSection {
    pub home: List,
    pub abroad: List,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaptionLists {
    pub short: List,
    pub tell: List,
    pub more: List,
    pub close: List,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommentLists {
    pub praise: List,
    pub say: List,
    pub ask: List,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RepliesSection {
    pub thanks: List,
    pub agree: List,
    pub me_too: List,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BotsSection {
    pub spam: List,
}

/// A file's path and text, to parse and to find lines in.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    pub path: &'a str,
    pub text: &'a str,
}

impl<'a> Source<'a> {
    /// The file of this path.
    pub fn find(files: &[(&'a str, &'a str)], path: &str) -> Result<Source<'a>, WordsError> {
        files
            .iter()
            .find(|file| file.0 == path)
            .map(|&(path, text)| Source { path, text })
            .ok_or_else(|| WordsError::Missing { file: path.to_owned() })
    }

    /// The files of a folder with the stem of each, sorted by it.
    pub fn folder(files: &[(&'a str, &'a str)], folder: &str) -> Vec<(&'a str, Source<'a>)> {
        let mut found: Vec<_> = files
            .iter()
            .filter_map(|&(path, text)| {
                let stem = path.strip_prefix(folder)?.strip_prefix('/')?.strip_suffix(".toml")?;
                Some((stem, Source { path, text }))
            })
            .collect();
        found.sort_by_key(|found| found.0);
        found
    }

    pub fn parse<T: serde::de::DeserializeOwned>(&self) -> Result<T, WordsError> {
        toml::from_str(self.text).map_err(|error| WordsError::Syntax {
            file: self.path.to_owned(),
            line: self.line(error.span().map_or(0, |span| span.start)),
            message: error.message().to_owned(),
        })
    }

    pub fn entry(&self, value: Spanned<String>) -> Entry<'a> {
        let offset = value.span().start;
        Entry { text: value.into_inner(), source: *self, offset }
    }

    /// An error about the line of an offset.
    pub fn mistake(&self, offset: usize, message: String) -> WordsError {
        WordsError::Syntax { file: self.path.to_owned(), line: self.line(offset), message }
    }

    /// An error about a list that is not there.
    pub fn no_list(&self, list: String) -> WordsError {
        WordsError::NoList { file: self.path.to_owned(), list }
    }

    /// The entries of a list that has to have some.
    pub fn entries(&self, list: List, name: &str, need: usize) -> Result<Vec<Entry<'a>>, WordsError> {
        if list.len() < need {
            let (file, list_name) = (self.path.to_owned(), name.to_owned());
            return Err(WordsError::TooFew { file, list: list_name, have: list.len(), need });
        }
        Ok(list.into_iter().map(|value| self.entry(value)).collect())
    }

    /// The texts of a list that keep to a rule, each once.
    pub fn texts(
        &self,
        list: List,
        name: &str,
        need: usize,
        rule: impl Fn(&str) -> bool,
    ) -> Result<Vec<String>, WordsError> {
        let entries = self.entries(list, name, need)?;
        let mut seen = BTreeSet::new();
        for entry in &entries {
            if !rule(&entry.text) {
                return Err(
                    entry.problem("is no word of this list: lower case, no spaces, no signs, not too long")
                );
            }
            if !seen.insert(entry.text.as_str()) {
                return Err(entry.problem("is twice in its list"));
            }
        }
        Ok(entries.into_iter().map(|entry| entry.text).collect())
    }

    /// Words that are put together: a-z only.
    pub fn plain(&self, list: List, name: &str, need: usize) -> Result<Vec<String>, WordsError> {
        self.texts(list, name, need, |text| {
            text.bytes().all(|byte| byte.is_ascii_lowercase()) && (2..=12).contains(&text.len())
        })
    }

    /// What is between the quotes of a text, as it is written, and where it begins.
    pub fn inside(&self, value: &Spanned<String>) -> (usize, &'a str) {
        let (mut start, mut raw) = (value.span().start, &self.text[value.span()]);
        for quotes in ["\"\"\"", "\'\'\'", "\"", "\'"] {
            if let Some(inner) = raw.strip_prefix(quotes).and_then(|raw| raw.strip_suffix(quotes)) {
                (start, raw) = (start + quotes.len(), inner);
                break;
            }
        }
        (start, raw)
    }

    /// An error that names an entry by its place.
    pub fn problem(&self, offset: usize, entry: &str, problem: String) -> WordsError {
        let (file, line) = (self.path.to_owned(), self.line(offset));
        WordsError::Entry { file, line, entry: entry.to_owned(), problem }
    }

    fn line(&self, offset: usize) -> usize {
        1 + self.text.bytes().take(offset).filter(|&byte| byte == b'\n').count()
    }
}

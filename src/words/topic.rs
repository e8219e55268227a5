//! Topics: hashtags, words that long-tail hashtags are put together from, emoji; and what belongs to none.

use super::file::{GenericFile, List, Source, TopicFile};
use super::handle::{HandleLists, Handles};
use super::{Arena, Phrase, WordsError};

/// The topic that everything falls back to.
const DEFAULT_TOPIC: &str = "life";
/// Thirty hashtags of this length, each with "#" and a space, leave room for a text in 2,200 characters.
pub const LONGEST_TAG: usize = 30;

/// What people post about.
#[derive(Debug)]
pub struct Topic {
    pub name: String,
    /// The file that describes it.
    pub(super) path: String,
    /// Communities take the topics in the order of this number, highest first.
    pub popularity: u32,
    pub hashtags: Vec<String>,
    pub words: Vec<String>,
    pub qualities: Vec<String>,
    pub emoji: Vec<Phrase>,
    /// Usernames of people whose main interest it is.
    pub handles: Handles,
    pub(super) handle_lists: HandleLists,
}

/// What belongs to no topic and no language.
#[derive(Debug)]
pub struct General {
    pub hashtags: Vec<String>,
    pub emoji: Vec<Phrase>,
    pub before: Vec<String>,
    pub after: Vec<String>,
    pub places: Vec<String>,
    pub years: [u16; 2],
    /// Usernames that say nothing of an interest, and what follows a word of a topic in those without a name.
    pub handles: Handles,
    pub second_words: Vec<String>,
    pub(super) handle_lists: HandleLists,
}

impl General {
    pub(super) fn parse(files: &[(&str, &str)], arena: &mut Arena) -> Result<General, WordsError> {
        let source = Source::find(files, "generic.toml")?;
        let file: GenericFile = source.parse()?;
        Ok(General {
            hashtags: tags(&source, file.hashtags, "hashtags", 20)?,
            emoji: arena.phrases(&source.entries(file.emoji, "emoji", 10)?)?,
            before: source.plain(file.compose.before, "compose.before", 5)?,
            after: source.plain(file.compose.after, "compose.after", 5)?,
            places: source.plain(file.compose.places, "compose.places", 20)?,
            years: file.compose.years,
            handles: Handles::default(),
            second_words: source.plain(file.usernames.second, "usernames.second", 5)?,
            handle_lists: HandleLists::parse(
                &source,
                [file.usernames.after, file.usernames.before, List::new()],
                ["usernames.after", "usernames.before", "usernames.alone"],
            )?,
        })
    }
}

/// All topics: the default one first, then by name.
pub fn parse_all(files: &[(&str, &str)], arena: &mut Arena) -> Result<Vec<Topic>, WordsError> {
    let mut topics = Vec::new();
    for (name, source) in Source::folder(files, "topics") {
        let file: TopicFile = source.parse()?;
        topics.push(Topic {
            name: name.to_owned(),
            path: source.path.to_owned(),
            popularity: file.popularity,
            hashtags: tags(&source, file.hashtags, "hashtags", 5)?,
            words: source.plain(file.words, "words", 5)?,
            qualities: source.plain(file.qualities, "qualities", 3)?,
            emoji: arena.phrases(&source.entries(file.emoji, "emoji", 3)?)?,
            handles: Handles::default(),
            handle_lists: HandleLists::parse(
                &source,
                [file.handles.after, file.handles.before, file.handles.alone],
                ["handles.after", "handles.before", "handles.alone"],
            )?,
        });
    }
    let default = topics
        .iter()
        .position(|topic| topic.name == DEFAULT_TOPIC)
        .ok_or_else(|| WordsError::Missing { file: format!("topics/{DEFAULT_TOPIC}.toml") })?;
    topics[..=default].rotate_right(1);
    Ok(topics)
}

/// Hashtags: letters, digits and underscores of any script, in lower case.
fn tags(source: &Source, list: List, name: &'static str, need: usize) -> Result<Vec<String>, WordsError> {
    source.texts(list, name, need, |text| {
        text.chars().all(|c| (c.is_alphanumeric() || c == '_') && !c.is_uppercase())
            && (1..=LONGEST_TAG).contains(&text.chars().count())
    })
}

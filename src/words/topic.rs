//! Topics with their subjects: hashtags, words that rarer hashtags are put together from, emoji; and what belongs to none.

use super::file::{GenericFile, List, Source, SubjectSection, TopicFile};
use super::handle::{HandleLists, Handles};
use super::{Arena, Phrase, WordsError};

/// The topic that everything falls back to.
const DEFAULT_TOPIC: &str = "life";
/// Thirty hashtags of this length, each with "#" and a space, leave room for a text in 2,200 characters.
pub const LONGEST_TAG: usize = 30;
/// The most used hashtags of a topic fit each of its subjects.
pub const HEAD_TAGS: usize = 10;

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
    /// What its photos show.
    pub subjects: Vec<Subject>,
    /// The number of the first of them among the subjects of all topics.
    pub first_subject: u16,
    /// Usernames of people whose main interest it is.
    pub handles: Handles,
    pub(super) handle_lists: HandleLists,
}

/// What a photo shows.
#[derive(Debug)]
pub struct Subject {
    pub name: String,
    pub kind: Kind,
    /// Whether a photo of it may be at a place.
    pub has_place: bool,
    pub tags: Vec<String>,
}

/// What kind of word a subject is: it decides what can be said of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Thing,
    Dish,
    Animal,
    Person,
    Place,
    Activity,
    Event,
}

impl Kind {
    /// The kinds by the names that files call them.
    pub const ALL: [(&'static str, Kind); 7] = [
        ("thing", Kind::Thing),
        ("dish", Kind::Dish),
        ("animal", Kind::Animal),
        ("person", Kind::Person),
        ("place", Kind::Place),
        ("activity", Kind::Activity),
        ("event", Kind::Event),
    ];

    /// The kind of a name.
    pub fn of(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|(known, _)| *known == name).map(|(_, kind)| kind)
    }
}

/// What belongs to no topic and no language.
#[derive(Debug)]
pub struct General {
    pub hashtags: Vec<String>,
    pub emoji: Vec<Phrase>,
    pub before: Vec<String>,
    pub after: Vec<String>,
    /// Before and after a place.
    pub place_before: Vec<String>,
    pub place_after: Vec<String>,
    /// Places that every language has a name for.
    pub abroad: Vec<String>,
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
            place_before: source.plain(file.compose.place_before, "compose.place_before", 3)?,
            place_after: source.plain(file.compose.place_after, "compose.place_after", 3)?,
            abroad: source.plain(file.abroad, "abroad", 10)?,
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
        let mut subjects = Vec::new();
        for (name, section) in file.subjects {
            subjects.push(subject(&source, name, section)?);
        }
        if subjects.is_empty() {
            return Err(source.no_list("[subjects]".to_owned()));
        }
        topics.push(Topic {
            name: name.to_owned(),
            path: source.path.to_owned(),
            popularity: file.popularity,
            hashtags: tags(&source, file.hashtags, "hashtags", HEAD_TAGS)?,
            words: source.plain(file.words, "words", 5)?,
            qualities: source.plain(file.qualities, "qualities", 3)?,
            emoji: arena.phrases(&source.entries(file.emoji, "emoji", 3)?)?,
            subjects,
            first_subject: 0,
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
    let mut first = 0;
    for topic in &mut topics {
        topic.first_subject = first;
        first += topic.subjects.len() as u16;
    }
    Ok(topics)
}

fn subject(source: &Source, name: String, section: SubjectSection) -> Result<Subject, WordsError> {
    let kind = source.entry(section.kind);
    let found = Kind::of(&kind.text).ok_or_else(|| {
        let kinds: Vec<_> = Kind::ALL.iter().map(|(name, _)| *name).collect();
        kind.problem_with(format!("is no kind; the kinds are {}", kinds.join(", ")))
    })?;
    let tags = tags(source, section.tags, &format!("subjects.{name}.tags"), 1)?;
    Ok(Subject { name, kind: found, has_place: section.place, tags })
}

/// Whether a character belongs to a hashtag: a letter, a digit or an underscore of any script, or a mark on a letter, such
/// as an accent or a vowel sign of Devanagari.
pub fn is_of_hashtag(c: char) -> bool {
    let marks = ['\u{300}'..='\u{36f}', '\u{900}'..='\u{dff}'];
    c.is_alphanumeric() || c == '_' || marks.iter().any(|marks| marks.contains(&c))
}

/// Hashtags: letters, digits and underscores of any script, in lower case.
pub fn tags(source: &Source, list: List, name: &str, need: usize) -> Result<Vec<String>, WordsError> {
    source.texts(list, name, need, |text| {
        text.chars().all(|c| is_of_hashtag(c) && !c.is_uppercase())
            && (1..=LONGEST_TAG).contains(&text.chars().count())
    })
}

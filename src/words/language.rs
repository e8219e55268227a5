//! Languages: templates of captions and comments, what fills their slots, and the longest text each can give.

use super::file::{CaptionsSection, CommentsSection, LanguageFile, Source};
use super::{Arena, NameTable, Phrase, Piece, Slot, Template, Topic, WordsError};

/// Comments fit into VARCHAR(255), captions into what the network allows.
pub const LONGEST_COMMENT: usize = 255;
pub const LONGEST_CAPTION: usize = 2_200;
/// Sentences in the longest caption and emoji in a row; the world keeps to them, the lengths are checked for them.
pub const MAX_SENTENCES: usize = 8;
pub const MAX_EMOJI: usize = 4;
/// The longest username, which a reply mentions.
pub const LONGEST_USERNAME: usize = 30;

/// As many as there are bits in what a name knows of the languages that have it.
const MAX_LANGUAGES: usize = 64;

/// A language with all that can be said in it.
#[derive(Debug)]
pub struct Language {
    pub code: String,
    pub name: String,
    /// The part of all people who write it, and its place in the order in which the parts are drawn.
    pub share: f64,
    pub rank: u32,
    /// Whether the first name stands before the last name, and what stands between them.
    pub first_name_first: bool,
    pub name_separator: String,
    /// What stands between two parts of a sentence, and between two sentences.
    pub comma: Phrase,
    pub gap: Phrase,
    pub question: Phrase,
    /// What a sentence of a comment may end with, the empty mark included.
    pub marks: Vec<Phrase>,
    pub slots: Slots,
    pub captions: Captions,
    pub comments: Comments,
    pub names: NameTable,
}

/// What fills the slots; index 1 of each pair begins with a capital.
#[derive(Debug)]
pub struct Slots {
    /// By topic.
    pub things: Vec<[Vec<Phrase>; 2]>,
    pub places: [Vec<Phrase>; 2],
    pub whens: [Vec<Phrase>; 2],
    pub qualities: [Vec<Phrase>; 2],
}

#[derive(Debug)]
pub struct Captions {
    pub short: Vec<Template>,
    pub sentences: Vec<Template>,
    pub endings: Vec<Template>,
}

#[derive(Debug)]
pub struct Comments {
    pub short: Vec<Phrase>,
    pub openers: Vec<Phrase>,
    pub bodies: Vec<Template>,
    pub questions: Vec<Template>,
    pub replies: Vec<Template>,
}

/// All languages by their code.
pub fn parse_all(
    files: &[(&str, &str)],
    topics: &[Topic],
    arena: &mut Arena,
) -> Result<Vec<Language>, WordsError> {
    let mut languages = Vec::new();
    for (code, source) in Source::folder(files, "languages") {
        if languages.len() == MAX_LANGUAGES {
            let message = format!("there are more than {MAX_LANGUAGES} languages");
            return Err(WordsError::Syntax { file: source.path.to_owned(), line: 1, message });
        }
        let language = parse(code, &source, topics, arena)?;
        language.check_lengths(source.path, topics, arena)?;
        languages.push(language);
    }
    if languages.is_empty() {
        return Err(WordsError::Missing { file: "languages/en.toml".to_owned() });
    }
    Ok(languages)
}

fn parse(code: &str, source: &Source, topics: &[Topic], arena: &mut Arena) -> Result<Language, WordsError> {
    let mut file: LanguageFile = source.parse()?;
    let full_name = source.entry(file.full_name);
    let (first_name_first, name_separator) = name_order(&full_name.text).ok_or_else(|| {
        full_name.problem("has to be {first} and {last} in one order, with nothing around them")
    })?;
    if !(file.share > 0.0 && file.share < f64::INFINITY) {
        return Err(full_name.syntax(format!("share = {} is not above 0", file.share)));
    }
    let mut things = Vec::new();
    for topic in topics {
        let list = match file.things.remove(&topic.name) {
            Some(list) => source.entries(list, "things", 4)?,
            None => Vec::new(),
        };
        things.push(arena.both_cases(&list)?);
    }
    if let Some((name, list)) = file.things.into_iter().next() {
        let message = format!("things.{name}: there is no such topic");
        return Err(match list.into_iter().next() {
            Some(first) => source.entry(first).syntax(message),
            None => WordsError::Syntax { file: source.path.to_owned(), line: 1, message },
        });
    }
    if things[0][0].is_empty() {
        return Err(WordsError::TooFew {
            file: source.path.to_owned(),
            list: "things.life",
            have: 0,
            need: 4,
        });
    }
    for topic in 1..things.len() {
        if things[topic][0].is_empty() {
            things[topic] = things[0].clone();
        }
    }
    Ok(Language {
        code: code.to_owned(),
        name: file.name,
        share: file.share,
        rank: file.rank,
        first_name_first,
        name_separator,
        comma: arena.store(file.comma.as_deref().unwrap_or(", ")),
        gap: arena.store(file.gap.as_deref().unwrap_or(" ")),
        question: arena.store(&file.question),
        marks: file.marks.iter().map(|mark| arena.store(mark)).collect(),
        slots: Slots {
            things,
            places: arena.both_cases(&source.entries(file.slots.place, "slots.place", 10)?)?,
            whens: arena.both_cases(&source.entries(file.slots.when, "slots.when", 5)?)?,
            qualities: arena.both_cases(&source.entries(file.slots.quality, "slots.quality", 8)?)?,
        },
        captions: captions(source, file.captions, arena)?,
        comments: comments(source, file.comments, arena)?,
        names: NameTable::parse(source, file.names)?,
    })
}

/// Whether the first name is before the last, and what is between, of `{first} {last}` or `{last}{first}`.
fn name_order(pattern: &str) -> Option<(bool, String)> {
    let between =
        |before: &str, after: &str| Some(pattern.strip_prefix(before)?.strip_suffix(after)?.to_owned());
    between("{first}", "{last}")
        .map(|between| (true, between))
        .or_else(|| between("{last}", "{first}").map(|between| (false, between)))
}

fn captions(source: &Source, section: CaptionsSection, arena: &mut Arena) -> Result<Captions, WordsError> {
    Ok(Captions {
        short: arena.templates(&source.entries(section.short, "captions.short", 10)?)?,
        sentences: arena.templates(&source.entries(section.sentences, "captions.sentences", 15)?)?,
        endings: arena.templates(&source.entries(section.endings, "captions.endings", 5)?)?,
    })
}

fn comments(source: &Source, section: CommentsSection, arena: &mut Arena) -> Result<Comments, WordsError> {
    Ok(Comments {
        short: arena.phrases(&source.entries(section.short, "comments.short", 10)?)?,
        openers: arena.phrases(&source.entries(section.openers, "comments.openers", 5)?)?,
        bodies: arena.templates(&source.entries(section.bodies, "comments.bodies", 15)?)?,
        questions: arena.templates(&source.entries(section.questions, "comments.questions", 5)?)?,
        replies: arena.templates(&source.entries(section.replies, "comments.replies", 5)?)?,
    })
}

impl Language {
    /// Fails if the longest comment or caption that the world can put together would not fit.
    fn check_lengths(&self, path: &str, topics: &[Topic], arena: &Arena) -> Result<(), WordsError> {
        let phrases =
            |list: &[Phrase]| list.iter().map(|&p| arena.text(p).chars().count()).max().unwrap_or(0);
        let slot = |slot: Slot| match slot {
            Slot::Thing | Slot::ThingCapital => {
                self.slots.things.iter().map(|[list, _]| phrases(list)).max().unwrap_or(0)
            }
            Slot::Place | Slot::PlaceCapital => phrases(&self.slots.places[0]),
            Slot::When | Slot::WhenCapital => phrases(&self.slots.whens[0]),
            Slot::Quality | Slot::QualityCapital => phrases(&self.slots.qualities[0]),
            Slot::Number => 2,
        };
        let template = |template: &Template| -> usize {
            let pieces = arena.pieces(*template).iter();
            pieces
                .map(|piece| match piece {
                    Piece::Text(text) => arena.text(*text).chars().count(),
                    Piece::Slot(hole) => slot(*hole),
                })
                .sum()
        };
        let templates = |list: &[Template]| list.iter().map(template).max().unwrap_or(0);
        let emoji =
            1 + MAX_EMOJI * 8.max(topics.iter().map(|topic| phrases(&topic.emoji)).max().unwrap_or(0));
        let mark = phrases(&self.marks).max(phrases(&[self.question])) + 1;

        let words = &self.comments;
        let one = templates(&words.bodies).max(templates(&words.replies)).max(phrases(&words.short));
        let two = one + mark + templates(&words.questions);
        let comment = LONGEST_USERNAME + 2 + phrases(&words.openers) + 1 + two + mark + emoji;
        let sentence = templates(&self.captions.sentences).max(templates(&self.captions.short)) + 1;
        let text = MAX_SENTENCES * sentence + templates(&self.captions.endings) + 1 + 2 * emoji;
        let caption = text + 30 * (super::topic::LONGEST_TAG + 2);
        for (text, have, limit) in
            [("a comment", comment, LONGEST_COMMENT), ("a caption", caption, LONGEST_CAPTION)]
        {
            if have > limit {
                return Err(WordsError::TooLong { file: path.to_owned(), text, have, limit });
            }
        }
        Ok(())
    }
}

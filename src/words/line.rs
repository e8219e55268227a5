//! The lines of a language, ordered so that a photo's text is drawn without a search: for each list, those for any
//! photo, those for the kind of the subject, and those of the topic that fit the subject.

use super::arena::{Arena, SlotNames, Slots, Template};
use super::file::{CaptionLists, CommentLists, Entry, LanguageFile, List, Source};
use super::topic::{Kind, Topic};
use super::{Phrase, WordsError};
use std::collections::BTreeMap;
use toml::Spanned;

/// The most characters of a line of a caption and of a comment; what the world puts together from them fits its column.
const LONGEST_CAPTION_LINE: usize = 200;
const LONGEST_COMMENT_LINE: usize = 180;
/// No form of a subject or a place is longer.
pub const LONGEST_FORM: usize = 48;

/// Which list a line is drawn from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextList {
    Short,
    Tell,
    More,
    Close,
    Praise,
    Say,
    Ask,
}

/// The number of lists.
const LISTS: usize = 7;

/// A run of lines: those that need no place, then those that name it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Run {
    start: u32,
    plain: u32,
    all: u32,
}

impl Run {
    /// The lines that a photo with or without a place may have: the number of the first, and how many.
    #[inline(always)]
    pub fn lines(self, place: bool) -> (u32, u32) {
        (self.start, if place { self.all } else { self.plain })
    }
}

/// A line, and for a question its answers.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    pub said: Template,
    first_answer: u32,
    answers: u32,
}

/// All lines of a language that speak of a photo.
#[derive(Debug, Default)]
pub struct Lines {
    lines: Vec<Line>,
    answers: Vec<Template>,
    any: [Run; LISTS],
    kinds: [[Run; LISTS]; Kind::ALL.len()],
    /// By the number of the subject among those of all topics.
    own: Vec<[Run; LISTS]>,
}

impl Lines {
    /// One line.
    #[inline(always)]
    pub fn line(&self, number: u32) -> Line {
        self.lines[number as usize]
    }

    /// The answers to a question.
    #[inline(always)]
    pub fn answers(&self, line: Line) -> &[Template] {
        &self.answers[line.first_answer as usize..(line.first_answer + line.answers) as usize]
    }

    /// The runs of a list for a subject: for any photo, for its kind, its own.
    #[inline(always)]
    pub fn runs(&self, list: TextList, kind: Kind, subject: u16) -> [Run; 3] {
        let list = list as usize;
        [self.any[list], self.kinds[kind as usize][list], self.own[usize::from(subject)][list]]
    }
}

/// Reads the sections `captions` and `comments`.
pub struct Reader<'a, 's> {
    pub source: &'a Source<'s>,
    pub names: &'a SlotNames,
    pub arena: &'a mut Arena,
    pub lines: Lines,
}

/// The lines of one list of a topic, each with the subjects that it is for; none: all.
type Sorted = Vec<(Vec<u16>, Line)>;

impl Reader<'_, '_> {
    /// Reads every list of every section.
    pub fn read(&mut self, topics: &[Topic], file: &mut LanguageFile) -> Result<(), WordsError> {
        let captions = std::mem::take(&mut file.captions);
        let comments = std::mem::take(&mut file.comments);
        self.refuse_unknown("captions", captions.keys(), topics)?;
        self.refuse_unknown("comments", comments.keys(), topics)?;
        let mut captions = plain_keys(captions);
        let mut comments = plain_keys(comments);
        self.lines.any = self.section("any", None, &mut captions, &mut comments)?.map(|list| self.run(&list));
        for (name, kind) in Kind::ALL {
            let lists = self.section(name, None, &mut captions, &mut comments)?;
            self.lines.kinds[kind as usize] = lists.map(|list| self.run(&list));
        }
        for topic in topics {
            let lists = self.section(&topic.name, Some(topic), &mut captions, &mut comments)?;
            for subject in 0..topic.subjects.len() as u16 {
                let own = std::array::from_fn(|at| {
                    let fits = |(only, _): &&(Vec<u16>, Line)| only.is_empty() || only.contains(&subject);
                    // A line for few subjects is drawn more often where it may be, so that all lines of a topic are
                    // about as frequent.
                    let weighed = lists[at].iter().filter(fits).flat_map(|line| {
                        let times = topic.subjects.len().checked_div(line.0.len()).unwrap_or(1);
                        std::iter::repeat_n(line, times).cloned()
                    });
                    self.run(&weighed.collect())
                });
                self.lines.own.push(own);
            }
        }
        Ok(())
    }

    /// Stores lines as a run.
    fn run(&mut self, list: &Sorted) -> Run {
        let start = self.lines.lines.len() as u32;
        let with_place = |line: &Line| self.arena.names_place(line.said);
        let (named, plain): (Vec<Line>, Vec<Line>) =
            list.iter().map(|(_, line)| *line).partition(|line| with_place(line));
        self.lines.lines.extend(&plain);
        self.lines.lines.extend(&named);
        Run { start, plain: plain.len() as u32, all: (plain.len() + named.len()) as u32 }
    }

    /// The lists of one section of captions and of comments, in the order of [`TextList`].
    fn section(
        &mut self,
        name: &str,
        topic: Option<&Topic>,
        captions: &mut BTreeMap<String, CaptionLists>,
        comments: &mut BTreeMap<String, CommentLists>,
    ) -> Result<[Sorted; LISTS], WordsError> {
        let missing = |section: &str| self.source.no_list(format!("[{section}.{name}]"));
        let caption = captions.remove(name).ok_or_else(|| missing("captions"))?;
        let comment = comments.remove(name).ok_or_else(|| missing("comments"))?;
        let slots = if name == "any" { Slots::Place } else { Slots::SubjectAndPlace };
        let mut list = |key: &str, list: List, longest: usize| {
            let questions = key.ends_with(".ask");
            let mut lines = Sorted::new();
            for entry in self.source.entries(list, key, 2)? {
                let (only, line) = self.line(&entry, topic, slots, longest)?;
                if (line.answers > 0) != questions {
                    return Err(entry.problem(match questions {
                        true => "needs an answer: question? | answer | another answer",
                        false => "has an answer after \" | \", which only questions (ask) may",
                    }));
                }
                lines.push((only, line));
            }
            Ok(lines)
        };
        Ok([
            list(&format!("captions.{name}.short"), caption.short, LONGEST_CAPTION_LINE)?,
            list(&format!("captions.{name}.tell"), caption.tell, LONGEST_CAPTION_LINE)?,
            list(&format!("captions.{name}.more"), caption.more, LONGEST_CAPTION_LINE)?,
            list(&format!("captions.{name}.close"), caption.close, LONGEST_CAPTION_LINE)?,
            list(&format!("comments.{name}.praise"), comment.praise, LONGEST_COMMENT_LINE)?,
            list(&format!("comments.{name}.say"), comment.say, LONGEST_COMMENT_LINE)?,
            list(&format!("comments.{name}.ask"), comment.ask, LONGEST_COMMENT_LINE)?,
        ])
    }

    /// One line: perhaps for some subjects only, perhaps a question with its answers.
    fn line(
        &mut self,
        entry: &Entry,
        topic: Option<&Topic>,
        slots: Slots,
        longest: usize,
    ) -> Result<(Vec<u16>, Line), WordsError> {
        let text = entry.text.as_str();
        let (only, text) = topic.map_or((Vec::new(), text), |topic| restricted(text, topic));
        let mut parts = text.split(" | ");
        let said = self.compile(entry, parts.next().unwrap_or_default(), slots, longest)?;
        let first_answer = self.lines.answers.len() as u32;
        for answer in parts {
            let answer = self.compile(entry, answer, slots, longest)?;
            self.lines.answers.push(answer);
        }
        let answers = self.lines.answers.len() as u32 - first_answer;
        Ok((only, Line { said, first_answer, answers }))
    }

    fn compile(
        &mut self,
        entry: &Entry,
        text: &str,
        slots: Slots,
        longest: usize,
    ) -> Result<Template, WordsError> {
        let template = self.arena.compile(entry, text, self.names, slots)?;
        match self.arena.longest(template, LONGEST_FORM, self.names.classes.len()) > longest {
            true => {
                Err(entry
                    .problem_with(format!("can grow to more than {longest} characters, its slots filled")))
            }
            false => Ok(template),
        }
    }

    /// Plain texts: the sections `replies` and `bots`.
    pub fn phrases(&mut self, list: List, name: &str) -> Result<Vec<Phrase>, WordsError> {
        let entries = self.source.entries(list, name, 4)?;
        let longest = |entry: &&Entry| entry.text.chars().count() > LONGEST_COMMENT_LINE;
        match entries.iter().find(longest) {
            Some(entry) => {
                Err(entry.problem_with(format!("is longer than {LONGEST_COMMENT_LINE} characters")))
            }
            None => self.arena.phrases(&entries),
        }
    }

    fn refuse_unknown<'k>(
        &self,
        section: &str,
        keys: impl Iterator<Item = &'k Spanned<String>>,
        topics: &[Topic],
    ) -> Result<(), WordsError> {
        for key in keys {
            let name = key.get_ref();
            let known =
                name == "any" || Kind::of(name).is_some() || topics.iter().any(|topic| topic.name == *name);
            if !known {
                let kinds: Vec<_> = Kind::ALL.iter().map(|(name, _)| *name).collect();
                let message = format!(
                    "[{section}.{name}]: there is no such topic or kind; the kinds are {}, and \"any\" is for every photo",
                    kinds.join(", ")
                );
                return Err(self.source.mistake(key.span().start, message));
            }
        }
        Ok(())
    }
}

fn plain_keys<T>(map: BTreeMap<Spanned<String>, T>) -> BTreeMap<String, T> {
    map.into_iter().map(|(key, value)| (key.into_inner(), value)).collect()
}

/// The subjects that a line is restricted to, and the rest of it: `ramen,pasta: The last drop`.
fn restricted<'t>(text: &'t str, topic: &Topic) -> (Vec<u16>, &'t str) {
    if let Some((names, rest)) = text.split_once(": ") {
        let of = |name| topic.subjects.iter().position(|subject| subject.name == name).map(|at| at as u16);
        if let Some(only) = names.split(',').map(of).collect() {
            return (only, rest);
        }
    }
    (Vec::new(), text)
}

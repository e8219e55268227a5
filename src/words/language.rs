//! Languages: what their files say about people and texts, and how subjects and places are called in each.

use super::arena::{Arena, SlotNames};
use super::file::{Entry, LanguageFile, List, Source};
use super::line::{LONGEST_FORM, Lines, Reader};
use super::topic::{General, Topic};
use super::{NameTable, Phrase, PlaceId, WordsError};
use std::collections::BTreeMap;
use std::thread;
use toml::Spanned;

/// As many as there are bits in what a name knows of the languages that have it.
const MAX_LANGUAGES: usize = 64;
/// What a text has room for at its end.
const LONGEST_MARK: usize = 4;

/// A language with all that can be said in it.
#[derive(Debug)]
pub struct Language {
    pub code: String,
    pub name: String,
    /// The part of all people who write it, and its place in the order in which the parts are drawn.
    pub share: f64,
    pub rank: u32,
    /// Whether the first name is before the last name, and what is between them.
    pub first_name_first: bool,
    pub name_separator: String,
    /// What is between two sentences.
    pub gap: Phrase,
    /// What a sentence of a comment may end with, the empty mark included.
    pub marks: Vec<Phrase>,
    /// Words that keep their capital where a comment begins in lower case.
    keep_capital: Vec<String>,
    /// Whether "I" and "i" are two letters, as in Turkish: then "I" has no small letter in ASCII.
    dotted_i: bool,
    pub lines: Lines,
    pub replies: Replies,
    /// What bots write.
    pub spam: Vec<Phrase>,
    pub hashtags: Hashtags,
    /// By the number of the subject among those of all topics.
    subjects: Vec<Noun>,
    /// By the number of the place; empty where the language has no name for it.
    places: Vec<Vec<[Phrase; 2]>>,
    /// The places of its own countries.
    pub home: Vec<PlaceId>,
    pub names: NameTable,
    arena: Arena,
}

/// What is answered to a comment that is no question, and by those who share a question.
#[derive(Debug)]
pub struct Replies {
    pub thanks: Vec<Phrase>,
    pub agree: Vec<Phrase>,
    pub me_too: Vec<Phrase>,
}

/// Hashtags in the language.
#[derive(Debug)]
pub struct Hashtags {
    pub any: Vec<String>,
    /// By topic.
    pub topics: Vec<Vec<String>>,
}

/// A subject: its class, and its forms as they are written and with a capital.
#[derive(Debug)]
pub struct Noun {
    pub class: u8,
    pub forms: Vec<[Phrase; 2]>,
}

impl Language {
    /// The text and the templates of this language.
    #[inline(always)]
    pub(crate) fn arena(&self) -> &Arena {
        &self.arena
    }

    /// A subject by its number among those of all topics.
    #[inline(always)]
    pub fn subject(&self, subject: u16) -> &Noun {
        &self.subjects[usize::from(subject)]
    }

    /// The forms of a place, if this language has a name for it.
    #[inline(always)]
    pub fn place(&self, place: PlaceId) -> Option<&[[Phrase; 2]]> {
        self.places.get(usize::from(place.0)).filter(|forms| !forms.is_empty()).map(Vec::as_slice)
    }

    /// Whether a comment that begins with this text may begin in lower case.
    #[inline]
    pub fn may_begin_small(&self, text: &str) -> bool {
        let mut letters = text.chars();
        let first = letters.next().is_some_and(char::is_uppercase);
        first
            && letters.next().is_some_and(|second| !second.is_uppercase() && second != '\'' && second != '’')
            && !(self.dotted_i && text.starts_with('I'))
            && !self.keep_capital.iter().any(|word| {
                text.strip_prefix(word.as_str())
                    .is_some_and(|rest| !rest.chars().next().is_some_and(char::is_alphanumeric))
            })
    }
}

/// The keys of all places: those abroad, which every language names, then the home of each language.
pub struct Places(pub Vec<String>);

impl Places {
    fn id(&mut self, key: &str) -> PlaceId {
        let at = self.0.iter().position(|known| known == key).unwrap_or_else(|| {
            self.0.push(key.to_owned());
            self.0.len() - 1
        });
        PlaceId(at as u16)
    }
}

/// The key of a place, and its forms as they are written and with a capital.
type KeyedForms = (String, Vec<[Phrase; 2]>);

/// A language before its places are numbered.
struct Draft<'a> {
    language: Language,
    source: Source<'a>,
    home: Vec<KeyedForms>,
    abroad: Vec<KeyedForms>,
}

/// All languages by their code, and the keys of all places.
pub fn parse_all(
    files: &[(&str, &str)],
    general: &General,
    topics: &[Topic],
) -> Result<(Vec<Language>, Places), WordsError> {
    let sources = Source::folder(files, "languages");
    if sources.is_empty() {
        return Err(WordsError::Missing { file: "languages/en.toml".to_owned() });
    }
    if let Some((_, one_too_many)) = sources.get(MAX_LANGUAGES) {
        return Err(one_too_many.mistake(0, format!("there are more than {MAX_LANGUAGES} languages")));
    }
    let mut places = Places(general.abroad.clone());
    let mut languages = Vec::new();
    for draft in drafts(&sources, topics) {
        let Draft { mut language, source, home, abroad } = draft?;
        for (key, forms) in abroad {
            if !general.abroad.contains(&key) {
                let list = format!("places.abroad: {key} is not in \"abroad\" of generic.toml, so that it");
                return Err(source.no_list(list));
            }
            language.set_place(places.id(&key), forms);
        }
        if let Some(missing) =
            general.abroad.iter().enumerate().find(|(at, _)| language.place(PlaceId(*at as u16)).is_none())
        {
            return Err(source.no_list(format!("places.abroad: {}", missing.1)));
        }
        for (key, forms) in home {
            let id = places.id(&key);
            language.set_place(id, forms);
            language.home.push(id);
        }
        refuse_same_name(&languages, &language, &source)?;
        languages.push(language);
    }
    Ok((languages, places))
}

impl Language {
    fn set_place(&mut self, id: PlaceId, forms: Vec<[Phrase; 2]>) {
        let at = usize::from(id.0);
        if self.places.len() <= at {
            self.places.resize_with(at + 1, Vec::new);
        }
        self.places[at] = forms;
    }
}

/// Reads the files, on as many threads as the machine has.
fn drafts<'a>(sources: &[(&'a str, Source<'a>)], topics: &[Topic]) -> Vec<Result<Draft<'a>, WordsError>> {
    let threads = thread::available_parallelism().map_or(1, |count| count.get()).min(sources.len());
    let mut drafts: Vec<_> = thread::scope(|scope| {
        let parse_some = |first: usize| {
            let some = sources.iter().enumerate().skip(first).step_by(threads);
            some.map(|(at, (code, source))| (at, parse(code, source, topics))).collect::<Vec<_>>()
        };
        let others: Vec<_> = (1..threads).map(|first| scope.spawn(move || parse_some(first))).collect();
        let mut all = parse_some(0);
        for other in others {
            match other.join() {
                Ok(some) => all.extend(some),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        all
    });
    drafts.sort_by_key(|(at, _)| *at);
    drafts.into_iter().map(|(_, draft)| draft).collect()
}

fn refuse_same_name(known: &[Language], new: &Language, source: &Source) -> Result<(), WordsError> {
    match known.iter().find(|language| language.name == new.name) {
        None => Ok(()),
        Some(same) => Err(source.mistake(
            source.text.find("name").unwrap_or(0),
            format!(
                "name = {:?} is the name of languages/{}.toml too; give each language its own",
                new.name, same.code
            ),
        )),
    }
}

fn parse<'a>(code: &str, source: &Source<'a>, topics: &[Topic]) -> Result<Draft<'a>, WordsError> {
    let mut file: LanguageFile = source.parse()?;
    let full_name = source.entry(file.full_name.clone());
    let (first_name_first, name_separator) = name_order(&full_name.text).ok_or_else(|| {
        full_name.problem("has to be {first} and {last} in one order, with nothing around them")
    })?;
    let share = *file.share.get_ref();
    if !(share > 0.0 && share < f64::INFINITY) {
        let message = format!("share = {share} is not above 0; to leave a language out, remove its file");
        return Err(source.mistake(file.share.span().start, message));
    }
    let names = SlotNames {
        classes: slot_names(source, &file.classes, "classes")?,
        forms: slot_names(source, &file.forms, "forms")?,
        place_forms: slot_names(source, &file.place_forms, "place_forms")?,
    };
    let mut arena = Arena::default();
    let subjects = subjects(source, std::mem::take(&mut file.subjects), topics, &names, &mut arena)?;
    let count = names.place_forms.len();
    let home = places(source, std::mem::take(&mut file.places.home), "places.home", count, &mut arena)?;
    let abroad = places(source, std::mem::take(&mut file.places.abroad), "places.abroad", count, &mut arena)?;
    let hashtags = hashtags(source, std::mem::take(&mut file.hashtags), topics)?;
    let gap = match &file.gap {
        Some(gap) => arena.store(&short(source, gap)?),
        None => arena.store(" "),
    };
    let marks = file.marks.iter().map(|mark| short(source, mark).map(|mark| arena.store(&mark)));
    let marks = marks.collect::<Result<Vec<_>, _>>()?;
    let mut reader = Reader { source, names: &names, arena: &mut arena, lines: Lines::default() };
    reader.read(topics, &mut file)?;
    let replies = Replies {
        thanks: reader.phrases(file.replies.thanks, "replies.thanks")?,
        agree: reader.phrases(file.replies.agree, "replies.agree")?,
        me_too: reader.phrases(file.replies.me_too, "replies.me_too")?,
    };
    let spam = reader.phrases(file.bots.spam, "bots.spam")?;
    let lines = reader.lines;
    let language = Language {
        code: code.to_owned(),
        name: file.name.into_inner(),
        share,
        rank: file.rank,
        first_name_first,
        name_separator,
        gap,
        marks,
        keep_capital: file.keep_capital,
        dotted_i: source.text.contains('ı'),
        lines,
        replies,
        spam,
        hashtags,
        subjects,
        places: Vec::new(),
        home: Vec::new(),
        names: NameTable::parse(source, file.names)?,
        arena,
    };
    Ok(Draft { language, source: *source, home, abroad })
}

/// Whether the first name is before the last, and what is between, of `{first} {last}` or `{last}{first}`.
fn name_order(pattern: &str) -> Option<(bool, String)> {
    let between =
        |before: &str, after: &str| Some(pattern.strip_prefix(before)?.strip_suffix(after)?.to_owned());
    between("{first}", "{last}")
        .map(|between| (true, between))
        .or_else(|| between("{last}", "{first}").map(|between| (false, between)))
}

/// What goes between sentences or ends one: a few signs or none.
fn short(source: &Source, value: &Spanned<String>) -> Result<String, WordsError> {
    let entry = source.entry(value.clone());
    entry.refuse(&['#', '@', '\n', '\r', '\t'], "holds '#', '@' or a line break")?;
    match entry.text.chars().count() > LONGEST_MARK {
        true => Err(entry.problem_with(format!("is longer than {LONGEST_MARK} characters"))),
        false => Ok(entry.text),
    }
}

fn slot_names(source: &Source, list: &List, name: &str) -> Result<Vec<String>, WordsError> {
    let mut names = Vec::new();
    for entry in source.entries(list.clone(), name, 1)? {
        if entry.text.is_empty() || !entry.text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
        {
            return Err(entry.problem("is no name of a slot: a-z and _ only"));
        }
        names.push(entry.text);
    }
    Ok(names)
}

/// The nouns of every subject of every topic: `ramen = "class: form | form"`.
fn subjects(
    source: &Source,
    sections: BTreeMap<Spanned<String>, BTreeMap<Spanned<String>, Spanned<String>>>,
    topics: &[Topic],
    names: &SlotNames,
    arena: &mut Arena,
) -> Result<Vec<Noun>, WordsError> {
    for (topic, nouns) in &sections {
        let known = topics.iter().find(|known| known.name == *topic.get_ref());
        let known = known.ok_or_else(|| {
            let message = format!("[subjects.{}]: there is no such topic", topic.get_ref());
            source.mistake(topic.span().start, message)
        })?;
        if let Some(key) =
            nouns.keys().find(|key| !known.subjects.iter().any(|subject| subject.name == *key.get_ref()))
        {
            let message = format!("{}: topics/{}.toml has no such subject", key.get_ref(), known.name);
            return Err(source.mistake(key.span().start, message));
        }
    }
    let mut found = Vec::new();
    for topic in topics {
        let nouns = sections.iter().find(|(name, _)| *name.get_ref() == topic.name);
        for subject in &topic.subjects {
            let text = nouns
                .and_then(|(_, nouns)| nouns.iter().find(|(key, _)| *key.get_ref() == subject.name))
                .ok_or_else(|| source.no_list(format!("{} in [subjects.{}]", subject.name, topic.name)))?;
            found.push(noun(&source.entry(text.1.clone()), names, arena)?);
        }
    }
    Ok(found)
}

fn noun(entry: &Entry, names: &SlotNames, arena: &mut Arena) -> Result<Noun, WordsError> {
    entry.clean()?;
    let (class, forms) = entry
        .text
        .split_once(": ")
        .ok_or_else(|| entry.problem("needs its class: \"class: form | form\""))?;
    let class = names.classes.iter().position(|name| name == class).ok_or_else(|| {
        entry.problem_with(format!("begins with no class; the classes are {}", names.classes.join(", ")))
    })?;
    Ok(Noun { class: class as u8, forms: forms_of(entry, forms, names.forms.len(), arena)? })
}

fn forms_of(
    entry: &Entry,
    forms: &str,
    count: usize,
    arena: &mut Arena,
) -> Result<Vec<[Phrase; 2]>, WordsError> {
    let forms: Vec<&str> = forms.split(" | ").collect();
    if forms.len() != count {
        return Err(entry.problem_with(format!("has {} forms, {count} are needed", forms.len())));
    }
    if forms.iter().any(|form| form.is_empty() || form.chars().count() > LONGEST_FORM) {
        return Err(entry.problem_with(format!("has a form that is empty or longer than {LONGEST_FORM}")));
    }
    Ok(forms.into_iter().map(|form| arena.both_cases(form)).collect())
}

/// Places with their forms: `berlin: Berlin | in Berlin`.
fn places(
    source: &Source,
    list: List,
    name: &str,
    count: usize,
    arena: &mut Arena,
) -> Result<Vec<KeyedForms>, WordsError> {
    let mut places: Vec<KeyedForms> = Vec::new();
    for entry in source.entries(list, name, 4)? {
        entry.clean()?;
        let (key, forms) = entry
            .text
            .split_once(": ")
            .ok_or_else(|| entry.problem("needs its key: \"key: form | form\""))?;
        if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_lowercase()) {
            return Err(entry.problem("has a key that is not of a-z only"));
        }
        if places.iter().any(|(known, _)| known == key) {
            return Err(entry.problem("is twice in its list"));
        }
        places.push((key.to_owned(), forms_of(&entry, forms, count, arena)?));
    }
    Ok(places)
}

fn hashtags(
    source: &Source,
    sections: BTreeMap<Spanned<String>, List>,
    topics: &[Topic],
) -> Result<Hashtags, WordsError> {
    let mut hashtags = Hashtags { any: Vec::new(), topics: vec![Vec::new(); topics.len()] };
    for (key, list) in sections {
        let name = format!("hashtags.{}", key.get_ref());
        let tags = super::topic::tags(source, list, &name, 1)?;
        if key.get_ref() == "any" {
            hashtags.any = tags;
            continue;
        }
        let at = topics
            .iter()
            .position(|topic| topic.name == *key.get_ref())
            .ok_or_else(|| source.mistake(key.span().start, format!("{name}: there is no such topic")))?;
        hashtags.topics[at] = tags;
    }
    match hashtags.any.is_empty() {
        true => Err(source.no_list("hashtags.any".to_owned())),
        false => Ok(hashtags),
    }
}

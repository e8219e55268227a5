//! One pass over each table, parents first: holds every row against the rules and keeps what the figures need.
//!
//! Memory grows with users and photos (some forty bytes each), never with likes, follows, comments or texts.

use super::keys::{Keys, Pairs, Texts, hash};
use super::rules::{Ledger, Rule};
use super::source::Cell;
use crate::edition::{Edition, Fact, Table};

/// The platform's own limit.
const MOST_FOLLOWEES: u32 = 7500;
const MOST_TAGS: u8 = 30;
const MOST_MEDIA: i64 = 10;
/// About so many people's follows and likes are kept to see how they meet.
const SAMPLED_USERS: u64 = 10_000;
/// So many comments are looked at for repeated texts.
pub(super) const SAMPLED_TEXTS: usize = 200_000;

#[derive(Debug, Default)]
pub(super) struct People {
    pub keys: Keys,
    pub born: Vec<u32>,
    pub followees: Vec<u32>,
    pub followers: Vec<u32>,
    pub photos: Vec<u32>,
    pub likes: Vec<u32>,
    names: Texts,
    emails: Texts,
    pub name_chars: u64,
    pub names_ending_in_digit: u64,
}

#[derive(Debug, Default)]
pub(super) struct Photos {
    pub keys: Keys,
    pub owner: Vec<u32>,
    pub time: Vec<u32>,
    pub likes: Vec<u32>,
    pub comments: Vec<u32>,
    pub tags: Vec<u8>,
    /// A bit for each media_order.
    media: Vec<u16>,
    /// The sum of the hashes of the hashtags in the caption, less those of the photo's tags; platform only.
    hashtags: Vec<u64>,
    has_caption: Vec<bool>,
    pub hours: [u64; 24],
    pub out_of_order: u64,
    pub last: u32,
}

#[derive(Debug, Default)]
pub(super) struct Comments {
    last_time: u32,
    pub out_of_order: u64,
    pub lengths: Vec<u64>,
    pub texts: Texts,
}

#[derive(Debug, Default)]
pub(super) struct Tags {
    pub keys: Keys,
    names: Texts,
    hashes: Vec<u64>,
    pub uses: Vec<u32>,
}

/// What is kept of the follows and likes of sampled people.
#[derive(Debug, Default)]
pub(super) struct Sample {
    /// (follower, followee), and when.
    out: Vec<(u64, u32)>,
    /// (followee, follower) for followees of the sample.
    back: Vec<u64>,
    pub edges: u64,
    pub mutual: u64,
    pub likes: u64,
    pub likes_of_followers: u64,
    /// Seconds from the photo to the like, of likers who followed before, on photos with a week to go.
    pub delays: Vec<u32>,
}

/// Everything that is known after the tables were read.
#[derive(Debug)]
pub(super) struct Survey {
    edition: Edition,
    pub ledger: Ledger,
    pub people: People,
    pub photos: Photos,
    pub comments: Comments,
    pub tags: Tags,
    pub sample: Sample,
}

/// What is known of the table that is being read.
#[derive(Debug)]
pub(super) struct Reading {
    pub table: &'static Table,
    layout: Layout,
    /// Its primary keys, and the pairs that may stand once in it.
    pub keys: Pairs,
    pub pairs: Pairs,
}

impl Reading {
    pub fn new(table: &'static Table) -> Reading {
        Reading { table, layout: Layout::of(table), keys: Pairs::default(), pairs: Pairs::default() }
    }

    /// The primary key of a row; a generated one has no second half.
    pub fn key(&self, cells: &[Cell<'_>]) -> (i64, i64) {
        let at = |i: usize| cells[i].integer().unwrap_or_default();
        (at(0), if self.table.has_id() { 0 } else { at(1) })
    }

    /// The pair that may stand once: who and which photo, for likes with a key of their own.
    pub fn pair(&self, cells: &[Cell<'_>]) -> (i64, i64) {
        let at = |i: usize| cells[i].integer().unwrap_or_default();
        (at(self.layout.user), at(self.layout.photo))
    }

    /// Whether there are pairs beside the primary key.
    pub fn has_pairs(&self) -> bool {
        self.table.fact == Fact::Like && self.table.has_id()
    }
}

/// Where the columns of a table stand.
#[derive(Clone, Copy, Debug, Default)]
struct Layout {
    user: usize,
    other_user: usize,
    photo: usize,
    tag: usize,
    created: Option<usize>,
    updated: Option<usize>,
}

impl Layout {
    fn of(table: &Table) -> Layout {
        let mut layout = Layout {
            created: table.column("created_at"),
            updated: table.column("updated_at"),
            ..Layout::default()
        };
        let mut users =
            table.columns.iter().enumerate().filter(|(_, column)| column.references == Some("users"));
        layout.user = users.next().map_or(0, |(at, _)| at);
        layout.other_user = users.next().map_or(0, |(at, _)| at);
        let to = |names: [&str; 2]| {
            let at = table
                .columns
                .iter()
                .position(|column| column.references.is_some_and(|to| names.contains(&to)));
            at.unwrap_or(0)
        };
        layout.photo = to(["photos", "posts"]);
        layout.tag = to(["tags", "tags"]);
        layout
    }
}

impl Survey {
    pub fn new(edition: Edition) -> Survey {
        Survey {
            edition,
            ledger: Ledger::new(edition),
            people: People::default(),
            photos: Photos::default(),
            comments: Comments { lengths: vec![0; 501], ..Comments::default() },
            tags: Tags::default(),
            sample: Sample::default(),
        }
    }

    /// Takes a row of the table that is being read.
    pub fn row(&mut self, reading: &mut Reading, cells: &[Cell<'_>]) {
        let key = reading.key(cells);
        let row = Row { table: reading.table, layout: reading.layout, cells, key };
        for (column, cell) in reading.table.columns.iter().zip(cells) {
            if *cell == Cell::Null && !column.nullable {
                self.ledger.broken(Rule::Required, || format!("{}: {} is NULL", row.told(), column.name));
            }
            if let (Some(most), Some(text)) = (column.most_chars, cell.text())
                && text.len() > most
                && text.chars().count() > most
            {
                self.ledger.broken(Rule::Length, || format!("{}: {}", row.told(), column.name));
            }
        }
        self.times(row);
        match reading.table.fact {
            Fact::User => self.user(row),
            Fact::Photo => self.photo(row),
            Fact::Media => self.media(row),
            Fact::Comment => self.comment(row),
            Fact::Like => self.like(row),
            Fact::Follow => self.follow(row),
            Fact::Tag => self.tag(row),
            Fact::PhotoTag => self.photo_tag(row),
        }
        reading.keys.push(key);
        if reading.has_pairs() {
            reading.pairs.push(reading.pair(cells));
        }
    }

    fn times(&mut self, row: Row<'_>) {
        if let (Some(created), Some(updated)) =
            (row.created(), row.layout.updated.and_then(|at| row.cells[at].time()))
        {
            self.ledger.hold(Rule::UpdateTime, updated.0 >= created, || row.told());
        }
    }

    fn user(&mut self, row: Row<'_>) {
        let people = &mut self.people;
        people.keys.push(row.key.0);
        people.born.push(row.created().unwrap_or_default());
        for counts in [&mut people.followees, &mut people.followers, &mut people.photos, &mut people.likes] {
            counts.push(0);
        }
        let name = row.cells[1].text().unwrap_or_default();
        people.names.push_ignoring_case(name);
        people.name_chars += name.chars().count() as u64;
        people.names_ending_in_digit += u64::from(name.ends_with(|c: char| c.is_ascii_digit()));
        if self.edition == Edition::Platform {
            let lawful = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
                && (3..=50).contains(&name.len());
            self.ledger.hold(Rule::UsernameLetters, lawful, || format!("{}: {name}", row.told()));
            let email = row.cells[2].text().unwrap_or_default();
            people.emails.push_ignoring_case(email);
            self.ledger.hold(Rule::EmailForm, is_email(email), || format!("{}: {email}", row.told()));
        }
    }

    fn photo(&mut self, row: Row<'_>) {
        let owner = self.person(row, row.layout.user);
        let time = row.created();
        if let (Some(owner), Some(time)) = (owner, time) {
            self.ledger.hold(Rule::PhotoTime, time >= self.people.born[owner], || row.told());
        }
        if let Some(owner) = owner {
            self.people.photos[owner] += 1;
        }
        let photos = &mut self.photos;
        photos.keys.push(row.key.0);
        photos.owner.push(owner.map_or(u32::MAX, |owner| owner as u32));
        let time = time.unwrap_or_default();
        photos.time.push(time);
        photos.likes.push(0);
        photos.comments.push(0);
        photos.tags.push(0);
        photos.hours[(time / 3600 % 24) as usize] += 1;
        photos.out_of_order += u64::from(time < photos.last);
        photos.last = photos.last.max(time);
        if self.edition == Edition::Platform {
            photos.media.push(0);
            let caption = row.cells[2].text();
            photos.has_caption.push(caption.is_some());
            photos.hashtags.push(caption.map_or(0, sum_of_hashtags));
        }
    }

    fn media(&mut self, row: Row<'_>) {
        let post = self.photo_of(row);
        if let (Some(post), Some(time)) = (post, row.created()) {
            self.ledger.hold(Rule::MediaTime, time >= self.photos.time[post], || row.told());
        }
        let kind = row.cells[3].text().unwrap_or_default();
        self.ledger
            .hold(Rule::MediaType, matches!(kind, "IMAGE" | "VIDEO"), || format!("{}: {kind}", row.told()));
        let order = row.cells[4].integer().unwrap_or_default();
        let bit = if (1..=MOST_MEDIA).contains(&order) { 1u16 << order } else { 0 };
        let taken = post.is_some_and(|post| self.photos.media[post] & bit != 0);
        self.ledger.hold(Rule::MediaOrder, bit != 0 && !taken, || format!("{}: {order}", row.told()));
        if let Some(post) = post {
            self.photos.media[post] |= bit;
        }
    }

    fn comment(&mut self, row: Row<'_>) {
        let (person, photo) = (self.person(row, row.layout.user), self.photo_of(row));
        if let Some(time) = row.created() {
            let begin = photo.map_or(0, |photo| self.photos.time[photo]);
            let holds = time >= begin && person.is_none_or(|person| time >= self.people.born[person]);
            self.ledger.hold(Rule::CommentTime, holds, || row.told());
            self.comments.out_of_order += u64::from(time < self.comments.last_time);
            self.comments.last_time = self.comments.last_time.max(time);
        }
        if let Some(photo) = photo {
            self.photos.comments[photo] += 1;
        }
        let text = row.cells.iter().find_map(|cell| cell.text()).unwrap_or_default();
        self.ledger.hold(Rule::EmptyComment, !text.is_empty(), || row.told());
        let longest = self.comments.lengths.len() - 1;
        self.comments.lengths[text.chars().count().min(longest)] += 1;
        if self.comments.texts.len() < SAMPLED_TEXTS {
            self.comments.texts.push(text);
        }
    }

    fn follow(&mut self, row: Row<'_>) {
        let from = self.person(row, row.layout.user);
        let to = self.person(row, row.layout.other_user);
        let (Some(from), Some(to)) = (from, to) else { return };
        self.ledger.hold(Rule::SelfFollow, from != to, || row.told());
        let time = row.created().unwrap_or(u32::MAX);
        let born = self.people.born[from].max(self.people.born[to]);
        self.ledger.hold(Rule::FollowTime, time >= born, || row.told());
        self.people.followees[from] += 1;
        self.people.followers[to] += 1;
        self.ledger.hold(Rule::Followees, self.people.followees[from] <= MOST_FOLLOWEES, || row.told());
        if self.is_sampled(from) {
            self.sample.out.push((pair(from, to), time));
        }
        if self.is_sampled(to) {
            self.sample.back.push(pair(to, from));
        }
    }

    fn like(&mut self, row: Row<'_>) {
        let (person, photo) = (self.person(row, row.layout.user), self.photo_of(row));
        let (Some(person), Some(photo)) = (person, photo) else { return };
        let time = row.created().unwrap_or(u32::MAX);
        let taken = self.photos.time[photo];
        self.ledger.hold(Rule::LikeTime, time >= taken.max(self.people.born[person]), || row.told());
        self.people.likes[person] += 1;
        self.photos.likes[photo] += 1;
        if self.is_sampled(person) && self.photos.owner[photo] != u32::MAX {
            let sample = &mut self.sample;
            sample.likes += 1;
            let wanted = pair(person, self.photos.owner[photo] as usize);
            if let Ok(at) = sample.out.binary_search_by_key(&wanted, |&(pair, _)| pair) {
                sample.likes_of_followers += 1;
                let since = sample.out[at].1;
                if since <= taken && taken + 7 * 86_400 < self.photos.last {
                    sample.delays.push(time.saturating_sub(taken));
                }
            }
        }
    }

    fn tag(&mut self, row: Row<'_>) {
        self.tags.keys.push(row.key.0);
        self.tags.uses.push(0);
        let name = row.cells[1].text();
        self.tags.hashes.push(name.map_or(0, hash_of_tag));
        if let Some(name) = name {
            self.tags.names.push(name);
        }
    }

    fn photo_tag(&mut self, row: Row<'_>) {
        let tag = self.tags.keys.place(row.cells[row.layout.tag].integer().unwrap_or(i64::MIN));
        self.ledger.hold(Rule::Reference, tag.is_some(), || format!("{}: no such tag", row.told()));
        let (Some(photo), Some(tag)) = (self.photo_of(row), tag) else { return };
        let photos = &mut self.photos;
        photos.tags[photo] = photos.tags[photo].saturating_add(1);
        self.tags.uses[tag] += 1;
        self.ledger.hold(Rule::Tags, photos.tags[photo] <= MOST_TAGS, || row.told());
        if let Some(sum) = photos.hashtags.get_mut(photo) {
            *sum = sum.wrapping_sub(self.tags.hashes[tag]);
        }
    }

    /// The table was read to its end.
    pub fn end(&mut self, table: &'static Table) {
        match table.fact {
            Fact::User => {
                repeated_keys(&mut self.ledger, table, self.people.keys.seal());
                repeated_texts(&mut self.ledger, Rule::Username, std::mem::take(&mut self.people.names));
                repeated_texts(&mut self.ledger, Rule::Email, std::mem::take(&mut self.people.emails));
            }
            Fact::Photo => repeated_keys(&mut self.ledger, table, self.photos.keys.seal()),
            Fact::Tag => {
                repeated_keys(&mut self.ledger, table, self.tags.keys.seal());
                repeated_texts(&mut self.ledger, Rule::TagName, std::mem::take(&mut self.tags.names));
            }
            Fact::Media => {
                for (place, _) in self.photos.media.iter().enumerate().filter(|&(_, &media)| media == 0) {
                    self.ledger.broken(Rule::MediaCount, || format!("the {}. post has none", place + 1));
                }
            }
            Fact::Follow => {
                let sample = &mut self.sample;
                sample.out.sort_unstable();
                sample.back.sort_unstable();
                sample.edges = sample.out.len() as u64;
                let is_mutual = |(pair, _): &&(u64, u32)| sample.back.binary_search(pair).is_ok();
                sample.mutual = sample.out.iter().filter(is_mutual).count() as u64;
                sample.back = Vec::new();
            }
            Fact::Comment | Fact::Like | Fact::PhotoTag => {}
        }
    }

    /// Posts whose caption has other hashtags than the post.
    pub fn captions_at_odds(&self) -> u64 {
        let photos = &self.photos;
        let odd = photos.hashtags.iter().zip(&photos.has_caption).filter(|&(&sum, &told)| told && sum != 0);
        odd.count() as u64
    }

    fn is_sampled(&self, person: usize) -> bool {
        let people = self.people.keys.len() as u64;
        people <= SAMPLED_USERS || hash(person.to_le_bytes().into_iter()) % people < SAMPLED_USERS
    }

    fn person(&mut self, row: Row<'_>, at: usize) -> Option<usize> {
        let place = self.people.keys.place(row.cells[at].integer()?);
        self.ledger.hold(Rule::Reference, place.is_some(), || format!("{}: no such user", row.told()));
        place
    }

    fn photo_of(&mut self, row: Row<'_>) -> Option<usize> {
        let place = self.photos.keys.place(row.cells[row.layout.photo].integer()?);
        self.ledger.hold(Rule::Reference, place.is_some(), || format!("{}: no such photo", row.told()));
        place
    }
}

/// A row on its way through the rules.
#[derive(Clone, Copy)]
struct Row<'a> {
    table: &'static Table,
    layout: Layout,
    cells: &'a [Cell<'a>],
    key: (i64, i64),
}

impl Row<'_> {
    fn created(&self) -> Option<u32> {
        Some(self.cells[self.layout.created?].time()?.0)
    }

    /// The table and the key, for an example.
    fn told(&self) -> String {
        let (first, second) = self.key;
        if self.table.has_id() {
            format!("{} {first}", self.table.name)
        } else {
            format!("{} ({first}, {second})", self.table.name)
        }
    }
}

fn pair(a: usize, b: usize) -> u64 {
    (a as u64) << 32 | b as u64
}

fn repeated_keys(ledger: &mut Ledger, table: &Table, keys: Vec<i64>) {
    for key in keys {
        ledger.broken(Rule::Key, || format!("{} {key}", table.name));
    }
}

fn repeated_texts(ledger: &mut Ledger, rule: Rule, texts: Texts) {
    for _ in 0..texts.repeated() {
        ledger.broken(rule, || "found by their hashes".to_owned());
    }
}

fn is_email(text: &str) -> bool {
    let Some((name, domain)) = text.split_once('@') else { return false };
    let plain = |part: &str| !part.is_empty() && !part.contains(|c: char| c == '@' || c.is_whitespace());
    plain(name)
        && plain(domain)
        && domain.split('.').count() > 1
        && domain.split('.').all(|label| !label.is_empty())
}

fn hash_of_tag(name: &str) -> u64 {
    hash(name.bytes())
}

/// What the hashtags of a caption add up to: each counts once.
fn sum_of_hashtags(caption: &str) -> u64 {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut names: Vec<&str> = Vec::new();
    for piece in caption.split('#').skip(1) {
        let name = &piece[..piece.find(|c| !is_word(c)).unwrap_or(piece.len())];
        if !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
    }
    names.into_iter().fold(0, |sum: u64, name| sum.wrapping_add(hash_of_tag(name)))
}

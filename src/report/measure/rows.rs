//! The first reading: what each row adds to the counts.

use std::collections::BTreeMap;

use super::bins::{at_least, below, by_rank, doubling, of_width};
use super::follows::Follows;
use super::languages::Languages;
use super::network::Network;
use super::photos::Photos;
use super::{Causality, Charts, Month};
use crate::check::keys::{Keys, Texts};
use crate::check::shape::{self, Figure, LARGE, SAMPLED_TEXTS, Shape, band};
use crate::edition::{Cell, Edition, Entity, Table};
use crate::time::{DAY, Time};

const WEEK: u32 = 7 * DAY;
/// Longer comments count as this long.
const LONGEST: usize = 500;
/// The platform's limit, and one more for what breaks it.
const MOST_TAGS: usize = 31;
/// The first delay of the chart.
const FIRST_DELAY: u32 = 10;

/// The people, by place in the order of their ids.
#[derive(Debug, Default)]
pub(super) struct People {
    keys: Keys,
    born: Vec<u32>,
    pub followees: Vec<u32>,
    pub followers: Vec<u32>,
    photos: Vec<u32>,
    likes: Vec<u32>,
    name_chars: u64,
    names_ending_in_digit: u64,
}

impl People {
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    #[inline]
    pub fn place(&self, key: i64) -> Option<usize> {
        self.keys.place(key)
    }
}

/// Where the columns of a table are.
pub(super) struct Columns {
    entity: Entity,
    created: Option<usize>,
    text: Option<usize>,
    users: Vec<usize>,
    photo: Option<usize>,
    tag: Option<usize>,
}

impl Columns {
    pub fn new(table: &'static Table, edition: Edition) -> Columns {
        let to = |entity| {
            let parent = edition.table_of(entity).map_or("", |parent| parent.name);
            table.places_to(parent)
        };
        let text = match table.entity {
            Entity::User => table.column("username"),
            Entity::Comment => table.label().and_then(|label| table.column(label.name)),
            _ => None,
        };
        Columns {
            entity: table.entity,
            created: table.column("created_at"),
            text,
            users: to(Entity::User).collect(),
            photo: to(Entity::Photo).next(),
            tag: to(Entity::Tag).next(),
        }
    }
}

/// A rule about time.
#[derive(Debug, Default)]
struct Kept {
    rows: u64,
    kept: u64,
}

impl Kept {
    #[inline]
    fn hold(&mut self, holds: bool) {
        self.rows += 1;
        self.kept += u64::from(holds);
    }
}

/// What happened on each day.
#[derive(Debug, Default)]
struct Days(Vec<u32>);

impl Days {
    #[inline]
    fn push(&mut self, time: u32) {
        let day = (time / DAY) as usize;
        if self.0.len() <= day {
            self.0.resize(day + 1, 0);
        }
        self.0[day] += 1;
    }
}

/// All that is counted.
pub(super) struct Survey {
    pub people: People,
    pub follows: Follows,
    photos: Photos,
    tag_keys: Keys,
    tag_uses: Vec<u32>,
    lengths: Vec<u64>,
    texts: Texts,
    last_comment: u32,
    comments_out_of_order: u64,
    /// No languages where the word lists cannot be read: the program would not have come here.
    languages: Option<Languages>,
    days: [Days; 3],
    photo_time: Kept,
    follow_time: Kept,
    like_time: Kept,
    liker_time: Kept,
    comment_time: Kept,
    author_time: Kept,
}

impl Default for Survey {
    fn default() -> Survey {
        Survey {
            people: People::default(),
            follows: Follows::default(),
            photos: Photos::default(),
            tag_keys: Keys::default(),
            tag_uses: Vec::new(),
            lengths: vec![0; LONGEST + 1],
            texts: Texts::default(),
            last_comment: 0,
            comments_out_of_order: 0,
            languages: Languages::new().ok(),
            days: Default::default(),
            photo_time: Kept::default(),
            follow_time: Kept::default(),
            like_time: Kept::default(),
            liker_time: Kept::default(),
            comment_time: Kept::default(),
            author_time: Kept::default(),
        }
    }
}

impl Survey {
    pub fn row(&mut self, columns: &Columns, cells: &[Cell<'_>]) {
        let time = columns.created.and_then(|at| Some(cells[at].time()?.0));
        let integer = |at: usize| cells[at].integer().unwrap_or(i64::MIN);
        let user = |people: &People, number: usize| {
            columns.users.get(number).and_then(|at| people.place(integer(*at)))
        };
        match columns.entity {
            Entity::User => {
                let name = columns.text.and_then(|at| cells[at].text()).unwrap_or_default();
                self.user(integer(0), time, name);
            }
            Entity::Photo => {
                let owner = user(&self.people, 0);
                if let (Some(owner), Some(time)) = (owner, time) {
                    self.photo_time.hold(time >= self.people.born[owner]);
                }
                if let Some(owner) = owner {
                    self.people.photos[owner] += 1;
                }
                if let Some(time) = time {
                    self.days[1].push(time);
                }
                self.photos.push(integer(0), owner, time.unwrap_or_default());
            }
            Entity::Tag => {
                self.tag_keys.push(integer(0));
                self.tag_uses.push(0);
            }
            Entity::Follow => {
                if let (Some(from), Some(to)) = (user(&self.people, 0), user(&self.people, 1)) {
                    self.follow(from, to, time);
                }
            }
            Entity::Like => {
                if let Some(person) = user(&self.people, 0) {
                    let photo = columns.photo.and_then(|at| self.photos.held(integer(at)));
                    self.like(person, photo, time);
                }
            }
            Entity::Comment => {
                let person = user(&self.people, 0);
                let photo = columns.photo.and_then(|at| self.photos.held(integer(at)));
                let text = columns.text.and_then(|at| cells[at].text()).unwrap_or_default();
                self.comment(person, photo, time, text);
            }
            Entity::PhotoTag => {
                let at = |at: Option<usize>| at.map_or(i64::MIN, integer);
                if let Some(tag) = self.tag_keys.place(at(columns.tag)) {
                    self.tag_uses[tag] += 1;
                }
                if let Some(photo) = self.photos.held(at(columns.photo)) {
                    self.photos.tags[photo] = self.photos.tags[photo].saturating_add(1);
                }
            }
            Entity::Media => {}
        }
    }

    /// A table was read to its end.
    pub fn end(&mut self, table: &Table) {
        match table.entity {
            Entity::User => {
                self.people.keys.seal();
                self.follows.begin(self.people.len());
            }
            Entity::Photo => self.photos.seal(),
            Entity::Tag => {
                self.tag_keys.seal();
            }
            Entity::Follow => self.follows.seal(),
            _ => {}
        }
    }

    fn user(&mut self, key: i64, time: Option<u32>, name: &str) {
        let people = &mut self.people;
        people.keys.push(key);
        people.born.push(time.unwrap_or_default());
        for counts in [&mut people.followees, &mut people.followers, &mut people.photos, &mut people.likes] {
            counts.push(0);
        }
        people.name_chars += name.chars().count() as u64;
        people.names_ending_in_digit += u64::from(name.ends_with(|c: char| c.is_ascii_digit()));
        if let Some(time) = time {
            self.days[0].push(time);
        }
    }

    fn follow(&mut self, from: usize, to: usize, time: Option<u32>) {
        let people = &mut self.people;
        people.followees[from] += 1;
        people.followers[to] += 1;
        if let Some(time) = time {
            self.follow_time.hold(time >= people.born[from].max(people.born[to]));
        }
        self.follows.push(from, to, time.unwrap_or(u32::MAX));
    }

    fn like(&mut self, person: usize, photo: Option<usize>, time: Option<u32>) {
        let (people, photos, follows) = (&mut self.people, &mut self.photos, &mut self.follows);
        people.likes[person] += 1;
        if let Some(time) = time {
            self.days[2].push(time);
            self.liker_time.hold(time >= people.born[person]);
        }
        let Some(photo) = photo else { return };
        photos.likes[photo] += 1;
        let taken = photos.time[photo];
        if let Some(time) = time {
            self.like_time.hold(time >= taken);
        }
        if photos.owner[photo] == u32::MAX || !follows.is_sampled(person) {
            return;
        }
        follows.likes += 1;
        if let Some(since) = follows.since(person, photos.owner[photo] as usize) {
            follows.likes_of_followers += 1;
            if since <= taken && taken.saturating_add(WEEK) < photos.last {
                follows.delays.push(time.unwrap_or(u32::MAX).saturating_sub(taken));
            }
        }
    }

    fn comment(&mut self, person: Option<usize>, photo: Option<usize>, time: Option<u32>, text: &str) {
        if let Some(time) = time {
            self.comments_out_of_order += u64::from(time < self.last_comment);
            self.last_comment = self.last_comment.max(time);
            if let Some(person) = person {
                self.author_time.hold(time >= self.people.born[person]);
            }
            if let Some(photo) = photo {
                self.comment_time.hold(time >= self.photos.time[photo]);
            }
        }
        self.lengths[text.chars().count().min(LONGEST)] += 1;
        if self.texts.len() < SAMPLED_TEXTS {
            self.texts.push(text);
        }
        if let Some(languages) = &mut self.languages {
            languages.push(text);
        }
    }

    /// The figures and the charts.
    pub fn finish(
        self,
        edition: Edition,
        rows: &BTreeMap<&'static str, u64>,
        network: Network,
    ) -> (Vec<Figure>, Charts) {
        let count = |entity| {
            let table = edition.table_of(entity);
            table.and_then(|table| rows.get(table.name)).copied().unwrap_or_default()
        };
        let Survey { people, mut follows, photos, tag_uses, lengths, texts, .. } = self;
        let users = people.len();
        let mut delays = std::mem::take(&mut follows.delays);
        delays.sort_unstable();
        let photos_per_tags = {
            let mut counts = vec![0; MOST_TAGS];
            photos.tags.iter().for_each(|tags| counts[usize::from(*tags).min(MOST_TAGS - 1)] += 1);
            counts
        };
        let kept = |rule, kept: Kept| Causality { rule, rows: kept.rows, kept: kept.kept };
        let mut charts = Charts {
            users: users as u64,
            photos: photos.len() as u64,
            photos_step: photos.step(),
            followers: at_least(&people.followers, users),
            followees: at_least(&people.followees, users),
            most_followers: people.followers.iter().copied().max().unwrap_or_default(),
            likes: at_least(&photos.likes, photos.likes.iter().filter(|likes| **likes > 0).count()),
            likes_ln: mean_and_sd_of_ln(&photos.likes),
            engagement: photos.engagement(&people.followers),
            week: photos.week,
            delays_seen: delays.len() as u64,
            delays: below(&delays, FIRST_DELAY),
            months: months(&self.days),
            tags: by_rank(tag_uses.clone()),
            tags_per_photo: photos_per_tags,
            photos_per_user: doubling(&people.photos),
            network,
            causality: vec![
                kept("A photo comes after its owner signed up", self.photo_time),
                kept("A follow comes after both people signed up", self.follow_time),
                kept("A like comes after its photo", self.like_time),
                kept("A like comes after its liker signed up", self.liker_time),
                kept("A comment comes after its photo", self.comment_time),
                kept("A comment comes after its author signed up", self.author_time),
            ],
            comment_lengths: of_width(&lengths, 10, 20),
            languages: self.languages.map(Languages::shares).unwrap_or_default(),
        };
        charts.causality.retain(|rule| rule.rows > 0);
        let seen = texts.len() as u64;
        let mut figures = shape::figures(Shape {
            users,
            posts: photos.len(),
            born: &people.born,
            followees: &people.followees,
            followers: &people.followers,
            photos_of_user: &people.photos,
            likes_of_user: &people.likes,
            name_chars: people.name_chars,
            names_ending_in_digit: people.names_ending_in_digit,
            likes: &photos.likes,
            held_likes: photos.likes.iter().map(|likes| u64::from(*likes)).sum(),
            tags: &photos.tags,
            hours: photos.hours(),
            last: photos.last,
            photos_out_of_order: photos.out_of_order,
            comments_out_of_order: self.comments_out_of_order,
            captions_at_odds: None,
            edges: follows.edges,
            mutual: follows.mutual,
            sampled_likes: follows.likes,
            likes_of_followers: follows.likes_of_followers,
            delays,
            all_likes: count(Entity::Like),
            all_comments: count(Entity::Comment),
            lengths: &lengths,
            texts: seen,
            repeated_texts: texts.repeated(),
            tag_uses,
        });
        figures.extend(of_network(&charts.network, users));
        (figures, charts)
    }
}

/// The figures that only this room takes.
fn of_network(network: &Network, users: usize) -> Vec<Figure> {
    if network.sampled == 0 {
        return Vec::new();
    }
    let large = users >= LARGE;
    let over = network.clustering / network.rewired.max(1e-9);
    vec![
        Figure::new("clustering, mean of people", network.clustering, large, band(0.20, 0.35)),
        Figure::new("clustering / rewired", over, large, (Some(3.0), None)),
        Figure::new("distance, mean", network.mean_distance, large, band(2.4, 5.5)),
        Figure::new("largest component / users", network.largest_component, large, (Some(0.93), None)),
    ]
}

fn mean_and_sd_of_ln(values: &[u32]) -> (f64, f64) {
    let (mut count, mut sum, mut squares) = (0.0, 0.0, 0.0);
    for value in values.iter().filter(|value| **value > 0) {
        let ln = f64::from(*value).ln();
        (count, sum, squares) = (count + 1.0, sum + ln, squares + ln * ln);
    }
    let mean = if count > 0.0 { sum / count } else { 0.0 };
    (mean, if count > 0.0 { (squares / count - mean * mean).max(0.0).sqrt() } else { 0.0 })
}

/// Every month from the first with anything to the last.
fn months(days: &[Days; 3]) -> Vec<Month> {
    let mut months: Vec<Month> = Vec::new();
    let last = days.iter().map(|days| days.0.len()).max().unwrap_or_default();
    for day in 0..last {
        let counts: [u64; 3] = std::array::from_fn(|of| days[of].0.get(day).map_or(0, |n| u64::from(*n)));
        if months.is_empty() && counts == [0; 3] {
            continue;
        }
        let (year, month, _) = Time(day as u32 * DAY).date();
        if months.last().is_none_or(|last| (last.year, last.month) != (year, month)) {
            months.push(Month { year, month, users: 0, photos: 0, likes: 0 });
        }
        if let Some(last) = months.last_mut() {
            last.users += counts[0];
            last.photos += counts[1];
            last.likes += counts[2];
        }
    }
    months
}

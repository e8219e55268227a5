//! Figures of a data set, and the bands that compare them with published measurements (docs/data-model.md).
//!
//! A figure outside its band breaks no rule: small worlds and an application's own rows have different shapes.

use serde::Serialize;

/// From this many people on, the figures of degrees and skew have a band.
pub(crate) const LARGE: usize = 10_000;
/// From this many photos on, the figures of tags have a band; those of hours from five times as many.
const MANY_PHOTOS: usize = 1000;

/// At most this many comments are looked at for repeated texts.
pub(crate) const SAMPLED_TEXTS: usize = 200_000;

/// A figure, and the band that it should be in.
#[derive(Clone, Debug, Serialize)]
pub struct Figure {
    pub name: &'static str,
    pub value: f64,
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// Whether the value is within its band; `None` if there is no band.
    pub within: Option<bool>,
}

/// A band; `None` means that a side is open.
pub(crate) type Band = (Option<f64>, Option<f64>);
const FREE: Band = (None, None);

pub(crate) fn band(low: f64, high: f64) -> Band {
    (Some(low), Some(high))
}

#[derive(Default)]
struct Figures(Vec<Figure>);

impl Figures {
    fn put(&mut self, name: &'static str, value: f64, held: bool, band: Band) {
        self.0.push(Figure::new(name, value, held, band));
    }
}

impl Figure {
    /// A figure whose band applies if it is held to it.
    pub(crate) fn new(name: &'static str, value: f64, held: bool, (low, high): Band) -> Figure {
        let (low, high) = if held && value.is_finite() { (low, high) } else { FREE };
        let within = (low.is_some() || high.is_some())
            .then(|| low.is_none_or(|low| value >= low) && high.is_none_or(|high| value <= high));
        let value = if value.is_finite() { (value * 1e4).round() / 1e4 } else { 0.0 };
        Figure { name, value, low, high, within }
    }
}

/// What the figures are taken from: counts a user and a photo, and what is known of a sample.
///
/// Whoever holds a part of the photos gives those; the figures are shares and means, so they are the same but for chance.
pub(crate) struct Shape<'a> {
    /// Users and photos, however many of them are held.
    pub users: usize,
    pub posts: usize,
    pub born: &'a [u32],
    pub followees: &'a [u32],
    pub followers: &'a [u32],
    pub photos_of_user: &'a [u32],
    pub likes_of_user: &'a [u32],
    pub name_chars: u64,
    pub names_ending_in_digit: u64,
    /// By photo; and the likes of all photos that are held.
    pub likes: &'a [u32],
    pub held_likes: u64,
    pub tags: &'a [u8],
    /// Photos by the hour of the day, UTC.
    pub hours: [u64; 24],
    pub last: u32,
    pub photos_out_of_order: u64,
    pub comments_out_of_order: u64,
    /// Unless captions were not compared with the hashtags.
    pub captions_at_odds: Option<u64>,
    /// Follows of a sample, and those that go both ways.
    pub edges: u64,
    pub mutual: u64,
    /// Likes of a sample, and those by followers of the owner.
    pub sampled_likes: u64,
    pub likes_of_followers: u64,
    /// Seconds from the photo to the like.
    pub delays: Vec<u32>,
    /// Rows.
    pub all_likes: u64,
    pub all_comments: u64,
    /// How many comments have each length.
    pub lengths: &'a [u64],
    /// Comments whose texts were compared, and those whose text had occurred before.
    pub texts: u64,
    pub repeated_texts: u64,
    pub tag_uses: Vec<u32>,
}

/// The figures of a data set, as far as its rows have them.
pub(crate) fn figures(shape: Shape<'_>) -> Vec<Figure> {
    let mut figures = Figures::default();
    let Shape { users, posts, .. } = shape;
    if users == 0 {
        return figures.0;
    }
    let large = users >= LARGE;

    let follows: u64 = shape.followees.iter().map(|&d| u64::from(d)).sum();
    let n = users as f64;
    let expected = n.powf(0.512 - 0.028 * n.log10());
    let near = band(0.8 * expected, 1.2 * expected);
    figures.put("follows per user, mean", follows as f64 / n, large, near);
    figures.put("follow nobody", share(shape.followees, |d| d == 0), large, band(0.02, 0.10));
    figures.put("sd of ln follows per user", sd_of_ln(shape.followees), large, band(1.0, 1.4));
    figures.put("Gini of follows per user", gini(shape.followees), large, band(0.5, 0.75));
    figures.put("Gini of followers per user", gini(shape.followers), large, band(0.5, 0.8));
    let most = shape.followers.iter().copied().max().unwrap_or_default();
    figures.put("most followers / users", f64::from(most) / n, large, (None, Some(0.35)));
    figures.put("tail exponent of followers (Hill, top 1 %)", hill(shape.followers), large, band(2.0, 2.9));
    let mutual = ratio(shape.mutual, shape.edges);
    figures.put("mutual follows", mutual, large, band(0.15, 0.40));

    let quiet = share(shape.photos_of_user, |d| d == 0);
    figures.put("users without a photo", quiet, large, band(0.25, 0.40));
    figures.put("Gini of photos per user", gini(shape.photos_of_user), large, band(0.65, 0.87));
    figures.put("likes per photo, mean", ratio(shape.all_likes, posts as u64), false, FREE);
    let mut liked: Vec<u32> = shape.likes.iter().copied().filter(|&l| l > 0).collect();
    liked.sort_unstable();
    let median = liked.get(liked.len() / 2).copied().unwrap_or_default();
    let over = ratio(shape.held_likes, liked.len() as u64) / f64::from(median.max(1));
    figures.put("likes of liked photos, mean / median", over, large, (Some(1.8), None));
    figures.put("sd of ln likes", sd_of_ln(shape.likes), large, band(0.8, 1.7));
    figures.put("Gini of likes per user", gini(shape.likes_of_user), false, FREE);
    let followers = ratio(shape.likes_of_followers, shape.sampled_likes);
    figures.put("likes by followers of the owner", followers, large, band(0.70, 0.95));
    let mut delays = shape.delays;
    delays.sort_unstable();
    let within = |seconds: u32| delays.partition_point(|&d| d < seconds) as f64 / delays.len() as f64;
    figures.put("likes within an hour", within(3600), large, band(0.18, 0.35));
    figures.put("likes within a day", within(86_400), large, band(0.65, 0.92));
    let median = delays.get(delays.len() / 2).map_or(f64::NAN, |&d| f64::from(d) / 3600.0);
    figures.put("delay of a like, median hours", median, large, band(2.0, 12.0));
    let per_comment = ratio(shape.all_likes, shape.all_comments.max(1));
    figures.put("likes : comments", per_comment, large, band(8.0, 30.0));
    let length = f64::from(median_length(shape.lengths));
    figures.put("comment length, median", length, large, band(8.0, 60.0));
    let distinct = 1.0 - ratio(shape.repeated_texts, shape.texts);
    let is_whole = shape.texts < SAMPLED_TEXTS as u64;
    figures.put("distinct comment texts", distinct, large && is_whole, (Some(0.2), None));

    let many = posts > MANY_PHOTOS;
    let (tagged, held) = (shape.tags.iter().map(|&t| u64::from(t)).sum(), shape.tags.len() as u64);
    let untagged = shape.tags.iter().filter(|&&t| t == 0).count();
    figures.put("photos without a tag", ratio(untagged as u64, held), many, band(0.28, 0.38));
    figures.put("tags per photo, mean", ratio(tagged, held), many, band(2.5, 6.0));
    if let Some(slope) = slope(shape.tag_uses) {
        figures.put("tag rank-frequency slope", slope, large, band(-1.25, -0.8));
    }
    let (busy, quiet) = (shape.hours.iter().max(), shape.hours.iter().min());
    let swing = ratio(busy.copied().unwrap_or_default(), quiet.copied().unwrap_or_default().max(1));
    figures.put("busiest hour / quietest", swing, posts > 5 * MANY_PHOTOS, band(2.5, 8.0));
    let busiest = (0..24).max_by_key(|&hour| shape.hours[hour]).unwrap_or_default();
    figures.put("busiest hour UTC", busiest as f64, posts > 5 * MANY_PHOTOS, band(17.0, 23.0));
    let late = shape.last / 2 + shape.born.first().copied().unwrap_or_default() / 2;
    let grown = shape.born.iter().filter(|&&born| born > late).count();
    figures.put(
        "users who came in the second half of the time",
        ratio(grown as u64, users as u64),
        false,
        FREE,
    );
    figures.put("username length, mean", shape.name_chars as f64 / n, large, band(7.0, 16.0));
    let digits = shape.names_ending_in_digit as f64 / n;
    figures.put("usernames ending in a digit", digits, users >= 1000, band(0.1, 0.6));
    let none = (None, Some(0.0));
    figures.put("photos out of the order of time", shape.photos_out_of_order as f64, true, none);
    figures.put("comments out of the order of time", shape.comments_out_of_order as f64, true, none);
    if let Some(at_odds) = shape.captions_at_odds {
        figures.put("captions with other hashtags than the post", at_odds as f64, true, none);
    }
    figures.0
}

fn ratio(part: u64, whole: u64) -> f64 {
    part as f64 / whole as f64
}

fn share(values: &[u32], is: impl Fn(u32) -> bool) -> f64 {
    values.iter().filter(|&&value| is(value)).count() as f64 / values.len() as f64
}

/// The Gini coefficient: 0 if all have the same, towards 1 if one has everything.
pub(crate) fn gini(values: &[u32]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let n = sorted.len() as f64;
    let sum: f64 = sorted.iter().map(|&value| f64::from(value)).sum();
    let weighted: f64 =
        sorted.iter().zip(1u32..).map(|(&value, rank)| f64::from(rank) * f64::from(value)).sum();
    if sum > 0.0 { 2.0 * weighted / (n * sum) - (n + 1.0) / n } else { 0.0 }
}

/// The standard deviation of the logarithms of the values above zero.
fn sd_of_ln(values: &[u32]) -> f64 {
    let (mut count, mut sum, mut squares) = (0.0, 0.0, 0.0);
    for &value in values.iter().filter(|&&value| value > 0) {
        let ln = f64::from(value).ln();
        count += 1.0;
        sum += ln;
        squares += ln * ln;
    }
    (squares / count - (sum / count) * (sum / count)).max(0.0).sqrt()
}

/// Hill's estimate of the exponent of a power law, from the largest hundredth and at least twenty.
fn hill(values: &[u32]) -> f64 {
    let mut sorted: Vec<u32> = values.iter().copied().filter(|&value| value > 0).collect();
    sorted.sort_unstable_by(|a, b| b.cmp(a));
    let top = (sorted.len() / 100).max(20);
    let Some(&least) = sorted.get(top) else { return f64::NAN };
    let mean = sorted[..top].iter().map(|&value| (f64::from(value) / f64::from(least)).ln()).sum::<f64>()
        / top as f64;
    1.0 + 1.0 / mean
}

fn median_length(lengths: &[u64]) -> u32 {
    let half = lengths.iter().sum::<u64>() / 2;
    let mut seen = 0;
    let at = lengths.iter().position(|&count| {
        seen += count;
        seen > half
    });
    at.unwrap_or_default() as u32
}

/// The slope of ln frequency over ln rank between ranks 10 and 1000, at twenty ranks spread evenly in ln rank.
fn slope(mut uses: Vec<u32>) -> Option<f64> {
    uses.sort_unstable_by(|a, b| b.cmp(a));
    let used = uses.iter().filter(|&&count| count > 4).count();
    if used <= 60 {
        return None;
    }
    let last = used.min(1000) as f64;
    let mut ranks: Vec<usize> =
        (0..20).map(|i| (10.0 * (last / 10.0).powf(f64::from(i) / 19.0)).round() as usize).collect();
    ranks.dedup();
    let points = ranks.iter().map(|&rank| ((rank as f64).ln(), f64::from(uses[rank - 1]).ln()));
    let n = ranks.len() as f64;
    let (x, y, xx, xy) = points
        .fold((0.0, 0.0, 0.0, 0.0), |(sx, sy, sxx, sxy), (x, y)| (sx + x, sy + y, sxx + x * x, sxy + x * y));
    Some((n * xy - x * y) / (n * xx - x * x))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gini_of_equals_is_nothing_and_of_one_owner_nearly_all() {
        assert!(gini(&[5; 10]).abs() < 1e-12);
        let mut one = [0; 100];
        one[7] = 1000;
        assert!((gini(&one) - 0.99).abs() < 1e-12);
        assert_eq!(gini(&[0, 0]), 0.0);
    }

    #[test]
    fn a_power_law_has_its_exponent_and_slope() {
        // The k-th largest of a law with exponent 2 is proportional to 1/k.
        let values: Vec<u32> = (1..=20_000).map(|rank| 100_000_000 / rank).collect();
        assert!((hill(&values) - 2.0).abs() < 0.05, "{}", hill(&values));
        assert!((slope(values).unwrap() + 1.0).abs() < 0.01);
    }

    #[test]
    fn the_median_of_lengths_is_in_the_middle() {
        assert_eq!(median_length(&[0, 1, 1, 1]), 2);
        assert_eq!(median_length(&[9, 0, 0, 1]), 0);
        assert_eq!(median_length(&[0; 4]), 0);
    }
}

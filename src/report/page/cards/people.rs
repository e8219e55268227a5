//! Figures about people: whom they follow, how much they post, what they write.

use super::super::super::DataSet;
use super::super::super::chart::{Axis, Chart, Series};
use super::super::super::html::{percent, short, thousands};
use super::super::super::measure::{Bin, Charts, Point};
use super::{Card, from_to, half, points};

pub fn degrees(charts: &Charts) -> Option<Card> {
    let last =
        charts.followers.last().map(|point| point.x)?.max(charts.followees.last().map(|point| point.x)?);
    let least = 1.0 / charts.users.max(1) as f64;
    let share = f64::from(charts.most_followers) / charts.users as f64;
    let chart = Chart::new(
        "degrees-chart",
        "Followers and follows of a user",
        "Two falling lines on logarithmic axes: the share of users with at least so many followers, and who follow at least \
         so many.",
        Axis::log("at least so many", 1.0, last),
        Axis::log("share of users", least, 1.0).shares(),
    );
    let mut rows = points(&charts.followers, 4, short, percent);
    let follow =
        |x: &f64| charts.followees.iter().rev().find(|point| point.x <= *x).filter(|point| point.y > 0.0);
    let kept = charts
        .followers
        .iter()
        .enumerate()
        .filter(|(at, _)| at % 4 == 0 || *at + 1 == charts.followers.len());
    for (row, (_, point)) in rows.iter_mut().zip(kept) {
        let beyond = charts.followees.last().is_some_and(|last| point.x > last.x);
        row.push(
            follow(&point.x).filter(|_| !beyond).map_or_else(|| "none".to_owned(), |point| percent(point.y)),
        );
    }
    Some(Card {
        id: "degrees",
        title: "Followers and follows",
        says: format!(
            "The most followed user has {} followers, which is {} of all users; half of the users have at most {}.",
            thousands(u64::from(charts.most_followers)),
            percent(share),
            short(half(&charts.followers))
        ),
        drawing: chart
            .line(&charts.followers, Series::First, "followers of a user")
            .line(&charts.followees, Series::Second, "users that one follows")
            .draw(),
        beside: &[
            "tail exponent of followers (Hill, top 1 %)",
            "most followers / users",
            "sd of ln follows per user",
        ],
        headings: vec!["at least", "followers: share of users", "follows: share of users"],
        rows,
    })
}

pub fn photos(charts: &Charts) -> Option<Card> {
    let users = charts.users.max(1) as f64;
    let share = |bin: &Bin| bin.count as f64 / users;
    let none = charts.photos_per_user.first().filter(|bin| bin.from == 0).map_or(0.0, share);
    let most = charts.photos_per_user.iter().map(share).fold(0.0, f64::max);
    let bars: Vec<(f64, f64, f64)> = charts
        .photos_per_user
        .iter()
        .zip(0_u32..)
        .map(|(bin, at)| (f64::from(at), f64::from(at) + 1.0, share(bin)))
        .collect();
    let names: Vec<String> = charts.photos_per_user.iter().map(|bin| bin.from.to_string()).collect();
    let chart = Chart::new(
        "posting-chart",
        "Photos of a user",
        "Bars in classes that double: no photo, one, two to three, four to seven and so on.",
        Axis::named(
            "photos: each bar is from this number to the next",
            names.iter().map(String::as_str).collect(),
        ),
        Axis::linear("share of users", 0.0, most * 1.05).shares(),
    );
    let row = |bin: &Bin| vec![from_to(bin.from, bin.to), thousands(bin.count), percent(share(bin))];
    (charts.photos > 0).then(|| Card {
        id: "posting",
        title: "Photos of a user",
        says: format!(
            "{} of all users have never posted. The others are in classes that double.",
            percent(none)
        ),
        drawing: chart.bars(&bars, Series::First).draw(),
        beside: &["users without a photo", "Gini of photos per user"],
        headings: vec!["photos", "users", "share"],
        rows: charts.photos_per_user.iter().map(row).collect(),
    })
}

pub fn comments(charts: &Charts) -> Option<Card> {
    let all: u64 = charts.comment_lengths.iter().map(|bin| bin.count).sum();
    let share = |bin: &Bin| bin.count as f64 / all.max(1) as f64;
    let most = charts.comment_lengths.iter().map(share).fold(0.0, f64::max);
    let last = charts.comment_lengths.len() as f64 * 10.0;
    let bars: Vec<(f64, f64, f64)> = charts
        .comment_lengths
        .iter()
        .map(|bin| (f64::from(bin.from), f64::from(bin.from) + 10.0, share(bin)))
        .collect();
    let chart = Chart::new(
        "comments-chart",
        "Lengths of comments",
        "A bar for every ten characters.",
        Axis::linear("characters", 0.0, last),
        Axis::linear("share of comments", 0.0, most * 1.05).shares(),
    );
    let row = |bin: &Bin| vec![from_to(bin.from, bin.to), thousands(bin.count), percent(share(bin))];
    (all > 0).then(|| Card {
        id: "comments",
        title: "Lengths of comments",
        says: format!("{} comments by the number of their characters.", thousands(all)),
        drawing: chart.bars(&bars, Series::First).draw(),
        beside: &["comment length, median", "likes : comments"],
        headings: vec!["characters", "comments", "share"],
        rows: charts.comment_lengths.iter().map(row).collect(),
    })
}

pub fn languages(charts: &Charts, data_sets: &[DataSet]) -> Option<Card> {
    let asked = match data_sets {
        [one] => &one.languages[..],
        _ => &[],
    };
    let asked = |code: &str| asked.iter().find(|(asked, _)| asked == code).map(|(_, share)| *share);
    let count = charts.languages.len() as f64;
    let most = charts.languages.first()?.share;
    let is_asked = charts.languages.iter().any(|language| asked(language.code).is_some());
    let bars: Vec<(f64, f64, f64)> = charts
        .languages
        .iter()
        .zip(0_u32..)
        .map(|(language, at)| (f64::from(at), f64::from(at) + 1.0, language.share))
        .collect();
    let wanted: Vec<Point> = charts
        .languages
        .iter()
        .zip(0_u32..)
        .filter_map(|(language, at)| Some(Point { x: f64::from(at) + 0.5, y: asked(language.code)? }))
        .collect();
    let highest = wanted.iter().map(|point| point.y).fold(most, f64::max);
    let codes: Vec<&str> = charts.languages.iter().map(|language| language.code).collect();
    let mut chart = Chart::new(
        "languages-chart",
        "Languages of comments",
        "A bar for each language, the most frequent first.",
        Axis::named("language", codes),
        Axis::linear("share of comments", 0.0, highest * 1.05).shares(),
    )
    .bars(&bars, Series::First);
    if is_asked {
        chart = chart.dots(&wanted, Series::Second, "");
    }
    let row = |language: &super::super::super::measure::LanguageShare| {
        let wanted = asked(language.code).map_or_else(|| "–".to_owned(), percent);
        vec![language.name.to_owned(), percent(language.share), wanted]
    };
    let squares =
        if is_asked { " Hollow squares are the shares of users that the data set asks for." } else { "" };
    (count > 0.0).then(|| Card {
        id: "languages",
        title: "Languages",
        says: format!(
            "Comments whose language can be told by their letters and words, from a sample of about 100,000.{squares} No share \
             of languages on Instagram was published."
        ),
        drawing: chart.draw(),
        beside: &[],
        headings: vec!["language", "share of comments", "asked for"],
        rows: charts.languages.iter().map(row).collect(),
    })
}

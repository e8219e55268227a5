//! Figures about time: when people post and like, how the network grew, and that nothing comes before its cause.

use std::fmt::Write;

use super::super::super::chart::{Axis, Chart, DAYS, Series, heat_map};
use super::super::super::html::{escape, percent, span, thousands};
use super::super::super::measure::{Charts, Month, Point};
use super::super::super::published::MILESTONES;
use super::{Card, points};

pub fn week(charts: &Charts) -> Option<Card> {
    let all: u64 = charts.week.iter().flatten().sum();
    let of_hour = |hour: usize| charts.week.iter().map(|day| day[hour]).sum::<u64>();
    let busiest = (0..24).max_by_key(|hour| of_hour(*hour))?;
    let quietest = (0..24).min_by_key(|hour| of_hour(*hour))?;
    let weekend: u64 = charts.week[5].iter().chain(&charts.week[6]).sum();
    let drawing = heat_map(
        "week-chart",
        "Photos by day of the week and hour",
        "A square for each hour of the week, as large as the number of photos posted in it.",
        &charts.week,
    );
    let row = |hour: usize| {
        let days = charts.week.iter().map(|day| thousands(day[hour]));
        [format!("{hour} h")].into_iter().chain(days).collect()
    };
    let mut headings = vec!["hour"];
    headings.extend(DAYS);
    (all > 0).then(|| Card {
        id: "week",
        title: "When people post",
        says: format!(
            "The busiest hour is {busiest} h UTC, the quietest {quietest} h. Saturday and Sunday have {} of all photos; equal \
             days would have 28.6 %.",
            percent(weekend as f64 / all as f64)
        ),
        drawing,
        beside: &["busiest hour UTC", "busiest hour / quietest"],
        headings,
        rows: (0..24).map(row).collect(),
    })
}

pub fn delays(charts: &Charts) -> Option<Card> {
    let last = charts.delays.last()?.x;
    let chart = Chart::new(
        "delays-chart",
        "Time from a photo to its likes",
        "A rising line on a logarithmic axis of time: the share of likes that came within so many seconds, minutes, hours \
         and days.",
        Axis::log_within("time since the photo", 10.0, last).seconds(),
        Axis::linear("share of likes", 0.0, 1.0).shares(),
    );
    Some(Card {
        id: "delays",
        title: "How soon likes come",
        says: format!(
            "Of {} likes by people who followed before the photo was posted, on photos with at least a week left. Dashed lines are \
             published figures.",
            thousands(charts.delays_seen)
        ),
        drawing: chart
            .line(&charts.delays, Series::First, "likes")
            .rule(3600.0, "1 h: 20 to 30 %", true)
            .rule(68_400.0, "19 h: half", false)
            .draw(),
        beside: &["likes within an hour", "likes within a day", "delay of a like, median hours"],
        headings: vec!["within", "share of likes"],
        rows: points(&charts.delays, 4, span, percent),
    })
}

pub fn growth(charts: &Charts) -> Option<Card> {
    let last = charts.months.last()?;
    let year = |month: &Month| f64::from(month.year) + f64::from(month.month) / 12.0;
    let sum = |of: fn(&Month) -> u64| {
        let all: u64 = charts.months.iter().map(of).sum();
        let mut so_far = 0;
        let point = |month: &Month| {
            so_far += of(month);
            Point { x: year(month), y: so_far as f64 / all.max(1) as f64 }
        };
        charts.months.iter().map(point).collect::<Vec<Point>>()
    };
    let users = sum(|month| month.users);
    let (photos, likes) = (sum(|month| month.photos), sum(|month| month.likes));
    let from = year(charts.months.first()?) - 1.0 / 12.0;
    let chart = Chart::new(
        "growth-chart",
        "Growth of users, photos and likes",
        "Rising lines: the share of today's users, photos and likes that were there at each time. Crosses are the numbers of \
         users that Instagram announced, to the same scale.",
        Axis::linear("year", from, year(last)).years(),
        Axis::linear("share of the end", 0.0, 1.0).shares(),
    );
    let milestones = milestones(&users);
    let mut chart = chart.line(&users, Series::First, "users").line(&photos, Series::Second, "photos").line(
        &likes,
        Series::Third,
        "likes",
    );
    let announced = !milestones.is_empty();
    if announced {
        chart = chart.dots(&milestones, Series::Third, "users announced");
    }
    // A row for each year is enough: a table of eleven years has 132 months.
    let every = (charts.months.len() / 16).max(1);
    let rows =
        charts.months.iter().enumerate().filter(|(at, _)| at % every == 0 || *at + 1 == charts.months.len());
    let row = |(at, month): (usize, &Month)| {
        let line = [&users, &photos, &likes].map(|line| percent(line[at].y));
        [format!("{}-{:02}", month.year, month.month)].into_iter().chain(line).collect()
    };
    Some(Card {
        id: "growth",
        title: "Growth",
        says: match announced {
            true => "How the network came to its size. Instagram announced 1 million users in December 2010 and 2,000 million \
                     in December 2021."
                .to_owned(),
            false => "How the network came to its size.".to_owned(),
        },
        drawing: chart.draw(),
        beside: &[],
        headings: vec!["at the end of", "users", "photos", "likes"],
        rows: rows.map(row).collect(),
    })
}

/// Instagram's numbers of users, scaled so that the last one within the time of the data is as the data has it.
fn milestones(users: &[Point]) -> Vec<Point> {
    let (Some(first), Some(last)) = (users.first(), users.last()) else { return Vec::new() };
    let at = |(year, month, day, millions): &(u32, u32, u32, f64)| Point {
        x: f64::from(*year) + (f64::from(*month) - 1.0 + f64::from(*day) / 31.0) / 12.0,
        y: *millions,
    };
    let within: Vec<Point> =
        MILESTONES.iter().map(at).filter(|point| point.x >= first.x && point.x <= last.x).collect();
    let Some(end) = within.last().filter(|_| within.len() >= 5) else { return Vec::new() };
    let then = users.iter().rev().find(|point| point.x <= end.x).map_or(1.0, |point| point.y);
    within.iter().map(|point| Point { x: point.x, y: point.y / end.y * then }).collect()
}

pub fn causality(charts: &Charts) -> Option<Card> {
    let mut drawing = String::from(
        "<table>\n<thead><tr><th scope=\"col\">rule</th><th scope=\"col\" class=\"number\">rows looked at</th>\
         <th scope=\"col\" class=\"number\">kept by</th></tr></thead>\n<tbody>\n",
    );
    for rule in &charts.causality {
        let _ = writeln!(
            drawing,
            "<tr><th scope=\"row\">{}</th><td class=\"number\">{}</td><td class=\"number\">{}</td></tr>",
            escape(rule.rule),
            thousands(rule.rows),
            percent(rule.kept as f64 / rule.rows as f64)
        );
    }
    drawing.push_str("</tbody>\n</table>\n");
    let whole = charts.causality.iter().all(|rule| rule.kept == rule.rows);
    (!charts.causality.is_empty()).then(|| Card {
        id: "causality",
        title: "Nothing comes before its cause",
        says: format!(
            "{} If each time were drawn by itself, as plain seeders do, half of all rows would break each rule of two times, \
             and two thirds a rule of three.",
            if whole { "Every row keeps every rule." } else { "Some rows break a rule." }
        ),
        drawing,
        beside: &[],
        headings: Vec::new(),
        rows: Vec::new(),
    })
}

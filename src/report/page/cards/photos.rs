//! Figures about photos: their likes and their hashtags.

use super::super::super::chart::{Axis, Chart, Series};
use super::super::super::html::{percent, short, thousands};
use super::super::super::measure::{Charts, Point};
use super::{Card, from_to, half, points};

/// How the photos were chosen, where they are a sample.
fn sample(charts: &Charts) -> String {
    match charts.photos_step {
        1 => String::new(),
        step => format!(" Measured on every {step}th of {} photos.", thousands(charts.photos)),
    }
}

pub fn likes(charts: &Charts) -> Option<Card> {
    let last = charts.likes.last()?;
    let (mean, sd) = charts.likes_ln;
    let fitted = |point: &Point| {
        // A photo with k likes stands for all from k - 1/2 on.
        let above = |x: f64| 0.5 * erfc((x.ln() - mean) / (sd.max(1e-9) * std::f64::consts::SQRT_2));
        Point { x: point.x, y: above(point.x - 0.5) / above(0.5) }
    };
    let fit: Vec<Point> = charts.likes.iter().map(fitted).collect();
    let least = charts.likes.iter().map(|point| point.y).filter(|y| *y > 0.0).fold(1.0, f64::min);
    let chart = Chart::new(
        "likes-chart",
        "Likes of a photo",
        "A falling line of dots on logarithmic axes: the share of liked photos with at least so many likes. A dashed line \
         next to it is the lognormal distribution with the same mean and standard deviation.",
        Axis::log("at least so many likes", 1.0, last.x),
        Axis::log("share of liked photos", least, 1.0).shares(),
    );
    let mut rows = points(&charts.likes, 4, short, percent);
    let kept = fit.iter().enumerate().filter(|(at, _)| at % 4 == 0 || *at + 1 == fit.len());
    rows.iter_mut().zip(kept).for_each(|(row, (_, point))| row.push(percent(point.y)));
    Some(Card {
        id: "likes",
        title: "Likes of a photo",
        says: format!(
            "Half of all photos with likes have at most {}; the most liked one has {}.{}",
            short(half(&charts.likes)),
            thousands(last.x as u64),
            sample(charts)
        ),
        drawing: chart
            .dots(&charts.likes, Series::First, "photos")
            .line(&fit, Series::Second, "lognormal fit")
            .draw(),
        beside: &["sd of ln likes", "likes of liked photos, mean / median", "likes per photo, mean"],
        headings: vec!["at least so many likes", "share of liked photos", "lognormal"],
        rows,
    })
}

pub fn engagement(charts: &Charts) -> Option<Card> {
    let (first, last) = (charts.engagement.first()?, charts.engagement.last()?);
    let middle = |from: u32, to: u32| (f64::from(from) * f64::from(to)).sqrt();
    let median: Vec<Point> = charts
        .engagement
        .iter()
        .map(|bin| Point { x: middle(bin.from, bin.to), y: f64::from(bin.median_likes) })
        .collect();
    let mean: Vec<Point> = charts
        .engagement
        .iter()
        .map(|bin| Point { x: middle(bin.from, bin.to), y: bin.mean_likes })
        .collect();
    let low = mean.iter().chain(&median).map(|point| point.y).filter(|y| *y > 0.0).fold(1.0, f64::min);
    let high = mean.iter().map(|point| point.y).fold(1.0, f64::max);
    let chart = Chart::new(
        "engagement-chart",
        "Likes of a photo by the followers of its owner",
        "Dots on logarithmic axes: mean and median likes of photos whose owners have about the same number of followers.",
        Axis::log("followers of the owner", f64::from(first.from), f64::from(last.to)),
        Axis::log("likes of a photo", low, high),
    );
    let row = |bin: &super::super::super::measure::Engagement| {
        vec![
            from_to(bin.from, bin.to),
            thousands(bin.photos),
            thousands(u64::from(bin.median_likes)),
            short(bin.mean_likes),
            short(bin.rate),
        ]
    };
    Some(Card {
        id: "engagement",
        title: "Likes and followers",
        says: format!(
            "For each follower of its owner, a photo has {} likes where there are few followers, and {} where there are many. \
             Published: 0.052 with 5,000 to 10,000 followers, 0.025 above a million (influencers in the United States in \
             2023, by Statista).{}",
            short(first.rate),
            short(last.rate),
            sample(charts)
        ),
        drawing: chart.dots(&mean, Series::First, "mean").dots(&median, Series::Second, "median").draw(),
        beside: &["likes by followers of the owner"],
        headings: vec!["followers", "photos", "median likes", "mean likes", "likes for each follower"],
        rows: charts.engagement.iter().map(row).collect(),
    })
}

pub fn hashtags(charts: &Charts) -> Option<Card> {
    let (first, last) = (charts.tags.first()?, charts.tags.last()?);
    // Zipf's law through the tenth rank.
    let tenth = charts.tags.iter().find(|point| point.x >= 10.0).unwrap_or(first);
    let law: Vec<Point> = [1.0, last.x]
        .map(|x| Point { x, y: tenth.y * tenth.x / x })
        .into_iter()
        .filter(|p| p.y >= 1.0)
        .collect();
    let highest = law.iter().map(|point| point.y).fold(first.y, f64::max);
    let chart = Chart::new(
        "hashtags-chart",
        "Uses of hashtags by rank",
        "Falling dots on logarithmic axes: the most used hashtag at the left. A dashed line has the slope -1 of Zipf's law.",
        Axis::log("rank", 1.0, last.x),
        Axis::log("uses", 1.0, highest),
    );
    Some(Card {
        id: "hashtags",
        title: "Hashtags",
        says: format!(
            "The most used hashtag has {} uses, the tenth {}.",
            thousands(first.y as u64),
            thousands(tenth.y as u64)
        ),
        drawing: chart
            .dots(&charts.tags, Series::First, "hashtags")
            .line(&law, Series::Second, "slope -1")
            .draw(),
        beside: &["tag rank-frequency slope"],
        headings: vec!["rank", "uses"],
        rows: points(&charts.tags, 3, short, short),
    })
}

pub fn tags(charts: &Charts) -> Option<Card> {
    let all: u64 = charts.tags_per_photo.iter().sum();
    let share = |count: u64| count as f64 / all.max(1) as f64;
    let none = share(*charts.tags_per_photo.first()?);
    let most = charts.tags_per_photo.iter().map(|count| share(*count)).fold(0.0, f64::max);
    let bars: Vec<(f64, f64, f64)> = charts
        .tags_per_photo
        .iter()
        .zip(0_u32..)
        .map(|(count, at)| (f64::from(at) - 0.5, f64::from(at) + 0.5, share(*count)))
        .collect();
    let chart = Chart::new(
        "tags-chart",
        "Hashtags of a photo",
        "Bars for no hashtag, one, two and so on to thirty, which is the limit and has a bar of its own.",
        Axis::linear("hashtags", -0.5, 30.5),
        Axis::linear("share of photos", 0.0, most * 1.05).shares(),
    );
    (all > 0 && none < 1.0).then(|| Card {
        id: "tags",
        title: "Hashtags of a photo",
        says: format!(
            "{} of all photos have none; {} have all thirty that are allowed.{}",
            percent(none),
            percent(share(charts.tags_per_photo.last().copied().unwrap_or_default())),
            sample(charts)
        ),
        drawing: chart.bars(&bars, Series::First).draw(),
        beside: &["photos without a tag", "tags per photo, mean"],
        headings: vec!["hashtags", "photos", "share"],
        rows: charts
            .tags_per_photo
            .iter()
            .enumerate()
            .map(|(tags, count)| vec![tags.to_string(), thousands(*count), percent(share(*count))])
            .collect(),
    })
}

/// The complementary error function, to seven digits (Abramowitz and Stegun 7.1.26 with Chebyshev's coefficients).
fn erfc(x: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.5 * x.abs());
    let series = [
        0.170_872_77,
        -0.822_152_23,
        1.488_515_87,
        -1.135_203_98,
        0.278_868_07,
        -0.186_288_06,
        0.096_784_18,
        0.374_091_96,
        1.000_023_68,
        -1.265_512_23,
    ];
    let power = series.iter().fold(0.0, |sum, coefficient| sum * t + coefficient);
    let tail = t * (-x * x + power).exp();
    if x >= 0.0 { tail } else { 2.0 - tail }
}

#[cfg(test)]
mod tests {
    use super::erfc;

    #[test]
    fn the_error_function_has_its_known_values() {
        for (x, y) in [(0.0, 1.0), (1.0, 0.157_299_21), (2.0, 0.004_677_73), (-1.0, 1.842_700_79)] {
            assert!((erfc(x) - y).abs() < 2e-7, "{x}: {}", erfc(x));
        }
    }
}

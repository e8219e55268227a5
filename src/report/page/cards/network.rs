//! Figures about the network as a whole: triangles and distances.

use super::super::super::chart::{Axis, Chart, Series};
use super::super::super::html::{percent, short, thousands};
use super::super::super::measure::{Charts, Point};
use super::{Card, from_to};
use crate::check::Figure;

pub fn clustering(charts: &Charts) -> Option<Card> {
    let network = &charts.network;
    let (first, last) = (network.by_degree.first()?, network.by_degree.last()?);
    let middle = |from: u32, to: u32| (f64::from(from) * f64::from(to)).sqrt();
    let people: Vec<Point> = network
        .by_degree
        .iter()
        .map(|bin| Point { x: middle(bin.from, bin.to), y: bin.clustering })
        .collect();
    let rewired = [f64::from(first.from), f64::from(last.to)].map(|x| Point { x, y: network.rewired });
    let most = people.iter().map(|point| point.y).fold(0.4, f64::max);
    let chart = Chart::new(
        "clustering-chart",
        "Clustering by the number of neighbours",
        "Dots: the mean share of pairs of neighbours who are linked themselves, for people with about the same number of neighbours. \
         A dashed line is the same network with its links drawn by lot.",
        Axis::log("neighbours of a person", f64::from(first.from), f64::from(last.to)),
        Axis::linear("pairs of neighbours that are linked", 0.0, most * 1.1).shares(),
    );
    let row = |bin: &super::super::super::measure::Clustered| {
        vec![from_to(bin.from, bin.to), thousands(bin.people), percent(bin.clustering)]
    };
    Some(Card {
        id: "clustering",
        title: "Friends of friends",
        says: format!(
            "Two neighbours of a person are linked in {} of all cases; with links drawn by lot, everybody keeping the number \
             of neighbours, it would be {}. Measured on {} people and up to 24 pairs of each; links drawn by lot are \
             computed from the numbers of neighbours.",
            percent(network.clustering),
            percent(network.rewired),
            thousands(network.sampled)
        ),
        drawing: chart
            .band(0.20, 0.35, "mean: 20 to 35 %")
            .dots(&people, Series::First, "this network")
            .line(&rewired, Series::Second, "links drawn by lot")
            .draw(),
        beside: &["clustering, mean of people", "clustering / rewired"],
        headings: vec!["neighbours", "people", "clustering"],
        rows: network.by_degree.iter().map(row).collect(),
    })
}

pub fn distances(charts: &Charts, figures: &[Figure]) -> Option<Card> {
    let network = &charts.network;
    let reached: u64 = network.distances.iter().sum();
    let share = |pairs: u64| pairs as f64 / reached.max(1) as f64;
    let most = network.distances.iter().map(|pairs| share(*pairs)).fold(0.0, f64::max);
    let bars: Vec<(f64, f64, f64)> = network
        .distances
        .iter()
        .zip(0_u32..)
        .map(|(pairs, at)| (f64::from(at), f64::from(at) + 1.0, share(*pairs)))
        .collect();
    let names = ["1", "2", "3", "4", "5 or more"];
    let chart = Chart::new(
        "distances-chart",
        "Steps between two people",
        "A bar for each number of steps from one person to another.",
        Axis::named("steps", names.to_vec()),
        Axis::linear("share of pairs", 0.0, most * 1.05).shares(),
    );
    let mutual =
        figures.iter().find(|figure| figure.name == "mutual follows").map_or(0.0, |figure| figure.value);
    (reached > 0).then(|| Card {
        id: "distances",
        title: "Links and distances",
        says: format!(
            "{} of all follows are returned. Two people are {} steps apart on average, whoever follows whom; {} of all are in one \
             component. Distances between 64 people, longer ones counted as five.",
            percent(mutual),
            short(network.mean_distance),
            percent(network.largest_component)
        ),
        drawing: chart.bars(&bars, Series::First).draw(),
        beside: &["mutual follows", "distance, mean", "largest component / users"],
        headings: vec!["steps", "pairs", "share"],
        rows: names
            .iter()
            .zip(&network.distances)
            .map(|(name, pairs)| vec![(*name).to_owned(), thousands(*pairs), percent(share(*pairs))])
            .collect(),
    })
}

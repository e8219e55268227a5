//! How people are linked, whoever follows whom: clustering, distances, the largest component.
//!
//! Neighbours of sampled people are known from the first reading of the follows. The second one finds out which pairs
//! of them are linked, and who is within two steps of sixty-four people; two of these are then at most four steps
//! apart if somebody is near both. A hash table of the pairs, sixteen bytes a user, and nothing a follow.

use std::collections::HashMap;

use serde::Serialize;

use super::rewired::rewired;
use crate::check::keys::hash;
use crate::edition::{Entity, Table};

/// Pairs of neighbours that are looked at for each person.
const PAIRS: usize = 24;
/// People from whom distances are counted: a bit each.
pub(super) const SOURCES: usize = 64;
/// Longer distances count as this one.
const FAR: usize = 5;
/// Bits of the filter that spares most look-ups.
const FILTER_BITS: u32 = 22;

/// How people are linked.
#[derive(Debug, Default, Serialize)]
pub struct Network {
    /// People whose neighbours were looked at.
    pub sampled: u64,
    /// Mean over all people of the share of pairs of their neighbours that are linked; none has fewer than two.
    pub clustering: f64,
    /// What it would be if everybody kept the number of neighbours, and they were drawn by lot.
    pub rewired: f64,
    pub by_degree: Vec<Clustered>,
    /// Pairs of people that are 1, 2, 3, 4, and 5 or more steps apart.
    pub distances: [u64; FAR],
    pub unreachable: u64,
    pub mean_distance: f64,
    /// The share of all people in the largest component.
    pub largest_component: f64,
}

/// People with about the same number of neighbours.
#[derive(Debug, Serialize)]
pub struct Clustered {
    pub from: u32,
    pub to: u32,
    pub people: u64,
    pub clustering: f64,
}

/// Collects what the second reading is for.
#[derive(Debug)]
pub struct Links {
    users: usize,
    /// The share of follows that go both ways.
    mutual: f64,
    /// Neighbours of each sampled person, and how many of the next pairs are theirs.
    people: Vec<(u32, u32)>,
    pairs: Vec<u64>,
    linked: HashMap<u64, bool>,
    filter: Vec<u64>,
    sampled: usize,
    sources: Vec<u32>,
    /// A bit for each source that is within one step, and within two.
    near: Vec<u64>,
    wider: Vec<u64>,
    /// Which sources are within one step of each source, within two and so on.
    within: [[u64; SOURCES]; 4],
    components: Components,
}

impl Links {
    pub fn new(users: usize, mutual: f64) -> Links {
        Links {
            users,
            mutual,
            people: Vec::new(),
            pairs: Vec::new(),
            linked: HashMap::new(),
            filter: vec![0; 1 << (FILTER_BITS - 6)],
            sampled: 0,
            sources: Vec::new(),
            near: vec![0; users],
            wider: Vec::new(),
            within: [[0; SOURCES]; 4],
            components: Components::new(users),
        }
    }

    /// Adds a sampled person with all neighbours; distances are counted from a source.
    pub fn person(&mut self, person: usize, neighbours: &[u32], is_source: bool) {
        let count = neighbours.len();
        let before = self.pairs.len();
        let all = count * count.saturating_sub(1) / 2;
        if all <= PAIRS {
            for (at, a) in neighbours.iter().enumerate() {
                self.pairs.extend(neighbours[at + 1..].iter().map(|b| unordered(*a, *b)));
            }
        } else {
            for draw in 0..PAIRS {
                let bits = hash((person * PAIRS + draw).to_le_bytes().into_iter());
                let first = (bits as u32 as usize) % count;
                let second = (first + 1 + (bits >> 32) as usize % (count - 1)) % count;
                self.pairs.push(unordered(neighbours[first], neighbours[second]));
            }
        }
        self.people.push((count as u32, (self.pairs.len() - before) as u32));
        if is_source && self.sources.len() < SOURCES {
            let bit = 1 << self.sources.len();
            self.sources.push(person as u32);
            self.near[person] |= bit;
            neighbours.iter().for_each(|neighbour| self.near[*neighbour as usize] |= bit);
        }
    }

    /// All sampled people were added, some of whom have no neighbours.
    pub fn seal(&mut self, sampled: usize) {
        self.sampled = sampled;
        self.wider = self.near.clone();
        for pair in &self.pairs {
            self.linked.insert(*pair, false);
            let bit = filter_bit(*pair);
            self.filter[bit >> 6] |= 1 << (bit & 63);
        }
        for (at, source) in self.sources.iter().enumerate() {
            self.within[0][at] = self.near[*source as usize];
        }
        spread(&self.near, &mut self.within[1]);
    }

    /// Whether a table is read again.
    pub fn is_wanted(&self, table: &Table) -> bool {
        table.entity == Entity::Follow && !self.people.is_empty()
    }

    /// A follow, in the second reading.
    #[inline]
    pub fn edge(&mut self, from: usize, to: usize) {
        let pair = unordered(from as u32, to as u32);
        let bit = filter_bit(pair);
        if self.filter[bit >> 6] >> (bit & 63) & 1 == 1
            && let Some(linked) = self.linked.get_mut(&pair)
        {
            *linked = true;
        }
        let (a, b) = (self.near[from], self.near[to]);
        if a | b != 0 {
            self.wider[from] |= b;
            self.wider[to] |= a;
            if a != 0 && b != 0 {
                bits(a).for_each(|at| self.within[2][at] |= b);
                bits(b).for_each(|at| self.within[2][at] |= a);
            }
        }
        self.components.join(from as u32, to as u32);
    }

    /// What was found.
    pub fn network(mut self, followees: &[u32], followers: &[u32]) -> Network {
        if self.people.is_empty() {
            return Network::default();
        }
        spread(&self.wider, &mut self.within[3]);
        let mut pairs = self.pairs.iter();
        let mut bins: Vec<(u64, f64)> = vec![(0, 0.0); 33];
        for (degree, looked_at) in &self.people {
            let linked = pairs.by_ref().take(*looked_at as usize).filter(|pair| self.linked[pair]).count();
            let (people, sum) = &mut bins[(32 - degree.leading_zeros()) as usize];
            *people += 1;
            *sum += if *looked_at > 0 { linked as f64 / f64::from(*looked_at) } else { 0.0 };
        }
        let sum: f64 = bins.iter().map(|(_, sum)| sum).sum();
        let clustered = |(at, (people, sum)): (usize, &(u64, f64))| {
            let (from, to) = (1_u32 << (at - 1), u32::MAX >> (32 - at));
            Clustered { from, to, people: *people, clustering: sum / *people as f64 }
        };
        let by_degree = bins.iter().enumerate().filter(|(_, (people, _))| *people >= 5);
        let by_degree = by_degree.filter(|(at, _)| *at >= 2).map(clustered).collect();
        let (distances, unreachable) = self.distances();
        let reached: u64 = distances.iter().sum();
        let steps: u64 = distances.iter().zip(1..).map(|(pairs, steps)| pairs * steps).sum();
        Network {
            sampled: self.sampled as u64,
            clustering: sum / self.sampled.max(1) as f64,
            rewired: rewired(followees, followers, self.mutual),
            by_degree,
            distances,
            unreachable,
            mean_distance: steps as f64 / reached as f64,
            largest_component: f64::from(self.components.largest()) / self.users as f64,
        }
    }

    fn distances(&mut self) -> ([u64; FAR], u64) {
        let (mut distances, mut unreachable) = ([0; FAR], 0);
        for a in 0..self.sources.len() {
            for b in a + 1..self.sources.len() {
                let steps = self.within.iter().position(|within| within[a] >> b & 1 == 1);
                let roots = (self.components.root(self.sources[a]), self.components.root(self.sources[b]));
                match steps {
                    Some(steps) => distances[steps] += 1,
                    None if roots.0 == roots.1 => distances[FAR - 1] += 1,
                    None => unreachable += 1,
                }
            }
        }
        (distances, unreachable)
    }
}

/// Whoever is near two sources joins them.
fn spread(near: &[u64], within: &mut [u64; SOURCES]) {
    for mask in near.iter().filter(|mask| **mask != 0) {
        bits(*mask).for_each(|at| within[at] |= mask);
    }
}

fn bits(mut mask: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let at = (mask != 0).then(|| mask.trailing_zeros() as usize)?;
        mask &= mask - 1;
        Some(at)
    })
}

fn unordered(a: u32, b: u32) -> u64 {
    u64::from(a.min(b)) << 32 | u64::from(a.max(b))
}

/// The bit of the filter for a pair.
#[inline]
fn filter_bit(pair: u64) -> usize {
    (pair.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - FILTER_BITS)) as usize
}

/// Who is linked to whom by whatever way.
#[derive(Debug)]
struct Components {
    parents: Vec<u32>,
}

impl Components {
    fn new(users: usize) -> Components {
        Components { parents: (0..users as u32).collect() }
    }

    fn root(&mut self, mut person: u32) -> u32 {
        while self.parents[person as usize] != person {
            let above = self.parents[self.parents[person as usize] as usize];
            self.parents[person as usize] = above;
            person = above;
        }
        person
    }

    #[inline]
    fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.root(a), self.root(b));
        // The lower one leads, so that a chain never grows long.
        if a != b {
            self.parents[a.max(b) as usize] = a.min(b);
        }
    }

    fn largest(&mut self) -> u32 {
        let mut sizes: HashMap<u32, u32> = HashMap::new();
        for person in 0..self.parents.len() as u32 {
            *sizes.entry(self.root(person)).or_default() += 1;
        }
        sizes.into_values().max().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A ring in which everybody follows the next person, and the one after that.
    fn ring(users: usize) -> Network {
        let mut links = Links::new(users, 0.0);
        for person in 0..users {
            let at = |step: usize| ((person + step) % users) as u32;
            links.person(person, &[at(1), at(2), at(users - 1), at(users - 2)], true);
        }
        links.seal(users);
        for person in 0..users {
            links.edge(person, (person + 1) % users);
            links.edge(person, (person + 2) % users);
        }
        links.network(&vec![2; users], &vec![2; users])
    }

    #[test]
    fn a_ring_has_the_clustering_and_the_distances_that_can_be_counted() {
        let network = ring(16);
        // Of the six pairs of four neighbours, three are linked.
        assert!((network.clustering - 0.5).abs() < 1e-9, "{}", network.clustering);
        // From each of 16 people, 4 are one step away, 4 two, 4 three and 3 four.
        assert_eq!(network.distances, [32, 32, 32, 24, 0]);
        assert_eq!((network.unreachable, network.largest_component), (0, 1.0));
        assert_eq!(ring(40).distances[4], 40 * 23 / 2);
    }

    #[test]
    fn people_without_a_way_are_not_far_but_unreachable() {
        let mut links = Links::new(6, 0.0);
        for (person, neighbour) in [(0, 1), (1, 0), (2, 3), (3, 2)] {
            links.person(person, &[neighbour], true);
        }
        links.seal(6);
        links.edge(0, 1);
        links.edge(2, 3);
        let network = links.network(&[1, 0, 1, 0, 0, 0], &[0, 1, 0, 1, 0, 0]);
        assert_eq!((network.distances, network.unreachable), ([2, 0, 0, 0, 0], 4));
        assert!((network.largest_component - 2.0 / 6.0).abs() < 1e-9);
    }
}

//! The names of all hashtags of a world, made once: the head of each pool from its list, the tail put together.
//!
//! Tags are numbered by pool: the general pool first, then one pool after the other, each of one topic; several pools
//! may share a topic. No name is met twice in a world, not even with other accents (a collation may hold "fútbol" and
//! "futbol" for equal): candidates come in a fixed order, and one that is taken is passed over.

use crate::random::hash::{key, stream};
use crate::random::permutation::Permutation;
use crate::words::{Topic, TopicId, Words, bare};
use std::collections::HashSet;

/// The order of the tail; it does not depend on the seed, so that a bigger vocabulary only adds names.
const TAIL: u64 = key(0, stream("tag.tail"));

/// Name by number.
#[derive(Debug)]
pub struct TagNames {
    text: String,
    ends: Vec<u32>,
}

impl TagNames {
    /// `general` tags of the general pool, then the pools in order: (topic, number of tags).
    pub fn new(words: &Words, general: u32, pools: &[(TopicId, u32)]) -> TagNames {
        let total = general as usize + pools.iter().map(|pool| pool.1 as usize).sum::<usize>();
        let mut names = TagNames { text: String::with_capacity(total * 14), ends: Vec::with_capacity(total) };
        let mut taken = HashSet::with_capacity(total);
        // The heads of the topics belong to the topics, also where the general list or its tail has the same word.
        let heads = words.topics().iter().flat_map(|topic| &topic.hashtags);
        let reserved: HashSet<&str> = heads.map(String::as_str).collect();
        let mut spelling = String::new();
        let mut candidates = Candidates::general(words);
        for _ in 0..general {
            loop {
                candidates.next(&mut spelling);
                if !reserved.contains(spelling.as_str()) && taken.insert(bare(&spelling)) {
                    break;
                }
            }
            names.push(&spelling);
        }
        let mut by_topic: Vec<_> =
            words.topics().iter().map(|topic| Candidates::of_topic(words, topic)).collect();
        for &(topic, count) in pools {
            let candidates = &mut by_topic[topic.0 as usize];
            for _ in 0..count {
                loop {
                    candidates.next(&mut spelling);
                    if taken.insert(bare(&spelling)) {
                        break;
                    }
                }
                names.push(&spelling);
            }
        }
        names
    }

    /// The name of a tag, without "#".
    #[inline(always)]
    pub fn name(&self, tag: u32) -> &str {
        let start = if tag == 0 { 0 } else { self.ends[tag as usize - 1] };
        &self.text[start as usize..self.ends[tag as usize] as usize]
    }

    /// The number of tags.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no tag at all.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    fn push(&mut self, name: &str) {
        self.text.push_str(name);
        self.ends.push(self.text.len() as u32);
    }
}

/// Spellings of one pool in a fixed order, without an end: list, one affix, two words, places, years, numbers.
struct Candidates<'w> {
    hashtags: &'w [String],
    words: Vec<&'w str>,
    qualities: Vec<&'w str>,
    before: &'w [String],
    after: &'w [String],
    places: &'w [String],
    first_year: u64,
    years: u64,
    stages: [Permutation; 3],
    at: u64,
}

impl<'w> Candidates<'w> {
    fn of_topic(words: &'w Words, topic: &'w Topic) -> Candidates<'w> {
        let texts = |list: &'w [String]| list.iter().map(String::as_str).collect();
        Candidates::new(words, &topic.hashtags, texts(&topic.words), texts(&topic.qualities))
    }

    fn general(words: &'w Words) -> Candidates<'w> {
        let list = &words.general().hashtags;
        // The tail of the general pool is put together from the plain words of its head, most of them English.
        let plain = |word: &&'w str| word.len() <= 8 && word.bytes().all(|byte| byte.is_ascii_lowercase());
        let plain: Vec<_> = list[..list.len() * 2 / 3].iter().map(String::as_str).filter(plain).collect();
        Candidates::new(words, list, plain.clone(), plain)
    }

    fn new(
        words: &'w Words,
        hashtags: &'w [String],
        nouns: Vec<&'w str>,
        qualities: Vec<&'w str>,
    ) -> Candidates<'w> {
        let general = words.general();
        let (n, affixes) = (nouns.len() as u64, (general.before.len() + general.after.len()) as u64);
        let years = (general.years[1] - general.years[0]) as u64 + 1;
        let places = general.places.len() as u64;
        let pairs = n * (affixes + 1 + qualities.len() as u64);
        let permutation = |domain| Permutation::new(domain, TAIL);
        Candidates {
            hashtags,
            words: nouns,
            qualities,
            before: &general.before,
            after: &general.after,
            places: &general.places,
            first_year: general.years[0] as u64,
            years,
            stages: [permutation(pairs), permutation(n * (places + years)), permutation(n * places * years)],
            at: 0,
        }
    }

    /// Writes the next spelling.
    fn next(&mut self, out: &mut String) {
        out.clear();
        let at = self.at;
        self.at += 1;
        let heads = self.hashtags.len() as u64;
        if at < heads {
            return out.push_str(&self.hashtags[at as usize]);
        }
        let mut rest = at - heads;
        for (stage, permutation) in self.stages.iter().enumerate() {
            if rest < permutation.domain() {
                return self.spell(stage, permutation.forward(rest), out);
            }
            rest -= permutation.domain();
        }
        // Beyond every stage: the last one again, numbered from 2 on.
        let last = self.stages[2].domain();
        self.spell(2, self.stages[2].forward(rest % last), out);
        out.push('_');
        out.push_str(&(rest / last + 2).to_string());
    }

    fn spell(&self, stage: usize, number: u64, out: &mut String) {
        let nouns = self.words.len() as u64;
        let (word, variant) = (self.words[(number % nouns) as usize], number / nouns);
        let places = self.places.len() as u64;
        match stage {
            0 => self.affix(word, variant as usize, out),
            1 if variant < places => out.extend([word, &self.places[variant as usize]]),
            1 => self.year(word, "", variant - places, out),
            _ => self.year(word, &self.places[(variant % places) as usize], variant / places, out),
        }
    }

    fn affix(&self, word: &str, variant: usize, out: &mut String) {
        let (before, after) = (self.before.len(), self.after.len());
        if variant == 0 {
            out.push_str(word);
        } else if variant <= before {
            out.extend([&self.before[variant - 1], word]);
        } else if variant <= before + after {
            out.extend([word, &self.after[variant - 1 - before]]);
        } else {
            out.extend([self.qualities[variant - 1 - before - after], word]);
        }
    }

    fn year(&self, word: &str, place: &str, year: u64, out: &mut String) {
        out.extend([word, place]);
        out.push_str(&(self.first_year + year % self.years).to_string());
    }
}

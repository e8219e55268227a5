//! Spellings of hashtags of one origin in a fixed order, without an end: a list, then words with what people add to
//! them, years, and at last numbers.

use super::origin::Origin;
use crate::decimal;
use crate::random::hash::{key, stream};
use crate::random::permutation::Permutation;
use crate::words::Words;

/// The order of the tail; it does not depend on the seed, so that a bigger vocabulary only adds names.
const TAIL: u64 = key(0, stream("tag.tail"));

/// The language of what people add to words of no language.
const GENERAL_LANGUAGE: &str = "en";

/// The spellings of an origin.
pub(super) struct Spellings<'w> {
    heads: Vec<String>,
    bases: Vec<String>,
    before: &'w [String],
    after: &'w [String],
    first_year: u64,
    years: u64,
    stages: [Permutation; 3],
    at: u64,
}

impl<'w> Spellings<'w> {
    pub(super) fn of(words: &'w Words, origin: Origin) -> Spellings<'w> {
        let general = words.general();
        let affixes = (general.before.as_slice(), general.after.as_slice());
        let local = (general.place_before.as_slice(), general.place_after.as_slice());
        let none: (&[String], &[String]) = (&[], &[]);
        let of_language =
            |language| if words.language(language).code == GENERAL_LANGUAGE { affixes } else { none };
        let join = |one: &str, two: &str| [one, two].concat();
        match origin {
            Origin::General => {
                // What fits every photo gets a year: "summer2016".
                let list = &general.hashtags;
                let plain = |word: &&String| {
                    (4..=9).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_lowercase())
                };
                Spellings::new(words, list.clone(), list.iter().filter(plain).cloned().collect(), none)
            }
            Origin::Topic(topic) => {
                let topic = words.topic(topic);
                let of_subject =
                    |word: &&String| topic.subjects.iter().any(|subject| subject.tags.contains(word));
                let mut heads = topic.hashtags.clone();
                heads.extend(topic.words.iter().filter(|word| !of_subject(word)).cloned());
                heads.extend(topic.qualities.iter().map(|quality| join(quality, &topic.name)));
                let bases = topic.hashtags.iter().take(5).cloned().collect();
                Spellings::new(words, heads, bases, affixes)
            }
            Origin::Subject(topic, subject) => {
                let tags = &words.topic(topic).subjects[usize::from(subject)].tags;
                Spellings::new(words, tags.clone(), tags.clone(), affixes)
            }
            Origin::Language(language) => {
                let tags = &words.language(language).hashtags.any;
                Spellings::new(words, tags.clone(), tags.clone(), of_language(language))
            }
            Origin::LanguageTopic(language, topic) => {
                let hashtags = &words.language(language).hashtags;
                let own = &hashtags.topics[usize::from(topic.0)];
                let tags = if own.is_empty() { &hashtags.any } else { own };
                Spellings::new(words, tags.clone(), tags.clone(), of_language(language))
            }
            Origin::Place(place) => {
                let place = words.places()[usize::from(place.0)].clone();
                Spellings::new(words, vec![place.clone()], vec![place], local)
            }
            Origin::PlaceTopic(place, topic) => {
                let (place, topic) = (&words.places()[usize::from(place.0)], words.topic(topic));
                let near = topic.hashtags.iter().take(5);
                let heads: Vec<String> = near.flat_map(|tag| [join(place, tag), join(tag, place)]).collect();
                Spellings::new(words, heads.clone(), heads, none)
            }
        }
    }

    fn new(
        words: &Words,
        heads: Vec<String>,
        bases: Vec<String>,
        (before, after): (&'w [String], &'w [String]),
    ) -> Spellings<'w> {
        let [first, last] = words.general().years;
        let years = u64::from(last - first) + 1;
        let (n, affixes) = (bases.len() as u64, (before.len() + after.len()) as u64);
        let permutation = |domain| Permutation::new(domain, TAIL);
        Spellings {
            heads,
            bases,
            before,
            after,
            first_year: u64::from(first),
            years,
            stages: [
                permutation(n * (1 + affixes)),
                permutation(n * years),
                permutation(n * (1 + affixes) * years),
            ],
            at: 0,
        }
    }

    /// Writes the next spelling; a year in it is not after `latest`.
    pub(super) fn next(&mut self, latest: u64, out: &mut String) {
        loop {
            self.any_next(latest, out);
            if !out.contains("lifelife") && !out.contains("timetime") && !out.contains("lovelove") {
                return;
            }
        }
    }

    fn any_next(&mut self, latest: u64, out: &mut String) {
        out.clear();
        let at = self.at;
        self.at += 1;
        if let Some(head) = self.heads.get(at as usize) {
            return out.push_str(head);
        }
        let mut rest = at - self.heads.len() as u64;
        for (stage, permutation) in self.stages.iter().enumerate() {
            if rest < permutation.domain() {
                return self.spell(stage, permutation.forward(rest), latest, out);
            }
            rest -= permutation.domain();
        }
        // Beyond every stage: the last one again, numbered from 2 on.
        let last = self.stages[2].domain();
        self.spell(2, self.stages[2].forward(rest % last), latest, out);
        out.push('_');
        decimal::write(rest / last + 2, out);
    }

    fn spell(&self, stage: usize, number: u64, latest: u64, out: &mut String) {
        let bases = self.bases.len() as u64;
        let (base, variant) = (&self.bases[(number % bases) as usize], number / bases);
        let affixes = (1 + self.before.len() + self.after.len()) as u64;
        match stage {
            0 => self.affix(base, variant as usize, out),
            1 => out.push_str(base),
            _ => self.affix(base, (variant % affixes) as usize, out),
        }
        if stage > 0 {
            let year = if stage == 1 { variant } else { variant / affixes };
            let first = self.first_year.min(latest);
            let years = self.years.min(latest - first + 1);
            decimal::write(first + year % self.years % years, out);
        }
    }

    fn affix(&self, base: &str, variant: usize, out: &mut String) {
        let before = self.before.len();
        match variant {
            0 => out.push_str(base),
            at if at <= before => out.extend([&self.before[at - 1], base]),
            at => out.extend([base, &self.after[at - 1 - before]]),
        }
    }
}

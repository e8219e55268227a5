//! The people: their names, and the counts from the other tables for each.

use super::{Row, Survey, Take, repeated_keys, repeated_texts};
use crate::check::keys::{Keys, Texts};
use crate::check::rules::Rule;
use crate::edition::{Edition, Table};

#[derive(Debug, Default)]
pub struct People {
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

pub(super) struct Columns {
    username: usize,
    /// The course has no e-mail column.
    email: Option<usize>,
}

impl Columns {
    pub(super) fn new(table: &Table, edition: Edition) -> Self {
        let email = (edition == Edition::Platform).then(|| table.place("email"));
        Self { username: table.place("username"), email }
    }
}

impl Take for Columns {
    fn take(&self, row: Row<'_>, survey: &mut Survey) {
        let Survey { people, findings, .. } = survey;
        people.keys.push(row.key.0);
        people.born.push(row.created.unwrap_or_default());
        for counts in [&mut people.followees, &mut people.followers, &mut people.photos, &mut people.likes] {
            counts.push(0);
        }
        let name = row.text(self.username).unwrap_or_default();
        people.names.push_ignoring_case(name);
        people.name_chars += name.chars().count() as u64;
        people.names_ending_in_digit += u64::from(name.ends_with(|c: char| c.is_ascii_digit()));
        if let Some(email) = self.email {
            let lawful = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
                && (3..=50).contains(&name.len());
            findings.hold(Rule::UsernameLetters, lawful, || format!("{}: {name}", row.describe()));
            let email = row.text(email).unwrap_or_default();
            people.emails.push_ignoring_case(email);
            findings.hold(Rule::EmailForm, is_email(email), || format!("{}: {email}", row.describe()));
        }
    }

    fn end(&self, table: &'static Table, survey: &mut Survey) {
        let Survey { people, findings, .. } = survey;
        repeated_keys(findings, table, people.keys.seal());
        repeated_texts(findings, Rule::Username, std::mem::take(&mut people.names));
        repeated_texts(findings, Rule::Email, std::mem::take(&mut people.emails));
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

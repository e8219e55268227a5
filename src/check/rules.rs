//! The rules for a data set, and the rows found to break them.

use serde::Serialize;

use crate::edition::Edition;

/// How many broken rows of a rule are quoted.
const EXAMPLES: usize = 3;

/// A rule without exceptions: a single row that breaks it means that something is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    Key,
    Reference,
    Required,
    Pair,
    Username,
    Email,
    TagName,
    Length,
    SelfFollow,
    Followees,
    Tags,
    UsernameLetters,
    EmailForm,
    MediaCount,
    MediaOrder,
    MediaType,
    EmptyComment,
    PhotoTime,
    MediaTime,
    LikeTime,
    CommentTime,
    FollowTime,
    UpdateTime,
}

/// What a group of rules is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Group {
    Integrity,
    Uniqueness,
    Business,
    Causality,
}

impl Rule {
    const ALL: [Rule; 23] = [
        Rule::Key,
        Rule::Reference,
        Rule::Required,
        Rule::Pair,
        Rule::Username,
        Rule::Email,
        Rule::TagName,
        Rule::Length,
        Rule::SelfFollow,
        Rule::Followees,
        Rule::Tags,
        Rule::UsernameLetters,
        Rule::EmailForm,
        Rule::MediaCount,
        Rule::MediaOrder,
        Rule::MediaType,
        Rule::EmptyComment,
        Rule::PhotoTime,
        Rule::MediaTime,
        Rule::LikeTime,
        Rule::CommentTime,
        Rule::FollowTime,
        Rule::UpdateTime,
    ];

    fn group(self) -> Group {
        match self {
            Rule::Key | Rule::Reference | Rule::Required | Rule::Length => Group::Integrity,
            Rule::Pair | Rule::Username | Rule::Email | Rule::TagName => Group::Uniqueness,
            Rule::SelfFollow
            | Rule::Followees
            | Rule::Tags
            | Rule::UsernameLetters
            | Rule::EmailForm
            | Rule::MediaCount
            | Rule::MediaOrder
            | Rule::MediaType
            | Rule::EmptyComment => Group::Business,
            Rule::PhotoTime
            | Rule::MediaTime
            | Rule::LikeTime
            | Rule::CommentTime
            | Rule::FollowTime
            | Rule::UpdateTime => Group::Causality,
        }
    }

    fn text(self) -> &'static str {
        match self {
            Rule::Key => "keys are unique",
            Rule::Reference => "every reference exists",
            Rule::Required => "required values are not NULL",
            Rule::Pair => "no like, follow or tag of a photo is repeated",
            Rule::Username => "usernames are unique, ignoring case",
            Rule::Email => "e-mail addresses are unique",
            Rule::TagName => "tag names are unique",
            Rule::Length => "texts fit their columns",
            Rule::SelfFollow => "nobody follows himself or herself",
            Rule::Followees => "nobody follows more than 7,500 users",
            Rule::Tags => "a photo has at most 30 tags",
            Rule::UsernameLetters => "usernames have 3 to 50 letters, digits or underscores",
            Rule::EmailForm => "e-mail addresses have one @ and a domain",
            Rule::MediaCount => "a post has 1 to 10 media",
            Rule::MediaOrder => "media_order is 1 to 10 and unique within its post",
            Rule::MediaType => "media are IMAGE or VIDEO",
            Rule::EmptyComment => "no comment is empty",
            Rule::PhotoTime => "no photo is older than its owner",
            Rule::MediaTime => "no media are older than their post",
            Rule::LikeTime => "no like is older than its photo or its user",
            Rule::CommentTime => "no comment is older than its photo or its author",
            Rule::FollowTime => "no follow is older than one of its two users",
            Rule::UpdateTime => "updated_at is not before created_at",
        }
    }

    /// Whether the rule applies to an edition: the course has fewer.
    fn holds_in(self, edition: Edition) -> bool {
        let of_the_platform = matches!(
            self,
            Rule::Email
                | Rule::UsernameLetters
                | Rule::EmailForm
                | Rule::MediaCount
                | Rule::MediaOrder
                | Rule::MediaType
                | Rule::EmptyComment
                | Rule::MediaTime
                | Rule::UpdateTime
        );
        edition == Edition::Platform || !of_the_platform
    }
}

/// What was found about one rule.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    pub group: Group,
    pub rule: &'static str,
    /// How many rows break it.
    pub broken: u64,
    /// The first of them.
    pub examples: Vec<String>,
    #[serde(skip)]
    of: Rule,
}

impl Finding {
    /// Whether the rule concerns rows that other rows refer to.
    pub(super) fn is_reference(&self) -> bool {
        matches!(self.of, Rule::Reference)
    }
}

/// All findings, one for each rule of an edition.
#[derive(Debug)]
pub(super) struct Findings {
    findings: Vec<Finding>,
}

impl Findings {
    pub fn new(edition: Edition) -> Findings {
        let rules = Rule::ALL.into_iter().filter(|rule| rule.holds_in(edition));
        let finding =
            |of: Rule| Finding { group: of.group(), rule: of.text(), broken: 0, examples: Vec::new(), of };
        Findings { findings: rules.map(finding).collect() }
    }

    /// Notes a row that breaks a rule; rules that the edition does not have are ignored.
    #[cold]
    pub fn broken(&mut self, rule: Rule, example: impl FnOnce() -> String) {
        if let Some(finding) = self.findings.iter_mut().find(|finding| finding.of == rule) {
            finding.broken += 1;
            if finding.examples.len() < EXAMPLES {
                finding.examples.push(example());
            }
        }
    }

    #[inline]
    pub fn hold(&mut self, rule: Rule, holds: bool, example: impl FnOnce() -> String) {
        if !holds {
            self.broken(rule, example);
        }
    }

    pub fn into_findings(self) -> Vec<Finding> {
        self.findings
    }
}

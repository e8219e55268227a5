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
            Rule::Key => "a key stands once in its table",
            Rule::Reference => "what a row refers to is there",
            Rule::Required => "a value that must be there is there",
            Rule::Pair => "a person likes a photo once, follows a person once, a photo has a tag once",
            Rule::Username => "a username is taken once, in any case of letters",
            Rule::Email => "an e-mail address is taken once",
            Rule::TagName => "a tag has one name of its own",
            Rule::Length => "a text fits its column",
            Rule::SelfFollow => "nobody follows himself or herself",
            Rule::Followees => "nobody follows more than 7,500",
            Rule::Tags => "a photo has at most 30 tags",
            Rule::UsernameLetters => "a username is 3 to 50 letters, digits and underscores",
            Rule::EmailForm => "an e-mail address has one @ and a domain",
            Rule::MediaCount => "a post has 1 to 10 media",
            Rule::MediaOrder => "media_order is 1 to 10 and stands once in its post",
            Rule::MediaType => "media are IMAGE or VIDEO",
            Rule::EmptyComment => "a comment has at least one character",
            Rule::PhotoTime => "no photo before its owner",
            Rule::MediaTime => "no media before their post",
            Rule::LikeTime => "no like before its photo or its person",
            Rule::CommentTime => "no comment before its photo or its person",
            Rule::FollowTime => "no follow before one of its two people",
            Rule::UpdateTime => "no update before the creation",
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

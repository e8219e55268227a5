//! The embedded lists are valid, and a mistake in a list is told with its file and line.

use super::*;

#[test]
fn embedded_lists_are_valid() {
    let words = Words::embedded().unwrap_or_else(|error| panic!("{error}"));
    assert!(words.topics().len() >= 24 && words.languages().len() >= 11);
    assert_eq!(words.topics()[0].name, "life");
    let shares = words.shares();
    assert_eq!(shares[0], ("en", 0.42));
    assert_eq!(shares.len(), words.languages().len());
}

#[test]
fn a_language_is_added_by_one_file() {
    let dutch =
        embedded::files().into_iter().find(|file| file.0 == "languages/nl.toml").expect("Dutch is there").1;
    let frisian = dutch.replace("share = 0.01", "share = 0.25").replace("rank = 12", "rank = 13");
    let mut files = embedded::files();
    files.push(("languages/fy.toml", &frisian));
    let words = Words::parse(&files).unwrap_or_else(|error| panic!("{error}"));
    assert!(words.language_of("fy").is_some());
    let shares = words.shares();
    assert_eq!(shares.last().map(|(code, share)| (*code, (share * 1000.0).round())), Some(("fy", 200.0)));
    assert!((shares.iter().map(|(_, share)| share).sum::<f64>() - 1.0).abs() < 1e-9);
}

#[test]
fn a_share_is_above_0() {
    let error = spoiled("languages/nl.toml", "share = 0.01", "share = -1");
    assert_eq!(error, "languages/nl.toml, line 4: share = -1 is not above 0");
}

#[test]
fn communities_take_the_popular_topics_first_and_start_again() {
    let words = Words::embedded().expect("the embedded lists are valid");
    let count = words.topics().len() as u8;
    assert_eq!(words.topic(words.topic_of_community(0)).name, "life");
    assert_eq!(words.topic_of_community(3), words.topic_of_community(3 + count));
}

/// What is said when `from` is replaced by `to` in one of the files.
fn spoiled(path: &str, from: &str, to: &str) -> String {
    let files: Vec<(&str, String)> = embedded::files()
        .into_iter()
        .map(|(at, text)| (at, if at == path { text.replacen(from, to, 1) } else { text.to_owned() }))
        .collect();
    let before = embedded::files().into_iter().find(|file| file.0 == path).expect("a file of the lists").1;
    assert!(before.contains(from), "{path} has no {from}");
    let files: Vec<(&str, &str)> = files.iter().map(|(at, text)| (*at, text.as_str())).collect();
    Words::parse(&files).expect_err("the list is spoiled").to_string()
}

#[test]
fn mistakes_are_told_with_file_and_line() {
    let (en, pt) = ("languages/en.toml", "languages/pt.toml");
    for (path, from, to, told) in [
        (en, "weekend mood", "weekend #mood", "\"weekend #mood\" holds '#' or '@'"),
        (en, "{Thing} made my day.", "{Thinf} made my day.", "\"{Thinf} made my day.\" has an unknown slot"),
        (en, "{Thing} made my day.", "{Thing made my day.", "opens a slot and never closes it"),
        (en, "{Thing} made my day.", "Thing} made my day.", "closes a slot that was never opened"),
        (en, "\"London\"", "\"Lond{n}\"", "holds a slot, and this list takes plain text"),
        (en, "\"London\"", "\"London \"", "is empty or has spaces at an end"),
        (en, "\"London\"", "London", "languages/en.toml, line"),
        (en, "question = ", "questions = ", "unknown field `questions`"),
        (en, "coffee = [", "koffie = [", "things.koffie: there is no such topic"),
        (en, "Emma 1", "Эмма 1", "needs a Latin spelling, as in \"haruto=陽翔 300\""),
        (
            en,
            "  Michael 2543",
            "  Michael",
            "line 10: \"Michael\" has no count; write it as in \"Anna 1200\"",
        ),
        (en, "David 1732", "David many", "line 10: \"David many\" does not end in a count"),
        (en, "David 1732", "David 0", "has a count that is not from 1 to 10,000,000"),
        (en, "Anthony 840", "Michael 840", "line 11: \"Michael\" stands twice in its list"),
        (en, "David 1732", "Bartholomew-John 1732", "is too short or too long for a username"),
        (en, "David 1732", "Da@vid 1732", "needs a Latin spelling"),
        (en, "first = \"\"\"", "first = \"\"\"\n  D 4,", "line 10: \"D 4\" is too short"),
        (en, "towns = ", "cities = ", "unknown field `cities`"),
        (en, "{first} {last}", "{first}", "has to be {first} and {last}"),
        (pt, "fake = \"pt_br\"", "fake = \"xx\"", "is no locale that names are taken from"),
        (
            "topics/cats.toml",
            "\"meows\"",
            "\"surfs\"",
            "topics/cats.toml, line 1: handles: \"surfs\" is also a handle of topics/beach.toml",
        ),
        ("topics/cats.toml", "\"meows\"", "\"meowsandpurrs\"", "has more than the 11 letters"),
        ("topics/cats.toml", "handles.alone", "handles.lone", "topics/cats.toml, line"),
        ("topics/cats.toml", "\"catlife\"", "\"cat life\"", "topics/cats.toml, line"),
        ("topics/cats.toml", "\"catlife\"", "\"cats\"", "stands twice in its list"),
        ("generic.toml", "\"irl\"", "\"IRL\"", "generic.toml, line"),
    ] {
        let message = spoiled(path, from, to);
        assert!(message.contains(told) && message.starts_with(path), "{message}");
    }
}

#[test]
fn texts_that_could_outgrow_their_column_are_refused() {
    let long = format!("\"Love {}\"", "so ".repeat(60).trim_end());
    let message = spoiled("languages/en.toml", "\"Love this\"", &long);
    assert!(message.contains("a comment can grow to") && message.contains("255 are allowed"), "{message}");
}

#[test]
fn too_few_names_are_refused() {
    let files = embedded::files();
    let dutch = files.iter().find(|file| file.0 == "languages/nl.toml").expect("Dutch is there").1;
    let begin = dutch.find("last = \"\"\"").expect("it has family names");
    let end = begin + dutch[begin..].find("towns").expect("it has towns");
    let message =
        spoiled("languages/nl.toml", &dutch[begin..end], "last = \"\"\"\n  de Jong 5, Jansen 4\n\"\"\"\n");
    assert_eq!(message, "languages/nl.toml: names.last has 2 entries, 60 are needed");
}

#[test]
fn names_of_one_spelling_are_one_name_that_is_shown_in_several_ways() {
    let words = Words::embedded().expect("the embedded lists are valid");
    let language = words.language(words.language_of("ja").expect("Japanese is there"));
    let firsts = &language.names.first;
    let yuko = firsts.names().iter().position(|name| name.latin == "yuko").expect("it is frequent");
    let shown = |by: u32| firsts.shown(yuko, by);
    assert_eq!([shown(0), shown(u32::MAX)], ["裕子", "優子"]);
    let english = &words.language(words.language_of("en").expect("English is there")).names;
    let frequent = |list: &NameList, latin: &str| {
        let at = list.names().iter().position(|name| name.latin == latin).expect("it is in the list");
        list.weights().share(at)
    };
    assert!((frequent(&english.last, "smith") / frequent(&english.last, "watts") - 27.2).abs() < 0.2);
    assert!(frequent(&english.first, "michael") > 0.02);
}

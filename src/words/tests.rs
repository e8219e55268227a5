//! The embedded lists are valid, and a mistake in a list is reported with its file, its line and a way out.

use super::*;

#[test]
fn embedded_lists_are_valid() {
    let words = Words::embedded().unwrap_or_else(|error| panic!("{error}"));
    assert!(words.topics().len() >= 24 && words.languages().len() >= 11);
    assert_eq!(words.topics()[0].name, "life");
    let shares: f64 = words.languages().iter().map(|language| language.share).sum();
    assert!((shares - 1.0).abs() < 1e-9, "{shares}");
    for language in words.languages() {
        assert!(!language.home.is_empty() && !language.spam.is_empty(), "{}", language.code);
        assert!((0..words.general().abroad.len() as u16).all(|at| language.place(PlaceId(at)).is_some()));
    }
}

#[test]
fn every_list_has_lines_for_every_subject() {
    let words = Words::embedded().expect("the embedded lists are valid");
    let lists = [
        TextList::Short,
        TextList::Tell,
        TextList::More,
        TextList::Close,
        TextList::Praise,
        TextList::Say,
        TextList::Ask,
    ];
    for language in words.languages() {
        for topic in words.topics() {
            for (at, subject) in topic.subjects.iter().enumerate() {
                for list in lists {
                    let number = topic.first_subject + at as u16;
                    let run = |reach| language.lines.run(list, reach, subject.kind, number);
                    assert!(
                        [Reach::Any, Reach::Kind, Reach::Own]
                            .into_iter()
                            .all(|reach| run(reach).len(false) > 0),
                        "{} {}/{} {list:?}",
                        language.code,
                        topic.name,
                        subject.name
                    );
                }
            }
        }
    }
}

#[test]
fn a_language_is_added_by_one_file() {
    let dutch =
        embedded::files().into_iter().find(|file| file.0 == "languages/nl.toml").expect("Dutch is there").1;
    let frisian = dutch
        .replace("name = \"Nederlands\"", "name = \"Frysk\"")
        .replace("share = 0.01", "share = 0.25")
        .replace("rank = 12", "rank = 13");
    let mut files = embedded::files();
    files.push(("languages/fy.toml", &frisian));
    let words = Words::parse(&files).unwrap_or_else(|error| panic!("{error}"));
    let frisian = words.language(words.language_of("fy").expect("it was added"));
    assert_eq!((frisian.share, frisian.rank), (0.25, 13));
}

#[test]
fn two_languages_cannot_have_one_name() {
    let dutch =
        embedded::files().into_iter().find(|file| file.0 == "languages/nl.toml").expect("Dutch is there").1;
    let mut files = embedded::files();
    files.push(("languages/fy.toml", dutch));
    let error = Words::parse(&files).expect_err("two have one name").to_string();
    assert!(error.starts_with("languages/nl.toml, line 1: name = \"Nederlands\" is the name of"), "{error}");
    assert!(error.contains("languages/fy.toml too; give each language its own"), "{error}");
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

/// The line of a text in an English file that has it.
fn line_of(text: &str) -> usize {
    let files = embedded::files();
    let english = files.iter().find(|file| file.0 == "languages/en.toml").expect("English is there").1;
    1 + english[..english.find(text).expect("it is there")].matches('\n').count()
}

#[test]
fn a_mistake_in_a_line_is_reported_with_its_file_and_line() {
    let section = "[captions.dish]\nshort = [";
    let line = line_of(section) + 1;
    for (entry, said) in [
        ("A {thinf} again", "has the slot {thinf}, which no word fills; the slots are the forms ("),
        ("A {the again", "opens a slot and never closes it"),
        ("A the} again", "closes a slot that was never opened"),
        ("A #mood", "holds '#' or '@', which only hashtags and mentions may"),
        ("A mood ", "is empty or has spaces at an end"),
        ("A {7-3} mood", "has a range of numbers whose end is not above its begin"),
        ("A {x:one|y:two} mood", "has words for the class \\\"x\\\"; the classes are"),
        ("A mood | or another", "has an answer after"),
    ] {
        let message = spoiled("languages/en.toml", section, &format!("{section} \"{entry}\", "));
        let said = said.replace('\\', "");
        assert!(message.starts_with(&format!("languages/en.toml, line {line}: ")), "{message}");
        assert!(message.contains(&said), "{message}");
    }
    let long = format!("{section} \"{}\", ", "so ".repeat(90).trim_end());
    let message = spoiled("languages/en.toml", section, &long);
    assert!(message.contains("can grow to more than 200 characters"), "{message}");
}

#[test]
fn other_mistakes_are_reported_with_the_way_out() {
    let en = "languages/en.toml";
    for (path, from, to, said) in [
        (
            en,
            "share = 0.42",
            "share = -1",
            "line 2: share = -1 is not above 0; to leave a language out, remove",
        ),
        (en, "[captions.any]\nshort", "[captions.any]\nshorts", "unknown field `shorts`"),
        (en, "[captions.dish]", "[captions.koffie]", "[captions.koffie]: there is no such topic or kind"),
        (en, "[comments.dish]", "[comments.any2]", "[comments.any2]: there is no such topic or kind"),
        (en, "\nramen = ", "\nsushi = ", "sushi: topics/food.toml has no such subject"),
        (en, "{first} {last}", "{first}", "has to be {first} and {last}"),
        (en, "\"paris: ", "\"pari: ", "pari is not in \"abroad\" of generic.toml"),
        (en, "[hashtags]\n", "[hashtags]\nkoffie = [\"tag\"]\n", "hashtags.koffie: there is no such topic"),
        ("topics/cats.toml", "\"catlover\"", "\"cat lover\"", "topics/cats.toml, line"),
        ("topics/cats.toml", "\"catlover\"", "\"cats\"", "is twice in its list"),
        ("topics/food.toml", "kind = \"dish\"", "kind = \"meal\"", "is no kind; the kinds are thing, dish"),
    ] {
        let message = spoiled(path, from, to);
        assert!(message.contains(said) && message.starts_with(path), "{message}");
    }
}

#[test]
fn an_empty_list_is_named() {
    let (path, section) = ("languages/en.toml", "[captions.dish]\nshort = [");
    let message = spoiled(path, section, "[captions.dish]\nshort = []\nold = [");
    assert!(message.contains("unknown field `old`"), "{message}");
    let english = embedded::files().into_iter().find(|file| file.0 == path).expect("English is there").1;
    let start = english.find(section).expect("it is there") + section.len();
    let end = start + english[start..].find(']').expect("a list ends");
    let message = spoiled(path, &english[start - section.len()..end], section);
    assert_eq!(message, "languages/en.toml: captions.dish.short has 0 entries, 2 are needed");
    let placed = format!("{section}\"Lunch in {{name}}\", \"Dinner in {{name}}\"");
    assert_eq!(
        spoiled(path, &english[start - section.len()..end], &placed),
        "languages/en.toml: a line of captions.dish.short that names no place is missing"
    );
}

#[test]
fn a_subject_that_no_line_fits_is_named() {
    let (path, section) = ("languages/en.toml", "[captions.food]\nshort = [");
    let english = embedded::files().into_iter().find(|file| file.0 == path).expect("English is there").1;
    let start = english.find(section).expect("it is there");
    let end = start
        + english[start..]
            .find(']')
            .and_then(|key| english[start + key + 1..].find(']').map(|list| key + 1 + list))
            .expect("a list ends");
    let few = format!("{section}\"pizza: Slice\", \"pizza: Crust\"");
    let message = spoiled(path, &english[start..end], &few);
    assert!(message.starts_with("languages/en.toml: a line of captions.food.short that fits "), "{message}");
    assert!(message.ends_with(" and names no place is missing"), "{message}");
}

#[test]
fn a_mistake_in_names_is_reported_with_its_line() {
    let (en, pt) = ("languages/en.toml", "languages/pt.toml");
    let line = line_of("  Michael 2543");
    for (path, from, to, said) in [
        (en, "Emma 1", "Эмма 1", "needs a Latin spelling, as in \"haruto=陽翔 300\""),
        (en, "  Michael 2543", "  Michael", "\"Michael\" has no count; write it as in \"Anna 1200\""),
        (en, "David 1732", "David many", "\"David many\" does not end in a count"),
        (en, "David 1732", "David 0", "has a count that is not from 1 to 10,000,000"),
        (en, "Anthony 840", "Michael 840", "\"Michael\" is twice in its list"),
        (en, "David 1732", "Bartholomew-John 1732", "is too short or too long for a username"),
        (en, "David 1732", "Da@vid 1732", "needs a Latin spelling"),
        (en, "first = \"\"\"", "first = \"\"\"\n  D 4,", "\"D 4\" is too short"),
        (en, "towns = ", "cities = ", "unknown field `cities`"),
        (pt, "fake = \"pt_br\"", "fake = \"xx\"", "is no locale that names are taken from"),
        (
            "topics/cats.toml",
            "\"meows\"",
            "\"surfs\"",
            "topics/cats.toml, line 1: handles: \"surfs\" is also a handle of topics/beach.toml",
        ),
        ("topics/cats.toml", "\"meows\"", "\"meowsandpurrs\"", "has more than the 11 letters"),
        ("topics/cats.toml", "handles.alone", "handles.lone", "topics/cats.toml, line"),
        ("generic.toml", "\"irl\"", "\"IRL\"", "generic.toml, line"),
    ] {
        let message = spoiled(path, from, to);
        assert!(message.contains(said) && message.starts_with(path), "{message}");
        if said.contains("David") || said.contains("no count") {
            assert!(message.contains(&format!("line {line}: ")), "{message}");
        }
    }
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

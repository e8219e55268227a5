//! No circles of files inside `src`: a file that uses another is above it, and whoever reads down meets nothing twice.
//!
//! An edge is a path, `crate::..` or `super::..`, to an item of another file. A module and what is inside it are
//! exempt: a child may use its parent's items, and a parent names its children. So an item that a parent re-exports
//! counts as the parent's.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use crate::house::{Source, sources};

/// A module by the names that lead to it, from the root of its crate: the library, or the binary.
type Module = Vec<String>;

/// The files of `src`, by module, and which other files each uses.
struct Files {
    paths: BTreeMap<Module, String>,
    uses: BTreeMap<Module, BTreeSet<Module>>,
}

impl Files {
    fn new(sources: &[Source]) -> Self {
        let paths: BTreeMap<_, _> =
            sources.iter().map(|source| (module_of(&source.path), source.path.clone())).collect();
        let mut files = Self { paths, uses: BTreeMap::new() };
        for source in sources {
            let from = module_of(&source.path);
            let named = paths_in(&code(source));
            let used = named.iter().filter_map(|path| files.target(&from, path)).collect();
            files.uses.insert(from, used);
        }
        files
    }

    /// The file in which a path from this module ends, unless the one contains the other.
    fn target(&self, from: &Module, path: &[String]) -> Option<Module> {
        let mut at = from.clone();
        let mut names = path.iter();
        for name in names.by_ref() {
            match name.as_str() {
                "crate" => at.truncate(1),
                "super" => drop(at.pop()),
                "self" => {}
                name => {
                    at.push(name.to_owned());
                    break;
                }
            }
        }
        for name in names {
            at.push(name.clone());
        }
        while !self.paths.contains_key(&at) {
            at.pop()?;
        }
        let is_kin = at.starts_with(from) || from.starts_with(&at);
        (!is_kin).then_some(at)
    }

    /// Everything that a file uses, however far down.
    fn below<'a>(&'a self, from: &'a Module) -> BTreeSet<&'a Module> {
        let mut found = BTreeSet::new();
        let mut open = vec![from];
        while let Some(module) = open.pop() {
            open.extend(self.uses.get(module).into_iter().flatten().filter(|used| found.insert(*used)));
        }
        found
    }

    /// The circles: sets of files each of which leads to all others.
    fn circles(&self) -> BTreeSet<Vec<&str>> {
        let below: BTreeMap<&Module, BTreeSet<&Module>> =
            self.paths.keys().map(|module| (module, self.below(module))).collect();
        let mut circles = BTreeSet::new();
        for (module, used) in below.iter().filter(|(module, used)| used.contains(*module)) {
            let around = used.iter().filter(|other| below[*other].contains(module));
            circles.insert(around.map(|other| self.paths[*other].as_str()).collect());
        }
        circles
    }

    /// Which of these files uses which.
    fn listed(&self, circle: &[&str]) -> String {
        let mut list = String::new();
        for (from, used) in &self.uses {
            let inside = |module| circle.contains(&self.paths[module].as_str());
            for to in used.iter().filter(|to| inside(*to) && inside(from)) {
                let _ = writeln!(list, "  {} uses {}", self.paths[from], self.paths[to]);
            }
        }
        list
    }
}

fn module_of(path: &str) -> Module {
    let path = path.strip_prefix("src/").unwrap_or(path).trim_end_matches(".rs");
    let (root, path) = match path.strip_prefix("bin/instaseed/") {
        Some(path) => ("binary", path),
        None => ("library", path),
    };
    let names = path.split('/').filter(|name| !matches!(*name, "lib" | "main"));
    std::iter::once(root).chain(names).map(str::to_owned).collect()
}

/// A file's text without comments and unit tests.
fn code(source: &Source) -> String {
    source.code().map(|(_, line)| line.split("//").next().unwrap_or_default().to_owned() + "\n").collect()
}

/// Every path of the code that begins at the crate or above, lists taken apart.
fn paths_in(code: &str) -> Vec<Vec<String>> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut paths = Vec::new();
    for root in ["crate::", "super::", "self::"] {
        for (at, _) in code.match_indices(root) {
            if !code[..at].ends_with(|c: char| is_name(c) || c == ':') {
                follow(&code[at..], &mut Vec::new(), &mut paths);
            }
        }
    }
    paths
}

/// Reads one path, or each path of a list in braces, behind what has led to it; answers what comes after.
fn follow<'c>(code: &'c str, before: &mut Vec<String>, paths: &mut Vec<Vec<String>>) -> &'c str {
    let code = code.trim_start();
    if let Some(mut list) = code.strip_prefix('{') {
        loop {
            list = list.trim_start();
            if let Some(rest) = list.strip_prefix('}') {
                return rest;
            }
            let depth = before.len();
            let rest = follow(list, before, paths);
            before.truncate(depth);
            // past the comma, and a name after `as`
            let end = rest.find([',', '}']).unwrap_or(rest.len());
            list = rest[end..].strip_prefix(',').unwrap_or(&rest[end..]);
            if list.is_empty() {
                return list;
            }
        }
    }
    let end = code.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(code.len());
    let (name, rest) = code.split_at(end);
    if !name.is_empty() {
        before.push(name.to_owned());
    }
    match rest.strip_prefix("::") {
        Some(rest) => follow(rest, before, paths),
        None => {
            paths.push(before.clone());
            rest
        }
    }
}

#[test]
fn files_use_each_other_in_one_direction() {
    let sources = sources("src");
    let files = Files::new(&sources);
    let circles: String = files.circles().iter().map(|circle| files.listed(circle) + "\n").collect();
    assert!(circles.is_empty(), "circles of files:\n{circles}");
}

#[test]
fn a_circle_is_seen_through_lists_and_climbing_paths_and_kin_is_none() {
    let source = |path: &str, text: &str| Source { path: path.to_owned(), text: text.to_owned() };
    let sources = [
        source("src/a.rs", "mod one;\nmod two;\nuse one::One; // super::two\nuse crate::b::B;"),
        source("src/a/one.rs", "use super::{\n  Here,\n  two::{self, Two as Other},\n};"),
        source("src/a/two.rs", "fn f() -> crate::b::deep::Deep {}\n#[cfg(test)]\nmod tests;\nuse super::A;"),
        source("src/b.rs", "mod deep;"),
        source(
            "src/b/deep.rs",
            "fn g(_: super::super::a::one::One) {}\n#[cfg(test)]\nmod tests {\nuse crate::c::C;\n}",
        ),
        source("src/c.rs", "use $crate::b::deep::Deep;"),
    ];
    let files = Files::new(&sources);
    let circle = vec!["src/a/one.rs", "src/a/two.rs", "src/b/deep.rs"];
    assert_eq!(files.circles(), BTreeSet::from([circle]));
    assert_eq!(files.below(&module_of("src/c.rs")).len(), 3);
}

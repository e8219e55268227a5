//! Embeds the migrations and the seeds: writes lists of `include_str!` that the library reads.
//!
//! Cargo does not notice new files that an `include_str!` never named, and stale embedded migrations are a known
//! trap; each folder is therefore named to cargo, and the lists are sorted so that a build does not depend on the
//! order in which a file system tells its entries.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// Part of the seeds, but only the course reads them.
const EXERCISES: &str = "seeds/exercises";

fn main() -> io::Result<()> {
    let root =
        PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it for every build script"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it for every build script"));
    let mut code = String::new();
    let lists = [
        ("migrations", "EMBEDDED_MIGRATIONS", ""),
        ("seeds", "EMBEDDED_SEEDS", ""),
        (EXERCISES, "EMBEDDED_EXERCISES", "#[cfg(feature = \"course\")]\n"),
    ];
    for (folder, list, condition) in lists {
        println!("cargo::rerun-if-changed={folder}");
        let mut files = Vec::new();
        collect(&root.join(folder), &mut files)?;
        files.sort();
        writeln!(code, "/// Every file of `{folder}/`: its path below that folder, with `/`, and its text.")
            .expect("a String");
        writeln!(code, "{condition}pub(crate) const {list}: &[(&str, &str)] = &[").expect("a String");
        for file in files {
            let name = file.strip_prefix(root.join(folder)).expect("it was found below it");
            let name = name.to_str().expect("our own files have UTF-8 names").replace('\\', "/");
            writeln!(code, "    ({name:?}, include_str!({:?})),", file.to_str().expect("as above"))
                .expect("a String");
        }
        writeln!(code, "];").expect("a String");
    }
    fs::write(out.join("embedded.rs"), code)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        // They have a list of their own.
        if hidden || path.ends_with(EXERCISES) {
            continue;
        } else if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

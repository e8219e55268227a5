//! The files of seeds/words as the program carries them.

macro_rules! seeds {
    ($($path:literal),* $(,)?) => {
        &[$(($path, include_str!(concat!("../../seeds/words/", $path)))),*]
    };
}

/// (path below seeds/words, text)
pub const FILES: &[(&str, &str)] = seeds![
    "generic.toml",
    "topics/art.toml",
    "topics/baking.toml",
    "topics/beach.toml",
    "topics/beauty.toml",
    "topics/books.toml",
    "topics/cars.toml",
    "topics/cats.toml",
    "topics/city.toml",
    "topics/coffee.toml",
    "topics/cycling.toml",
    "topics/dogs.toml",
    "topics/family.toml",
    "topics/fashion.toml",
    "topics/fitness.toml",
    "topics/food.toml",
    "topics/football.toml",
    "topics/gaming.toml",
    "topics/garden.toml",
    "topics/hiking.toml",
    "topics/home.toml",
    "topics/life.toml",
    "topics/music.toml",
    "topics/photography.toml",
    "topics/running.toml",
    "topics/tech.toml",
    "topics/travel.toml",
    "topics/wildlife.toml",
    "topics/yoga.toml",
    "languages/de.toml",
    "languages/en.toml",
    "languages/es.toml",
    "languages/fr.toml",
    "languages/hi.toml",
    "languages/id.toml",
    "languages/it.toml",
    "languages/ja.toml",
    "languages/ko.toml",
    "languages/nl.toml",
    "languages/pt.toml",
    "languages/tr.toml",
];

//! The published measurements next to which each figure is shown, each with its source.
//!
//! A band that rests on no measurement that we have read is a choice, and says so: it does not count as published.

/// What is known of a figure from elsewhere.
#[derive(Clone, Copy, Debug)]
pub struct Published {
    /// The figure, as the check names it.
    pub figure: &'static str,
    /// What was measured.
    pub measured: &'static str,
    /// Who measured it; none where the band is a choice.
    pub source: Option<&'static str>,
}

const fn read(figure: &'static str, measured: &'static str, source: &'static str) -> Published {
    Published { figure, measured, source: Some(source) }
}

const fn chosen(figure: &'static str, measured: &'static str) -> Published {
    Published { figure, measured, source: None }
}

const KWAK: &str = "Kwak et al. 2010, What is Twitter, a social network or a news media?";
const FACEBOOK: &str = "Ugander et al. 2011, The anatomy of the Facebook social graph";

/// In the order of the page.
pub const PUBLISHED: &[Published] = &[
    read(
        "follows per user, mean",
        "n^(0.512 - 0.028 log10 n) for n people, give or take a fifth",
        "LDBC Social Network Benchmark, degree distribution fitted to Facebook",
    ),
    chosen("follow nobody", "a few accounts are never used"),
    read("sd of ln follows per user", "Facebook: mean 190, median 99, so 1.14 if lognormal", FACEBOOK),
    read(
        "Gini of follows per user",
        "LiveJournal 0.72; 0.58 if lognormal as on Facebook",
        "KONECT, soc-LiveJournal1",
    ),
    read(
        "Gini of followers per user",
        "LiveJournal 0.72, YouTube 0.78",
        "KONECT, soc-LiveJournal1 and youtube-links",
    ),
    read(
        "most followers / users",
        "about a third of Instagram follow its largest account",
        "Instagram, 630 to 670 million of about 2,000 million users, by Statista",
    ),
    read("tail exponent of followers (Hill, top 1 %)", "Twitter 2.28, Flickr 2.02, LiveJournal 2.75", KWAK),
    read("mutual follows", "Twitter: most follows are not returned; Flickr 0.62", KWAK),
    read(
        "clustering, mean of people",
        "Flickr 0.31, LiveJournal 0.33, Orkut 0.17, YouTube 0.13",
        "Zafarani et al. 2014, Social media mining, table 4.1",
    ),
    chosen("clustering / rewired", "a network of people has far more triangles than chance gives"),
    read("distance, mean", "Facebook 4.7, Twitter 4.1, Flickr 5.5; less in a smaller network", FACEBOOK),
    read("largest component / users", "Facebook 0.999; fewer where some follow nobody", FACEBOOK),
    read("users without a photo", "29.9 % of 10.2 million accounts were inactive", "Stroppa et al. 2015"),
    read(
        "Gini of photos per user",
        "29 % of people write 85 % of all posts, which is about 0.7 (all social media)",
        "Vision Critical 2015 (a survey)",
    ),
    read(
        "likes of liked photos, mean / median",
        "tracked accounts: mean 5,963, median 100",
        "HubSpot and Mention 2019, 48 million posts",
    ),
    read(
        "sd of ln likes",
        "bell-shaped on a logarithmic axis, 120,000 photos",
        "minimaxir.com 2014, mean 26, standard deviation 154",
    ),
    read(
        "likes by followers of the owner",
        "Flickr: more than half of all favourites come through friends",
        "Cha et al. 2009, A measurement-driven analysis of information propagation in the Flickr social network",
    ),
    read("likes within an hour", "20 to 30 % (another source: 50 %)", "axiomium.com; Takumi 2016"),
    read(
        "likes within a day",
        "half of them within 19 hours, so more than half within a day",
        "Simply Measured 2014",
    ),
    read("delay of a like, median hours", "1 hour to 19 hours", "Takumi 2016; Simply Measured 2014"),
    read(
        "likes : comments",
        "8.5 in January 2013; 12 on posts with several pictures in 2021",
        "TechCrunch 2013, 8,500 likes and 1,000 comments a second; HubSpot and Mention 2021",
    ),
    chosen("comment length, median", "no figure for Instagram was found; one short sentence"),
    chosen("distinct comment texts", "people repeat themselves, and programs more so"),
    read("photos without a tag", "a third of 115 million posts", "Mention 2018"),
    read(
        "tags per photo, mean",
        "11.5 of those chosen by a tag, a third with none: less than 7.7",
        "minimaxir.com 2014; Mention 2018",
    ),
    read(
        "tag rank-frequency slope",
        "about -1 (Zipf's law)",
        "studies of del.icio.us, and of 3.5 billion hashtags on Twitter",
    ),
    chosen("busiest hour / quietest", "people sleep, though not all in the same zone"),
    read("busiest hour UTC", "19 h, of 554,492 posts; 20 h local time", "preppr 2016; HubSpot 2023"),
    read(
        "username length, mean",
        "Twitter: 8.8 in 2007, 11.0 in 2012",
        "diegobasch.com 2012, names of Twitter users",
    ),
    read(
        "usernames ending in a digit",
        "Twitter: 17 % in 2007, 35 % in 2012",
        "diegobasch.com 2012, names of Twitter users",
    ),
];

/// When Instagram said how many million users it had: (year, month, day, millions).
pub const MILESTONES: [(u32, u32, u32, f64); 15] = [
    (2010, 12, 21, 1.0),
    (2011, 9, 26, 10.0),
    (2012, 4, 9, 30.0),
    (2012, 11, 15, 80.0),
    (2013, 2, 26, 100.0),
    (2013, 9, 15, 150.0),
    (2014, 3, 25, 200.0),
    (2014, 12, 10, 300.0),
    (2015, 9, 22, 400.0),
    (2016, 6, 21, 500.0),
    (2016, 12, 15, 600.0),
    (2017, 4, 26, 700.0),
    (2017, 9, 15, 800.0),
    (2018, 6, 20, 1000.0),
    (2021, 12, 1, 2000.0),
];

/// What is published about a figure.
pub fn of(figure: &str) -> Option<&'static Published> {
    PUBLISHED.iter().find(|published| published.figure == figure)
}

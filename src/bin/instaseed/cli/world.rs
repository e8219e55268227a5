//! Which world is meant: a profile, and what is said on the command line on top of it.

use crate::commands::Failure;
use clap::Args;
use instaseed::profile::{Profile, ProfileOverrides};

/// What `--profile` is when nothing is said.
const DEFAULT_PROFILE: &str = "classic";
/// What it is when a number of users is asked for: the profile that knows any number.
const SCALING_PROFILE: &str = "load";

/// Options that choose the world; every verb that makes rows has them.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "World")]
pub struct WorldArgs {
    /// tiny (10 users), classic (100), app (1,000), load (as many as --users), or a file [default: classic, with --users load]
    #[arg(long, value_name = "NAME|FILE")]
    pub profile: Option<String>,
    /// Which of all worlds: the same number gives the same rows everywhere
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// The number of users, met exactly
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub users: Option<i64>,
    /// Mean number of users that one follows
    #[arg(long, value_name = "MEAN", allow_negative_numbers = true)]
    pub follows_per_user: Option<f64>,
    /// Mean number of photos of a user
    #[arg(long, value_name = "MEAN", allow_negative_numbers = true)]
    pub photos_per_user: Option<f64>,
    /// Mean number of likes of a photo
    #[arg(long, value_name = "MEAN", allow_negative_numbers = true)]
    pub likes_per_photo: Option<f64>,
    /// Mean number of comments on a photo
    #[arg(long, value_name = "MEAN", allow_negative_numbers = true)]
    pub comments_per_photo: Option<f64>,
    /// Mean number of tags of a photo
    #[arg(long, value_name = "MEAN", allow_negative_numbers = true)]
    pub tags_per_photo: Option<f64>,
    /// Multiplies the follows and photos of a user
    #[arg(long, value_name = "FACTOR", allow_negative_numbers = true)]
    pub density: Option<f64>,
    /// The end of the world; everything happens before it
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
    /// Where image and video URLs point
    #[arg(long, value_name = "URL")]
    pub image_base_url: Option<String>,
    /// The password with which every account of the platform edition can log in
    #[arg(long, value_name = "TEXT")]
    pub password: Option<String>,
}

impl WorldArgs {
    /// Whether a world was chosen at all.
    pub fn is_default(&self) -> bool {
        self.profile.is_none() && self.overrides() == ProfileOverrides::default()
    }

    /// The whole profile that is meant.
    pub fn profile(&self) -> Result<Profile, Failure> {
        let default = if self.users.is_some() { SCALING_PROFILE } else { DEFAULT_PROFILE };
        let name = self.profile.as_deref().unwrap_or(default);
        Ok(Profile::load(name, &self.overrides()).map_err(instaseed::Error::from)?)
    }

    fn overrides(&self) -> ProfileOverrides {
        ProfileOverrides {
            seed: self.seed,
            users: self.users,
            follows_per_user: self.follows_per_user,
            photos_per_user: self.photos_per_user,
            likes_per_photo: self.likes_per_photo,
            comments_per_photo: self.comments_per_photo,
            tags_per_photo: self.tags_per_photo,
            density: self.density,
            as_of: self.as_of.clone(),
            image_base_url: self.image_base_url.clone(),
            password: self.password.clone(),
            ..ProfileOverrides::default()
        }
    }
}

//! What several verbs say of a load that was cut off.

use crate::failure::Failure;
use instaseed::database::Db;
use instaseed::load::{self, Interrupted, LoadError};

/// A load that was cut off, or why its record cannot be read.
pub type CutOff = (Option<Interrupted>, Option<LoadError>);

/// Looks for a load that was cut off. A record that cannot be read is no failure here: the verb has more to say.
pub fn cut_off(db: &mut Db) -> Result<CutOff, Failure> {
    match load::interrupted(db) {
        Ok(found) => Ok((found, None)),
        Err(error) => match error.into() {
            instaseed::Error::Load(error) => Ok((None, Some(error))),
            error => Err(error.into()),
        },
    }
}

//! The development password and its Argon2id hash, computed once per data set: every seeded account can log in.
//!
//! The cost is far below what a real service must use (4 MiB, one pass): it is there so that an application's own
//! verification runs, while setting a world up stays well under a second.

use crate::random::hash::{h1, key, stream};
use argon2::password_hash::{Error, PasswordHasher};
use argon2::{Algorithm, Argon2, Params, Version};

const SALT: u64 = stream("user.password.salt");
const MEMORY_KIB: u32 = 4 * 1024;
const PASSES: u32 = 1;
const LANES: u32 = 1;

/// The PHC string of a password, its salt derived from the seed: the same for every account, run and machine.
pub fn password_hash(seed: u64, password: &str) -> Result<String, Error> {
    let params =
        Params::new(MEMORY_KIB, PASSES, LANES, None).expect("the parameters are constants in their range");
    let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut salt = [0; 16];
    for (at, part) in salt.chunks_mut(8).enumerate() {
        part.copy_from_slice(&h1(key(seed, SALT), at as u64).to_le_bytes());
    }
    Ok(hasher.hash_password_with_salt(password.as_bytes(), &salt)?.to_string())
}

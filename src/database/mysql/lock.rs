//! The lock that migration runs and loads share.

/// The lock's name, as SQL. Such names are shared by the whole server, so it contains the
/// database's name, hashed because a lock name has at most 64 characters.
pub(crate) const LOCK: &str = "CONCAT('instaseed:', LEFT(SHA2(DATABASE(), 256), 32))";

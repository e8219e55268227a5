//! The lock that migration runs and loads share, and the one of copies.

/// The lock's name, as SQL. Such names are shared by the whole server, so it contains the
/// database's name, hashed because a lock name has at most 64 characters.
pub(crate) const LOCK: &str = "CONCAT('instaseed:', LEFT(SHA2(DATABASE(), 256), 32))";

/// The lock of copies into a database: one holds it from its first look to its end, over loads and migrations of its own.
pub(crate) const COPY_LOCK: &str = "CONCAT('instaseed-copy:', LEFT(SHA2(DATABASE(), 256), 32))";

//! The lock that runs of migrations and loads share.

/// Its name, as SQL. Such names are shared by the whole server, so it contains the database's, hashed because a name has
/// at most 64 characters.
pub(crate) const LOCK: &str = "CONCAT('instaseed:', LEFT(SHA2(DATABASE(), 256), 32))";

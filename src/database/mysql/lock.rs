//! The lock that runs of migrations and loads share.

/// Its name, as SQL. It is known to the whole server, so it holds the database's; names end at 64 characters.
pub(crate) const LOCK: &str = "CONCAT('instaseed:', LEFT(SHA2(DATABASE(), 256), 32))";

//! The advisory locks that migration runs and loads share, and the one of copies. Each database has its own.

/// "instaseed" and "migrate", as the two halves of the lock's key.
pub(crate) const LOCK: (i32, i32) = (0x1257_a5ee, 0x4d16_4a7e);

/// The key for connections that work for the holder of the lock: a server keeps running a statement
/// after its client is gone, so the lock alone does not show that a load has ended.
pub(crate) const HELPER_LOCK: (i32, i32) = (LOCK.0, LOCK.1 + 1);

/// The key of copies into a database: one holds it from its first look to its end, over loads and migrations of its own.
pub(crate) const COPY_LOCK: (i32, i32) = (LOCK.0, LOCK.1 + 2);

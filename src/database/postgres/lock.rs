//! The advisory locks that migration runs and loads share. Each database has its own.

/// "instaseed" and "migrate", as the two halves of the lock's key.
pub(crate) const LOCK: (i32, i32) = (0x1257_a5ee, 0x4d16_4a7e);

/// The key for connections that work for the holder of the lock: a server keeps running a statement
/// after its client is gone, so the lock alone does not show that a load has ended.
pub(crate) const HELPER_LOCK: (i32, i32) = (LOCK.0, LOCK.1 + 1);

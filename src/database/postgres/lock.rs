//! The advisory locks that runs of migrations and loads share. Each database has its own.

/// "instaseed" and "migrate", as the two halves of the lock's key.
pub(crate) const LOCK: (i32, i32) = (0x1257_a5ee, 0x4d16_4a7e);

/// The key of connections that work for the one that holds the lock: a server keeps running a statement after its client
/// is gone, so the lock alone does not say that a load has ended.
pub(crate) const HELPER_LOCK: (i32, i32) = (LOCK.0, LOCK.1 + 1);

//! The runtime that a server connection carries, so that the rest of the program can stay synchronous. Invariant:
//! a connection is driven by the runtime that opened it (its socket is registered there), so the wrapper must
//! receive that same runtime. A thread-local hands it over, because the wrapper's trait creates its own.

use std::cell::Cell;
use std::time::Duration;

use diesel_async::AsyncConnection;
use diesel_async::async_connection_wrapper::{AsyncConnectionWrapper, BlockOn};

use super::error::DatabaseError;

/// How often an idle connection checks whether the other machine is still there.
pub(super) const KEEPALIVE: Duration = Duration::from_secs(20);
/// How long a machine may leave that check, or any data, unacknowledged before it counts as gone.
pub(super) const DEAD_AFTER: Duration = Duration::from_secs(60);

/// A current-thread tokio runtime that belongs to one connection.
pub struct Runtime(tokio::runtime::Runtime);

thread_local! {
    static HANDED_OVER: Cell<Option<Runtime>> = const { Cell::new(None) };
}

impl Runtime {
    pub(crate) fn new(target: &super::Target) -> Result<Runtime, DatabaseError> {
        tokio::runtime::Builder::new_current_thread().enable_all().build().map(Runtime).map_err(|e| {
            DatabaseError::Server {
                target: target.to_string(),
                action: "starting the connection's event loop",
                source: Box::new(e),
            }
        })
    }

    /// Runs a future to completion, together with whatever the runtime drives.
    pub(crate) fn run<F: Future>(&self, future: F) -> F::Output {
        self.0.block_on(future)
    }

    /// Turns an asynchronous connection that this runtime opened into a blocking one.
    pub(super) fn wrap<C: AsyncConnection>(self, connection: C) -> AsyncConnectionWrapper<C, Runtime> {
        HANDED_OVER.set(Some(self));
        AsyncConnectionWrapper::from(connection)
    }
}

impl BlockOn for Runtime {
    fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.0.block_on(future)
    }

    fn get_runtime() -> Self {
        HANDED_OVER.take().unwrap_or_else(|| {
            Runtime(
                tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .expect("only `wrap` makes wrappers, and it hands a runtime over just before"),
            )
        })
    }
}

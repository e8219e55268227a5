//! A connection that gives up on a server that does not respond.
//!
//! Building an index may take hours, so a statement has no limit by itself: the network detects a
//! machine that is gone. A hung server looks alive to the network, so short queries (what exists, what
//! state is it in) have a limit within which the next item must arrive. Invariant: after a limit was
//! exceeded the connection is not used again, because a response to an old query could still arrive.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use diesel::QueryResult;
use diesel::connection::{CacheSize, Instrumentation};
use diesel::query_builder::{AsQuery, QueryFragment, QueryId};
use diesel::result::{ConnectionResult, DatabaseErrorKind, Error};
use diesel_async::{AnsiTransactionManager, AsyncConnection, AsyncConnectionCore, SimpleAsyncConnection};
use futures_util::Stream;
use tokio::time::Sleep;

use super::error::NO_ANSWER;

/// A driver's connection, with a time limit for responses.
pub struct Patient<C> {
    inner: C,
    /// The limit for short queries.
    short: Duration,
    limit: Limit,
}

/// How long the next item may take, and whether a limit was exceeded.
#[derive(Clone)]
struct Limit {
    of: Option<Duration>,
    passed: Arc<AtomicBool>,
}

impl Limit {
    fn error(&self) -> Error {
        let words = match self.of {
            Some(limit) => {
                format!("{NO_ANSWER}{} s: the server hangs, or the way to it is cut", limit.as_secs())
            }
            None => "the connection was given up before".to_owned(),
        };
        Error::DatabaseError(DatabaseErrorKind::ClosedConnection, Box::new(words))
    }
}

impl<C> Patient<C> {
    pub(super) fn new(inner: C, short: Duration) -> Patient<C> {
        Patient { inner, short, limit: Limit { of: None, passed: Arc::default() } }
    }

    /// Sets whether every response must come soon from now on; returns the previous setting.
    pub(super) fn hurry(&mut self, soon: bool) -> bool {
        let before = self.limit.of.is_some();
        self.limit.of = soon.then_some(self.short);
        before
    }

    /// Sends no more queries.
    pub(super) fn give_up(&mut self) {
        self.limit.passed.store(true, Ordering::Relaxed);
    }

    fn waiting(&self) -> Waiting {
        Waiting { limit: self.limit.clone(), sleep: None }
    }
}

/// The timer of one wait; it starts when the wait does.
struct Waiting {
    limit: Limit,
    sleep: Option<Pin<Box<Sleep>>>,
}

impl Waiting {
    /// Whether to stop: checked before each poll.
    fn is_over(&self) -> bool {
        self.limit.passed.load(Ordering::Relaxed)
    }

    /// Nothing has arrived yet: pending, until the limit is exceeded.
    fn wait<T>(&mut self, cx: &mut Context<'_>) -> Poll<QueryResult<T>> {
        let Some(limit) = self.limit.of else { return Poll::Pending };
        let sleep = self.sleep.get_or_insert_with(|| Box::pin(tokio::time::sleep(limit)));
        match sleep.as_mut().poll(cx) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(()) => {
                self.limit.passed.store(true, Ordering::Relaxed);
                Poll::Ready(Err(self.limit.error()))
            }
        }
    }
}

/// A response that is awaited.
pub struct Limited<F> {
    future: Pin<Box<F>>,
    waiting: Waiting,
}

impl<T, F: Future<Output = QueryResult<T>>> Future for Limited<F> {
    type Output = QueryResult<T>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<QueryResult<T>> {
        let this = self.get_mut();
        if this.waiting.is_over() {
            return Poll::Ready(Err(this.waiting.limit.error()));
        }
        match this.future.as_mut().poll(cx) {
            Poll::Pending => this.waiting.wait(cx),
            ready => ready,
        }
    }
}

/// The start of a response with many rows.
pub struct LimitedLoad<F>(Limited<F>);

impl<S, F: Future<Output = QueryResult<S>>> Future for LimitedLoad<F> {
    type Output = QueryResult<LimitedRows<S>>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        Pin::new(&mut this.0).poll(cx).map_ok(|rows| LimitedRows {
            rows: Box::pin(rows),
            waiting: Waiting { limit: this.0.waiting.limit.clone(), sleep: None },
        })
    }
}

/// The rows of a response; each of them must come within the limit.
pub struct LimitedRows<S> {
    rows: Pin<Box<S>>,
    waiting: Waiting,
}

impl<T, S: Stream<Item = QueryResult<T>>> Stream for LimitedRows<S> {
    type Item = QueryResult<T>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<QueryResult<T>>> {
        let this = self.get_mut();
        if this.waiting.is_over() {
            return Poll::Ready(None);
        }
        match this.rows.as_mut().poll_next(cx) {
            Poll::Pending => this.waiting.wait(cx).map(Some),
            ready => {
                this.waiting.sleep = None;
                ready
            }
        }
    }
}

impl<C: SimpleAsyncConnection + Send> SimpleAsyncConnection for Patient<C> {
    async fn batch_execute(&mut self, query: &str) -> QueryResult<()> {
        let waiting = self.waiting();
        Limited { future: Box::pin(self.inner.batch_execute(query)), waiting }.await
    }
}

impl<C: AsyncConnectionCore> AsyncConnectionCore for Patient<C> {
    type ExecuteFuture<'conn, 'query> = Limited<C::ExecuteFuture<'conn, 'query>>;
    type LoadFuture<'conn, 'query> = LimitedLoad<C::LoadFuture<'conn, 'query>>;
    type Stream<'conn, 'query> = LimitedRows<C::Stream<'conn, 'query>>;
    type Row<'conn, 'query> = C::Row<'conn, 'query>;
    type Backend = C::Backend;

    fn load<'conn, 'query, T>(&'conn mut self, source: T) -> Self::LoadFuture<'conn, 'query>
    where
        T: AsQuery + 'query,
        T::Query: QueryFragment<Self::Backend> + QueryId + 'query,
    {
        let waiting = self.waiting();
        LimitedLoad(Limited { future: Box::pin(self.inner.load(source)), waiting })
    }

    fn execute_returning_count<'conn, 'query, T>(
        &'conn mut self,
        source: T,
    ) -> Self::ExecuteFuture<'conn, 'query>
    where
        T: QueryFragment<Self::Backend> + QueryId + 'query,
    {
        let waiting = self.waiting();
        Limited { future: Box::pin(self.inner.execute_returning_count(source)), waiting }
    }
}

impl<C: AsyncConnection<TransactionManager = AnsiTransactionManager>> AsyncConnection for Patient<C> {
    type TransactionManager = AnsiTransactionManager;

    async fn establish(url: &str) -> ConnectionResult<Self> {
        Ok(Patient::new(C::establish(url).await?, Duration::MAX))
    }

    fn transaction_state(&mut self) -> &mut AnsiTransactionManager {
        self.inner.transaction_state()
    }

    fn instrumentation(&mut self) -> &mut dyn Instrumentation {
        self.inner.instrumentation()
    }

    fn set_instrumentation(&mut self, instrumentation: impl Instrumentation) {
        self.inner.set_instrumentation(instrumentation);
    }

    fn set_prepared_statement_cache_size(&mut self, size: CacheSize) {
        self.inner.set_prepared_statement_cache_size(size);
    }
}

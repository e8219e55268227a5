//! Connections: how many there are at once, and how long each may take.
//!
//! Without these limits a program that opens connections and then sends nothing, or reads nothing, would hold memory and file
//! descriptors for as long as the page is served.

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

/// How long to wait if no connection can be accepted because file descriptors have run out.
const PAUSE: Duration = Duration::from_millis(100);

/// The limits of connections.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The most connections at once. Others wait until one of them ends.
    pub connections: usize,
    /// How long the head of a request may take to arrive, and how long a connection may have no request.
    pub head: Duration,
    /// How long the body of a request may take to arrive.
    pub body: Duration,
    /// How long a response may take. The first visit to an exercise may build its database.
    pub answer: Duration,
    /// The age at which a connection accepts no more requests, and at which a stream of events ends. Browsers connect again by
    /// themselves.
    pub age: Duration,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            connections: 128,
            head: Duration::from_secs(15),
            body: Duration::from_secs(30),
            answer: Duration::from_secs(300),
            age: Duration::from_secs(600),
        }
    }
}

/// Accepts connections and answers their requests, for as long as it is polled.
pub async fn serve(listener: TcpListener, router: Router, limits: Limits) {
    let places = Arc::new(Semaphore::new(limits.connections));
    while let Ok(place) = Arc::clone(&places).acquire_owned().await {
        match listener.accept().await {
            Ok((stream, _)) => {
                let router = router.clone();
                tokio::spawn(async move {
                    attend(stream, router, limits).await;
                    drop(place);
                });
            }
            Err(_) => sleep(PAUSE).await,
        }
    }
}

/// Answers the requests of a connection until it ends.
async fn attend(stream: TcpStream, router: Router, limits: Limits) {
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    let mut connection = pin!(connection);
    if timeout(limits.age, connection.as_mut()).await.is_err() {
        connection.as_mut().graceful_shutdown();
        // A request that has begun is answered. If the browser does not read the response, the connection is dropped.
        let _ = timeout(limits.answer, connection).await;
    }
}

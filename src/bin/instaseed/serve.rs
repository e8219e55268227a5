//! The course as a page: a small server for one person, on this machine only, with the same grader as the terminal.
//!
//! All state is in the files of the learner's folder. The page reads and writes them, notices when other programs change them,
//! and keeps only the attempts since it was started.

mod act;
mod assets;
mod connections;
mod desk;
mod door;
mod events;
mod form;
mod keys;
mod routes;
#[cfg(test)]
mod tests;
mod view;

use connections::Limits;
use desk::Desk;
use futures_util::future;
use instaseed::course::Course;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::pin::pin;
use std::sync::{Arc, mpsc};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use tokio::runtime::Builder;
use tokio::sync::oneshot;

/// How long saving may take when the page is closed.
const PATIENCE: Duration = Duration::from_secs(2);

/// A page that is being served.
#[derive(Debug)]
pub struct Page {
    desk: Arc<Desk>,
    /// A message each time a browser has come in: the link is used up.
    entered: mpsc::Receiver<()>,
    stop: Option<oneshot::Sender<()>>,
    server: JoinHandle<io::Result<()>>,
}

impl Page {
    /// Starts to serve a course on a port of the loopback interface; 0 means any free port.
    pub fn open(course: Course, port: u16) -> io::Result<Page> {
        Page::open_within(course, port, Limits::default())
    }

    fn open_within(course: Course, port: u16, limits: Limits) -> io::Result<Page> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        listener.set_nonblocking(true)?;
        let (tell, entered) = mpsc::channel();
        let desk = Arc::new(Desk::new(course, listener.local_addr()?.port(), limits, tell)?);
        let runtime = Builder::new_current_thread().enable_all().build()?;
        events::watch(&desk);
        desk::warm_up(&desk);
        let (stop, stopped) = oneshot::channel();
        let router = routes::router(Arc::clone(&desk));
        let server = thread::spawn(move || {
            let served = runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener)?;
                future::select(pin!(connections::serve(listener, router, limits)), stopped).await;
                Ok::<(), io::Error>(())
            });
            runtime.shutdown_timeout(PATIENCE);
            served
        });
        Ok(Page { desk, entered, stop: Some(stop), server })
    }

    /// The link that opens the page; it works once.
    pub fn link(&self) -> String {
        format!("http://127.0.0.1:{}/enter?t={}", self.desk.port, self.desk.keys.entry())
    }

    /// Waits a moment. Returns whether a browser has used the link, so that there is a new one.
    pub fn wait(&self, moment: Duration) -> bool {
        self.entered.recv_timeout(moment).is_ok()
    }

    /// Whether the server has ended by itself.
    pub fn has_ended(&self) -> bool {
        self.server.is_finished()
    }

    /// Ends the server, after it has finished writing.
    pub fn close(mut self) -> io::Result<()> {
        if let Some(stop) = self.stop.take() {
            // The server may have ended.
            let _ = stop.send(());
        }
        self.server.join().unwrap_or_else(|_| Err(io::Error::other("the server has panicked")))
    }
}

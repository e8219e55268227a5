//! Inspects what a server asks for before the driver responds: over a plain connection to another
//! machine, the password is not sent in clear text to whoever asks for it.
//!
//! The driver has no such option, but it lets its caller supply the encryption. For a plain connection that is
//! [`Watched`], which encrypts nothing, reads along until the login is over, and ends the connection at a request
//! for the password. Invariant: the driver never sees such a request complete, so it cannot respond to it.

use std::fmt;
use std::future::{Ready, ready};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::future::Either;
use futures_util::{FutureExt, TryFutureExt};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::Socket;
use tokio_postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream};
use tokio_postgres_rustls::MakeRustlsConnect;

/// The server asked for the password in clear text.
#[derive(Debug)]
pub(super) struct ClearPassword;

impl fmt::Display for ClearPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the server asks for the password in clear")
    }
}

impl std::error::Error for ClearPassword {}

/// How a connection is secured.
#[derive(Clone)]
pub(crate) enum Security {
    Tls(MakeRustlsConnect),
    Watched,
}

type Rustls = <MakeRustlsConnect as MakeTlsConnect<Socket>>::TlsConnect;
type Encrypted = <MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream;

pub(crate) enum Connector {
    Tls(Rustls),
    Watched,
}

/// A stream of either kind.
pub(crate) enum Stream {
    Tls(Box<Encrypted>),
    Watched(Watched),
}

impl MakeTlsConnect<Socket> for Security {
    type Stream = Stream;
    type TlsConnect = Connector;
    type Error = <MakeRustlsConnect as MakeTlsConnect<Socket>>::Error;

    fn make_tls_connect(&mut self, domain: &str) -> Result<Connector, Self::Error> {
        Ok(match self {
            Security::Tls(tls) => {
                Connector::Tls(<MakeRustlsConnect as MakeTlsConnect<Socket>>::make_tls_connect(tls, domain)?)
            }
            Security::Watched => Connector::Watched,
        })
    }
}

type Encrypting =
    futures_util::future::MapOk<<Rustls as TlsConnect<Socket>>::Future, fn(Encrypted) -> Stream>;

impl TlsConnect<Socket> for Connector {
    type Stream = Stream;
    type Error = io::Error;
    type Future = Either<Encrypting, Ready<io::Result<Stream>>>;

    fn connect(self, socket: Socket) -> Self::Future {
        match self {
            Connector::Tls(tls) => {
                let wrap: fn(Encrypted) -> Stream = |stream| Stream::Tls(Box::new(stream));
                tls.connect(socket).map_ok(wrap).left_future()
            }
            Connector::Watched => {
                ready(Ok(Stream::Watched(Watched { socket, login: Some(Login::default()) }))).right_future()
            }
        }
    }
}

impl TlsStream for Stream {
    fn channel_binding(&self) -> ChannelBinding {
        match self {
            Stream::Tls(stream) => stream.channel_binding(),
            Stream::Watched(_) => ChannelBinding::none(),
        }
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Stream::Tls(stream) => Pin::new(stream.as_mut()).poll_read(cx, buffer),
            Stream::Watched(watched) => watched.poll_read(cx, buffer),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Stream::Tls(stream) => Pin::new(stream.as_mut()).poll_write(cx, bytes),
            Stream::Watched(watched) => Pin::new(&mut watched.socket).poll_write(cx, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Stream::Tls(stream) => Pin::new(stream.as_mut()).poll_flush(cx),
            Stream::Watched(watched) => Pin::new(&mut watched.socket).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Stream::Tls(stream) => Pin::new(stream.as_mut()).poll_shutdown(cx),
            Stream::Watched(watched) => Pin::new(&mut watched.socket).poll_shutdown(cx),
        }
    }
}

/// A plain socket, watched until the login is over.
pub(crate) struct Watched {
    socket: Socket,
    login: Option<Login>,
}

impl Watched {
    fn poll_read(&mut self, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.socket).poll_read(cx, buffer);
        if let (Poll::Ready(Ok(())), Some(login)) = (&read, &mut self.login) {
            match login.read(&buffer.filled()[before..]) {
                Seen::Going => {}
                Seen::Over => self.login = None,
                Seen::ClearPassword => {
                    buffer.set_filled(before);
                    return Poll::Ready(Err(io::Error::new(io::ErrorKind::PermissionDenied, ClearPassword)));
                }
            }
        }
        read
    }
}

/// What the server has sent so far: the beginning of the current message, and how much of it is still to come.
#[derive(Default)]
struct Login {
    head: Vec<u8>,
    skip: u64,
}

#[derive(Debug, PartialEq, Eq)]
enum Seen {
    Going,
    Over,
    ClearPassword,
}

impl Login {
    /// A message consists of its kind, its length (which counts itself), and its content. An
    /// authentication request begins with its number: 0 is "you are in", 3 is the password in clear text.
    fn read(&mut self, bytes: &[u8]) -> Seen {
        for &byte in bytes {
            if self.skip > 0 {
                self.skip -= 1;
                continue;
            }
            self.head.push(byte);
            let [kind, a, b, c, d, content @ ..] = &self.head[..] else { continue };
            let length = u64::from(u32::from_be_bytes([*a, *b, *c, *d]));
            if *kind != b'R' || length < 8 {
                self.skip = length.saturating_sub(4);
                self.head.clear();
                continue;
            }
            let [a, b, c, d] = content else { continue };
            match u32::from_be_bytes([*a, *b, *c, *d]) {
                0 => return Seen::Over,
                3 => return Seen::ClearPassword,
                _ => self.skip = length - 8,
            }
            self.head.clear();
        }
        Seen::Going
    }
}

#[cfg(test)]
mod tests {
    use super::{Login, Seen};

    fn message(kind: u8, content: &[u8]) -> Vec<u8> {
        let length = (content.len() as u32 + 4).to_be_bytes();
        [&[kind], &length[..], content].concat()
    }

    #[test]
    fn a_request_for_the_password_is_seen_however_it_is_cut() {
        let asks = [
            message(b'N', b"SNOTICE\0R\0\0\0\x08\0\0\0\0"),
            message(b'R', b"\0\0\0\x0aSCRAM-SHA-256\0\0"),
            message(b'R', b"\0\0\0\x03"),
        ]
        .concat();
        for size in 1..asks.len() {
            let mut login = Login::default();
            let seen: Vec<_> = asks.chunks(size).map(|chunk| login.read(chunk)).collect();
            assert_eq!(seen.last(), Some(&Seen::ClearPassword), "{size}");
        }
    }

    #[test]
    fn a_login_ends() {
        let mut login = Login::default();
        assert_eq!(login.read(&message(b'R', b"\0\0\0\x0bhello")), Seen::Going);
        assert_eq!(login.read(&message(b'R', b"\0\0\0\0")), Seen::Over);
    }
}

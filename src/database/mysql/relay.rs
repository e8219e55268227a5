//! Relays an unencrypted connection between the driver and a server on another machine, so that the
//! password is not given to whoever responds there.
//!
//! `caching_sha2_password` may ask for the password itself. Over a plain connection the driver then accepts any RSA
//! key from the server and encrypts the password with it; it has no option against that, and no way to supply a
//! stream. So the driver connects to a socket in a folder of ours, and the relay forwards both directions: packet by
//! packet until the login is over, then as the data comes. Invariant: a request for the password is never forwarded.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UnixListener, UnixStream};

#[cfg(target_os = "linux")]
use crate::database::runtime::{DEAD_AFTER, KEEPALIVE};

/// The longest path of the folder, with room for the name of the socket.
const LONGEST_FOLDER: usize = 80;
/// No packet of a login is longer than this.
const LONGEST_LOGIN_PACKET: usize = 1 << 16;
/// How much is forwarded at once after the login.
const BUFFER_BYTES: usize = 1 << 16;

/// A relay that waits for the driver; it works as long as the runtime that started it is running something.
pub(super) struct Relay {
    folder: tempfile::TempDir,
    refused: Arc<Mutex<bool>>,
}

impl Relay {
    /// Connects to the server and waits for the driver.
    pub(super) async fn start(host: &str, port: u16) -> io::Result<Relay> {
        let server = TcpStream::connect((host, port)).await?;
        watch_over(&server)?;
        let temporary = std::env::temp_dir();
        let place = match temporary.as_os_str().len() {
            0..=LONGEST_FOLDER => temporary,
            _ => PathBuf::from("/tmp"),
        };
        // only this user has access
        let folder = tempfile::Builder::new().prefix("instaseed-").tempdir_in(place)?;
        let listener = UnixListener::bind(socket(folder.path()))?;
        let refused = Arc::new(Mutex::new(false));
        let verdict = refused.clone();
        tokio::spawn(async move {
            let Ok((driver, _)) = listener.accept().await else { return };
            drop(listener);
            // if the relay ends, so does the driver's connection, and the driver reports it
            if let Err(error) = relay(server, driver).await
                && error.get_ref().is_some_and(|inner| inner.is::<Refused>())
            {
                *verdict.lock().unwrap_or_else(PoisonError::into_inner) = true;
            }
        });
        Ok(Relay { folder, refused })
    }

    /// The socket that the driver must connect to.
    pub(super) fn socket(&self) -> PathBuf {
        socket(self.folder.path())
    }

    /// Whether the server asked for the password.
    pub(super) fn has_refused(&self) -> bool {
        *self.refused.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn socket(folder: &Path) -> PathBuf {
    folder.join("mysql.sock")
}

/// Ends the connection if the machine is gone, however long a statement may run.
fn watch_over(server: &TcpStream) -> io::Result<()> {
    use rustix::net::sockopt;
    server.set_nodelay(true)?;
    sockopt::set_socket_keepalive(server, true)?;
    sockopt::set_tcp_keepidle(server, KEEPALIVE)?;
    sockopt::set_tcp_keepintvl(server, KEEPALIVE)?;
    sockopt::set_tcp_keepcnt(server, 3)?;
    #[cfg(target_os = "linux")]
    sockopt::set_tcp_user_timeout(server, u32::try_from(DEAD_AFTER.as_millis()).unwrap_or(u32::MAX))?;
    Ok(())
}

#[derive(Debug, thiserror::Error)]
#[error("the server asks for the password")]
struct Refused;

async fn relay(mut server: TcpStream, mut driver: UnixStream) -> io::Result<()> {
    let (mut from_server, mut to_server) = server.split();
    let (mut from_driver, mut to_driver) = driver.split();
    let down = async {
        login(&mut from_server, &mut to_driver).await?;
        pass(&mut from_server, &mut to_driver).await
    };
    let up = pass(&mut from_driver, &mut to_server);
    futures_util::future::try_join(down, up).await.map(drop)
}

/// Forwards until one side ends, then ends the other.
async fn pass(from: &mut (impl AsyncRead + Unpin), to: &mut (impl AsyncWrite + Unpin)) -> io::Result<()> {
    let mut buffer = vec![0; BUFFER_BYTES];
    loop {
        match from.read(&mut buffer).await? {
            0 => return to.shutdown().await,
            read => to.write_all(&buffer[..read]).await?,
        }
    }
}

/// Forwards what the server sends until it accepts the login.
async fn login(from: &mut (impl AsyncRead + Unpin), to: &mut (impl AsyncWrite + Unpin)) -> io::Result<()> {
    let mut is_greeting = true;
    loop {
        let mut head = [0; 4];
        if from.read_exact(&mut head).await.is_err() {
            return to.shutdown().await;
        }
        let mut packet = head.to_vec();
        let length = usize::from(packet[0]) | usize::from(packet[1]) << 8 | usize::from(packet[2]) << 16;
        if length > LONGEST_LOGIN_PACKET {
            // another program's greeting: leave the diagnosis to the driver, and forward nothing after it
            to.write_all(&packet).await?;
            return Err(io::ErrorKind::InvalidData.into());
        }
        packet.resize(4 + length, 0);
        from.read_exact(&mut packet[4..]).await?;
        match (is_greeting, &packet[4..]) {
            (false, [0, ..]) => return to.write_all(&packet).await,
            // more data for the plugin; only "the password is right" needs no response
            (false, [1, rest @ ..]) if rest != [3] => return Err(io::Error::other(Refused)),
            _ => to.write_all(&packet).await?,
        }
        is_greeting = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(sequence: u8, content: &[u8]) -> Vec<u8> {
        [&[content.len() as u8, 0, 0, sequence], content].concat()
    }

    /// What the driver sees of what a server sends during a login.
    fn passed(server: &[Vec<u8>]) -> (Vec<u8>, io::Result<()>) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let mut seen = Vec::new();
        let said = server.concat();
        let outcome = runtime.block_on(login(&mut &said[..], &mut seen));
        (seen, outcome)
    }

    #[test]
    fn a_request_for_the_password_is_not_passed_on() {
        let greeting = packet(0, b"\x0a8.4.0\0");
        for request in [&[1, 4][..], &[1], &[1, 2], &[1, 3, 4]] {
            for before in [vec![], vec![packet(2, b"\xfecaching_sha2_password\0salt")]] {
                let said = [vec![greeting.clone()], before.clone(), vec![packet(3, request)]].concat();
                let (seen, outcome) = passed(&said);
                assert!(outcome.unwrap_err().get_ref().unwrap().is::<Refused>());
                assert_eq!(seen, said[..said.len() - 1].concat());
            }
        }
    }

    #[test]
    fn a_greeting_is_not_taken_for_the_end_of_the_login() {
        let said = [packet(0, b"\0looks like ok"), packet(2, &[1, 4])];
        assert_eq!(passed(&said).0, said[0]);
    }

    #[test]
    fn a_login_that_goes_well_is_passed_on() {
        let said = [packet(0, b"\x0a8.4.0\0"), packet(2, &[1, 3]), packet(3, b"\0\0\0\x02\0\0\0")];
        let (seen, outcome) = passed(&said);
        assert!(outcome.is_ok());
        assert_eq!(seen, said.concat());
    }
}

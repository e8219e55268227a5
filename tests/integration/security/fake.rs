//! Servers that say what a test wants: the beginnings of both protocols, and a proxy that falls silent.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// Serves each connection with the same script, in a thread of its own; gives the port.
pub fn serve(script: impl Fn(TcpStream) + Send + Sync + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let script = Arc::new(script);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let script = script.clone();
            thread::spawn(move || script(stream));
        }
    });
    port
}

/// A MySQL server's side of a connection. What cannot be sent or read is over: the client has gone.
pub struct Mysql {
    stream: TcpStream,
    sequence: u8,
}

impl Mysql {
    /// Greets as a server without TLS whose accounts log in by this plugin.
    pub fn greet(stream: TcpStream, plugin: &str, salt: &[u8; 20]) -> Mysql {
        // long password, found rows, database, protocol 4.1, transactions, secure connection | plugins
        let (lower, upper) = (0xa20b_u16.to_le_bytes(), 0x0008_u16.to_le_bytes());
        let mut packet = b"\x0a8.0.36\0\x01\0\0\0".to_vec();
        packet.extend(&salt[..8]);
        packet.push(0);
        packet.extend(lower);
        packet.extend([45, 2, 0]);
        packet.extend(upper);
        packet.push(21);
        packet.extend([0; 10]);
        packet.extend(&salt[8..]);
        packet.push(0);
        packet.extend(plugin.as_bytes());
        packet.push(0);
        let mut server = Mysql { stream, sequence: 0 };
        server.send(&packet);
        server
    }

    pub fn send(&mut self, content: &[u8]) {
        let length = (content.len() as u32).to_le_bytes();
        let head = [length[0], length[1], length[2], self.sequence];
        let _ = self.stream.write_all(&[&head, content].concat());
        self.sequence = self.sequence.wrapping_add(1);
    }

    /// The content of the client's next packet.
    pub fn read(&mut self) -> Option<Vec<u8>> {
        let mut head = [0; 4];
        self.stream.read_exact(&mut head).ok()?;
        let length = u32::from_le_bytes([head[0], head[1], head[2], 0]) as usize;
        let mut content = vec![0; length];
        self.stream.read_exact(&mut content).ok()?;
        self.sequence = head[3].wrapping_add(1);
        Some(content)
    }

    /// Asks the client to log in by another plugin.
    pub fn switch(&mut self, plugin: &[u8], data: &[u8]) {
        self.send(&[b"\xfe", plugin, b"\0", data].concat());
    }

    /// Refuses in these words.
    pub fn refuse(&mut self, code: u16, words: &str) {
        self.send(&[b"\xff", &code.to_le_bytes()[..], b"#28000", words.as_bytes()].concat());
    }
}

/// A message of PostgreSQL's protocol.
pub fn message(kind: u8, content: &[u8]) -> Vec<u8> {
    [&[kind], &(content.len() as u32 + 4).to_be_bytes()[..], content].concat()
}

/// Reads the client's first message, which has no kind; says no to TLS.
pub fn postgres_startup(stream: &mut TcpStream) -> Option<()> {
    loop {
        let mut length = [0; 4];
        stream.read_exact(&mut length).ok()?;
        let mut content = vec![0; (u32::from_be_bytes(length) as usize).saturating_sub(4)];
        stream.read_exact(&mut content).ok()?;
        if content != 80877103_u32.to_be_bytes() {
            return Some(());
        }
        stream.write_all(b"N").ok()?;
    }
}

/// A proxy to a real server that passes everything on until the client sends this text; from then on the connection is
/// open and nothing moves.
pub fn silent_from(server: u16, text: &'static str) -> u16 {
    serve(move |client| {
        let Ok(server) = TcpStream::connect(("127.0.0.1", server)) else { return };
        let (mut from_server, mut to_client) = (server.try_clone().unwrap(), client.try_clone().unwrap());
        let silent = Arc::new(Mutex::new(false));
        let hush = silent.clone();
        thread::spawn(move || {
            let mut bytes = [0; 1 << 14];
            while let Ok(read @ 1..) = from_server.read(&mut bytes) {
                if *hush.lock().unwrap() || to_client.write_all(&bytes[..read]).is_err() {
                    return;
                }
            }
            if !*hush.lock().unwrap() {
                let _ = to_client.shutdown(Shutdown::Both);
            }
        });
        let (mut from_client, mut to_server) = (client, server);
        let mut bytes = [0; 1 << 14];
        while let Ok(read @ 1..) = from_client.read(&mut bytes) {
            if bytes[..read].windows(text.len()).any(|part| part == text.as_bytes()) {
                *silent.lock().unwrap() = true;
            }
            if !*silent.lock().unwrap() && to_server.write_all(&bytes[..read]).is_err() {
                return;
            }
        }
        let _ = to_server.shutdown(Shutdown::Both);
    })
}

//! A network that fails: what stands between drift and a server, and lets so many bytes of the server's through.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What happens when the bytes are used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The connection is closed.
    Cut,
    /// Nothing more comes, and nobody says so.
    Stall,
}

/// A proxy, listening until the test program ends.
pub struct Proxy {
    pub port: u16,
    passed: Arc<AtomicUsize>,
}

impl Proxy {
    /// Lets `limit` bytes of each connection through.
    pub fn start(server_port: u16, limit: usize, end: End) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let passed = Arc::new(AtomicUsize::new(0));
        let count = passed.clone();
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let server = TcpStream::connect(("127.0.0.1", server_port)).unwrap();
                let (mut from, mut to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
                std::thread::spawn(move || std::io::copy(&mut from, &mut to));
                let count = count.clone();
                std::thread::spawn(move || forward(server, client, limit, end, &count));
            }
        });
        Proxy { port, passed }
    }

    /// How many bytes of the server went through.
    pub fn passed(&self) -> usize {
        self.passed.load(Ordering::SeqCst)
    }
}

fn forward(mut server: TcpStream, mut client: TcpStream, limit: usize, end: End, count: &AtomicUsize) {
    let mut left = limit;
    let mut buffer = [0; 4096];
    while left > 0 {
        let room = left.min(buffer.len());
        let Ok(length @ 1..) = server.read(&mut buffer[..room]) else { break };
        if client.write_all(&buffer[..length]).is_err() {
            return;
        }
        left -= length;
        count.fetch_add(length, Ordering::SeqCst);
    }
    match end {
        End::Cut => {
            let _ = client.shutdown(Shutdown::Both);
            let _ = server.shutdown(Shutdown::Both);
        }
        // Until the client goes.
        End::Stall => while matches!(server.read(&mut buffer), Ok(1..)) {},
    }
}

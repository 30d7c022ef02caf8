//! A program of its own: other tests would change what is counted here.
#![allow(non_snake_case)] // R7: the requirement that a test proves

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use line_server::Server;

fn descriptors_and_threads() -> [usize; 2] {
    ["/proc/self/fd", "/proc/self/task"].map(|folder| fs::read_dir(folder).unwrap().count())
}

#[test]
fn stop_closes_all_descriptors_and_ends_all_threads__R7() {
    let before = descriptors_and_threads();
    let server = Server::start(0, 100).unwrap();
    let clients: Vec<_> = (0..10)
        .map(|_| {
            let mut client = TcpStream::connect(("127.0.0.1", server.port())).unwrap();
            client.write_all(b"COUNT\nCOU").unwrap();
            client.read_exact(&mut [0; 8]).unwrap();
            client
        })
        .collect();
    server.stop(Duration::from_secs(60));
    drop(clients);
    // The system lists a thread for a moment after it was joined.
    let end = Instant::now() + Duration::from_secs(10);
    while descriptors_and_threads() != before && Instant::now() < end {
        thread::sleep(Duration::from_millis(1));
    }
    assert_eq!(descriptors_and_threads(), before);
}

#![allow(non_snake_case)] // R1, R2: the requirements that a test proves

use std::collections::BTreeSet;
use std::error::Error;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::fd::AsRawFd;
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

use line_server::{Server, StartError};

const MAX_LENGTH: usize = 200_000;
const LONG_GRACE: Duration = Duration::from_secs(60);
const SOON: Duration = Duration::from_secs(10);

struct Client {
    reader: BufReader<TcpStream>,
}

impl Client {
    fn connect(server: &Server) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", server.port())).unwrap();
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(SOON)).unwrap();
        stream.set_write_timeout(Some(SOON)).unwrap();
        Self { reader: BufReader::new(stream) }
    }

    fn stream(&self) -> &TcpStream {
        self.reader.get_ref()
    }

    fn send(&self, bytes: impl AsRef<[u8]>) {
        self.stream().write_all(bytes.as_ref()).unwrap();
    }

    /// A reply without its LF.
    fn receive(&mut self) -> Vec<u8> {
        let mut line = Vec::new();
        self.reader.read_until(b'\n', &mut line).unwrap();
        assert_eq!(line.pop(), Some(b'\n'), "the stream ended");
        line
    }

    fn ask(&mut self, line: impl AsRef<[u8]>) -> Vec<u8> {
        self.send([line.as_ref(), b"\n"].concat());
        self.receive()
    }

    #[track_caller]
    fn expect(&mut self, line: impl AsRef<[u8]>, reply: impl AsRef<[u8]>) {
        let line = line.as_ref();
        let got = self.ask(line);
        assert!(got == reply.as_ref(), "{}: {}", line.escape_ascii(), got.escape_ascii());
    }

    fn rest(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.reader.read_to_end(&mut bytes).unwrap();
        bytes
    }

    /// When a reply has come, so have all requests that were sent in one packet.
    fn wait_for_reply(&self) {
        assert_eq!(self.stream().peek(&mut [0]).unwrap(), 1);
    }

    #[track_caller]
    fn expect_nothing_received(&self) {
        self.stream().set_nonblocking(true).unwrap();
        let error = self.stream().peek(&mut [0]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::WouldBlock);
        self.stream().set_nonblocking(false).unwrap();
    }

    /// Closes the connection with a reset.
    fn reset(self) {
        let linger = libc::linger { l_onoff: 1, l_linger: 0 };
        // SAFETY: the pointer and the length describe a live value of the type that SO_LINGER has.
        let result = unsafe {
            libc::setsockopt(
                self.stream().as_raw_fd(),
                libc::SOL_SOCKET,
                libc::SO_LINGER,
                (&raw const linger).cast(),
                size_of::<libc::linger>() as libc::socklen_t,
            )
        };
        assert_eq!(result, 0);
    }
}

fn start() -> Server {
    Server::start(0, MAX_LENGTH).unwrap()
}

fn set_request(key: &str, value_length: usize) -> Vec<u8> {
    [b"SET ", key.as_bytes(), b" ", &vec![b'x'; value_length]].concat()
}

/// Stores 100,000 bytes as `big` and asks for them so often that no buffer of the system holds the replies.
fn leave_replies_unread(server: &Server) -> Client {
    leave_replies_and_more_unread(server, b"")
}

fn leave_replies_and_more_unread(server: &Server, more: &[u8]) -> Client {
    let mut client = Client::connect(server);
    client.expect(set_request("big", 100_000), "OK");
    client.send([b"GET big\n".repeat(BIG_REPLIES).as_slice(), more].concat());
    client.wait_for_reply();
    client
}

const BIG_REPLIES: usize = 200;
const BIG_REPLY_LENGTH: usize = 100_007;

#[test]
fn commands_have_their_effects_and_replies__R1() {
    let server = start();
    let mut client = Client::connect(&server);
    for (request, reply) in [
        ("COUNT", "COUNT 0"),
        ("GET a", "NONE"),
        ("DEL a", "NONE"),
        ("SET a 1", "OK"),
        ("GET a", "VALUE 1"),
        ("SET a 2", "OK"),
        ("GET a", "VALUE 2"),
        ("ADD a 3", "EXISTS"),
        ("GET a", "VALUE 2"),
        ("ADD b 4", "OK"),
        ("GET b", "VALUE 4"),
        ("COUNT", "COUNT 2"),
        ("DEL a", "OK"),
        ("DEL a", "NONE"),
        ("GET a", "NONE"),
        ("GET b", "VALUE 4"),
        ("COUNT", "COUNT 1"),
        ("ADD a 5", "OK"),
        ("GET a", "VALUE 5"),
        ("GET A", "NONE"),
    ] {
        client.expect(request, reply);
    }
}

#[test]
fn count_is_decimal_and_counts_keys__R1() {
    let server = start();
    let mut client = Client::connect(&server);
    for number in 0..120 {
        client.expect(format!("SET key{number} value"), "OK");
        client.expect(format!("SET key{number} other"), "OK");
    }
    client.expect("COUNT", "COUNT 120");
}

#[test]
fn values_come_back_byte_for_byte__R1() {
    let server = start();
    let mut client = Client::connect(&server);
    let all: Vec<u8> = (0..=255).filter(|&byte| byte != b'\n').collect();
    let values: [&[u8]; 8] =
        [b"", b" ", b"  two  ", b"\0", b"a\0b", b"\xff\xfe\xc3", b"a\rb", &all];
    for value in values {
        client.expect([b"SET key ", value].concat(), "OK");
        client.expect("GET key", [b"VALUE ", value].concat());
    }
    client.expect("SET key a\r\r", "OK");
    client.expect("GET key", "VALUE a\r");
}

#[test]
fn empty_value_is_a_value__R1() {
    let server = start();
    let mut client = Client::connect(&server);
    client.expect("ADD key ", "OK");
    client.expect("ADD key other", "EXISTS");
    client.expect("GET key", "VALUE ");
    client.expect("COUNT", "COUNT 1");
    client.expect("DEL key", "OK");
}

#[test]
fn keys_are_any_bytes_but_space__R1() {
    let server = start();
    let mut client = Client::connect(&server);
    let all: Vec<u8> = (0..=255).filter(|byte| !b"\n ".contains(byte)).collect();
    let keys: [&[u8]; 6] = [b"a", b"a\0", b"a\0b", b"\xff", b"\ra", &all];
    for (number, key) in keys.iter().enumerate() {
        client.expect([b"SET ", *key, format!(" {number}").as_bytes()].concat(), "OK");
    }
    for (number, key) in keys.iter().enumerate() {
        client.expect([b"GET ", *key].concat(), format!("VALUE {number}"));
    }
    client.expect("COUNT", "COUNT 6");
}

#[test]
fn clients_share_the_store__R1() {
    let server = start();
    let (mut first, mut second) = (Client::connect(&server), Client::connect(&server));
    first.expect("SET a 1", "OK");
    second.expect("GET a", "VALUE 1");
    second.expect("DEL a", "OK");
    first.expect("GET a", "NONE");
}

#[test]
fn servers_do_not_share_the_store__R1() {
    let (first, second) = (start(), start());
    Client::connect(&first).expect("SET a 1", "OK");
    Client::connect(&second).expect("GET a", "NONE");
}

#[test]
fn request_in_single_bytes_is_answered_at_its_end__R2() {
    let server = start();
    let (mut client, mut other) = (Client::connect(&server), Client::connect(&server));
    for byte in b"SET a 1 2\r" {
        client.send([*byte]);
        other.expect("GET a", "NONE");
    }
    client.expect_nothing_received();
    client.send("\n");
    assert_eq!(client.receive(), b"OK");
    other.expect("GET a", "VALUE 1 2");
}

#[test]
fn thousands_of_requests_before_the_first_reply_is_read__R2() {
    let server = start();
    let mut client = Client::connect(&server);
    let requests: String = (0..5000).map(|number| format!("SET key{number} {number}\nGET key{number}\nCOUNT\n")).collect();
    client.send(requests);
    for number in 0..5000 {
        assert_eq!(client.receive(), b"OK");
        assert_eq!(client.receive(), format!("VALUE {number}").as_bytes());
        assert_eq!(client.receive(), format!("COUNT {}", number + 1).as_bytes());
    }
}

#[test]
fn requests_with_great_replies_are_all_answered_in_order__R2() {
    let server = start();
    let mut client = Client::connect(&server);
    client.expect(set_request("big", 100_000), "OK");
    client.send("GET big\nCOUNT\nDEL none\n".repeat(60));
    for _ in 0..60 {
        assert_eq!(client.receive().len(), BIG_REPLY_LENGTH - 1);
        assert_eq!(client.receive(), b"COUNT 1");
        assert_eq!(client.receive(), b"NONE");
    }
}

#[test]
fn lf_and_cr_lf_are_line_ends__R2() {
    let server = start();
    let mut client = Client::connect(&server);
    client.send("SET a 1\r\nGET a\nGET a\r\nSET b \r\nGET b\nCOUNT\r\n");
    client.stream().shutdown(Shutdown::Write).unwrap();
    assert_eq!(client.rest(), b"OK\nVALUE 1\nVALUE 1\nOK\nVALUE \nCOUNT 2\n");
}

#[test]
fn packets_end_anywhere__R2() {
    let server = start();
    let (mut client, mut other) = (Client::connect(&server), Client::connect(&server));
    for part in ["SET a 1\nSET", " b 2\r", "\nGET a\nG", "ET b\n"] {
        client.send(part);
        other.ask("COUNT");
    }
    for reply in ["OK", "OK", "VALUE 1", "VALUE 2"] {
        assert_eq!(client.receive(), reply.as_bytes());
    }
}

#[test]
fn unknown_commands__R3() {
    let server = start();
    let mut client = Client::connect(&server);
    client.expect("SET a 1", "OK");
    for line in [
        "", "\r", " ", " SET a 2", "set a 2", "Set a 2", "get a", "SETS a 2", "SE a 2", "SET\ta 2", "GETa", "COUNTS", "count",
        "PING", "\0", "\rCOUNT", "DELETE a",
    ] {
        client.expect(line, "ERR unknown command");
    }
    client.expect("GET a", "VALUE 1");
    client.expect("COUNT", "COUNT 1");
}

#[test]
fn wrong_arguments__R3() {
    let server = start();
    let mut client = Client::connect(&server);
    client.expect("SET a 1", "OK");
    for line in [
        "SET", "SET ", "SET a", "SET b", "SET  ", "SET  2", "ADD", "ADD ", "ADD b", "ADD  b 2", "GET", "GET ", "GET  ", "GET  a", "GET a ",
        "GET a b", "DEL", "DEL ", "DEL  a", "DEL a ", "DEL a a", "COUNT ", "COUNT 1", "COUNT a b",
    ] {
        client.expect(line, "ERR wrong arguments");
    }
    client.expect("GET a", "VALUE 1");
    client.expect("COUNT", "COUNT 1");
}

#[test]
fn line_of_the_greatest_length_is_served__R4() {
    let server = Server::start(0, 10).unwrap();
    let mut client = Client::connect(&server);
    client.expect("SET a 1234", "OK");
    client.expect("SET b 123\r", "OK");
    client.expect("SET a 12345", "ERR line too long");
    client.expect("SET b 1234\r", "ERR line too long");
    client.expect("GET a", "VALUE 1234");
    client.expect("GET b", "VALUE 123");
    client.expect("ABCDEFGHIJ", "ERR unknown command");
    client.expect("ABCDEFGHIJK", "ERR line too long");
}

#[test]
fn line_of_the_greatest_length_may_come_before_its_lf__R4() {
    let server = Server::start(0, 10).unwrap();
    let (mut client, mut other) = (Client::connect(&server), Client::connect(&server));
    client.send("SET a 1234");
    other.expect("COUNT", "COUNT 0");
    client.send("\n");
    assert_eq!(client.receive(), b"OK");
    other.expect("GET a", "VALUE 1234");
}

#[test]
fn least_line_length_is_one__R4() {
    let server = Server::start(0, 1).unwrap();
    let mut client = Client::connect(&server);
    client.expect("", "ERR unknown command");
    client.expect("\r", "ERR unknown command");
    client.expect("A", "ERR unknown command");
    client.expect("A\r", "ERR line too long");
    client.expect("AB", "ERR line too long");
}

#[test]
fn longer_lines_get_one_error_and_are_not_executed__R4() {
    let server = Server::start(0, 100).unwrap();
    let mut client = Client::connect(&server);
    for length in [101, 200, 4096, 65_536, 1_000_000] {
        client.send([b"SET a ".to_vec(), b"SET b 1 ".repeat(length / 8 + 1), b"\nCOUNT\n".to_vec()].concat());
        assert_eq!(client.receive(), b"ERR line too long");
        assert_eq!(client.receive(), b"COUNT 0");
    }
}

#[test]
fn too_long_line_in_parts_is_answered_at_its_end__R4() {
    let server = Server::start(0, 20).unwrap();
    let (mut client, mut other) = (Client::connect(&server), Client::connect(&server));
    for part in ["SET a 123456789012345", "6789", "SET b 1", "\r"] {
        client.send(part);
        other.expect("COUNT", "COUNT 0");
    }
    client.expect_nothing_received();
    client.send("\nSET c 1\n");
    assert_eq!(client.receive(), b"ERR line too long");
    assert_eq!(client.receive(), b"OK");
    client.expect("COUNT", "COUNT 1");
}

#[test]
fn greatest_length_without_a_limit_costs_nothing__R4() {
    let server = Server::start(0, usize::MAX).unwrap();
    let mut client = Client::connect(&server);
    client.expect(set_request("a", 300_000), "OK");
    assert_eq!(client.ask("GET a").len(), 300_006);
}

#[test]
fn listens_on_one_address_only__R4() {
    let server = start();
    for address in ["127.0.0.2", "::1"] {
        assert!(TcpStream::connect((address, server.port())).is_err(), "{address}");
    }
    Client::connect(&server).expect("COUNT", "COUNT 0");
}

#[test]
fn silent_clients_keep_nobody_waiting__R5() {
    let server = start();
    let mut silent: Vec<_> = (0..40).map(|_| Client::connect(&server)).collect();
    silent.iter().step_by(2).for_each(|client| client.send("SET half"));
    Client::connect(&server).expect("SET a 1", "OK");
    for client in silent.iter_mut().skip(1).step_by(2) {
        client.expect("GET a", "VALUE 1");
    }
    silent[0].expect(" line", "OK");
}

#[test]
fn many_clients_that_send_nothing_keep_nobody_waiting__R5() {
    let server = start();
    let _silent: Vec<_> = (0..150).map(|_| Client::connect(&server)).collect();
    Client::connect(&server).expect("COUNT", "COUNT 0");
}

#[test]
fn clients_that_do_not_read_keep_nobody_waiting__R5() {
    let server = start();
    let mut unread: Vec<_> = (0..3).map(|_| leave_replies_unread(&server)).collect();
    let mut client = Client::connect(&server);
    for number in 0..100 {
        client.expect(format!("SET a {number}"), "OK");
        client.expect("GET a", format!("VALUE {number}"));
    }
    for _ in 0..BIG_REPLIES {
        assert_eq!(unread[0].receive().len(), BIG_REPLY_LENGTH - 1);
    }
    unread[0].expect("COUNT", "COUNT 2");
}

#[test]
fn client_that_does_not_read_a_huge_reply_keeps_nobody_waiting__R5() {
    const LENGTH: usize = 8_000_000; // more than the buffers of the system hold
    let server = Server::start(0, LENGTH + 100).unwrap();
    let mut unread = Client::connect(&server);
    unread.expect(set_request("huge", LENGTH), "OK");
    unread.send("GET huge\n");
    unread.wait_for_reply();
    Client::connect(&server).expect("COUNT", "COUNT 1");
    assert_eq!(unread.receive().len(), "VALUE ".len() + LENGTH);
}

#[test]
fn one_of_many_adds_wins__R5() {
    const CLIENTS: usize = 8;
    const KEYS: usize = 100;
    let server = start();
    let barrier = Barrier::new(CLIENTS);
    let wins: Vec<Vec<usize>> = thread::scope(|scope| {
        let workers: Vec<_> = (0..CLIENTS)
            .map(|number| {
                let (server, barrier) = (&server, &barrier);
                scope.spawn(move || {
                    let mut client = Client::connect(server);
                    barrier.wait();
                    (0..KEYS).filter(|key| client.ask(format!("ADD {key} {number}")) == b"OK").collect()
                })
            })
            .collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).collect()
    });
    let mut client = Client::connect(&server);
    for (number, keys) in wins.iter().enumerate() {
        for key in keys {
            client.expect(format!("GET {key}"), format!("VALUE {number}"));
        }
    }
    assert_eq!(wins.iter().map(Vec::len).sum::<usize>(), KEYS);
    assert_eq!(wins.iter().flatten().collect::<BTreeSet<_>>().len(), KEYS);
}

#[test]
fn end_of_input_is_answered_with_all_replies_and_the_end__R6() {
    let server = start();
    let mut client = Client::connect(&server);
    client.send("SET a 1\nGET a\nSET b 2");
    client.stream().shutdown(Shutdown::Write).unwrap();
    assert_eq!(client.rest(), b"OK\nVALUE 1\n");
    Client::connect(&server).expect("GET b", "NONE");
}

#[test]
fn end_of_input_without_requests__R6() {
    let server = start();
    let mut client = Client::connect(&server);
    client.stream().shutdown(Shutdown::Write).unwrap();
    assert_eq!(client.rest(), b"");
}

#[test]
fn replies_still_unread_at_the_end_of_input_arrive__R6() {
    let server = start();
    let mut client = leave_replies_unread(&server);
    client.send("SET last 1\nGET last\n");
    client.stream().shutdown(Shutdown::Write).unwrap();
    let replies = client.rest();
    assert_eq!(replies.len(), BIG_REPLIES * BIG_REPLY_LENGTH + b"OK\nVALUE 1\n".len());
    assert!(replies.ends_with(b"\nOK\nVALUE 1\n"));
}

#[test]
fn clients_that_go_away_harm_nobody__R6() {
    let server = start();
    let mut other = Client::connect(&server);
    other.expect("SET a 1", "OK");
    for _ in 0..5 {
        let half_line = Client::connect(&server);
        half_line.send("SET a 2");
        drop(half_line);
        let mut reset = Client::connect(&server);
        reset.expect("COUNT", "COUNT 1");
        reset.send("SET a 3");
        reset.reset();
        Client::connect(&server).reset();
    }
    other.expect("GET a", "VALUE 1");
    drop(leave_replies_unread(&server));
    leave_replies_unread(&server).reset();
    other.expect("GET a", "VALUE 1");
    Client::connect(&server).expect("COUNT", "COUNT 2");
}

#[test]
fn stop_answers_what_was_received__R7() {
    let server = start();
    let mut clients: Vec<_> = (0..20).map(|_| Client::connect(&server)).collect();
    for client in &mut clients {
        client.expect("COUNT", "COUNT 0");
    }
    for (number, client) in clients.iter().enumerate() {
        client.send(format!("SET key{number} {number}\r\nGET key{number}\nSET half"));
    }
    clients.iter().for_each(Client::wait_for_reply);
    server.stop(LONG_GRACE);
    for (number, client) in clients.iter_mut().enumerate() {
        assert_eq!(client.rest(), format!("OK\nVALUE {number}\n").as_bytes());
    }
}

#[test]
fn stop_answers_what_is_in_the_receive_buffer__R7() {
    let server = start();
    let more = [set_request("last", 20_000).as_slice(), b"\nADD last 2\nGET la"].concat();
    let mut client = leave_replies_and_more_unread(&server, &more);
    let replies = thread::scope(|scope| {
        scope.spawn(|| server.stop(LONG_GRACE));
        thread::sleep(Duration::from_millis(5)); // Stop waits for the client now.
        client.rest()
    });
    assert_eq!(replies.len(), BIG_REPLIES * BIG_REPLY_LENGTH + b"OK\nEXISTS\n".len());
    assert!(replies.ends_with(b"\nOK\nEXISTS\n"));
}

#[test]
fn stop_closes_idle_connections_at_once__R7() {
    let server = start();
    let mut clients: Vec<_> = (0..10).map(|_| Client::connect(&server)).collect();
    for (number, client) in clients.iter_mut().enumerate() {
        client.expect("COUNT", "COUNT 0");
        client.send(&"SET a 1"[..number % 2 * 7]);
    }
    let start = Instant::now();
    server.stop(LONG_GRACE);
    assert!(start.elapsed() < SOON);
    for client in &mut clients {
        assert_eq!(client.rest(), b"");
    }
}

#[test]
fn stop_waits_for_the_grace_time_at_most__R7() {
    for grace in [Duration::ZERO, Duration::from_millis(20)] {
        let server = start();
        let mut client = leave_replies_unread(&server);
        let start = Instant::now();
        server.stop(grace);
        assert!((grace..SOON).contains(&start.elapsed()));
        let mut bytes = Vec::new();
        let _ = client.reader.read_to_end(&mut bytes); // A cut may be seen as a reset.
        assert!(bytes.len() < BIG_REPLIES * BIG_REPLY_LENGTH);
    }
}

#[test]
fn stopped_server_refuses_connections_and_keeps_its_port__R7() {
    let server = start();
    let port = server.port();
    assert_ne!(port, 0);
    Client::connect(&server).expect("COUNT", "COUNT 0");
    server.stop(LONG_GRACE);
    let error = TcpStream::connect(("127.0.0.1", port)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
    assert_eq!(server.port(), port);
}

#[test]
fn port_can_be_used_again_at_once__R7() {
    let first = start();
    let mut client = Client::connect(&first);
    client.expect("SET a 1", "OK");
    first.stop(LONG_GRACE);
    let second = Server::start(first.port(), MAX_LENGTH).unwrap();
    assert_eq!(second.port(), first.port());
    first.stop(Duration::ZERO);
    Client::connect(&second).expect("GET a", "NONE");
    assert_eq!(client.rest(), b"");
}

#[test]
fn stopping_again_does_nothing__R7() {
    let server = Arc::new(start());
    let stoppers: Vec<_> = (0..4)
        .map(|_| {
            let server = Arc::clone(&server);
            thread::spawn(move || {
                server.stop(Duration::MAX);
                TcpStream::connect(("127.0.0.1", server.port())).is_err()
            })
        })
        .collect();
    assert!(stoppers.into_iter().all(|stopper| stopper.join().unwrap()));
    server.stop(Duration::ZERO);
    server.stop(LONG_GRACE);
}

#[test]
fn dropped_server_is_stopped_without_grace__R7() {
    let server = start();
    let port = server.port();
    let _unread = leave_replies_unread(&server);
    let start = Instant::now();
    drop(server);
    assert!(start.elapsed() < SOON);
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
}

#[test]
fn line_length_of_zero_is_invalid__R8() {
    let error = Server::start(0, 0).err().unwrap();
    assert!(matches!(error, StartError::InvalidLineLength));
    assert!(error.source().is_none());
    assert!(!error.to_string().is_empty());
}

#[test]
fn port_in_use_is_an_error_of_the_system__R8() {
    let server = start();
    let mut client = Client::connect(&server);
    let error = Server::start(server.port(), MAX_LENGTH).err().unwrap();
    assert!(matches!(&error, StartError::Io(cause) if cause.kind() == ErrorKind::AddrInUse));
    assert!(error.source().unwrap().is::<std::io::Error>());
    client.expect("COUNT", "COUNT 0");
    Client::connect(&server).expect("COUNT", "COUNT 0");
}

#[test]
fn foreign_listener_goes_on__R8() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    assert!(matches!(Server::start(port, MAX_LENGTH), Err(StartError::Io(_))));
    let mut client = TcpStream::connect(("127.0.0.1", port)).unwrap();
    listener.accept().unwrap().0.write_all(b"hello").unwrap();
    let mut greeting = String::new();
    client.read_to_string(&mut greeting).unwrap();
    assert_eq!(greeting, "hello");
}

#![allow(non_snake_case)] // R1, R2: the requirements that a test proves

use http_message_parser::{Handler, Limits, ParseError, Parser};

const MANY: Limits = Limits { line: 1000, fields: 1000 };
const START: &str = "POST / HTTP/1.1\r\n";
const STARTED: &str = "request POST /\n";
const CHUNKED: &str = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
const IN_CHUNKS: &str = "request POST /\nfield Transfer-Encoding=chunked\nhead\n";

/// Writes the events as text, one a line; pieces of a body are joined.
#[derive(Default)]
struct Recorder {
    events: Vec<u8>,
    in_body: bool,
}

impl Recorder {
    fn write(&mut self, parts: &[&[u8]]) {
        if std::mem::take(&mut self.in_body) {
            self.events.push(b'\n');
        }
        self.events.extend(parts.concat());
        self.events.push(b'\n');
    }
}

impl Handler for Recorder {
    fn request(&mut self, method: &str, target: &str) {
        self.write(&[b"request ", method.as_bytes(), b" ", target.as_bytes()]);
    }

    fn field(&mut self, name: &str, value: &[u8]) {
        self.write(&[b"field ", name.as_bytes(), b"=", value]);
    }

    fn head_end(&mut self) {
        self.write(&[b"head"]);
    }

    fn body(&mut self, piece: &[u8]) {
        assert!(!piece.is_empty());
        if !self.in_body {
            self.events.extend(b"body ");
            self.in_body = true;
        }
        self.events.extend(piece);
    }

    fn end(&mut self) {
        self.write(&[b"end"]);
    }
}

fn parser(limits: Limits) -> Parser<Recorder> {
    Parser::new(Recorder::default(), limits)
}

/// Feeds the input in pieces of several sizes and expects the result and the events.
#[track_caller]
fn check_within(limits: Limits, input: impl AsRef<[u8]>, result: Result<(), ParseError>, events: impl AsRef<[u8]>) {
    for size in [1, 2, 3, 7, 16, 100_000] {
        let mut parser = parser(limits);
        let found = input.as_ref().chunks(size).try_for_each(|piece| parser.feed(piece));
        assert_eq!(found, result, "{}", input.as_ref().escape_ascii());
        assert_eq!(
            parser.handler().events.escape_ascii().to_string(),
            events.as_ref().escape_ascii().to_string()
        );
        if result.is_ok() {
            assert_eq!(parser.finish(), Ok(()));
        }
    }
}

#[track_caller]
fn check(input: impl AsRef<[u8]>, result: Result<(), ParseError>, events: impl AsRef<[u8]>) {
    check_within(MANY, input, result, events);
}

#[test]
fn requests_without_a_body__R1() {
    check("OPTIONS * HTTP/1.1\r\n\r\n", Ok(()), "request OPTIONS *\nhead\nend\n");
    check(
        "GET /a?b=c HTTP/1.1\r\nHost: example.com\r\nACCEPT:*/*\r\n\r\n",
        Ok(()),
        "request GET /a?b=c\nfield Host=example.com\nfield ACCEPT=*/*\nhead\nend\n",
    );
    check(
        format!("{START}Content-Length: 0\r\n\r\n"),
        Ok(()),
        format!("{STARTED}field Content-Length=0\nhead\nend\n"),
    );
}

#[test]
fn body_with_a_length__R1() {
    check(
        [START.as_bytes(), b"content-LENGTH: 8\r\n\r\na\r\n\0\n\r\xFFb"].concat(),
        Ok(()),
        [STARTED.as_bytes(), b"field content-LENGTH=8\nhead\nbody a\r\n\0\n\r\xFFb\nend\n"].concat(),
    );
    check(
        format!("{START}Content-Length: 1\r\n\r\n\n"),
        Ok(()),
        format!("{STARTED}field Content-Length=1\nhead\nbody \n\nend\n"),
    );
    check(
        format!("{START}Content-Length: 000000000000012\r\n\r\nhello, world"),
        Ok(()),
        format!("{STARTED}field Content-Length=000000000000012\nhead\nbody hello, world\nend\n"),
    );
}

#[test]
fn part_of_a_long_body_is_passed_on__R1() {
    for length in ["4294967296", "999999999999999"] {
        let mut parser = parser(MANY);
        assert_eq!(parser.feed(format!("{START}Content-Length: {length}\r\n\r\nabc").as_bytes()), Ok(()));
        let events = format!("{STARTED}field Content-Length={length}\nhead\nbody abc");
        assert_eq!(parser.handler().events, events.as_bytes());
    }
}

#[test]
fn values__R1() {
    check(
        format!("{START}A:\r\nB: \t\r\nC:\t x\t y \t \r\nD::\r\nE: \u{A0}\r\n\r\n"),
        Ok(()),
        format!("{STARTED}field A=\nfield B=\nfield C=x\t y\nfield D=:\nfield E=\u{A0}\nhead\nend\n"),
    );
}

#[test]
fn all_allowed_characters__R1() {
    let token: Vec<u8> =
        [b"!#$%&'*+-.^_`|~".to_vec(), (b'0'..=b'9').collect(), (b'A'..=b'Z').collect(), (b'a'..=b'z').collect()].concat();
    let target: Vec<u8> = (0x21..=0x7E).collect();
    let value: Vec<u8> = (0x21..=0x7E).chain(0x80..=0xFF).collect();
    check(
        [&token[..], b" ", &target, b" HTTP/1.1\r\n", &token, b": ", &value, b"\r\n\r\n"].concat(),
        Ok(()),
        [b"request ", &token[..], b" ", &target, b"\nfield ", &token, b"=", &value, b"\nhead\nend\n"].concat(),
    );
}

#[test]
fn events_come_with_their_last_byte__R2() {
    let mut parser = parser(MANY);
    let fields = format!("{STARTED}field Content-Length=5\nfield X=12\n");
    for (piece, events) in [
        ("POST / HTTP/1.1\r", String::new()),
        ("\n", STARTED.to_owned()),
        ("", STARTED.to_owned()),
        ("Content-Length: 5\r\nX: 1", format!("{STARTED}field Content-Length=5\n")),
        ("2\r\n", fields.clone()),
        ("\r", fields.clone()),
        ("\n", format!("{fields}head\n")),
        ("", format!("{fields}head\n")),
        ("he", format!("{fields}head\nbody he")),
        ("llo", format!("{fields}head\nbody hello\nend\n")),
    ] {
        assert_eq!(parser.feed(piece.as_bytes()), Ok(()));
        assert_eq!(parser.handler().events.escape_ascii().to_string(), events.escape_default().to_string());
    }
}

#[test]
fn messages_follow_one_another__R2() {
    check(
        format!(
            "GET /1 HTTP/1.1\r\n\r\n{START}Content-Length: 3\r\n\r\nabc{CHUNKED}1\r\nx\r\n0\r\n\r\nGET /2 HTTP/1.1\r\n\r\n"
        ),
        Ok(()),
        format!(
            "request GET /1\nhead\nend\n{STARTED}field Content-Length=3\nhead\nbody abc\nend\n{IN_CHUNKS}body x\nend\n\
             request GET /2\nhead\nend\n"
        ),
    );
}

#[test]
fn chunks__R3() {
    for (chunks, body) in [
        ("5\r\nhello\r\nA\r\n, \r\nworld!\r\n0\r\n\r\n", "body hello, \r\nworld!\n"),
        ("0\r\n\r\n", ""),
        (
            "00000000000c\r\nabcdefghijkl\r\n1a\r\nabcdefghijklmnopqrstuvwxyz\r\n000000000000\r\n\r\n",
            "body abcdefghijklabcdefghijklmnopqrstuvwxyz\n",
        ),
        ("F\r\n0123456789abcde\r\nf\r\n0123456789abcde\r\n0\r\n\r\n", "body 0123456789abcde0123456789abcde\n"),
    ] {
        check(format!("{CHUNKED}{chunks}"), Ok(()), format!("{IN_CHUNKS}{body}end\n"));
    }
    check(
        format!("{START}transfer-ENCODING: ChunKed \r\n\r\n9\r\n123456789\r\n0\r\n\r\n"),
        Ok(()),
        format!("{STARTED}field transfer-ENCODING=ChunKed\nhead\nbody 123456789\nend\n"),
    );
}

#[test]
fn part_of_a_long_chunk_is_passed_on__R3() {
    for size in ["FFFFFFFFFFFF", "100000000"] {
        let mut parser = parser(MANY);
        assert_eq!(parser.feed(format!("{CHUNKED}{size}\r\nabc").as_bytes()), Ok(()));
        assert_eq!(parser.handler().events, format!("{IN_CHUNKS}body abc").as_bytes());
    }
}

#[test]
fn wrong_chunks__R3() {
    for size in [
        "", "g", "G", "@", "`", "/", ":", "-1", "+1", "0x1", " 1", "1 ", "\t1", "1;a=b", "1;", "1g", "0000000000001",
    ] {
        check(format!("{CHUNKED}{size}\r\na\r\n0\r\n\r\n"), Err(ParseError::Chunk), IN_CHUNKS);
    }
    for (chunks, body) in [
        ("4\r\nhello\r\n0\r\n\r\n", "body hell"),
        ("4\r\nhell0\r\n\r\n", "body hell"),
        ("1\r\na\r\n0\r\nX: y\r\n\r\n", "body a"),
    ] {
        check(format!("{CHUNKED}{chunks}"), Err(ParseError::Chunk), format!("{IN_CHUNKS}{body}"));
    }
}

#[test]
fn wrong_request_lines__R4() {
    let lines: [&[u8]; 31] = [
        b"", b" ", b"GET", b"GET /", b"GET HTTP/1.1", b"GET  HTTP/1.1", b"GET  / HTTP/1.1", b" GET / HTTP/1.1",
        b" / HTTP/1.1", b"GET / HTTP/1.1 ", b"GET / a HTTP/1.1", b"GET /  HTTP/1.1", b"GET\t/ HTTP/1.1", b"G(T / HTTP/1.1",
        b"G\x80 / HTTP/1.1", b"G\0T / HTTP/1.1", b"GET /\x7F HTTP/1.1", b"GET /\x80 HTTP/1.1", b"GET /\t HTTP/1.1",
        b"GET / http/1.1", b"GET / HTTP/1.", b"GET / HTTP/11", b"GET / HTTP/1.10", b"GET / HTTP/1.1\t", b"GET / HTTP/a.1",
        b"GET / HTTP/1.b", b"GET / HTTP/:.1", b"GET / HTTP/1./", b"GET / HTTP/1,1", b"GET / XTTP/1.1", b"GET / HTTP/1.0 ",
    ];
    for line in lines {
        check([line, b"\r\nHost: a\r\n\r\n"].concat(), Err(ParseError::RequestLine), "");
    }
    check("GET / HTTP/1.1\r\n\r\n\r\n", Err(ParseError::RequestLine), "request GET /\nhead\nend\n");
}

#[test]
fn other_versions__R4() {
    for version in ["1.0", "1.2", "0.9", "2.0", "2.1", "9.9"] {
        check(format!("GET / HTTP/{version}\r\n\r\n"), Err(ParseError::Version), "");
        check(format!("GET /\x7F HTTP/{version}\r\n\r\n"), Err(ParseError::RequestLine), "");
    }
}

#[test]
fn wrong_field_lines__R5() {
    let lines: [&[u8]; 18] = [
        b" folded", b"\tfolded: b", b" ", b"Host : a", b"Host\t: a", b": a", b":", b"Host", b"Ho st: a", b"Hos(t): a",
        b"H\x80: a", b"X: \x7F", b"X: a\x1Fb", b"X:\x01", b"X: a\x0B", b"X: a\x0C", b"X: a\0b", b"X\0: a",
    ];
    for line in lines {
        check(
            [START.as_bytes(), b"A: 1\r\n", line, b"\r\nB: 2\r\n\r\n"].concat(),
            Err(ParseError::Header),
            format!("{STARTED}field A=1\n"),
        );
    }
}

#[test]
fn wrong_line_ends__R5() {
    for (before, after, events) in [
        ("\n", START, ""),
        ("\r", START, ""),
        ("POST / HTTP/1.1\n", "", ""),
        ("POST / HTTP/1.1\r\r\n", "", ""),
        ("POST / HT\rTP/1.1\r\n", "", ""),
        ("(\n", "", ""),
        (START, "(: a\n", STARTED),
        (START, "X: a\nY: b\r\n\r\n", STARTED),
        (START, "X: a\rY: b\r\n\r\n", STARTED),
        (START, "X: a\r\r\n\r\n", STARTED),
        (START, "X: a\r\n\n", "request POST /\nfield X=a\n"),
        (START, "X: a\r\n\rX", "request POST /\nfield X=a\n"),
        (CHUNKED, "g\n", IN_CHUNKS),
        (CHUNKED, "1\na\r\n", IN_CHUNKS),
        (CHUNKED, "1\ra\r\n", IN_CHUNKS),
        (CHUNKED, "1\r\na\n", &format!("{IN_CHUNKS}body a")),
        (CHUNKED, "1\r\na\r0", &format!("{IN_CHUNKS}body a")),
        (CHUNKED, "0\r\n\n", IN_CHUNKS),
    ] {
        check(format!("{before}{after}"), Err(ParseError::LineEnd), events);
    }
}

#[track_caller]
fn check_framing(fields: &[(&str, &str)]) {
    let lines: String = fields.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let events: String = fields.iter().map(|(name, value)| format!("field {name}={value}\n")).collect();
    check(format!("{START}{lines}\r\n0\r\n\r\n"), Err(ParseError::Framing), format!("{STARTED}{events}"));
}

#[test]
fn contradictory_lengths__R6() {
    for (one, other) in [
        (("Content-Length", "5"), ("Transfer-Encoding", "chunked")),
        (("transfer-encoding", "chunked"), ("content-length", "5")),
        (("Content-Length", "5"), ("Content-Length", "6")),
        (("Content-Length", "5"), ("CONTENT-LENGTH", "5")),
        (("Content-Length", "0"), ("Content-Length", "0")),
        (("Transfer-Encoding", "chunked"), ("transfer-encoding", "chunked")),
        (("Transfer-Encoding", "chunked"), ("Transfer-Encoding", "identity")),
        (("Transfer-Encoding", "gzip"), ("Transfer-Encoding", "chunked")),
        (("Content-Length", "x"), ("Content-Length", "5")),
    ] {
        check_framing(&[one, ("X", "y"), other]);
    }
}

#[test]
fn malformed_lengths_and_other_codings__R6() {
    for length in [
        "", "+5", "-5", "0x5", "5, 5", "5 5", "1e3", "5;", "a", "5a", "5.0", "0000000000000005", "/", ":", "\u{A0}5", "²",
    ] {
        check_framing(&[("Content-Length", length)]);
    }
    for coding in [
        "", "gzip", "gzip, chunked", "chunked, chunked", "xchunked", "chunkedx", "chunke", "chunked;", "\"chunked\"", "identity",
    ] {
        check_framing(&[("Transfer-Encoding", coding)]);
    }
}

#[test]
fn fields_of_other_names__R6() {
    check(
        format!("{START}X-Content-Length: 5\r\nContent-Length-X: 5\r\nTransfer-Encodin: x\r\n\r\n"),
        Ok(()),
        format!("{STARTED}field X-Content-Length=5\nfield Content-Length-X=5\nfield Transfer-Encodin=x\nhead\nend\n"),
    );
}

#[test]
fn lengths_of_lines__R7() {
    for (line, result, input, events) in [
        (15, Ok(()), format!("{START}X: 34567890\t345\r\n\r\n"), format!("{STARTED}field X=34567890\t345\nhead\nend\n")),
        (14, Err(ParseError::Limit), format!("{START}\r\n"), String::new()),
        (15, Err(ParseError::Limit), format!("{START}X: 3456789012345"), STARTED.to_owned()),
        (15, Err(ParseError::Limit), format!("{START}X:              "), STARTED.to_owned()),
        (15, Err(ParseError::Limit), format!("{START} 234567890123456"), STARTED.to_owned()),
        (26, Err(ParseError::Limit), format!("{CHUNKED}000000000000000000000000001"), IN_CHUNKS.to_owned()),
        (26, Err(ParseError::Chunk), format!("{CHUNKED}00000000000000000000000001\r\n"), IN_CHUNKS.to_owned()),
        (26, Err(ParseError::Limit), format!("{CHUNKED}1\r\na123456789012345678901234567"), format!("{IN_CHUNKS}body a")),
        (15, Err(ParseError::LineEnd), format!("{START}X: 345678901234\r5"), STARTED.to_owned()),
        (15, Err(ParseError::LineEnd), format!("{START}X: 345678901234\n"), STARTED.to_owned()),
    ] {
        check_within(Limits { line, ..MANY }, input, result, events);
    }
}

#[test]
fn limit_is_told_before_the_line_ends__R7() {
    let mut parser = parser(Limits { line: 5, ..MANY });
    assert_eq!(parser.feed(b"12345"), Ok(()));
    assert_eq!(parser.feed(b"6"), Err(ParseError::Limit));
}

#[test]
fn number_of_fields__R7() {
    let message = format!("{START}A: 1\r\nB: 2\r\n\r\n");
    let two = format!("{STARTED}field A=1\nfield B=2\n");
    let (none, pair) = (Limits { fields: 0, ..MANY }, Limits { fields: 2, ..MANY });
    check_within(pair, message.repeat(2), Ok(()), format!("{two}head\nend\n").repeat(2));
    check_within(pair, format!("{START}A: 1\r\nB: 2\r\nwrong\r\n"), Err(ParseError::Limit), two);
    check_within(none, format!("{START}A: 1\r\n"), Err(ParseError::Limit), STARTED);
    check_within(none, format!("{START}A: 1\n"), Err(ParseError::LineEnd), STARTED);
    check_within(none, format!("{START}\r\n"), Ok(()), format!("{STARTED}head\nend\n"));
}

#[test]
fn stays_in_error__R8() {
    for (start, rest, error) in [
        ("", "\n", ParseError::LineEnd),
        ("", "0123456789012345678901234567890", ParseError::Limit),
        ("", "GET\r\n", ParseError::RequestLine),
        ("", "GET / HTTP/1.0\r\n", ParseError::Version),
        (START, "A\r\n", ParseError::Header),
        (START, "Content-Length: a\r\n\r\n", ParseError::Framing),
        (CHUNKED, "x\r\n", ParseError::Chunk),
        (CHUNKED, "1\r\nab\r\n", ParseError::Chunk),
    ] {
        let mut parser = parser(Limits { line: 30, ..MANY });
        assert_eq!(parser.feed(format!("{start}{rest}").as_bytes()), Err(error));
        let before = parser.handler().events.clone();
        for more in ["1\r\na\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n", "", "\r\n"] {
            assert_eq!(parser.feed(more.as_bytes()), Err(error));
            assert_eq!(parser.finish(), Err(error));
        }
        assert_eq!(parser.handler().events, before);
        assert!(!error.to_string().is_empty());
    }
}

#[test]
fn end_of_input_between_messages__R8() {
    let mut parser = parser(MANY);
    for message in ["", "GET / HTTP/1.1\r\n\r\n", &format!("{CHUNKED}0\r\n\r\n")] {
        assert_eq!(parser.feed(message.as_bytes()), Ok(()));
        assert_eq!(parser.finish(), Ok(()));
    }
    assert_eq!(parser.handler().events, format!("request GET /\nhead\nend\n{IN_CHUNKS}end\n").as_bytes());
}

#[test]
fn end_of_input_within_a_message__R8() {
    for message in [
        "\r\n".to_owned(),
        format!("{START}Content-Length: 3\r\n\r\nabc"),
        format!("{CHUNKED}1\r\na\r\n0\r\n\r\n"),
    ] {
        for length in 1..message.len() {
            let (first, rest) = message.as_bytes().split_at(length);
            let mut parser = parser(MANY);
            assert_eq!(parser.feed(first), Ok(()));
            assert_eq!(parser.finish(), Err(ParseError::Incomplete));
            assert_eq!(parser.feed(rest), Err(ParseError::Incomplete));
            assert_eq!(parser.finish(), Err(ParseError::Incomplete));
        }
    }
}

package eventstream

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
)

const mark = "\ufeff"

// recorder notes what its parser tells: events as "[type|id]data;", reconnection times as "(500ms);".
type recorder struct {
	parser *Parser
	told   strings.Builder
}

func newRecorder(t *testing.T, limit int) *recorder {
	t.Helper()
	r := &recorder{}
	parser, err := New(limit, Handlers{
		Event: func(event Event) { fmt.Fprintf(&r.told, "[%s|%s]%s;", event.Type, event.LastID, event.Data) },
		Retry: func(wait time.Duration) { fmt.Fprintf(&r.told, "(%v);", wait) },
	})
	if err != nil {
		t.Fatal(err)
	}
	r.parser = parser
	return r
}

// feed expects what one chunk tells, and how many bytes of it are taken with which error.
func (r *recorder) feed(t *testing.T, chunk, told string, taken int, expected error) {
	t.Helper()
	r.told.Reset()
	n, err := io.WriteString(r.parser, chunk)
	if n != taken || !errors.Is(err, expected) {
		t.Errorf("%q: %d bytes, %v; expected %d, %v", chunk, n, err, taken, expected)
	}
	if r.told.String() != told {
		t.Errorf("%q told %q, expected %q", chunk, r.told.String(), told)
	}
}

func (r *recorder) takes(t *testing.T, chunk, told string) {
	t.Helper()
	r.feed(t, chunk, told, len(chunk), nil)
}

// expect feeds a stream in chunks of several sizes.
func expect(t *testing.T, stream, told string) {
	t.Helper()
	for _, size := range []int{1, 2, 3, 5, len(stream) + 1} {
		r := newRecorder(t, 1000)
		for rest := stream; rest != ""; {
			chunk := rest[:min(size, len(rest))]
			rest = rest[len(chunk):]
			if n, err := r.parser.Write([]byte(chunk)); n != len(chunk) || err != nil {
				t.Fatalf("%q: %d bytes, %v", chunk, n, err)
			}
		}
		if r.told.String() != told {
			t.Errorf("%q by %d told %q, expected %q", stream, size, r.told.String(), told)
		}
	}
}

func TestEvents_R1(t *testing.T) {
	expect(t, "event: a\ndata: 1\ndata: 2\n\n", "[a|]1\n2;")
	expect(t, "data: 1\n\ndata: 2\n\n", "[message|]1;[message|]2;")
	expect(t, "data: 1\nid: 7\nevent: b\n\n", "[b|7]1;")
	expect(t, "event: a\nevent: b\ndata: 1\n\n", "[b|]1;")
	expect(t, "event: é\nid: 好\ndata: 你好\n\n", "[é|好]你好;")
	expect(t, "data: a\x00b\n\n", "[message|]a\x00b;")
}

func TestToldWithTheByteThatCompletesIt_R2(t *testing.T) {
	r := newRecorder(t, 100)
	r.takes(t, "da", "")
	r.takes(t, "ta: 1\xe4", "")
	r.takes(t, "\xbd\xa0\r", "")
	r.takes(t, "\n", "")
	r.takes(t, "", "")
	r.takes(t, "\r", "[message|]1你;")
	r.takes(t, "\nretry: 5", "")
	r.takes(t, "\n", "(5ms);")
	r.takes(t, "data\n\ndata: 2\n\nda", "[message|];[message|]2;")
}

func TestLineEnds_R3(t *testing.T) {
	expect(t, "data:1\r\rdata:2\n\ndata:3\r\n\r\n", "[message|]1;[message|]2;[message|]3;")
	expect(t, "data:1\r\ndata:2\r\n\r\n", "[message|]1\n2;")
	expect(t, "data:1\rdata:2\ndata:3\r\n\n", "[message|]1\n2\n3;")
	expect(t, "data:1\n\rdata:2\n\n", "[message|]1;[message|]2;")
	expect(t, "data:1\r\r\ndata:2\n\n", "[message|]1;[message|]2;")
	expect(t, "data:1\r\n\ndata:2\n\n", "[message|]1;[message|]2;")
	expect(t, "data:1\v2\f3\u0085\u2028\u2029 4\n\n", "[message|]1\v2\f3\u0085\u2028\u2029 4;")
}

func TestNamesAndValues_R4(t *testing.T) {
	expect(t, "data:1\ndata: 2\ndata:  3\ndata:\t4\ndata:5 \n\n", "[message|]1\n2\n 3\n\t4\n5 ;")
	expect(t, "data: a:b: c\n\n", "[message|]a:b: c;")
	expect(t, ": data: 1\n:\n:data\ndata: 2\n\n", "[message|]2;")
	expect(t, "Data: 1\n data: 2\ndata : 3\ndatas: 4\ndat: 5\nfoo\nEvent: x\ndata: 6\n\n", "[message|]6;")
}

func TestByteOrderMark_R4(t *testing.T) {
	expect(t, mark+"data: 1\n\n", "[message|]1;")
	expect(t, mark+": c\ndata: 1\n\n", "[message|]1;")
	expect(t, mark+mark+"data: 1\n\ndata: 2\n\n", "[message|]2;")
	expect(t, "data: 1\n\n"+mark+"data: 2\n\n", "[message|]1;")
	expect(t, "\n"+mark+"data: 2\n\ndata: 3\n\n", "[message|]3;")
}

func TestLastEventID_R5(t *testing.T) {
	expect(t, "id: 1\ndata: a\n\ndata: b\n\nid: 2\ndata: c\n\n", "[message|1]a;[message|1]b;[message|2]c;")
	expect(t, "id: 1\n\ndata: a\n\n", "[message|1]a;")
	expect(t, "id: 1\ndata: a\n\nid\ndata: b\n\n", "[message|1]a;[message|]b;")
	expect(t, "id: 1\nid:\ndata: a\n\n", "[message|]a;")
	expect(t, "id: 1\nid: 2\x00\nid: \x00\ndata: a\n\n", "[message|1]a;")
}

func TestWhatIsNotTold_R6(t *testing.T) {
	expect(t, "event: a\n\ndata: 1\n\n", "[message|]1;")
	expect(t, "event: a\nid: 3\n\n\n\ndata: 1\n\n", "[message|3]1;")
	expect(t, "data\n\n", "[message|];")
	expect(t, "data:\n\n", "[message|];")
	expect(t, "data\ndata\n\n", "[message|]\n;")
	expect(t, "data\ndata: 1\ndata\n\n", "[message|]\n1\n;")
	expect(t, "event: a\nevent:\ndata: 1\n\n", "[message|]1;")
	expect(t, "data: 1\n\ndata: 2\n", "[message|]1;")
	expect(t, "data: 1\n\ndata: 2", "[message|]1;")
	expect(t, "\n\n\r\r\ndata: 1\n\n\n", "[message|]1;")
}

func TestReconnectionTimes_R7(t *testing.T) {
	expect(t, "data: 1\nretry: 500\n\nretry:0\nretry:000000012\n", "(500ms);[message|]1;(0s);(12ms);")
	expect(t, "retry: 999999999\n", "(277h46m39.999s);")
	for _, value := range []string{
		"1000000000", "", "-1", "+1", "1.5", "1 ", " 1", "0x1", "1:2", "\uff11", "1_0", "12a", "/", ":",
	} {
		expect(t, "retry: "+value+"\nretry\nRetry: 1\nretry: 3\n", "(3ms);")
	}
}

func TestLinesOfTheLimit_R8(t *testing.T) {
	r := newRecorder(t, 8)
	r.takes(t, "data: 12\r\nid: 4567\n:234567\n\n", "[message|4567]12;")
	r.feed(t, "data: 1\n\ndata: 123", "[message|4567]1;", 17, ErrTooLarge)
	r.feed(t, "\n\n", "", 0, ErrClosed)
	r.feed(t, "", "", 0, ErrClosed)
}

func TestLineThatHasNotEnded_R8(t *testing.T) {
	r := newRecorder(t, 8)
	r.takes(t, ":1234567", "")
	r.takes(t, "", "")
	r.feed(t, "8", "", 0, ErrTooLarge)
}

func TestByteOrderMarkCounts_R8(t *testing.T) {
	newRecorder(t, 8).takes(t, mark+"data:\n\n", "[message|];")
	newRecorder(t, 8).feed(t, mark+"data:1\n", "", 8, ErrTooLarge)
}

func TestDataOfTheLimit_R8(t *testing.T) {
	r := newRecorder(t, 7)
	r.takes(t, "data:12\ndata:45\ndata\n\n", "[message|]12\n45\n;")
	r.takes(t, "data:12\ndata:45\ndata:7\n\n", "[message|]12\n45\n7;")
	r.takes(t, "data:12\ndata:45\ndata:78", "")
	r.feed(t, "\n", "", 0, ErrTooLarge)
	r.feed(t, "\n", "", 0, ErrClosed)
}

func TestLineFeedsCountAsData_R8(t *testing.T) {
	r := newRecorder(t, 5)
	r.takes(t, strings.Repeat("data\n", 6), "")
	r.feed(t, "data\n", "", 4, ErrTooLarge)
}

func TestLimitIsInBytes_R8(t *testing.T) {
	r := newRecorder(t, 8)
	r.takes(t, "data:你\ndata:好\n\n", "[message|]你\n好;")
	r.feed(t, "data:你\ndata:好\ndata:1\n", "", 24, ErrTooLarge)
}

func TestLeastLimit_R8(t *testing.T) {
	for _, limit := range []int{0, -1} {
		if parser, err := New(limit, Handlers{}); parser != nil || !errors.Is(err, ErrLimit) {
			t.Errorf("limit %d: %v", limit, err)
		}
	}
	r := newRecorder(t, 1)
	r.takes(t, ":\n", "")
	r.feed(t, "::", "", 1, ErrTooLarge)
}

package base58

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const digits = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

type pair struct{ hex, text string }

var numberPairs = []pair{
	{"01", "2"},
	{"09", "A"},
	{"21", "a"},
	{"39", "z"},
	{"3a", "21"},
	{"61", "2g"},
	{"ff", "5Q"},
	{"ffffffff", "7YXq9G"},
	{"0100000000", "7YXq9H"},
	{"ffffffffffffffff", "jpXCZedGfVQ"},
	{"010000000000000000", "jpXCZedGfVR"},
	{hex.EncodeToString([]byte("hello world")), "StV1DL6CwTryKyV"},
	{hex.EncodeToString([]byte("Hello World!")), "2NEpo7TZRRrLZSi2U"},
}

var zeroPairs = []pair{
	{"00", "1"},
	{"0000", "11"},
	{"000001", "112"},
	{"0039", "1z"},
	{"00ff00", "1LQX"},
	{"0d24", "211"},
	{"00000d24", "11211"},
	{"0000000000000000010000000000000000", "11111111jpXCZedGfVR"},
}

func fromHex(t *testing.T, text string) []byte {
	t.Helper()
	data, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// numbers gives the same numbers each time, evenly spread.
func numbers(count, below int) []int {
	found := make([]int, count)
	state := int64(1)
	for i := range found {
		state = state * 48271 % 2147483647
		found[i] = int(state % int64(below))
	}
	return found
}

func someBytes(count int) []byte {
	data := make([]byte, count)
	for i, number := range numbers(count, 256) {
		data[i] = byte(number)
	}
	return data
}

func checkEncode(t *testing.T, data []byte, text string) {
	t.Helper()
	if got := Encode(data); got != text {
		t.Errorf("Encode(%.20x) = %.40q, want %.40q", data, got, text)
	}
}

func checkDecode(t *testing.T, text string, data []byte) {
	t.Helper()
	got, err := Decode(text)
	if err != nil || got == nil || !bytes.Equal(got, data) {
		t.Errorf("Decode(%.40q) = %.20x (nil: %t), %v, want %.20x", text, got, got == nil, err, data)
	}
}

func checkBoth(t *testing.T, data []byte, text string) {
	t.Helper()
	checkEncode(t, data, text)
	checkDecode(t, text, data)
}

func checkBytesReturn(t *testing.T, data []byte) {
	t.Helper()
	checkDecode(t, Encode(data), data)
}

func checkTextReturns(t *testing.T, text string) {
	t.Helper()
	data, err := Decode(text)
	if err != nil {
		t.Errorf("Decode(%.40q): %v", text, err)
	}
	checkEncode(t, data, text)
}

func decodeError(t *testing.T, text string) *InvalidCharacterError {
	t.Helper()
	data, err := Decode(text)
	var invalid *InvalidCharacterError
	if !errors.As(err, &invalid) {
		t.Fatalf("Decode(%.40q) = %.20x, %v, want an *InvalidCharacterError", text, data, err)
	}
	if data != nil {
		t.Errorf("Decode(%.40q) gives %x and an error", text, data)
	}
	return invalid
}

func checkError(t *testing.T, text string, character rune, position int) {
	t.Helper()
	if err := decodeError(t, text); err.Character != character || err.Position != position {
		t.Errorf("Decode(%.40q) reports %U at %d, want %U at %d", text, err.Character, err.Position, character, position)
	}
}

type invalid struct {
	text      string
	character rune
	position  int
}

func TestEncodeNumbers_R1(t *testing.T) {
	for _, pair := range numberPairs {
		checkEncode(t, fromHex(t, pair.hex), pair.text)
	}
}

func TestEncodeSingleBytes_R1(t *testing.T) {
	for value := 1; value < 256; value++ {
		text := digits[value%58 : value%58+1]
		if value >= 58 {
			text = digits[value/58:value/58+1] + text
		}
		checkEncode(t, []byte{byte(value)}, text)
	}
}

func TestBytesAreLeft_R1(t *testing.T) {
	data := []byte{0, 0, 255, 1, 0, 17}
	Encode(data)
	if !bytes.Equal(data, []byte{0, 0, 255, 1, 0, 17}) {
		t.Errorf("the bytes are now %v", data)
	}
}

func TestDecodeNumbers_R2(t *testing.T) {
	for _, pair := range numberPairs {
		checkDecode(t, pair.text, fromHex(t, pair.hex))
	}
}

func TestDecodeSingleDigits_R2(t *testing.T) {
	for value := range 58 {
		checkDecode(t, digits[value:value+1], []byte{byte(value)})
	}
}

func TestCaseMatters_R2(t *testing.T) {
	checkDecode(t, "a", []byte{0x21})
	checkDecode(t, "A", []byte{0x09})
	upper, _ := Decode("StV1DL6CwTryKyV")
	lower, _ := Decode("stv1dL6cWtRYkYv")
	if bytes.Equal(upper, lower) {
		t.Errorf("both are %x", upper)
	}
}

func TestLeadingZeros_R3(t *testing.T) {
	for _, pair := range zeroPairs {
		checkBoth(t, fromHex(t, pair.hex), pair.text)
	}
}

func TestZerosAlone_R3(t *testing.T) {
	for count := 1; count < 70; count++ {
		checkBoth(t, make([]byte, count), strings.Repeat("1", count))
	}
}

func TestZerosBeforeAndBehind_R3(t *testing.T) {
	for before := range 20 {
		for behind := range 20 {
			data := slices.Concat(make([]byte, before), []byte{5}, make([]byte, behind))
			text := Encode(data)
			if ones := len(text) - len(strings.TrimLeft(text, "1")); ones != before {
				t.Errorf("Encode(%x) begins with %d ones", data, ones)
			}
			checkDecode(t, text, data)

			number := new(big.Int).Exp(big.NewInt(58), big.NewInt(int64(behind)), nil)
			number.Mul(number, big.NewInt(5))
			text = strings.Repeat("1", before) + "6" + strings.Repeat("1", behind)
			checkBoth(t, slices.Concat(make([]byte, before), number.Bytes()), text)
		}
	}
}

func TestNothing_R4(t *testing.T) {
	checkBoth(t, []byte{}, "")
	checkEncode(t, nil, "")
}

func TestNothingElseIsEmpty_R4(t *testing.T) {
	for value := range 256 {
		if Encode([]byte{byte(value)}) == "" {
			t.Errorf("the byte %x gives no text", value)
		}
	}
	for _, digit := range digits {
		if data, err := Decode(string(digit)); err != nil || len(data) == 0 {
			t.Errorf("%q gives no bytes: %v", digit, err)
		}
	}
}

func TestAllPairsOfBytes_R5(t *testing.T) {
	for first := range 256 {
		for second := first % 7; second < 256; second += 7 {
			checkBytesReturn(t, []byte{byte(first), byte(second)})
		}
	}
}

func TestAllPairsOfCharacters_R5(t *testing.T) {
	for _, first := range digits {
		for _, second := range digits {
			checkTextReturns(t, string(first)+string(second))
		}
	}
}

func TestBytesOfEveryLength_R5(t *testing.T) {
	for length := range 100 {
		data := someBytes(length)
		checkBytesReturn(t, data)
		slices.Reverse(data)
		checkBytesReturn(t, data)
		checkBytesReturn(t, bytes.Repeat([]byte{255}, length))
		checkBytesReturn(t, append([]byte{1}, make([]byte, length)...))
	}
}

func TestTextsOfEveryLength_R5(t *testing.T) {
	for length := range 100 {
		text := make([]byte, length)
		for i, digit := range numbers(length, 58) {
			text[i] = digits[digit]
		}
		checkTextReturns(t, string(text))
		slices.Reverse(text)
		checkTextReturns(t, string(text))
		checkTextReturns(t, strings.Repeat("z", length))
		checkTextReturns(t, "2"+strings.Repeat("1", length))
	}
}

func TestPowersOf58_R6(t *testing.T) {
	for exponent := 1; exponent <= 5000; exponent++ {
		if exponent == 70 {
			exponent = 4999
		}
		power := new(big.Int).Exp(big.NewInt(58), big.NewInt(int64(exponent)), nil)
		checkBoth(t, power.Bytes(), "2"+strings.Repeat("1", exponent))
		power.Sub(power, big.NewInt(1))
		checkBoth(t, power.Bytes(), strings.Repeat("z", exponent))
	}
}

func Test4096Bytes_R6(t *testing.T) {
	data := bytes.Repeat([]byte{255}, 4096)
	text := Encode(data)
	if len(text) != 5594 || !strings.HasPrefix(text, "LsHDw8PAKAqf1k6o") || !strings.HasSuffix(text, "rDXdrS7X9Ds4Db9Q") {
		t.Errorf("the text is %.16s... of length %d", text, len(text))
	}
	checkDecode(t, text, data)
}

func TestZerosBeforeALongNumber_R6(t *testing.T) {
	number := append([]byte{7}, someBytes(1999)...)
	data := append(make([]byte, 1000), number...)
	text := Encode(number)
	if strings.HasPrefix(text, "1") {
		t.Errorf("the number begins with 1: %.16s", text)
	}
	checkBoth(t, data, strings.Repeat("1", 1000)+text)
}

func TestFirstBadCharacter_R7(t *testing.T) {
	for _, bad := range []invalid{
		{"2Ol0", 'O', 1},
		{"0", '0', 0},
		{"O", 'O', 0},
		{"I", 'I', 0},
		{"l", 'l', 0},
		{"0OIl", '0', 0},
		{"lI", 'l', 0},
		{"21I", 'I', 2},
		{"1110", '0', 3},
		{"StV1DL6CwTryKyVl", 'l', 15},
		{"z-z+z", '-', 1},
	} {
		checkError(t, bad.text, bad.character, bad.position)
	}
}

func TestEveryOtherASCIICharacter_R7(t *testing.T) {
	for character := range rune(128) {
		if !strings.ContainsRune(digits, character) {
			checkError(t, "2z1A"+string(character)+"0", character, 4)
		}
	}
}

func TestFarPositions_R7(t *testing.T) {
	checkError(t, strings.Repeat("z", 5000)+"O"+strings.Repeat("z", 20), 'O', 5000)
	checkError(t, strings.Repeat("1", 3000)+"0", '0', 3000)
}

func TestMessage_R7(t *testing.T) {
	for _, bad := range []invalid{
		{"2Ol0", 'O', 1},
		{"~", '~', 0},
		{"zzzzzzzzzzzz~", '~', 12},
		{"2é", 'é', 1},
		{"222\u216b", '\u216b', 3},
		{"21😀1", '😀', 2},
	} {
		message := decodeError(t, bad.text).Error()
		codePoint := regexp.MustCompile(fmt.Sprintf(`(?i)(^|[^0-9a-f])0*%x($|[^0-9a-f])`, bad.character))
		if !strings.ContainsRune(message, bad.character) && !codePoint.MatchString(message) {
			t.Errorf("the message for %q does not tell the character: %q", bad.text, message)
		}
		position := regexp.MustCompile(fmt.Sprintf(`\b%d\b`, bad.position))
		if !position.MatchString(message) {
			t.Errorf("the message for %q does not tell the position: %q", bad.text, message)
		}
	}
}

func TestWhiteSpaceAndControlCharacters_R8(t *testing.T) {
	for _, bad := range []invalid{
		{"2 1", ' ', 1},
		{"21\n", '\n', 2},
		{" ", ' ', 0},
		{"21\x00", 0, 2},
		{" 21", ' ', 0},
		{"21 ", ' ', 2},
		{"\t21", '\t', 0},
		{"\n21", '\n', 0},
		{"21\r\n", '\r', 2},
		{"\x00", 0, 0},
		{"1 ", ' ', 1},
		{"2\v", '\v', 1},
		{"2\f", '\f', 1},
		{"2\x1f", '\x1f', 1},
		{"2\x7f", '\x7f', 1},
		{"2\u0080", '\u0080', 1},
		{"21\u0085", '\u0085', 2},
		{"21\u00a0", '\u00a0', 2},
		{"\u200321", '\u2003', 0},
		{"\ufeff21", '\ufeff', 0},
	} {
		checkError(t, bad.text, bad.character, bad.position)
	}
}

func TestCharactersOutsideASCII_R9(t *testing.T) {
	for _, bad := range []invalid{
		{"2é", 'é', 1},
		{"21😀1", '😀', 2},
		{"😀", '😀', 0},
		{"é21", 'é', 0},
		{"2éé0", 'é', 1},
		{"2e\u0301\u0301", '\u0301', 2},
		{"\uff11", '\uff11', 0},          // full-width 1
		{"2\u0410", '\u0410', 1},         // Cyrillic A
		{"\u0141", '\u0141', 0},          // its last 8 bits are those of A
		{"\u0661", '\u0661', 0},          // Arabic-Indic 1
		{"2\u00b9", '\u00b9', 1},         // superscript 1
		{"2\u00b1", '\u00b1', 1},         // its last 7 bits are those of 1
		{"2\U00010041", '\U00010041', 1}, // its last 16 bits are those of A
		{"2\U0010ffff", '\U0010ffff', 1},
	} {
		checkError(t, bad.text, bad.character, bad.position)
	}
}

func TestCharactersWithTheLowBitsOfDigits_R9(t *testing.T) {
	for _, character := range digits {
		for _, offset := range []rune{0x80, 0x100, 0x1000, 0xff00 - 0x20, 0x10000, 0x100000} {
			other := character + offset
			checkError(t, "11"+string(other), other, 2)
		}
	}
}

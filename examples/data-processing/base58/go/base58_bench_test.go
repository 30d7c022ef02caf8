package base58

import (
	"bytes"
	"slices"
)

var workloads = []struct {
	Name    string
	Size    int
	Prepare func(n int, random func(below int) int) (run func(), check func() bool)
}{
	{"keys", 500, keys},
	{"long_data", 5_000, longData},
	{"long_text", 8_000, longText},
}

func randomBytes(n int, random func(int) int) []byte {
	data := make([]byte, n)
	for i := range data {
		data[i] = byte(random(256))
	}
	return data
}

func keys(n int, random func(int) int) (func(), func() bool) {
	values := make([][]byte, n)
	for i := range values {
		values[i] = randomBytes(32, random)
	}
	result := make([][]byte, n)
	run := func() {
		for i, value := range values {
			result[i], _ = Decode(Encode(value))
		}
	}
	return run, func() bool { return slices.EqualFunc(values, result, bytes.Equal) }
}

func longData(n int, random func(int) int) (func(), func() bool) {
	data := randomBytes(n, random)
	var result string
	check := func() bool {
		back, err := Decode(result)
		return err == nil && bytes.Equal(back, data)
	}
	return func() { result = Encode(data) }, check
}

func longText(n int, random func(int) int) (func(), func() bool) {
	const alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
	digits := make([]byte, n)
	for i := range digits {
		digits[i] = alphabet[random(58)]
	}
	text := string(digits)
	var result []byte
	return func() { result, _ = Decode(text) }, func() bool { return Encode(result) == text }
}

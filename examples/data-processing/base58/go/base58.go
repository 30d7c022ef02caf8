// Package base58 turns bytes into Base58 text and back, with the alphabet of Bitcoin and without a checksum.
package base58

import (
	"bytes"
	"fmt"
	"math/big"
	"unicode/utf8"
)

const (
	alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
	base     = len(alphabet)
	zero     = '1'

	// bigDigits are the digits 0 to 57 as math/big writes them.
	bigDigits = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUV"
)

var (
	toBigDigit   = translation(alphabet, bigDigits)
	fromBigDigit = translation(bigDigits, alphabet)
)

// translation has the character of the second text for each of the first, and 0 for all others.
func translation(from, to string) (table [utf8.RuneSelf]byte) {
	for i := range from {
		table[from[i]] = to[i]
	}
	return table
}

// InvalidCharacterError says which character of a text is not in the alphabet, and where it stands.
type InvalidCharacterError struct {
	Character rune
	Position  int // counted from 0
}

// Error names the character by its code point.
func (e *InvalidCharacterError) Error() string {
	return fmt.Sprintf("base58: invalid character %U at position %d", e.Character, e.Position)
}

// Encode returns the Base58 text of the bytes.
func Encode(data []byte) string {
	zeros := len(data) - len(bytes.TrimLeft(data, "\x00"))
	text := bytes.Repeat([]byte{zero}, zeros)
	if zeros == len(data) {
		return string(text)
	}

	text = new(big.Int).SetBytes(data).Append(text, base)
	digits := text[zeros:]
	for i, digit := range digits {
		digits[i] = fromBigDigit[digit]
	}
	return string(text)
}

// Decode returns the bytes of a Base58 text, or an *InvalidCharacterError for the first character outside the alphabet.
func Decode(text string) ([]byte, error) {
	zeros := 0
	digits := make([]byte, len(text))
	// All characters before a bad one are ASCII, so an index of the text is a position, too.
	for i, character := range text {
		if character >= utf8.RuneSelf || toBigDigit[character] == 0 {
			return nil, &InvalidCharacterError{Character: character, Position: i}
		}
		digits[i] = toBigDigit[character]
		if zeros == i && character == zero {
			zeros++
		}
	}

	data := make([]byte, zeros)
	if zeros == len(text) {
		return data, nil
	}
	number, ok := new(big.Int).SetString(string(digits), base)
	if !ok {
		panic("base58: math/big refuses its own digits")
	}
	return append(data, number.Bytes()...), nil
}

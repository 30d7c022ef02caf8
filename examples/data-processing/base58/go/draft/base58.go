// Package base58 encodes and decodes Base58 with the Bitcoin alphabet, without
// a checksum.
package base58

import (
	"fmt"
	"strings"
)

const (
	alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
	base     = len(alphabet)
	zero     = alphabet[0]
)

// InvalidCharacterError reports a character outside the Base58 alphabet in a
// text to decode. Position is counted from 0.
type InvalidCharacterError struct {
	Character rune
	Position  int
}

// Error implements the error interface.
func (e *InvalidCharacterError) Error() string {
	return fmt.Sprintf("base58: invalid character %q at position %d", e.Character, e.Position)
}

// Encode returns the Base58 text for data.
func Encode(data []byte) string {
	zeros := 0
	for zeros < len(data) && data[zeros] == 0 {
		zeros++
	}

	var digits []byte // base 58, least significant first
	for _, b := range data[zeros:] {
		carry := int(b)
		for i, digit := range digits {
			carry += int(digit) << 8
			digits[i] = byte(carry % base)
			carry /= base
		}
		for carry > 0 {
			digits = append(digits, byte(carry%base))
			carry /= base
		}
	}

	text := make([]byte, 0, zeros+len(digits))
	for i := 0; i < zeros; i++ {
		text = append(text, zero)
	}
	for i := len(digits) - 1; i >= 0; i-- {
		text = append(text, alphabet[digits[i]])
	}
	return string(text)
}

// Decode returns the bytes that the Base58 text stands for. For the first
// character outside the alphabet it returns an *InvalidCharacterError.
func Decode(text string) ([]byte, error) {
	var number []byte // least significant first
	for position, character := range text {
		digit := strings.IndexRune(alphabet, character)
		if digit < 0 {
			// All characters before this one are ASCII, so the byte offset is
			// also the number of characters before it.
			return nil, &InvalidCharacterError{Character: character, Position: position}
		}
		carry := digit
		for i, b := range number {
			carry += int(b) * base
			number[i] = byte(carry & 0xff)
			carry >>= 8
		}
		if carry > 0 {
			number = append(number, byte(carry)) // always below 58
		}
	}

	zeros := 0
	for zeros < len(text) && text[zeros] == zero {
		zeros++
	}

	data := make([]byte, zeros, zeros+len(number))
	for i := len(number) - 1; i >= 0; i-- {
		data = append(data, number[i])
	}
	return data, nil
}

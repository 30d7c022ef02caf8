// Package base58 turns bytes into Base58 text and back by the package github.com/mr-tron/base58.
package base58

import (
	"fmt"
	"strings"

	mrtron "github.com/mr-tron/base58"
)

const alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

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
	return mrtron.Encode(data)
}

// Decode returns the bytes of a Base58 text, or an *InvalidCharacterError for the first character outside the alphabet.
func Decode(text string) ([]byte, error) {
	if text == "" { // an error of the package
		return []byte{}, nil
	}
	for i, character := range text {
		if !strings.ContainsRune(alphabet, character) {
			return nil, &InvalidCharacterError{Character: character, Position: i}
		}
	}
	return mrtron.Decode(text)
}

// Package semanticversion handles versions that follow Semantic Versioning 2.0.0.
package semanticversion

import (
	"fmt"
	"regexp"
	"sort"
	"strconv"
	"strings"
)

const (
	number               = `(?:0|[1-9][0-9]*)`
	prereleaseIdentifier = `(?:` + number + `|[0-9]*[A-Za-z-][0-9A-Za-z-]*)`
	buildIdentifier      = `[0-9A-Za-z-]+`
)

var versionPattern = regexp.MustCompile(
	`\A(` + number + `)\.(` + number + `)\.(` + number + `)` +
		`(?:-(` + prereleaseIdentifier + `(?:\.` + prereleaseIdentifier + `)*))?` +
		`(?:\+(` + buildIdentifier + `(?:\.` + buildIdentifier + `)*))?\z`)

// Version holds the parts of a version; Prerelease and Build are empty if absent.
type Version struct {
	Major, Minor, Patch uint64
	Prerelease, Build   string
}

// InvalidVersionError says that Text is not a semantic version.
type InvalidVersionError struct {
	Text string
}

func (e *InvalidVersionError) Error() string {
	return fmt.Sprintf("invalid version: %q", e.Text)
}

// Parse returns the parts of a version, or an *InvalidVersionError.
func Parse(text string) (Version, error) {
	match := versionPattern.FindStringSubmatch(text)
	if match == nil {
		return Version{}, &InvalidVersionError{Text: text}
	}
	var numbers [3]uint64
	for i := range numbers {
		value, err := strconv.ParseUint(match[i+1], 10, 64)
		if err != nil {
			return Version{}, &InvalidVersionError{Text: text}
		}
		numbers[i] = value
	}
	return Version{
		Major:      numbers[0],
		Minor:      numbers[1],
		Patch:      numbers[2],
		Prerelease: match[4],
		Build:      match[5],
	}, nil
}

// Compare returns -1, 0 or 1 as first has lower, equal or higher precedence
// than second, or an *InvalidVersionError.
func Compare(first, second string) (int, error) {
	a, err := Parse(first)
	if err != nil {
		return 0, err
	}
	b, err := Parse(second)
	if err != nil {
		return 0, err
	}
	return compareParsed(a, b), nil
}

// Sort returns a new slice with the lowest precedence first, or an
// *InvalidVersionError. Versions of equal precedence keep their order.
func Sort(versions []string) ([]string, error) {
	type entry struct {
		text    string
		version Version
	}
	entries := make([]entry, len(versions))
	for i, text := range versions {
		version, err := Parse(text)
		if err != nil {
			return nil, err
		}
		entries[i] = entry{text, version}
	}
	sort.SliceStable(entries, func(i, j int) bool {
		return compareParsed(entries[i].version, entries[j].version) < 0
	})
	sorted := make([]string, len(entries))
	for i, e := range entries {
		sorted[i] = e.text
	}
	return sorted, nil
}

func compareParsed(a, b Version) int {
	if order := compareNumbers(a.Major, b.Major); order != 0 {
		return order
	}
	if order := compareNumbers(a.Minor, b.Minor); order != 0 {
		return order
	}
	if order := compareNumbers(a.Patch, b.Patch); order != 0 {
		return order
	}
	return comparePrereleases(a.Prerelease, b.Prerelease)
}

func comparePrereleases(a, b string) int {
	switch {
	case a == b:
		return 0
	case a == "":
		return 1
	case b == "":
		return -1
	}
	left := strings.Split(a, ".")
	right := strings.Split(b, ".")
	for i := 0; i < len(left) && i < len(right); i++ {
		if order := compareIdentifiers(left[i], right[i]); order != 0 {
			return order
		}
	}
	return compareNumbers(uint64(len(left)), uint64(len(right)))
}

func compareIdentifiers(a, b string) int {
	aIsNumber, bIsNumber := isNumber(a), isNumber(b)
	switch {
	case aIsNumber && !bIsNumber:
		return -1
	case !aIsNumber && bIsNumber:
		return 1
	case aIsNumber && len(a) != len(b):
		// Without leading zeros, the number with more digits is the higher one.
		return compareNumbers(uint64(len(a)), uint64(len(b)))
	}
	return strings.Compare(a, b)
}

func isNumber(identifier string) bool {
	for i := 0; i < len(identifier); i++ {
		if identifier[i] < '0' || identifier[i] > '9' {
			return false
		}
	}
	return true
}

func compareNumbers(a, b uint64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

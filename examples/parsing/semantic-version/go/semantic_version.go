// Package semanticversion reads and orders versions that follow Semantic Versioning 2.0.0.
package semanticversion

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Version holds the parts of a version.
type Version struct {
	Major, Minor, Patch uint64
	Prerelease, Build   string // "" if there is none
}

// InvalidVersionError tells a text that is no version.
type InvalidVersionError struct {
	Text string // as given
}

// Error quotes the text.
func (e *InvalidVersionError) Error() string {
	return fmt.Sprintf("not a semantic version: %q", e.Text)
}

// Parse returns the parts of a version, or an *InvalidVersionError.
func Parse(text string) (Version, error) {
	// The plus sign comes first: build metadata may contain hyphens, a pre-release no plus sign.
	rest, build, hasBuild := strings.Cut(text, "+")
	core, prerelease, hasPrerelease := strings.Cut(rest, "-")
	major, rest, _ := strings.Cut(core, ".")
	minor, patch, _ := strings.Cut(rest, ".") // a missing number is empty, a fourth one makes the patch no number

	version := Version{Prerelease: prerelease, Build: build}
	valid := parseNumber(major, &version.Major) &&
		parseNumber(minor, &version.Minor) &&
		parseNumber(patch, &version.Patch) &&
		(!hasPrerelease || allIdentifiers(prerelease, isPrereleaseIdentifier)) &&
		(!hasBuild || allIdentifiers(build, isIdentifier))
	if !valid {
		return Version{}, &InvalidVersionError{Text: text}
	}
	return version, nil
}

// Compare returns -1, 0 or 1 as first has lower, equal or higher precedence than second,
// or an *InvalidVersionError for the first of them that is no version.
func Compare(first, second string) (int, error) {
	a, err := Parse(first)
	if err != nil {
		return 0, err
	}
	b, err := Parse(second)
	if err != nil {
		return 0, err
	}
	return comparePrecedence(&a, &b), nil
}

// Sort returns the versions in a new slice, the lowest precedence first and equal ones in the order they have,
// or an *InvalidVersionError for the first of them that is no version.
func Sort(versions []string) ([]string, error) {
	parsed := make([]Version, len(versions))
	order := make([]int, len(versions))
	for i, text := range versions {
		version, err := Parse(text)
		if err != nil {
			return nil, err
		}
		parsed[i], order[i] = version, i
	}
	// Sorting places is cheaper than moving whole versions, and makes a fast sort stable.
	slices.SortFunc(order, func(i, j int) int {
		return cmp.Or(comparePrecedence(&parsed[i], &parsed[j]), cmp.Compare(i, j))
	})

	sorted := make([]string, len(versions))
	for to, from := range order {
		sorted[to] = versions[from]
	}
	return sorted, nil
}

func parseNumber(digits string, number *uint64) bool {
	value, err := strconv.ParseUint(digits, 10, 64)
	*number = value
	return err == nil && !hasLeadingZero(digits)
}

func hasLeadingZero(digits string) bool {
	return len(digits) > 1 && digits[0] == '0'
}

func allIdentifiers(list string, valid func(string) bool) bool {
	for identifier := range strings.SplitSeq(list, ".") {
		if !valid(identifier) {
			return false
		}
	}
	return true
}

func isPrereleaseIdentifier(text string) bool {
	return isIdentifier(text) && !(hasLeadingZero(text) && isNumber(text))
}

func isIdentifier(text string) bool {
	for i := range len(text) {
		c := text[i]
		if !isDigit(c) && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && c != '-' {
			return false
		}
	}
	return text != ""
}

func isNumber(identifier string) bool {
	for i := range len(identifier) {
		if !isDigit(identifier[i]) {
			return false
		}
	}
	return true
}

func isDigit(c byte) bool {
	return '0' <= c && c <= '9'
}

func comparePrecedence(a, b *Version) int {
	order := cmp.Or(cmp.Compare(a.Major, b.Major), cmp.Compare(a.Minor, b.Minor), cmp.Compare(a.Patch, b.Patch))
	if order != 0 {
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
	// What is equal needs no splitting: only the identifiers around the first difference are looked at.
	start := 0
	for i := 0; i < len(a) && i < len(b) && a[i] == b[i]; i++ {
		if a[i] == '.' {
			start = i + 1
		}
	}
	first, _, _ := strings.Cut(a[start:], ".")
	second, _, _ := strings.Cut(b[start:], ".")
	return cmp.Or(compareIdentifiers(first, second), cmp.Compare(len(a), len(b)))
}

func compareIdentifiers(a, b string) int {
	aIsNumber, bIsNumber := isNumber(a), isNumber(b)
	switch {
	case aIsNumber && bIsNumber:
		// Without leading zeros the longer number is the greater, and numbers of one length compare as text.
		return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b))
	case aIsNumber:
		return -1
	case bIsNumber:
		return 1
	}
	return strings.Compare(a, b)
}

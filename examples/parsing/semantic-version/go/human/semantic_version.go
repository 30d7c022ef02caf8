// Package semanticversion reads and orders versions that follow Semantic Versioning 2.0.0, by Masterminds' package.
package semanticversion

import (
	"fmt"
	"slices"

	"github.com/Masterminds/semver/v3"
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
	found, err := parse(text)
	if err != nil {
		return Version{}, err
	}
	return Version{found.Major(), found.Minor(), found.Patch(), found.Prerelease(), found.Metadata()}, nil
}

// Compare returns -1, 0 or 1 as first has lower, equal or higher precedence than second.
func Compare(first, second string) (int, error) {
	a, err := parse(first)
	if err != nil {
		return 0, err
	}
	b, err := parse(second)
	if err != nil {
		return 0, err
	}
	return a.Compare(b), nil
}

// Sort returns the versions in a new slice, the lowest precedence first and equal ones in the order they have.
func Sort(versions []string) ([]string, error) {
	found := make([]*semver.Version, len(versions))
	for i, text := range versions {
		version, err := parse(text)
		if err != nil {
			return nil, err
		}
		found[i] = version
	}
	slices.SortStableFunc(found, (*semver.Version).Compare)

	sorted := make([]string, len(found))
	for i, version := range found {
		sorted[i] = version.Original()
	}
	return sorted, nil
}

func parse(text string) (*semver.Version, error) {
	version, err := semver.StrictNewVersion(text)
	if err != nil {
		return nil, &InvalidVersionError{Text: text}
	}
	return version, nil
}

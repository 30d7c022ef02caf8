package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Entity tags and If-Match, as in RFC 9110.
const entityTagPattern = `(?:W/)?"[^"\x00-\x20\x7f]*"`

var (
	entityTagSyntax  = regexp.MustCompile(entityTagPattern)
	entityTagsSyntax = regexp.MustCompile(`^` + entityTagPattern + `(?:[ \t]*,[ \t]*` + entityTagPattern + `)*$`)
)

// entityTag returns the entity tag of a note with this version.
func entityTag(version int64) string {
	return fmt.Sprintf(`"%d"`, version)
}

// requireMatch fails unless the lines of the header If-Match allow changing a note with this version.
func requireMatch(ifMatch []string, version int64) error {
	value := strings.Trim(strings.Join(ifMatch, ", "), " \t")
	if value == "*" {
		return nil
	}
	if !entityTagsSyntax.MatchString(value) {
		return errPreconditionFailed
	}
	if !slices.Contains(entityTagSyntax.FindAllString(value, -1), entityTag(version)) {
		return errPreconditionFailed
	}
	return nil
}

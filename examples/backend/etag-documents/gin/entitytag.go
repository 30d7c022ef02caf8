package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

const tagForm = `(?:W/)?"[\x21\x23-\x7E]*"`

var (
	eachTag = regexp.MustCompile(tagForm)
	tagList = regexp.MustCompile(`^` + tagForm + `(?: *, *` + tagForm + `)*$`)
)

func entityTag(version int64) string {
	return fmt.Sprintf(`"%d"`, version)
}

// matchesStrongly reports whether an If-Match header matches the entity tag of an existing document.
// Weak tags never match.
func matchesStrongly(header, current string) bool {
	return header == "*" || slices.Contains(tagsOf(header), current)
}

// matchesWeakly reports whether an If-None-Match header names the current entity tag, weak or not.
func matchesWeakly(header, current string) bool {
	return header == "*" || slices.ContainsFunc(tagsOf(header), func(tag string) bool {
		return strings.TrimPrefix(tag, "W/") == current
	})
}

// tagsOf returns the tags of a list, none when any part of it has a wrong form.
func tagsOf(header string) []string {
	if !tagList.MatchString(header) {
		return nil
	}
	return eachTag.FindAllString(header, -1)
}

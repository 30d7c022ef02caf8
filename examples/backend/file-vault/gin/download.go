package main

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

var (
	unsafePattern = regexp.MustCompile(`[^A-Za-z0-9._-]`)
	rangePattern  = regexp.MustCompile(`^bytes=([0-9]{0,15})-([0-9]{0,15})$`)
)

// disposition makes Content-Disposition, for old clients and for those that know RFC 8187.
func disposition(name string) string {
	plain := unsafePattern.ReplaceAllLiteralString(name, "_")
	encoded := strings.ReplaceAll(url.QueryEscape(name), "+", "%20")
	return fmt.Sprintf(`attachment; filename="%s"; filename*=UTF-8''%s`, plain, encoded)
}

// part is what a download gives of a file: positions from start up to, but without, end.
type part struct {
	status     int
	start, end int64
}

// selectPart finds what a Range header asks for in a file of that many bytes.
func selectPart(header string, size int64) (part, error) {
	match := rangePattern.FindStringSubmatch(header)
	if match == nil || match[1] == "" && match[2] == "" {
		return part{http.StatusOK, 0, size}, nil
	}
	// So few digits are always a number; none are 0 and not looked at.
	first, _ := strconv.ParseInt(match[1], 10, 64)
	last, _ := strconv.ParseInt(match[2], 10, 64)
	wanted := part{http.StatusPartialContent, first, size}
	switch {
	case match[1] == "":
		wanted.start = max(size-last, 0)
	case match[2] != "" && last < first:
		return part{http.StatusOK, 0, size}, nil
	case match[2] != "":
		wanted.end = min(last+1, size)
	}
	if wanted.start >= size {
		return part{}, rangeNotSatisfiable(size)
	}
	return wanted, nil
}

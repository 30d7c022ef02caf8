package main

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

var (
	keyPairPattern = regexp.MustCompile(`^([a-z0-9-]+):([A-Za-z0-9_-]{16,})$`)
	sizePattern    = regexp.MustCompile(`^[1-9][0-9]{0,11}$`)
)

// settings is what the environment configures.
type settings struct {
	databasePath string            // "": in a temporary folder
	keys         map[string]string // of each owner
	maxFileBytes int64
	quotaBytes   int64 // for all files of one owner together
}

func readSettings(getenv func(name string) string) (settings, error) {
	keys, err := parseKeys(getenv("APP_KEYS"))
	if err != nil {
		return settings{}, err
	}
	maxFileBytes, err := parseSize("APP_MAX_FILE_BYTES", getenv, 1<<20)
	if err != nil {
		return settings{}, err
	}
	quotaBytes, err := parseSize("APP_QUOTA_BYTES", getenv, 10<<20)
	if err != nil {
		return settings{}, err
	}
	return settings{getenv("DATABASE_PATH"), keys, maxFileBytes, quotaBytes}, nil
}

func parseKeys(text string) (map[string]string, error) {
	keys := make(map[string]string)
	if text == "" {
		return keys, nil
	}
	for pair := range strings.SplitSeq(text, ",") {
		match := keyPairPattern.FindStringSubmatch(pair)
		if match == nil {
			// The message must not repeat a key.
			return nil, errors.New("APP_KEYS must consist of pairs name:key")
		}
		keys[match[1]] = match[2]
	}
	return keys, nil
}

func parseSize(name string, getenv func(string) string, standard int64) (int64, error) {
	text := getenv(name)
	if text == "" {
		return standard, nil
	}
	if !sizePattern.MatchString(text) {
		return 0, fmt.Errorf("%s must be a positive number of bytes", name)
	}
	return strconv.ParseInt(text, 10, 64)
}

package main

import (
	"fmt"
	"strconv"
	"time"
)

// Options says how an App works.
type Options struct {
	DatabasePath string // "": a database in memory
	PublishKey   string // "": nobody can publish
	Heartbeat    time.Duration
	Retry        time.Duration
	History      int
	MaxListeners int
	Queue        int
}

// OptionsFrom reads DATABASE_PATH and APP_… variables. One that is empty has its default; it is an error when one is no number or outside
// of its range.
func OptionsFrom(getenv func(name string) string) (Options, error) {
	options := Options{DatabasePath: getenv("DATABASE_PATH"), PublishKey: getenv("APP_PUBLISH_KEY")}
	var heartbeat, retry int
	numbers := []struct {
		name                  string
		target                *int
		least, most, fallback int
	}{
		{"APP_HEARTBEAT_MS", &heartbeat, 10, 60_000, 15_000},
		{"APP_RETRY_MS", &retry, 1, 600_000, 2_000},
		{"APP_HISTORY", &options.History, 1, 10_000, 100},
		{"APP_MAX_LISTENERS", &options.MaxListeners, 1, 1_000, 100},
		{"APP_QUEUE", &options.Queue, 1, 1_000, 100},
	}
	for _, number := range numbers {
		*number.target = number.fallback
		text := getenv(number.name)
		if text == "" {
			continue
		}
		parsed, err := strconv.ParseUint(text, 10, 31) // unlike Atoi without signs
		value := int(parsed)
		if err != nil || value < number.least || value > number.most {
			return Options{}, fmt.Errorf("%s must be %d to %d", number.name, number.least, number.most)
		}
		*number.target = value
	}
	options.Heartbeat = time.Duration(heartbeat) * time.Millisecond
	options.Retry = time.Duration(retry) * time.Millisecond
	return options, nil
}

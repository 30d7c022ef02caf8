package main

import (
	"cmp"
	"crypto/rand"
	"fmt"
	"strconv"
)

const (
	minSecretBytes       = 32
	defaultAccessSeconds = "300"
	maxAccessSeconds     = 3600
)

type config struct {
	databasePath  string // "": in memory
	secret        []byte
	oldSecret     []byte // nil: none
	accessSeconds int64
}

// readConfig reads and checks environment variables; an empty one counts as unset.
func readConfig(getenv func(string) string) (config, error) {
	secret, err := readSecret(getenv, "APP_JWT_SECRET")
	if err != nil {
		return config{}, err
	}
	if secret == nil {
		secret = make([]byte, minSecretBytes)
		rand.Read(secret) // never fails
	}
	oldSecret, err := readSecret(getenv, "APP_JWT_OLD_SECRET")
	if err != nil {
		return config{}, err
	}
	text := cmp.Or(getenv("APP_ACCESS_TTL_SECONDS"), defaultAccessSeconds)
	seconds, err := strconv.ParseUint(text, 10, 16)
	if err != nil || seconds < 1 || seconds > maxAccessSeconds {
		return config{}, fmt.Errorf("APP_ACCESS_TTL_SECONDS must be from 1 to %d", maxAccessSeconds)
	}
	return config{getenv("DATABASE_PATH"), secret, oldSecret, int64(seconds)}, nil
}

// readSecret gives nil for a variable that is unset.
func readSecret(getenv func(string) string, name string) ([]byte, error) {
	secret := getenv(name)
	switch {
	case secret == "":
		return nil, nil
	case len(secret) < minSecretBytes:
		return nil, fmt.Errorf("%s must have at least %d bytes", name, minSecretBytes)
	}
	return []byte(secret), nil
}

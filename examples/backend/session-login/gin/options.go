package main

import (
	"fmt"
	"strconv"
	"time"
)

// Options configures an App; the zero value has the defaults.
type Options struct {
	DatabasePath   string        // "": a database in memory, of this app alone
	PasswordCost   int           // iterations of PBKDF2; 0: 600000
	LockTime       time.Duration // how long a username stays locked after too many failed attempts; 0: one minute
	InsecureCookie bool          // whether browsers send the cookie without HTTPS too
}

// OptionsFromEnvironment reads options from variables, of which getenv gives the value, or "" for the default.
func OptionsFromEnvironment(getenv func(string) string) (Options, error) {
	cost, err := number(getenv, "PASSWORD_COST")
	if err != nil {
		return Options{}, err
	}
	seconds, err := number(getenv, "LOGIN_LOCK_SECONDS")
	if err != nil {
		return Options{}, err
	}
	return Options{
		DatabasePath:   getenv("DATABASE_PATH"),
		PasswordCost:   cost,
		LockTime:       time.Duration(seconds) * time.Second,
		InsecureCookie: getenv("COOKIE_SECURE") == "0",
	}, nil
}

func number(getenv func(string) string, name string) (int, error) {
	text := getenv(name)
	if text == "" {
		return 0, nil
	}
	value, err := strconv.Atoi(text)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", name, err)
	}
	return value, nil
}

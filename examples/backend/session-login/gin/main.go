// Command session-login serves an API for accounts whose sessions live in a cookie and can be listed and revoked.
package main

import (
	"log"
	"net"
	"net/http"
	"os"
)

func main() {
	options, err := OptionsFromEnvironment(os.Getenv)
	if err != nil {
		log.Fatal(err)
	}
	app, err := NewApp(options)
	if err != nil {
		log.Fatal(err)
	}
	port := os.Getenv("PORT")
	if port == "" {
		port = "8080"
	}
	log.Fatal(http.ListenAndServe(net.JoinHostPort("127.0.0.1", port), app))
}

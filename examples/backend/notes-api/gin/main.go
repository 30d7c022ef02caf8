// Command notes-api serves private notes over HTTP, with login and optimistic concurrency.
package main

import (
	"log"
	"net"
	"net/http"
	"os"
)

func main() {
	app, err := NewApp(Options{DatabasePath: os.Getenv("DATABASE_PATH")})
	if err != nil {
		log.Fatal(err)
	}
	port := os.Getenv("PORT")
	if port == "" {
		port = "8080"
	}
	log.Fatal(http.ListenAndServe(net.JoinHostPort("127.0.0.1", port), app))
}

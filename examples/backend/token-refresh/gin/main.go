// Command token-refresh serves an API for signing in, with short access tokens and rotating refresh tokens.
package main

import (
	"cmp"
	"log"
	"net"
	"net/http"
	"os"
)

func main() {
	app, err := NewApp(os.Getenv)
	if err != nil {
		log.Fatal(err)
	}
	address := net.JoinHostPort("127.0.0.1", cmp.Or(os.Getenv("PORT"), "8080"))
	log.Fatal(http.ListenAndServe(address, app))
}

// Command live-events serves channels whose messages are pushed to all who listen, as server-sent events.
package main

import (
	"cmp"
	"log"
	"net"
	"net/http"
	"os"
)

func main() {
	options, err := OptionsFrom(os.Getenv)
	if err != nil {
		log.Fatal(err)
	}
	app, err := NewApp(options)
	if err != nil {
		log.Fatal(err)
	}
	port := cmp.Or(os.Getenv("PORT"), "8080")
	log.Fatal(http.ListenAndServe(net.JoinHostPort("127.0.0.1", port), app))
}

// Command etag-documents serves documents over HTTP and protects every write with entity tags.
package main

import (
	"cmp"
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
	port := cmp.Or(os.Getenv("PORT"), "8080")
	log.Fatal(http.ListenAndServe(net.JoinHostPort("127.0.0.1", port), app))
}

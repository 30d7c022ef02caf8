// Command file-vault serves an API in which owners store files and read them back.
package main

import (
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
	port := os.Getenv("PORT")
	if port == "" {
		port = "8080"
	}
	log.Fatal(http.ListenAndServe(net.JoinHostPort("127.0.0.1", port), app))
}

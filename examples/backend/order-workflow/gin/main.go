// Command order-workflow serves a shop over HTTP whose orders follow a fixed workflow.
package main

import (
	"cmp"
	"log"
	"net"
	"net/http"
	"os"
)

func main() {
	app, err := NewApp(Options{
		DatabasePath: cmp.Or(os.Getenv("DATABASE_PATH"), "shop.sqlite3"),
		StaffToken:   os.Getenv("STAFF_TOKEN"),
	})
	if err != nil {
		log.Fatal(err)
	}
	port := cmp.Or(os.Getenv("PORT"), "8080")
	log.Fatal(http.ListenAndServe(net.JoinHostPort("127.0.0.1", port), app))
}

// Command team-workspaces serves workspaces, their members and their projects over HTTP.
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
	address := net.JoinHostPort("127.0.0.1", cmp.Or(os.Getenv("PORT"), "8080"))
	log.Fatal(http.ListenAndServe(address, app))
}

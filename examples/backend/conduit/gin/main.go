// Command conduit serves the Conduit API of the RealWorld specification.
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
		DatabasePath: cmp.Or(os.Getenv("DATABASE_PATH"), "conduit.sqlite3"),
		JWTSecret:    os.Getenv("APP_JWT_SECRET"),
	})
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(http.ListenAndServe(net.JoinHostPort("127.0.0.1", cmp.Or(os.Getenv("PORT"), "8080")), app))
}

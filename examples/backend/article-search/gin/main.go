// Command article-search keeps articles and searches their words over HTTP.
package main

import (
	"cmp"
	"log"
	"net/http"
	"os"
)

func main() {
	app, err := NewApp(Options{DatabasePath: os.Getenv("DATABASE_PATH")})
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(http.ListenAndServe("127.0.0.1:"+cmp.Or(os.Getenv("PORT"), "8080"), app))
}

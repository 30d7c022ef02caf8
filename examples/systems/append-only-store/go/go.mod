module example.com/append-only-store

go 1.24

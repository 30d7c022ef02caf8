module example.com/ttl-lru-cache

go 1.24

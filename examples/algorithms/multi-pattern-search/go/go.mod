module example.com/multi-pattern-search

go 1.24

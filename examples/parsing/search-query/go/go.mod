module example.com/search-query

go 1.24

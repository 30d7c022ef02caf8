module example.com/dependency-order

go 1.24

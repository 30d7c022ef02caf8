module example.com/token-bucket

go 1.24

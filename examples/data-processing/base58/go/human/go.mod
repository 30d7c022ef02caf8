module example.com/base58

go 1.24

require github.com/mr-tron/base58 v1.2.0

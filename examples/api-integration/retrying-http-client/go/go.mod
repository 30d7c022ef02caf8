module example.com/retrying-http-client

go 1.24

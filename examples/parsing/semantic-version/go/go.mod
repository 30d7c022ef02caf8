module example.com/semantic-version

go 1.24

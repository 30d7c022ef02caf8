module example.com/replace-file

go 1.24

module example.com/edit-distance

go 1.24

module example.com/csv-group-aggregate

go 1.24

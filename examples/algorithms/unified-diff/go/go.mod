module example.com/unified-diff

go 1.24

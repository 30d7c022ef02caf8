module example.com/file-tree-changes

go 1.24

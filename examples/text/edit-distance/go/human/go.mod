module example.com/edit-distance

go 1.24

require github.com/agnivade/levenshtein v1.2.2

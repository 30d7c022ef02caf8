module example.com/multi-pattern-search

go 1.24

require github.com/BobuSumisu/aho-corasick v1.0.3

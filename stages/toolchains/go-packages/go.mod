module proven/packages

go 1.26.0

require (
	github.com/BobuSumisu/aho-corasick v1.0.3
	github.com/Masterminds/semver/v3 v3.5.0
	github.com/agnivade/levenshtein v1.2.2
	github.com/mr-tron/base58 v1.2.0
)

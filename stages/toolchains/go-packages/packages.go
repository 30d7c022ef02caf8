// Package packages names the modules that human variants adapt.
package packages

import (
	_ "github.com/BobuSumisu/aho-corasick"
	_ "github.com/Masterminds/semver/v3"
	_ "github.com/agnivade/levenshtein"
	_ "github.com/mr-tron/base58"
)

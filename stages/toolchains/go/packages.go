// Package toolchain names the packages that gin examples may import, so that they are compiled into the cache once.
package toolchain

import (
	_ "github.com/gin-gonic/gin"
	_ "modernc.org/sqlite"
)

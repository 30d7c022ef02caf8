#!/bin/sh
# Grades what lies in the working directory; proven/grade.py says how. No setting for Python comes from outside.
exec /usr/bin/python3 -E -s -B "${0%/*}/proven/grade.py"

#pragma once

#include <stddef.h>
#include <stdint.h>

enum { UTF8_MAX_BYTES = 4 };

/** Reads a code point of at most size bytes and returns how many it takes; 0 if it is not well-formed. */
size_t utf8_decode(const char *bytes, size_t size, uint32_t *code_point);

/** Writes a code point and returns how many bytes it takes. */
size_t utf8_encode(uint32_t code_point, char bytes[UTF8_MAX_BYTES]);

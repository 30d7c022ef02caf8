#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "byte_buffer.h"

/** Keys and their values; all zero is an empty store. */
typedef struct {
    void *root;
    size_t count;
} key_value_store;

/** Executes the request in a line and appends the reply, both without line end; false if there is no memory. */
bool key_value_store_execute(key_value_store *store, const char *line, size_t length, byte_buffer *output);

/** Frees all keys and values and leaves the store empty. */
void key_value_store_release(key_value_store *store);

#define _GNU_SOURCE /* tdestroy */
#include "key_value_store.h"

#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const char *bytes;
    size_t length;
} slice;

typedef struct {
    slice key; /* first, so that a key alone can be searched for */
    char *value;
    size_t value_length;
    char key_bytes[];
} entry;

typedef bool command_function(key_value_store *store, slice arguments, byte_buffer *output);

static int compare_keys(const void *left, const void *right)
{
    const slice *a = left, *b = right;
    if (a->length != b->length) {
        return a->length < b->length ? -1 : 1;
    }
    return memcmp(a->bytes, b->bytes, a->length);
}

static entry *find(const key_value_store *store, slice key)
{
    entry **node = tfind(&key, &store->root, compare_keys);
    return node == NULL ? NULL : *node;
}

static void free_entry(void *pointer)
{
    entry *one = pointer;
    free(one->value);
    free(one);
}

static char *copy_of(slice bytes)
{
    char *copy = malloc(bytes.length + 1); /* never zero bytes, for which malloc may return NULL */
    if (copy != NULL) {
        memcpy(copy, bytes.bytes, bytes.length);
    }
    return copy;
}

static bool insert(key_value_store *store, slice key, slice value)
{
    entry *added = malloc(sizeof *added + key.length);
    if (added == NULL) {
        return false;
    }
    memcpy(added->key_bytes, key.bytes, key.length);
    added->key = (slice){added->key_bytes, key.length};
    added->value = copy_of(value);
    added->value_length = value.length;
    if (added->value == NULL || tsearch(added, &store->root, compare_keys) == NULL) {
        free_entry(added);
        return false;
    }
    store->count++;
    return true;
}

static bool replace_value(entry *changed, slice value)
{
    char *copy = copy_of(value);
    if (copy == NULL) {
        return false;
    }
    free(changed->value);
    changed->value = copy;
    changed->value_length = value.length;
    return true;
}

static bool reply(byte_buffer *output, const char *text)
{
    return byte_buffer_append(output, text, strlen(text));
}

static bool wrong_arguments(byte_buffer *output)
{
    return reply(output, "ERR wrong arguments");
}

/* The arguments of a command begin with the space after it, or are empty. */
static bool split_key_and_value(slice arguments, slice *key, slice *value)
{
    if (arguments.length == 0) {
        return false;
    }
    const char *first = arguments.bytes + 1;
    const char *space = memchr(first, ' ', arguments.length - 1);
    if (space == NULL || space == first) {
        return false;
    }
    *key = (slice){first, (size_t)(space - first)};
    *value = (slice){space + 1, arguments.length - key->length - 2};
    return true;
}

static bool split_key(slice arguments, slice *key)
{
    if (arguments.length < 2) {
        return false;
    }
    *key = (slice){arguments.bytes + 1, arguments.length - 1};
    return memchr(key->bytes, ' ', key->length) == NULL;
}

static bool set(key_value_store *store, slice arguments, byte_buffer *output)
{
    slice key, value;
    if (!split_key_and_value(arguments, &key, &value)) {
        return wrong_arguments(output);
    }
    entry *found = find(store, key);
    bool is_stored = found == NULL ? insert(store, key, value) : replace_value(found, value);
    return is_stored && reply(output, "OK");
}

static bool add(key_value_store *store, slice arguments, byte_buffer *output)
{
    slice key, value;
    if (!split_key_and_value(arguments, &key, &value)) {
        return wrong_arguments(output);
    }
    if (find(store, key) != NULL) {
        return reply(output, "EXISTS");
    }
    return insert(store, key, value) && reply(output, "OK");
}

static bool get(key_value_store *store, slice arguments, byte_buffer *output)
{
    slice key;
    if (!split_key(arguments, &key)) {
        return wrong_arguments(output);
    }
    const entry *found = find(store, key);
    if (found == NULL) {
        return reply(output, "NONE");
    }
    return reply(output, "VALUE ") && byte_buffer_append(output, found->value, found->value_length);
}

static bool del(key_value_store *store, slice arguments, byte_buffer *output)
{
    slice key;
    if (!split_key(arguments, &key)) {
        return wrong_arguments(output);
    }
    entry *found = find(store, key);
    if (found == NULL) {
        return reply(output, "NONE");
    }
    tdelete(&key, &store->root, compare_keys);
    free_entry(found);
    store->count--;
    return reply(output, "OK");
}

static bool count(key_value_store *store, slice arguments, byte_buffer *output)
{
    if (arguments.length > 0) {
        return wrong_arguments(output);
    }
    char text[32];
    snprintf(text, sizeof text, "COUNT %zu", store->count);
    return reply(output, text);
}

bool key_value_store_execute(key_value_store *store, const char *line, size_t length, byte_buffer *output)
{
    static const struct {
        const char *name;
        command_function *function;
    } commands[] = {{"SET", set}, {"ADD", add}, {"GET", get}, {"DEL", del}, {"COUNT", count}};

    const char *space = memchr(line, ' ', length);
    size_t name_length = space == NULL ? length : (size_t)(space - line);
    slice arguments = {line + name_length, length - name_length};
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        if (strlen(commands[i].name) == name_length && memcmp(commands[i].name, line, name_length) == 0) {
            return commands[i].function(store, arguments, output);
        }
    }
    return reply(output, "ERR unknown command");
}

void key_value_store_release(key_value_store *store)
{
    tdestroy(store->root, free_entry);
    *store = (key_value_store){0};
}

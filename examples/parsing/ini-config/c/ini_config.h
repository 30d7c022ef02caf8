#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
    INI_OK = 0,
    INI_PROBLEMS, /* the text has problems */
    INI_MISSING,  /* the key is not set */
    INI_INVALID,  /* the value is not of the type asked for */
    INI_NO_MEMORY
} ini_status;

/** What is wrong with a line. */
typedef enum {
    INI_BAD_SECTION = 0,
    INI_MISSING_EQUALS,
    INI_BAD_KEY,
    INI_BAD_ESCAPE,
    INI_UNTERMINATED,
    INI_TRAILING_TEXT,
    INI_DUPLICATE_KEY
} ini_reason;

typedef struct {
    size_t line; /* the first is 1 */
    ini_reason reason;
} ini_problem;

/** Settings by section and key, or the problems of a text. Look-ups go through all settings. */
typedef struct ini_config ini_config;

/**
 * Parses a text. On INI_OK *config has the settings, on INI_PROBLEMS the problems and no settings; the caller
 * releases it with ini_free. On INI_NO_MEMORY it is NULL.
 */
ini_status ini_parse(const char *text, ini_config **config);

/** Frees the settings and all strings got from them; NULL is allowed. */
void ini_free(ini_config *config);

/** Returns the problems in the order of their lines, which live as long as config, and sets *count. */
const ini_problem *ini_problems(const ini_config *config, size_t *count);

/** Returns the name of a reason, such as "bad-key". */
const char *ini_reason_name(ini_reason reason);

/** Returns the value, which lives as long as config, or NULL if the key is not set. */
const char *ini_get(const ini_config *config, const char *section, const char *key);

/** Sets *number on INI_OK only; otherwise the status is INI_MISSING or INI_INVALID. */
ini_status ini_get_integer(const ini_config *config, const char *section, const char *key, int64_t *number);

/** Sets *flag on INI_OK only; otherwise the status is INI_MISSING or INI_INVALID. */
ini_status ini_get_boolean(const ini_config *config, const char *section, const char *key, bool *flag);

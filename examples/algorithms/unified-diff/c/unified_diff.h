#pragma once

typedef enum {
    UNIFIED_DIFF_OK = 0,
    UNIFIED_DIFF_INVALID_ARGUMENT,
    UNIFIED_DIFF_NO_MEMORY
} unified_diff_status;

/**
 * Compares two texts line by line and sets *diff to the hunks of a unified diff, each with up to context unchanged
 * lines before and after; it is empty if the texts are equal, and has as few changed lines as possible. The caller
 * releases it with free. Time and memory grow with the number of lines times the number of changed ones, and with the
 * square of the latter.
 *
 * INVALID_ARGUMENT: context is negative. *diff is NULL after any error.
 */
unified_diff_status unified_diff(const char *old_text, const char *new_text, int context, char **diff);

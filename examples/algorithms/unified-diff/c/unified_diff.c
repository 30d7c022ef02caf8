#define _POSIX_C_SOURCE 200809L /* open_memstream */

#include "unified_diff.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const char *start;
    size_t length; /* its newline included */
} line;

typedef struct {
    line *lines;
    bool *changed; /* removed or added; one more than there are lines, the last one false */
    size_t count;
} side;

/*
 * How far into the old text one gets with so many edits of which so many are deletions. Row d, of d edits, has the
 * values for 0 to d deletions; the rows follow each other in one array.
 */
typedef struct {
    size_t *reached;
    size_t room;
    size_t edits;
    size_t deletions;
} search;

/* Lines of the old and of the new text, each from a start up to, but without, an end. */
typedef struct {
    size_t old_start, old_end;
    size_t new_start, new_end;
} span;

static const char *end_of_line(const char *start)
{
    const char *newline = strchr(start, '\n');
    return newline ? newline + 1 : start + strlen(start);
}

static bool split(const char *text, side *side)
{
    size_t count = 0;
    for (const char *at = text; *at; at = end_of_line(at)) {
        count++;
    }
    side->lines = calloc(count + 1, sizeof *side->lines);
    side->changed = calloc(count + 1, sizeof *side->changed);
    if (!side->lines || !side->changed) {
        return false;
    }
    for (const char *at = text; *at; at = end_of_line(at)) {
        side->lines[side->count++] = (line){at, (size_t)(end_of_line(at) - at)};
    }
    return true;
}

static bool equal(line left, line right)
{
    return left.length == right.length && memcmp(left.start, right.start, left.length) == 0;
}

static size_t *row(const search *search, size_t edits)
{
    return search->reached + edits * (edits + 1) / 2;
}

static bool make_room(search *search, size_t edits)
{
    size_t needed = (edits + 1) * (edits + 2) / 2;
    if (needed <= search->room) {
        return true;
    }
    size_t *larger = realloc(search->reached, 2 * needed * sizeof *larger);
    if (!larger) {
        return false;
    }
    search->reached = larger;
    search->room = 2 * needed;
    return true;
}

/* Whether one gets farther by an insertion than by a deletion as the last edit; previous is the row before. */
static bool ends_with_insertion(const size_t *previous, size_t edits, size_t deletions)
{
    return deletions == 0 || (deletions < edits && previous[deletions - 1] < previous[deletions]);
}

static size_t after_edit(const search *search, size_t edits, size_t deletions)
{
    if (edits == 0) {
        return 0;
    }
    const size_t *previous = row(search, edits - 1);
    return ends_with_insertion(previous, edits, deletions) ? previous[deletions] : previous[deletions - 1] + 1;
}

/* Myers' greedy search for the least number of edits that reach the end of both texts. */
static bool find_edits(const side *old, const side *new, search *search)
{
    for (size_t edits = 0;; edits++) {
        if (!make_room(search, edits)) {
            return false;
        }
        for (size_t deletions = 0; deletions <= edits; deletions++) {
            size_t i = after_edit(search, edits, deletions);
            size_t j = i + edits - 2 * deletions;
            while (i < old->count && j < new->count && equal(old->lines[i], new->lines[j])) {
                i++;
                j++;
            }
            row(search, edits)[deletions] = i;
            if (i >= old->count && j >= new->count) {
                search->edits = edits;
                search->deletions = deletions;
                return true;
            }
        }
    }
}

/* Goes back from the last edit to the first. */
static void mark_changes(const search *search, side *old, side *new)
{
    size_t deletions = search->deletions;
    for (size_t edits = search->edits; edits > 0; edits--) {
        const size_t *previous = row(search, edits - 1);
        if (ends_with_insertion(previous, edits, deletions)) {
            new->changed[previous[deletions] + edits - 1 - 2 * deletions] = true;
        } else {
            deletions--;
            old->changed[previous[deletions]] = true;
        }
    }
}

/* Moves change to the next one; returns false if there is none. */
static bool next_change(const side *old, const side *new, span *change)
{
    size_t i = change->old_end;
    size_t j = change->new_end;
    while (i < old->count && !old->changed[i] && !new->changed[j]) {
        i++;
        j++;
    }
    *change = (span){i, i, j, j};
    while (old->changed[change->old_end]) {
        change->old_end++;
    }
    while (new->changed[change->new_end]) {
        change->new_end++;
    }
    return change->old_end > i || change->new_end > j;
}

static void write_range(FILE *out, char mark, size_t start, size_t end)
{
    size_t count = end - start;
    fprintf(out, " %c%zu", mark, count > 0 ? start + 1 : start);
    if (count != 1) {
        fprintf(out, ",%zu", count);
    }
}

static void write_line(FILE *out, char mark, line line)
{
    fputc(mark, out);
    fwrite(line.start, 1, line.length, out);
    if (line.start[line.length - 1] != '\n') {
        fputs("\n\\ No newline at end of file\n", out);
    }
}

static void write_hunk(FILE *out, const side *old, const side *new, span hunk)
{
    fputs("@@", out);
    write_range(out, '-', hunk.old_start, hunk.old_end);
    write_range(out, '+', hunk.new_start, hunk.new_end);
    fputs(" @@\n", out);

    size_t i = hunk.old_start;
    size_t j = hunk.new_start;
    while (i < hunk.old_end || j < hunk.new_end) {
        if (old->changed[i]) {
            write_line(out, '-', old->lines[i++]);
        } else if (new->changed[j]) {
            write_line(out, '+', new->lines[j++]);
        } else {
            write_line(out, ' ', old->lines[i++]);
            j++;
        }
    }
}

static size_t smaller(size_t left, size_t right)
{
    return left < right ? left : right;
}

static void write_hunks(FILE *out, const side *old, const side *new, size_t context)
{
    span change = {0};
    bool found = next_change(old, new, &change);
    while (found) {
        span hunk = change;
        size_t before = smaller(context, hunk.old_start);
        hunk.old_start -= before;
        hunk.new_start -= before;
        do {
            hunk.old_end = change.old_end;
            hunk.new_end = change.new_end;
            found = next_change(old, new, &change);
        } while (found && change.old_start - hunk.old_end <= 2 * context);
        size_t after = smaller(context, old->count - hunk.old_end);
        hunk.old_end += after;
        hunk.new_end += after;
        write_hunk(out, old, new, hunk);
    }
}

static bool write_diff(const side *old, const side *new, size_t context, char **diff)
{
    size_t size;
    FILE *out = open_memstream(diff, &size);
    if (!out) {
        return false;
    }
    write_hunks(out, old, new, context);
    bool failed = ferror(out) != 0;
    if (fclose(out) != 0 || failed) {
        free(*diff);
        *diff = NULL;
        return false;
    }
    return true;
}

unified_diff_status unified_diff(const char *old_text, const char *new_text, int context, char **diff)
{
    *diff = NULL;
    if (context < 0) {
        return UNIFIED_DIFF_INVALID_ARGUMENT;
    }
    side old = {0};
    side new = {0};
    search search = {0};
    bool done = split(old_text, &old) && split(new_text, &new) && find_edits(&old, &new, &search);
    if (done) {
        mark_changes(&search, &old, &new);
        done = write_diff(&old, &new, (size_t)context, diff);
    }
    free(search.reached);
    free(old.lines);
    free(old.changed);
    free(new.lines);
    free(new.changed);
    return done ? UNIFIED_DIFF_OK : UNIFIED_DIFF_NO_MEMORY;
}

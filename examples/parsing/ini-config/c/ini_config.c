#include "ini_config.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS "0123456789"
#define NAME_CHARACTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" DIGITS "_-."

/* The strings lie in the text of the settings. */
typedef struct {
    const char *section;
    const char *key;
    const char *value;
} ini_entry;

struct ini_config {
    char *text; /* a copy, which parsing takes apart */
    ini_entry *entries;
    size_t entry_count;
    ini_problem *problems;
    size_t problem_count;
};

typedef enum { NOTHING, SECTION, ENTRY, PROBLEM } statement_kind;

/* What a line says. */
typedef struct {
    statement_kind kind;
    const char *name; /* of a section or a key */
    const char *value;
    ini_reason reason;
} statement;

static statement problem(ini_reason reason)
{
    return (statement){.kind = PROBLEM, .reason = reason};
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Ends the string at its last character before end that is not blank; returns its first one. */
static char *trim(char *start, char *end)
{
    while (start < end && is_blank(*start)) {
        start++;
    }
    while (end > start && is_blank(end[-1])) {
        end--;
    }
    *end = '\0';
    return start;
}

static bool is_name(const char *text)
{
    return *text != '\0' && text[strspn(text, NAME_CHARACTERS)] == '\0';
}

/* Reads a value that begins with a quote, in its place. */
static statement read_quoted(const char *key, char *value)
{
    static const char escapes[] = "\"\\nt";
    static const char meanings[] = "\"\\\n\t";
    char *to = value;
    for (const char *from = value + 1; *from != '\0'; from++) {
        if (*from == '"') {
            if (from[1] != '\0') {
                return problem(INI_TRAILING_TEXT);
            }
            *to = '\0';
            return (statement){.kind = ENTRY, .name = key, .value = value};
        }
        if (*from != '\\') {
            *to++ = *from;
            continue;
        }
        from++;
        if (*from == '\0') {
            break;
        }
        const char *escape = strchr(escapes, *from);
        if (!escape) {
            return problem(INI_BAD_ESCAPE);
        }
        *to++ = meanings[escape - escapes];
    }
    return problem(INI_UNTERMINATED);
}

/* Reads the characters before end, and puts the ends of its strings between them. */
static statement read_line(char *line, char *end)
{
    if (end > line && end[-1] == '\r') {
        end--;
    }
    line = trim(line, end);
    if (*line == '\0' || *line == ';' || *line == '#') {
        return (statement){.kind = NOTHING};
    }
    if (*line == '[') {
        char *last = line + strlen(line) - 1;
        if (*last != ']') {
            return problem(INI_BAD_SECTION);
        }
        *last = '\0';
        return is_name(line + 1) ? (statement){.kind = SECTION, .name = line + 1} : problem(INI_BAD_SECTION);
    }
    char *equals = strchr(line, '=');
    if (!equals) {
        return problem(INI_MISSING_EQUALS);
    }
    char *value = trim(equals + 1, equals + strlen(equals));
    const char *key = trim(line, equals);
    if (!is_name(key)) {
        return problem(INI_BAD_KEY);
    }
    return *value == '"' ? read_quoted(key, value) : (statement){.kind = ENTRY, .name = key, .value = value};
}

static void add_problem(ini_config *config, size_t line, ini_reason reason)
{
    config->problems[config->problem_count++] = (ini_problem){line, reason};
}

static void parse_lines(ini_config *config)
{
    const char *section = ""; /* NULL after a bad section line */
    size_t number = 1;
    char *next = config->text;
    while (next) {
        char *line = next;
        char *end = strchr(line, '\n');
        next = end ? end + 1 : NULL;
        statement said = read_line(line, end ? end : line + strlen(line));
        if (said.kind == SECTION) {
            section = said.name;
        } else if (said.kind == PROBLEM) {
            add_problem(config, number, said.reason);
            section = said.reason == INI_BAD_SECTION ? NULL : section;
        } else if (said.kind == ENTRY && section && ini_get(config, section, said.name)) {
            add_problem(config, number, INI_DUPLICATE_KEY);
        } else if (said.kind == ENTRY && section) {
            config->entries[config->entry_count++] = (ini_entry){section, said.name, said.value};
        }
        number++;
    }
}

static size_t count_lines(const char *text)
{
    size_t lines = 1;
    for (; *text != '\0'; text++) {
        lines += *text == '\n';
    }
    return lines;
}

ini_status ini_parse(const char *text, ini_config **config)
{
    size_t size = strlen(text) + 1;
    size_t lines = count_lines(text);
    *config = NULL;
    ini_config *made = calloc(1, sizeof *made);
    if (!made) {
        return INI_NO_MEMORY;
    }
    made->text = malloc(size);
    made->entries = calloc(lines, sizeof *made->entries);
    made->problems = calloc(lines, sizeof *made->problems);
    if (!made->text || !made->entries || !made->problems) {
        ini_free(made);
        return INI_NO_MEMORY;
    }
    memcpy(made->text, text, size);
    parse_lines(made);
    *config = made;
    if (made->problem_count > 0) {
        made->entry_count = 0;
        return INI_PROBLEMS;
    }
    return INI_OK;
}

void ini_free(ini_config *config)
{
    if (config) {
        free(config->text);
        free(config->entries);
        free(config->problems);
        free(config);
    }
}

const ini_problem *ini_problems(const ini_config *config, size_t *count)
{
    *count = config->problem_count;
    return config->problems;
}

const char *ini_reason_name(ini_reason reason)
{
    static const char *const names[] = {
        [INI_BAD_SECTION] = "bad-section",     [INI_MISSING_EQUALS] = "missing-equals",
        [INI_BAD_KEY] = "bad-key",             [INI_BAD_ESCAPE] = "bad-escape",
        [INI_UNTERMINATED] = "unterminated",   [INI_TRAILING_TEXT] = "trailing-text",
        [INI_DUPLICATE_KEY] = "duplicate-key",
    };
    return names[reason];
}

const char *ini_get(const ini_config *config, const char *section, const char *key)
{
    for (size_t i = 0; i < config->entry_count; i++) {
        const ini_entry *entry = &config->entries[i];
        if (strcmp(entry->section, section) == 0 && strcmp(entry->key, key) == 0) {
            return entry->value;
        }
    }
    return NULL;
}

ini_status ini_get_integer(const ini_config *config, const char *section, const char *key, int64_t *number)
{
    const char *value = ini_get(config, section, key);
    if (!value) {
        return INI_MISSING;
    }
    const char *digits = *value == '-' ? value + 1 : value;
    size_t length = strspn(digits, DIGITS);
    if (length == 0 || digits[length] != '\0' || (digits[0] == '0' && length > 1)) {
        return INI_INVALID;
    }
    errno = 0;
    long long found = strtoll(value, NULL, 10);
    if (errno == ERANGE) {
        return INI_INVALID;
    }
    *number = found;
    return INI_OK;
}

static bool equals_in_any_case(const char *text, const char *lower)
{
    while (*text != '\0' && tolower((unsigned char)*text) == *lower) {
        text++;
        lower++;
    }
    return *text == '\0' && *lower == '\0';
}

ini_status ini_get_boolean(const ini_config *config, const char *section, const char *key, bool *flag)
{
    static const struct {
        const char *word;
        bool flag;
    } words[] = {
        {"true", true},   {"yes", true}, {"on", true},   {"1", true},
        {"false", false}, {"no", false}, {"off", false}, {"0", false},
    };
    const char *value = ini_get(config, section, key);
    if (!value) {
        return INI_MISSING;
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (equals_in_any_case(value, words[i].word)) {
            *flag = words[i].flag;
            return INI_OK;
        }
    }
    return INI_INVALID;
}

#pragma once

#include <stddef.h>

typedef enum {
    DEPENDENCY_ORDER_OK = 0,
    DEPENDENCY_ORDER_DUPLICATE_TARGET,
    DEPENDENCY_ORDER_UNKNOWN_TARGET,
    DEPENDENCY_ORDER_CYCLE,
    DEPENDENCY_ORDER_NO_MEMORY
} dependency_order_status;

/** A build target and the names of the targets it depends on. */
typedef struct {
    const char *name;                /* never NULL */
    const char *const *dependencies; /* never NULL unless dependency_count is 0 */
    size_t dependency_count;
} dependency_order_target;

/** The array belongs to this struct, the strings are those of the caller's targets and are not copied. */
typedef struct {
    const char **names; /* NULL if count is 0 */
    size_t count;
} dependency_order_names;

/**
 * Orders all targets so that each one comes after its dependencies; of the targets that are ready,
 * the one declared first comes next. The errors are looked for in the order of their numbers.
 *
 * targets may be NULL if count is 0. *result is overwritten; the caller releases it with
 * dependency_order_names_free, after any status. It holds, by status:
 *   OK                the names of all targets in build order
 *   DUPLICATE_TARGET  the name
 *   UNKNOWN_TARGET    the name of the target, the name of the dependency
 *   CYCLE             the path, the first name again at its end
 *   NO_MEMORY         nothing
 */
dependency_order_status dependency_order_build(const dependency_order_target *targets, size_t count,
                                               dependency_order_names *result);

/** Frees the array and leaves {NULL, 0}; doing so again is allowed, and so is NULL. */
void dependency_order_names_free(dependency_order_names *names);

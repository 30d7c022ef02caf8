#include "dependency_order.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const char *name;
    size_t index;
} declaration;

/* Target i is linked to items[first[i]] up to, but not including, items[first[i + 1]]. */
typedef struct {
    size_t *first;
    size_t *items;
} links;

/* A binary heap with the smallest item on top. */
typedef struct {
    size_t *items;
    size_t count;
} min_heap;

typedef struct {
    const dependency_order_target *targets;
    size_t count;
    declaration *by_name;
    links dependencies;
    links dependents;
    size_t *missing; /* how many dependencies of each target are not placed yet */
    min_heap ready;
    size_t *order;
    size_t placed;
} build_plan;

/* Never asks for nothing, for which calloc may return NULL. */
static size_t *new_sizes(size_t count)
{
    return calloc(count > 0 ? count : 1, sizeof(size_t));
}

static bool plan_allocate(build_plan *plan)
{
    size_t count = plan->count;
    size_t link_count = 0;
    for (size_t i = 0; i < count; i++) {
        link_count += plan->targets[i].dependency_count;
    }
    plan->by_name = calloc(count, sizeof *plan->by_name);
    plan->dependencies.first = new_sizes(count + 1);
    plan->dependencies.items = new_sizes(link_count);
    plan->dependents.first = new_sizes(count + 1);
    plan->dependents.items = new_sizes(link_count);
    plan->missing = new_sizes(count);
    plan->ready.items = new_sizes(count);
    plan->order = new_sizes(count);
    return plan->by_name && plan->dependencies.first && plan->dependencies.items && plan->dependents.first
           && plan->dependents.items && plan->missing && plan->ready.items && plan->order;
}

static void plan_free(build_plan *plan)
{
    free(plan->by_name);
    free(plan->dependencies.first);
    free(plan->dependencies.items);
    free(plan->dependents.first);
    free(plan->dependents.items);
    free(plan->missing);
    free(plan->ready.items);
    free(plan->order);
}

static bool names_allocate(dependency_order_names *names, size_t count)
{
    names->names = calloc(count, sizeof *names->names);
    names->count = names->names ? count : 0;
    return names->names != NULL;
}

static int compare_names(const void *left, const void *right)
{
    return strcmp(((const declaration *)left)->name, ((const declaration *)right)->name);
}

static int compare_declarations(const void *left, const void *right)
{
    size_t left_index = ((const declaration *)left)->index;
    size_t right_index = ((const declaration *)right)->index;
    int order = compare_names(left, right);
    return order != 0 ? order : (left_index > right_index) - (left_index < right_index);
}

/* Returns the first declaration that repeats an earlier one, or the number of targets if there is none. */
static size_t find_repeated(const build_plan *plan)
{
    size_t repeated = plan->count;
    for (size_t i = 1; i < plan->count; i++) {
        const declaration *later = &plan->by_name[i];
        if (compare_names(later - 1, later) == 0 && later->index < repeated) {
            repeated = later->index;
        }
    }
    return repeated;
}

static dependency_order_status index_names(build_plan *plan, dependency_order_names *result)
{
    for (size_t i = 0; i < plan->count; i++) {
        plan->by_name[i] = (declaration){plan->targets[i].name, i};
    }
    qsort(plan->by_name, plan->count, sizeof *plan->by_name, compare_declarations);

    size_t repeated = find_repeated(plan);
    if (repeated == plan->count) {
        return DEPENDENCY_ORDER_OK;
    }
    if (!names_allocate(result, 1)) {
        return DEPENDENCY_ORDER_NO_MEMORY;
    }
    result->names[0] = plan->targets[repeated].name;
    return DEPENDENCY_ORDER_DUPLICATE_TARGET;
}

static dependency_order_status report_unknown(const char *target, const char *dependency,
                                              dependency_order_names *result)
{
    if (!names_allocate(result, 2)) {
        return DEPENDENCY_ORDER_NO_MEMORY;
    }
    result->names[0] = target;
    result->names[1] = dependency;
    return DEPENDENCY_ORDER_UNKNOWN_TARGET;
}

static dependency_order_status resolve(build_plan *plan, dependency_order_names *result)
{
    size_t link_count = 0;
    for (size_t i = 0; i < plan->count; i++) {
        const dependency_order_target *target = &plan->targets[i];
        for (size_t j = 0; j < target->dependency_count; j++) {
            declaration wanted = {.name = target->dependencies[j]};
            const declaration *found =
                bsearch(&wanted, plan->by_name, plan->count, sizeof *plan->by_name, compare_names);
            if (!found) {
                return report_unknown(target->name, wanted.name, result);
            }
            plan->dependencies.items[link_count++] = found->index;
        }
        plan->dependencies.first[i + 1] = link_count;
    }
    return DEPENDENCY_ORDER_OK;
}

/* The arrays of reversed are zero before. */
static void reverse(const links *forward, size_t count, links *reversed)
{
    size_t link_count = forward->first[count];
    for (size_t i = 0; i < link_count; i++) {
        reversed->first[forward->items[i]]++;
    }
    for (size_t i = 1; i <= count; i++) {
        reversed->first[i] += reversed->first[i - 1];
    }
    /* Each first[i] is now the end of its links, and becomes their beginning as they are put in. */
    for (size_t from = 0; from < count; from++) {
        for (size_t i = forward->first[from]; i < forward->first[from + 1]; i++) {
            reversed->items[--reversed->first[forward->items[i]]] = from;
        }
    }
}

static void heap_push(min_heap *heap, size_t item)
{
    size_t hole = heap->count++;
    while (hole > 0 && heap->items[(hole - 1) / 2] > item) {
        heap->items[hole] = heap->items[(hole - 1) / 2];
        hole = (hole - 1) / 2;
    }
    heap->items[hole] = item;
}

static size_t heap_pop(min_heap *heap)
{
    size_t *items = heap->items;
    size_t smallest = items[0];
    size_t last = items[--heap->count];
    size_t hole = 0;
    for (size_t child = 1; child < heap->count; child = 2 * hole + 1) {
        if (child + 1 < heap->count && items[child + 1] < items[child]) {
            child++;
        }
        if (last <= items[child]) {
            break;
        }
        items[hole] = items[child];
        hole = child;
    }
    items[hole] = last;
    return smallest;
}

/* Places every target that is not blocked; of the others, some dependencies remain missing. */
static void place(build_plan *plan)
{
    for (size_t i = 0; i < plan->count; i++) {
        plan->missing[i] = plan->targets[i].dependency_count;
        if (plan->missing[i] == 0) {
            heap_push(&plan->ready, i);
        }
    }
    while (plan->ready.count > 0) {
        size_t placed = heap_pop(&plan->ready);
        plan->order[plan->placed++] = placed;
        for (size_t i = plan->dependents.first[placed]; i < plan->dependents.first[placed + 1]; i++) {
            size_t dependent = plan->dependents.items[i];
            if (--plan->missing[dependent] == 0) {
                heap_push(&plan->ready, dependent);
            }
        }
    }
}

static dependency_order_status report_order(const build_plan *plan, dependency_order_names *result)
{
    if (!names_allocate(result, plan->count)) {
        return DEPENDENCY_ORDER_NO_MEMORY;
    }
    for (size_t i = 0; i < plan->count; i++) {
        result->names[i] = plan->targets[plan->order[i]].name;
    }
    return DEPENDENCY_ORDER_OK;
}

/* The first of a blocked target's dependencies that is blocked itself: it would not be blocked without one. */
static size_t first_blocked_dependency(const build_plan *plan, size_t target)
{
    size_t i = plan->dependencies.first[target];
    while (plan->missing[plan->dependencies.items[i]] == 0) {
        i++;
    }
    return plan->dependencies.items[i];
}

/* Returns a target of the cycle that the walk from the first blocked target ends in, and sets next for all blocked. */
static size_t enter_cycle(const build_plan *plan, size_t *next)
{
    size_t entered = plan->count;
    for (size_t i = plan->count; i-- > 0;) {
        if (plan->missing[i] > 0) {
            next[i] = first_blocked_dependency(plan, i);
            entered = i;
        }
    }
    /* A walk as long as there are targets has left behind everything that leads to the cycle. */
    for (size_t step = 0; step < plan->count; step++) {
        entered = next[entered];
    }
    return entered;
}

static dependency_order_status report_cycle(const build_plan *plan, dependency_order_names *result)
{
    size_t *next = new_sizes(plan->count);
    if (!next) {
        return DEPENDENCY_ORDER_NO_MEMORY;
    }
    size_t entered = enter_cycle(plan, next);
    size_t lowest = entered;
    size_t length = 1;
    for (size_t i = next[entered]; i != entered; i = next[i]) {
        lowest = i < lowest ? i : lowest;
        length++;
    }

    dependency_order_status status = DEPENDENCY_ORDER_NO_MEMORY;
    if (names_allocate(result, length + 1)) {
        for (size_t i = 0, target = lowest; i <= length; i++, target = next[target]) {
            result->names[i] = plan->targets[target].name;
        }
        status = DEPENDENCY_ORDER_CYCLE;
    }
    free(next);
    return status;
}

static dependency_order_status plan_build(build_plan *plan, dependency_order_names *result)
{
    if (!plan_allocate(plan)) {
        return DEPENDENCY_ORDER_NO_MEMORY;
    }
    dependency_order_status status = index_names(plan, result);
    if (status == DEPENDENCY_ORDER_OK) {
        status = resolve(plan, result);
    }
    if (status != DEPENDENCY_ORDER_OK) {
        return status;
    }
    reverse(&plan->dependencies, plan->count, &plan->dependents);
    place(plan);
    return plan->placed == plan->count ? report_order(plan, result) : report_cycle(plan, result);
}

dependency_order_status dependency_order_build(const dependency_order_target *targets, size_t count,
                                               dependency_order_names *result)
{
    *result = (dependency_order_names){NULL, 0};
    if (count == 0) {
        return DEPENDENCY_ORDER_OK;
    }
    build_plan plan = {.targets = targets, .count = count};
    dependency_order_status status = plan_build(&plan, result);
    plan_free(&plan);
    return status;
}

void dependency_order_names_free(dependency_order_names *names)
{
    if (names) {
        free(names->names);
        *names = (dependency_order_names){NULL, 0};
    }
}

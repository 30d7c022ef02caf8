#include <stdlib.h>

#include "clamp.h"
#include "workload.h"

struct input {
    size_t size;
    double *values;
    double *scratch;
    double sum;
};

static void *prepare(size_t size, workload_random random) {
    struct input *input = malloc(sizeof *input);
    *input = (struct input){size, malloc(size * sizeof(double)), malloc(size * sizeof(double)), 0};
    for (size_t i = 0; i < size; i++) input->values[i] = random(1000);
    return input;
}

static void release(void *given) {
    struct input *input = given;
    free(input->values);
    free(input->scratch);
    free(input);
}

static void run_clamped(void *given) {
    struct input *input = given;
    input->sum = 0;
    for (size_t i = 0; i < input->size; i++) {
        double nearest = 0;
        clamp(input->values[i], 250, 750, &nearest);
        input->sum += nearest;
    }
}

/* With 1,000 values the sum is the same in every language, because the values are. */
static bool check_clamped(void *given) {
    const struct input *input = given;
    return input->size != 1000 || input->sum == 508073;
}

static void run_constant(void *given) {
    struct input *input = given;
    input->sum = 0;
    for (size_t i = 0; i < 16; i++) {
        double nearest = 0;
        clamp(input->values[i], 250, 750, &nearest);
        input->sum += nearest;
    }
}

static bool check_sum(void *given) { return ((struct input *)given)->sum > 0; }

static int by_value(const void *one, const void *other) {
    double nearest = 0;
    clamp(*(const double *)one, 0, 1000, &nearest);
    return (nearest > *(const double *)other) - (nearest < *(const double *)other);
}

static void run_in_order(void *given) {
    struct input *input = given;
    for (size_t i = 0; i < input->size; i++) input->scratch[i] = input->values[i];
    qsort(input->scratch, input->size, sizeof(double), by_value);
}

static bool check_in_order(void *given) {
    const struct input *input = given;
    for (size_t i = 1; i < input->size; i++)
        if (input->scratch[i - 1] > input->scratch[i]) return false;
    return true;
}

static void run_pairs(void *given) {
    struct input *input = given;
    input->sum = 0;
    for (size_t i = 0; i < input->size; i++)
        for (size_t j = 0; j < input->size; j++) {
            double nearest = 0;
            clamp(input->values[i], 0, input->values[j], &nearest);
            input->sum += nearest;
        }
}

const struct workload workloads[] = {
    {"clamped", 1000, prepare, run_clamped, check_clamped, release},
    {"constant", 1000, prepare, run_constant, check_sum, release},
    {"in_order", 1000, prepare, run_in_order, check_in_order, release},
    {"pairs", 64, prepare, run_pairs, check_sum, release},
    {0},
};

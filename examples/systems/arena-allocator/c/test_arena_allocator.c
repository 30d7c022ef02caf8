#define _POSIX_C_SOURCE 200809L

#include <check.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "arena_allocator.h"

enum { MAX_CHUNKS = 64, PAGE = 4096, OFFSET = 16 };

/* A source that checks what is returned to it. Its chunks start 16 bytes after the start of a page:
 * at a multiple of 16 and of nothing more. */
typedef struct {
    struct {
        unsigned char *address;
        size_t size;
    } chunks[MAX_CHUNKS];
    size_t held;
    int asked;
    int released;
    bool empty;
} source_state;

static void *take(void *context, size_t size)
{
    source_state *state = context;
    state->asked++;
    void *pages;
    if (state->empty || state->held == MAX_CHUNKS || size > 1 << 20 || posix_memalign(&pages, PAGE, OFFSET + size) != 0) {
        return NULL;
    }
    unsigned char *chunk = (unsigned char *)pages + OFFSET;
    memset(chunk, 0xAA, size);
    state->chunks[state->held].address = chunk;
    state->chunks[state->held].size = size;
    state->held++;
    return chunk;
}

static void give_back(void *context, void *chunk, size_t size)
{
    source_state *state = context;
    size_t i = 0;
    while (i < state->held && state->chunks[i].address != chunk) {
        i++;
    }
    ck_assert_msg(i < state->held, "not a chunk of the source, or returned before");
    ck_assert_uint_eq(size, state->chunks[i].size);
    state->released++;
    state->held--;
    state->chunks[i] = state->chunks[state->held];
    free((unsigned char *)chunk - OFFSET);
}

static bool lies_in_a_chunk(const source_state *state, const unsigned char *block, size_t size)
{
    for (size_t i = 0; i < state->held; i++) {
        const unsigned char *start = state->chunks[i].address;
        if (block >= start && block + size <= start + state->chunks[i].size) {
            return true;
        }
    }
    return false;
}

static arena *arena_of(source_state *state, size_t chunk_size, size_t limit)
{
    arena_source source = {take, give_back, state};
    arena *a = NULL;
    ck_assert_int_eq(arena_create(chunk_size, limit, &source, &a), ARENA_OK);
    ck_assert_ptr_nonnull(a);
    return a;
}

static unsigned char *alloc(arena *a, size_t size, size_t alignment)
{
    void *block = NULL;
    ck_assert_int_eq(arena_alloc(a, size, alignment, &block), ARENA_OK);
    ck_assert_ptr_nonnull(block);
    ck_assert_uint_eq((uintptr_t)block % alignment, 0);
    return block;
}

static unsigned char *alloc_filled(arena *a, size_t size, unsigned char byte)
{
    return memset(alloc(a, size, 1), byte, size);
}

static void ck_alloc_fails(arena *a, size_t count, size_t size, size_t alignment, arena_status expected)
{
    void *block = a;
    ck_assert_int_eq(arena_alloc_array(a, count, size, alignment, &block), expected);
    ck_assert_ptr_null(block);
    if (count == 1) {
        block = a;
        ck_assert_int_eq(arena_alloc(a, size, alignment, &block), expected);
        ck_assert_ptr_null(block);
    }
}

static void ck_filled(const unsigned char *block, size_t size, unsigned char byte)
{
    for (size_t i = 0; i < size; i++) {
        ck_assert_uint_eq(block[i], byte);
    }
}

static arena_mark take_mark(arena *a)
{
    arena_mark mark = {NULL, 0};
    ck_assert_int_eq(arena_take_mark(a, &mark), ARENA_OK);
    return mark;
}

static void ck_stats(const arena *a, size_t used, size_t peak, size_t held, size_t chunks)
{
    arena_stats stats = {77, 77, 77, 77};
    ck_assert_int_eq(arena_get_stats(a, &stats), ARENA_OK);
    ck_assert_uint_eq(stats.used, used);
    ck_assert_uint_eq(stats.peak, peak);
    ck_assert_uint_eq(stats.held, held);
    ck_assert_uint_eq(stats.chunks, chunks);
}

START_TEST(test_blocks_have_their_alignment__R1)
{
    source_state state = {0};
    arena *a = arena_of(&state, 16384, ARENA_NO_LIMIT);
    for (size_t alignment = 1; alignment <= PAGE; alignment *= 2) {
        alloc(a, 1, 1);
        unsigned char *block = alloc(a, 3, alignment);
        ck_assert(lies_in_a_chunk(&state, block, 3));
    }
    arena_destroy(a);
}
END_TEST

START_TEST(test_oversize_blocks_have_their_alignment__R1)
{
    source_state state = {0};
    arena *a = arena_of(&state, 32, ARENA_NO_LIMIT);
    for (size_t alignment = 1; alignment <= PAGE; alignment *= 2) {
        unsigned char *block = alloc(a, 100, alignment);
        ck_assert(lies_in_a_chunk(&state, block, 100));
        memset(block, 1, 100);
    }
    arena_destroy(a);
}
END_TEST

START_TEST(test_blocks_keep_their_bytes__R1)
{
    enum { BLOCKS = 200 };
    source_state state = {0};
    arena *a = arena_of(&state, 1000, ARENA_NO_LIMIT);
    unsigned char *blocks[BLOCKS];
    size_t sizes[BLOCKS];
    for (size_t i = 0; i < BLOCKS; i++) {
        sizes[i] = i % 50 == 49 ? 1500 : 1 + i * 7 % 90;
        blocks[i] = alloc(a, sizes[i], (size_t)1 << i % 8);
        ck_assert(lies_in_a_chunk(&state, blocks[i], sizes[i]));
        memset(blocks[i], (int)i, sizes[i]);
    }
    for (size_t i = 0; i < BLOCKS; i++) {
        ck_filled(blocks[i], sizes[i], (unsigned char)i);
    }
    arena_destroy(a);
}
END_TEST

START_TEST(test_system_heap__R1)
{
    arena *a = NULL;
    ck_assert_int_eq(arena_create(256, ARENA_NO_LIMIT, NULL, &a), ARENA_OK);
    unsigned char *small = alloc_filled(a, 100, 1);
    unsigned char *large = alloc_filled(a, 1000, 2);
    unsigned char *aligned = memset(alloc(a, 200, 64), 3, 200);
    ck_filled(small, 100, 1);
    ck_filled(large, 1000, 2);
    ck_filled(aligned, 200, 3);
    ck_stats(a, 1300, 1300, 256 + 1000 + 256, 3);
    arena_destroy(a);
}
END_TEST

START_TEST(test_requests_of_size_zero__R1)
{
    static const size_t sizes[][2] = {{1, 0}, {0, 8}, {0, 0}, {0, SIZE_MAX}, {SIZE_MAX, 0}};
    source_state state = {0};
    arena *a = arena_of(&state, 64, 64);
    for (int full = 0; full < 2; full++) {
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            for (size_t alignment = 1; alignment <= PAGE; alignment *= 2) {
                void *block = NULL;
                ck_assert_int_eq(arena_alloc_array(a, sizes[i][0], sizes[i][1], alignment, &block), ARENA_OK);
                ck_assert_ptr_nonnull(block);
                ck_assert_uint_eq((uintptr_t)block % alignment, 0);
                alloc(a, 0, alignment);
            }
        }
        ck_assert_int_eq(state.asked, full);
        if (full) {
            ck_stats(a, 64, 64, 64, 1);
        } else {
            ck_stats(a, 0, 0, 0, 0);
            alloc(a, 64, 1);
        }
    }
    arena_destroy(a);
}
END_TEST

START_TEST(test_requests_of_size_zero_take_no_room__R1)
{
    source_state state = {0};
    arena *a = arena_of(&state, 64, ARENA_NO_LIMIT);
    unsigned char *first = alloc(a, 1, 1);
    alloc(a, 0, 32);
    ck_assert_ptr_eq(alloc(a, 63, 1), first + 1);
    ck_stats(a, 64, 64, 64, 1);
    arena_destroy(a);
}
END_TEST

START_TEST(test_creation_takes_no_chunk__R2)
{
    source_state state = {0};
    arena *a = arena_of(&state, 64, ARENA_NO_LIMIT);
    ck_stats(a, 0, 0, 0, 0);
    ck_assert_int_eq(state.asked, 0);
    arena_destroy(a);
    ck_assert_int_eq(state.released, 0);
}
END_TEST

START_TEST(test_chunk_is_filled_to_the_last_byte__R2)
{
    static const size_t chunk_sizes[] = {1, 15, 16, 17, 100, 1024};
    for (size_t i = 0; i < sizeof chunk_sizes / sizeof *chunk_sizes; i++) {
        size_t chunk_size = chunk_sizes[i];
        source_state state = {0};
        arena *a = arena_of(&state, chunk_size, ARENA_NO_LIMIT);
        unsigned char *first = alloc(a, 1, 1);
        for (size_t used = 1; used < chunk_size; used++) {
            ck_assert_ptr_eq(alloc(a, 1, 1), first + used);
        }
        ck_assert_int_eq(state.asked, 1);
        ck_assert_uint_ge(state.chunks[0].size, chunk_size);
        ck_stats(a, chunk_size, chunk_size, chunk_size, 1);
        alloc(a, 1, 1);
        ck_assert_int_eq(state.asked, 2);
        ck_stats(a, chunk_size + 1, chunk_size + 1, 2 * chunk_size, 2);
        arena_destroy(a);
    }
}
END_TEST

START_TEST(test_padding_is_not_used_but_takes_room__R2)
{
    source_state state = {0};
    arena *a = arena_of(&state, 64, ARENA_NO_LIMIT);
    unsigned char *first = alloc(a, 3, 1);
    ck_assert_ptr_eq(alloc(a, 8, 8), first + 8);
    ck_assert_ptr_eq(alloc(a, 2, 2), first + 16);
    ck_assert_ptr_eq(alloc(a, 17, 16), first + 32);
    ck_stats(a, 30, 30, 64, 1);
    alloc(a, 1, 16);
    ck_stats(a, 31, 31, 128, 2);
    arena_destroy(a);
}
END_TEST

START_TEST(test_last_bytes_of_a_chunk_behind_padding__R2)
{
    source_state state = {0};
    arena *a = arena_of(&state, 100, ARENA_NO_LIMIT);
    unsigned char *first = alloc(a, 91, 1);
    ck_assert_ptr_eq(alloc(a, 4, 16), first + 96);
    ck_stats(a, 95, 95, 100, 1);
    alloc(a, 100, 16);
    alloc(a, 1, 1);
    ck_stats(a, 196, 196, 300, 3);
    arena_destroy(a);
}
END_TEST

START_TEST(test_array_counts_as_product__R2)
{
    source_state state = {0};
    arena *a = arena_of(&state, 96, ARENA_NO_LIMIT);
    void *first = NULL, *second = NULL;
    ck_assert_int_eq(arena_alloc_array(a, 3, 20, 4, &first), ARENA_OK);
    ck_stats(a, 60, 60, 96, 1);
    ck_assert_int_eq(arena_alloc_array(a, 9, 4, 4, &second), ARENA_OK);
    ck_assert_ptr_eq(second, (unsigned char *)first + 60);
    ck_stats(a, 96, 96, 96, 1);
    ck_assert_int_eq(arena_alloc_array(a, 97, 1, 1, &first), ARENA_OK);
    ck_stats(a, 193, 193, 193, 2);
    arena_destroy(a);
}
END_TEST

START_TEST(test_need_equal_to_chunk_size_is_ordinary__R3)
{
    static const size_t requests[][2] = {{256, 1}, {256, 16}, {208, 64}, {16, 256}, {240, 32}};
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        source_state state = {0};
        arena *a = arena_of(&state, 256, ARENA_NO_LIMIT);
        size_t size = requests[i][0];
        arena_mark mark = take_mark(a);
        memset(alloc(a, size, requests[i][1]), 1, size);
        ck_stats(a, size, size, 256, 1);
        ck_assert_int_eq(arena_rewind(a, mark), ARENA_OK);
        ck_stats(a, 0, size, 256, 1);
        arena_destroy(a);
    }
}
END_TEST

START_TEST(test_need_above_chunk_size_gets_its_own_chunk__R3)
{
    static const size_t requests[][2] = {{257, 1}, {257, 16}, {209, 64}, {17, 256}, {241, 32}};
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        source_state state = {0};
        arena *a = arena_of(&state, 256, ARENA_NO_LIMIT);
        size_t size = requests[i][0];
        unsigned char *first = alloc(a, 56, 1);
        memset(alloc(a, size, requests[i][1]), 1, size);
        ck_stats(a, 56 + size, 56 + size, 256 + 257, 2);
        ck_assert_ptr_eq(alloc(a, 200, 1), first + 56);
        ck_assert_int_eq(state.asked, 2);
        ck_stats(a, 256 + size, 256 + size, 256 + 257, 2);
        arena_destroy(a);
    }
}
END_TEST

START_TEST(test_oversize_chunk_serves_no_other_request__R3)
{
    source_state state = {0};
    arena *a = arena_of(&state, 16, ARENA_NO_LIMIT);
    alloc(a, 1, 1024);
    ck_stats(a, 1, 1, 1009, 1);
    alloc(a, 1, 1);
    ck_stats(a, 2, 2, 1009 + 16, 2);
    arena_destroy(a);
}
END_TEST

START_TEST(test_overflow_is_out_of_memory__R4)
{
    static const size_t requests[][3] = {
        {SIZE_MAX / 2 + 1, 2, 1}, {SIZE_MAX / 2 + 2, 2, 1}, {SIZE_MAX / 8 + 2, 8, 8}, {8, SIZE_MAX / 8 + 2, 8},
        {SIZE_MAX, SIZE_MAX, 1}, {1, SIZE_MAX, 32}, {1, SIZE_MAX - 47, 64}, {1, SIZE_MAX, PAGE},
        {1, SIZE_MAX / 2 + 17, SIZE_MAX / 2 + 1},
    };
    source_state state = {0};
    arena *a = arena_of(&state, 64, ARENA_NO_LIMIT);
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        ck_alloc_fails(a, requests[i][0], requests[i][1], requests[i][2], ARENA_NO_MEMORY);
    }
    ck_assert_int_eq(state.asked, 0);
    ck_stats(a, 0, 0, 0, 0);
    arena_destroy(a);
}
END_TEST

START_TEST(test_sum_of_held_is_not_representable__R4)
{
    source_state state = {0};
    arena *a = arena_of(&state, 64, ARENA_NO_LIMIT);
    unsigned char *first = alloc(a, 1, 1);
    ck_alloc_fails(a, 1, SIZE_MAX, 1, ARENA_NO_MEMORY);
    ck_alloc_fails(a, 1, SIZE_MAX - 63, 16, ARENA_NO_MEMORY);
    ck_assert_int_eq(state.asked, 1);
    ck_stats(a, 1, 1, 64, 1);
    ck_assert_ptr_eq(alloc(a, 63, 1), first + 1);
    arena_destroy(a);
}
END_TEST

START_TEST(test_huge_request_that_no_source_serves__R4_R5)
{
    source_state state = {0};
    arena *a = arena_of(&state, 64, ARENA_NO_LIMIT);
    ck_alloc_fails(a, 1, SIZE_MAX, 16, ARENA_NO_MEMORY);
    ck_alloc_fails(a, SIZE_MAX / 16, 16, 16, ARENA_NO_MEMORY);
    ck_stats(a, 0, 0, 0, 0);
    arena_destroy(a);
}
END_TEST

START_TEST(test_limit_is_reached_but_not_exceeded__R5)
{
    source_state state = {0};
    arena *a = arena_of(&state, 64, 128);
    alloc(a, 60, 1);
    alloc(a, 60, 1);
    ck_stats(a, 120, 120, 128, 2);
    ck_alloc_fails(a, 1, 5, 1, ARENA_NO_MEMORY);
    ck_assert_int_eq(state.asked, 2);
    ck_stats(a, 120, 120, 128, 2);
    alloc(a, 4, 1);
    ck_stats(a, 124, 124, 128, 2);
    arena_destroy(a);
}
END_TEST

START_TEST(test_limit_counts_oversize_chunks__R5)
{
    source_state state = {0};
    arena *a = arena_of(&state, 64, 200);
    ck_alloc_fails(a, 1, 201, 1, ARENA_NO_MEMORY);
    alloc(a, 1, 1);
    ck_alloc_fails(a, 1, 137, 1, ARENA_NO_MEMORY);
    ck_alloc_fails(a, 1, 121, 32, ARENA_NO_MEMORY);
    ck_assert_int_eq(state.asked, 1);
    alloc(a, 136, 1);
    ck_stats(a, 137, 137, 200, 2);
    alloc(a, 63, 1);
    ck_alloc_fails(a, 1, 1, 1, ARENA_NO_MEMORY);
    ck_assert_int_eq(state.asked, 2);
    arena_destroy(a);
}
END_TEST

START_TEST(test_returned_chunks_do_not_count_for_the_limit__R5)
{
    source_state state = {0};
    arena *a = arena_of(&state, 64, 200);
    arena_mark mark = take_mark(a);
    alloc(a, 150, 1);
    ck_alloc_fails(a, 1, 1, 1, ARENA_NO_MEMORY);
    ck_assert_int_eq(arena_rewind(a, mark), ARENA_OK);
    alloc(a, 200, 1);
    ck_stats(a, 200, 200, 200, 1);
    arena_destroy(a);
}
END_TEST

START_TEST(test_source_without_memory__R5)
{
    source_state state = {0};
    arena *a = arena_of(&state, 64, ARENA_NO_LIMIT);
    state.empty = true;
    ck_alloc_fails(a, 1, 1, 1, ARENA_NO_MEMORY);
    ck_stats(a, 0, 0, 0, 0);
    state.empty = false;
    unsigned char *first = alloc_filled(a, 40, 7);
    state.empty = true;
    ck_alloc_fails(a, 1, 25, 1, ARENA_NO_MEMORY);
    ck_alloc_fails(a, 1, 65, 1, ARENA_NO_MEMORY);
    ck_stats(a, 40, 40, 64, 1);
    ck_assert_ptr_eq(alloc(a, 24, 1), first + 40);
    ck_filled(first, 40, 7);
    state.empty = false;
    alloc(a, 25, 1);
    ck_stats(a, 89, 89, 128, 2);
    arena_destroy(a);
    ck_assert_int_eq(state.released, 2);
}
END_TEST

START_TEST(test_failed_requests_leave_marks_usable__R5)
{
    source_state state = {0};
    arena *a = arena_of(&state, 64, 64);
    alloc(a, 10, 1);
    arena_mark mark = take_mark(a);
    alloc(a, 20, 1);
    ck_alloc_fails(a, 1, 60, 1, ARENA_NO_MEMORY);
    ck_assert_int_eq(arena_rewind(a, mark), ARENA_OK);
    ck_stats(a, 10, 30, 64, 1);
    alloc(a, 54, 1);
    ck_stats(a, 64, 64, 64, 1);
    arena_destroy(a);
}
END_TEST

START_TEST(test_invalid_alignments__R6)
{
    static const size_t alignments[] = {0, 3, 6, 12, 24, 100, SIZE_MAX, SIZE_MAX - 1};
    source_state state = {0};
    arena *a = arena_of(&state, 64, ARENA_NO_LIMIT);
    for (size_t i = 0; i < sizeof alignments / sizeof *alignments; i++) {
        ck_alloc_fails(a, 1, 8, alignments[i], ARENA_INVALID_ARGUMENT);
        ck_alloc_fails(a, 1, 0, alignments[i], ARENA_INVALID_ARGUMENT);
        ck_alloc_fails(a, 1, SIZE_MAX, alignments[i], ARENA_INVALID_ARGUMENT);
        ck_alloc_fails(a, 0, 8, alignments[i], ARENA_INVALID_ARGUMENT);
        ck_alloc_fails(a, SIZE_MAX, SIZE_MAX, alignments[i], ARENA_INVALID_ARGUMENT);
    }
    ck_assert_int_eq(state.asked, 0);
    ck_stats(a, 0, 0, 0, 0);
    arena_destroy(a);
}
END_TEST

START_TEST(test_invalid_creation__R6)
{
    source_state state = {0};
    arena_source source = {take, give_back, &state};
    arena_source no_allocate = {NULL, give_back, &state};
    arena_source no_release = {take, NULL, &state};
    const struct {
        size_t chunk_size, limit;
        const arena_source *source;
    } cases[] = {{0, 100, NULL}, {0, 0, NULL}, {64, 63, NULL}, {64, 0, &source}, {64, 64, &no_allocate}, {64, 64, &no_release}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        arena *a = (arena *)&state;
        ck_assert_int_eq(arena_create(cases[i].chunk_size, cases[i].limit, cases[i].source, &a), ARENA_INVALID_ARGUMENT);
        ck_assert_ptr_null(a);
    }
    ck_assert_int_eq(arena_create(64, 64, &source, NULL), ARENA_INVALID_ARGUMENT);
}
END_TEST

START_TEST(test_limit_equal_to_chunk_size__R6)
{
    source_state state = {0};
    arena *a = arena_of(&state, 64, 64);
    alloc(a, 64, 1);
    ck_stats(a, 64, 64, 64, 1);
    arena_destroy(a);
}
END_TEST

static void ignore(void *object)
{
    (void)object;
}

START_TEST(test_null_pointers__R6)
{
    source_state state = {0};
    arena *a = arena_of(&state, 64, ARENA_NO_LIMIT);
    void *block = &state;
    arena_mark mark = take_mark(a), unwritten = mark;
    arena_stats stats = {1, 2, 3, 4};
    ck_assert_int_eq(arena_alloc(NULL, 1, 1, &block), ARENA_INVALID_ARGUMENT);
    ck_assert_ptr_null(block);
    block = &state;
    ck_assert_int_eq(arena_alloc_array(NULL, 1, 1, 1, &block), ARENA_INVALID_ARGUMENT);
    ck_assert_ptr_null(block);
    ck_assert_int_eq(arena_alloc(a, 1, 1, NULL), ARENA_INVALID_ARGUMENT);
    ck_assert_int_eq(arena_alloc_array(a, 1, 1, 1, NULL), ARENA_INVALID_ARGUMENT);
    ck_assert_int_eq(arena_take_mark(NULL, &unwritten), ARENA_INVALID_ARGUMENT);
    ck_assert(unwritten.owner == mark.owner && unwritten.serial == mark.serial);
    ck_assert_int_eq(arena_take_mark(a, NULL), ARENA_INVALID_ARGUMENT);
    ck_assert_int_eq(arena_rewind(NULL, mark), ARENA_INVALID_ARGUMENT);
    ck_assert_int_eq(arena_reset(NULL), ARENA_INVALID_ARGUMENT);
    ck_assert_int_eq(arena_get_stats(NULL, &stats), ARENA_INVALID_ARGUMENT);
    ck_assert_uint_eq(stats.held, 3);
    ck_assert_int_eq(arena_get_stats(a, NULL), ARENA_INVALID_ARGUMENT);
    ck_assert_int_eq(arena_add_cleanup(NULL, ignore, a), ARENA_INVALID_ARGUMENT);
    ck_assert_int_eq(arena_add_cleanup(a, NULL, a), ARENA_INVALID_ARGUMENT);
    ck_stats(a, 0, 0, 0, 0);
    arena_destroy(a);
    arena_destroy(NULL);
}
END_TEST

START_TEST(test_mark_that_is_used_up__R6_R7)
{
    source_state state = {0};
    arena *a = arena_of(&state, 64, ARENA_NO_LIMIT);
    alloc(a, 1, 1);
    arena_mark outer = take_mark(a);
    alloc(a, 2, 1);
    arena_mark inner = take_mark(a);
    alloc(a, 4, 1);
    ck_assert_int_eq(arena_rewind(a, outer), ARENA_OK);
    alloc(a, 8, 1);
    arena_mark later = take_mark(a);
    alloc(a, 16, 1);
    ck_assert_int_eq(arena_rewind(a, inner), ARENA_INVALID_ARGUMENT);
    ck_assert_int_eq(arena_rewind(a, outer), ARENA_INVALID_ARGUMENT);
    ck_stats(a, 25, 25, 64, 1);
    ck_assert_int_eq(arena_rewind(a, later), ARENA_OK);
    ck_stats(a, 9, 25, 64, 1);
    ck_assert_int_eq(arena_rewind(a, later), ARENA_INVALID_ARGUMENT);
    arena_destroy(a);
}
END_TEST

START_TEST(test_marks_without_requests_between__R6_R7)
{
    source_state state = {0};
    arena *a = arena_of(&state, 64, ARENA_NO_LIMIT);
    arena_mark first = take_mark(a);
    arena_mark second = take_mark(a);
    arena_mark third = take_mark(a);
    alloc(a, 5, 1);
    ck_assert_int_eq(arena_rewind(a, second), ARENA_OK);
    ck_stats(a, 0, 5, 64, 1);
    ck_assert_int_eq(arena_rewind(a, third), ARENA_INVALID_ARGUMENT);
    ck_assert_int_eq(arena_rewind(a, second), ARENA_INVALID_ARGUMENT);
    ck_assert_int_eq(arena_rewind(a, first), ARENA_OK);
    arena_destroy(a);
}
END_TEST

START_TEST(test_reset_uses_up_marks__R6)
{
    source_state state = {0};
    arena *a = arena_of(&state, 64, ARENA_NO_LIMIT);
    arena_mark mark = take_mark(a);
    ck_assert_int_eq(arena_reset(a), ARENA_OK);
    alloc(a, 8, 1);
    ck_assert_int_eq(arena_rewind(a, mark), ARENA_INVALID_ARGUMENT);
    take_mark(a);
    ck_assert_int_eq(arena_rewind(a, mark), ARENA_INVALID_ARGUMENT);
    ck_stats(a, 8, 8, 64, 1);
    arena_destroy(a);
}
END_TEST

START_TEST(test_mark_of_another_arena__R6)
{
    source_state state = {0};
    arena *a = arena_of(&state, 64, ARENA_NO_LIMIT);
    arena *b = arena_of(&state, 64, ARENA_NO_LIMIT);
    arena_mark of_a = take_mark(a);
    arena_mark of_b = take_mark(b);
    alloc(a, 8, 1);
    alloc(b, 8, 1);
    ck_assert_int_eq(arena_rewind(a, of_b), ARENA_INVALID_ARGUMENT);
    ck_assert_int_eq(arena_rewind(b, of_a), ARENA_INVALID_ARGUMENT);
    ck_stats(a, 8, 8, 64, 1);
    ck_stats(b, 8, 8, 64, 1);
    ck_assert_int_eq(arena_rewind(a, of_a), ARENA_OK);
    ck_assert_int_eq(arena_rewind(b, of_b), ARENA_OK);
    arena_destroy(a);
    arena_destroy(b);
}
END_TEST

START_TEST(test_rewind_in_a_chunk__R7)
{
    source_state state = {0};
    arena *a = arena_of(&state, 64, ARENA_NO_LIMIT);
    unsigned char *older = alloc_filled(a, 10, 1);
    arena_mark mark = take_mark(a);
    alloc_filled(a, 20, 2);
    ck_stats(a, 30, 30, 64, 1);
    ck_assert_int_eq(arena_rewind(a, mark), ARENA_OK);
    ck_stats(a, 10, 30, 64, 1);
    alloc_filled(a, 54, 3);
    ck_filled(older, 10, 1);
    ck_stats(a, 64, 64, 64, 1);
    arena_destroy(a);
}
END_TEST

static void request_several(arena *a)
{
    alloc_filled(a, 30, 2);
    memset(alloc(a, 40, 16), 3, 40);
    alloc_filled(a, 64, 4);
    memset(alloc(a, 33, 8), 5, 33);
    alloc_filled(a, 1, 6);
}

START_TEST(test_same_requests_after_rewind__R7)
{
    source_state state = {0};
    arena *a = arena_of(&state, 64, ARENA_NO_LIMIT);
    unsigned char *older = alloc_filled(a, 30, 1);
    for (int round = 0; round < 3; round++) {
        arena_mark mark = take_mark(a);
        request_several(a);
        ck_stats(a, 198, 198, 256, 4);
        ck_assert_int_eq(arena_rewind(a, mark), ARENA_OK);
        ck_stats(a, 30, 198, 256, 4);
    }
    ck_filled(older, 30, 1);
    ck_assert_int_eq(state.asked, 4);
    ck_assert_int_eq(state.released, 0);
    arena_destroy(a);
    ck_assert_int_eq(state.released, 4);
}
END_TEST

START_TEST(test_same_requests_after_reset__R7)
{
    source_state state = {0};
    arena *a = arena_of(&state, 64, ARENA_NO_LIMIT);
    for (int round = 0; round < 3; round++) {
        request_several(a);
        ck_stats(a, 168, 168, 256, 4);
        ck_assert_int_eq(arena_reset(a), ARENA_OK);
        ck_stats(a, 0, 168, 256, 4);
    }
    ck_assert_int_eq(state.asked, 4);
    arena_destroy(a);
    ck_assert_int_eq(state.released, 4);
}
END_TEST

START_TEST(test_kept_chunks_are_used_before_new_ones__R7)
{
    source_state state = {0};
    arena *a = arena_of(&state, 64, ARENA_NO_LIMIT);
    alloc(a, 64, 1);
    arena_mark mark = take_mark(a);
    alloc(a, 64, 1);
    alloc(a, 64, 1);
    ck_assert_int_eq(arena_rewind(a, mark), ARENA_OK);
    unsigned char *blocks[4];
    for (int i = 0; i < 4; i++) {
        blocks[i] = alloc_filled(a, 50, (unsigned char)i);
        ck_assert_int_eq(state.asked, i < 2 ? 3 : i + 2);
    }
    for (int i = 0; i < 4; i++) {
        ck_filled(blocks[i], 50, (unsigned char)i);
    }
    ck_stats(a, 264, 264, 320, 5);
    arena_destroy(a);
    ck_assert_int_eq(state.released, 5);
    ck_assert_uint_eq(state.held, 0);
}
END_TEST

START_TEST(test_rewind_returns_newer_oversize_chunks__R7)
{
    source_state state = {0};
    arena *a = arena_of(&state, 64, ARENA_NO_LIMIT);
    unsigned char *older = alloc_filled(a, 100, 1);
    arena_mark mark = take_mark(a);
    alloc(a, 200, 1);
    alloc(a, 8, 1);
    alloc(a, 300, 64);
    ck_stats(a, 608, 608, 100 + 200 + 64 + 348, 4);
    ck_assert_int_eq(arena_rewind(a, mark), ARENA_OK);
    ck_assert_int_eq(state.released, 2);
    ck_stats(a, 100, 608, 164, 2);
    ck_filled(older, 100, 1);
    ck_assert_int_eq(arena_reset(a), ARENA_OK);
    ck_assert_int_eq(state.released, 3);
    ck_stats(a, 0, 608, 64, 1);
    arena_destroy(a);
    ck_assert_int_eq(state.released, 4);
}
END_TEST

START_TEST(test_nested_marks__R7)
{
    source_state state = {0};
    arena *a = arena_of(&state, 64, ARENA_NO_LIMIT);
    unsigned char *first = alloc_filled(a, 40, 1);
    arena_mark outer = take_mark(a);
    unsigned char *second = alloc_filled(a, 40, 2);
    arena_mark inner = take_mark(a);
    alloc_filled(a, 40, 3);
    ck_assert_int_eq(arena_rewind(a, inner), ARENA_OK);
    ck_stats(a, 80, 120, 192, 3);
    alloc_filled(a, 20, 4);
    ck_filled(second, 40, 2);
    ck_assert_int_eq(arena_rewind(a, outer), ARENA_OK);
    ck_stats(a, 40, 120, 192, 3);
    alloc_filled(a, 24, 5);
    ck_filled(first, 40, 1);
    ck_assert_int_eq(state.asked, 3);
    arena_destroy(a);
}
END_TEST

START_TEST(test_peak_is_the_greatest_used__R7)
{
    source_state state = {0};
    arena *a = arena_of(&state, 64, ARENA_NO_LIMIT);
    alloc(a, 60, 1);
    ck_assert_int_eq(arena_reset(a), ARENA_OK);
    alloc(a, 50, 1);
    ck_stats(a, 50, 60, 64, 1);
    alloc(a, 11, 1);
    ck_stats(a, 61, 61, 64, 1);
    arena_destroy(a);
}
END_TEST

START_TEST(test_destroying_returns_every_chunk__R7)
{
    source_state state = {0};
    arena *a = arena_of(&state, 64, ARENA_NO_LIMIT);
    for (int i = 0; i < 5; i++) {
        alloc(a, 60, 1);
        alloc(a, 100 + (size_t)i, 1);
    }
    arena_mark mark = take_mark(a);
    alloc(a, 60, 1);
    ck_assert_int_eq(arena_rewind(a, mark), ARENA_OK);
    take_mark(a);
    arena_destroy(a);
    ck_assert_int_eq(state.asked, 11);
    ck_assert_int_eq(state.released, 11);
    ck_assert_uint_eq(state.held, 0);
}
END_TEST

typedef struct {
    char text[16];
    size_t length;
    const source_state *source;
    int expected_released;
} record;

typedef struct {
    record *log;
    char letter;
    unsigned char bytes[100];
} entry;

/* Reads its object, which lives in the arena. */
static void log_entry(void *object)
{
    entry *e = object;
    ck_filled(e->bytes, sizeof e->bytes, (unsigned char)e->letter);
    ck_assert_int_eq(e->log->source->released, e->log->expected_released);
    e->log->text[e->log->length++] = e->letter;
    ck_assert_uint_lt(e->log->length, sizeof e->log->text);
}

static void add_entry(arena *a, record *log, char letter)
{
    entry *e = (entry *)(void *)alloc(a, sizeof *e, alignof(entry));
    e->log = log;
    e->letter = letter;
    memset(e->bytes, letter, sizeof e->bytes);
    ck_assert_int_eq(arena_add_cleanup(a, log_entry, e), ARENA_OK);
}

START_TEST(test_cleanups_in_reverse_order__R8)
{
    source_state state = {0};
    record log = {.source = &state};
    arena *a = arena_of(&state, 256, ARENA_NO_LIMIT);
    add_entry(a, &log, 'a');
    arena_mark mark = take_mark(a);
    add_entry(a, &log, 'b');
    add_entry(a, &log, 'c');
    add_entry(a, &log, 'd');
    ck_assert_str_eq(log.text, "");
    ck_assert_int_eq(arena_rewind(a, mark), ARENA_OK);
    ck_assert_str_eq(log.text, "dcb");
    add_entry(a, &log, 'e');
    ck_assert_int_eq(arena_reset(a), ARENA_OK);
    ck_assert_str_eq(log.text, "dcbea");
    ck_assert_int_eq(arena_reset(a), ARENA_OK);
    ck_assert_str_eq(log.text, "dcbea");
    add_entry(a, &log, 'f');
    add_entry(a, &log, 'g');
    arena_destroy(a);
    ck_assert_str_eq(log.text, "dcbeagf");
}
END_TEST

START_TEST(test_cleanups_run_before_chunks_are_returned__R8)
{
    source_state state = {0};
    record log = {.source = &state};
    arena *a = arena_of(&state, 16, ARENA_NO_LIMIT);
    add_entry(a, &log, 'a');
    arena_mark mark = take_mark(a);
    add_entry(a, &log, 'b');
    add_entry(a, &log, 'c');
    ck_assert_int_eq(arena_rewind(a, mark), ARENA_OK);
    ck_assert_str_eq(log.text, "cb");
    ck_assert_int_eq(state.released, 2);
    add_entry(a, &log, 'd');
    log.expected_released = 2;
    ck_assert_int_eq(arena_reset(a), ARENA_OK);
    ck_assert_str_eq(log.text, "cbda");
    add_entry(a, &log, 'e');
    add_entry(a, &log, 'f');
    log.expected_released = 4;
    arena_destroy(a);
    ck_assert_str_eq(log.text, "cbdafe");
    ck_assert_int_eq(state.released, 6);
}
END_TEST

START_TEST(test_rewinding_to_the_outer_mark_runs_all_later_cleanups__R8)
{
    source_state state = {0};
    record log = {.source = &state};
    arena *a = arena_of(&state, 1024, ARENA_NO_LIMIT);
    arena_mark outer = take_mark(a);
    add_entry(a, &log, 'a');
    take_mark(a);
    add_entry(a, &log, 'b');
    ck_assert_int_eq(arena_rewind(a, outer), ARENA_OK);
    ck_assert_str_eq(log.text, "ba");
    arena_destroy(a);
    ck_assert_str_eq(log.text, "ba");
}
END_TEST

START_TEST(test_failed_rewind_runs_nothing__R8_R6)
{
    source_state state = {0};
    record log = {.source = &state};
    arena *a = arena_of(&state, 1024, ARENA_NO_LIMIT);
    arena_mark mark = take_mark(a);
    ck_assert_int_eq(arena_rewind(a, mark), ARENA_OK);
    add_entry(a, &log, 'a');
    ck_assert_int_eq(arena_rewind(a, mark), ARENA_INVALID_ARGUMENT);
    ck_assert_str_eq(log.text, "");
    arena_destroy(a);
    ck_assert_str_eq(log.text, "a");
}
END_TEST

static int null_cleanups;

static void count_null(void *object)
{
    null_cleanups += object == NULL;
}

START_TEST(test_cleanup_without_object__R8)
{
    source_state state = {0};
    arena *a = arena_of(&state, 64, ARENA_NO_LIMIT);
    null_cleanups = 0;
    ck_assert_int_eq(arena_add_cleanup(a, count_null, NULL), ARENA_OK);
    ck_assert_int_eq(arena_add_cleanup(a, count_null, NULL), ARENA_OK);
    ck_stats(a, 0, 0, 0, 0);
    ck_assert_int_eq(state.asked, 0);
    arena_destroy(a);
    ck_assert_int_eq(null_cleanups, 2);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("arena-allocator");
    tcase_add_test(tests, test_blocks_have_their_alignment__R1);
    tcase_add_test(tests, test_oversize_blocks_have_their_alignment__R1);
    tcase_add_test(tests, test_blocks_keep_their_bytes__R1);
    tcase_add_test(tests, test_system_heap__R1);
    tcase_add_test(tests, test_requests_of_size_zero__R1);
    tcase_add_test(tests, test_requests_of_size_zero_take_no_room__R1);
    tcase_add_test(tests, test_creation_takes_no_chunk__R2);
    tcase_add_test(tests, test_chunk_is_filled_to_the_last_byte__R2);
    tcase_add_test(tests, test_padding_is_not_used_but_takes_room__R2);
    tcase_add_test(tests, test_last_bytes_of_a_chunk_behind_padding__R2);
    tcase_add_test(tests, test_array_counts_as_product__R2);
    tcase_add_test(tests, test_need_equal_to_chunk_size_is_ordinary__R3);
    tcase_add_test(tests, test_need_above_chunk_size_gets_its_own_chunk__R3);
    tcase_add_test(tests, test_oversize_chunk_serves_no_other_request__R3);
    tcase_add_test(tests, test_overflow_is_out_of_memory__R4);
    tcase_add_test(tests, test_sum_of_held_is_not_representable__R4);
    tcase_add_test(tests, test_huge_request_that_no_source_serves__R4_R5);
    tcase_add_test(tests, test_limit_is_reached_but_not_exceeded__R5);
    tcase_add_test(tests, test_limit_counts_oversize_chunks__R5);
    tcase_add_test(tests, test_returned_chunks_do_not_count_for_the_limit__R5);
    tcase_add_test(tests, test_source_without_memory__R5);
    tcase_add_test(tests, test_failed_requests_leave_marks_usable__R5);
    tcase_add_test(tests, test_invalid_alignments__R6);
    tcase_add_test(tests, test_invalid_creation__R6);
    tcase_add_test(tests, test_limit_equal_to_chunk_size__R6);
    tcase_add_test(tests, test_null_pointers__R6);
    tcase_add_test(tests, test_mark_that_is_used_up__R6_R7);
    tcase_add_test(tests, test_marks_without_requests_between__R6_R7);
    tcase_add_test(tests, test_reset_uses_up_marks__R6);
    tcase_add_test(tests, test_mark_of_another_arena__R6);
    tcase_add_test(tests, test_rewind_in_a_chunk__R7);
    tcase_add_test(tests, test_same_requests_after_rewind__R7);
    tcase_add_test(tests, test_same_requests_after_reset__R7);
    tcase_add_test(tests, test_kept_chunks_are_used_before_new_ones__R7);
    tcase_add_test(tests, test_rewind_returns_newer_oversize_chunks__R7);
    tcase_add_test(tests, test_nested_marks__R7);
    tcase_add_test(tests, test_peak_is_the_greatest_used__R7);
    tcase_add_test(tests, test_destroying_returns_every_chunk__R7);
    tcase_add_test(tests, test_cleanups_in_reverse_order__R8);
    tcase_add_test(tests, test_cleanups_run_before_chunks_are_returned__R8);
    tcase_add_test(tests, test_rewinding_to_the_outer_mark_runs_all_later_cleanups__R8);
    tcase_add_test(tests, test_failed_rewind_runs_nothing__R8_R6);
    tcase_add_test(tests, test_cleanup_without_object__R8);
    Suite *suite = suite_create("arena-allocator");
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "line_server.h"

enum {
    MAX_LENGTH = 200000,
    BIG_REPLIES = 200,
    BIG_REPLY_LENGTH = 100007,
    LONG_GRACE_MS = 60000,
    SOON_MS = 10000,
};

typedef struct {
    const char *request;
    const char *reply;
} exchange;

static line_server *start(size_t max_line_length)
{
    line_server *server = NULL;
    ck_assert_int_eq(line_server_start(0, max_line_length, &server), LINE_SERVER_OK);
    ck_assert_ptr_nonnull(server);
    return server;
}

static int try_connect(const char *address, uint16_t port)
{
    int client = socket(AF_INET, SOCK_STREAM, 0);
    struct timeval timeout = {.tv_sec = 10};
    setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
    setsockopt(client, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout);
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    inet_pton(AF_INET, address, &to.sin_addr);
    if (connect(client, (struct sockaddr *)&to, sizeof to) < 0) {
        close(client);
        return -1;
    }
    return client;
}

static int connect_to(const line_server *server)
{
    int client = try_connect("127.0.0.1", line_server_port(server));
    ck_assert_int_ge(client, 0);
    return client;
}

static void send_bytes(int client, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t count = send(client, bytes, length, MSG_NOSIGNAL);
        ck_assert_int_gt(count, 0);
        bytes += count;
        length -= (size_t)count;
    }
}

static void send_text(int client, const char *text)
{
    send_bytes(client, text, strlen(text));
}

static void expect_bytes(int client, const char *expected, size_t length)
{
    char *got = malloc(length + 1);
    ck_assert_int_eq(recv(client, got, length, MSG_WAITALL), length);
    ck_assert_mem_eq(got, expected, length);
    free(got);
}

static void expect_text(int client, const char *expected)
{
    expect_bytes(client, expected, strlen(expected));
}

static void expect_end(int client)
{
    char byte;
    ck_assert_int_eq(recv(client, &byte, 1, 0), 0);
    close(client);
}

static void expect_nothing_received(int client)
{
    int count = -1;
    ck_assert_int_eq(ioctl(client, FIONREAD, &count), 0);
    ck_assert_int_eq(count, 0);
}

static void expect(int client, const char *request, const char *reply)
{
    char got[256] = "";
    size_t length = 0;
    send_text(client, request);
    send_text(client, "\n");
    while ((length == 0 || got[length - 1] != '\n') && length < sizeof got - 1 && recv(client, got + length, 1, 0) == 1) {
        length++;
    }
    ck_assert_msg(length > 0 && got[length - 1] == '\n', "\"%s\" got no reply", request);
    got[length - 1] = '\0';
    ck_assert_msg(strcmp(got, reply) == 0, "\"%s\" got \"%s\" instead of \"%s\"", request, got, reply);
}

static void expect_all(int client, const exchange *exchanges, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        expect(client, exchanges[i].request, exchanges[i].reply);
    }
}

/* Stores 100,000 bytes as big and asks for them so often that no buffer of the system holds the replies. */
static int leave_replies_and_more_unread(const line_server *server, const char *more)
{
    int client = connect_to(server);
    char value[100001] = "";
    memset(value, 'x', sizeof value - 1);
    send_text(client, "SET big ");
    expect(client, value, "OK");
    static char requests[64 * 1024];
    size_t length = 0;
    for (int i = 0; i < BIG_REPLIES; i++) {
        length += (size_t)sprintf(requests + length, "GET big\n");
    }
    ck_assert_uint_lt(length + strlen(more), sizeof requests);
    strcpy(requests + length, more);
    send_text(client, requests);
    ck_assert_int_eq(recv(client, value, 1, MSG_PEEK), 1); /* so the one packet of the requests has come */
    return client;
}

static int leave_replies_unread(const line_server *server)
{
    return leave_replies_and_more_unread(server, "");
}

static void expect_big_replies(int client, int count)
{
    static char expected[BIG_REPLY_LENGTH];
    memset(expected, 'x', sizeof expected);
    memcpy(expected, "VALUE ", 6);
    expected[BIG_REPLY_LENGTH - 1] = '\n';
    for (int i = 0; i < count; i++) {
        expect_bytes(client, expected, sizeof expected);
    }
}

static void reset(int client)
{
    struct linger linger = {.l_onoff = 1, .l_linger = 0};
    setsockopt(client, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
    close(client);
}

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void sleep_ms(long milliseconds)
{
    nanosleep(&(struct timespec){.tv_nsec = milliseconds * 1000000}, NULL);
}

static int count_files(const char *folder)
{
    int count = 0;
    DIR *directory = opendir(folder);
    while (readdir(directory) != NULL) {
        count++;
    }
    closedir(directory);
    return count;
}

#define LENGTH_OF(array) (sizeof(array) / sizeof *(array))

START_TEST(test_commands_have_their_effects_and_replies__R1)
{
    static const exchange exchanges[] = {
        {"COUNT", "COUNT 0"}, {"GET a", "NONE"},    {"DEL a", "NONE"},    {"SET a 1", "OK"},  {"GET a", "VALUE 1"},
        {"SET a 2", "OK"},    {"GET a", "VALUE 2"}, {"ADD a 3", "EXISTS"}, {"GET a", "VALUE 2"}, {"ADD b 4", "OK"},
        {"GET b", "VALUE 4"}, {"COUNT", "COUNT 2"}, {"DEL a", "OK"},      {"DEL a", "NONE"},  {"GET a", "NONE"},
        {"COUNT", "COUNT 1"}, {"ADD a 5", "OK"},    {"GET a", "VALUE 5"}, {"GET A", "NONE"},  {"SET c two  words ", "OK"},
        {"GET c", "VALUE two  words "}, {"ADD d ", "OK"}, {"GET d", "VALUE "}, {"ADD d 1", "EXISTS"}, {"COUNT", "COUNT 4"},
    };
    line_server *server = start(MAX_LENGTH);
    int client = connect_to(server);
    expect_all(client, exchanges, LENGTH_OF(exchanges));
    int other = connect_to(server);
    expect(other, "GET a", "VALUE 5");
    line_server *second = start(MAX_LENGTH);
    expect(connect_to(second), "GET a", "NONE");
    line_server_free(second);
    line_server_free(server);
}
END_TEST

START_TEST(test_many_keys__R1)
{
    line_server *server = start(MAX_LENGTH);
    int client = connect_to(server);
    char request[64], reply[64];
    for (int i = 0; i < 300; i++) {
        snprintf(request, sizeof request, "SET key%d %d", i, i * 7);
        expect(client, request, "OK");
        expect(client, request, "OK");
    }
    expect(client, "COUNT", "COUNT 300");
    for (int i = 0; i < 300; i++) {
        snprintf(request, sizeof request, "%s key%d", i % 3 == 0 ? "DEL" : "GET", i);
        snprintf(reply, sizeof reply, "VALUE %d", i * 7);
        expect(client, request, i % 3 == 0 ? "OK" : reply);
    }
    expect(client, "COUNT", "COUNT 200");
    line_server_free(server);
}
END_TEST

START_TEST(test_keys_and_values_are_bytes__R1)
{
    line_server *server = start(MAX_LENGTH);
    int client = connect_to(server);
    char bytes[255], request[600];
    size_t length = 0;
    for (int byte = 0; byte < 256; byte++) {
        if (byte != '\n') {
            bytes[length++] = (char)byte;
        }
    }
    memcpy(request, "SET k\0\xff ", 8);
    memcpy(request + 8, bytes, length);
    request[8 + length] = '\n';
    send_bytes(client, request, 9 + length);
    expect_text(client, "OK\n");
    send_bytes(client, "GET k\0\xff\n", 8);
    expect_text(client, "VALUE ");
    expect_bytes(client, bytes, length);
    expect_text(client, "\n");
    send_bytes(client, "GET k\0\xfe\nGET k\nGET k\0\n", 21);
    expect_text(client, "NONE\nNONE\nNONE\n");
    expect(client, "SET a x\ry\r\r", "OK");
    expect(client, "GET a", "VALUE x\ry\r");
    line_server_free(server);
}
END_TEST

START_TEST(test_request_in_single_bytes_is_answered_at_its_end__R2)
{
    line_server *server = start(MAX_LENGTH);
    int client = connect_to(server), other = connect_to(server);
    for (const char *byte = "SET a 1 2\r"; *byte != '\0'; byte++) {
        send_bytes(client, byte, 1);
        expect(other, "GET a", "NONE");
    }
    expect_nothing_received(client);
    send_text(client, "\n");
    expect_text(client, "OK\n");
    expect(other, "GET a", "VALUE 1 2");
    line_server_free(server);
}
END_TEST

START_TEST(test_thousands_of_requests_before_the_first_reply_is_read__R2)
{
    line_server *server = start(MAX_LENGTH);
    int client = connect_to(server);
    char text[128];
    for (int i = 1; i <= 5000; i++) {
        snprintf(text, sizeof text, "SET key%d %d\nGET key%d\nCOUNT\n", i, i, i);
        send_text(client, text);
    }
    for (int i = 1; i <= 5000; i++) {
        snprintf(text, sizeof text, "OK\nVALUE %d\nCOUNT %d\n", i, i);
        expect_text(client, text);
    }
    line_server_free(server);
}
END_TEST

START_TEST(test_line_ends_and_packets__R2)
{
    static const char *const parts[] = {"SET a 1\nSET", " b 2\r", "\nGET a\r\nG", "ET b\nSET c \r\nGET c\n"};
    line_server *server = start(MAX_LENGTH);
    int client = connect_to(server), other = connect_to(server);
    for (size_t i = 0; i < LENGTH_OF(parts); i++) {
        send_text(client, parts[i]);
        expect(other, "GET none", "NONE");
    }
    expect_text(client, "OK\nOK\nVALUE 1\nVALUE 2\nOK\nVALUE \n");
    line_server_free(server);
}
END_TEST

START_TEST(test_great_replies_are_in_order__R2)
{
    line_server *server = start(MAX_LENGTH);
    int client = leave_replies_unread(server);
    for (int i = 0; i < 20; i++) {
        send_text(client, "GET big\nCOUNT\n");
    }
    expect_big_replies(client, BIG_REPLIES);
    for (int i = 0; i < 20; i++) {
        expect_big_replies(client, 1);
        expect_text(client, "COUNT 1\n");
    }
    line_server_free(server);
}
END_TEST

START_TEST(test_unknown_commands__R3)
{
    static const char *const lines[] = {
        "", "\r", " ", " SET a 2", "set a 2", "Set a 2", "get a", "SETS a 2", "SE a 2", "SET\ta 2", "GETa", "COUNTS", "count",
        "PING", "\rCOUNT", "DELETE a",
    };
    line_server *server = start(MAX_LENGTH);
    int client = connect_to(server);
    expect(client, "SET a 1", "OK");
    for (size_t i = 0; i < LENGTH_OF(lines); i++) {
        expect(client, lines[i], "ERR unknown command");
    }
    expect(client, "GET a", "VALUE 1");
    expect(client, "COUNT", "COUNT 1");
    line_server_free(server);
}
END_TEST

START_TEST(test_wrong_arguments__R3)
{
    static const char *const lines[] = {
        "SET", "SET ", "SET a", "SET b", "SET  ", "SET  2", "ADD", "ADD ", "ADD b", "ADD  b 2", "GET", "GET ", "GET  ",
        "GET  a", "GET a ", "GET a b", "DEL", "DEL ", "DEL  a", "DEL a ", "DEL a a", "COUNT ", "COUNT 1", "COUNT a b",
    };
    line_server *server = start(MAX_LENGTH);
    int client = connect_to(server);
    expect(client, "SET a 1", "OK");
    for (size_t i = 0; i < LENGTH_OF(lines); i++) {
        expect(client, lines[i], "ERR wrong arguments");
    }
    expect(client, "GET a", "VALUE 1");
    expect(client, "COUNT", "COUNT 1");
    line_server_free(server);
}
END_TEST

START_TEST(test_greatest_length__R4)
{
    static const exchange of_ten[] = {
        {"SET a 1234", "OK"}, {"SET b 123\r", "OK"}, {"SET a 12345", "ERR line too long"}, {"SET b 1234\r", "ERR line too long"},
        {"GET a", "VALUE 1234"}, {"GET b", "VALUE 123"}, {"ABCDEFGHIJ", "ERR unknown command"}, {"ABCDEFGHIJK", "ERR line too long"},
    };
    static const exchange of_one[] = {
        {"", "ERR unknown command"}, {"\r", "ERR unknown command"}, {"A", "ERR unknown command"}, {"A\r", "ERR line too long"}, {"AB", "ERR line too long"},
    };
    line_server *ten = start(10), *one = start(1), *any = start(SIZE_MAX);
    expect_all(connect_to(ten), of_ten, LENGTH_OF(of_ten));
    expect_all(connect_to(one), of_one, LENGTH_OF(of_one));
    expect_big_replies(leave_replies_unread(any), BIG_REPLIES);
    line_server_free(ten);
    line_server_free(one);
    line_server_free(any);
}
END_TEST

START_TEST(test_line_of_the_greatest_length_may_come_before_its_lf__R4)
{
    line_server *server = start(10);
    int client = connect_to(server), other = connect_to(server);
    send_text(client, "SET a 1234");
    expect(other, "COUNT", "COUNT 0");
    send_text(client, "\n");
    expect_text(client, "OK\n");
    expect(other, "GET a", "VALUE 1234");
    line_server_free(server);
}
END_TEST

START_TEST(test_longer_lines_get_one_error_and_are_not_executed__R4)
{
    static const int counts[] = {12, 25, 512, 8192, 125000};
    line_server *server = start(100);
    int client = connect_to(server);
    for (size_t i = 0; i < LENGTH_OF(counts); i++) {
        send_text(client, "SET a ");
        for (int part = 0; part <= counts[i]; part += 100) {
            char parts[801] = "";
            for (int k = 0; k < 100; k++) {
                memcpy(parts + 8 * k, "SET b 1 ", 8);
            }
            send_text(client, parts);
        }
        send_text(client, "\nCOUNT\n");
        expect_text(client, "ERR line too long\nCOUNT 0\n");
    }
    line_server_free(server);
}
END_TEST

START_TEST(test_too_long_line_is_answered_at_its_end__R4)
{
    static const char *const parts[] = {"SET a 123456789012345", "6789", "SET b 1", "\r"};
    line_server *server = start(20);
    int client = connect_to(server), other = connect_to(server);
    for (size_t i = 0; i < LENGTH_OF(parts); i++) {
        send_text(client, parts[i]);
        expect(other, "COUNT", "COUNT 0");
    }
    expect_nothing_received(client);
    send_text(client, "\nSET c 1\n");
    expect_text(client, "ERR line too long\nOK\n");
    expect(client, "COUNT", "COUNT 1");
    line_server_free(server);
}
END_TEST

START_TEST(test_listens_on_one_address_only__R4)
{
    line_server *server = start(MAX_LENGTH);
    ck_assert_int_eq(try_connect("127.0.0.2", line_server_port(server)), -1);
    expect(connect_to(server), "COUNT", "COUNT 0");
    line_server_free(server);
}
END_TEST

START_TEST(test_silent_clients_keep_nobody_waiting__R5)
{
    line_server *server = start(MAX_LENGTH);
    int silent[40];
    for (size_t i = 0; i < LENGTH_OF(silent); i++) {
        silent[i] = connect_to(server);
        send_text(silent[i], i % 2 == 0 ? "SET half" : "");
    }
    expect(connect_to(server), "SET a 1", "OK");
    for (size_t i = 1; i < LENGTH_OF(silent); i += 2) {
        expect(silent[i], "GET a", "VALUE 1");
    }
    expect(silent[0], " line", "OK");
    line_server_free(server);
}
END_TEST

START_TEST(test_clients_that_do_not_read_keep_nobody_waiting__R5)
{
    line_server *server = start(MAX_LENGTH);
    int unread = leave_replies_unread(server);
    leave_replies_unread(server);
    int client = connect_to(server);
    for (int i = 0; i < 100; i++) {
        expect(client, "SET a 1", "OK");
        expect(client, "GET a", "VALUE 1");
    }
    expect_big_replies(unread, BIG_REPLIES);
    expect(unread, "COUNT", "COUNT 2");
    line_server_free(server);
}
END_TEST

enum { ADDERS = 6, ADDED_KEYS = 100 };

typedef struct {
    int client;
    int won;
    pthread_barrier_t *barrier;
} adder;

static void *add_all(void *argument)
{
    adder *self = argument;
    char request[32], byte;
    pthread_barrier_wait(self->barrier);
    for (int i = 0; i < ADDED_KEYS; i++) {
        snprintf(request, sizeof request, "ADD %d x\n", i);
        send_text(self->client, request);
        for (bool is_first = true; recv(self->client, &byte, 1, 0) == 1 && byte != '\n'; is_first = false) {
            self->won += is_first && byte == 'O';
        }
    }
    return NULL;
}

START_TEST(test_client_that_does_not_read_a_huge_reply_keeps_nobody_waiting__R5)
{
    enum { HUGE_LENGTH = 8000000 }; /* more than the buffers of the system hold */
    line_server *server = start(HUGE_LENGTH + 100);
    char *reply = malloc(HUGE_LENGTH + 8);
    memset(reply, 'x', HUGE_LENGTH + 7);
    strcpy(reply + HUGE_LENGTH + 6, "\n");
    int unread = connect_to(server);
    send_text(unread, "SET huge ");
    send_text(unread, reply + 6);
    expect_text(unread, "OK\n");
    send_text(unread, "GET huge\n");
    memcpy(reply, "VALUE ", 6);
    expect_bytes(unread, reply, 1);
    expect(connect_to(server), "COUNT", "COUNT 1");
    expect_bytes(unread, reply + 1, HUGE_LENGTH + 6);
    free(reply);
    line_server_free(server);
}
END_TEST

START_TEST(test_one_of_many_adds_wins__R5)
{
    line_server *server = start(MAX_LENGTH);
    pthread_barrier_t barrier;
    pthread_barrier_init(&barrier, NULL, ADDERS);
    adder adders[ADDERS];
    pthread_t threads[ADDERS];
    for (int i = 0; i < ADDERS; i++) {
        adders[i] = (adder){connect_to(server), 0, &barrier};
        ck_assert_int_eq(pthread_create(&threads[i], NULL, add_all, &adders[i]), 0);
    }
    int won = 0;
    for (int i = 0; i < ADDERS; i++) {
        pthread_join(threads[i], NULL);
        won += adders[i].won;
    }
    ck_assert_int_eq(won, ADDED_KEYS);
    expect(connect_to(server), "COUNT", "COUNT 100");
    line_server_free(server);
}
END_TEST

START_TEST(test_end_of_input__R6)
{
    line_server *server = start(MAX_LENGTH);
    int client = connect_to(server), silent = connect_to(server), unread = leave_replies_unread(server);
    send_text(client, "SET a 1\nGET a\nSET b 2");
    send_text(unread, "SET last 1\nGET last\n");
    shutdown(client, SHUT_WR);
    shutdown(silent, SHUT_WR);
    shutdown(unread, SHUT_WR);
    expect_text(client, "OK\nVALUE 1\n");
    expect_end(client);
    expect_end(silent);
    expect_big_replies(unread, BIG_REPLIES);
    expect_text(unread, "OK\nVALUE 1\n");
    expect_end(unread);
    expect(connect_to(server), "GET b", "NONE");
    line_server_free(server);
}
END_TEST

START_TEST(test_clients_that_go_away_harm_nobody__R6)
{
    struct sigaction action = {.sa_handler = SIG_DFL};
    sigaction(SIGPIPE, &action, NULL);
    line_server *server = start(MAX_LENGTH);
    int other = connect_to(server);
    expect(other, "SET a 1", "OK");
    for (int i = 0; i < 5; i++) {
        int half_line = connect_to(server), with_reset = connect_to(server);
        send_text(half_line, "SET a 2");
        close(half_line);
        expect(with_reset, "COUNT", "COUNT 1");
        send_text(with_reset, "SET a 3");
        reset(with_reset);
        reset(connect_to(server));
    }
    expect(other, "GET a", "VALUE 1");
    close(leave_replies_unread(server));
    reset(leave_replies_unread(server));
    expect(other, "GET a", "VALUE 1");
    expect(connect_to(server), "COUNT", "COUNT 2");
    sigaction(SIGPIPE, NULL, &action);
    ck_assert(action.sa_handler == SIG_DFL);
    line_server_free(server);
}
END_TEST

START_TEST(test_stop_answers_what_was_received__R7)
{
    line_server *server = start(MAX_LENGTH);
    int clients[20];
    for (size_t i = 0; i < LENGTH_OF(clients); i++) {
        clients[i] = connect_to(server);
        expect(clients[i], "COUNT", "COUNT 0");
    }
    for (size_t i = 0; i < LENGTH_OF(clients); i++) {
        send_text(clients[i], "SET a 1\r\nGET a\nSET half");
    }
    for (size_t i = 0; i < LENGTH_OF(clients); i++) {
        char byte;
        ck_assert_int_eq(recv(clients[i], &byte, 1, MSG_PEEK), 1); /* so the one packet of the requests has come */
    }
    ck_assert_int_eq(line_server_stop(server, LONG_GRACE_MS), LINE_SERVER_OK);
    for (size_t i = 0; i < LENGTH_OF(clients); i++) {
        expect_text(clients[i], "OK\nVALUE 1\n");
        expect_end(clients[i]);
    }
    line_server_free(server);
}
END_TEST

static void *stop_long(void *server)
{
    line_server_stop(server, LONG_GRACE_MS);
    return NULL;
}

START_TEST(test_stop_answers_what_is_in_the_receive_buffer__R7)
{
    line_server *server = start(MAX_LENGTH);
    char value[20001] = "", more[20100];
    memset(value, 'x', sizeof value - 1);
    snprintf(more, sizeof more, "SET last %s\nADD last 2\nGET la", value);
    int client = leave_replies_and_more_unread(server, more);
    pthread_t thread;
    ck_assert_int_eq(pthread_create(&thread, NULL, stop_long, server), 0);
    sleep_ms(5); /* stop waits for the client now */
    expect_big_replies(client, BIG_REPLIES);
    expect_text(client, "OK\nEXISTS\n");
    expect_end(client);
    pthread_join(thread, NULL);
    line_server_free(server);
}
END_TEST

START_TEST(test_stop_closes_idle_connections_at_once__R7)
{
    line_server *server = start(MAX_LENGTH);
    int clients[10];
    for (size_t i = 0; i < LENGTH_OF(clients); i++) {
        clients[i] = connect_to(server);
        expect(clients[i], "COUNT", "COUNT 0");
        send_text(clients[i], i % 2 == 0 ? "" : "SET a 1");
    }
    int64_t begin = now_ms();
    line_server_stop(server, INT64_MAX);
    ck_assert_int_lt(now_ms() - begin, SOON_MS);
    for (size_t i = 0; i < LENGTH_OF(clients); i++) {
        expect_end(clients[i]);
    }
    line_server_free(server);
}
END_TEST

START_TEST(test_stop_waits_for_the_grace_time_at_most__R7)
{
    static const int64_t graces[] = {0, 20};
    for (size_t i = 0; i < LENGTH_OF(graces); i++) {
        line_server *server = start(MAX_LENGTH);
        int client = leave_replies_unread(server);
        int64_t begin = now_ms();
        ck_assert_int_eq(line_server_stop(server, graces[i]), LINE_SERVER_OK);
        int64_t elapsed = now_ms() - begin;
        ck_assert_int_ge(elapsed, graces[i]);
        ck_assert_int_lt(elapsed, SOON_MS);
        static char received[BIG_REPLIES * BIG_REPLY_LENGTH];
        ck_assert_int_lt(recv(client, received, sizeof received, MSG_WAITALL), sizeof received);
        line_server_free(server);
    }
}
END_TEST

START_TEST(test_port_after_stop__R7)
{
    line_server *first = start(MAX_LENGTH), *second = NULL;
    uint16_t port = line_server_port(first);
    int client = connect_to(first);
    expect(client, "SET a 1", "OK");
    line_server_stop(first, LONG_GRACE_MS);
    ck_assert_int_eq(try_connect("127.0.0.1", port), -1);
    ck_assert_int_eq(line_server_port(first), port);
    ck_assert_int_eq(line_server_start(port, MAX_LENGTH, &second), LINE_SERVER_OK);
    ck_assert_int_eq(line_server_port(second), port);
    ck_assert_int_eq(line_server_stop(first, 0), LINE_SERVER_OK);
    line_server_free(first);
    expect(connect_to(second), "GET a", "NONE");
    expect_end(client);
    line_server_free(second);
}
END_TEST

START_TEST(test_programs_that_were_started_meanwhile_do_not_keep_the_port__R7)
{
    line_server *first = start(MAX_LENGTH), *second = NULL;
    uint16_t port = line_server_port(first);
    char *const command[] = {"sleep", "60", NULL};
    pid_t child;
    ck_assert_int_eq(posix_spawnp(&child, command[0], NULL, NULL, command, environ), 0);
    line_server_stop(first, LONG_GRACE_MS);
    int client = try_connect("127.0.0.1", port);
    line_server_status status = line_server_start(port, MAX_LENGTH, &second);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    ck_assert_int_eq(client, -1);
    ck_assert_int_eq(status, LINE_SERVER_OK);
    line_server_free(first);
    line_server_free(second);
}
END_TEST

START_TEST(test_stop_closes_descriptors_and_ends_threads__R7)
{
    int threads = count_files("/proc/self/task");
    line_server_free(start(100)); /* what libraries open only once is open now */
    int descriptors = count_files("/proc/self/fd");
    line_server *server = start(100);
    int clients[10];
    for (size_t i = 0; i < LENGTH_OF(clients); i++) {
        clients[i] = connect_to(server);
        expect(clients[i], "COUNT", "COUNT 0");
    }
    line_server_stop(server, LONG_GRACE_MS);
    ck_assert_int_eq(count_files("/proc/self/fd"), descriptors + (int)LENGTH_OF(clients));
    /* The system lists a thread for a moment after it was joined. */
    for (int64_t begin = now_ms(); count_files("/proc/self/task") > threads && now_ms() - begin < SOON_MS;) {
        sleep_ms(1);
    }
    ck_assert_int_le(count_files("/proc/self/task"), threads);
    line_server_free(server);
}
END_TEST

START_TEST(test_free_stops__R7)
{
    line_server_free(NULL);
    line_server *server = start(MAX_LENGTH);
    uint16_t port = line_server_port(server);
    leave_replies_unread(server);
    int64_t begin = now_ms();
    line_server_free(server);
    ck_assert_int_lt(now_ms() - begin, SOON_MS);
    ck_assert_int_eq(try_connect("127.0.0.1", port), -1);
}
END_TEST

START_TEST(test_invalid_arguments__R8)
{
    line_server *server = start(MAX_LENGTH), *other = server;
    ck_assert_int_eq(line_server_start(0, 0, &other), LINE_SERVER_INVALID_ARGUMENT);
    ck_assert_ptr_null(other);
    ck_assert_int_eq(line_server_start(0, 1, NULL), LINE_SERVER_INVALID_ARGUMENT);
    int client = connect_to(server);
    expect(client, "SET a 1", "OK");
    ck_assert_int_eq(line_server_stop(server, -1), LINE_SERVER_INVALID_ARGUMENT);
    ck_assert_int_eq(line_server_stop(server, INT64_MIN), LINE_SERVER_INVALID_ARGUMENT);
    expect(client, "GET a", "VALUE 1");
    expect(connect_to(server), "GET a", "VALUE 1");
    line_server_free(server);
}
END_TEST

START_TEST(test_port_in_use__R8)
{
    line_server *server = start(MAX_LENGTH), *other = server;
    int descriptors = count_files("/proc/self/fd");
    errno = 0;
    ck_assert_int_eq(line_server_start(line_server_port(server), MAX_LENGTH, &other), LINE_SERVER_SYSTEM);
    ck_assert_int_eq(errno, EADDRINUSE);
    ck_assert_ptr_null(other);
    ck_assert_int_eq(count_files("/proc/self/fd"), descriptors);
    expect(connect_to(server), "COUNT", "COUNT 0");
    line_server_free(server);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_commands_have_their_effects_and_replies__R1,
        test_many_keys__R1,
        test_keys_and_values_are_bytes__R1,
        test_request_in_single_bytes_is_answered_at_its_end__R2,
        test_thousands_of_requests_before_the_first_reply_is_read__R2,
        test_line_ends_and_packets__R2,
        test_great_replies_are_in_order__R2,
        test_unknown_commands__R3,
        test_wrong_arguments__R3,
        test_greatest_length__R4,
        test_line_of_the_greatest_length_may_come_before_its_lf__R4,
        test_longer_lines_get_one_error_and_are_not_executed__R4,
        test_too_long_line_is_answered_at_its_end__R4,
        test_listens_on_one_address_only__R4,
        test_silent_clients_keep_nobody_waiting__R5,
        test_clients_that_do_not_read_keep_nobody_waiting__R5,
        test_client_that_does_not_read_a_huge_reply_keeps_nobody_waiting__R5,
        test_one_of_many_adds_wins__R5,
        test_end_of_input__R6,
        test_clients_that_go_away_harm_nobody__R6,
        test_stop_answers_what_was_received__R7,
        test_stop_answers_what_is_in_the_receive_buffer__R7,
        test_stop_closes_idle_connections_at_once__R7,
        test_stop_waits_for_the_grace_time_at_most__R7,
        test_port_after_stop__R7,
        test_programs_that_were_started_meanwhile_do_not_keep_the_port__R7,
        test_stop_closes_descriptors_and_ends_threads__R7,
        test_free_stops__R7,
        test_invalid_arguments__R8,
        test_port_in_use__R8,
    };
    TCase *cases = tcase_create("line-server");
    for (size_t i = 0; i < LENGTH_OF(tests); i++) {
        tcase_add_test(cases, tests[i]);
    }
    Suite *suite = suite_create("line-server");
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#define _GNU_SOURCE /* accept4, pipe2 */
#include "line_server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "connection.h"

enum {
    ACCEPT_PAUSE_MS = 100, /* how long no connection is accepted after the system had no descriptor for one */
    WAKE = 0,              /* where these are among what is polled; the connections follow */
    LISTENER = 1,
    FIRST_CLIENT = 2,
};

/* What the thread works on; all connections are served in one, so that each request is executed as a whole. */
typedef struct {
    int listener;
    int wake; /* stop writes the grace time to its other end */
    size_t max_line_length;
    key_value_store store;
    connection **clients;
    size_t client_count;
    size_t capacity;
    struct pollfd *polled; /* room for FIRST_CLIENT and capacity */
} event_loop;

struct line_server {
    uint16_t port;
    event_loop loop;
    pthread_t thread;
    pthread_mutex_t stop_mutex;
    bool is_stopped;
    int wake;
};

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool reserve_client(event_loop *loop)
{
    if (loop->client_count < loop->capacity) {
        return true;
    }
    size_t capacity = 2 * loop->capacity + 8;
    connection **clients = realloc(loop->clients, capacity * sizeof *clients);
    if (clients == NULL) {
        return false;
    }
    loop->clients = clients;
    struct pollfd *polled = realloc(loop->polled, (FIRST_CLIENT + capacity) * sizeof *polled);
    if (polled == NULL) {
        return false;
    }
    loop->polled = polled;
    loop->capacity = capacity;
    return true;
}

/* Returns whether more can be accepted when there is more. */
static bool accept_client(event_loop *loop)
{
    int socket = reserve_client(loop) ? accept4(loop->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC) : -1;
    if (socket < 0) {
        return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR || errno == ECONNABORTED;
    }
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    connection *client = connection_new(socket, loop->max_line_length);
    if (client != NULL) {
        loop->clients[loop->client_count++] = client;
    }
    return true;
}

static void poll_all(event_loop *loop, int timeout_ms)
{
    for (size_t i = 0; i < loop->client_count; i++) {
        short events = connection_wants_to_send(loop->clients[i]) ? POLLOUT : POLLIN;
        loop->polled[FIRST_CLIENT + i] = (struct pollfd){connection_socket(loop->clients[i]), events, 0};
    }
    /* If it fails, for example because of a signal, nothing counts as ready, and it is called again. */
    poll(loop->polled, FIRST_CLIENT + loop->client_count, timeout_ms);
}

static bool advance(event_loop *loop, size_t index)
{
    connection *client = loop->clients[index];
    return loop->polled[FIRST_CLIENT + index].revents == 0 || connection_advance(client, &loop->store);
}

static bool limit_input(event_loop *loop, size_t index)
{
    return connection_limit_input(loop->clients[index]);
}

/* Does something to each connection, and frees those that fail or are done. */
static void for_each_client(event_loop *loop, bool (*action)(event_loop *loop, size_t index))
{
    size_t kept = 0;
    for (size_t i = 0; i < loop->client_count; i++) {
        connection *client = loop->clients[i];
        if (action(loop, i) && !connection_is_done(client)) {
            loop->clients[kept++] = client;
        } else {
            connection_free(client);
        }
    }
    loop->client_count = kept;
}

/* Serves until stop is called, and returns its grace time. */
static int64_t serve(event_loop *loop)
{
    bool can_accept = true;
    for (;;) {
        loop->polled[WAKE] = (struct pollfd){loop->wake, POLLIN, 0};
        loop->polled[LISTENER] = (struct pollfd){can_accept ? loop->listener : -1, POLLIN, 0};
        poll_all(loop, can_accept ? -1 : ACCEPT_PAUSE_MS);
        int64_t grace_ms;
        if (loop->polled[WAKE].revents != 0 && read(loop->wake, &grace_ms, sizeof grace_ms) == sizeof grace_ms) {
            return grace_ms;
        }
        for_each_client(loop, advance);
        can_accept = loop->polled[LISTENER].revents == 0 || accept_client(loop);
    }
}

static void finish(event_loop *loop, int64_t grace_ms)
{
    int64_t start = now_ms();
    loop->polled[WAKE].fd = -1;
    loop->polled[LISTENER].fd = -1;
    for_each_client(loop, limit_input);
    while (loop->client_count > 0) {
        int64_t elapsed = now_ms() - start;
        bool is_over = grace_ms == 0 || elapsed > grace_ms;
        int64_t left = is_over ? 0 : grace_ms - elapsed;
        /* One more than what is left: the clock's milliseconds are rounded down. */
        poll_all(loop, is_over ? 0 : (int)(left < INT_MAX ? left : INT_MAX - 1) + 1);
        for_each_client(loop, advance);
        if (is_over) {
            return;
        }
    }
}

static void *run(void *argument)
{
    event_loop *loop = argument;
    int64_t grace_ms = serve(loop);
    close(loop->listener);
    loop->listener = -1;
    finish(loop, grace_ms);
    for (size_t i = 0; i < loop->client_count; i++) {
        connection_free(loop->clients[i]);
    }
    loop->client_count = 0;
    return NULL;
}

/* Returns the listening socket, or -1 with errno set. */
static int listen_on(uint16_t *port)
{
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listener < 0) {
        return -1;
    }
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(*port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    /* Connections of an earlier server on the port may still wait for the end of their time. */
    if (setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int)) < 0
        || bind(listener, (struct sockaddr *)&address, length) < 0 || listen(listener, SOMAXCONN) < 0
        || getsockname(listener, (struct sockaddr *)&address, &length) < 0) {
        int error = errno;
        close(listener);
        errno = error;
        return -1;
    }
    *port = ntohs(address.sin_port);
    return listener;
}

static void close_if_open(int descriptor)
{
    if (descriptor >= 0) {
        close(descriptor);
    }
}

/* Closes and frees what a server has, but for its thread; keeps errno. */
static void release(line_server *server)
{
    int error = errno;
    close_if_open(server->loop.listener);
    close_if_open(server->loop.wake);
    close_if_open(server->wake);
    key_value_store_release(&server->loop.store);
    free(server->loop.clients);
    free(server->loop.polled);
    pthread_mutex_destroy(&server->stop_mutex);
    free(server);
    errno = error;
}

static line_server_status open_and_run(line_server *server)
{
    int ends[2];
    if (!reserve_client(&server->loop)) {
        return LINE_SERVER_NO_MEMORY;
    }
    server->loop.listener = listen_on(&server->port);
    if (server->loop.listener < 0 || pipe2(ends, O_CLOEXEC) < 0) {
        return LINE_SERVER_SYSTEM;
    }
    server->loop.wake = ends[0];
    server->wake = ends[1];
    errno = pthread_create(&server->thread, NULL, run, &server->loop);
    return errno == 0 ? LINE_SERVER_OK : LINE_SERVER_SYSTEM;
}

line_server_status line_server_start(uint16_t port, size_t max_line_length, line_server **server)
{
    if (server == NULL) {
        return LINE_SERVER_INVALID_ARGUMENT;
    }
    *server = NULL;
    if (max_line_length == 0) {
        return LINE_SERVER_INVALID_ARGUMENT;
    }
    line_server *started = malloc(sizeof *started);
    if (started == NULL) {
        return LINE_SERVER_NO_MEMORY;
    }
    *started = (line_server){.port = port, .wake = -1};
    started->loop = (event_loop){.listener = -1, .wake = -1, .max_line_length = max_line_length};
    pthread_mutex_init(&started->stop_mutex, NULL);
    line_server_status status = open_and_run(started);
    if (status == LINE_SERVER_OK) {
        *server = started;
    } else {
        release(started);
    }
    return status;
}

uint16_t line_server_port(const line_server *server)
{
    return server->port;
}

static void stop_and_join(line_server *server, int64_t grace_ms)
{
    while (write(server->wake, &grace_ms, sizeof grace_ms) < 0 && errno == EINTR) {
    }
    pthread_join(server->thread, NULL);
    close(server->wake);
    close(server->loop.wake);
    server->wake = -1;
    server->loop.wake = -1;
    server->is_stopped = true;
}

line_server_status line_server_stop(line_server *server, int64_t grace_ms)
{
    if (server == NULL || grace_ms < 0) {
        return LINE_SERVER_INVALID_ARGUMENT;
    }
    /* Locked to the end, so that no concurrent call returns while the server still runs. */
    pthread_mutex_lock(&server->stop_mutex);
    if (!server->is_stopped) {
        stop_and_join(server, grace_ms);
    }
    pthread_mutex_unlock(&server->stop_mutex);
    return LINE_SERVER_OK;
}

void line_server_free(line_server *server)
{
    if (server != NULL) {
        line_server_stop(server, 0);
        release(server);
    }
}

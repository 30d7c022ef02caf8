#define _GNU_SOURCE
#include "connection.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    CHUNK_LENGTH = 16 * 1024,
    OUTPUT_LIMIT = 64 * 1024, /* from this on, replies are sent before more requests are executed */
};

typedef enum {
    INPUT_OPEN,
    INPUT_LIMITED, /* the server stops: input_left bytes had been received */
    INPUT_ENDED,
} input_state;

struct connection {
    int socket;
    size_t max_line_length;
    byte_buffer input;
    size_t line_start;
    size_t searched; /* how far no LF is; a line that comes in pieces is thus searched only once */
    bool is_overlong; /* the beginning of the current line was too long and is dropped */
    bool has_more_lines;
    byte_buffer output;
    size_t sent;
    input_state input_state;
    size_t input_left;
};

connection *connection_new(int socket, size_t max_line_length)
{
    connection *client = malloc(sizeof *client);
    if (client == NULL) {
        close(socket);
        return NULL;
    }
    *client = (connection){.socket = socket, .max_line_length = max_line_length};
    return client;
}

int connection_socket(const connection *client)
{
    return client->socket;
}

bool connection_wants_to_send(const connection *client)
{
    return client->has_more_lines || client->output.length > 0;
}

bool connection_is_done(const connection *client)
{
    return client->input_state == INPUT_ENDED && !connection_wants_to_send(client);
}

bool connection_limit_input(connection *client)
{
    int count = 0;
    if (client->input_state == INPUT_ENDED) {
        return true;
    }
    if (ioctl(client->socket, FIONREAD, &count) < 0) {
        return false;
    }
    client->input_state = count > 0 ? INPUT_LIMITED : INPUT_ENDED;
    client->input_left = (size_t)count;
    return true;
}

static bool is_only_blocked(void)
{
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

static bool receive(connection *client)
{
    char chunk[CHUNK_LENGTH];
    size_t room = sizeof chunk;
    if (client->input_state == INPUT_ENDED) {
        return true;
    }
    if (client->input_state == INPUT_LIMITED && client->input_left < room) {
        room = client->input_left;
    }
    ssize_t count = recv(client->socket, chunk, room, 0);
    if (count < 0) {
        return is_only_blocked();
    }
    if (client->input_state == INPUT_LIMITED) {
        client->input_left -= (size_t)count;
    }
    if (count == 0 || (client->input_state == INPUT_LIMITED && client->input_left == 0)) {
        client->input_state = INPUT_ENDED;
    }
    return byte_buffer_append(&client->input, chunk, (size_t)count);
}

static void keep_unfinished_line(connection *client)
{
    byte_buffer_drop(&client->input, client->line_start);
    if (client->input.length > client->max_line_length) {
        client->is_overlong = true;
        client->input.length = 0;
    }
    client->line_start = 0;
    client->searched = client->input.length;
}

static bool answer_line(connection *client, const char *line, size_t length, key_value_store *store)
{
    static const char too_long[] = "ERR line too long";
    bool is_answered;
    if (client->is_overlong || length > client->max_line_length) {
        is_answered = byte_buffer_append(&client->output, too_long, sizeof too_long - 1);
    } else {
        bool has_carriage_return = length > 0 && line[length - 1] == '\r';
        is_answered = key_value_store_execute(store, line, length - has_carriage_return, &client->output);
    }
    client->is_overlong = false;
    return is_answered && byte_buffer_append(&client->output, "\n", 1);
}

static bool answer(connection *client, key_value_store *store)
{
    client->has_more_lines = true;
    while (client->output.length < OUTPUT_LIMIT) {
        size_t unsearched = client->input.length - client->searched;
        const char *from = unsearched == 0 ? NULL : client->input.data + client->searched;
        const char *line_feed = from == NULL ? NULL : memchr(from, '\n', unsearched);
        if (line_feed == NULL) {
            client->has_more_lines = false;
            keep_unfinished_line(client);
            return true;
        }
        const char *line = client->input.data + client->line_start;
        size_t length = (size_t)(line_feed - line);
        client->line_start += length + 1;
        client->searched = client->line_start;
        if (!answer_line(client, line, length, store)) {
            return false;
        }
    }
    return true;
}

static bool send_output(connection *client)
{
    while (client->sent < client->output.length) {
        const char *unsent = client->output.data + client->sent;
        ssize_t count = send(client->socket, unsent, client->output.length - client->sent, MSG_NOSIGNAL);
        if (count < 0) {
            return is_only_blocked();
        }
        client->sent += (size_t)count;
    }
    client->output.length = 0;
    client->sent = 0;
    return true;
}

bool connection_advance(connection *client, key_value_store *store)
{
    if (client->output.length == 0) {
        if (!client->has_more_lines && !receive(client)) {
            return false;
        }
        if (!answer(client, store)) {
            return false;
        }
    }
    return send_output(client);
}

void connection_free(connection *client)
{
    /* Closing with unread input resets the connection; the end of the stream has to be on its way before that. */
    shutdown(client->socket, SHUT_WR);
    close(client->socket);
    byte_buffer_release(&client->input);
    byte_buffer_release(&client->output);
    free(client);
}

#pragma once

#include <stddef.h>
#include <stdint.h>

typedef enum {
    LINE_SERVER_OK = 0,
    LINE_SERVER_INVALID_ARGUMENT,
    LINE_SERVER_NO_MEMORY,
    LINE_SERVER_SYSTEM /**< errno holds the system's error, such as EADDRINUSE */
} line_server_status;

/** A TCP server that keeps a key-value store in memory and speaks a line protocol. */
typedef struct line_server line_server;

/** Starts a server on 127.0.0.1, on a free port if port is 0; it listens when this returns. LINE_SERVER_OK: *server
 * belongs to the caller, who releases it with line_server_free. Otherwise *server is NULL. A NULL server is an invalid
 * argument. The program's SIGPIPE action is left as it is. */
line_server_status line_server_start(uint16_t port, size_t max_line_length, line_server **server);

/** Returns the port the server listens on, or listened on before it was stopped. */
uint16_t line_server_port(const line_server *server);

/** Answers what was received before, closes everything and returns when the server's thread has ended. Connections that
 * are not done after the grace time are cut. Does nothing if the server is stopped already. grace_ms below 0 is an
 * invalid argument. May be called from any thread but those of the server. */
line_server_status line_server_stop(line_server *server, int64_t grace_ms);

/** Stops with no grace time unless that is done, and frees the server. NULL is allowed. */
void line_server_free(line_server *server);

#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "key_value_store.h"

/** One client. It is read only while no reply waits: one that does not read costs a bounded amount of memory. */
typedef struct connection connection;

/** Takes over a non-blocking socket, which is closed at once if there is no memory: then NULL. */
connection *connection_new(int socket, size_t max_line_length);

int connection_socket(const connection *client);

/** Whether connection_advance can get on only when sending is possible; otherwise it waits for input. */
bool connection_wants_to_send(const connection *client);

/** Receives, executes and replies as far as that needs no waiting; bounded, so that others get their turn.
 * False if the connection has failed. */
bool connection_advance(connection *client, key_value_store *store);

/** Ends the input after what the system has received until now. False if the connection has failed. */
bool connection_limit_input(connection *client);

/** Whether everything that was received is answered and nothing more will be. */
bool connection_is_done(const connection *client);

/** Closes and frees the connection. */
void connection_free(connection *client);

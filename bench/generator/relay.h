/* A relay with nothing but the relaying: no limits, no checks, one client it trusts. Whatever it carries,
   the generator has sent and received: it shows how far the generator itself reaches. */
#ifndef RELAY_H
#define RELAY_H

#include <stdbool.h>

#include "bytes.h"
#include "websocket.h"

#define ROOM_SEATS_MAX 64
#define NAME_MAX_BYTES 16

struct room;

struct peer {
    int fd;
    bool upgraded, dirty; /* dirty: has output that waits for the end of the turn */
    char sid[NAME_MAX_BYTES];
    struct room *room;
    struct bytes in, out;
};

/* Queue a frame; all frames of one turn of the loop leave in one write. */
void relay_post(struct peer *peer, enum opcode opcode, const uint8_t *payload, size_t length);

void rooms_handle(struct peer *peer, const uint8_t *packet, size_t length);
void rooms_leave(struct peer *peer);

#endif

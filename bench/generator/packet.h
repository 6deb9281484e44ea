/* Socket.IO v5 packets as socket.io-msgpack-parser writes them: maps of type, data, nsp and id. */
#ifndef PACKET_H
#define PACKET_H

#include "msgpack.h"

enum packet_type { PACKET_CONNECT = 0, PACKET_DISCONNECT = 1, PACKET_EVENT = 2, PACKET_ACK = 3, PACKET_ERROR = 4 };

struct packet {
    enum packet_type type;
    bool has_id;
    uint64_t id;
    struct reader data; /* stands at the data value; failed if there is none */
};

/* False if it isn't a packet. Keys come in any order. */
bool packet_read(const uint8_t *bytes, size_t length, struct packet *packet);

/* The event's name; `packet->data` then stands at its first argument, `arguments` of them. */
struct slice event_open(struct packet *packet, uint32_t *arguments);

/* The value of `key` in the map at which the reader stands; failed if it isn't there. */
struct reader map_find(struct reader map, const char *key);

/* What a stock JavaScript client writes around an event's data array, in its order of keys. The data
   array goes between `event_begin` and `event_finish`. */
#define NO_ACK UINT64_MAX
uint8_t *event_begin(uint8_t *at, uint64_t ack_id);
uint8_t *event_finish(uint8_t *at, uint64_t ack_id);

#endif

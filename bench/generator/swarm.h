/* Many Socket.IO clients on one thread: connect, upgrade, CONNECT, heartbeats, packets in and out. */
#ifndef SWARM_H
#define SWARM_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "bytes.h"
#include "packet.h"

enum stage { STAGE_CLOSED, STAGE_CONNECTING, STAGE_UPGRADING, STAGE_OPENING, STAGE_JOINING, STAGE_READY };

struct client {
    int fd;
    enum stage stage;
    bool stalled;        /* reads nothing any more; that it is closed for it is no fault */
    bool waits_for_room; /* the kernel's send buffer was full: EPOLLOUT is asked for */
    uint32_t index;
    uint64_t begun_ns;
    struct bytes in, out;
};

struct swarm;

/* What a scenario does with its clients. `context` is the scenario's own. */
struct handler {
    void (*ready)(struct swarm *swarm, struct client *client);
    void (*packet)(struct swarm *swarm, struct client *client, struct packet *packet, uint64_t received_ns);
    void *context;
};

struct swarm {
    int epoll;
    struct sockaddr_in server;
    struct client *clients;
    uint32_t count;
    uint32_t closed; /* connections that the server ended */
    uint32_t stalled_closed; /* of those that read nothing */
    uint32_t errors; /* `error` events: requests that the server refused */
    char last_code[32]; /* of the last `error` or `closing` event */
    uint32_t mask;
    struct handler handler;
};

void swarm_create(struct swarm *swarm, uint16_t port, uint32_t count);

/* Start the connection of one client; `ready` follows when its CONNECT was answered. */
void swarm_open(struct swarm *swarm, uint32_t index);

/* Wait up to `timeout_ns` and handle what has come. True if there may be more at once. */
bool swarm_poll(struct swarm *swarm, uint64_t timeout_ns);

/* Send one Socket.IO packet. What the kernel doesn't take at once follows as soon as it does. */
void swarm_send(struct swarm *swarm, struct client *client, const uint8_t *packet, size_t length);

/* Stop reading from this client, for good. */
void swarm_stall(struct swarm *swarm, struct client *client);

/* Reset the connection: no TIME_WAIT is left to run out of ports with. */
void swarm_drop(struct swarm *swarm, struct client *client);

#endif

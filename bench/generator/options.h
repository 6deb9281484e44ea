/* What one run is asked to do. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct options {
    const char *scenario;
    uint16_t port;
    pid_t server;      /* whose CPU and memory are read; 0: nobody's */
    uint32_t rooms, room_size;
    uint32_t idle;     /* further connections without a room */
    uint32_t stalled;  /* in as many rooms the last member reads nothing and sends nothing */
    uint32_t payload;  /* bytes, or 0 for a payload of objects */
    uint32_t in_flight; /* handshakes under way at once */
    double rate;       /* messages per second, of all senders together */
    bool collect;       /* SIGUSR2 makes the server collect garbage: do so before memory is read */
    uint64_t tick_ns;   /* 0: act on each message at once; else send and receive what has gathered per tick */
    double warm, seconds, drain; /* phases, in seconds */
};

struct options options_read(int count, char **arguments);

#endif

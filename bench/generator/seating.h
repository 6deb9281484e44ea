/* Rooms of clients: the first of each room creates it and is its host, the others join it. */
#ifndef SEATING_H
#define SEATING_H

#include "histogram.h"
#include "swarm.h"

#define ROOM_ID_MAX 32

struct seating {
    uint32_t rooms, room_size; /* client i sits in room i / room_size; further clients only connect */
    uint32_t in_flight;        /* how many are let on their way at once */
    char (*ids)[ROOM_ID_MAX];
    uint32_t begun, seated;
    struct histogram durations; /* from socket() to the answer of create, join or CONNECT */
};

void seating_create(struct seating *seating, uint32_t rooms, uint32_t room_size, uint32_t in_flight);

/* Connect all hosts and create their rooms; fails the run after `seconds`. */
void seat_hosts(struct seating *seating, struct swarm *swarm, unsigned seconds);

/* Connect everybody else, to their rooms where they have one. */
void seat_others(struct seating *seating, struct swarm *swarm, unsigned seconds);

#endif

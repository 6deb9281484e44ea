/* Who should have got which message, and who did: losses, repeats, order, and how long each took. */
#ifndef ACCOUNT_H
#define ACCOUNT_H

#include "histogram.h"
#include "message.h"

/* Reliable messages must all arrive, once, in their sender's order; of newest-wins ones some may be left
   out under load, but none may be repeated or overtaken by an older one. */
struct tally {
    uint64_t expected, delivered; /* deliveries, all phases */
    uint64_t measured_expected, measured_delivered;
};

struct account {
    uint32_t room_size, clients;
    uint32_t *last_seen; /* per receiver and seat of the sender: the last sequence number that came */
    uint32_t *sent;      /* per sender: its last sequence number */
    struct tally reliable, newest;
    uint64_t gaps, repeats, strangers;
    struct histogram latency;
};

void account_create(struct account *account, uint32_t rooms, uint32_t room_size);

/* The next stamp of this sender, expected by `receivers` members. */
struct stamp account_send(struct account *account, uint32_t sender, uint32_t receivers, bool reliable, bool measured,
                          uint64_t due_ns);

void account_receive(struct account *account, uint32_t receiver, const struct stamp *stamp, bool reliable,
                     uint64_t received_ns);

#endif

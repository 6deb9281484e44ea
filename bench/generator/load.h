/* Steady traffic in rooms: each member's messages are due at even distances, all members' evenly spread. */
#ifndef LOAD_H
#define LOAD_H

#include "options.h"
#include "swarm.h"

/* fan-out: every member sends `broadcast` to all others of its room.
   star: the host sends `state` to all others, every other member sends `input` to the host. */
void load_run(struct swarm *swarm, const struct options *options);

#endif

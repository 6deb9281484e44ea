/* The other things a server is asked: answers, newcomers, and quiet company. */
#ifndef SCENARIOS_H
#define SCENARIOS_H

#include "options.h"
#include "swarm.h"

/* Each of `idle` connections asks `clock` with an ack, and again as soon as it is answered. */
void echo_run(struct swarm *swarm, const struct options *options);

/* Hosts are seated first; then everybody else comes as fast as the server lets them. */
void storm_run(struct swarm *swarm, const struct options *options);

/* `idle` connections that only exist: what the server's memory grows by. */
void idle_run(struct swarm *swarm, const struct options *options);

#endif

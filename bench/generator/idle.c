#include <signal.h>

#include "clock.h"
#include "process.h"
#include "report.h"
#include "scenarios.h"
#include "seating.h"

#define SEATING_SECONDS 120
#define SETTLE_NS (2 * SECOND)

static uint64_t settled_rss_kib(struct swarm *swarm, const struct options *options) {
    if (options->collect && options->server != 0) kill(options->server, SIGUSR2);
    for (uint64_t until = now_ns() + SETTLE_NS; now_ns() < until;) swarm_poll(swarm, 100 * MILLISECOND);
    return process_rss_kib(options->server);
}

void idle_run(struct swarm *swarm, const struct options *options) {
    static struct seating seating;
    swarm_create(swarm, options->port, options->idle);
    uint64_t before = settled_rss_kib(swarm, options);
    seating_create(&seating, 0, 1, options->in_flight);
    seat_others(&seating, swarm, SEATING_SECONDS);
    uint64_t after = settled_rss_kib(swarm, options);

    report_begin(options);
    report_swarm(swarm);
    report_count("rss_before_kib", before);
    report_count("rss_after_kib", after);
    report_number("kib_per_connection", ((double)after - (double)before) / (double)(swarm->count ? swarm->count : 1));
    report_end();
}

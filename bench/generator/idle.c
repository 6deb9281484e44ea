#include "clock.h"
#include "process.h"
#include "report.h"
#include "scenarios.h"
#include "seating.h"

#define SEATING_SECONDS 120
#define SETTLE_NS (2 * SECOND)

void idle_run(struct swarm *swarm, const struct options *options) {
    static struct seating seating;
    uint64_t before = process_rss_kib(options->server);
    swarm_create(swarm, options->port, options->idle);
    seating_create(&seating, 0, 1, options->in_flight);
    seat_others(&seating, swarm, SEATING_SECONDS);
    for (uint64_t until = now_ns() + SETTLE_NS; now_ns() < until;) swarm_poll(swarm, 100 * MILLISECOND);
    uint64_t after = process_rss_kib(options->server);

    report_begin(options);
    report_swarm(swarm);
    report_count("rss_before_kib", before);
    report_count("rss_after_kib", after);
    report_number("kib_per_connection", ((double)after - (double)before) / (double)(swarm->count ? swarm->count : 1));
    report_end();
}

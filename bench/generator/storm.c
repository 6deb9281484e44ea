#include "clock.h"
#include "fail.h"
#include "report.h"
#include "scenarios.h"
#include "seating.h"

#define SEATING_SECONDS 120

void storm_run(struct swarm *swarm, const struct options *options) {
    static struct seating seating;
    swarm_create(swarm, options->port, options->rooms * options->room_size);
    seating_create(&seating, options->rooms, options->room_size, options->in_flight);
    seat_hosts(&seating, swarm, SEATING_SECONDS);
    seating.durations = (struct histogram){0};
    uint32_t before = seating.seated;
    struct usage usage = usage_begin(options->server);
    seat_others(&seating, swarm, SEATING_SECONDS);
    usage_end(&usage, seating.seated - before);

    report_begin(options);
    report_swarm(swarm);
    report_count("seated", seating.seated - before);
    report_durations("latency", &seating.durations);
    report_usage(&usage);
    report_end();
}

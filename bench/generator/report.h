/* One JSON object on stdout, and what a stretch of time has cost both sides. */
#ifndef REPORT_H
#define REPORT_H

#include "histogram.h"
#include "options.h"
#include "swarm.h"

/* CPU and wall time between `usage_begin` and `usage_end`. */
struct usage {
    pid_t server;
    uint64_t wall_ns, own_ns, server_ns;
    uint64_t work; /* deliveries or round trips done meanwhile */
};

struct usage usage_begin(pid_t server);
void usage_end(struct usage *usage, uint64_t work);

void report_begin(const struct options *options);
void report_count(const char *name, uint64_t value);
void report_number(const char *name, double value);
void report_flag(const char *name, bool value);
void report_swarm(const struct swarm *swarm);

/* Quantiles in microseconds. */
void report_durations(const char *name, const struct histogram *histogram);
void report_usage(const struct usage *usage);
void report_end(void);

#endif

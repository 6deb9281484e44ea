#include "report.h"

#include <inttypes.h>
#include <stdio.h>

#include "clock.h"
#include "process.h"

struct usage usage_begin(pid_t server) {
    return (struct usage){server, now_ns(), own_cpu_ns(), process_cpu_ns(server), 0};
}

void usage_end(struct usage *usage, uint64_t work) {
    usage->server_ns = process_cpu_ns(usage->server) - usage->server_ns;
    usage->own_ns = own_cpu_ns() - usage->own_ns;
    usage->wall_ns = now_ns() - usage->wall_ns;
    usage->work = work;
}

void report_begin(const struct options *options) {
    printf("{\"scenario\": \"%s\", \"rooms\": %u, \"room_size\": %u, \"idle\": %u, \"payload\": %u, \"rate\": %.1f",
           options->scenario, options->rooms, options->room_size, options->idle, options->payload, options->rate);
}

void report_count(const char *name, uint64_t value) { printf(", \"%s\": %" PRIu64, name, value); }

void report_number(const char *name, double value) { printf(", \"%s\": %.3f", name, value); }

void report_flag(const char *name, bool value) { printf(", \"%s\": %s", name, value ? "true" : "false"); }

void report_swarm(const struct swarm *swarm) {
    report_count("connections", swarm->count);
    report_count("closed", swarm->closed);
    report_count("stalled_closed", swarm->stalled_closed);
    report_count("errors", swarm->errors);
    printf(", \"last_code\": \"%s\"", swarm->last_code);
}

static double microseconds(const struct histogram *histogram, double share) {
    return (double)histogram_quantile(histogram, share) / 1000.0;
}

void report_durations(const char *name, const struct histogram *histogram) {
    printf(", \"%s\": {\"count\": %" PRIu64 ", \"p50_us\": %.1f, \"p99_us\": %.1f, \"p999_us\": %.1f, \"max_us\": %.1f}",
           name, histogram->count, microseconds(histogram, 0.5), microseconds(histogram, 0.99),
           microseconds(histogram, 0.999), (double)histogram->largest / 1000.0);
}

void report_usage(const struct usage *usage) {
    double wall = (double)usage->wall_ns;
    report_number("wall_s", wall / (double)SECOND);
    report_number("work_per_s", (double)usage->work * (double)SECOND / wall);
    report_number("generator_cpu_share", (double)usage->own_ns / wall);
    report_number("server_cpu_share", (double)usage->server_ns / wall);
    report_number("server_us_per_work", usage->work ? (double)usage->server_ns / 1000.0 / (double)usage->work : 0);
}

void report_end(void) { puts("}"); }

/* Durations counted in log-linear buckets: at most 0.8 % wide, from 1 ns to centuries. */
#ifndef HISTOGRAM_H
#define HISTOGRAM_H

#include <stdint.h>

#define HISTOGRAM_BITS 7
#define HISTOGRAM_BUCKETS ((64 - HISTOGRAM_BITS + 1) << HISTOGRAM_BITS)

struct histogram {
    uint64_t count, largest;
    uint64_t buckets[HISTOGRAM_BUCKETS];
};

void histogram_add(struct histogram *histogram, uint64_t ns);

/* The smallest duration that at least `share` (0 to 1) of all counted ones don't exceed; 0 if empty. */
uint64_t histogram_quantile(const struct histogram *histogram, double share);

#endif

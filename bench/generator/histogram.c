#include "histogram.h"

#include <math.h>

#define HALF (UINT64_C(1) << HISTOGRAM_BITS)

/* Values below 2^7 have a bucket each; above, each power of two is cut into 2^7 equal buckets. */
static unsigned bucket_of(uint64_t ns) {
    if (ns < HALF) return (unsigned)ns;
    unsigned shift = 63u - (unsigned)__builtin_clzll(ns) - HISTOGRAM_BITS;
    return (unsigned)(((uint64_t)shift << HISTOGRAM_BITS) + (ns >> shift));
}

static uint64_t upper_bound_of(unsigned bucket) {
    if (bucket < 2 * HALF) return bucket;
    unsigned shift = (bucket >> HISTOGRAM_BITS) - 1;
    uint64_t within = (bucket & (HALF - 1)) + HALF;
    return ((within + 1) << shift) - 1;
}

void histogram_add(struct histogram *histogram, uint64_t ns) {
    histogram->count++;
    histogram->buckets[bucket_of(ns)]++;
    if (ns > histogram->largest) histogram->largest = ns;
}

uint64_t histogram_quantile(const struct histogram *histogram, double share) {
    uint64_t rank = (uint64_t)ceil(share * (double)histogram->count);
    uint64_t seen = 0;
    for (unsigned bucket = 0; bucket < HISTOGRAM_BUCKETS; bucket++) {
        seen += histogram->buckets[bucket];
        if (seen >= rank && seen > 0) {
            uint64_t bound = upper_bound_of(bucket);
            return bound < histogram->largest ? bound : histogram->largest;
        }
    }
    return 0;
}

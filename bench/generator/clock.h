/* Monotonic time and CPU time, in nanoseconds. */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>
#include <time.h>

#define SECOND UINT64_C(1000000000)
#define MILLISECOND UINT64_C(1000000)

static inline uint64_t clock_read(clockid_t clock) {
    struct timespec at;
    clock_gettime(clock, &at);
    return (uint64_t)at.tv_sec * SECOND + (uint64_t)at.tv_nsec;
}

static inline uint64_t now_ns(void) { return clock_read(CLOCK_MONOTONIC); }

static inline void sleep_until(uint64_t ns) {
    struct timespec at = {(time_t)(ns / SECOND), (long)(ns % SECOND)};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
}

static inline uint64_t own_cpu_ns(void) { return clock_read(CLOCK_PROCESS_CPUTIME_ID); }

#endif

/* One run of one scenario against the server on a port of this machine; its figures as JSON on stdout. */
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "fail.h"
#include "load.h"
#include "options.h"
#include "scenarios.h"

static const struct {
    const char *name;
    void (*run)(struct swarm *swarm, const struct options *options);
} SCENARIOS[] = {
    {"fanout", load_run}, {"star", load_run}, {"echo", echo_run}, {"storm", storm_run}, {"idle", idle_run},
};

static void allow_many_connections(void) {
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) < 0) return;
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
}

int main(int count, char **arguments) {
    struct options options = options_read(count, arguments);
    struct swarm swarm;
    allow_many_connections();
    prctl(PR_SET_TIMERSLACK, 1UL); /* wake up when a message is due, not 50 us later */
    for (size_t i = 0; i < sizeof SCENARIOS / sizeof *SCENARIOS; i++) {
        if (strcmp(options.scenario, SCENARIOS[i].name) != 0) continue;
        SCENARIOS[i].run(&swarm, &options);
        for (uint32_t index = 0; index < swarm.count; index++) swarm_drop(&swarm, &swarm.clients[index]);
        return 0;
    }
    fail("no such scenario: %s", options.scenario);
}

#include "clock.h"
#include "fail.h"
#include "report.h"
#include "scenarios.h"
#include "seating.h"

#define SEATING_SECONDS 60

struct echo {
    uint64_t *asked_ns;
    uint64_t answered;
    bool measured, stopped;
    struct histogram latency;
};

static void ask(struct swarm *swarm, struct client *client, struct echo *echo) {
    uint64_t now = now_ns();
    uint8_t packet[128], *at = event_begin(packet, client->index);
    at = write_array(at, 2);
    at = write_text(at, "clock");
    at = write_double(at, (double)now / (double)MILLISECOND);
    at = event_finish(at, client->index);
    echo->asked_ns[client->index] = now;
    swarm_send(swarm, client, packet, (size_t)(at - packet));
}

static void on_packet(struct swarm *swarm, struct client *client, struct packet *packet, uint64_t received_ns) {
    struct echo *echo = swarm->handler.context;
    if (packet->type != PACKET_ACK) return;
    struct reader answer = packet->data;
    read_array(&answer);
    if (map_find(answer, "received").failed) fail("`clock` was not answered (%s)", swarm->last_code);
    echo->answered++;
    if (echo->measured) histogram_add(&echo->latency, received_ns - echo->asked_ns[client->index]);
    if (!echo->stopped) ask(swarm, client, echo);
}

static void poll_for(struct swarm *swarm, double seconds) {
    uint64_t until = now_ns() + (uint64_t)(seconds * (double)SECOND);
    while (now_ns() < until) swarm_poll(swarm, 10 * MILLISECOND);
}

void echo_run(struct swarm *swarm, const struct options *options) {
    static struct seating seating;
    static struct echo echo;
    swarm_create(swarm, options->port, options->idle);
    seating_create(&seating, 0, 1, options->in_flight);
    seat_others(&seating, swarm, SEATING_SECONDS);

    echo.asked_ns = calloc(swarm->count + 1, sizeof *echo.asked_ns);
    if (echo.asked_ns == NULL) fail("out of memory");
    swarm->handler = (struct handler){NULL, on_packet, &echo};
    for (uint32_t i = 0; i < swarm->count; i++) ask(swarm, &swarm->clients[i], &echo);
    poll_for(swarm, options->warm);
    struct usage usage = usage_begin(options->server);
    uint64_t answered = echo.answered;
    echo.measured = true;
    poll_for(swarm, options->seconds);
    echo.measured = false;
    usage_end(&usage, echo.answered - answered);
    echo.stopped = true;

    report_begin(options);
    report_swarm(swarm);
    report_durations("latency", &echo.latency);
    report_usage(&usage);
    report_end();
}

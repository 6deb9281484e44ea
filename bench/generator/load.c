#include "load.h"

#include <stdlib.h>
#include <string.h>

#include "account.h"
#include "clock.h"
#include "fail.h"
#include "process.h"
#include "report.h"
#include "seating.h"

#define SENDS_PER_POLL 64
#define SEATING_SECONDS 60
#define QUIET (100 * MILLISECOND)

struct load {
    struct account account;
    struct message to_all, to_host;
    bool star;
    uint32_t stalled; /* rooms whose last member reads nothing */
    uint32_t *order;  /* senders, shuffled: the members of a room don't send one after the other */
    uint32_t senders;
    uint64_t next;   /* how many messages were sent */
    uint64_t last_received_ns;
    uint64_t received; /* deliveries of any phase, as they come */
    struct histogram lag; /* how late messages left */
};

static void on_packet(struct swarm *swarm, struct client *client, struct packet *packet, uint64_t received_ns) {
    struct load *load = swarm->handler.context;
    if (packet->type != PACKET_EVENT) return;
    uint32_t arguments;
    struct slice name = event_open(packet, &arguments);
    bool newest = slice_is(name, "state");
    if (!newest && !slice_is(name, "broadcast") && !slice_is(name, "input")) return;
    if (!newest) read_skip(&packet->data); /* the sender's player id */
    struct stamp stamp;
    if (!stamp_read(packet->data, &stamp)) fail("a delivery came back changed");
    load->received++;
    load->last_received_ns = received_ns;
    account_receive(&load->account, client->index, &stamp, !newest, received_ns);
}

static void send_next(struct load *load, struct swarm *swarm, uint64_t due_ns, bool measured) {
    uint32_t sender = load->order[load->next++ % load->senders], size = load->account.room_size;
    uint32_t others = size - 1 - (sender / size < load->stalled);
    bool input = load->star && sender % size != 0;
    struct message *message = input ? &load->to_host : &load->to_all;
    bool reliable = input || !load->star;
    message_stamp(message, account_send(&load->account, sender, input ? 1 : others, reliable, measured, due_ns));
    swarm_send(swarm, &swarm->clients[sender], message->bytes, message->length);
    uint64_t sent_ns = now_ns();
    if (measured) histogram_add(&load->lag, sent_ns - due_ns);
}

static uint64_t outstanding(const struct load *load) {
    const struct tally *reliable = &load->account.reliable, *newest = &load->account.newest;
    return reliable->expected + newest->expected - reliable->delivered - newest->delivered;
}

/* Until the next message is due something is received. In ticks, instead, both sides of the wire rest: a
   clock that wakes up for each message wakes the other core for each, which costs more than the message. */
static void receive_until(struct swarm *swarm, const struct options *options, uint64_t due_ns, uint64_t *tick_ns) {
    uint64_t now = now_ns();
    if (options->tick_ns == 0) {
        swarm_poll(swarm, due_ns > now ? due_ns - now : 0);
        return;
    }
    while (swarm_poll(swarm, 0)) continue;
    *tick_ns += options->tick_ns;
    if (*tick_ns > now_ns()) sleep_until(*tick_ns);
    else *tick_ns = now_ns();
}

/* Send for `seconds` from now. False as soon as the server is a second behind: no need to go on. */
static bool phase(struct load *load, struct swarm *swarm, const struct options *options, double seconds,
                  bool measured) {
    uint64_t start_ns = now_ns(), tick_ns = start_ns;
    uint64_t messages = (uint64_t)(seconds * options->rate);
    uint64_t hopeless = (uint64_t)(options->rate * (load->star ? 2 : load->account.room_size - 1)) + 1000;
    double gap_ns = (double)SECOND / options->rate;
    for (uint64_t sent = 0; sent < messages;) {
        uint64_t now = now_ns(), due_ns = 0;
        for (int burst = 0; burst < SENDS_PER_POLL && sent < messages; burst++, sent++) {
            due_ns = start_ns + (uint64_t)((double)sent * gap_ns);
            if (due_ns > now) break;
            send_next(load, swarm, due_ns, measured);
        }
        if (due_ns > now) receive_until(swarm, options, due_ns, &tick_ns);
        else swarm_poll(swarm, 0);
        if (swarm->closed > 0 || outstanding(load) > hopeless) return false;
    }
    return true;
}

static void drain(struct load *load, struct swarm *swarm, double seconds) {
    uint64_t now = now_ns(), deadline = now + (uint64_t)(seconds * (double)SECOND);
    while (outstanding(load) > 0 && now < deadline) {
        /* What newest-wins leaves out never comes: once nothing moves, nothing will. */
        if (load->account.reliable.expected == load->account.reliable.delivered &&
            now > load->last_received_ns + QUIET)
            break;
        swarm_poll(swarm, 10 * MILLISECOND);
        now = now_ns();
    }
}

static bool is_stalled(const struct load *load, uint32_t client) {
    uint32_t size = load->account.room_size;
    return client / size < load->stalled && client % size == size - 1;
}

static void list_senders(struct load *load) {
    load->order = calloc(load->account.clients, sizeof *load->order);
    if (load->order == NULL) fail("out of memory");
    for (uint32_t i = 0; i < load->account.clients; i++)
        if (!is_stalled(load, i)) load->order[load->senders++] = i;
}

static void shuffle(uint32_t *order, uint32_t count) {
    uint64_t state = 88172645463325252u; /* the same order in every run */
    for (uint32_t i = count; i > 1; i--) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        uint32_t j = (uint32_t)(state % i), swap = order[j];
        order[j] = order[i - 1];
        order[i - 1] = swap;
    }
}

static struct load *load_create(const struct options *options) {
    struct load *load = calloc(1, sizeof *load);
    if (load == NULL) fail("out of memory");
    load->star = strcmp(options->scenario, "star") == 0;
    account_create(&load->account, options->rooms, options->room_size);
    load->stalled = options->stalled;
    list_senders(load);
    shuffle(load->order, load->senders);
    message_build(&load->to_all, load->star ? "state" : "broadcast", options->payload);
    message_build(&load->to_host, "input", options->payload);
    return load;
}

static void report(const struct load *load, const struct swarm *swarm, const struct options *options,
                   const struct usage *usage, bool kept_up) {
    const struct account *account = &load->account;
    const struct tally *reliable = &account->reliable, *newest = &account->newest;
    report_begin(options);
    report_number("offered_per_s", (double)(reliable->measured_expected + newest->measured_expected) / options->seconds);
    report_count("expected", reliable->expected + newest->expected);
    report_count("delivered", reliable->delivered + newest->delivered);
    report_count("measured", reliable->measured_delivered + newest->measured_delivered);
    report_count("lost", reliable->expected - reliable->delivered);
    report_count("left_out", newest->expected - newest->delivered);
    report_count("newest_expected", newest->expected);
    report_count("gaps", account->gaps);
    report_count("repeats", account->repeats);
    report_count("strangers", account->strangers);
    report_flag("kept_up", kept_up);
    report_swarm(swarm);
    report_durations("latency", &account->latency);
    report_durations("lag", &load->lag);
    report_usage(usage);
    report_end();
}

void load_run(struct swarm *swarm, const struct options *options) {
    static struct seating seating;
    if (options->rooms == 0 || options->room_size < 2 || options->rate <= 0) fail("rooms, a size and a rate are needed");
    swarm_create(swarm, options->port, options->rooms * options->room_size + options->idle);
    seating_create(&seating, options->rooms, options->room_size, options->in_flight);
    seat_hosts(&seating, swarm, SEATING_SECONDS);
    seat_others(&seating, swarm, SEATING_SECONDS);

    struct load *load = load_create(options);
    struct handler handler = {NULL, on_packet, load};
    swarm->handler = handler;
    for (uint32_t i = 0; i < load->account.clients; i++)
        if (is_stalled(load, i)) swarm_stall(swarm, &swarm->clients[i]);
    bool kept_up = phase(load, swarm, options, options->warm, false);
    struct usage usage = usage_begin(options->server);
    uint64_t received = load->received;
    if (kept_up) kept_up = phase(load, swarm, options, options->seconds, true);
    usage_end(&usage, load->received - received);
    if (kept_up) drain(load, swarm, options->drain);
    report(load, swarm, options, &usage, kept_up);
}

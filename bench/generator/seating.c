#include "seating.h"

#include <string.h>

#include "clock.h"
#include "fail.h"

#define SEAT_ACK 1

void seating_create(struct seating *seating, uint32_t rooms, uint32_t room_size, uint32_t in_flight) {
    *seating = (struct seating){.rooms = rooms, .room_size = room_size, .in_flight = in_flight};
    seating->ids = calloc(rooms ? rooms : 1, ROOM_ID_MAX);
    if (seating->ids == NULL) fail("out of memory");
}

static bool has_room(const struct seating *seating, const struct client *client) {
    return client->index < seating->rooms * seating->room_size;
}

static bool is_host(const struct seating *seating, const struct client *client) {
    return has_room(seating, client) && client->index % seating->room_size == 0;
}

static void seated(struct seating *seating, const struct client *client) {
    seating->seated++;
    histogram_add(&seating->durations, now_ns() - client->begun_ns);
}

static void on_ready(struct swarm *swarm, struct client *client) {
    struct seating *seating = swarm->handler.context;
    if (!has_room(seating, client)) return seated(seating, client);
    uint8_t packet[256], *at = event_begin(packet, SEAT_ACK);
    at = write_array(at, 2);
    if (is_host(seating, client)) {
        at = write_text(at, "create");
        at = write_map(at, 2);
        at = write_text(at, "title");
        at = write_text(at, "bench");
        at = write_text(at, "max_players");
        at = write_unsigned(at, seating->room_size);
    } else {
        at = write_text(at, "join");
        at = write_map(at, 1);
        at = write_text(at, "id");
        at = write_text(at, seating->ids[client->index / seating->room_size]);
    }
    at = event_finish(at, SEAT_ACK);
    swarm_send(swarm, client, packet, (size_t)(at - packet));
}

static void on_packet(struct swarm *swarm, struct client *client, struct packet *packet, uint64_t received_ns) {
    (void)received_ns;
    struct seating *seating = swarm->handler.context;
    if (packet->type != PACKET_ACK || packet->id != SEAT_ACK) return;
    struct reader answer = packet->data;
    read_array(&answer);
    struct reader ok = map_find(answer, "ok"), id = map_find(answer, "id");
    if (!read_bool(&ok)) fail("a seat was refused (%s)", swarm->last_code);
    if (is_host(seating, client)) {
        struct slice text = read_text(&id);
        if (id.failed || text.length >= ROOM_ID_MAX) fail("the room has no id");
        memcpy(seating->ids[client->index / seating->room_size], text.data, text.length);
    }
    seated(seating, client);
}

static void seat(struct seating *seating, struct swarm *swarm, bool hosts, unsigned seconds) {
    uint64_t deadline = now_ns() + seconds * SECOND;
    uint32_t next = 0;
    swarm->handler = (struct handler){on_ready, on_packet, seating};
    while (next < swarm->count || seating->seated < seating->begun) {
        for (; next < swarm->count && seating->begun - seating->seated < seating->in_flight; next++) {
            if (is_host(seating, &swarm->clients[next]) != hosts) continue;
            seating->begun++;
            swarm_open(swarm, next);
        }
        swarm_poll(swarm, 10 * MILLISECOND);
        if (swarm->closed > 0) fail("the server closed a connection while seats were taken (%s)", swarm->last_code);
        if (now_ns() > deadline) fail("only %u of %u were seated in time", seating->seated, seating->begun);
    }
}

void seat_hosts(struct seating *seating, struct swarm *swarm, unsigned seconds) {
    seat(seating, swarm, true, seconds);
}

void seat_others(struct seating *seating, struct swarm *swarm, unsigned seconds) {
    seat(seating, swarm, false, seconds);
}

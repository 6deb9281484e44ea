#include <stdio.h>
#include <string.h>
#include <time.h>

#include "fail.h"
#include "packet.h"
#include "relay.h"

#define OVERHEAD 256
#define LARGEST (128 * 1024)

struct room {
    char id[NAME_MAX_BYTES];
    struct peer *members[ROOM_SEATS_MAX]; /* the first is the host */
    unsigned count;
};

static struct room **rooms;
static unsigned room_count;

static uint8_t *begin(uint8_t *at, enum packet_type type) {
    at = write_map(at, 3);
    at = write_text(at, "type");
    return write_unsigned(at, type);
}

static uint8_t *finish(uint8_t *at) {
    at = write_text(at, "nsp");
    return write_text(at, "/");
}

static void welcome(struct peer *peer) {
    uint8_t packet[OVERHEAD], *at = begin(packet, PACKET_CONNECT);
    at = write_text(at, "data");
    at = write_map(at, 1);
    at = write_text(at, "sid");
    at = write_text(at, peer->sid);
    at = finish(at);
    relay_post(peer, OPCODE_BINARY, packet, (size_t)(at - packet));
}

/* An ack of one object, whose `pairs` further pairs are already written. */
static void answer(struct peer *peer, uint64_t id, uint32_t pairs, const uint8_t *written, size_t length) {
    uint8_t packet[OVERHEAD * 2], *at = write_map(packet, 4);
    at = write_text(at, "type");
    at = write_unsigned(at, PACKET_ACK);
    at = write_text(at, "id");
    at = write_unsigned(at, id);
    at = write_text(at, "data");
    at = write_array(at, 1);
    at = write_map(at, pairs + 1);
    at = write_text(at, "ok");
    at = write_bool(at, true);
    memcpy(at, written, length);
    at = finish(at + length);
    relay_post(peer, OPCODE_BINARY, packet, (size_t)(at - packet));
}

static void answer_room(struct peer *peer, uint64_t id) {
    uint8_t pairs[OVERHEAD], *at = write_text(pairs, "id");
    at = write_text(at, peer->room->id);
    answer(peer, id, 1, pairs, (size_t)(at - pairs));
}

static void create(struct peer *peer) {
    struct room *room = calloc(1, sizeof *room);
    struct room **more = realloc(rooms, (room_count + 1) * sizeof *rooms);
    if (room == NULL || more == NULL) fail("out of memory");
    rooms = more;
    rooms[room_count] = room;
    snprintf(room->id, sizeof room->id, "%08u", room_count++);
    room->members[room->count++] = peer;
    peer->room = room;
}

static void join(struct peer *peer, struct reader wanted) {
    struct reader id = map_find(wanted, "id");
    char text[NAME_MAX_BYTES] = "";
    struct slice slice = read_text(&id);
    if (slice.length < sizeof text) memcpy(text, slice.data, slice.length);
    unsigned number = (unsigned)strtoul(text, NULL, 10);
    if (number >= room_count || rooms[number]->count >= ROOM_SEATS_MAX) fail("no seat in room %s", text);
    peer->room = rooms[number];
    peer->room->members[peer->room->count++] = peer;
}

static void tell_time(struct peer *peer, uint64_t id) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    uint8_t pairs[OVERHEAD], *at = write_text(pairs, "received");
    at = write_double(at, (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6);
    answer(peer, id, 1, pairs, (size_t)(at - pairs));
}

/* One packet of the payload's own bytes, posted to the host or to everybody but the sender. */
static void relay(struct peer *peer, struct slice name, struct reader payload, bool names_sender, bool to_host) {
    static uint8_t packet[LARGEST + OVERHEAD];
    const uint8_t *start = payload.at;
    read_skip(&payload);
    size_t length = (size_t)(payload.at - start);
    if (payload.failed || length > LARGEST) fail("an invalid payload");
    uint8_t *at = begin(packet, PACKET_EVENT);
    at = write_text(at, "data");
    at = write_array(at, names_sender ? 3 : 2);
    at = write_text_slice(at, name);
    if (names_sender) at = write_text(at, peer->sid);
    memcpy(at, start, length);
    at = finish(at + length);
    struct room *room = peer->room;
    if (room == NULL) fail("a relay message from nobody's member");
    for (unsigned i = 0; i < (to_host ? 1 : room->count); i++)
        if (room->members[i] != peer) relay_post(room->members[i], OPCODE_BINARY, packet, (size_t)(at - packet));
}

void rooms_handle(struct peer *peer, const uint8_t *bytes, size_t length) {
    struct packet packet;
    if (!packet_read(bytes, length, &packet)) fail("an invalid packet");
    if (packet.type == PACKET_CONNECT) return welcome(peer);
    if (packet.type != PACKET_EVENT) return;
    uint32_t arguments;
    struct slice name = event_open(&packet, &arguments);
    if (slice_is(name, "broadcast")) return relay(peer, name, packet.data, true, false);
    if (slice_is(name, "state")) return relay(peer, name, packet.data, false, false);
    if (slice_is(name, "input")) return relay(peer, name, packet.data, true, true);
    if (slice_is(name, "clock")) return tell_time(peer, packet.id);
    if (slice_is(name, "create")) create(peer);
    else if (slice_is(name, "join")) join(peer, packet.data);
    else fail("unknown event %.*s", (int)name.length, (const char *)name.data);
    answer_room(peer, packet.id);
}

void rooms_leave(struct peer *peer) {
    struct room *room = peer->room;
    for (unsigned i = 0; room != NULL && i < room->count; i++) {
        if (room->members[i] != peer) continue;
        room->count--;
        memmove(&room->members[i], &room->members[i + 1], (room->count - i) * sizeof *room->members);
        break;
    }
}

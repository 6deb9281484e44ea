#include "packet.h"

bool packet_read(const uint8_t *bytes, size_t length, struct packet *packet) {
    struct reader reader = {bytes, bytes + length, false};
    bool typed = false;
    *packet = (struct packet){.data = {.failed = true}};
    for (uint32_t keys = read_map(&reader); keys > 0 && !reader.failed; keys--) {
        struct slice key = read_text(&reader);
        if (slice_is(key, "type")) {
            packet->type = (enum packet_type)read_unsigned(&reader);
            typed = true;
        } else if (slice_is(key, "id") && !next_is_nil(&reader)) {
            packet->id = read_unsigned(&reader);
            packet->has_id = true;
        } else {
            if (slice_is(key, "data")) packet->data = reader;
            read_skip(&reader);
        }
    }
    return typed && !reader.failed;
}

struct slice event_open(struct packet *packet, uint32_t *arguments) {
    uint32_t items = read_array(&packet->data);
    *arguments = items > 0 ? items - 1 : 0;
    return read_text(&packet->data);
}

struct reader map_find(struct reader map, const char *key) {
    for (uint32_t keys = read_map(&map); keys > 0 && !map.failed; keys--) {
        if (slice_is(read_text(&map), key)) return map;
        read_skip(&map);
    }
    map.failed = true;
    return map;
}

uint8_t *event_begin(uint8_t *at, uint64_t ack_id) {
    at = write_map(at, ack_id == NO_ACK ? 4 : 5);
    at = write_text(at, "type");
    at = write_unsigned(at, PACKET_EVENT);
    return write_text(at, "data");
}

uint8_t *event_finish(uint8_t *at, uint64_t ack_id) {
    at = write_text(at, "options");
    at = write_map(at, 1);
    at = write_text(at, "compress");
    at = write_bool(at, true);
    if (ack_id != NO_ACK) {
        at = write_text(at, "id");
        at = write_unsigned(at, ack_id);
    }
    at = write_text(at, "nsp");
    return write_text(at, "/");
}

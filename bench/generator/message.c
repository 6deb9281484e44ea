#include "message.h"

#include <string.h>

#include "fail.h"

#define MAGIC 0x42454e43
#define OBJECTS 8

_Static_assert(sizeof(struct stamp) == STAMP_BYTES, "a stamp goes over the wire as it lies in memory");

static uint8_t *write_object(uint8_t *at, uint32_t number) {
    at = write_map(at, 4);
    at = write_text(at, "id");
    at = write_unsigned(at, number);
    at = write_text(at, "x");
    at = write_double(at, 100.25 * number);
    at = write_text(at, "y");
    at = write_double(at, 80.5 * number);
    at = write_text(at, "angle");
    return write_double(at, 0.125 * number);
}

static uint8_t *write_stamped_binary(struct message *message, uint8_t *at, uint32_t length) {
    at = write_binary_header(at, length);
    message->stamp_at = (size_t)(at - message->bytes);
    for (uint32_t i = 0; i < length; i++) at[i] = (uint8_t)(i * 31);
    return at + length;
}

void message_build(struct message *message, const char *event, uint32_t payload_bytes) {
    bool objects = payload_bytes == PAYLOAD_OF_OBJECTS;
    if (!objects && (payload_bytes < STAMP_BYTES || payload_bytes > MESSAGE_MAX - 256))
        fail("a payload has %d to %d bytes", STAMP_BYTES, MESSAGE_MAX - 256);
    uint8_t *at = event_begin(message->bytes, NO_ACK);
    at = write_array(at, 2);
    at = write_text(at, event);
    if (objects) at = write_array(at, 1 + OBJECTS);
    at = write_stamped_binary(message, at, objects ? STAMP_BYTES : payload_bytes);
    for (uint32_t number = 0; objects && number < OBJECTS; number++) at = write_object(at, number);
    at = event_finish(at, NO_ACK);
    message->length = (size_t)(at - message->bytes);
}

void message_stamp(struct message *message, struct stamp stamp) {
    stamp.magic = MAGIC;
    memcpy(message->bytes + message->stamp_at, &stamp, sizeof stamp);
}

bool stamp_read(struct reader payload, struct stamp *stamp) {
    if (next_is_array(&payload)) read_array(&payload);
    if (!next_is_binary(&payload)) return false;
    struct slice content = read_binary(&payload);
    if (payload.failed || content.length < STAMP_BYTES) return false;
    memcpy(stamp, content.data, sizeof *stamp);
    return stamp->magic == MAGIC;
}

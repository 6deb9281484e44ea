#include "websocket.h"

#include <endian.h>
#include <string.h>

static void apply_mask(uint8_t *out, const uint8_t *in, size_t length, const uint8_t key[4]) {
    uint32_t narrow;
    memcpy(&narrow, key, 4);
    uint64_t wide = (uint64_t)narrow << 32 | narrow;
    size_t i = 0;
    for (; i + 8 <= length; i += 8) {
        uint64_t block;
        memcpy(&block, in + i, 8);
        block ^= wide;
        memcpy(out + i, &block, 8);
    }
    for (; i < length; i++) out[i] = in[i] ^ key[i & 3];
}

ssize_t frame_read(uint8_t *bytes, size_t length, struct frame *frame) {
    if (length < 2) return 0;
    if ((bytes[0] & 0xf0) != 0x80) return -1;
    bool masked = bytes[1] & 0x80;
    size_t header = 2;
    uint64_t payload = bytes[1] & 0x7f;
    if (payload == 126) {
        uint16_t wire;
        if (length < 4) return 0;
        memcpy(&wire, bytes + 2, 2);
        payload = be16toh(wire);
        header = 4;
    } else if (payload == 127) {
        uint64_t wire;
        if (length < 10) return 0;
        memcpy(&wire, bytes + 2, 8);
        payload = be64toh(wire);
        header = 10;
    }
    size_t key = header;
    if (masked) header += 4;
    if (length < header || length - header < payload) return 0;
    frame->opcode = bytes[0] & 0x0f;
    frame->payload = bytes + header;
    frame->length = payload;
    if (masked) apply_mask(frame->payload, frame->payload, payload, bytes + key);
    return (ssize_t)(header + payload);
}

size_t frame_write(uint8_t *out, enum opcode opcode, const uint8_t *payload, size_t length, uint32_t mask) {
    uint8_t *at = out;
    uint8_t mask_bit = mask == FRAME_NO_MASK ? 0 : 0x80;
    *at++ = (uint8_t)(0x80 | opcode);
    if (length < 126) {
        *at++ = (uint8_t)(mask_bit | length);
    } else if (length <= UINT16_MAX) {
        uint16_t wire = htobe16((uint16_t)length);
        *at++ = mask_bit | 126;
        memcpy(at, &wire, 2);
        at += 2;
    } else {
        uint64_t wire = htobe64(length);
        *at++ = mask_bit | 127;
        memcpy(at, &wire, 8);
        at += 8;
    }
    if (mask == FRAME_NO_MASK) {
        memcpy(at, payload, length);
    } else {
        uint8_t key[4];
        memcpy(key, &mask, 4);
        memcpy(at, key, 4);
        at += 4;
        apply_mask(at, payload, length, key);
    }
    return (size_t)(at - out) + length;
}

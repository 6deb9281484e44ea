/* RFC 6455 frames, and the handshake with the key that its section 1.3 uses as an example. */
#ifndef WEBSOCKET_H
#define WEBSOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define WEBSOCKET_KEY "dGhlIHNhbXBsZSBub25jZQ=="
#define WEBSOCKET_ACCEPT "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

#define FRAME_HEADER_MAX 14
#define FRAME_NO_MASK 0

enum opcode { OPCODE_TEXT = 1, OPCODE_BINARY = 2, OPCODE_CLOSE = 8, OPCODE_PING = 9, OPCODE_PONG = 10 };

struct frame {
    enum opcode opcode;
    uint8_t *payload;
    size_t length;
};

/* Bytes consumed by the first frame, unmasked in place; 0 while it isn't whole; -1 if it is split over
   several frames or uses reserved bits, which none of the measured servers does. */
ssize_t frame_read(uint8_t *bytes, size_t length, struct frame *frame);

/* Bytes written to `out`, which has room for `length` + FRAME_HEADER_MAX. */
size_t frame_write(uint8_t *out, enum opcode opcode, const uint8_t *payload, size_t length, uint32_t mask);

#endif

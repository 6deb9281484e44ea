/* Relay messages that carry who sent them, which one of its sender's it is, and when it was due. */
#ifndef MESSAGE_H
#define MESSAGE_H

#include "packet.h"

#define MESSAGE_MAX (80 * 1024)
#define STAMP_BYTES 24
#define PAYLOAD_OF_OBJECTS 0

/* `due_ns` is when the message should have left, so that a late generator is seen, never forgiven. */
struct stamp {
    uint32_t magic, sender, sequence, measured;
    uint64_t due_ns;
};

struct message {
    uint8_t bytes[MESSAGE_MAX];
    size_t length, stamp_at;
};

/* A message of `event`; its payload is binary of `payload_bytes`, or for PAYLOAD_OF_OBJECTS what a game's
   state looks like: a list of the stamp and eight maps of numbers. */
void message_build(struct message *message, const char *event, uint32_t payload_bytes);

void message_stamp(struct message *message, struct stamp stamp);

/* The stamp in a payload at which the reader stands; false if it carries none. */
bool stamp_read(struct reader payload, struct stamp *stamp);

#endif

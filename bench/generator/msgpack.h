/* As much of msgpack as Socket.IO packets need: a reader that can skip anything, a writer of small values. */
#ifndef MSGPACK_H
#define MSGPACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Reading past the end, or a value of another type than asked for, sets `failed` and yields zeros. */
struct reader {
    const uint8_t *at, *end;
    bool failed;
};

struct slice {
    const uint8_t *data;
    size_t length;
};

uint32_t read_map(struct reader *reader);
uint32_t read_array(struct reader *reader);
uint64_t read_unsigned(struct reader *reader);
struct slice read_text(struct reader *reader);
struct slice read_binary(struct reader *reader);
bool read_bool(struct reader *reader);
void read_skip(struct reader *reader);

bool next_is_text(const struct reader *reader);
bool next_is_binary(const struct reader *reader);
bool next_is_array(const struct reader *reader);
bool next_is_nil(const struct reader *reader);
bool slice_is(struct slice slice, const char *text);

/* Each returns where the next value goes; the caller provides the room. */
uint8_t *write_map(uint8_t *at, uint32_t pairs);
uint8_t *write_array(uint8_t *at, uint32_t items);
uint8_t *write_unsigned(uint8_t *at, uint64_t value);
uint8_t *write_double(uint8_t *at, double value);
uint8_t *write_bool(uint8_t *at, bool value);
uint8_t *write_text(uint8_t *at, const char *text);
uint8_t *write_text_slice(uint8_t *at, struct slice text);

/* Writes the header only and leaves the content to the caller. */
uint8_t *write_binary_header(uint8_t *at, uint32_t length);

#endif

/* A growing run of bytes, taken from the front and added to at the back. */
#ifndef BYTES_H
#define BYTES_H

#include <stddef.h>
#include <stdint.h>

struct bytes {
    uint8_t *data;
    size_t start, end, capacity;
};

static inline size_t bytes_length(const struct bytes *bytes) { return bytes->end - bytes->start; }

static inline uint8_t *bytes_front(const struct bytes *bytes) { return bytes->data + bytes->start; }

void bytes_append(struct bytes *bytes, const void *data, size_t length);

/* Room for `length` more bytes at the back; commit what was written with `bytes->end += n`. */
uint8_t *bytes_reserve(struct bytes *bytes, size_t length);

/* Drop `length` bytes from the front; an emptied run keeps its memory only while it is small. */
void bytes_consume(struct bytes *bytes, size_t length);

void bytes_free(struct bytes *bytes);

#endif

#include "bytes.h"

#include <stdlib.h>
#include <string.h>

#include "fail.h"

#define KEPT_WHEN_EMPTY 65536

uint8_t *bytes_reserve(struct bytes *bytes, size_t length) {
    if (bytes->end + length > bytes->capacity && bytes->start > 0) {
        memmove(bytes->data, bytes_front(bytes), bytes_length(bytes));
        bytes->end -= bytes->start;
        bytes->start = 0;
    }
    if (bytes->end + length > bytes->capacity) {
        size_t capacity = bytes->capacity ? bytes->capacity * 2 : 1024;
        while (capacity < bytes->end + length) capacity *= 2;
        bytes->data = realloc(bytes->data, capacity);
        if (bytes->data == NULL) fail("out of memory");
        bytes->capacity = capacity;
    }
    return bytes->data + bytes->end;
}

void bytes_append(struct bytes *bytes, const void *data, size_t length) {
    memcpy(bytes_reserve(bytes, length), data, length);
    bytes->end += length;
}

void bytes_consume(struct bytes *bytes, size_t length) {
    bytes->start += length;
    if (bytes->start < bytes->end) return;
    bytes->start = bytes->end = 0;
    if (bytes->capacity > KEPT_WHEN_EMPTY) bytes_free(bytes);
}

void bytes_free(struct bytes *bytes) {
    free(bytes->data);
    *bytes = (struct bytes){0};
}

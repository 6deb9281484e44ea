#include "msgpack.h"

#include <string.h>

static const uint8_t *take(struct reader *reader, size_t length) {
    static const uint8_t zeros[8];
    if (reader->failed || (size_t)(reader->end - reader->at) < length) {
        reader->failed = true;
        return length <= sizeof zeros ? zeros : NULL;
    }
    const uint8_t *at = reader->at;
    reader->at += length;
    return at;
}

static uint64_t take_number(struct reader *reader, size_t width) {
    const uint8_t *at = take(reader, width);
    uint64_t value = 0;
    for (size_t i = 0; i < width; i++) value = value << 8 | at[i];
    return value;
}

static uint64_t wrong_type(struct reader *reader) {
    reader->failed = true;
    return 0;
}

static uint8_t peek(const struct reader *reader) {
    return reader->failed || reader->at >= reader->end ? 0xc1 : *reader->at;  /* 0xc1 is never used */
}

uint32_t read_map(struct reader *reader) {
    uint8_t tag = (uint8_t)take_number(reader, 1);
    if ((tag & 0xf0) == 0x80) return tag & 0x0f;
    if (tag == 0xde) return (uint32_t)take_number(reader, 2);
    if (tag == 0xdf) return (uint32_t)take_number(reader, 4);
    return (uint32_t)wrong_type(reader);
}

uint32_t read_array(struct reader *reader) {
    uint8_t tag = (uint8_t)take_number(reader, 1);
    if ((tag & 0xf0) == 0x90) return tag & 0x0f;
    if (tag == 0xdc) return (uint32_t)take_number(reader, 2);
    if (tag == 0xdd) return (uint32_t)take_number(reader, 4);
    return (uint32_t)wrong_type(reader);
}

uint64_t read_unsigned(struct reader *reader) {
    uint8_t tag = (uint8_t)take_number(reader, 1);
    if (tag < 0x80) return tag;
    if (tag >= 0xcc && tag <= 0xcf) return take_number(reader, (size_t)1 << (tag - 0xcc));
    return wrong_type(reader);
}

static struct slice take_slice(struct reader *reader, size_t length) {
    const uint8_t *at = take(reader, length);
    return reader->failed ? (struct slice){0} : (struct slice){at, length};
}

struct slice read_text(struct reader *reader) {
    uint8_t tag = (uint8_t)take_number(reader, 1);
    size_t length = 0;
    if ((tag & 0xe0) == 0xa0) length = tag & 0x1f;
    else if (tag >= 0xd9 && tag <= 0xdb) length = take_number(reader, (size_t)1 << (tag - 0xd9));
    else wrong_type(reader);
    return take_slice(reader, length);
}

struct slice read_binary(struct reader *reader) {
    uint8_t tag = (uint8_t)take_number(reader, 1);
    size_t length = 0;
    if (tag >= 0xc4 && tag <= 0xc6) length = take_number(reader, (size_t)1 << (tag - 0xc4));
    else wrong_type(reader);
    return take_slice(reader, length);
}

bool read_bool(struct reader *reader) {
    uint8_t tag = (uint8_t)take_number(reader, 1);
    if (tag != 0xc2 && tag != 0xc3) wrong_type(reader);
    return tag == 0xc3;
}

void read_skip(struct reader *reader) {
    uint64_t values = 1;
    while (values > 0 && !reader->failed) {
        values--;
        uint8_t tag = (uint8_t)take_number(reader, 1);
        if (tag < 0x80 || tag >= 0xe0) continue;
        if (tag < 0x90) values += 2u * (tag & 0x0f);
        else if (tag < 0xa0) values += tag & 0x0f;
        else if (tag < 0xc0) take(reader, tag & 0x1f);
        else if (tag == 0xc0 || tag == 0xc2 || tag == 0xc3) continue;
        else if (tag >= 0xc4 && tag <= 0xc6) take(reader, take_number(reader, (size_t)1 << (tag - 0xc4)));
        else if (tag >= 0xc7 && tag <= 0xc9) take(reader, take_number(reader, (size_t)1 << (tag - 0xc7)) + 1);
        else if (tag == 0xca) take(reader, 4);
        else if (tag == 0xcb) take(reader, 8);
        else if (tag >= 0xcc && tag <= 0xcf) take(reader, (size_t)1 << (tag - 0xcc));
        else if (tag >= 0xd0 && tag <= 0xd3) take(reader, (size_t)1 << (tag - 0xd0));
        else if (tag >= 0xd4 && tag <= 0xd8) take(reader, ((size_t)1 << (tag - 0xd4)) + 1);
        else if (tag >= 0xd9 && tag <= 0xdb) take(reader, take_number(reader, (size_t)1 << (tag - 0xd9)));
        else if (tag == 0xdc) values += take_number(reader, 2);
        else if (tag == 0xdd) values += take_number(reader, 4);
        else if (tag == 0xde) values += 2 * take_number(reader, 2);
        else if (tag == 0xdf) values += 2 * take_number(reader, 4);
        else wrong_type(reader);
    }
}

bool next_is_text(const struct reader *reader) {
    uint8_t tag = peek(reader);
    return (tag & 0xe0) == 0xa0 || (tag >= 0xd9 && tag <= 0xdb);
}

bool next_is_binary(const struct reader *reader) {
    uint8_t tag = peek(reader);
    return tag >= 0xc4 && tag <= 0xc6;
}

bool next_is_array(const struct reader *reader) {
    uint8_t tag = peek(reader);
    return (tag & 0xf0) == 0x90 || tag == 0xdc || tag == 0xdd;
}

bool next_is_nil(const struct reader *reader) { return peek(reader) == 0xc0; }

bool slice_is(struct slice slice, const char *text) {
    return slice.length == strlen(text) && memcmp(slice.data, text, slice.length) == 0;
}

static uint8_t *write_number(uint8_t *at, uint64_t value, size_t width) {
    for (size_t i = width; i-- > 0; value >>= 8) at[i] = (uint8_t)value;
    return at + width;
}

uint8_t *write_map(uint8_t *at, uint32_t pairs) {
    if (pairs < 16) return write_number(at, 0x80 | pairs, 1);
    return write_number(write_number(at, 0xde, 1), pairs, 2);
}

uint8_t *write_array(uint8_t *at, uint32_t items) {
    if (items < 16) return write_number(at, 0x90 | items, 1);
    return write_number(write_number(at, 0xdc, 1), items, 2);
}

uint8_t *write_unsigned(uint8_t *at, uint64_t value) {
    if (value < 0x80) return write_number(at, value, 1);
    if (value <= UINT16_MAX) return write_number(write_number(at, 0xcd, 1), value, 2);
    if (value <= UINT32_MAX) return write_number(write_number(at, 0xce, 1), value, 4);
    return write_number(write_number(at, 0xcf, 1), value, 8);
}

uint8_t *write_double(uint8_t *at, double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return write_number(write_number(at, 0xcb, 1), bits, 8);
}

uint8_t *write_bool(uint8_t *at, bool value) { return write_number(at, value ? 0xc3 : 0xc2, 1); }

uint8_t *write_text_slice(uint8_t *at, struct slice text) {
    if (text.length < 32) at = write_number(at, 0xa0 | text.length, 1);
    else at = write_number(write_number(at, 0xda, 1), text.length, 2);
    memcpy(at, text.data, text.length);
    return at + text.length;
}

uint8_t *write_text(uint8_t *at, const char *text) {
    return write_text_slice(at, (struct slice){(const uint8_t *)text, strlen(text)});
}

uint8_t *write_binary_header(uint8_t *at, uint32_t length) {
    if (length <= UINT8_MAX) return write_number(write_number(at, 0xc4, 1), length, 1);
    if (length <= UINT16_MAX) return write_number(write_number(at, 0xc5, 1), length, 2);
    return write_number(write_number(at, 0xc6, 1), length, 4);
}

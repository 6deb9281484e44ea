#include "options.h"

#include <getopt.h>
#include <stddef.h>
#include <stdlib.h>

#include "fail.h"

static const struct option NAMES[] = {
    {"port", required_argument, NULL, 'p'},      {"server-pid", required_argument, NULL, 'P'},
    {"rooms", required_argument, NULL, 'r'},     {"room-size", required_argument, NULL, 's'},
    {"idle", required_argument, NULL, 'i'},      {"payload", required_argument, NULL, 'b'},
    {"in-flight", required_argument, NULL, 'f'}, {"rate", required_argument, NULL, 'R'},
    {"warm", required_argument, NULL, 'w'},      {"seconds", required_argument, NULL, 't'},
    {"drain", required_argument, NULL, 'd'},     {"collect", required_argument, NULL, 'c'},
    {"tick-us", required_argument, NULL, 'T'},   {"stalled", required_argument, NULL, 'S'},
    {NULL, 0, NULL, 0},
};

static double number(const char *text, double largest) {
    char *end;
    double value = strtod(text, &end);
    if (end == text || *end != '\0' || !(value >= 0 && value <= largest)) fail("not a number from 0 to %g: %s", largest, text);
    return value;
}

struct options options_read(int count, char **arguments) {
    struct options options = {.room_size = 8, .payload = 64, .in_flight = 50, .warm = 1, .seconds = 3, .drain = 2};
    int name;
    while ((name = getopt_long(count, arguments, "", NAMES, NULL)) != -1) {
        switch (name) {
            case 'p': options.port = (uint16_t)number(optarg, UINT16_MAX); break;
            case 'P': options.server = (pid_t)number(optarg, 1e9); break;
            case 'r': options.rooms = (uint32_t)number(optarg, 1e5); break;
            case 's': options.room_size = (uint32_t)number(optarg, 1000); break;
            case 'i': options.idle = (uint32_t)number(optarg, 1e5); break;
            case 'b': options.payload = (uint32_t)number(optarg, 65536); break;
            case 'f': options.in_flight = (uint32_t)number(optarg, 1e4); break;
            case 'R': options.rate = number(optarg, 1e8); break;
            case 'w': options.warm = number(optarg, 3600); break;
            case 't': options.seconds = number(optarg, 3600); break;
            case 'd': options.drain = number(optarg, 60); break;
            case 'c': options.collect = number(optarg, 1) > 0; break;
            case 'T': options.tick_ns = (uint64_t)number(optarg, 1e5) * 1000; break;
            case 'S': options.stalled = (uint32_t)number(optarg, 1e5); break;
            default: fail("usage: generator [options] fanout|star|echo|storm|idle");
        }
    }
    if (optind != count - 1) fail("usage: generator [options] fanout|star|echo|storm|idle");
    options.scenario = arguments[optind];
    return options;
}

#include "swarm.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "fail.h"
#include "websocket.h"

#define RECEIVE_BYTES (256 * 1024)
#define PACKET_MAX (128 * 1024)
#define EVENTS_PER_POLL 512

static const char UPGRADE[] =
    "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n"
    "Host: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: " WEBSOCKET_KEY "\r\nSec-WebSocket-Version: 13\r\n\r\n";

void swarm_create(struct swarm *swarm, uint16_t port, uint32_t count) {
    *swarm = (struct swarm){
        .epoll = epoll_create1(EPOLL_CLOEXEC),
        .server = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)},
        .clients = calloc(count ? count : 1, sizeof(struct client)),
        .count = count,
        .mask = 0x9e3779b9,
    };
    if (swarm->epoll < 0 || swarm->clients == NULL) fail("cannot make a swarm of %u", count);
    for (uint32_t i = 0; i < count; i++) swarm->clients[i] = (struct client){.fd = -1, .index = i};
}

static void watch(struct swarm *swarm, struct client *client, int operation, uint32_t events) {
    struct epoll_event event = {.events = events, .data.u32 = client->index};
    if (epoll_ctl(swarm->epoll, operation, client->fd, &event) < 0) fail("epoll_ctl: %s", strerror(errno));
}

void swarm_open(struct swarm *swarm, uint32_t index) {
    struct client *client = &swarm->clients[index];
    client->begun_ns = now_ns();
    client->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (client->fd < 0) fail("socket: %s (is the limit of open files high enough?)", strerror(errno));
    int on = 1;
    setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(client->fd, IPPROTO_TCP, TCP_CONGESTION, "reno", 4); /* nothing paces what is sent when it is due */
    if (connect(client->fd, (struct sockaddr *)&swarm->server, sizeof swarm->server) < 0 && errno != EINPROGRESS)
        fail("connect: %s", strerror(errno));
    client->stage = STAGE_CONNECTING;
    client->waits_for_room = true;
    watch(swarm, client, EPOLL_CTL_ADD, EPOLLIN | EPOLLOUT);
}

void swarm_drop(struct swarm *swarm, struct client *client) {
    (void)swarm;
    if (client->stage == STAGE_CLOSED) return;
    struct linger reset = {.l_onoff = 1, .l_linger = 0};
    setsockopt(client->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    close(client->fd);
    client->fd = -1;
    client->stage = STAGE_CLOSED;
    bytes_free(&client->in);
    bytes_free(&client->out);
}

void swarm_stall(struct swarm *swarm, struct client *client) {
    client->stalled = true;
    /* Its own kernel would read megabytes for it: from the server's end such a member is no different from one
       that reads. */
    int least = 4096;
    setsockopt(client->fd, SOL_SOCKET, SO_RCVBUF, &least, sizeof least);
    watch(swarm, client, EPOLL_CTL_MOD, 0); /* a reset is reported all the same */
}

static void lost(struct swarm *swarm, struct client *client, const char *why) {
    if (client->stage != STAGE_READY) fail("connection %u ended before it was ready: %s", client->index, why);
    swarm->closed++;
    swarm_drop(swarm, client);
}

static void flush(struct swarm *swarm, struct client *client) {
    while (bytes_length(&client->out) > 0) {
        ssize_t sent = send(client->fd, bytes_front(&client->out), bytes_length(&client->out), MSG_NOSIGNAL);
        if (sent < 0 && errno == EAGAIN) break;
        if (sent < 0) return lost(swarm, client, strerror(errno));
        bytes_consume(&client->out, (size_t)sent);
    }
    bool waits = bytes_length(&client->out) > 0;
    if (waits != client->waits_for_room) watch(swarm, client, EPOLL_CTL_MOD, EPOLLIN | (waits ? EPOLLOUT : 0));
    client->waits_for_room = waits;
}

static uint32_t next_mask(struct swarm *swarm) {
    /* xorshift32 never yields 0, so that every frame costs the server its unmasking */
    swarm->mask ^= swarm->mask << 13;
    swarm->mask ^= swarm->mask >> 17;
    swarm->mask ^= swarm->mask << 5;
    return swarm->mask;
}

static void send_frame(struct swarm *swarm, struct client *client, enum opcode opcode, const uint8_t *payload,
                       size_t length) {
    if (client->stage == STAGE_CLOSED) return;
    uint8_t *out = bytes_reserve(&client->out, length + FRAME_HEADER_MAX);
    client->out.end += frame_write(out, opcode, payload, length, next_mask(swarm));
    if (!client->waits_for_room) flush(swarm, client);
}

void swarm_send(struct swarm *swarm, struct client *client, const uint8_t *packet, size_t length) {
    if (length > PACKET_MAX) fail("a packet of %zu bytes is too large", length);
    send_frame(swarm, client, OPCODE_BINARY, packet, length);
}

static void send_connect(struct swarm *swarm, struct client *client) {
    uint8_t packet[64], *at = write_map(packet, 3);
    at = write_text(at, "type");
    at = write_unsigned(at, PACKET_CONNECT);
    at = write_text(at, "nsp");
    at = write_text(at, "/");
    at = write_text(at, "data");
    at = write_map(at, 0);
    swarm_send(swarm, client, packet, (size_t)(at - packet));
    client->stage = STAGE_JOINING;
}

static void note_refusal(struct swarm *swarm, struct packet packet) {
    uint32_t arguments;
    struct slice name = event_open(&packet, &arguments);
    bool error = slice_is(name, "error");
    if (!error && !slice_is(name, "closing")) return;
    swarm->errors += error;
    struct reader code = map_find(packet.data, "code");
    struct slice text = read_text(&code);
    snprintf(swarm->last_code, sizeof swarm->last_code, "%.*s", (int)text.length, (const char *)text.data);
}

static void on_packet(struct swarm *swarm, struct client *client, const struct frame *frame, uint64_t received_ns) {
    struct packet packet;
    if (!packet_read(frame->payload, frame->length, &packet)) fail("the server sent an invalid packet");
    switch (packet.type) {
        case PACKET_CONNECT:
            client->stage = STAGE_READY;
            swarm->handler.ready(swarm, client);
            return;
        case PACKET_DISCONNECT:
            return lost(swarm, client, "DISCONNECT");
        case PACKET_ERROR:
            return lost(swarm, client, "CONNECT_ERROR");
        case PACKET_EVENT:
            note_refusal(swarm, packet);
            break;
        case PACKET_ACK:
            break;
    }
    swarm->handler.packet(swarm, client, &packet, received_ns);
}

static void on_text(struct swarm *swarm, struct client *client, const struct frame *frame) {
    switch (frame->length > 0 ? frame->payload[0] : 0) {
        case '0':
            if (client->stage == STAGE_OPENING) send_connect(swarm, client);
            break;
        case '1':
            lost(swarm, client, "Engine.IO CLOSE");
            break;
        case '2':
            send_frame(swarm, client, OPCODE_TEXT, (const uint8_t *)"3", 1);
            break;
        case '6':
            break;
        default:
            fail("unexpected text frame: %.*s", (int)frame->length, (const char *)frame->payload);
    }
}

static void on_frame(struct swarm *swarm, struct client *client, const struct frame *frame, uint64_t received_ns) {
    switch (frame->opcode) {
        case OPCODE_BINARY:
            return on_packet(swarm, client, frame, received_ns);
        case OPCODE_TEXT:
            return on_text(swarm, client, frame);
        case OPCODE_PING:
            return send_frame(swarm, client, OPCODE_PONG, frame->payload, frame->length);
        case OPCODE_CLOSE:
            return lost(swarm, client, "WebSocket close");
        case OPCODE_PONG:
            return;
    }
}

static size_t parse_upgrade(struct client *client, const uint8_t *bytes, size_t length) {
    const uint8_t *end = memmem(bytes, length, "\r\n\r\n", 4);
    if (end == NULL) return 0;
    size_t head = (size_t)(end - bytes) + 4;
    if (memcmp(bytes, "HTTP/1.1 101", 12) != 0 || memmem(bytes, head, WEBSOCKET_ACCEPT, 28) == NULL)
        fail("the upgrade was refused: %.*s", (int)(head < 200 ? head : 200), (const char *)bytes);
    client->stage = STAGE_OPENING;
    return head;
}

/* Bytes of whole messages handled; the rest waits for more. */
static size_t parse(struct swarm *swarm, struct client *client, uint8_t *bytes, size_t length,
                    uint64_t received_ns) {
    size_t done = 0;
    if (client->stage == STAGE_UPGRADING) {
        done = parse_upgrade(client, bytes, length);
        if (done == 0) return 0;
    }
    struct frame frame;
    ssize_t consumed;
    while ((consumed = frame_read(bytes + done, length - done, &frame)) > 0) {
        on_frame(swarm, client, &frame, received_ns);
        if (client->stage == STAGE_CLOSED) return length;
        done += (size_t)consumed;
    }
    if (consumed < 0) fail("the server sent a fragmented or reserved frame");
    return done;
}

static void receive(struct swarm *swarm, struct client *client) {
    static uint8_t shared[RECEIVE_BYTES];
    bool pending = bytes_length(&client->in) > 0;
    uint8_t *into = pending ? bytes_reserve(&client->in, RECEIVE_BYTES) : shared;
    ssize_t got = recv(client->fd, into, RECEIVE_BYTES, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) return lost(swarm, client, got == 0 ? "end of stream" : strerror(errno));
    uint64_t received_ns = now_ns();
    if (pending) {
        client->in.end += (size_t)got;
        size_t done = parse(swarm, client, bytes_front(&client->in), bytes_length(&client->in), received_ns);
        if (client->stage != STAGE_CLOSED) bytes_consume(&client->in, done);
    } else {
        size_t done = parse(swarm, client, shared, (size_t)got, received_ns);
        if (client->stage != STAGE_CLOSED && done < (size_t)got)
            bytes_append(&client->in, shared + done, (size_t)got - done);
    }
}

static void connected(struct swarm *swarm, struct client *client) {
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(client->fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) fail("connect: %s", strerror(error));
    bytes_append(&client->out, UPGRADE, sizeof UPGRADE - 1);
    client->stage = STAGE_UPGRADING;
    flush(swarm, client);
}

bool swarm_poll(struct swarm *swarm, uint64_t timeout_ns) {
    struct epoll_event events[EVENTS_PER_POLL];
    struct timespec timeout = {(time_t)(timeout_ns / SECOND), (long)(timeout_ns % SECOND)};
    int count = epoll_pwait2(swarm->epoll, events, EVENTS_PER_POLL, &timeout, NULL);
    if (count < 0 && errno != EINTR) fail("epoll_pwait2: %s", strerror(errno));
    for (int i = 0; i < count; i++) {
        struct client *client = &swarm->clients[events[i].data.u32];
        if (client->stalled && client->stage != STAGE_CLOSED) {
            swarm->stalled_closed++;
            swarm_drop(swarm, client);
        }
        if (client->stage == STAGE_CONNECTING && (events[i].events & (EPOLLOUT | EPOLLERR | EPOLLHUP)))
            connected(swarm, client);
        else if (client->stage != STAGE_CLOSED && (events[i].events & EPOLLOUT))
            flush(swarm, client);
        if (client->stage > STAGE_CONNECTING && (events[i].events & (EPOLLIN | EPOLLERR | EPOLLHUP)))
            receive(swarm, client);
    }
    return count == EVENTS_PER_POLL;
}

#include "relay.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fail.h"

#define EVENTS_PER_POLL 512
#define RECEIVE_BYTES (256 * 1024)

static const char UPGRADED[] =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Accept: " WEBSOCKET_ACCEPT "\r\n\r\n";
static const char OPEN[] =
    "0{\"sid\":\"relay\",\"upgrades\":[],\"pingInterval\":600000,\"pingTimeout\":600000,\"maxPayload\":1000000}";

static int epoll;
static struct peer *peers; /* by file descriptor */
static int peers_max;
static struct peer **dirty;
static int dirty_count;

static void mark(struct peer *peer) {
    if (peer->dirty) return;
    peer->dirty = true;
    dirty[dirty_count++] = peer;
}

void relay_post(struct peer *peer, enum opcode opcode, const uint8_t *payload, size_t length) {
    uint8_t *out = bytes_reserve(&peer->out, length + FRAME_HEADER_MAX);
    peer->out.end += frame_write(out, opcode, payload, length, FRAME_NO_MASK);
    mark(peer);
}

static void end(struct peer *peer) {
    rooms_leave(peer);
    close(peer->fd);
    bytes_free(&peer->in);
    bytes_free(&peer->out);
    *peer = (struct peer){.fd = -1, .dirty = peer->dirty};
}

static void flush(struct peer *peer) {
    peer->dirty = false;
    while (peer->fd >= 0 && bytes_length(&peer->out) > 0) {
        ssize_t sent = send(peer->fd, bytes_front(&peer->out), bytes_length(&peer->out), MSG_NOSIGNAL);
        if (sent < 0 && errno == EAGAIN) return mark(peer); /* tried again next turn: the client always reads */
        if (sent < 0) return end(peer);
        bytes_consume(&peer->out, (size_t)sent);
    }
}

static void upgrade(struct peer *peer) {
    const uint8_t *blank = memmem(bytes_front(&peer->in), bytes_length(&peer->in), "\r\n\r\n", 4);
    if (blank == NULL) return;
    bytes_consume(&peer->in, (size_t)(blank + 4 - bytes_front(&peer->in)));
    peer->upgraded = true;
    snprintf(peer->sid, sizeof peer->sid, "peer%d", peer->fd);
    bytes_append(&peer->out, UPGRADED, sizeof UPGRADED - 1);
    relay_post(peer, OPCODE_TEXT, (const uint8_t *)OPEN, sizeof OPEN - 1);
}

static void receive(struct peer *peer) {
    uint8_t *into = bytes_reserve(&peer->in, RECEIVE_BYTES);
    ssize_t got = recv(peer->fd, into, RECEIVE_BYTES, 0);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) return end(peer);
    peer->in.end += (size_t)got;
    if (!peer->upgraded) upgrade(peer);
    struct frame frame;
    ssize_t consumed;
    while (peer->upgraded && (consumed = frame_read(bytes_front(&peer->in), bytes_length(&peer->in), &frame)) != 0) {
        if (consumed < 0 || frame.opcode == OPCODE_CLOSE) return end(peer);
        if (frame.opcode == OPCODE_BINARY) rooms_handle(peer, frame.payload, frame.length);
        bytes_consume(&peer->in, (size_t)consumed);
    }
}

static void accept_all(int listener) {
    int fd, on = 1;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        if (fd >= peers_max) fail("too many connections");
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        peers[fd] = (struct peer){.fd = fd, .dirty = peers[fd].dirty};
        struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
        if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0) fail("epoll_ctl: %s", strerror(errno));
    }
}

static int listen_on(uint16_t port) {
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0 || listen(listener, 1024) < 0)
        fail("port %u: %s", port, strerror(errno));
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event) < 0) fail("epoll_ctl: %s", strerror(errno));
    return listener;
}

static void prepare(void) {
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    peers_max = files.rlim_cur > 100000 ? 100000 : (int)files.rlim_cur;
    peers = calloc((size_t)peers_max, sizeof *peers);
    dirty = calloc((size_t)peers_max, sizeof *dirty);
    epoll = epoll_create1(EPOLL_CLOEXEC);
    if (peers == NULL || dirty == NULL || epoll < 0) fail("out of memory");
}

int main(int count, char **arguments) {
    if (count != 2) fail("usage: relay PORT");
    prepare();
    int listener = listen_on((uint16_t)atoi(arguments[1]));
    for (;;) {
        struct epoll_event events[EVENTS_PER_POLL];
        int ready = epoll_wait(epoll, events, EVENTS_PER_POLL, dirty_count > 0 ? 1 : -1);
        for (int i = 0; i < ready; i++) {
            if (events[i].data.fd == listener) accept_all(listener);
            else if (peers[events[i].data.fd].fd >= 0) receive(&peers[events[i].data.fd]);
        }
        int turn = dirty_count;
        dirty_count = 0;
        /* A peer that is marked again goes to a place that this loop has already left. */
        for (int i = 0; i < turn; i++) flush(dirty[i]);
    }
}

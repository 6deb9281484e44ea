#include "account.h"

#include <stdlib.h>

#include "fail.h"

void account_create(struct account *account, uint32_t rooms, uint32_t room_size) {
    *account = (struct account){.room_size = room_size, .clients = rooms * room_size};
    account->last_seen = calloc((size_t)account->clients * room_size + 1, sizeof *account->last_seen);
    account->sent = calloc((size_t)account->clients + 1, sizeof *account->sent);
    if (account->last_seen == NULL || account->sent == NULL) fail("out of memory");
}

struct stamp account_send(struct account *account, uint32_t sender, uint32_t receivers, bool reliable, bool measured,
                          uint64_t due_ns) {
    struct tally *tally = reliable ? &account->reliable : &account->newest;
    tally->expected += receivers;
    if (measured) tally->measured_expected += receivers;
    return (struct stamp){
        .sender = sender, .sequence = ++account->sent[sender], .measured = measured, .due_ns = due_ns};
}

void account_receive(struct account *account, uint32_t receiver, const struct stamp *stamp, bool reliable,
                     uint64_t received_ns) {
    bool stranger = stamp->sender >= account->clients || receiver >= account->clients ||
                    stamp->sender / account->room_size != receiver / account->room_size ||
                    stamp->sender == receiver;
    if (stranger) {
        account->strangers++;
        return;
    }
    uint32_t *last = &account->last_seen[(size_t)receiver * account->room_size + stamp->sender % account->room_size];
    if (stamp->sequence <= *last) {
        account->repeats++;
        return;
    }
    if (reliable) account->gaps += stamp->sequence - *last - 1;
    *last = stamp->sequence;
    struct tally *tally = reliable ? &account->reliable : &account->newest;
    tally->delivered++;
    if (!stamp->measured) return;
    tally->measured_delivered++;
    histogram_add(&account->latency, received_ns - stamp->due_ns);
}

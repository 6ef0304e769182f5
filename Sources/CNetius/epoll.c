#include "CNetius.h"

#if defined(__linux__)
#include <sys/epoll.h>

int netius_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

int netius_epoll_add(int poller, int descriptor, uint64_t token, int reads_only) {
    uint32_t directions = reads_only ? EPOLLIN : EPOLLIN | EPOLLOUT | EPOLLRDHUP;
    struct epoll_event event = {.events = directions | EPOLLET, .data.u64 = token};
    return epoll_ctl(poller, EPOLL_CTL_ADD, descriptor, &event);
}

int netius_epoll_remove(int poller, int descriptor) {
    struct epoll_event ignored = {0};
    return epoll_ctl(poller, EPOLL_CTL_DEL, descriptor, &ignored);
}

int netius_epoll_wait(int poller, struct netius_event *events, int milliseconds) {
    struct epoll_event found[NETIUS_EVENT_CAPACITY];
    int count = epoll_wait(poller, found, NETIUS_EVENT_CAPACITY, milliseconds);
    for (int i = 0; i < count; i++) {
        uint32_t flags = found[i].events;
        uint32_t readiness = 0;
        if (flags & EPOLLIN) readiness |= NETIUS_READABLE;
        if (flags & EPOLLOUT) readiness |= NETIUS_WRITABLE;
        if (flags & EPOLLRDHUP) readiness |= NETIUS_READABLE | NETIUS_HUNG_UP;
        // Reads and writes go through, to learn what broke.
        if (flags & (EPOLLERR | EPOLLHUP)) {
            readiness |= NETIUS_READABLE | NETIUS_WRITABLE | NETIUS_HUNG_UP | NETIUS_BROKEN;
        }
        events[i].token = found[i].data.u64;
        events[i].readiness = readiness;
    }
    return count;
}
#endif

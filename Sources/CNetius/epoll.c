#include "CNetius.h"

#if defined(__linux__)
int netius_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

int netius_epoll_add(int poller, int descriptor, uint64_t token) {
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.u64 = token};
    return epoll_ctl(poller, EPOLL_CTL_ADD, descriptor, &event);
}

int netius_epoll_remove(int poller, int descriptor) {
    struct epoll_event ignored = {0};
    return epoll_ctl(poller, EPOLL_CTL_DEL, descriptor, &ignored);
}
#endif

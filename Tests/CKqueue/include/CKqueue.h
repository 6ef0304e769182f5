// The part of Darwin's <sys/event.h> that the kqueue poller uses, for Linux, where it is emulated over epoll(7): so
// that the poller is compiled there and the runtime's tests run over it. This checks our use of the interface as its
// manual describes it; it says nothing about Darwin's kernel.
#ifndef CKQUEUE_H
#define CKQUEUE_H

#include <stdint.h>
#include <time.h>

// Filters.
#define EVFILT_READ (-1)
#define EVFILT_WRITE (-2)

// Actions.
#define EV_ADD 0x0001
#define EV_DELETE 0x0002
// Flags.
#define EV_CLEAR 0x0020
// Returned values.
#define EV_EOF 0x8000

struct kevent {
    uintptr_t ident;
    int16_t filter;
    uint16_t flags;
    uint32_t fflags;
    intptr_t data;
    void *udata;
};

// A new queue. Close it with close(2).
int kqueue(void);

// Applies the changes; then, if there is room for events, waits for some. EV_ADD only together with EV_CLEAR. There
// must be room for two events or more, since a descriptor may have one of each filter. -1 with errno: also when one of
// the changes was refused, and those after it were not applied.
int kevent(
    int queue, const struct kevent *changes, int change_count, struct kevent *events, int event_capacity,
    const struct timespec *timeout);

#endif

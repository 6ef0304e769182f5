#define _GNU_SOURCE
#include "CNetius.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#if defined(__linux__)
#include <sys/eventfd.h>
#endif

int netius_prepare_descriptor(int descriptor) {
    int flags = fcntl(descriptor, F_GETFL);
    if (flags < 0 || fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) < 0) return -1;
    flags = fcntl(descriptor, F_GETFD);
    if (flags < 0 || fcntl(descriptor, F_SETFD, flags | FD_CLOEXEC) < 0) return -1;
    return 0;
}

int netius_duplicate_descriptor(int descriptor) { return fcntl(descriptor, F_DUPFD_CLOEXEC, 0); }

#if !defined(__linux__)
static int prepared(int descriptor) {
    if (descriptor >= 0 && netius_prepare_descriptor(descriptor) < 0) {
        int reason = errno;
        close(descriptor);
        errno = reason;
        return -1;
    }
    return descriptor;
}
#endif

int netius_accept(int listener, void *address, uint32_t *length) {
#if defined(__linux__)
    return accept4(listener, address, length, SOCK_NONBLOCK | SOCK_CLOEXEC);
#else
    return prepared(accept(listener, address, length));
#endif
}

int netius_socket(int family, int type, int protocol) {
#if defined(__linux__)
    return socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
#else
    int descriptor = prepared(socket(family, type, protocol));
    int one = 1;
    if (descriptor >= 0) setsockopt(descriptor, SOL_SOCKET, SO_NOSIGPIPE, &one, sizeof one);
    return descriptor;
#endif
}

int netius_pipe_open(int descriptors[2]) {
#if defined(__linux__)
    return pipe2(descriptors, O_CLOEXEC);
#else
    if (pipe(descriptors) < 0) return -1;
    fcntl(descriptors[0], F_SETFD, FD_CLOEXEC);
    fcntl(descriptors[1], F_SETFD, FD_CLOEXEC);
    return 0;
#endif
}

int netius_waker_open(int descriptors[2]) {
#if defined(__linux__)
    descriptors[0] = descriptors[1] = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    return descriptors[0] < 0 ? -1 : 0;
#else
    if (pipe(descriptors) < 0) return -1;
    if (netius_prepare_descriptor(descriptors[0]) == 0 && netius_prepare_descriptor(descriptors[1]) == 0) return 0;
    int reason = errno;
    close(descriptors[0]);
    close(descriptors[1]);
    errno = reason;
    return -1;
#endif
}

// A full pipe, or a counter at its maximum, is a wake that is already pending: the result does not matter.
void netius_waker_signal(int descriptor) {
    uint64_t one = 1;
    while (write(descriptor, &one, sizeof one) < 0 && errno == EINTR) {
    }
}

// An eventfd needs none: each write to it is an edge of its own, whatever the count.
void netius_waker_clear(int descriptor) {
#if defined(__linux__)
    (void)descriptor;
#else
    uint64_t discarded[64];
    ssize_t got;
    do {
        got = read(descriptor, discarded, sizeof discarded);
    } while (got == sizeof discarded || (got < 0 && errno == EINTR));
#endif
}

// What Swift cannot see of the C library: variadic functions, macros, and what Glibc's overlay hides.
#ifndef CNETIUS_H
#define CNETIUS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>

// MARK: the loop of the current thread

// The event loop that runs on this thread, or null.
void *netius_current_loop(void);
void netius_set_current_loop(void *loop);

// MARK: descriptors

// Sets O_NONBLOCK and FD_CLOEXEC. 0, or -1 with errno.
int netius_prepare_descriptor(int descriptor);
// accept(2) with both flags set, in one call where the system has one.
int netius_accept(int listener, struct sockaddr *address, socklen_t *length);
// socket(2) with both flags set, in one call where the system has one.
int netius_socket(int family, int type, int protocol);
// A descriptor that becomes readable when netius_waker_signal is called on the other; the same one on Linux.
int netius_waker_open(int descriptors[2]);
void netius_waker_signal(int descriptor);
void netius_waker_clear(int descriptor);

// MARK: the machine

// Processors that this process may run on, at least 1.
int netius_available_processors(void);
// Nanoseconds of the real-time clock since 1970, which fit until the year 2262. A number, since Swift's optimized builds
// can't see the members of `struct timespec` (it belongs to a module that can't be imported).
int64_t netius_real_time(void);
// The environment: strings `NAME=value`, then null.
char **netius_environment(void);

// MARK: signals

// Makes each of the signals write its number, as one byte, to `descriptor`; a second arrival of any ends the process.
// 0, or -1 with errno.
int netius_catch_signals(const int *signals, int count, int descriptor);
// Gives the signals back their default disposition.
void netius_release_signals(const int *signals, int count);
// Ignores SIGPIPE for the process.
void netius_ignore_sigpipe(void);

// MARK: epoll (Linux)

#if defined(__linux__)
#include <sys/epoll.h>

int netius_epoll_create(void);
// Registers for both directions, edge-triggered. `token` comes back in each event.
int netius_epoll_add(int poller, int descriptor, uint64_t token);
int netius_epoll_remove(int poller, int descriptor);
static inline uint64_t netius_epoll_token(const struct epoll_event *event) { return event->data.u64; }
#endif

#endif

#define _GNU_SOURCE
#include "CNetius.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

static atomic_int destination = -1;
static atomic_bool asked;

// Async-signal-safe, like the one below: only write(2), signal(2) and raise(3).
static void tell(int number) {
    int reason = errno;
    unsigned char byte = (unsigned char)number;
    while (write(atomic_load(&destination), &byte, 1) < 0 && errno == EINTR) {
    }
    errno = reason;
}

static void tell_once(int number) {
    if (atomic_exchange(&asked, true)) {
        signal(number, SIG_DFL);
        raise(number);
    }
    tell(number);
}

static int set_handlers(const int *signals, int count, void (*handler)(int)) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < count; i++) {
        if (sigaction(signals[i], &action, NULL) < 0) return -1;
    }
    return 0;
}

int netius_catch_signals(const int *signals, int count, int descriptor) {
    atomic_store(&destination, descriptor);
    atomic_store(&asked, false);
    return set_handlers(signals, count, tell_once);
}

int netius_watch_signals(const int *signals, int count, int descriptor) {
    atomic_store(&destination, descriptor);
    return set_handlers(signals, count, tell);
}

void netius_release_signals(const int *signals, int count) {
    for (int i = 0; i < count; i++) signal(signals[i], SIG_DFL);
}

void netius_block_sigpipe(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
}

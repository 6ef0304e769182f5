#define _GNU_SOURCE
#include "CNetius.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

struct netius_lock {
    pthread_mutex_t mutex;
    pthread_cond_t condition;
};

struct netius_lock *netius_lock_create(void) {
    struct netius_lock *lock = malloc(sizeof *lock);
    if (lock == NULL) return NULL;
    pthread_mutex_init(&lock->mutex, NULL);
#if defined(__APPLE__)
    pthread_cond_init(&lock->condition, NULL);
#else
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&lock->condition, &attributes);
    pthread_condattr_destroy(&attributes);
#endif
    return lock;
}

void netius_lock_destroy(struct netius_lock *lock) {
    pthread_cond_destroy(&lock->condition);
    pthread_mutex_destroy(&lock->mutex);
    free(lock);
}

void netius_lock_acquire(struct netius_lock *lock) { pthread_mutex_lock(&lock->mutex); }

void netius_lock_release(struct netius_lock *lock) { pthread_mutex_unlock(&lock->mutex); }

void netius_lock_signal(struct netius_lock *lock) { pthread_cond_signal(&lock->condition); }

int netius_lock_wait(struct netius_lock *lock, int64_t milliseconds) {
    struct timespec until;
#if defined(__APPLE__)
    clock_gettime(CLOCK_REALTIME, &until);
#else
    clock_gettime(CLOCK_MONOTONIC, &until);
#endif
    until.tv_sec += milliseconds / 1000;
    until.tv_nsec += milliseconds % 1000 * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec += 1;
        until.tv_nsec -= 1000000000;
    }
    return pthread_cond_timedwait(&lock->condition, &lock->mutex, &until) == 0;
}

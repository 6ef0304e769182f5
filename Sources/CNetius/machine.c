#define _GNU_SOURCE
#include "CNetius.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#if defined(__linux__)
#include <sched.h>
#endif

int netius_available_processors(void) {
#if defined(__linux__)
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof allowed, &allowed) == 0 && CPU_COUNT(&allowed) > 0) return CPU_COUNT(&allowed);
#endif
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (int)online : 1;
}

void netius_name_thread(const char *name) {
#if defined(__APPLE__)
    pthread_setname_np(name);
#else
    pthread_setname_np(pthread_self(), name);
#endif
}

struct thread {
    void (*body)(void *);
    void *argument;
};

static void *run_thread(void *pointer) {
    struct thread thread = *(struct thread *)pointer;
    free(pointer);
    thread.body(thread.argument);
    return NULL;
}

int netius_start_thread(void (*body)(void *), void *argument) {
    struct thread *thread = malloc(sizeof *thread);
    if (thread == NULL) return ENOMEM;
    *thread = (struct thread){body, argument};
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_t started;
    int code = pthread_create(&started, &attributes, run_thread, thread);
    pthread_attr_destroy(&attributes);
    if (code != 0) free(thread);
    return code;
}

int64_t netius_real_time(void) {
    struct timespec now = {0, 0};
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

uint64_t netius_monotonic_time(void) {
    struct timespec now = {0, 0};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

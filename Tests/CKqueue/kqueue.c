#define _GNU_SOURCE
#include "CKqueue.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>

// What is registered for one descriptor: a filter for each direction, with what the caller gave it.
struct registration {
    bool reads, writes;
    void *read_data, *write_data;
};

// A queue is an epoll instance and this. It is found by the descriptor of the instance, and freed when the system gives
// that number to another queue, as nobody tells us that one was closed.
struct queue {
    struct registration *registrations;
    size_t capacity;
};

// Guards both, but not the waiting.
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct queue *queues;
static size_t queue_capacity;

// Makes room for the element `index` of an array whose elements start as zeros.
static bool reserve(void **array, size_t *capacity, size_t index, size_t element) {
    if (index < *capacity) return true;
    size_t larger = (index + 1) * 2;
    char *moved = realloc(*array, larger * element);
    if (moved == NULL) return false;
    memset(moved + *capacity * element, 0, (larger - *capacity) * element);
    *array = moved;
    *capacity = larger;
    return true;
}

int kqueue(void) {
    int descriptor = epoll_create1(EPOLL_CLOEXEC);
    if (descriptor < 0) return -1;
    pthread_mutex_lock(&lock);
    if (reserve((void **)&queues, &queue_capacity, descriptor, sizeof *queues)) {
        free(queues[descriptor].registrations);
        queues[descriptor] = (struct queue){0};
    }
    pthread_mutex_unlock(&lock);
    return descriptor;
}

static int failure(int code) {
    errno = code;
    return -1;
}

// Tells epoll which directions of a descriptor are wanted now. To be told of an end, a reader asks for it.
static int update(int queue, int operation, int descriptor, const struct registration *registration) {
    struct epoll_event event = {.events = EPOLLET, .data.fd = descriptor};
    if (registration->reads) event.events |= EPOLLIN | EPOLLRDHUP;
    if (registration->writes) event.events |= EPOLLOUT;
    return epoll_ctl(queue, operation, descriptor, &event);
}

static int add(int queue, int descriptor, struct registration *registration, bool reads, void *data) {
    struct registration before = *registration;
    if (reads) {
        registration->reads = true;
        registration->read_data = data;
    } else {
        registration->writes = true;
        registration->write_data = data;
    }
    if ((before.reads || before.writes) && update(queue, EPOLL_CTL_MOD, descriptor, registration) == 0) return 0;
    // It is new, or was closed, which the system forgets it for, and another has got its number.
    before = (struct registration){0};
    if (reads) {
        registration->writes = false;
    } else {
        registration->reads = false;
    }
    if (update(queue, EPOLL_CTL_ADD, descriptor, registration) == 0) return 0;
    *registration = before;
    return -1;
}

static int delete(int queue, int descriptor, struct registration *registration, bool reads) {
    if (!(reads ? registration->reads : registration->writes)) return failure(ENOENT);
    if (reads) {
        registration->reads = false;
    } else {
        registration->writes = false;
    }
    bool is_last = !registration->reads && !registration->writes;
    if (update(queue, is_last ? EPOLL_CTL_DEL : EPOLL_CTL_MOD, descriptor, registration) == 0) return 0;
    *registration = (struct registration){0};
    return failure(ENOENT);
}

static int apply(int queue, const struct kevent *change) {
    if (change->ident > INT_MAX) return failure(EBADF);
    if (change->filter != EVFILT_READ && change->filter != EVFILT_WRITE) return failure(EINVAL);
    struct queue *found = &queues[queue];
    if (!reserve((void **)&found->registrations, &found->capacity, change->ident, sizeof *found->registrations)) {
        return failure(ENOMEM);
    }
    int descriptor = (int)change->ident;
    struct registration *registration = &found->registrations[descriptor];
    bool reads = change->filter == EVFILT_READ;
    switch (change->flags) {
    case EV_ADD | EV_CLEAR:
        return add(queue, descriptor, registration, reads, change->udata);
    case EV_DELETE:
        return delete(queue, descriptor, registration, reads);
    default:
        return failure(EINVAL);
    }
}

// The events of both filters that one of epoll's stands for. As the manual has it: EV_EOF with EVFILT_READ when the
// peer sends no more, with EVFILT_WRITE when nothing can be sent; an error by itself makes both ready. The socket's
// error is not put into `fflags`, since to look at it here would take it from whoever asks the socket.
static int translate(const struct epoll_event *event, const struct registration *registration, struct kevent *events) {
    int count = 0;
    int descriptor = event->data.fd;
    if (registration->reads && event->events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) {
        int available = 0;
        ioctl(descriptor, FIONREAD, &available);
        events[count++] = (struct kevent){
            .ident = (uintptr_t)descriptor,
            .filter = EVFILT_READ,
            .flags = EV_CLEAR | (event->events & (EPOLLRDHUP | EPOLLHUP) ? EV_EOF : 0),
            .data = available,
            .udata = registration->read_data,
        };
    }
    if (registration->writes && event->events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) {
        events[count++] = (struct kevent){
            .ident = (uintptr_t)descriptor,
            .filter = EVFILT_WRITE,
            .flags = EV_CLEAR | (event->events & EPOLLHUP ? EV_EOF : 0),
            .udata = registration->write_data,
        };
    }
    return count;
}

static int milliseconds(const struct timespec *timeout) {
    if (timeout == NULL) return -1;
    if (timeout->tv_sec >= INT_MAX / 1000) return INT_MAX;
    return (int)timeout->tv_sec * 1000 + (int)((timeout->tv_nsec + 999999) / 1000000);
}

int kevent(
    int queue, const struct kevent *changes, int change_count, struct kevent *events, int event_capacity,
    const struct timespec *timeout) {
    pthread_mutex_lock(&lock);
    int code = queue >= 0 && (size_t)queue < queue_capacity ? 0 : failure(EBADF);
    for (int i = 0; i < change_count && code == 0; i++) code = apply(queue, &changes[i]);
    pthread_mutex_unlock(&lock);
    if (code < 0 || event_capacity == 0) return code;

    if (event_capacity < 2) return failure(EINVAL);
    struct epoll_event found[256];
    int most = event_capacity / 2 < 256 ? event_capacity / 2 : 256;
    int ready = epoll_wait(queue, found, most, milliseconds(timeout));
    int count = 0;
    pthread_mutex_lock(&lock);
    for (int i = 0; i < ready; i++) {
        count += translate(&found[i], &queues[queue].registrations[found[i].data.fd], events + count);
    }
    pthread_mutex_unlock(&lock);
    return ready < 0 ? -1 : count;
}

// What Swift cannot see of the C library: variadic functions, macros, and what Glibc's overlay hides.
#ifndef CNETIUS_H
#define CNETIUS_H

// The system's own headers stay out of this one: Swift would take this module for the home of their types.
#include <stdint.h>

// MARK: the loop of the current thread

// The event loop that runs on this thread, or null.
void *netius_current_loop(void);
void netius_set_current_loop(void *loop);

// MARK: descriptors

// Sets O_NONBLOCK and FD_CLOEXEC. 0, or -1 with errno.
int netius_prepare_descriptor(int descriptor);
// Another descriptor of the same, closed on exec. -1 with errno.
int netius_duplicate_descriptor(int descriptor);
// accept(2) with both flags set, in one call where the system has one. `address` is a sockaddr of `*length` bytes.
int netius_accept(int listener, void *address, uint32_t *length);
// socket(2) with both flags set, in one call where the system has one.
int netius_socket(int family, int type, int protocol);
// pipe(2) with both ends closed on exec, both blocking.
int netius_pipe_open(int descriptors[2]);
// A descriptor that becomes readable when netius_waker_signal is called on the other; the same one on Linux.
int netius_waker_open(int descriptors[2]);
void netius_waker_signal(int descriptor);
void netius_waker_clear(int descriptor);

// MARK: files and how they are sent

struct netius_file_status {
    int64_t size;
    int64_t modified_seconds;
    uint32_t modified_nanoseconds;
    uint64_t device;
    uint64_t inode;
    int is_regular;
    int is_directory;
};

// fstat(2). 0, or -1 with errno.
int netius_file_status(int descriptor, struct netius_file_status *status);

// The same of what has a path, which may be a link.
int netius_path_status(const char *path, struct netius_file_status *status);

// fsync, as far as the medium: on Darwin fsync ends in the memory of the disk.
int netius_synchronize(int descriptor);
// pread(2) of what is in memory: -1 with EAGAIN where it would wait for a disk, as far as the system can tell.
long netius_read_at_once(int descriptor, void *bytes, unsigned long count, int64_t offset);
// sendfile(2): bytes of the file from `offset` on. How many, 0 where the file ends there, or -1 with errno.
long netius_send_file(int socket, int file, int64_t offset, unsigned long count);
// The bytes of a socket's that its peer has not acknowledged; -1 where the system cannot say.
int netius_unacknowledged(int socket);

// MARK: TLS by the kernel (Linux's `tls` module)

// Whether the kernel encrypts TLS: 1, or 0.
int netius_kernel_tls(void);
// Has the kernel send a record of this type (RFC 8446 section 5.1) that is not the application's data. The count, or -1
// with errno.
long netius_kernel_tls_send(int socket, uint8_t type, const void *bytes, unsigned long count);
// Whether the socket has room for all that the kernel may have encrypted and not yet queued: 1, or 0.
int netius_kernel_tls_has_room(int socket);

// MARK: what is in a folder

enum {
    // Not with openat2(2), but segment by segment, following no links.
    NETIUS_RESOLVES_SEGMENTS = 0,
    NETIUS_RESOLVES_BENEATH = 1,
    // Also without waiting for a disk.
    NETIUS_RESOLVES_CACHED = 2,
};

enum {
    NETIUS_LINKS_NEVER = 1,
    NETIUS_LINKS_ANYWHERE = 2,
    // Fails with EAGAIN where a part of the path is not in memory.
    NETIUS_CACHED_ONLY = 4,
    // What is opened is only looked at, and so not touched.
    NETIUS_STATUS_ONLY = 8,
};

// Opens a folder to look things up in. A descriptor, or -1 with errno.
int netius_open_folder(const char *path);
// How the system opens what is beneath a folder: one of NETIUS_RESOLVES_*.
int netius_resolution(int folder);
// Opens a path of the folder's, for reading, by openat2(2). By default links may lead anywhere beneath the folder.
int netius_open_beneath(int folder, const char *path, int options);
// The same segment by segment: a link fails with ELOOP or ENOTDIR, unless they may lead anywhere.
int netius_open_segments(int folder, const char *path, int options);

struct netius_entry {
    // Until the next is asked for.
    const char *name;
    struct netius_file_status status;
    // When its content, names, owner or permissions were last changed, which nobody can set back.
    int64_t changed_seconds;
    int is_link;
};

// What is in a folder that is open. Null with errno.
void *netius_entries_open(int folder);
// 1 with the name of the next, 0 at the end, -1 with errno.
int netius_entries_next(void *entries, struct netius_entry *entry);
// Looks at the entry, not through it if it is a link. 0, or -1 with errno.
int netius_entry_status(void *entries, struct netius_entry *entry);
void netius_entries_close(void *entries);

// MARK: the machine

// Processors that this process may run on, at least 1.
int netius_available_processors(void);
// Starts a detached thread. 0, or an errno.
int netius_start_thread(void (*body)(void *), void *argument);
// Names the calling thread for debuggers; at most 15 bytes.
void netius_name_thread(const char *name);
// Nanoseconds of the real-time clock since 1970, which fit until the year 2262. A number, since Swift's optimized builds
// can't see the members of `struct timespec` (it belongs to a module that can't be imported).
int64_t netius_real_time(void);
// Nanoseconds of the monotonic clock.
uint64_t netius_monotonic_time(void);
// The environment: strings `NAME=value`, then null.
char **netius_environment(void);

// MARK: a mutex with its condition

struct netius_lock;

// Null when there is no memory.
struct netius_lock *netius_lock_create(void);
void netius_lock_destroy(struct netius_lock *lock);
void netius_lock_acquire(struct netius_lock *lock);
void netius_lock_release(struct netius_lock *lock);
void netius_lock_signal(struct netius_lock *lock);
// 0 when the time ran out.
int netius_lock_wait(struct netius_lock *lock, int64_t milliseconds);

// MARK: signals

// Makes each of the signals write its number, as one byte, to `descriptor`; a second arrival of any ends the process.
// 0, or -1 with errno.
int netius_catch_signals(const int *signals, int count, int descriptor);
// The same, but they may arrive as often as they like.
int netius_watch_signals(const int *signals, int count, int descriptor);
// Gives the signals back their default disposition.
void netius_release_signals(const int *signals, int count);
// Keeps SIGPIPE from the calling thread: sendfile(2) and write(2) have no flag against it.
void netius_block_sigpipe(void);

// MARK: epoll (Linux)

#if defined(__linux__)
enum {
    NETIUS_READABLE = 1,
    NETIUS_WRITABLE = 2,
    // The peer sends no more.
    NETIUS_HUNG_UP = 4,
    // The connection is broken in both directions.
    NETIUS_BROKEN = 8,
};

struct netius_event {
    uint64_t token;
    uint32_t readiness;
};

enum { NETIUS_EVENT_CAPACITY = 512 };

int netius_epoll_create(void);
// Registers edge-triggered, for reading and, unless `reads_only`, writing. `token` comes back in each event.
int netius_epoll_add(int poller, int descriptor, uint64_t token, int reads_only);
int netius_epoll_remove(int poller, int descriptor);
// Waits for at most NETIUS_EVENT_CAPACITY events; -1 milliseconds is for ever. How many there are, or -1 with errno.
int netius_epoll_wait(int poller, struct netius_event *events, int milliseconds);
#endif

#endif

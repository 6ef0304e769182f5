#define _GNU_SOURCE
#include "CNetius.h"
#include "status.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if defined(__linux__)
#include <sys/syscall.h>

// The kernel's own numbers and struct: not every C library knows them.
#ifndef SYS_openat2
#define SYS_openat2 437
#endif
enum {
    RESOLVES_NO_MAGIC_LINKS = 0x02,
    RESOLVES_NO_LINKS = 0x04,
    RESOLVES_BENEATH = 0x08,
    RESOLVES_CACHED = 0x20,
};
struct open_how {
    uint64_t flags, mode, resolve;
};
#define SEARCH_ONLY O_PATH
#else
#define SEARCH_ONLY O_RDONLY
#endif

// A pipe is opened without waiting for its other end, and a terminal does not become ours.
enum { READING = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY };

int netius_open_folder(const char *path) { return open(path, SEARCH_ONLY | O_DIRECTORY | O_CLOEXEC); }

int netius_resolution(int folder) {
#if defined(__linux__)
    struct open_how how = {O_PATH | O_CLOEXEC, 0, RESOLVES_BENEATH | RESOLVES_CACHED};
    for (int resolution = NETIUS_RESOLVES_CACHED; resolution > NETIUS_RESOLVES_SEGMENTS; resolution--) {
        int opened = (int)syscall(SYS_openat2, folder, ".", &how, sizeof how);
        if (opened >= 0) close(opened);
        if (opened >= 0 || errno == EAGAIN) return resolution;
        how.resolve = RESOLVES_BENEATH;
    }
#else
    (void)folder;
#endif
    return NETIUS_RESOLVES_SEGMENTS;
}

int netius_open_beneath(int folder, const char *path, int options) {
#if defined(__linux__)
    struct open_how how = {READING, 0, RESOLVES_NO_MAGIC_LINKS};
    if (options & NETIUS_STATUS_ONLY) how.flags = O_PATH | O_CLOEXEC;
    if (!(options & NETIUS_LINKS_ANYWHERE)) how.resolve |= RESOLVES_BENEATH;
    if (options & NETIUS_LINKS_NEVER) how.resolve |= RESOLVES_NO_LINKS;
    if (options & NETIUS_CACHED_ONLY) how.resolve |= RESOLVES_CACHED;
    return (int)syscall(SYS_openat2, folder, *path ? path : ".", &how, sizeof how);
#else
    (void)folder, (void)path, (void)options;
    errno = ENOSYS;
    return -1;
#endif
}

int netius_open_segments(int folder, const char *path, int options) {
    if (options & NETIUS_LINKS_ANYWHERE || !*path) return openat(folder, *path ? path : ".", READING);
    char *segments = strdup(path);
    if (segments == NULL) return -1;
    int parent = folder;
    char *segment = segments;
    char *end;
    while (parent >= 0 && (end = strchr(segment, '/')) != NULL) {
        *end = 0;
        int next = openat(parent, segment, SEARCH_ONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        int reason = errno;
        if (parent != folder) close(parent);
        errno = reason;
        parent = next;
        segment = end + 1;
    }
    int opened = parent < 0 ? -1 : openat(parent, segment, READING | O_NOFOLLOW);
    int reason = errno;
    if (parent >= 0 && parent != folder) close(parent);
    free(segments);
    errno = reason;
    return opened;
}

void *netius_entries_open(int folder) {
    // A descriptor of its own, with a place in the folder of its own.
    int descriptor = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return NULL;
    DIR *entries = fdopendir(descriptor);
    if (entries == NULL) {
        int reason = errno;
        close(descriptor);
        errno = reason;
    }
    return entries;
}

int netius_entries_next(void *entries, struct netius_entry *entry) {
    errno = 0;
    struct dirent *found = readdir(entries);
    if (found == NULL) return errno == 0 ? 0 : -1;
    entry->name = found->d_name;
    return 1;
}

int netius_entry_status(void *entries, struct netius_entry *entry) {
    struct stat found;
    if (fstatat(dirfd(entries), entry->name, &found, AT_SYMLINK_NOFOLLOW) < 0) return -1;
    netius_fill_status(&found, &entry->status);
    entry->changed_seconds = found.st_ctime;
    entry->is_link = S_ISLNK(found.st_mode);
    return 0;
}

void netius_entries_close(void *entries) { closedir(entries); }

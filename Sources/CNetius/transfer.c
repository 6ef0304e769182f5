#define _GNU_SOURCE
#include "CNetius.h"
#include "status.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#if defined(__linux__)
#include <linux/sockios.h>
#include <sys/sendfile.h>
#include <sys/vfs.h>
#endif

void netius_fill_status(const struct stat *found, struct netius_file_status *status) {
#if defined(__APPLE__)
    struct timespec modified = found->st_mtimespec;
#else
    struct timespec modified = found->st_mtim;
#endif
    status->size = found->st_size;
    status->modified_seconds = modified.tv_sec;
    status->modified_nanoseconds = (uint32_t)modified.tv_nsec;
    status->device = (uint64_t)found->st_dev;
    status->inode = (uint64_t)found->st_ino;
    status->is_regular = S_ISREG(found->st_mode);
    status->is_directory = S_ISDIR(found->st_mode);
}

int netius_file_status(int descriptor, struct netius_file_status *status) {
    struct stat found;
    if (fstat(descriptor, &found) < 0) return -1;
    netius_fill_status(&found, status);
    return 0;
}

int netius_path_status(const char *path, struct netius_file_status *status) {
    struct stat found;
    if (lstat(path, &found) < 0) return -1;
    netius_fill_status(&found, status);
    return 0;
}

int netius_synchronize(int descriptor) {
#if defined(F_FULLFSYNC)
    // Not every file system has it.
    if (fcntl(descriptor, F_FULLFSYNC) == 0) return 0;
#endif
    return fsync(descriptor);
}

#if defined(__linux__)
// Whether the file is in memory by the nature of its file system, so that reading it waits for nothing.
static int is_in_memory(int descriptor) {
    struct statfs system;
    if (fstatfs(descriptor, &system) < 0) return 0;
    return system.f_type == 0x01021994 /* tmpfs */ || system.f_type == (__typeof__(system.f_type))0x858458f6 /* ramfs */;
}
#endif

long netius_read_at_once(int descriptor, void *bytes, unsigned long count, int64_t offset) {
#if defined(__linux__)
    struct iovec vector = { bytes, count };
    ssize_t result = preadv2(descriptor, &vector, 1, offset, RWF_NOWAIT);
    if (result >= 0 || errno != EOPNOTSUPP) return result;
    if (is_in_memory(descriptor)) return pread(descriptor, bytes, count, offset);
    errno = EAGAIN;
    return -1;
#else
    return pread(descriptor, bytes, count, offset);
#endif
}

long netius_send_file(int socket, int file, int64_t offset, unsigned long count) {
#if defined(__linux__)
    off_t position = offset;
    return sendfile(socket, file, &position, count);
#elif defined(__APPLE__)
    off_t sent = (off_t)count;
    int result = sendfile(file, socket, offset, &sent, NULL, 0);
    // What was sent before it would have blocked, or was interrupted, counts.
    return result == 0 || sent > 0 ? (ssize_t)sent : -1;
#endif
}

int netius_unacknowledged(int socket) {
    int count = 0;
#if defined(__linux__)
    return ioctl(socket, SIOCOUTQ, &count) == 0 ? count : -1;
#else
    socklen_t length = sizeof count;
    return getsockopt(socket, SOL_SOCKET, SO_NWRITE, &count, &length) == 0 ? count : -1;
#endif
}

#define _GNU_SOURCE
#include "CNetius.h"

#include <errno.h>

#ifdef __linux__

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

// The kernel's own numbers: not every C library knows them.
#ifndef TCP_ULP
#define TCP_ULP 31
#endif
#ifndef SOL_TLS
#define SOL_TLS 282
#endif
#ifndef SO_MEMINFO
#define SO_MEMINFO 55
#endif
enum { SET_RECORD_TYPE = 1 };
enum { MEMORY_LIMIT = 3, MEMORY_QUEUED = 5, MEMORY_NUMBERS = 9 };

// The kernel takes the option, and loads its module for it, only on a connection.
int netius_kernel_tls(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int isAvailable = 0;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener >= 0 && client >= 0 && bind(listener, (struct sockaddr *)&address, sizeof address) == 0
        && listen(listener, 1) == 0 && getsockname(listener, (struct sockaddr *)&address, &length) == 0
        && connect(client, (struct sockaddr *)&address, length) == 0) {
        isAvailable = setsockopt(client, IPPROTO_TCP, TCP_ULP, "tls", sizeof "tls") == 0;
    }
    if (client >= 0) close(client);
    if (listener >= 0) close(listener);
    return isAvailable;
}

long netius_kernel_tls_send(int socket, uint8_t type, const void *bytes, unsigned long count) {
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof type)];
    } control;
    memset(&control, 0, sizeof control);
    struct iovec vector = {.iov_base = (void *)bytes, .iov_len = count};
    struct msghdr message = {
        .msg_iov = &vector, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = CMSG_LEN(sizeof type)};
    control.header.cmsg_level = SOL_TLS;
    control.header.cmsg_type = SET_RECORD_TYPE;
    control.header.cmsg_len = CMSG_LEN(sizeof type);
    *CMSG_DATA(&control.header) = type;
    return sendmsg(socket, &message, MSG_NOSIGNAL);
}

int netius_kernel_tls_has_room(int socket) {
    uint32_t memory[MEMORY_NUMBERS] = {0};
    socklen_t length = sizeof memory;
    if (getsockopt(socket, SOL_SOCKET, SO_MEMINFO, memory, &length) != 0) return 1;
    // It is one record or two that the kernel holds back, rarely more.
    uint64_t limit = memory[MEMORY_LIMIT], room = 256 * 1024;
    if (room > limit / 4 * 3) room = limit / 4 * 3;
    return memory[MEMORY_QUEUED] == 0 || memory[MEMORY_QUEUED] + room <= limit;
}

#else

int netius_kernel_tls(void) { return 0; }

long netius_kernel_tls_send(int socket, uint8_t type, const void *bytes, unsigned long count) {
    (void)socket, (void)type, (void)bytes, (void)count;
    errno = ENOSYS;
    return -1;
}

int netius_kernel_tls_has_room(int socket) {
    (void)socket;
    return 1;
}

#endif

#include "CNetius.h"

#ifdef __linux__

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef TCP_ULP
#define TCP_ULP 31
#endif

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

#else

int netius_kernel_tls(void) {
    return 0;
}

#endif

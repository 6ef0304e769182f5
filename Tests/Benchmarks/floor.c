/* floor PORT LOOPS: what the machine itself charges for a request, and nothing else.
 *
 * A level-triggered epoll loop that answers once per blank line it receives and parses nothing: no server can do
 * much less. Each loop is a process with its own listening socket. Not for use: it expects whole requests. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define RESPONSE "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 11\r\n\r\nHello World"
enum { SIZE = sizeof RESPONSE - 1, DEPTH = 256 };

static const int on = 1;
static char responses[DEPTH * SIZE], requests[16384];

static int listening(int port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 4096)) exit(1);
    return listener;
}

static void watch(int poller, int descriptor) {
    struct epoll_event interest = {.events = EPOLLIN, .data.fd = descriptor};
    epoll_ctl(poller, EPOLL_CTL_ADD, descriptor, &interest);
}

static void answer(int connection) {
    ssize_t length = recv(connection, requests, sizeof requests, 0);
    size_t count = 0;
    for (char *at = requests, *end = requests + (length > 0 ? length : 0); count < DEPTH; count++, at += 4)
        if (!(at = memmem(at, end - at, "\r\n\r\n", 4))) break;
    if (length <= 0 || send(connection, responses, count * SIZE, MSG_NOSIGNAL) != (ssize_t)(count * SIZE))
        close(connection);
}

int main(int count, char **arguments) {
    if (count != 3) return 2;
    for (int loops = atoi(arguments[2]); loops > 1; loops--)
        if (!fork()) {
            prctl(PR_SET_PDEATHSIG, SIGTERM);
            break;
        }
    for (int i = 0; i < DEPTH; i++) memcpy(responses + i * SIZE, RESPONSE, SIZE);
    int listener = listening(atoi(arguments[1])), poller = epoll_create1(0);
    struct epoll_event events[128];
    for (watch(poller, listener);;) {
        int ready = epoll_wait(poller, events, 128, -1);
        for (int i = 0; i < ready; i++) {
            if (events[i].data.fd != listener) {
                answer(events[i].data.fd);
                continue;
            }
            int connection = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
            if (connection < 0) continue;
            setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            watch(poller, connection);
        }
    }
}

/* handshakes PORT CONNECTIONS SECONDS 1.2|1.3: full TLS handshakes with a server on this machine, and nothing else.
 *
 * So many connections at a time each shake hands, say that they close and wait until the server has closed too, which
 * is when the handshake counts; another follows at once. Nothing is resumed, and cipher and group are the same whatever
 * the server would rather have (P-256 is for its certificate). Whether to trust that is not asked: it would be the
 * client's work, and the server's is measured. Prints how many there were. */
#include <arpa/inet.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

struct connection {
    int descriptor, is_closing;
    SSL *tls;
};

static SSL_CTX *context;
static int poller, port, version;
static long count;

static void fail(const char *what) {
    fprintf(stderr, "%s: %s\n", what, ERR_peek_error() ? ERR_error_string(ERR_peek_error(), NULL) : strerror(errno));
    exit(1);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static void start(struct connection *connection) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    struct epoll_event interest = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = connection};
    connection->descriptor = socket(AF_INET, SOCK_STREAM, 0);
    /* On loopback a blocking connect is done at once: the backlog takes it. */
    if (connect(connection->descriptor, (struct sockaddr *)&address, sizeof address)) fail("connect");
    connection->is_closing = 0;
    connection->tls = SSL_new(context);
    BIO *socket = BIO_new_socket(connection->descriptor, BIO_NOCLOSE);
    if (!connection->tls || !socket || !BIO_socket_nbio(connection->descriptor, 1)) fail("SSL_new");
    SSL_set_bio(connection->tls, socket, socket);
    SSL_set_connect_state(connection->tls);
    if (epoll_ctl(poller, EPOLL_CTL_ADD, connection->descriptor, &interest)) fail("epoll_ctl");
}

/* Takes a connection as far as it goes; whether it has ended. */
static int advance(struct connection *connection) {
    static char discarded[16384];
    if (!connection->is_closing) {
        int result = SSL_do_handshake(connection->tls);
        if (result != 1) {
            int error = SSL_get_error(connection->tls, result);
            if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) return 0;
            fail("handshake");
        }
        if (SSL_session_reused(connection->tls) || SSL_version(connection->tls) != version) fail("not as asked");
        SSL_shutdown(connection->tls);
        shutdown(connection->descriptor, SHUT_WR);
        connection->is_closing = 1;
    }
    /* What is left to come, the server's tickets and its closing alert, is of no interest. */
    ssize_t length;
    while ((length = recv(connection->descriptor, discarded, sizeof discarded, 0)) > 0) continue;
    if (length) {
        if (errno == EAGAIN) return 0;
        fail("end");
    }
    SSL_free(connection->tls);
    close(connection->descriptor);
    count++;
    return 1;
}

int main(int argument_count, char **arguments) {
    if (argument_count != 5) return 2;
    port = atoi(arguments[1]);
    int open = atoi(arguments[2]);
    version = strcmp(arguments[4], "1.2") ? TLS1_3_VERSION : TLS1_2_VERSION;
    context = SSL_CTX_new(TLS_client_method());
    struct connection *connections = calloc(open, sizeof *connections);
    if (!context || !connections || !SSL_CTX_set_min_proto_version(context, version) ||
        !SSL_CTX_set_max_proto_version(context, version) || !SSL_CTX_set1_groups_list(context, "X25519:P-256") ||
        !SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256") ||
        !SSL_CTX_set_cipher_list(context, "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256"))
        fail("context");
    poller = epoll_create1(0);
    double end = now() + atof(arguments[3]);
    for (int i = 0; i < open; i++) start(&connections[i]);
    while (open) {
        struct epoll_event events[64];
        int ready = epoll_wait(poller, events, 64, 20000);
        if (ready <= 0) fail("the server does not go on");
        for (int i = 0; i < ready; i++) {
            if (!advance(events[i].data.ptr)) continue;
            if (now() < end) start(events[i].data.ptr);
            else open--;
        }
    }
    printf("%ld\n", count);
}

// OpenSSL 3, and as functions those of its calls that are macros, which Swift does not see.
#ifndef COPENSSL_SHIM_H
#define COPENSSL_SHIM_H

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

// MARK: contexts

static inline int netius_ssl_ctx_set_min_version(SSL_CTX *context, int version) {
    return (int)SSL_CTX_set_min_proto_version(context, version);
}

static inline long netius_ssl_ctx_set_mode(SSL_CTX *context, long mode) {
    return SSL_CTX_set_mode(context, mode);
}

static inline long netius_ssl_ctx_set_session_cache_mode(SSL_CTX *context, long mode) {
    return SSL_CTX_set_session_cache_mode(context, mode);
}

// MARK: sessions

static inline int netius_ssl_set_server_name(SSL *ssl, const char *name) {
    return (int)SSL_set_tlsext_host_name(ssl, name);
}

// Lets the kernel encrypt what is written to a socket BIO, where it can.
static inline void netius_ssl_allow_kernel(SSL *ssl) {
#ifdef SSL_OP_ENABLE_KTLS
    SSL_set_options(ssl, SSL_OP_ENABLE_KTLS);
#endif
}

// Whether the kernel encrypts what is written.
static inline int netius_bio_kernel_sends(BIO *bio) {
    return BIO_get_ktls_send(bio) != 0;
}

// MARK: certificates

// Null behind the last.
static inline X509 *netius_x509_at(STACK_OF(X509) *chain, int index) {
    return index < sk_X509_num(chain) ? sk_X509_value(chain, index) : NULL;
}

// MARK: BIOs

static inline int netius_bio_type(void) {
    return BIO_get_new_index() | BIO_TYPE_SOURCE_SINK;
}

static inline void netius_bio_retry_read(BIO *bio) {
    BIO_set_retry_read(bio);
}

static inline void netius_bio_clear_retry(BIO *bio) {
    BIO_clear_retry_flags(bio);
}

#endif

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
#include <openssl/pkcs12.h>
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

// What OpenSSL tells a BIO behind which the kernel encrypts: the type of the record that it writes next, if that is not
// the application's data. Not in OpenSSL's own headers, but there since 3.0.
enum { NETIUS_BIO_SET_RECORD_TYPE = 74 };

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

static inline void netius_bio_retry_write(BIO *bio) {
    BIO_set_retry_write(bio);
}

static inline void netius_bio_clear_retry(BIO *bio) {
    BIO_clear_retry_flags(bio);
}

// MARK: certificates

// Writes the name as RFC 4514 has it, in UTF-8. -1 where that fails.
static inline int netius_x509_name_print(BIO *output, const X509_NAME *name) {
    return X509_NAME_print_ex(output, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
}

static inline int netius_general_names_count(const GENERAL_NAMES *names) {
    return sk_GENERAL_NAME_num(names);
}

// The type of a name, one of GEN_*, with the octets of a DNS name or an IP address, which live as long as the names.
static inline int netius_general_name(const GENERAL_NAMES *names, int index, const unsigned char **octets, int *count) {
    const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, index);
    *octets = NULL;
    *count = 0;
    if (name == NULL) return -1;
    if (name->type == GEN_DNS || name->type == GEN_IPADD) {
        const ASN1_STRING *string = name->type == GEN_DNS ? name->d.dNSName : name->d.iPAddress;
        *octets = ASN1_STRING_get0_data(string);
        *count = ASN1_STRING_length(string);
    }
    return name->type;
}

// MARK: keys

// Null where OpenSSL cannot make one.
static inline EVP_PKEY *netius_generate_ec_key(const char *curve) {
    return EVP_EC_gen(curve);
}

static inline EVP_PKEY *netius_generate_rsa_key(unsigned int bits) {
    return EVP_RSA_gen(bits);
}

static inline EVP_PKEY *netius_generate_ed25519_key(void) {
    return EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
}

#endif

// OpenSSL 3, and as functions those of its calls that are macros, which Swift does not see.
#ifndef COPENSSL_SHIM_H
#define COPENSSL_SHIM_H

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/ocsp.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

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

static inline long netius_ssl_clear_mode(SSL *ssl, long mode) {
    return SSL_clear_mode(ssl, mode);
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

// MARK: contexts of servers and clients

static inline long netius_ssl_ctx_set_read_ahead(SSL_CTX *context) {
    return SSL_CTX_set_read_ahead(context, 1);
}

// No renegotiation, which no protocol here uses and attacks do; no compression, which tells what it compresses
// (RFC 7457). And, whatever the system's configuration says: an end of the connection is never taken for the end of
// what is protected, and there are no peers of the time before safe renegotiation (RFC 5746). The server's order of
// ciphers counts, unless the client has ChaCha20 first.
static inline void netius_ssl_ctx_set_options(SSL_CTX *context) {
    SSL_CTX_clear_options(
        context, SSL_OP_IGNORE_UNEXPECTED_EOF | SSL_OP_LEGACY_SERVER_CONNECT | SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION
            | SSL_OP_ALLOW_CLIENT_RENEGOTIATION | SSL_OP_ALLOW_NO_DHE_KEX | SSL_OP_NO_TICKET
            | SSL_OP_NO_EXTENDED_MASTER_SECRET);
    SSL_CTX_set_options(
        context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE
            | SSL_OP_PRIORITIZE_CHACHA);
}

static inline void netius_ssl_ctx_refuse_tickets(SSL_CTX *context) {
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
}

static inline int netius_ssl_ctx_set_groups(SSL_CTX *context, const char *groups) {
    return (int)SSL_CTX_set1_groups_list(context, groups);
}

typedef int (*netius_server_name_callback)(SSL *ssl, int *alert, void *argument);

static inline void netius_ssl_ctx_set_server_name_callback(
    SSL_CTX *context, netius_server_name_callback callback, void *argument) {
    SSL_CTX_set_tlsext_servername_callback(context, callback);
    SSL_CTX_set_tlsext_servername_arg(context, argument);
}

typedef int (*netius_status_callback)(SSL *ssl, void *argument);

static inline void netius_ssl_ctx_set_status_callback(
    SSL_CTX *context, netius_status_callback callback, void *argument) {
    SSL_CTX_set_tlsext_status_cb(context, callback);
    SSL_CTX_set_tlsext_status_arg(context, argument);
}

// Gives a client's handshake a copy of the bytes of an OCSP response.
static inline int netius_ssl_staple(SSL *ssl, const unsigned char *bytes, size_t count) {
    unsigned char *copy = OPENSSL_memdup(bytes, count);
    if (copy == NULL) return 0;
    if (SSL_set_tlsext_status_ocsp_resp(ssl, copy, (long)count) == 1) return 1;
    OPENSSL_free(copy);
    return 0;
}

// Readies a ticket's cipher and MAC: AES-256-CBC under the first 32 octets of `key`, HMAC-SHA256 under the next 32.
static inline int netius_ticket_init(
    EVP_CIPHER_CTX *cipher, EVP_MAC_CTX *mac, const unsigned char *key, const unsigned char *vector, int is_sealing) {
    OSSL_PARAM parameters[3];
    parameters[0] = OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, (void *)(key + 32), 32);
    parameters[1] = OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)"SHA256", 0);
    parameters[2] = OSSL_PARAM_construct_end();
    if (EVP_MAC_CTX_set_params(mac, parameters) != 1) return 0;
    return EVP_CipherInit_ex(cipher, EVP_aes_256_cbc(), NULL, key, vector, is_sealing) == 1;
}

static inline int netius_compare_digests(const void *first, const void *second) {
    return memcmp(first, second, SHA256_DIGEST_LENGTH);
}

// Tells clients the names of the authorities in the context's store, unless there are more than `most`, and makes
// sessions resumable only where the authorities are the same, in whatever order the store has them.
static inline int netius_ssl_ctx_set_client_authorities(SSL_CTX *context, int most) {
    STACK_OF(X509) *certificates = X509_STORE_get1_all_certs(SSL_CTX_get_cert_store(context));
    unsigned char sum[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    int count = certificates == NULL ? 0 : sk_X509_num(certificates);
    // One more, for there to be something where there is no certificate.
    unsigned char *digests = OPENSSL_zalloc(((size_t)count + 1) * SHA256_DIGEST_LENGTH);
    int is_good = certificates != NULL && digests != NULL;
    for (int index = 0; is_good && index < count; index++) {
        X509 *certificate = sk_X509_value(certificates, index);
        is_good = X509_digest(certificate, EVP_sha256(), sum, &size) == 1 && size == SHA256_DIGEST_LENGTH
            && (count > most || SSL_CTX_add_client_CA(context, certificate) == 1);
        if (is_good) memcpy(digests + (size_t)index * SHA256_DIGEST_LENGTH, sum, size);
    }
    if (is_good) {
        qsort(digests, (size_t)count, SHA256_DIGEST_LENGTH, netius_compare_digests);
        is_good = EVP_Digest(digests, (size_t)count * SHA256_DIGEST_LENGTH, sum, &size, EVP_sha256(), NULL) == 1
            && SSL_CTX_set_session_id_context(context, sum, size) == 1;
    }
    OPENSSL_free(digests);
    sk_X509_pop_free(certificates, X509_free);
    return is_good;
}

// MARK: OCSP

// Whether the bytes are one successful OCSP response, and after how many seconds it is out of date: the least of its
// answers', INT64_MAX where it does not say.
static inline int netius_ocsp_read(const unsigned char *bytes, long count, int64_t *seconds) {
    const unsigned char *position = bytes;
    OCSP_RESPONSE *response = d2i_OCSP_RESPONSE(NULL, &position, count);
    if (response == NULL) return 0;
    OCSP_BASICRESP *basic = NULL;
    int is_good = position == bytes + count && OCSP_response_status(response) == OCSP_RESPONSE_STATUS_SUCCESSFUL
        && (basic = OCSP_response_get1_basic(response)) != NULL && OCSP_resp_count(basic) > 0;
    *seconds = INT64_MAX;
    for (int index = 0; is_good && index < OCSP_resp_count(basic); index++) {
        ASN1_GENERALIZEDTIME *next = NULL;
        OCSP_single_get0_status(OCSP_resp_get0(basic, index), NULL, NULL, NULL, &next);
        int days = 0, rest = 0;
        if (next == NULL) continue;
        if (ASN1_TIME_diff(&days, &rest, NULL, next) != 1) is_good = 0;
        int64_t left = (int64_t)days * 86400 + rest;
        if (left < *seconds) *seconds = left;
    }
    OCSP_BASICRESP_free(basic);
    OCSP_RESPONSE_free(response);
    return is_good;
}

#endif

internal import COpenSSL

public struct TLSCertificate: Sendable { init?(_ p: OpaquePointer) {} }
@safe public final class TLSServerContext: @unchecked Sendable {
    let ctx: OpaquePointer
    package let handshakeTimeout: Duration = .seconds(10)
    package let maximumHandshakes = 1024
    public init(certificateFile: String, keyFile: String) throws {
        unsafe ctx = SSL_CTX_new(TLS_server_method())!
        _ = unsafe netius_ssl_ctx_set_min_version(ctx, TLS1_2_VERSION)
        _ = unsafe netius_ssl_ctx_set_mode(ctx, 0x13)
        unsafe SSL_CTX_set_read_ahead_(ctx)
        guard unsafe SSL_CTX_use_certificate_chain_file(ctx, certificateFile) == 1,
            unsafe SSL_CTX_use_PrivateKey_file(ctx, keyFile, SSL_FILETYPE_PEM) == 1
        else { throw TLSConfigurationError("bad") }
    }
    package func offering(_ protocols: [String]) -> TLSServerContext { self }
    package func makeSession() throws -> TLSSession {
        let ssl = unsafe SSL_new(ctx)!
        unsafe SSL_set_accept_state(ssl)
        return unsafe TLSSession(taking: ssl)
    }
    public func keepCurrent(log: Log) async {}
    package func beginHandshake() -> Bool { true }
    package func endHandshake() {}
}
private func SSL_CTX_set_read_ahead_(_ c: OpaquePointer) { unsafe SSL_CTX_ctrl(c, SSL_CTRL_SET_READ_AHEAD, 1, nil) }
@safe public final class TLSClientContext: @unchecked Sendable {
    let ctx: OpaquePointer
    public init() {
        unsafe ctx = SSL_CTX_new(TLS_client_method())!
        unsafe SSL_CTX_set_read_ahead_(ctx)
    }
    package func makeSession(serverName: String, port: UInt16, applicationProtocols: [String]) throws -> TLSSession {
        let ssl = unsafe SSL_new(ctx)!
        unsafe SSL_set_connect_state(ssl)
        return unsafe TLSSession(taking: ssl, serverName: serverName)
    }
}

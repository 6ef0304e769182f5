internal import COpenSSL

/// What the two sides of a TLS connection have agreed on, and who the peer is.
public struct TLSInformation: Sendable {
    // @unchecked: never changes, and OpenSSL keeps ciphers for as long as the process lives.
    @safe
    private final class Storage: @unchecked Sendable {
        let version: TLSVersion
        let cipher: OpaquePointer?
        let applicationProtocol: String?
        let serverName: String?
        let isResumed: Bool
        let peerCertificates: [X509Object]

        init(_ ssl: OpaquePointer) {
            version = unsafe TLSVersion(number: SSL_version(ssl)) ?? .tls12
            unsafe cipher = SSL_get_current_cipher(ssl)
            applicationProtocol = unsafe TLSInformation.applicationProtocol(ssl)
            serverName = unsafe TLSInformation.serverName(ssl)
            isResumed = unsafe SSL_session_reused(ssl) == 1
            peerCertificates = unsafe TLSInformation.peerCertificates(ssl)
        }
    }

    private let storage: Storage

    /// The version that is spoken.
    public var version: TLSVersion { storage.version }

    /// The cipher suite by its name in RFC 8446 or RFC 5289, such as `TLS_AES_128_GCM_SHA256`.
    public var cipherSuite: String {
        guard let name = unsafe SSL_CIPHER_standard_name(storage.cipher) else { return "unknown" }
        return unsafe String(cString: name)
    }

    /// The protocol that was negotiated (RFC 7301), such as `http/1.1`; nil for none.
    public var applicationProtocol: String? { storage.applicationProtocol }

    /// The name of the host that the client asked for (RFC 6066 section 3); nil where it named none.
    public var serverName: String? { storage.serverName }

    /// Whether an earlier session was resumed, without certificates being shown again.
    public var isResumed: Bool { storage.isResumed }

    /// What the peer has shown, its own certificate first; empty where it showed none.
    public var peerCertificates: [TLSCertificate] {
        storage.peerCertificates.compactMap { unsafe TLSCertificate($0.pointer) }
    }

    /// Asks a session whose handshake is complete.
    init(_ ssl: OpaquePointer) {
        storage = unsafe Storage(ssl)
    }

    fileprivate static func applicationProtocol(_ ssl: OpaquePointer) -> String? {
        var bytes: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        unsafe SSL_get0_alpn_selected(ssl, &bytes, &count)
        guard let bytes = unsafe bytes, count > 0 else { return nil }
        return unsafe String(decoding: UnsafeBufferPointer(start: bytes, count: Int(count)), as: UTF8.self)
    }

    fileprivate static func serverName(_ ssl: OpaquePointer) -> String? {
        guard let name = unsafe SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name) else { return nil }
        return unsafe String(cString: name)
    }

    /// References to what the peer has shown.
    fileprivate static func peerCertificates(_ ssl: OpaquePointer) -> [X509Object] {
        guard let leaf = unsafe SSL_get1_peer_certificate(ssl) else { return [] }
        var all = [unsafe X509Object(taking: leaf)]
        // In a server the chain is without the peer's own certificate.
        let chain = unsafe SSL_get_peer_cert_chain(ssl)
        var index: Int32 = unsafe SSL_is_server(ssl) == 1 ? 0 : 1
        while let certificate = unsafe netius_x509_at(chain, index) {
            unsafe X509_up_ref(certificate)
            all.append(unsafe X509Object(taking: certificate))
            index += 1
        }
        return all
    }
}

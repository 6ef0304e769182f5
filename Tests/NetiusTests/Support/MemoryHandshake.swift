import COpenSSL

@testable import Netius

/// Two ends of a TLS connection in one thread, joined by memory instead of sockets.
final class MemoryHandshake {
    /// One end.
    final class End {
        let ssl: OpaquePointer
        /// What its handshake came to; nil while it is not over.
        fileprivate(set) var result: Result<TLSInformation, TLSError>?
        private let serverName: String?

        fileprivate init(_ object: consuming TLSConnectionObject, serverName: String?) {
            ssl = object.take()
            self.serverName = serverName
        }

        deinit {
            SSL_free(ssl)
        }

        /// Goes on as far as it can.
        fileprivate func advance() {
            guard result == nil else { return }
            ERR_clear_error()
            let code = SSL_do_handshake(ssl)
            if code == 1 {
                result = .success(TLSInformation(ssl))
            } else if SSL_get_error(ssl, code) != SSL_ERROR_WANT_READ {
                result = .failure(TLSError(of: ssl, serverName: serverName))
            }
        }

        /// Sends the first message of a handshake.
        func begin() {
            ERR_clear_error()
            _ = SSL_do_handshake(ssl)
        }

        /// Reads what the other end has written; an alert that it has sent is the error.
        func read() throws -> String {
            var bytes = [UInt8](repeating: 0, count: 4096)
            ERR_clear_error()
            let count = SSL_read(ssl, &bytes, Int32(bytes.count))
            if count > 0 { return String(decoding: bytes[..<Int(count)], as: UTF8.self) }
            guard SSL_get_error(ssl, count) != SSL_ERROR_WANT_READ else { return "" }
            throw TLSError(of: ssl, serverName: serverName)
        }

        func write(_ text: String) {
            let bytes = Array(text.utf8)
            _ = SSL_write(ssl, bytes, Int32(bytes.count))
        }

        /// The subject of the certificate that the other end has shown.
        var peerSubject: String? {
            guard let certificate = SSL_get1_peer_certificate(ssl) else { return nil }
            defer { X509_free(certificate) }
            return TLSCertificate(certificate)?.subject
        }
    }

    let server: End
    let client: End
    /// What the client learns after its handshake, which in TLS 1.3 ends before the server's.
    private(set) var lateError: TLSError?

    /// A client that wants `name` and `port`, and offers `protocols`; `prepare` changes its end before it begins.
    init(
        _ server: TLSServerContext, _ client: TLSClientContext, name: String = "www.example.com", port: UInt16 = 443,
        protocols: [String] = [], prepare: (OpaquePointer) -> Void = { _ in }
    ) throws {
        self.server = End(try server.makeObject(), serverName: nil)
        self.client = End(
            try client.makeObject(serverName: name, port: port, applicationProtocols: protocols), serverName: name)
        join()
        prepare(self.client.ssl)
    }

    private func join() {
        var (first, second): (OpaquePointer?, OpaquePointer?)
        precondition(BIO_new_bio_pair(&first, 1 << 18, &second, 1 << 18) == 1)
        SSL_set_bio(server.ssl, first, first)
        SSL_set_bio(client.ssl, second, second)
    }

    /// Runs the handshake until neither end gets any further, and then what a client reads first: alerts that are late,
    /// and tickets.
    @discardableResult
    func run() -> MemoryHandshake {
        for _ in 0..<20 where client.result == nil || server.result == nil {
            client.advance()
            server.advance()
        }
        if case .success = client.result {
            do {
                _ = try client.read()
            } catch {
                lateError = error as? TLSError
            }
        }
        return self
    }

    /// What the client has come to know; its error.
    var seen: TLSInformation {
        get throws {
            guard let result = client.result else { throw Unfinished() }
            return try result.get()
        }
    }

    var clientError: TLSError? { Self.error(client.result) }
    var serverError: TLSError? { Self.error(server.result) }

    private static func error(_ result: Result<TLSInformation, TLSError>?) -> TLSError? {
        if case .failure(let error) = result { error } else { nil }
    }

    /// The handshake did not end.
    struct Unfinished: Error {}
}

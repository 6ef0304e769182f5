import COpenSSL

@testable import Netius

/// A client that says what a well-behaved one would not, over a connection in clear that its server protects.
actor RawTLSClient {
    private nonisolated(unsafe) let ssl: OpaquePointer
    private let wire: Connection

    init(_ context: TLSClientContext, over wire: Connection) throws {
        self.wire = wire
        let object = try context.makeObject(serverName: "localhost", port: 443, applicationProtocols: [])
        ssl = object.take()
        SSL_set_bio(ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()))
    }

    deinit {
        SSL_free(ssl)
    }

    func shakeHands() async throws {
        while true {
            ERR_clear_error()
            let code = SSL_do_handshake(ssl)
            try await send()
            if code == 1 { return }
            guard SSL_get_error(ssl, code) == SSL_ERROR_WANT_READ, let bytes = try await wire.read() else {
                throw TLSError.truncated
            }
            _ = BIO_write(SSL_get_rbio(ssl), bytes, Int32(bytes.count))
        }
    }

    /// Asks for new keys so many times, and says something.
    func update(_ count: Int, then text: String) async throws {
        for _ in 0..<count {
            SSL_key_update(ssl, SSL_KEY_UPDATE_NOT_REQUESTED)
            _ = SSL_do_handshake(ssl)
        }
        let bytes = Array(text.utf8)
        if !bytes.isEmpty { _ = SSL_write(ssl, bytes, Int32(bytes.count)) }
        try await send()
    }

    private func send() async throws {
        var bytes = [UInt8](repeating: 0, count: 2 << 20)
        let count = BIO_read(SSL_get_wbio(ssl), &bytes, Int32(bytes.count))
        if count > 0 { try await wire.write(bytes[..<Int(count)]) }
    }
}

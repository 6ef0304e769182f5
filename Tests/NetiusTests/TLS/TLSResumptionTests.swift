import COpenSSL
import Testing

@testable import Netius

@Suite("Resumed TLS sessions")
struct TLSResumptionTests {
    private let identities: TLSTestIdentities

    init() throws {
        identities = try TLSTestIdentities()
    }

    /// Whether a new connection resumes an earlier one's session.
    private func resumes(
        _ server: TLSServerContext, _ client: TLSClientContext, name: String = "www.example.com", port: UInt16 = 443,
        version: Int = 0x304
    ) throws -> Bool {
        try MemoryHandshake(server, client, name: name, port: port) { ssl in
            SSL_ctrl(ssl, SSL_CTRL_SET_MAX_PROTO_VERSION, version, nil)
        }.run().seen.isResumed
    }

    @Test("The second connection to a server resumes the first one's session, and so on", arguments: [0x303, 0x304])
    func resumed(version: Int) throws {
        let (server, client) = (try identities.server(), try identities.client())
        #expect(try !resumes(server, client, version: version))
        for _ in 0..<5 { #expect(try resumes(server, client, version: version)) }
    }

    @Test("Nothing is resumed with another name, another port, or by another client", arguments: [0x303, 0x304])
    func others(version: Int) throws {
        let (server, client) = (try identities.server(), try identities.client())
        #expect(try !resumes(server, client, version: version))
        #expect(try !resumes(server, client, name: "localhost", version: version))
        #expect(try !resumes(server, client, port: 8443, version: version))
        #expect(try !resumes(server, identities.client(), version: version))
        #expect(try resumes(server, client, version: version))
    }

    @Test("A session of TLS 1.3 is resumed once")
    func once() throws {
        let (server, client) = (try identities.server(), try identities.client())
        _ = try MemoryHandshake(server, client).run().seen
        // What a full handshake has left, used up by connections that come to nothing.
        for _ in 0..<8 { _ = try client.makeObject(serverName: "www.example.com", port: 443, applicationProtocols: []) }
        #expect(try !resumes(server, client))
    }

    @Test("What one server seals is opened by all of the configuration's", arguments: [0x303, 0x304])
    func shared(version: Int) throws {
        let (server, client) = (try identities.server(), try identities.client())
        #expect(try !resumes(server.offering(["http/1.1"]), client, version: version))
        #expect(try resumes(server.offering(["h2"]), client, version: version))
    }

    @Test("Keys survive a reload", arguments: [0x303, 0x304])
    func reload(version: Int) throws {
        let (server, client) = (try identities.server(), try identities.client())
        #expect(try !resumes(server, client, version: version))
        try server.reload()
        #expect(try resumes(server, client, version: version))
    }

    @Test("Another server knows nothing of it, and goes on without", arguments: [0x303, 0x304])
    func unknownKey(version: Int) throws {
        let client = try identities.client()
        #expect(try !resumes(identities.server(), client, version: version))
        #expect(try !resumes(identities.server(), client, version: version))
    }

    @Test("A ticket outlives the change of keys once", arguments: [0x303, 0x304])
    func rotation(version: Int) throws {
        let clock = TestClock()
        let server = try server(clock)
        let client = try identities.client()
        #expect(try !resumes(server, client, version: version))
        clock.advance(.seconds(120))
        #expect(try resumes(server, client, version: version))
        clock.advance(.seconds(200))
        #expect(try !resumes(server, client, version: version))
    }

    @Test("With TLS 1.3 each connection leaves a ticket of the newest key, and so the session goes on")
    func renewal() throws {
        let clock = TestClock()
        let server = try server(clock)
        let client = try identities.client()
        #expect(try !resumes(server, client))
        for _ in 0..<5 {
            clock.advance(.seconds(120))
            #expect(try resumes(server, client))
        }
    }

    /// A server that changes its keys every 100 seconds of the clock's.
    private func server(_ clock: TestClock) throws -> TLSServerContext {
        var configuration = TLSServerConfiguration(identity: try identities.identity("www.example.com"))
        configuration.ticketKeyRotation = .seconds(100)
        return try TLSServerContext(configuration, now: { clock.now })
    }

    @Test("A server or a client that wants none resumes none", arguments: [0x303, 0x304])
    func off(version: Int) throws {
        let none = try identities.server { $0.resumesSessions = false }
        let client = try identities.client()
        #expect(try !resumes(none, client, version: version))
        #expect(try !resumes(none, client, version: version))
        let forgetful = try identities.client { $0.maximumResumableServers = 0 }
        let server = try identities.server()
        #expect(try !resumes(server, forgetful, version: version))
        #expect(try !resumes(server, forgetful, version: version))
    }

    @Test("A client's certificate is remembered with its session", arguments: [0x303, 0x304])
    func clientCertificates(version: Int) throws {
        let server = try identities.server { $0.clientCertificates = .required(identities.roots) }
        let identity = try identities.identity("client", purposes: [.client])
        let client = try identities.client { $0.identity = identity }
        #expect(try !resumes(server, client, version: version))
        let again = try MemoryHandshake(server, client) { SSL_ctrl($0, SSL_CTRL_SET_MAX_PROTO_VERSION, version, nil) }
        #expect(try again.run().seen.isResumed)
        #expect(again.serverError == nil)
        #expect(again.server.peerSubject == "CN=client")
    }

    @Test("The order of the authorities is nothing to a session", arguments: [0x303, 0x304])
    func authorityOrder(version: Int) async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/authorities.pem"
            let texts = [identities.authority.certificate.pem, identities.stranger.certificate.pem]
            try TestFile.write(texts.joined(), to: path)
            let server = try identities.server { $0.clientCertificates = .required(.file(path)) }
            let identity = try identities.identity("client", purposes: [.client])
            let client = try identities.client { $0.identity = identity }
            #expect(try !resumes(server, client, version: version))
            for texts in [texts.reversed(), texts] {
                try TestFile.write(texts.joined(), to: path)
                try server.reload()
                #expect(try resumes(server, client, version: version))
            }
        }
    }

    @Test("A client keeps no ticket that is too large", arguments: [0x303, 0x304], [(7000, true), (9000, false)])
    func largeTickets(version: Int, size: (bytes: Int, isKept: Bool)) throws {
        let (server, client) = (try identities.server(), try identities.client())
        let bytes = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: size.bytes)
        bytes.initialize(repeating: 7)
        defer { bytes.deallocate() }
        for isSecond in [false, true] {
            let handshake = try MemoryHandshake(server, client) { ssl in
                SSL_ctrl(ssl, SSL_CTRL_SET_MAX_PROTO_VERSION, version, nil)
            }
            withUnsafePointer(to: bytes) { pointer in
                // What a server puts into a ticket makes it as large.
                _ = SSL_CTX_set_session_ticket_cb(
                    SSL_get_SSL_CTX(handshake.server.ssl),
                    { ssl, bytes in
                        guard let bytes = bytes?.assumingMemoryBound(to: UnsafeMutableBufferPointer<UInt8>.self) else {
                            return 0
                        }
                        return SSL_SESSION_set1_ticket_appdata(
                            SSL_get_session(ssl), bytes.pointee.baseAddress, bytes.pointee.count)
                    },
                    { _, _, _, _, status, _ in
                        status == SSL_TICKET_SUCCESS || status == SSL_TICKET_SUCCESS_RENEW
                            ? SSL_TICKET_RETURN_USE : SSL_TICKET_RETURN_IGNORE_RENEW
                    }, UnsafeMutableRawPointer(mutating: pointer))
                handshake.run()
            }
            #expect(try handshake.seen.isResumed == (isSecond && size.isKept))
        }
    }

    @Test("Once a client's authority is no longer trusted, nothing is resumed by its word", arguments: [0x303, 0x304])
    func changedAuthority(version: Int) async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/authorities.pem"
            try TestFile.write(identities.authority.certificate.pem, to: path)
            let server = try identities.server { $0.clientCertificates = .required(.file(path)) }
            let identity = try identities.identity("client", purposes: [.client])
            let client = try identities.client { $0.identity = identity }
            #expect(try !resumes(server, client, version: version))
            #expect(try resumes(server, client, version: version))
            try TestFile.write(identities.stranger.certificate.pem, to: path)
            try server.reload()
            let handshake = try MemoryHandshake(server, client) { ssl in
                SSL_ctrl(ssl, SSL_CTRL_SET_MAX_PROTO_VERSION, version, nil)
            }.run()
            #expect(handshake.serverError == .unknownAuthority)
        }
    }

    @Test("A ticket that was tampered with anywhere leads to a full handshake", arguments: [0x303, 0x304])
    func tampered(version: Int) throws {
        let server = try identities.server()
        let client = try identities.client { $0.maximumResumableServers = 0 }
        func meet(_ session: [UInt8]?) throws -> MemoryHandshake {
            try MemoryHandshake(server, client) { ssl in
                SSL_ctrl(ssl, SSL_CTRL_SET_MAX_PROTO_VERSION, version, nil)
                guard let session else { return }
                session.withUnsafeBufferPointer { bytes in
                    var position = bytes.baseAddress
                    let session = d2i_SSL_SESSION(nil, &position, bytes.count)
                    SSL_set_session(ssl, session)
                    SSL_SESSION_free(session)
                }
            }.run()
        }
        let first = try meet(nil)
        let (session, ticket) = Self.session(of: first.client)
        #expect(try meet(session).seen.isResumed)
        // The key's name, the initialization vector, what is encrypted, and the code at its end.
        for position in [0, 15, 16, 31, 32, ticket.count / 2, ticket.count - 32, ticket.count - 1] {
            var changed = session
            changed[ticket.lowerBound + position] ^= 1
            let handshake = try meet(changed)
            #expect(try !handshake.seen.isResumed, "\(position)")
            #expect(handshake.serverError == nil)
        }
    }

    /// The session that a client has (DER), and where in it the ticket is.
    private static func session(of end: MemoryHandshake.End) -> (session: [UInt8], ticket: Range<Int>) {
        let session = SSL_get1_session(end.ssl)
        defer { SSL_SESSION_free(session) }
        var encoded: UnsafeMutablePointer<UInt8>?
        let length = i2d_SSL_SESSION(session, &encoded)
        defer { CRYPTO_free(encoded, nil, 0) }
        let bytes = Array(UnsafeBufferPointer(start: encoded, count: Int(length)))
        var pointer: UnsafePointer<UInt8>?
        var count = 0
        SSL_SESSION_get0_ticket(session, &pointer, &count)
        let ticket = Array(UnsafeBufferPointer(start: pointer, count: count))
        let start = bytes.indices.first { bytes[$0...].starts(with: ticket) } ?? 0
        return (bytes, start..<start + count)
    }
}

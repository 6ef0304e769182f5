import COpenSSL
import Testing

@testable import Netius

@Suite("What a TLS server shows and negotiates")
struct TLSServerContextTests {
    private let identities: TLSTestIdentities

    init() throws {
        identities = try TLSTestIdentities()
    }

    // MARK: Versions and ciphers

    @Test("TLS 1.3 is spoken with whoever can, and 1.2 with whoever cannot")
    func versions() throws {
        let server = try identities.server()
        let client = try identities.client()
        let newest = try MemoryHandshake(server, client).run()
        #expect(try newest.seen.version == .tls13)
        #expect(try newest.seen.cipherSuite.hasPrefix("TLS_"))
        let older = try MemoryHandshake(server, client) { SSL_ctrl($0, SSL_CTRL_SET_MAX_PROTO_VERSION, 0x303, nil) }
        #expect(try older.run().seen.version == .tls12)
        #expect(try older.seen.cipherSuite.contains("ECDHE"))
    }

    @Test("TLS 1.1 is not spoken, nor 1.2 where it is not wanted")
    func oldVersions() throws {
        let client = try identities.client()
        let old = try MemoryHandshake(identities.server(), client) { ssl in
            SSL_set_security_level(ssl, 0)
            SSL_set_cipher_list(ssl, "ALL:@SECLEVEL=0")
            SSL_ctrl(ssl, SSL_CTRL_SET_MIN_PROTO_VERSION, 0x301, nil)
            SSL_ctrl(ssl, SSL_CTRL_SET_MAX_PROTO_VERSION, 0x302, nil)
        }
        #expect(old.run().serverError == .noCommonVersion)
        #expect(old.clientError == .noCommonVersion)
        let strict = try identities.server { $0.minimumVersion = .tls13 }
        let older = try MemoryHandshake(strict, client) { SSL_ctrl($0, SSL_CTRL_SET_MAX_PROTO_VERSION, 0x303, nil) }
        #expect(older.run().clientError == .noCommonVersion)
    }

    @Test(
        "Suites without forward secrecy or authenticated encryption are refused",
        arguments: [
            "AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA256", "ECDHE-ECDSA-AES256-SHA", "DHE-RSA-AES128-GCM-SHA256",
            "ECDHE-ECDSA-AES128-CCM",
        ])
    func weakCiphers(cipher: String) throws {
        let handshake = try MemoryHandshake(identities.server(), identities.client()) { ssl in
            SSL_ctrl(ssl, SSL_CTRL_SET_MAX_PROTO_VERSION, 0x303, nil)
            SSL_set_cipher_list(ssl, cipher)
        }
        #expect(handshake.run().serverError == .noCommonCipher)
    }

    @Test("The server's order of ciphers counts, unless a client wants ChaCha20; of groups X25519 is first")
    func preferences() throws {
        let server = try identities.server()
        let standard = "ECDHE-ECDSA-AES128-GCM-SHA256"
        let chosen = [
            "ECDHE-ECDSA-CHACHA20-POLY1305": "ECDHE-ECDSA-CHACHA20-POLY1305",
            "ECDHE-ECDSA-AES256-GCM-SHA384": standard,
        ]
        for (first, cipher) in chosen {
            let handshake = try MemoryHandshake(server, identities.client()) { ssl in
                SSL_ctrl(ssl, SSL_CTRL_SET_MAX_PROTO_VERSION, 0x303, nil)
                SSL_set_cipher_list(ssl, "\(first):\(standard)")
            }
            handshake.run()
            #expect(String(cString: SSL_CIPHER_get_name(SSL_get_current_cipher(handshake.client.ssl))) == cipher)
        }
        let handshake = try MemoryHandshake(server, identities.client()).run()
        #expect(SSL_ctrl(handshake.client.ssl, SSL_CTRL_GET_NEGOTIATED_GROUP, 0, nil) == Int(NID_X25519))
    }

    @Test("A client may not renegotiate")
    func renegotiation() throws {
        let handshake = try MemoryHandshake(identities.server(), identities.client()) { ssl in
            SSL_ctrl(ssl, SSL_CTRL_SET_MAX_PROTO_VERSION, 0x303, nil)
            SSL_clear_options(ssl, UInt64(1) << 30)
        }
        _ = try handshake.run().seen
        #expect(SSL_renegotiate(handshake.client.ssl) == 1)
        handshake.client.begin()
        // It answers with a warning, and goes on with what there is.
        #expect(try handshake.server.read() == "")
        #expect(throws: TLSError.self) { try handshake.client.read() }
        #expect(SSL_get_state(handshake.server.ssl) == TLS_ST_OK)
    }

    // MARK: Application protocols

    @Test("The server's preferred protocol is chosen; one in common must be; none need be offered")
    func applicationProtocols() throws {
        let server = try identities.server { $0.applicationProtocols = ["h2", "http/1.1"] }
        let client = try identities.client()
        for maximum in [0x303, 0x304] {
            func negotiate(_ server: TLSServerContext, _ protocols: [String]) throws -> MemoryHandshake {
                try MemoryHandshake(server, client, protocols: protocols) { ssl in
                    SSL_ctrl(ssl, SSL_CTRL_SET_MAX_PROTO_VERSION, maximum, nil)
                }.run()
            }
            #expect(try negotiate(server, ["http/1.1", "h2"]).seen.applicationProtocol == "h2")
            #expect(try negotiate(server, ["http/1.1"]).seen.applicationProtocol == "http/1.1")
            #expect(try negotiate(server, []).seen.applicationProtocol == nil)
            #expect(try negotiate(server, ["spdy/3"]).clientError == .noApplicationProtocol)
            #expect(try negotiate(server, ["spdy/3"]).serverError == .noApplicationProtocol)
            #expect(try negotiate(server.offering(["spdy/3"]), ["h2", "spdy/3"]).seen.applicationProtocol == "spdy/3")
            #expect(try negotiate(server.offering([]), ["h2"]).seen.applicationProtocol == nil)
        }
    }

    @Test("What is offered is made at once, or refused at once, and only what somebody uses is kept")
    func offers() throws {
        let server = try identities.server()
        #expect(throws: TLSConfigurationError.self) { try server.offering([""]) }
        #expect(server.offeredProtocols == [[]])
        do {
            let first = try server.offering(["h2"])
            let second = try first.offering(["h2"])
            #expect(second.offeredProtocols == [[], ["h2"]])
            try server.reload()
            #expect(server.offeredProtocols == [[], ["h2"]])
            withExtendedLifetime((first, second)) {}
        }
        #expect(server.offeredProtocols == [[]])
        try server.reload()
        #expect(try server.offering(["http/1.1"]).offeredProtocols == [[], ["http/1.1"]])
    }

    @Test("A protocol without a name, and a server without a certificate, are errors from the beginning")
    func configurationErrors() throws {
        #expect(throws: TLSConfigurationError.self) { try identities.server { $0.applicationProtocols = [""] } }
        #expect(throws: TLSConfigurationError("a TLS server needs a certificate")) {
            try TLSServerContext(TLSServerConfiguration())
        }
        #expect(throws: TLSConfigurationError.self) { try identities.server { $0.stapleFile = "/nowhere/staple.der" } }
        #expect(throws: TLSConfigurationError.self) {
            try identities.server { $0.stapleFiles = ["a.example.com": "x"] }
        }
    }

    // MARK: Dates

    @Test("A certificate that has expired, or is not valid yet, is not served, unless that is allowed")
    func dates() throws {
        for (start, end, words) in [(-7200, -3600, "expired on"), (3600, 7200, "not valid before")]
            as [(Int64, Int64, String)]
        {
            let identity = try identities.identity("www.example.com", from: start, to: end)
            let error = #expect(throws: TLSConfigurationError.self) { try TLSServerContext(identity: identity) }
            #expect(error?.description.contains(words) == true)
            let named = #expect(throws: TLSConfigurationError.self) {
                try identities.server { $0.identities = ["other.example.com": identity] }
            }
            #expect(named?.description.hasPrefix("server name \"other.example.com\": ") == true)
            var configuration = TLSServerConfiguration(identity: identity)
            configuration.allowsInvalidDates = true
            _ = try TLSServerContext(configuration)
        }
    }

    @Test("What ends soon is told, with the days that are left")
    func expiring() throws {
        let day: Int64 = 86_400
        let soon = try identities.identity("soon.example.com", to: 3 * day + 60)
        let late = try identities.identity("late.example.com", to: 20 * day)
        let server = try identities.server { configuration in
            configuration.identity = late
            configuration.identities = ["soon.example.com": soon, "alias.example.com": soon]
        }
        let expiring = server.certificatesExpiring()
        #expect(expiring.map(\.certificate) == [soon.certificate])
        #expect(expiring.map(\.daysLeft) == [3])
        #expect(server.certificatesExpiring(withinDays: 3).isEmpty)
        #expect(server.certificatesExpiring(withinDays: 60).count == 2)
        let later = Timestamp(seconds: Timestamp.now.seconds + 4 * day)
        #expect(server.certificatesExpiring(of: later).map(\.daysLeft) == [0])
        #expect(server.certificatesExpiring(of: Timestamp(seconds: .min)).isEmpty)
        #expect(server.certificatesExpiring(of: Timestamp(seconds: .max)).map(\.daysLeft) == [0, 0])
    }

    // MARK: Handshakes under way

    @Test("The handshakes under way are counted for all servers of a configuration together")
    func handshakes() throws {
        let context = try identities.server { $0.maximumHandshakes = 2 }
        let other = try context.offering(["http/1.1"])
        #expect(context.maximumHandshakes == 2)
        #expect(context.handshakeTimeout == .seconds(10))
        let peers = (1...3).map { SocketAddress.ip(.v4(IPv4Address(bits: $0)), port: 1) }
        #expect(context.beginHandshake(from: peers[0]))
        #expect(other.beginHandshake(from: peers[1]))
        #expect(!context.beginHandshake(from: peers[2]))
        other.endHandshake(from: peers[1])
        #expect(context.beginHandshake(from: .unix(path: "")))
    }

    @Test("One address may have an eighth of them, or as many as the configuration says, whatever its ports")
    func handshakesOfAnAddress() throws {
        let peers = (1...200).map { SocketAddress.ip(.v4(.loopback), port: $0) }
        for (maximum, count) in [(nil, 128), (5, 5)] as [(Int?, Int)] {
            let context = try identities.server { $0.maximumHandshakesPerAddress = maximum }
            #expect(context.maximumHandshakesPerAddress == count)
            #expect(peers.filter { context.beginHandshake(from: $0) }.count == count)
            for peer in peers[..<count] { context.endHandshake(from: peer) }
            #expect(context.beginHandshake(from: peers[0]))
        }
    }
}

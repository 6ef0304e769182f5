import COpenSSL
import Testing

@testable import Netius

@Suite("Certificates by the name that a client asks for")
struct TLSServerNameHandshakeTests {
    private let identities: TLSTestIdentities

    init() throws {
        identities = try TLSTestIdentities()
    }

    private func server(_ change: (inout TLSServerConfiguration) throws -> Void = { _ in }) throws -> TLSServerContext {
        try identities.server { configuration in
            configuration.identities = [
                "a.example.com": try identities.identity("a.example.com", commonName: "exact"),
                "*.example.com": try identities.identity("*.example.com", commonName: "wildcard"),
            ]
            try change(&configuration)
        }
    }

    /// The common name of what the server shows to a client that asks for the name.
    private func shown(
        _ server: TLSServerContext, for name: String, version: Int = 0x304
    ) throws -> (name: String?, error: TLSError?) {
        let client = try identities.client { $0.verifiesPeer = false }
        let handshake = try MemoryHandshake(server, client, name: name) { ssl in
            SSL_ctrl(ssl, SSL_CTRL_SET_MAX_PROTO_VERSION, version, nil)
        }.run()
        return (handshake.client.peerSubject, handshake.clientError)
    }

    @Test("The exact name's, else the wildcard's, else the default", arguments: [0x303, 0x304])
    func choice(version: Int) throws {
        let server = try server()
        #expect(try shown(server, for: "a.example.com", version: version).name == "CN=exact")
        #expect(try shown(server, for: "A.EXAMPLE.com.", version: version).name == "CN=exact")
        #expect(try shown(server, for: "b.example.com", version: version).name == "CN=wildcard")
        #expect(try shown(server, for: "a.b.example.com", version: version).name == "CN=www.example.com")
        #expect(try shown(server, for: "example.com", version: version).name == "CN=www.example.com")
        #expect(try shown(server, for: "127.0.0.1", version: version).name == "CN=www.example.com")
    }

    @Test("Where names must be known, others and none are refused with an alert", arguments: [0x303, 0x304])
    func unknown(version: Int) throws {
        let server = try server { $0.requiresKnownName = true }
        #expect(try shown(server, for: "a.example.com", version: version).name == "CN=exact")
        // In the default certificate, and so known; but for www.example.com there is a wildcard too.
        #expect(try shown(server, for: "localhost", version: version).name == "CN=www.example.com")
        #expect(try shown(server, for: "www.example.com", version: version).name == "CN=www.example.com")
        for name in ["example.org", "a.b.example.com", "127.0.0.1"] {
            #expect(try shown(server, for: name, version: version).error == .alert("unrecognized name"), "\(name)")
        }
    }

    @Test("Without a default certificate, unknown names are refused", arguments: [0x303, 0x304])
    func noDefault(version: Int) throws {
        let server = try server { $0.identity = nil }
        #expect(try shown(server, for: "b.example.com", version: version).name == "CN=wildcard")
        #expect(try shown(server, for: "example.org", version: version).error == .alert("unrecognized name"))
        #expect(try shown(server, for: "::1", version: version).error == .alert("unrecognized name"))
    }

    @Test("All that holds for the server holds under each name")
    func rules() throws {
        let server = try server { configuration in
            configuration.applicationProtocols = ["h2"]
            configuration.clientCertificates = .required(identities.roots)
        }
        let client = try identities.client()
        let without = try MemoryHandshake(server, client, name: "a.example.com", protocols: ["h2"]).run()
        #expect(without.serverError == .certificateRequired)
        let other = try MemoryHandshake(server, client, name: "a.example.com", protocols: ["h3"]).run()
        #expect(other.clientError == .noApplicationProtocol)
        let identity = try identities.identity("client", purposes: [.client])
        let known = try identities.client { $0.identity = identity }
        let handshake = try MemoryHandshake(server, known, name: "a.example.com", protocols: ["h2"]).run()
        #expect(handshake.serverError == nil)
        #expect(try handshake.seen.applicationProtocol == "h2")
        #expect(handshake.server.peerSubject == "CN=client")
    }

    @Test("A client that is sent back for another group is served by the same name")
    func retry() throws {
        let server = try server()
        let handshake = try MemoryHandshake(server, identities.client(), name: "a.example.com") { ssl in
            // What it guesses first, the server does not know.
            _ = "P-521:X25519".withCString { groups in
                SSL_ctrl(ssl, SSL_CTRL_SET_GROUPS_LIST, 0, UnsafeMutablePointer(mutating: groups))
            }
        }.run()
        #expect(try handshake.seen.version == .tls13)
        #expect(handshake.client.peerSubject == "CN=exact")
    }

    @Test(
        "A name that nobody can ask for is an error from the beginning",
        arguments: ["*", "w*.example.com", "127.0.0.1"])
    func errors(name: String) throws {
        #expect(throws: TLSConfigurationError.self) {
            try server { $0.identities[name] = $0.identity }
        }
    }
}

import COpenSSL
import Testing

@testable import Netius

@Suite("How a client verifies its server")
struct TLSClientVerificationTests {
    private let identities: TLSTestIdentities

    init() throws {
        identities = try TLSTestIdentities()
    }

    private func meet(
        _ identity: TLSIdentity, name: String = "www.example.com",
        _ change: (inout TLSClientConfiguration) throws -> Void = { _ in }
    ) throws -> MemoryHandshake {
        var configuration = TLSServerConfiguration(identity: identity)
        configuration.allowsInvalidDates = true
        return try MemoryHandshake(TLSServerContext(configuration), identities.client(change), name: name).run()
    }

    // MARK: Chains

    @Test("A certificate of a trusted authority, for the name, is accepted; so is one with an authority in between")
    func accepted() throws {
        #expect(try meet(identities.identity("www.example.com")).clientError == nil)
        let intermediate = try TLSTestIdentities.makeAuthority("Intermediate", signer: identities.authority)
        let identity = try identities.identity("www.example.com", by: intermediate)
        #expect(identity.chain.count == 2)
        #expect(try meet(identity).clientError == nil)
        #expect(try meet(identity) { $0.maximumIntermediates = 0 }.clientError != nil)
    }

    @Test("Each thing that can be wrong is an error of its own, and the server learns of it")
    func errors() throws {
        let expired = try meet(identities.identity("www.example.com", from: -7200, to: -3600))
        #expect(expired.clientError == .expired)
        #expect(expired.serverError != nil)
        #expect(try meet(identities.identity("www.example.com", from: 3600, to: 7200)).clientError == .notYetValid)
        #expect(try meet(TLSIdentity.selfSigned(names: ["www.example.com"])).clientError == .selfSigned)
        let stranger = try identities.identity("www.example.com", by: identities.stranger)
        #expect(try meet(stranger).clientError == .unknownAuthority)
        let sender = try identities.identity("www.example.com", purposes: [.client])
        guard case .invalidCertificate? = try meet(sender).clientError else {
            Issue.record("a client's certificate is taken for a server's")
            return
        }
    }

    @Test("A certificate whose middle is missing is signed by nobody who is known")
    func missingIntermediate() throws {
        let intermediate = try TLSTestIdentities.makeAuthority("Intermediate", signer: identities.authority)
        let identity = try identities.identity("www.example.com", by: intermediate)
        let alone = try TLSIdentity(chain: [identity.certificate], privateKey: identity.privateKey)
        #expect(try meet(alone).clientError == .unknownAuthority)
        // An authority in between may be trusted by itself.
        let trusting = try meet(alone) { $0.trustRoots = .certificates([intermediate.certificate]) }
        #expect(trusting.clientError == nil)
    }

    @Test("A certificate that signs itself may be trusted by itself")
    func trustedSelfSigned() throws {
        let identity = try TLSIdentity.selfSigned(names: ["www.example.com"])
        let trusting = { (configuration: inout TLSClientConfiguration) in
            configuration.trustRoots = .certificates([identity.certificate])
        }
        #expect(try meet(identity, trusting).clientError == nil)
        #expect(try meet(identity, name: "other.example.com", trusting).clientError == .wrongHost("other.example.com"))
    }

    @Test("Without verification anything goes, which has to be asked for")
    func unverified() throws {
        let identity = try TLSIdentity.selfSigned(names: ["other"])
        #expect(try meet(identity) { $0.verifiesPeer = false }.clientError == nil)
        #expect(TLSClientConfiguration().verifiesPeer)
    }

    // MARK: Names

    @Test(
        "The names that a certificate is for",
        arguments: [
            ("www.example.com", "www.example.com"), ("www.example.com", "WWW.EXAMPLE.COM"),
            ("www.example.com", "www.example.com."), ("*.example.com", "www.example.com"),
            ("*.example.com", "xn--bcher-kva.example.com"), ("127.0.0.1", "127.0.0.1"), ("127.0.0.1", "127.0.0.1."),
            ("::1", "::1"),
            ("::1", "0:0:0:0:0:0:0:1"), ("2001:db8::1", "2001:DB8::1"),
        ])
    func matching(certificate: String, name: String) throws {
        #expect(try meet(identities.identity(certificate), name: name).clientError == nil)
    }

    @Test(
        "The names that it is not for",
        arguments: [
            ("www.example.com", "example.com"), ("www.example.com", "a.www.example.com"),
            ("www.example.com", "wwwxexample.com"), ("*.example.com", "example.com"),
            ("*.example.com", "a.b.example.com"), ("*.com", "example.com"), ("*.example.com", "www.example.org"),
            ("127.0.0.1", "127.0.0.2"), ("127.0.0.1", "::1"), ("localhost", "127.0.0.1"), ("::1", "localhost"),
        ])
    func mismatching(certificate: String, name: String) throws {
        #expect(try meet(identities.identity(certificate), name: name).clientError == .wrongHost(name))
    }

    @Test("The common name alone is no name, and an address that is a name is none either")
    func commonName() throws {
        let nameless = try identities.identity("other.example.com", commonName: "www.example.com")
        #expect(try meet(nameless).clientError == .wrongHost("www.example.com"))
    }

    @Test("Another name may be verified in the host's place")
    func otherName() throws {
        let server = try identities.server()
        let client = try identities.client { $0.serverName = "www.example.com" }
        let handshake = try MemoryHandshake(server, client, name: "10.0.0.1").run()
        #expect(try handshake.seen.serverName == "www.example.com")
        let wrong = try identities.client { $0.serverName = "other.example.com" }
        #expect(try MemoryHandshake(server, wrong, name: "www.example.com").run().clientError != nil)
        #expect(throws: TLSConfigurationError.self) { try identities.client { $0.serverName = "*.example.com" } }
    }

    @Test("Names are sent, addresses are not")
    func indication() throws {
        let server = try identities.server()
        let client = try identities.client()
        let named = try MemoryHandshake(server, client, name: "WWW.example.com.").run()
        #expect(named.server.serverNameSent == "www.example.com")
        #expect(try MemoryHandshake(server, client, name: "127.0.0.1").run().server.serverNameSent == nil)
        #expect(try MemoryHandshake(server, client, name: "::1").run().server.serverNameSent == nil)
    }

    @Test(
        "What is no name is refused before anything is sent",
        arguments: [
            "", ".", "www..example.com", "www.example.com\0.evil.org", "a b", "*.example.com", "bücher.example",
            String(repeating: "a", count: 300),
        ])
    func noName(name: String) throws {
        let client = try identities.client()
        #expect(throws: TLSConfigurationError.self) {
            _ = try client.makeSession(serverName: name, port: 443, applicationProtocols: [])
        }
    }
}

extension MemoryHandshake.End {
    /// What the client has asked for.
    var serverNameSent: String? {
        SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name).map { String(cString: $0) }
    }
}

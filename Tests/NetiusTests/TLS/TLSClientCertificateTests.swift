import COpenSSL
import Testing

@testable import Netius

@Suite("Certificates of clients")
struct TLSClientCertificateTests {
    private let identities: TLSTestIdentities

    init() throws {
        identities = try TLSTestIdentities()
    }

    private func meet(
        _ rule: TLSServerConfiguration.ClientCertificates, _ identity: TLSIdentity?, version: Int,
        _ change: (inout TLSServerConfiguration) throws -> Void = { _ in }
    ) throws -> MemoryHandshake {
        let server = try identities.server { configuration in
            configuration.clientCertificates = rule
            try change(&configuration)
        }
        let client = try identities.client { $0.identity = identity }
        return try MemoryHandshake(server, client) { SSL_ctrl($0, SSL_CTRL_SET_MAX_PROTO_VERSION, version, nil) }.run()
    }

    @Test("They are not asked for unless the server says so", arguments: [0x303, 0x304])
    func none(version: Int) throws {
        let identity = try identities.identity("client", purposes: [.client])
        let handshake = try meet(.none, identity, version: version)
        #expect(handshake.serverError == nil)
        #expect(handshake.server.peerSubject == nil)
    }

    @Test("Optional ones may be missing, but not wrong", arguments: [0x303, 0x304])
    func optional(version: Int) throws {
        let rule = TLSServerConfiguration.ClientCertificates.optional(identities.roots)
        let without = try meet(rule, nil, version: version)
        #expect(without.serverError == nil)
        #expect(without.server.peerSubject == nil)
        let good = try identities.identity("client", purposes: [.client])
        #expect(try meet(rule, good, version: version).server.peerSubject == "CN=client")
        let bad = try identities.identity("client", purposes: [.client], by: identities.stranger)
        #expect(try meet(rule, bad, version: version).serverError == .unknownAuthority)
    }

    @Test("Required ones must be there and right", arguments: [0x303, 0x304])
    func required(version: Int) throws {
        let rule = TLSServerConfiguration.ClientCertificates.required(identities.roots)
        let without = try meet(rule, nil, version: version)
        #expect(without.serverError == .certificateRequired)
        if version == 0x304 { #expect(without.lateError == .certificateRequired) }
        let good = try identities.identity("client", purposes: [.client])
        #expect(try meet(rule, good, version: version).serverError == nil)
        let expired = try identities.identity("client", purposes: [.client], from: -7200, to: -3600)
        #expect(try meet(rule, expired, version: version).serverError == .expired)
        let selfSigned = try TLSIdentity.selfSigned(names: ["client"])
        #expect(try meet(rule, selfSigned, version: version).serverError == .selfSigned)
    }

    @Test("A certificate for servers is none for clients")
    func purpose() throws {
        let handshake = try meet(.required(identities.roots), identities.identity("server"), version: 0x304)
        guard case .invalidCertificate? = handshake.serverError else {
            Issue.record("\(String(describing: handshake.serverError))")
            return
        }
    }

    @Test("A chain is as long as is allowed, and no longer")
    func depth() throws {
        let first = try TLSTestIdentities.makeAuthority("Intermediate 1", signer: identities.authority)
        let second = try TLSTestIdentities.makeAuthority("Intermediate 2", signer: first)
        let rule = TLSServerConfiguration.ClientCertificates.required(identities.roots)
        let identity = try identities.identity("client", purposes: [.client], by: second)
        #expect(try meet(rule, identity, version: 0x304) { $0.maximumIntermediates = 2 }.serverError == nil)
        #expect(try meet(rule, identity, version: 0x304) { $0.maximumIntermediates = 1 }.serverError != nil)
    }

    @Test("Clients are told the names of the server's authorities")
    func names() throws {
        let handshake = try meet(.optional(identities.roots), nil, version: 0x303)
        #expect(OPENSSL_sk_num(SSL_get0_peer_CA_list(handshake.client.ssl)) == 1)
    }
}

import COpenSSL
import Testing

@testable import Netius

@Suite("Servers that a client has pinned")
struct TLSPinnedServerTests {
    private let identities: TLSTestIdentities

    init() throws {
        identities = try TLSTestIdentities()
    }

    private func meet(
        _ identity: TLSIdentity, _ pins: [TLSPin], verifies: Bool, version: Int = 0x304
    ) throws -> MemoryHandshake {
        let client = try identities.client { configuration in
            configuration.pins = pins
            configuration.verifiesPeer = verifies
        }
        return try MemoryHandshake(TLSServerContext(identity: identity), client) { ssl in
            SSL_ctrl(ssl, SSL_CTRL_SET_MAX_PROTO_VERSION, version, nil)
        }.run()
    }

    @Test("One of the pins must be the certificate's or its key's", arguments: [0x303, 0x304], [true, false])
    func pins(version: Int, verifies: Bool) throws {
        let identity = try identities.identity("www.example.com")
        let other = try identities.identity("www.example.com")
        for subject in [TLSPin.Subject.certificate, .publicKey] {
            let (right, wrong) = (
                TLSPin(subject, of: identity.certificate), TLSPin(subject, of: other.certificate)
            )
            #expect(try meet(identity, [right], verifies: verifies, version: version).clientError == nil)
            #expect(try meet(identity, [wrong, right], verifies: verifies, version: version).clientError == nil)
            let refused = try meet(identity, [wrong], verifies: verifies, version: version)
            #expect(refused.clientError == .pinMismatch)
            #expect(refused.serverError != nil)
        }
    }

    @Test("A pin does not make up for what else is wrong, unless nothing else is verified")
    func verification() throws {
        let identity = try TLSIdentity.selfSigned(names: ["other.example.com"])
        let pin = TLSPin(.certificate, of: identity.certificate)
        #expect(try meet(identity, [pin], verifies: true).clientError == .selfSigned)
        #expect(try meet(identity, [pin], verifies: false).clientError == nil)
        let misnamed = try identities.identity("other.example.com")
        let pinned = try meet(misnamed, [TLSPin(.certificate, of: misnamed.certificate)], verifies: true)
        #expect(pinned.clientError == .wrongHost("www.example.com"))
    }

    @Test("An authority's pin is none for what it has signed")
    func authority() throws {
        let intermediate = try TLSTestIdentities.makeAuthority("Intermediate", signer: identities.authority)
        let identity = try identities.identity("www.example.com", by: intermediate)
        let pin = TLSPin(.publicKey, of: intermediate.certificate)
        #expect(try meet(identity, [pin], verifies: true).clientError == .pinMismatch)
    }

    @Test("A client shows its own certificate to a pinned server only")
    func ownCertificate() throws {
        let identity = try identities.identity("www.example.com")
        let server = try identities.server { configuration in
            configuration.identity = identity
            configuration.clientCertificates = .optional(identities.roots)
        }
        let own = try identities.identity("client", purposes: [.client])
        let client = try identities.client { configuration in
            configuration.identity = own
            configuration.pins = [TLSPin(.certificate, of: identities.authority.certificate)]
        }
        let handshake = try MemoryHandshake(server, client).run()
        #expect(handshake.clientError == .pinMismatch)
        #expect(handshake.server.peerSubject == nil)
    }
}

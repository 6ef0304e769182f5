import Netius
import Testing

@Suite("TLS identities")
struct TLSIdentityTests {
    @Test("A self-signed identity is for the names it was made for, and valid now")
    func selfSigned() throws {
        let identity = try TLSIdentity.selfSigned(names: ["localhost", "*.example.com", "127.0.0.1", "::1"])
        let certificate = identity.certificate
        #expect(identity.chain.count == 1)
        #expect(certificate.dnsNames == ["localhost", "*.example.com"])
        #expect(certificate.ipAddresses.map(\.description) == ["127.0.0.1", "::1"])
        #expect(certificate.subject == "CN=localhost")
        #expect(certificate.issuer == "CN=localhost")
        #expect(certificate.sha256Fingerprint.count == 32)
        #expect(identity.privateKey.description == "ECDSA 256")
        try identity.check()
    }
}

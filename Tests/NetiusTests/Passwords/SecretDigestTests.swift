import Testing

@testable import Netius

@Suite("Digests of secrets")
struct SecretDigestTests {
    @Test("The digest of a secret is HMAC-SHA-256: example 2 of RFC 4231")
    func hmac() throws {
        let secret = Array("what do ya want for nothing?".utf8)
        let made = SecretDigest(key: Array("Jefe".utf8))(secret.span)
        let digest = try #require(made)
        let expected: [UInt8] = [
            0x5b, 0xdc, 0xc1, 0x46, 0xbf, 0x60, 0x75, 0x4e, 0x6a, 0x04, 0x24, 0x26, 0x08, 0x95, 0x75, 0xc7,
            0x5a, 0x00, 0x3f, 0x08, 0x9d, 0x27, 0x39, 0x83, 0x9d, 0xec, 0x58, 0xb9, 0x64, 0xec, 0x38, 0x43,
        ]
        #expect((0..<32).map { digest[$0] } == expected)
    }

    @Test("Without the key a digest tells nothing: every key has its own")
    func keys() {
        let (first, second) = (SecretDigest(), SecretDigest())
        let (secret, other) = (Array("frank:secret".utf8), Array("frank:secreu".utf8))
        let digests = [first(secret.span), first(secret.span), second(secret.span), first(other.span)]
        #expect(!digests.contains(nil))
        #expect(digests[0] == digests[1])
        #expect(Set(digests).count == 3)
    }
}

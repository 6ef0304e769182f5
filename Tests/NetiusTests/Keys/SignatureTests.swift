import TestSupport
import Testing

@testable import Netius

@Suite("Signatures and digests")
struct SignatureTests {
    /// RFC 8032 section 7.1, test 1.
    private static let seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
    private static let publicKey = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    private static let signature =
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655"
        + "141438e7a100b"

    private func bytes(_ text: String) throws -> [UInt8] { try #require([UInt8](hexadecimalText: text.utf8)) }

    @Test("Ed25519 signs as RFC 8032 has it")
    func ed25519() throws {
        let seed = try bytes(Self.seed)
        let der =
            [0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20] + seed
        let key = try #require(PrivateKeyObject(der: der))
        let raw = try bytes(Self.publicKey)
        #expect(key.isEd25519 && key.rawPublicKey == raw)
        let signature = try #require(key.signature(of: []))
        #expect(try signature == bytes(Self.signature))
        let publicKey = try #require(PublicKeyObject(ed25519: raw))
        #expect(publicKey.verifies(signature, of: []) && !publicKey.verifies(signature, of: [0]))
        #expect(PublicKeyObject(ed25519: [1, 2, 3]) == nil)
    }

    @Test("SHA-256 of pieces is that of the whole, also after a look on the way and in a copy")
    func digest() throws {
        // FIPS 180-4, the example of one block.
        let abc = try bytes("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        var hasher = SHA256Hasher()
        #expect(hasher.digest() == SHA256Hasher.digest(of: []))
        hasher.update(octets("a").span)
        _ = hasher.digest()
        var copy = hasher
        hasher.update(octets("bc").span)
        copy.update(octets("x").span)
        #expect(hasher.digest() == abc && copy.digest() == SHA256Hasher.digest(of: octets("ax")))
    }

    @Test("Octets are the same or not")
    func comparison() {
        #expect([UInt8]([]).isEqualInConstantTime(to: []) && [UInt8]([1, 2]).isEqualInConstantTime(to: [1, 2]))
        #expect(
            ![UInt8]([1, 2]).isEqualInConstantTime(to: [1, 3]) && ![UInt8]([1]).isEqualInConstantTime(to: [1, 2]))
    }
}

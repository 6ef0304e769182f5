import Foundation
import TestSupport
import Testing

@testable import Netius

@Suite("Private keys", .timeLimit(.minutes(5)))
struct TLSPrivateKeyTests {
    private typealias Fixtures = CertificateFixtures

    private func refusal(_ pem: String, _ passphrase: String? = nil) -> String? {
        #expect(throws: TLSConfigurationError.self) { try TLSPrivateKey(pem: pem, passphrase: passphrase) }?.description
    }

    @Test("One key is the same however it is written")
    func forms() throws {
        let key = try TLSPrivateKey(pem: Fixtures.pkcs8)
        #expect(key.description == "ECDSA 256")
        #expect(key.pem == Fixtures.pkcs8)
        #expect(try TLSPrivateKey(pem: Fixtures.sec1).der == key.der)
        #expect(try TLSPrivateKey(pem: Fixtures.sec1.replacing("\n", with: "\r\n")).der == key.der)
        #expect(try TLSPrivateKey(pem: Fixtures.encryptedPKCS8, passphrase: Fixtures.passphrase).der == key.der)
        #expect(try TLSPrivateKey(pem: Fixtures.encryptedSEC1, passphrase: Fixtures.passphrase).der == key.der)
        #expect(try TLSPrivateKey(pem: Fixtures.pkcs8, passphrase: "needless").der == key.der)
        #expect(try TLSPrivateKey(der: key.der).der == key.der)
        let blocks = try PEMReader.blocks(of: Array((Fixtures.sec1 + Fixtures.encryptedPKCS8).utf8))
        #expect(try TLSPrivateKey(der: blocks[1].content).der == key.der)
        #expect(try TLSPrivateKey(der: blocks[2].content, passphrase: Fixtures.passphrase).der == key.der)
    }

    @Test("Keys of each kind are made, and read again")
    func kinds() throws {
        let kinds: [(TLSPrivateKey.Kind, String)] = [
            (.p256, "ECDSA 256"), (.p384, "ECDSA 384"), (.ed25519, "Ed25519"), (.rsa(bits: 2048), "RSA 2048"),
        ]
        for (kind, description) in kinds {
            let key = try TLSPrivateKey.generate(kind)
            #expect(key.description == description)
            #expect(try TLSPrivateKey(pem: key.pem).der == key.der)
            let identity = try TLSIdentity(issuing: TLSCertificateTemplate(names: ["a.example"]), key: kind)
            try identity.check()
        }
        #expect(try TLSPrivateKey.generate().der != TLSPrivateKey.generate().der)
    }

    @Test("A passphrase that is missing or wrong is one clear line, and nobody is asked for it")
    func passphrases() throws {
        for pem in [Fixtures.encryptedPKCS8, Fixtures.encryptedSEC1] {
            #expect(refusal(pem) == "the key is encrypted: it needs a passphrase")
            for wrong in ["", "letmeiN", String(repeating: "x", count: 5000)] {
                #expect(refusal(pem, wrong) == "the passphrase of the key is wrong, or the key is damaged")
            }
        }
        let unknown = Fixtures.encryptedSEC1.replacing("AES-128-CBC", with: "ROT-13-CBC")
        #expect(refusal(unknown, "x") == "the key is encrypted in a way that is not known")
    }

    @Test("Keys that are weak or of no use, and what is no key, are refused in one clear line")
    func refusals() throws {
        #expect(
            #expect(throws: TLSConfigurationError.self) { try TLSPrivateKey.generate(.rsa(bits: 1024)) }?.description
                == "the key is too weak: RSA of 1024 bits, at least 2048 are needed")
        #expect(refusal(Fixtures.keyAgreement) == "the key is of a kind that TLS has no use for")
        #expect(refusal("") == "there is no private key in it")
        #expect(try refusal(TLSIdentity.selfSigned(names: ["x"]).certificatePEM) == "there is no private key in it")
        #expect(
            refusal(PEMBlock(label: "PRIVATE KEY", content: [1, 2, 3]).text) == "the private key in it cannot be read")
        #expect(throws: TLSConfigurationError("this is not a private key")) { try TLSPrivateKey(der: [1, 2, 3]) }
        #expect(throws: TLSConfigurationError("this is not a private key")) { try TLSPrivateKey(der: []) }
    }

    @Test("Files hold text or DER; what is wrong with one names it")
    func files() async throws {
        let key = try TLSPrivateKey.generate(.ed25519)
        try await withTemporaryDirectory { folder in
            let path = "\(folder)/key"
            for content in [key.der, Array(key.pem.utf8)] {
                try Data(content).write(to: URL(fileURLWithPath: path))
                #expect(try TLSPrivateKey(file: path).der == key.der)
            }
            try Data(Fixtures.encryptedPKCS8.utf8).write(to: URL(fileURLWithPath: path))
            #expect(throws: TLSConfigurationError("\(path): the key is encrypted: it needs a passphrase")) {
                try TLSPrivateKey(file: path)
            }
        }
    }

    @Test("Printing a key, or what has one, does not show it")
    func secrecy() throws {
        let key = try TLSPrivateKey(pem: Fixtures.pkcs8)
        var text = "\(key) \(String(reflecting: key)) \([key])"
        dump(key, to: &text)
        #expect(text.count < 200, "\(text)")
    }

    @Test("A key cut at any byte, and one with any byte changed, is read or refused")
    func damaged() throws {
        var random = SeededRandom(seed: 5958)
        for pem in [Fixtures.sec1, Fixtures.pkcs8, Fixtures.encryptedSEC1, Fixtures.encryptedPKCS8] {
            let text = Array(pem.utf8)
            for length in 0..<text.count - 1 {
                #expect(throws: TLSConfigurationError.self) {
                    try TLSPrivateKey(pem: Array(text[..<length]), passphrase: "")
                }
            }
        }
        let der = try TLSPrivateKey(pem: Fixtures.pkcs8).der
        for index in der.indices {
            #expect(throws: TLSConfigurationError.self) { try TLSPrivateKey(der: Array(der[..<index])) }
            var damaged = der
            damaged[index] = UInt8.random(in: 0...255, using: &random)
            _ = try? TLSPrivateKey(der: damaged)
        }
    }
}

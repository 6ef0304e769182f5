import TestSupport
import Testing

@testable import Netius
@testable import NetiusMail

@Suite("Keys that sign mail")
struct DKIMPrivateKeyTests {
    @Test(
        "A key is read again from what it is written as, and shows itself nowhere else",
        arguments: DKIMAlgorithm.allCases)
    func roundTrip(algorithm: DKIMAlgorithm) throws {
        let key = try DKIMTestKeys.key(algorithm)
        let again = try DKIMPrivateKey(pem: "a comment\n" + key.pem)
        #expect(again.pem == key.pem && again.record == key.record && again.algorithm == algorithm)
        let shown = "\(key) \(key.debugDescription) \(Mirror(reflecting: key).children.count)"
        #expect(shown == (algorithm == .rsaSHA256 ? "RSA 2048 RSA 2048 0" : "Ed25519 Ed25519 0"))
        #expect(key.pem.hasPrefix("-----BEGIN \(algorithm == .rsaSHA256 ? "RSA " : "")PRIVATE KEY-----\n"))
    }

    @Test("The line of a zone has strings of at most 255 octets, which together are the record")
    func zoneLine() throws {
        let key = try DKIMTestKeys.key(.rsaSHA256)
        let line = try key.zoneLine(domain: "example.com", selector: "2026.mail")
        let prefix = "2026.mail._domainkey.example.com. IN TXT \""
        #expect(line.hasPrefix(prefix) && line.hasSuffix("\""))
        let strings = line.dropFirst(prefix.count).dropLast().split(separator: "\" \"")
        #expect(strings.count == 2 && strings.allSatisfy { $0.utf8.count <= 255 } && strings.joined() == key.record)
        #expect(key.record.hasPrefix("v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA"))
        #expect(throws: DKIMError.malformedDomain("a b")) { try key.zoneLine(domain: "a b", selector: "s") }
    }

    @Test("Keys of too few or too many bits, encrypted ones and those of other kinds are refused")
    func refused() throws {
        for bits in [512, 1023, 8193, -1] {
            #expect(throws: DKIMError.unusableKey("a key of RSA has 1024 to 8192 bits here, not \(bits)")) {
                try DKIMPrivateKey.generate(.rsa(bits: bits))
            }
        }
        #expect(throws: DKIMError.unusableKey("there is no private key in it")) { try DKIMPrivateKey(pem: "") }
        let other = try TLSPrivateKey.generate().pem
        #expect(throws: DKIMError.unusableKey("the private key is neither of RSA nor of Ed25519")) {
            try DKIMPrivateKey(pem: other)
        }
        let encrypted = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n"
        #expect(
            throws: DKIMError.unusableKey(
                "the private key in it is encrypted: decrypt it first, as with 'openssl pkey'")
        ) { try DKIMPrivateKey(pem: encrypted) }
        for content in ["AAAA", "MAA=", "MAMCAQA="] {
            #expect(throws: DKIMError.unusableKey("the private key in it cannot be read")) {
                try DKIMPrivateKey(pem: "-----BEGIN PRIVATE KEY-----\n\(content)\n-----END PRIVATE KEY-----\n")
            }
        }
    }

    @Test("A key that older programs wrote, with numbers that look negative, signs as well")
    func older() async throws {
        let key = try DKIMTestKeys.key(.rsaSHA256)
        let block = try PEMReader.privateKey(of: Array(key.pem.utf8))
        let numbers = try #require(RSAPrivateKey(der: block.content))
        let elements = [
            [], numbers.publicKey.modulus.octets, numbers.publicKey.publicExponent.octets,
            numbers.privateExponent.octets,
            numbers.primes.0.octets, numbers.primes.1.octets, numbers.exponents.0.octets, numbers.exponents.1.octets,
            numbers.coefficient.octets,
        ]
        let der = DERWriter.sequence(elements.map { DERWriter.element(.integer, $0) })
        #expect(der != block.content)
        let older = try DKIMPrivateKey(pem: PEMBlock(label: "RSA PRIVATE KEY", content: der).text)
        #expect(older.record == key.record && older.pem == key.pem)
    }

    @Test("A key record that older programs wrote is read")
    func olderRecord() throws {
        let record =
            "k=rsa; p=MIGeMA0GCSqGSIb3DQEBAQUAA4GMADCBiAKBgIvEW6kK+HLl9FzfBVmYDjnXCiZUvyGNXMm7dIXWbiwYS4WF/ETQ3PrvikxgjA"
            + "VsxKXcVZREKpRza02CMCPjGYKD2PevEHV+H4qDXnMwvM5Sa9TD8JwtpqVpcOZDRjvk1Nrs3jFNJMdXncx/XYbV+iFNuSeX2JANF4F3Fxv5"
            + "XER/AgMBAAE="
        #expect(try DKIMKeyRecord([octets(record)], for: .rsaSHA256).bitCount == 1024)
    }
}

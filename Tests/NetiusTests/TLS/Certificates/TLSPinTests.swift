import COpenSSL
import Testing

@testable import Netius

@Suite("Pins")
struct TLSPinTests {
    private static let digits = String(repeating: "aB", count: 32)
    private static let octets = [UInt8](repeating: 0xAB, count: 32)

    @Test(
        "A pin of a certificate is read in every spelling",
        arguments: [
            digits, digits.uppercased(), Array(repeating: "aB", count: 32).joined(separator: ":"), "sha256:\(digits)",
            "SHA256:" + Array(repeating: "AB", count: 32).joined(separator: ":"),
        ])
    func certificates(text: String) throws {
        let pin = try TLSPin(parsing: text)
        #expect(pin.subject == .certificate && pin.sha256 == Self.octets)
        #expect(TLSPin(pin.description) == pin)
    }

    @Test("A pin of a key is read as HPKP and curl write it", arguments: ["sha256/", "sha256//", "SHA256/"])
    func keys(prefix: String) throws {
        let pin = try TLSPin(parsing: prefix + OpenSSLCoding.base64(Self.octets))
        #expect(pin.subject == .publicKey && pin.sha256 == Self.octets)
        #expect(TLSPin(pin.description) == pin)
        // Digits that are Base64 as well, of a digest that begins with slashes.
        let slashes = [UInt8](repeating: 0xFF, count: 32)
        #expect(try TLSPin(parsing: prefix + OpenSSLCoding.base64(slashes)).sha256 == slashes)
    }

    private static let wrong: [String] = {
        let base64 = OpenSSLCoding.base64(octets)
        var texts = ["", "ab", "sha256/", "sha256:", "sha256/abcd", "sha256/\(digits)", "sha1:\(digits)"]
        texts += ["\(digits)a", "\(digits)ab", "\(digits.dropLast())g", "\(digits.dropLast(2)):ab", " \(digits)"]
        texts += [":\(digits)", "\(digits):", digits.replacing("aB", with: "a:B"), "é\(digits.dropLast(2))"]
        texts += ["sha256///\(base64)", "sha256/\(base64.dropLast())", "sha256/\(base64)\n"]
        return texts
    }()

    @Test("Anything else is refused in one clear line", arguments: wrong)
    func refusals(text: String) {
        #expect(TLSPin(text) == nil)
        let error = #expect(throws: TLSConfigurationError.self) { try TLSPin(parsing: text) }
        #expect(error?.description.hasPrefix("\(text.quoted) is not a pin") == true)
    }

    @Test("A pin matches its certificate, and that of a key every certificate of the key")
    func matching() throws {
        let key = try TLSPrivateKey.generate()
        let template = TLSCertificateTemplate(names: ["a.example"])
        let (first, renewed) = (try template.issue(for: key), try template.issue(for: key))
        let other = try template.issue(for: TLSPrivateKey.generate())
        #expect(TLSPin(.certificate, of: first).matches(first))
        #expect(!TLSPin(.certificate, of: first).matches(renewed))
        #expect(TLSPin(.publicKey, of: first).matches(renewed))
        #expect(!TLSPin(.publicKey, of: first).matches(other))
        #expect(try TLSPin(parsing: first.fingerprint).matches(first))
        #expect(throws: TLSConfigurationError.self) { try TLSPin(.publicKey, sha256: []) }
    }

    @Test("Two keys that cannot be read are not the same one")
    func unreadable() throws {
        let pointer = try #require(X509_new())
        let object = X509Object(taking: pointer)
        ASN1_TIME_set(X509_getm_notBefore(pointer), 0)
        ASN1_TIME_set(X509_getm_notAfter(pointer), 0)
        let certificate = try TLSCertificate(object, der: [])
        try #require(certificate.publicKeySHA256.isEmpty)
        #expect(!TLSPin(.publicKey, of: certificate).matches(certificate))
    }
}

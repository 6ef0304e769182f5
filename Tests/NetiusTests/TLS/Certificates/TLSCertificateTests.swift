import Foundation
import TestSupport
import Testing

@testable import Netius

@Suite("Certificates", .timeLimit(.minutes(5)))
struct TLSCertificateTests {
    private func certificate(
        _ commonName: String? = "a.example", _ names: [String] = ["a.example"],
        adjusting: (inout TLSCertificateTemplate) -> Void = { _ in }
    ) throws -> TLSCertificate {
        var template = TLSCertificateTemplate(commonName: commonName, names: names)
        adjusting(&template)
        return try TLSIdentity(issuing: template).certificate
    }

    @Test("A certificate is read from its bytes and its text, and both are equal")
    func reading() throws {
        let certificate = try certificate()
        #expect(try TLSCertificate(der: certificate.der) == certificate)
        #expect(try TLSCertificate.certificates(pem: certificate.pem) == [certificate])
        let other = try self.certificate()
        #expect(other != certificate && Set([certificate, other, certificate]).count == 2)
        #expect(try TLSCertificate.certificates(pem: certificate.pem + "x\n" + other.pem) == [certificate, other])
    }

    @Test("A certificate has the names, addresses and dates that it was made with")
    func values() throws {
        let certificate = try certificate("Ünï, code", ["a.example", "*.B.example", "192.0.2.1", "2001:db8::1"]) {
            $0.notBefore = Timestamp(seconds: -1_000_000_000)
            $0.notAfter = Timestamp(seconds: 4_102_444_800)
        }
        #expect(certificate.subject == #"CN=Ünï\, code"#)
        #expect(certificate.dnsNames == ["a.example", "*.b.example"])
        #expect(certificate.ipAddresses == [IPAddress("192.0.2.1"), IPAddress("2001:db8::1")])
        #expect(certificate.notBefore == Timestamp(seconds: -1_000_000_000))
        #expect(certificate.notAfter == Timestamp(seconds: 4_102_444_800))
        #expect(certificate.serialNumber.count == 32)
        #expect(try self.certificate(nil).subject == "" && self.certificate(nil).dnsNames == ["a.example"])
        #expect(try self.certificate("x", []).dnsNames.isEmpty)
    }

    @Test(
        "What cannot be written into a certificate is refused",
        arguments: [
            "", "a b", "a,DNS:b", "a..b", "-a.example", "*", "a.*.example", "é.example", "fe80::1%1", "a.example.",
        ])
    func wrongNames(name: String) throws {
        let error = #expect(throws: TLSConfigurationError.self) { try certificate("x", [name]) }
        #expect(error?.description == "\(name.quoted) is neither a DNS name nor an IP address")
    }

    @Test("A date after the year 9999 and a common name that is too long are refused")
    func unwritable() throws {
        let error = #expect(throws: TLSConfigurationError.self) {
            try certificate { $0.notAfter = Timestamp(seconds: 253_402_300_800) }
        }
        #expect(error?.description.hasPrefix("a certificate cannot have the date") == true)
        _ = try certificate { $0.notAfter = Timestamp(seconds: 253_402_300_799) }
        #expect(throws: TLSConfigurationError.self) { try certificate { $0.notAfter = Timestamp(seconds: .max) } }
        #expect(throws: TLSConfigurationError.self) { try certificate(String(repeating: "x", count: 65)) }
    }

    @Test("Bytes after a certificate, or missing from it, make it none")
    func trailing() throws {
        let der = try certificate().der
        #expect(throws: TLSConfigurationError("this is not a certificate")) { try TLSCertificate(der: der + [0]) }
        #expect(throws: TLSConfigurationError.self) { try TLSCertificate(der: []) }
        for length in 0..<der.count {
            #expect(throws: TLSConfigurationError.self) { try TLSCertificate(der: Array(der[..<length])) }
        }
    }

    @Test("A certificate with any of its bytes changed is read or refused, and what it says can be asked for")
    func damaged() throws {
        let der = try certificate("x", ["a.example", "192.0.2.1"]).der
        var random = SeededRandom(seed: 5280)
        for index in der.indices {
            for value in [0, 0xFF, der[index] ^ 1, UInt8.random(in: 0...255, using: &random)] {
                var damaged = der
                damaged[index] = value
                guard let certificate = try? TLSCertificate(der: damaged) else { continue }
                _ = (certificate.subject, certificate.issuer, certificate.serialNumber, certificate.publicKeySHA256)
                #expect(certificate.dnsNames.count <= 2 && certificate.ipAddresses.count <= 2)
                #expect(certificate.der == damaged)
                #expect(certificate.sha256Fingerprint.count == 32)
            }
        }
    }

    @Test("A text without a certificate, or with one that is none, is refused in one clear line")
    func refusals() throws {
        func refusal(_ pem: String) -> String? {
            #expect(throws: TLSConfigurationError.self) { try TLSCertificate.certificates(pem: pem) }?.description
        }
        let good = try certificate().pem
        #expect(refusal("") == "there is no certificate in it")
        #expect(refusal(CertificateFixtures.pkcs8) == "there is no certificate in it")
        #expect(
            refusal(good + PEMBlock(label: "CERTIFICATE", content: [1, 2, 3]).text)
                == "certificate 2 in it cannot be read")
    }

    @Test("Files are read as text or DER; what is wrong with one names it")
    func files() async throws {
        let certificate = try certificate()
        try await withTemporaryDirectory { folder in
            let path = "\(folder)/file"
            func refusal() -> String? {
                #expect(throws: TLSConfigurationError.self) { try TLSCertificate.certificates(file: path) }?.description
            }
            #expect(refusal() == "\(path): No such file or directory")
            try Data(certificate.der).write(to: URL(fileURLWithPath: path))
            #expect(try TLSCertificate.certificates(file: path) == [certificate])
            try Data((certificate.pem + certificate.pem).utf8).write(to: URL(fileURLWithPath: path))
            #expect(try TLSCertificate.certificates(file: path) == [certificate, certificate])
            try Data("hello".utf8).write(to: URL(fileURLWithPath: path))
            #expect(refusal() == "\(path): there is no certificate in it")
            try Data(count: CertificateFile.maximumSize + 1).write(to: URL(fileURLWithPath: path))
            #expect(refusal() == "\(path): it has more than 1048576 bytes")
            try FileManager.default.removeItem(atPath: path)
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
            #expect(refusal() == "\(path): it is not a regular file")
        }
    }

    @Test("The openssl program, at its strictest, believes a chain by its root and a self-signed one by itself")
    func strictness() async throws {
        let authority = try TestAuthority()
        let (server, own) = (try authority.server("a.example"), try TLSIdentity.selfSigned(names: ["a.example"]))
        try await withTemporaryDirectory { folder in
            let chain = try server.write(in: folder, name: "server").certificate
            let root = try authority.root.write(in: folder, name: "root").certificate
            let single = try own.write(in: folder, name: "own").certificate
            for (roots, path) in [(root, chain), (single, single)] {
                let verified = try await OpenSSLProgram.run(
                    "verify", "-x509_strict", "-purpose", "sslserver", "-verify_hostname", "a.example", "-CAfile",
                    roots,
                    "-untrusted", path, path)
                #expect(verified == nil || verified == "\(path): OK\n")
            }
        }
    }

    @Test("The openssl program reads the same from a certificate")
    func parity() async throws {
        let identity = try TestAuthority().server("a.example", "192.0.2.1")
        let certificate = identity.certificate
        try await withTemporaryDirectory { folder in
            let path = try identity.write(in: folder).certificate
            guard
                let text = try await OpenSSLProgram.run(
                    "x509", "-in", path, "-noout", "-fingerprint", "-sha256", "-subject", "-issuer", "-serial",
                    "-dates",
                    "-nameopt", "RFC2253", "-dateopt", "iso_8601")
            else { return }
            let date = { (time: Timestamp) in String("\(time)".replacing("T", with: " ").replacing(".000", with: "")) }
            #expect(
                text == """
                    sha256 Fingerprint=\(certificate.fingerprint)
                    subject=\(certificate.subject)
                    issuer=\(certificate.issuer)
                    serial=\(certificate.serialNumber)
                    notBefore=\(date(certificate.notBefore))
                    notAfter=\(date(certificate.notAfter))

                    """)
            let key = try #require(try await OpenSSLProgram.run("x509", "-in", path, "-noout", "-pubkey"))
            let block = try #require(try PEMReader.blocks(of: Array(key.utf8)).first)
            #expect(OpenSSLCoding.sha256(block.content) == certificate.publicKeySHA256)
        }
    }
}

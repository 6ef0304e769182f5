import Foundation
import Testing

@testable import Netius

@Suite("TLS identities", .timeLimit(.minutes(5)))
struct TLSIdentityTests {
    private func refusal(_ body: () throws -> TLSIdentity) -> String? {
        do {
            _ = try body()
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test("A self-signed identity is for the names it was made for, and valid now")
    func selfSigned() throws {
        let identity = try TLSIdentity.selfSigned(names: ["localhost", "*.example.com", "127.0.0.1", "::1"])
        let certificate = identity.certificate
        #expect(identity.chain.count == 1)
        #expect(certificate.dnsNames == ["localhost", "*.example.com"])
        #expect(certificate.ipAddresses.map(\.description) == ["127.0.0.1", "::1"])
        #expect(certificate.subject == "CN=localhost" && certificate.issuer == "CN=localhost")
        #expect(identity.privateKey.description == "ECDSA 256")
        #expect(identity.description == "CN=localhost (SHA-256 \(certificate.fingerprint))")
        try identity.check()
        #expect(certificate.notBefore.seconds < Timestamp.now.seconds)
        #expect(certificate.notAfter.seconds - Timestamp.now.seconds <= 30 * 86_400)
        let long = String(repeating: "x", count: 63) + ".example"
        #expect(try TLSIdentity.selfSigned(names: [long]).certificate.dnsNames == [long])
    }

    @Test("A self-signed identity needs a name and a time")
    func wrongSelfSigned() {
        #expect(refusal { try .selfSigned(names: []) } == "a certificate needs a name to be for")
        #expect(refusal { try .selfSigned(names: ["a b"]) } == #""a b" is neither a DNS name nor an IP address"#)
        #expect(
            refusal { try .selfSigned(names: ["a"], validFor: .zero) } == "a certificate needs a time to be valid")
        #expect(refusal { try .selfSigned(names: ["a"], validFor: .seconds(Int64.max)) } != nil)
    }

    @Test("A chain goes on with whoever signed, and leaves the root out")
    func chain() throws {
        let authority = try TestAuthority()
        #expect(authority.intermediate.chain == [authority.intermediate.certificate])
        let server = try authority.server("a.example")
        #expect(server.chain == [server.certificate, authority.intermediate.certificate])
        _ = try TLSIdentity(chain: server.chain + [authority.root.certificate], privateKey: server.privateKey)
        let texts = try TLSIdentity(certificatePEM: server.certificatePEM, keyPEM: server.privateKey.pem)
        #expect(texts.chain == server.chain)
    }

    @Test("A chain that is empty, out of order, too long, or of another key is refused in one clear line")
    func wrongChains() throws {
        let authority = try TestAuthority()
        let server = try authority.server("a.example")
        let (leaf, intermediate, key) = (server.chain[0], server.chain[1], server.privateKey)
        #expect(refusal { try TLSIdentity(chain: [], privateKey: key) } == "there is no certificate")
        #expect(
            refusal { try TLSIdentity(chain: [intermediate, leaf], privateKey: key) }
                == #"the key does not match the certificate "CN=Netius Test Intermediate""#)
        #expect(
            refusal { try TLSIdentity(chain: [leaf, authority.root.certificate, intermediate], privateKey: key) }
                == #"the chain is out of order: certificate 1, "CN=a.example", is not signed by certificate 2, "#
                + #""CN=Netius Test Root""#)
        let impostor = try TestAuthority().intermediate.certificate
        #expect(
            refusal { try TLSIdentity(chain: [leaf, impostor], privateKey: key) }?.hasPrefix(
                "the chain is out of order")
                == true)
        let long = [leaf] + Array(repeating: intermediate, count: TLSIdentity.maximumChainLength)
        #expect(
            refusal { try TLSIdentity(chain: long, privateKey: key) } == "the chain has more than 10 certificates")
    }

    @Test("What is not valid now is told with its date, by the check alone")
    func dates() throws {
        let authority = try TestAuthority()
        let (expired, future) = (try authority.expiredServer("a.example"), try authority.futureServer("a.example"))
        #expect(
            refusal {
                try expired.check()
                return expired
            } == #"the certificate "CN=a.example" expired on \#(expired.certificate.notAfter)"#)
        #expect(
            refusal {
                try future.check()
                return future
            } == #"the certificate "CN=a.example" is not valid before \#(future.certificate.notBefore)"#)
        try expired.check(at: expired.certificate.notAfter)
        try future.check(at: future.certificate.notBefore)
        // Of the authority, whose certificate is younger.
        let error = #expect(throws: TLSConfigurationError.self) {
            try authority.server("a.example") { $0.notBefore = Timestamp(seconds: 0) }.check(at: Timestamp(seconds: 1))
        }
        #expect(error?.description.contains("Intermediate") == true)
    }

    @Test("Files are read, and a chain and its key may be in one")
    func files() async throws {
        let identity = try TestAuthority().server("a.example")
        try await withTemporaryDirectory { folder in
            let paths = try identity.write(in: folder)
            let read = try TLSIdentity(certificateFile: paths.certificate, keyFile: paths.key)
            #expect(read.chain == identity.chain && read.privateKey.der == identity.privateKey.der)
            #expect(read.files == [paths.certificate, paths.key])
            let both = "\(folder)/both.pem"
            try Data((identity.privateKey.pem + identity.certificatePEM).utf8).write(to: URL(fileURLWithPath: both))
            #expect(try TLSIdentity(certificateFile: both, keyFile: both).chain == identity.chain)
        }
    }

    @Test("What is wrong with a file is one line that names it")
    func wrongFiles() async throws {
        let authority = try TestAuthority()
        let (one, other) = (try authority.server("a.example"), try authority.expiredServer("b.example"))
        try await withTemporaryDirectory { folder in
            let (first, second) = (try one.write(in: folder, name: "a"), try other.write(in: folder, name: "b"))
            func read(_ certificate: String, _ key: String) -> String? {
                refusal { try TLSIdentity(certificateFile: certificate, keyFile: key) }
            }
            #expect(
                read(first.certificate, second.key)
                    == #"\#(first.certificate), \#(second.key): the key does not match the certificate "CN=a.example""#)
            #expect(read(first.certificate, "\(folder)/c") == "\(folder)/c: No such file or directory")
            #expect(read("\(folder)/c", first.key) == "\(folder)/c: No such file or directory")
            #expect(read(first.key, first.key) == "\(first.key): there is no certificate in it")
            #expect(read(first.certificate, first.certificate) == "\(first.certificate): there is no private key in it")
            let expired = try TLSIdentity(certificateFile: second.certificate, keyFile: second.key)
            #expect(
                refusal {
                    try expired.check()
                    return expired
                }?.hasPrefix("\(second.certificate): the certificate") == true)
        }
    }

    @Test("Files that are written over or replaced have changed, and are read again; a failure is no change")
    func reloading() async throws {
        let authority = try TestAuthority()
        let (first, second) = (try authority.server("a.example"), try authority.server("b.example"))
        #expect(!first.filesHaveChanged && first.files.isEmpty)
        #expect(try first.reloaded().chain == first.chain)
        try await withTemporaryDirectory { folder in
            let paths = try first.write(in: folder)
            let read = try TLSIdentity(certificateFile: paths.certificate, keyFile: paths.key)
            #expect(!read.filesHaveChanged)
            _ = try second.write(in: folder)
            #expect(read.filesHaveChanged)
            let reloaded = try read.reloaded()
            #expect(reloaded.chain == second.chain && !reloaded.filesHaveChanged && read.chain == first.chain)
            try Data("not yet".utf8).write(to: URL(fileURLWithPath: paths.certificate))
            #expect(reloaded.filesHaveChanged)
            #expect(refusal { try reloaded.reloaded() } == "\(paths.certificate): there is no certificate in it")
            try FileManager.default.removeItem(atPath: paths.key)
            #expect(reloaded.filesHaveChanged)
        }
    }

    @Test("The passphrase of a key is kept for reading it again, and not shown")
    func passphrase() async throws {
        let key = try TLSPrivateKey(pem: CertificateFixtures.pkcs8)
        let chain = [try TLSCertificateTemplate(names: ["a.example"]).issue(for: key)]
        try await withTemporaryDirectory { folder in
            let paths = ("\(folder)/a.crt", "\(folder)/a.key")
            try Data(chain[0].pem.utf8).write(to: URL(fileURLWithPath: paths.0))
            try Data(CertificateFixtures.encryptedPKCS8.utf8).write(to: URL(fileURLWithPath: paths.1))
            let read = try TLSIdentity(
                certificateFile: paths.0, keyFile: paths.1, passphrase: CertificateFixtures.passphrase)
            #expect(try read.reloaded().chain == chain)
            var text = "\(read) \(String(reflecting: read))"
            dump(read, to: &text)
            #expect(!text.contains(CertificateFixtures.passphrase))
        }
    }

    @Test("Only the owner may read a key that is written, and nothing is replaced unless that is said")
    func writing() async throws {
        let identity = try TLSIdentity.selfSigned(names: ["a.example"])
        try await withTemporaryDirectory { folder in
            let paths = ("\(folder)/a.crt", "\(folder)/a.key")
            func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder).sorted() }
            func mode(_ path: String) throws -> Int? {
                try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            }
            try Data("mine".utf8).write(to: URL(fileURLWithPath: paths.0))
            let refused = TLSConfigurationError("\(paths.0): File exists")
            #expect(throws: refused) { try identity.write(certificateFile: paths.0, keyFile: paths.1) }
            #expect(try names() == ["a.crt"])
            #expect(try String(contentsOfFile: paths.0, encoding: .utf8) == "mine")
            try identity.write(certificateFile: paths.0, keyFile: paths.1, replacing: true)
            #expect(try names() == ["a.crt", "a.key"])
            #expect(try mode(paths.1) == 0o600 && (mode(paths.0) ?? 0) & 0o600 == 0o600)
            #expect(try TLSIdentity(certificateFile: paths.0, keyFile: paths.1).chain == identity.chain)
            #expect(throws: TLSConfigurationError("\(paths.1): the certificate and the key need a file each")) {
                try identity.write(certificateFile: paths.1, keyFile: paths.1, replacing: true)
            }
            #expect(throws: TLSConfigurationError("\(folder)/none/a.key: No such file or directory")) {
                try identity.write(certificateFile: paths.0, keyFile: "\(folder)/none/a.key")
            }
        }
    }
}

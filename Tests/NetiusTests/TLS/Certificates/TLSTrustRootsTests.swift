import COpenSSL
import Foundation
import Testing

@testable import Netius

@Suite("Trust roots", .timeLimit(.minutes(5)))
struct TLSTrustRootsTests {
    private func environment(_ file: String, _ folders: String) -> Environment {
        Environment(["SSL_CERT_FILE": file, "SSL_CERT_DIR": folders])
    }

    @Test("The system's roots are where the variables say: in a file, and in folders under their hashes")
    func system() async throws {
        let (one, two, three) = (try TestAuthority().root, try TestAuthority().root, try TestAuthority().root)
        try await withTemporaryDirectory { folder in
            let (first, second) = ("\(folder)/first", "\(folder)/second")
            for path in [first, second] {
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
            }
            for (identity, path) in [
                (one, "\(folder)/file"), (two, "\(first)/0123abcd.0"), (three, "\(second)/0123abcd.12"),
                (one, "\(first)/README"), (one, "\(first)/0123abcd.r0"), (one, "\(first)/0123abc.0"),
            ] {
                try Data(identity.certificatePEM.utf8).write(to: URL(fileURLWithPath: path))
            }
            try Data("x".utf8).write(to: URL(fileURLWithPath: "\(second)/76543210.0"))
            let roots = SystemTrustRoots(
                environment: environment("\(folder)/file", "\(first):\(second):\(folder)/none"))
            #expect(try roots.certificates() == [one, two, three].map(\.certificate))
            let single = SystemTrustRoots(environment: environment("\(folder)/none", second))
            #expect(try single.certificates() == [three.certificate])
            let none = SystemTrustRoots(environment: environment("\(folder)/none", "\(folder):\(folder)/gone"))
            let error = #expect(throws: TLSConfigurationError.self) { try none.certificates() }
            #expect(
                error?.description == "the system has no trust roots: there is no certificate in \(folder)/none, "
                    + "\(folder), \(folder)/gone")
        }
    }

    @Test("Without the variables the roots are where OpenSSL looks")
    func defaults() {
        let roots = SystemTrustRoots(environment: Environment())
        #expect(roots.file == String(cString: X509_get_default_cert_file()))
        #expect(roots.folders == String(cString: X509_get_default_cert_dir()).split(separator: ":").map(String.init))
    }

    @Test("Roots that are none, or a file that is not there, are one clear line; it is tried again")
    func refusals() async throws {
        #expect(throws: TLSConfigurationError("there are no trust roots: nobody is trusted")) {
            try TLSTrustRoots.certificates([]).load()
        }
        let root = try TestAuthority().root
        try await withTemporaryDirectory { folder in
            let roots = TLSTrustRoots.file("\(folder)/roots.pem")
            #expect(throws: TLSConfigurationError("\(folder)/roots.pem: No such file or directory")) {
                try roots.load()
            }
            try Data(root.certificatePEM.utf8).write(to: URL(fileURLWithPath: "\(folder)/roots.pem"))
            try roots.load()
            try FileManager.default.removeItem(atPath: "\(folder)/roots.pem")
            // They were read once, for every copy.
            let copy = roots
            try copy.load()
            #expect(throws: TLSConfigurationError.self) { try TLSTrustRoots.file("\(folder)/roots.pem").load() }
        }
    }

    @Test("A server is verified by the roots that signed it, alone or among others, and by no others")
    func verification() throws {
        let (authority, other) = (try TestAuthority(), try TestAuthority())
        let server = try authority.server("a.example", "192.0.2.1")
        #expect(try TLSHandshake.result(server, roots: authority.roots, host: "a.example") == X509_V_OK)
        #expect(try TLSHandshake.result(server, roots: authority.roots, host: "192.0.2.1") == X509_V_OK)
        let union = other.roots.union(authority.roots)
        #expect(try TLSHandshake.result(server, roots: union, host: "a.example") == X509_V_OK)
        let missing = X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY
        #expect(try TLSHandshake.result(server, roots: other.roots, host: "a.example") == missing)
        #expect(
            try TLSHandshake.result(server, roots: authority.roots, host: "b.example") == X509_V_ERR_HOSTNAME_MISMATCH)
        let address = try TLSHandshake.result(server, roots: authority.roots, host: "192.0.2.2")
        #expect(address == X509_V_ERR_IP_ADDRESS_MISMATCH)
    }

    @Test("An intermediate, and a server's own certificate, may be trusted without their issuer")
    func partialChains() throws {
        let authority = try TestAuthority()
        let server = try authority.server("a.example")
        for certificate in server.chain {
            let result = try TLSHandshake.result(server, roots: .certificates([certificate]), host: "a.example")
            #expect(result == X509_V_OK)
        }
        let own = try TLSIdentity.selfSigned(names: ["localhost", "::1"])
        #expect(try TLSHandshake.result(own, roots: .certificates(own.chain), host: "::1") == X509_V_OK)
        let stranger = try TLSIdentity.selfSigned(names: ["localhost"])
        let result = try TLSHandshake.result(stranger, roots: .certificates(own.chain), host: "localhost")
        #expect(result == X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT)
    }

    @Test("What a test authority makes wrong is found wrong")
    func wrongServers() throws {
        let authority = try TestAuthority()
        func result(_ identity: TLSIdentity, _ host: String = "a.example") throws -> Int32 {
            try TLSHandshake.result(identity, roots: authority.roots, host: host)
        }
        #expect(try result(authority.expiredServer("a.example")) == X509_V_ERR_CERT_HAS_EXPIRED)
        #expect(try result(authority.futureServer("a.example")) == X509_V_ERR_CERT_NOT_YET_VALID)
        let wildcard = try authority.server("*.a.example")
        #expect(try result(wildcard, "b.a.example") == X509_V_OK)
        for host in ["a.example", "c.b.a.example"] {
            #expect(try result(wildcard, host) == X509_V_ERR_HOSTNAME_MISMATCH)
        }
        #expect(try result(authority.client("a.example")) == X509_V_ERR_INVALID_PURPOSE)
        // Beneath an authority that may have none beneath it.
        let deep = try TLSIdentity(
            issuing: TLSCertificateTemplate(commonName: "Deep", isAuthority: true), by: authority.intermediate)
        let leaf = try TLSIdentity(issuing: TLSCertificateTemplate(names: ["a.example"]), by: deep)
        #expect(try result(leaf) == X509_V_ERR_PATH_LENGTH_EXCEEDED)
    }

    @Test("Identities of every kind of key are used")
    func kinds() throws {
        let authority = try TestAuthority()
        for kind: TLSPrivateKey.Kind in [.p256, .p384, .ed25519, .rsa(bits: 2048)] {
            let server = try authority.server("a.example", key: kind)
            #expect(try TLSHandshake.result(server, roots: authority.roots, host: "a.example") == X509_V_OK)
        }
    }
}

/// A handshake within one thread.
private enum TLSHandshake {
    struct Failure: Error {}

    /// What a client with these roots finds of a server: one of `X509_V_*`.
    static func result(_ server: TLSIdentity, roots: TLSTrustRoots, host: String) throws -> Int32 {
        guard let serverContext = SSL_CTX_new(TLS_server_method()), let clientContext = SSL_CTX_new(TLS_client_method())
        else { throw Failure() }
        defer {
            SSL_CTX_free(serverContext)
            SSL_CTX_free(clientContext)
        }
        try server.use(in: serverContext)
        try roots.use(in: clientContext)
        SSL_CTX_set_verify(clientContext, SSL_VERIFY_PEER, nil)
        guard let serverSession = SSL_new(serverContext), let clientSession = SSL_new(clientContext) else {
            throw Failure()
        }
        defer {
            SSL_free(serverSession)
            SSL_free(clientSession)
        }
        var ends: (OpaquePointer?, OpaquePointer?)
        BIO_new_bio_pair(&ends.0, 0, &ends.1, 0)
        SSL_set_bio(serverSession, ends.0, ends.0)
        SSL_set_bio(clientSession, ends.1, ends.1)
        SSL_set_accept_state(serverSession)
        SSL_set_connect_state(clientSession)
        let parameters = SSL_get0_param(clientSession)
        if IPAddress(host) == nil {
            X509_VERIFY_PARAM_set1_host(parameters, host, 0)
        } else {
            X509_VERIFY_PARAM_set1_ip_asc(parameters, host)
        }
        for _ in 0..<20 where SSL_is_init_finished(clientSession) == 0 {
            SSL_do_handshake(clientSession)
            SSL_do_handshake(serverSession)
        }
        ERR_clear_error()
        let result = SSL_get_verify_result(clientSession)
        // A handshake that did not come about says nothing about certificates.
        guard result != X509_V_OK || SSL_is_init_finished(clientSession) == 1 else { throw Failure() }
        return Int32(result)
    }
}
